"""A small subject for tests of surfaces: notes about synthetic people, with every shape of field that commands use."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, cast

import msgspec

from comity.core.operation import AnyOperation, Catalogue, Kind, operation
from comity.core.personal import Personal
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of a note."""

    text: str
    weight: int = 1


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom a note is about."""

    surname: Annotated[str, Personal]
    born: str | None = None


class WriteNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A note to write."""

    person: Person
    colour: Colour
    copies: int = 1
    urgent: bool = False
    tags: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


class NoteRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which note."""

    note: str


class NoteSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list."""

    note: str
    colour: Colour
    copies: int


class NoteList(msgspec.Struct, frozen=True, kw_only=True):
    """Notes, oldest first."""

    notes: tuple[NoteSummary, ...]
    next: str | None = None


class ListNotes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From where to list."""

    after: str | None = None


class OpenSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who signs in."""

    name: str
    password: Annotated[str, msgspec.Meta(extra_json_schema={"format": "password"})]


class SessionOpened(msgspec.Struct, frozen=True, kw_only=True):
    """The token of a session."""

    token: str
    account: str


@operation("note.write", permission=Permission.ALERT_WRITE, purposes=(Purpose.BORDERS, Purpose.POLICE), four_eyes=True)
def write_note(work: Work, command: WriteNote) -> NoteRef:
    """Write a note about a person."""
    raise NotImplementedError


@operation("note.list", permission=Permission.ALERT_READ, purposes=(Purpose.BORDERS,), kind=Kind.READ)
def list_notes(work: Work, command: ListNotes) -> NoteList:
    """List notes."""
    raise NotImplementedError


@operation("session.open", permission=None, purposes=(Purpose.ADMINISTRATION,))
def open_session(work: Work, command: OpenSession) -> SessionOpened:
    """Sign in with name and password."""
    raise NotImplementedError


CATALOGUE = Catalogue(cast("tuple[AnyOperation, ...]", (write_note, list_notes, open_session)))
