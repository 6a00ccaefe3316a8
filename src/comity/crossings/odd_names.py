"""Names that are none, and names that look like others: refused where nothing else is asked by, said where there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.core.errors import BadInput
from comity.crossings.records import Asked, Sentence

if TYPE_CHECKING:
    from comity.screening.names.records import Name

_NOTES: Final = {
    "name.look-alike-letters": Sentence(
        code="name.look-alike-letters",
        text="The name mixes letters of several scripts that look alike: look at the document again, and at whether it "
        "is genuine.",
    ),
    "name.unread-script": Sentence(
        code="name.unread-script",
        text="The name is in a script that is compared letter by letter only: search for its Latin spelling as well.",
    ),
    "name.filler": Sentence(
        code="name.filler",
        text="A part of the name is only a filler, such as XXX or FNU: it was not compared.",
    ),
}


def require_words(question: Asked) -> None:
    """Raise `BadInput` `crossing.name-no-words` where nothing is asked by but a name without a word."""
    if question.document is not None or question.things or _name(question).tokens:
        return
    raise BadInput(
        "crossing.name-no-words",
        "The name has no word that could be searched for: it is only a filler, such as FNU or XXX.",
        field="$.identity.surnames",
        remedy="Type the name as the document shows it, or read the document.",
    )


def notes_on_name(question: Asked) -> tuple[Sentence, ...]:
    """Return what the officer should know of the name. A plain name that came with a document is not looked into."""
    identity = question.identity
    plain = f"{identity.surnames or ''}{identity.forenames or ''}".isascii()
    if not identity.surnames or (plain and question.document is not None):
        return ()
    return tuple(_NOTES[flag] for flag in _name(question).flags if flag in _NOTES)


def _name(question: Asked) -> Name:
    from comity.screening.names.parse import name_of  # noqa: PLC0415 - readings of all scripts take a while to load

    identity = question.identity
    return name_of(identity.surnames or "", identity.forenames or "", field="$.identity.surnames")
