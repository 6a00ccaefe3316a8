"""What training notes of checks and decisions: only those of a trainee about the traveller before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from comity.core.ports import RecordChanged, Work
from comity.training import store
from comity.training.records import (
    CHECKED_KIND,
    DECIDED_KIND,
    TRAINING_KIND,
    Checked,
    CheckNote,
    Decided,
    DecisionNote,
    Placed,
    Traveller,
)

_UNDONE: Final = "undone"
"""The verdict of the check that takes a decision back."""


def note_check(work: Work, change: RecordChanged) -> None:
    """Note a check in the trainee's turn, if it asked about the traveller before them."""
    checked = change.record
    found = store.open_turn(work, work.who.user) if isinstance(checked, Checked) else None
    if not isinstance(checked, Checked) or found is None:
        return
    turn, version = found
    placed = store.get_placed(work, turn.exercise, turn.number)
    if not _about(checked, placed.traveller):
        return
    note = CheckNote(
        check=checked.check,
        at=checked.at,
        without_document=checked.document_number is None,
        shown=any(_is_alert(placed, ref.kind, ref.id) for ref in checked.matches),
    )
    turn = msgspec.structs.replace(turn, checks=(*turn.checks, note))
    work.change(*store.replace_turn(work.who.user, turn, version))


def note_decision(work: Work, change: RecordChanged) -> None:
    """Note a decision in the trainee's turn, if it is on a check noted there."""
    decided = change.record
    found = store.open_turn(work, work.who.user) if isinstance(decided, Decided) else None
    if not isinstance(decided, Decided) or found is None:
        return
    turn, version = found
    if all(note.check != decided.check for note in turn.checks):
        return
    placed = store.get_placed(work, turn.exercise, turn.number)
    meant = _is_alert(placed, decided.alert.kind, decided.alert.id)
    if decided.verdict == _UNDONE:
        turn = msgspec.structs.replace(turn, decisions=_without_last(turn.decisions, decided.check, meant=meant))
        work.change(*store.replace_turn(work.who.user, turn, version))
        return
    note = DecisionNote(
        check=decided.check,
        at=decided.at,
        meant=meant,
        verdict=decided.verdict,
        action_taken=decided.action_taken,
        answers=decided.answers,
    )
    turn = msgspec.structs.replace(turn, decisions=(*turn.decisions, note))
    work.change(*store.replace_turn(work.who.user, turn, version))


def _without_last(notes: tuple[DecisionNote, ...], check: str, *, meant: bool) -> tuple[DecisionNote, ...]:
    """Take the newest decision on this match out: a wrong click that was undone does not count."""
    for place in reversed(range(len(notes))):
        if (notes[place].check, notes[place].meant) == (check, meant):
            return (*notes[:place], *notes[place + 1 :])
    return notes


def _about(checked: Checked, person: Traveller) -> bool:
    if person.document is not None and checked.document_number is not None:
        return _plain(checked.document_number) == _plain(person.document.number)
    return checked.surnames is not None and _plain(checked.surnames) == _plain(person.surnames)


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _is_alert(placed: Placed, kind: str, record: str) -> bool:
    return placed.alert is not None and kind == TRAINING_KIND and placed.alert.id == record


PROJECTIONS: Final[Mapping[str, Callable[[Work, RecordChanged], None]]] = {
    CHECKED_KIND: note_check,
    DECIDED_KIND: note_decision,
}
"""For exercise nodes only; a node of production notes nothing about who decided what how fast."""
