"""Persons put to a node by a program, several at once: the question, and who may be meant, the likeliest first."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.ids import Owner, RecordId, RecordRef
from comity.crossings.asking import CaseNumber, Cleared
from comity.crossings.board_records import RowProblem
from comity.crossings.finding_records import Evidence
from comity.crossings.records import Direction, Lane, Line, Outcome, PersonalLine, PersonalProse, Sentence
from comity.crossings.told_records import Fact
from comity.screening.records import Person, Weighed

MOST_QUERIES = 100
MOST_MATCHES = 50
MOST_CHECKS = 4
"""Names or documents of one person that are asked about, each in a check of its own."""


@unique
class Dataset(StrEnum):
    """What may be told of: everything that is open to the caller, alerts alone, or entries of official lists alone."""

    DEFAULT = "default"
    ALERTS = "alerts"
    LISTINGS = "listings"


class PersonQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person, and the caller's own name for the question."""

    key: PersonalLine
    person: Person


class MatchPersons(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Search for persons; each is one or more ordinary checks. What is left out of the place is taken from the desk.

    `limit` is how many matches of each person are told. `justification` and `case` are needed for whoever comes without
    a document.
    """

    queries: Annotated[tuple[PersonQuery, ...], msgspec.Meta(min_length=1, max_length=MOST_QUERIES)]
    direction: Direction | None = None
    lane: Lane | None = None
    crossing_point: Line = ""
    justification: PersonalProse = ""
    case: CaseNumber = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_MATCHES)] = 5
    dataset: Dataset = Dataset.DEFAULT


class PersonMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on record who may be meant; a person decides on it in `check`. `facts` as far as law opens them."""

    alert: RecordRef
    owner: Owner
    category: str
    check: RecordId
    action: Sentence
    must_not_show: bool
    evidence: tuple[Evidence, ...]
    facts: tuple[Fact, ...] = ()
    weighed: Weighed | None = None
    cleared: Cleared | None = None


class PersonMatches(msgspec.Struct, frozen=True, kw_only=True):
    """Who may be meant by one query. `total` counts those beyond the limit too; `incomplete`: there may be more.

    Where the query could not be asked, `problems` say why and `outcome` is None: that is no answer about the person.
    """

    key: PersonalLine
    outcome: Outcome | None
    matches: tuple[PersonMatch, ...] = ()
    total: int = 0
    incomplete: bool = False
    checks: tuple[RecordId, ...] = ()
    problems: tuple[RowProblem, ...] = ()


class MatchedPersons(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to every query, in the order asked, and the version of the model that weighed."""

    queries: tuple[PersonMatches, ...]
    model: str
