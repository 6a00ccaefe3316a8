"""Noting passages that went unchecked, and making each good by a check or a reason."""

from __future__ import annotations

from typing import Final

from comity.core.errors import BadInput
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.text import clean_line
from comity.core.time import Instant, parse_instant, parse_partial_date
from comity.core.vocabulary import Permission, Purpose
from comity.crossings import store as crossing_store
from comity.crossings.unchecked import store
from comity.crossings.unchecked.records import (
    KEPT_US,
    KIND,
    ListPassages,
    NotePassage,
    Passage,
    Passages,
    Settled,
    SettlePassage,
)

_PURPOSES: Final = (Purpose.BORDERS,)


@operation("unchecked.note", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def note(work: Work, command: NotePassage) -> Passage:
    """Note a passage that went unchecked, so that it is made good later; it is erased after seven days in any case."""
    at = parse_instant(command.at, field="$.at")
    if at > work.recorded_at:
        raise BadInput("unchecked.to-come", "The passage lies in the future.", field="$.at")
    if command.birth_date:
        parse_partial_date(command.birth_date, field="$.birth_date")
    passage = Passage(
        id=work.new_id(),
        at=at,
        crossing_point=clean_line(command.crossing_point, "$.crossing_point"),
        direction=command.direction,
        why=command.why,
        noted=work.recorded_at,
        until=Instant(work.recorded_at + KEPT_US),
        document=_line(command.document, "$.document"),
        surnames=_line(command.surnames, "$.surnames"),
        forenames=_line(command.forenames, "$.forenames"),
        birth_date=command.birth_date or None,
        note=_line(command.note, "$.note"),
    )
    store.add(work, passage)
    work.record(_ref(passage), why=passage.why.value)
    return passage


@operation("unchecked.list", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.READ)
def list_passages(work: Work, command: ListPassages) -> Passages:
    """List the passages of the own authority that still wait to be checked, the oldest first."""
    found = store.page(work, work.who.owner, command.limit)
    work.record(*map(_ref, found))
    return Passages(passages=found, waiting=store.waiting(work, work.who.owner))


@operation("unchecked.settle", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def settle(work: Work, command: SettlePassage) -> Settled:
    """Make a passage good by a check made since, or say why none was made; what it was is erased."""
    if (command.check is None) == (command.reason is None):
        raise BadInput("unchecked.check-or-reason", "Name the check that was made, or the reason for none.", field="$")
    if command.check is not None:
        crossing_store.get_check(work, work.who.owner, command.check)
    reason = _line(command.reason, "$.reason")
    passage = store.settle(work, work.who.owner, command.id)
    work.record(_ref(passage), checked=command.check is not None, reasoned=reason is not None)
    return Settled(id=passage.id, waiting=store.waiting(work, work.who.owner) - 1)


def _line(text: str | None, field: str) -> str | None:
    return clean_line(text, field, may_be_empty=True) or None if text else None


def _ref(passage: Passage) -> RecordRef:
    return RecordRef(kind=KIND, id=passage.id, version=1)


OPERATIONS: tuple[AnyOperation, ...] = (note, list_passages, settle)
