"""The quality report per party, its findings one by one, and the score of one alert."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from comity.alerts.records import AlertRecord
from comity.alerts.store import ALERT, HIT, get_alert
from comity.alerts.subjects import subject_keys
from comity.bureau.quality import rules
from comity.bureau.quality.records import (
    AskQuality,
    Doubt,
    Finding,
    Findings,
    ListFindings,
    PartyQuality,
    QualityReport,
    ScoreAlert,
    Scored,
)
from comity.bureau.tables import BUREAU_CASE, BUREAU_MESSAGE
from comity.core.codec import decode_own_as
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import CivilDate, date_of
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN)
MOST: Final = 100_000
"""Alerts that one look takes at most, over all parties or of one."""
_PAGE: Final = 2_000


@operation("quality.report", permission=Permission.ALERT_READ, purposes=_PURPOSES, kind=Kind.READ)
def report(work: Work, command: AskQuality) -> QualityReport:
    """Report per party how complete its alerts are, and how many are doubled, stale, never hit or implausible."""
    looked = _look(work, command.party)
    work.record(looked_at=looked.many)
    return QualityReport(
        parties=tuple(_of_party(party, looked) for party in sorted(looked.scores)),
        looked_at=looked.many,
        whole=looked.many < MOST,
    )


@operation("quality.findings", permission=Permission.ALERT_READ, purposes=_PURPOSES, kind=Kind.READ)
def findings(work: Work, command: ListFindings) -> Findings:
    """List the doubts about one party's alerts, the worst alerts first."""
    looked = _look(work, command.party)
    found = [each for each in looked.findings if command.doubt in {None, each.doubt}]
    found.sort(key=lambda each: (each.score, each.alert, each.doubt.value))
    work.record(found=len(found))
    return Findings(findings=tuple(found[: command.limit]), many=len(found))


@operation("quality.score", permission=Permission.ALERT_READ, purposes=_PURPOSES, kind=Kind.READ)
def score(work: Work, command: ScoreAlert) -> Scored:
    """Judge one alert: its score, what it lacks, and what about it cannot be."""
    alert = get_alert(work, command.party, command.alert)
    judged = rules.completeness(alert.category, alert.data)
    hit = _hit_alerts(work, command.party, command.alert)
    return Scored(
        score=judged.score,
        lacks=judged.lacks,
        findings=tuple(_doubts(alert, judged, _unhit(work, alert, hit), date_of(work.at))),
    )


@dataclass(slots=True)
class _Looked:
    """What one look over the alerts gathered."""

    many: int = 0
    scores: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    findings: list[Finding] = field(default_factory=list)


def _look(work: Work, party: str | None) -> _Looked:
    looked, today, hit = _Looked(), date_of(work.at), _hit_alerts(work, party, None)
    first: dict[tuple[str, str, str], str] = {}
    for alert in _alerts(work, party):
        judged = rules.completeness(alert.category, alert.data)
        owner = alert.owner.party
        looked.many += 1
        looked.scores[owner].append(judged.score)
        looked.findings += _doubts(alert, judged, _unhit(work, alert, hit), today)
        twin = _twin(alert, first)
        if twin is not None:
            looked.findings.append(_finding(alert, Doubt.DUPLICATE, judged.score, other=twin))
    return looked


def _twin(alert: AlertRecord, first: dict[tuple[str, str, str], str]) -> str | None:
    """Return an earlier alert of the same party, category and subject; notes the subjects of this one."""
    twin = None
    for key in subject_keys(alert.data):
        known = first.setdefault((alert.owner.party, alert.category, key), alert.id)
        twin = known if known != alert.id else twin
    return twin


def _unhit(work: Work, alert: AlertRecord, hit: frozenset[tuple[str, str]]) -> AlertRecord | None:
    """Return an own alert that was never hit; of others' alerts a State keeps no such record."""
    own = alert.owner.party == work.who.owner.party
    return alert if own and (alert.owner.party, alert.id) not in hit else None


def _doubts(alert: AlertRecord, judged: rules.Judged, unhit: AlertRecord | None, today: CivilDate) -> Iterator[Finding]:
    wrong = rules.implausible(alert.data, alert.entered, today)
    if judged.score < rules.LOW:
        yield _finding(alert, Doubt.INCOMPLETE, judged.score, judged.lacks)
    if wrong:
        yield _finding(alert, Doubt.IMPLAUSIBLE, judged.score, wrong)
    if rules.is_stale(alert, today):
        yield _finding(alert, Doubt.STALE, judged.score)
    if unhit is not None and rules.is_old_enough_to_be_hit(unhit, today):
        yield _finding(alert, Doubt.NEVER_HIT, judged.score)
    if alert.delete_by < today:
        yield _finding(alert, Doubt.PAST_DUE, judged.score)


def _finding(
    alert: AlertRecord, doubt: Doubt, score: int, fields: tuple[str, ...] = (), other: str | None = None
) -> Finding:
    return Finding(
        party=alert.owner.party,
        alert=alert.id,
        category=alert.category,
        entered=alert.entered,
        doubt=doubt,
        score=score,
        fields=fields,
        other=other,
    )


def _alerts(work: Work, party: str | None) -> Iterable[AlertRecord]:
    """Return the alerts held, by pages of their key, at most `MOST`."""
    c, after, taken = ALERT.c, ("", ""), 0
    while taken < MOST:
        query = sa.select(c.party, c.id, c.body).where(sa.tuple_(c.party, c.id) > sa.tuple_(*map(sa.literal, after)))
        if party is not None:
            query = query.where(c.party == party)
        rows = work.read(query.order_by(c.party, c.id).limit(_PAGE))
        for row in rows:
            yield decode_own_as(bytes(row.body), AlertRecord)
        if len(rows) < _PAGE:
            return
        taken += len(rows)
        after = (rows[-1].party, rows[-1].id)


def _hit_alerts(work: Work, party: str | None, alert: str | None) -> frozenset[tuple[str, str]]:
    """Return the alerts about which a hit is known here: confirmed at home, or reported by a partner."""
    found: set[tuple[str, str]] = set()
    for table in (HIT, BUREAU_CASE, BUREAU_MESSAGE):
        c = table.c
        query = sa.select(c.alert_party, c.alert).distinct()
        if table is BUREAU_MESSAGE:
            query = query.where(c.kind != "flag")
        if party is not None:
            query = query.where(c.alert_party == party)
        if alert is not None:
            query = query.where(c.alert == alert)
        found |= {(row.alert_party, row.alert) for row in work.read(query)}
    return frozenset(found)


def _of_party(party: str, looked: _Looked) -> PartyQuality:
    scores = looked.scores[party]
    counted = dict.fromkeys(Doubt, 0)
    for each in looked.findings:
        if each.party == party:
            counted[each.doubt] += 1
    return PartyQuality(
        party=party,
        alerts=len(scores),
        mean_score=sum(scores) // len(scores),
        lowest_score=min(scores),
        incomplete=counted[Doubt.INCOMPLETE],
        duplicate=counted[Doubt.DUPLICATE],
        implausible=counted[Doubt.IMPLAUSIBLE],
        stale=counted[Doubt.STALE],
        never_hit=counted[Doubt.NEVER_HIT],
        past_due=counted[Doubt.PAST_DUE],
    )


OPERATIONS: tuple[AnyOperation, ...] = (report, findings, score)
