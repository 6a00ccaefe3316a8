"""The answer of the rules of law to a row of a scenario file.

All rules that fire are weighed together, whatever their order: what forbids goes before what refers, and that before
everything else; within one of these the strictest reason is the principal one. Where no rule fires, the answer is no.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.agreements.asked import Asked
from comity.agreements.clocks import Clock, State, Term, due_of, party_work_week, state_of
from comity.agreements.law.compile import house_rulebook
from comity.agreements.rulebook import Fired, Rulebook
from comity.agreements.scenarios.read import written
from comity.agreements.scenarios.records import Row, Verdict
from comity.agreements.scenarios.translate import lineages_of, question_of, with_start
from comity.agreements.tables import tables
from comity.agreements.terms import Answer, Effect
from comity.core.decision import DueTime, Question
from comity.core.errors import BadInput
from comity.core.time import CivilDate, Instant, parse_date, parse_instant

_WEIGHT: Final = {Effect.DENY: 0, Effect.REFER: 1}
_OTHERWISE: Final = 2
_LEAST: Final = 3
_BARE_DUTIES: Final = frozenset({"DUTY", "REFERRED"})
"""Reasons that only add a duty to whatever the answer is."""
_NO_BASIS: Final = "default deny: what no rule allows is forbidden"
_CLOCKS: Final = {"hours": Clock.HOURS, "calendar": Clock.CALENDAR, "working": Clock.WORKING}


def judge(row: Row, book: Rulebook | None = None) -> Verdict:
    """Answer one row by the law of the house, or by the rules given; never raises for what a row says."""
    question, unread = question_of(row)
    law, lineages = book or house_rulebook(), lineages_of(row)
    question = with_start(question, row, _starts(law, question, lineages))
    fired = law.firing(Asked(question, row.at), lineages)
    ordered = sorted(fired, key=_order)
    if not ordered:
        return _stated_limit(row) or Verdict(
            id=row.id,
            outcome=Answer.DENY.value,
            reason_code="OUT_OF_SCOPE",
            due="",
            obligations=(_sentence("log-denial"),),
            basis=(_NO_BASIS,),
            reasons=("OUT_OF_SCOPE",),
            unread=unread,
        )
    principal = ordered[0]
    beside = [each for each in ordered if _order(each)[0] == _order(principal)[0] or _order(each)[0] == _LEAST]
    return Verdict(
        id=row.id,
        outcome=principal.rule.answer.value,
        reason_code=principal.rule.reason.code,
        due=_due(principal, beside),
        obligations=_obligations(beside),
        basis=tuple(dict.fromkeys(each.rule.reason.basis for each in beside)),
        reasons=tuple(dict.fromkeys(each.rule.reason.code for each in ordered)),
        rules=tuple(each.rule.version for each in ordered),
        unread=unread,
    )


def _starts(law: Rulebook, question: Question, lineages: frozenset[str]) -> frozenset[str]:
    """Name the facts from which the limits of the rules on this act count."""
    return frozenset(
        rule.limit.rule.start
        for rule in law.slice(question.operation, question.category)
        if rule.limit is not None
        and (rule.lineage is None or rule.lineage in lineages)
        and (rule.parties is None or question.actor.party in rule.parties)
    )


def _order(fired: Fired) -> tuple[int, int, str]:
    rule = fired.rule
    code = rule.reason.code
    weight = _LEAST if code in _BARE_DUTIES else _WEIGHT.get(rule.effect, _OTHERWISE)
    return weight, tables().reasons[code].rank, rule.id


def _due(principal: Fired, beside: list[Fired]) -> str:
    """Write when it is due: by the principal rule, else the first of those beside it that have a time."""
    for each in (principal, *beside):
        if each.due is not None and not each.due.at_once:
            return _time(each.due)
    return ""


def _time(due: DueTime) -> str:
    if due.day is not None:
        return due.day
    return written(due.instant) if due.instant is not None else ""


def _obligations(beside: Iterable[Fired]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_sentence(name) for each in beside for name in each.rule.obligations))


def _sentence(obligation: str) -> str:
    return tables().obligations[obligation].text


def _stated_limit(row: Row) -> Verdict | None:
    """Answer a row about a limit that no rule knows but the row itself states: whether it has passed, and no more.

    The row's own start, limit and clock are reckoned; a review that has run out deletes, another duty is overdue.
    """
    facts = row.facts
    clock, limit = _CLOCKS.get(str(facts.get("clock"))), facts.get("limit")
    begun = _moment(facts.get("start"))
    if clock is None or begun is None or not isinstance(limit, str):
        return None
    try:
        due = due_of(Term(clock=clock, limit=limit), begun, party_work_week(row.party))
    except BadInput:
        return None
    dones = (_moment(facts.get(name)) for name in ("replied", "answered", "sent", "sent_at", "done", "done_at"))
    late = state_of(due, row.at, next((each for each in dones if each is not None), None)) in {State.OVER, State.LATE}
    keeping = row.operation in {"review", "keep", "retain"}
    if keeping:
        outcome, code = (Answer.DELETE, "REVIEW_EXPIRED") if late else (Answer.KEEP, "WITHIN_REVIEW_PERIOD")
    else:
        outcome, code = (Answer.OVERDUE, "DEADLINE_BREACHED") if late else (Answer.ALLOW, "WITHIN_DEADLINE")
    text = due if isinstance(due, str) else written(due) if due is not None else ""
    basis = "the limit that is stated with the facts"
    return Verdict(
        id=row.id, outcome=outcome.value, reason_code=code, due=text, obligations=(), basis=(basis,), reasons=(code,)
    )


def _moment(value: object) -> Instant | CivilDate | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(value) if "T" in value else parse_date(value)
    except BadInput:
        return None
