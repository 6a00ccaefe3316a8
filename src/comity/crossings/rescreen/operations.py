"""Searching again for the persons of open checks, batch by batch: each batch stands whole or not at all.

Each person is a logged search. What is new since the earlier check becomes a check of its own, which ends with the
earlier one, since it rests on the same data; in it a person decides. What was there before is not told again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from comity.alerts.categories import CATEGORIES
from comity.core.codec import encode
from comity.core.errors import Refused
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Search, Work
from comity.core.text import clean_line, clean_text
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose
from comity.crossings import cleared, rules, second_line, store
from comity.crossings.finding_records import Candidate, Findings
from comity.crossings.ports import Partners
from comity.crossings.records import StoredCheck
from comity.crossings.rescreen import store as runs
from comity.crossings.rescreen.records import (
    NATIONAL,
    Counts,
    Rescreen,
    RescreenHit,
    RescreenRun,
    RescreenShown,
    ShowRescreen,
)
from comity.crossings.search import look, opening_clauses
from comity.screening.ports import ScreeningIndex

_PURPOSES: Final = (Purpose.BORDERS, Purpose.POLICE)
_PERMISSION: Final = Permission.REFERRAL_WORK


def make_operations(index: ScreeningIndex, partners: Partners) -> tuple[AnyOperation, ...]:
    """Return the operations of this part."""
    declared = operation("crossing.rescreen", permission=_PERMISSION, purposes=_PURPOSES)
    return (declared(_rescreener(index, partners)), show)


def _rescreener(index: ScreeningIndex, partners: Partners) -> Callable[[Work, Rescreen], RescreenRun]:
    def rescreen(work: Work, command: Rescreen) -> RescreenRun:
        """Search again for the persons of open checks, a batch of them; what is new gets a check of its own."""
        reason = clean_text(command.justification, "$.justification")
        clause = _clause(work, command)
        run, version = _run(work, command, clause)
        checks = runs.open_checks(work, run, command.batch)
        known = runs.known(work, [earlier for earlier, _ in checks])
        number = run.counts.matches
        counts = run.counts
        for earlier, stored in checks:
            found = _search(work, index, partners, stored)
            told = known.get(earlier, set())
            new = tuple(one for one in found.candidates if _is_new(stored, one, told) and _opens(work, clause, one))
            counts = _counted(counts, new)
            _log(work, stored, new, reason)
            if new:
                check = _add_check(work, stored, msgspec.structs.replace(found, candidates=new))
                for one in new:
                    number += 1
                    runs.add_hit(work, run.run, _hit(number, earlier, check, one))
        finished = len(checks) < command.batch
        seen = counts.searched
        run = msgspec.structs.replace(
            run,
            place=checks[-1][0] if checks else run.place,
            done=run.total if finished else seen,
            counts=msgspec.structs.replace(counts, gone=max(0, run.total - seen)) if finished else counts,
            finished=finished,
            updated_at=work.recorded_at,
        )
        _keep(work, run, version)
        work.record(
            RecordRef(kind="rescreen", id=run.run, version=1),
            clause=clause,
            searched=counts.searched,
            matches=counts.matches,
        )
        return run

    return rescreen


@operation("crossing.show-rescreen", permission=_PERMISSION, purposes=_PURPOSES, kind=Kind.READ)
def show(work: Work, command: ShowRescreen) -> RescreenShown:
    """Show a run of searching again and its new matches, each with the check it rests on and the record's version."""
    run, _ = runs.get_run(work, work.who.owner, command.run)
    work.record(RecordRef(kind="rescreen", id=run.run, version=1))
    return RescreenShown(run=run, hits=runs.hits(work, run.run))


def _clause(work: Work, command: Rescreen) -> str:
    clause = clean_line(command.clause, "$.clause")
    if clause == NATIONAL or any(clause in opening_clauses(work, category) for category in CATEGORIES):
        return clause
    raise Refused(
        "rescreen.clause-not-open",
        "No agreement in force opens searches to this authority, for this purpose, under that clause.",
        field="$.clause",
        remedy="Name the clause of the agreement, or national.",
    )


def _run(work: Work, command: Rescreen, clause: str) -> tuple[RescreenRun, int]:
    """Return the run to go on with and how many batches it has done; a new one has done none."""
    if command.run is None:
        return RescreenRun(
            run=work.new_id(),
            owner=work.who.owner,
            purpose=work.purpose.value,
            clause=clause,
            user=work.who.user,
            begun_at=work.recorded_at,
            updated_at=work.recorded_at,
            total=runs.count_open(work, work.who.owner),
            done=0,
            finished=False,
            counts=Counts(),
        ), 0
    run, version = runs.get_run(work, work.who.owner, command.run)
    if run.finished:
        raise Refused("rescreen.finished", "This run has ended.", field="$.run", remedy="Begin a new one.")
    if (run.clause, run.purpose) != (clause, work.purpose.value):
        raise Refused(
            "rescreen.other-clause",
            "This run began under another purpose or clause.",
            field="$.clause",
            remedy="Go on under the same, or begin a new run.",
        )
    return run, version


def _keep(work: Work, run: RescreenRun, version: int) -> None:
    if version:
        runs.put_run(work, run, version)
    else:
        runs.add_run(work, run, run.begun_at + rules.LIFETIME_US)


def _search(work: Work, index: ScreeningIndex, partners: Partners, stored: StoredCheck) -> Findings:
    return cleared.recognise(work, stored.question, look(work, stored.question, index, partners))


def _is_new(stored: StoredCheck, one: Candidate, found: set[tuple[RecordRef, Owner]]) -> bool:
    """Say whether a match was in no earlier check or run in this version, and is not known as another person."""
    known = found | {(match.alert, match.owner) for match in stored.advice.matches}
    return one.cleared is None and (one.alert, one.owner) not in known


def _opens(work: Work, clause: str, one: Candidate) -> bool:
    """Say whether it is the run's clause that opens a record; own records and lists are a national matter."""
    if one.owner.party == work.who.owner.party:
        return clause == NATIONAL
    return clause in opening_clauses(work, one.category, one.owner)


def _counted(counts: Counts, new: tuple[Candidate, ...]) -> Counts:
    return msgspec.structs.replace(
        counts,
        searched=counts.searched + 1,
        unchanged=counts.unchanged + (not new),
        changed=counts.changed + bool(new),
        matches=counts.matches + len(new),
    )


def _log(work: Work, stored: StoredCheck, new: tuple[Candidate, ...], reason: str) -> None:
    work.log_search(
        Search(
            search=work.new_id(),
            operation="crossing.rescreen",
            terms=encode(stored.question),
            justification=reason,
            found=tuple(one.alert for one in new),
        )
    )


def _add_check(work: Work, stored: StoredCheck, found: Findings) -> RecordId:
    """Keep what is new as a check that ends with the earlier one: it rests on the same data."""
    advice = rules.advise(stored.question, found, work.new_id(), work.recorded_at)
    advice = msgspec.structs.replace(advice, expires=Instant(min(advice.expires, stored.advice.expires)))
    store.add_check(work, second_line.send_on(work, stored.question, found, advice))
    return advice.check


def _hit(number: int, earlier: RecordId, check: RecordId, one: Candidate) -> RescreenHit:
    return RescreenHit(
        number=number,
        earlier=earlier,
        check=check,
        alert=one.alert,
        owner=one.owner,
        category=one.category,
        evidence_mbit=None if one.weighed is None else one.weighed.evidence_mbit,
        band=None if one.weighed is None else one.weighed.band,
    )
