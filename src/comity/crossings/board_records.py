"""A list of travellers checked in one go: the question, the board that answers it, its rows."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.ids import Owner, RecordId
from comity.core.personal import Personal
from comity.core.said import Said
from comity.core.time import Instant
from comity.crossings.asking import CaseNumber
from comity.crossings.finding_records import Freshness
from comity.crossings.records import (
    Direction,
    Document,
    Identity,
    Lane,
    Line,
    Outcome,
    PersonalLine,
    PersonalProse,
    Sentence,
)
from comity.documents.records import ZoneText

MOST_PERSONS = 200


class Traveller(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person of a list, as in a single check: a scanned zone, or what is typed."""

    identity: Identity = Identity()
    document: Document | None = None
    zone: ZoneText | None = None
    justification: PersonalProse = ""
    case: CaseNumber = ""


class CheckList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Check the travellers of one conveyance; a bad row is told with its number and stops no other."""

    conveyance: Line
    direction: Direction
    lane: Lane
    crossing_point: Line
    persons: Annotated[tuple[Traveller, ...], msgspec.Meta(min_length=1, max_length=MOST_PERSONS)]


class ShowBoard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show a board of the own authority again, until it expires."""

    board: str


class ListBoards(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show the boards of the last day."""


class RowProblem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a row was not checked: the field as a path below the row, the rule, the sentence; never a value of the row.

    `said` is the sentence with its values apart, where it has any.
    """

    field: str
    code: str
    message: str
    said: Said | None = None


class BadRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was not checked; `row` counts from 1 in the order of the list."""

    row: int
    problems: tuple[RowProblem, ...]


class BoardRow(msgspec.Struct, frozen=True, kw_only=True):
    """One person on the board as whoever stands at the counter may see it; `rank` orders by what is asked for.

    What must not be shown, and whatever sends the person to the second line, reads alike: `refer`, read the note.

    `document_ending` is the end of the document's number, enough to find the person in the line. `sent_on`: the house
    itself sent the person to the second line.
    """

    row: int
    check: RecordId
    name: PersonalLine
    document_ending: Annotated[str, Personal]
    outcome: Outcome
    sentence: Sentence
    warnings: tuple[str, ...]
    matches: int
    sent_on: bool
    rank: int


class StoredBoard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is kept of a board until its checks expire; erased with them."""

    board: RecordId
    owner: Owner
    at: Instant
    expires: Instant
    conveyance: Line
    direction: Direction
    lane: Lane
    crossing_point: Line
    freshness: Freshness
    rows: tuple[BoardRow, ...]
    bad: tuple[BadRow, ...]
    age_s: int | None = None


@unique
class RowState(StrEnum):
    """How far the work on one person is."""

    NOTHING_TO_DO = "nothing-to-do"
    OPEN = "open"
    SECOND_LINE = "second-line"
    DONE = "done"


class ShownRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row with how far the work on it is."""

    row: BoardRow
    state: RowState


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows stand where."""

    persons: int
    to_do: int
    second_line: int
    done: int
    bad: int


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The travellers of one conveyance on one board: by what is asked for, then in the order of the list.

    `age_s`: how old the oldest copy was that was searched; None where all was live, or nothing answered.
    """

    board: RecordId
    at: Instant
    expires: Instant
    conveyance: str
    direction: Direction
    lane: Lane
    crossing_point: str
    freshness: Freshness
    tally: Tally
    rows: tuple[ShownRow, ...]
    bad: tuple[BadRow, ...]
    age_s: int | None = None


class BoardLine(msgspec.Struct, frozen=True, kw_only=True):
    """A board in a list of boards."""

    board: RecordId
    at: Instant
    conveyance: str
    crossing_point: str
    direction: Direction
    persons: int


class BoardList(msgspec.Struct, frozen=True, kw_only=True):
    """The boards of the last day, the newest first."""

    boards: tuple[BoardLine, ...]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a list would be checked as: how many rows can be, and which cannot and why. Nobody is searched for."""

    good: int
    bad: tuple[BadRow, ...]
