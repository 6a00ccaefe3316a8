"""A deadline of the bureau's own party in the register, by a rule of the law of this house."""

from __future__ import annotations

from comity.agreements.law.load import house_law
from comity.core.ids import RecordId
from comity.core.ports import Work
from comity.core.time import Instant
from comity.deadlines import rules
from comity.deadlines.records import Deadline, State


def deadline_of(
    work: Work, rule: str, case_kind: str, case: str, began: Instant, *, done: Instant | None = None
) -> Deadline:
    """Return what began at `began` about a case, open or met at `done`; it is not stored yet."""
    found = rules.find_limit(house_law(), rule)
    due_at, due_on = rules.due_times(found.due, began, work.who.owner.party)
    return Deadline(
        id=RecordId(work.new_id()),
        owner=work.who.owner,
        version=1,
        actor=work.who.owner.party,
        case_kind=case_kind,
        case=case,
        rule=rules.version_of(found.rule),
        source=found.rule.source,
        began=began,
        due_at=due_at,
        due_on=due_on,
        at_once=False,
        expiry=found.expiry,
        silence=found.silence,
        state=State.OPEN if done is None else State.MET,
        done=done,
    )
