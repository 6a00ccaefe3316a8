"""Sampling the search log: what the supervisor asks for, sees, says of each search, and counts."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.ids import RecordId
from comity.core.personal import Personal
from comity.core.time import CivilDate, DateText, Instant
from comity.oversight.records import PAGE_LIMIT, OpenedSearch, PageSize, Passphrase

MARKS_AT_ONCE = PAGE_LIMIT
Seed = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-z-]{1,64}$")]
Name = Annotated[str, msgspec.Meta(max_length=80)]
Note = Annotated[str, Personal, msgspec.Meta(max_length=2000)]


@unique
class MarkVerdict(StrEnum):
    """What the supervisor says of one search."""

    JUSTIFIED = "justified"
    QUESTION = "question"
    UNJUSTIFIED = "unjustified"


class SampleSearchLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Draw a sample: `since` and `until` are days in UTC, both included. The same seed draws the same sample again.

    `account` is an account's name; `authority` takes the accounts that act for it today; `operation` one kind of
    search. Without `seed` one is drawn, and told.
    """

    passphrase: Passphrase
    since: DateText
    until: DateText
    size: PageSize = 50
    account: Name | None = None
    authority: Name | None = None
    operation: Name | None = None
    seed: Seed | None = None


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was said of a search, when and by which user number."""

    verdict: MarkVerdict
    note: Note | None
    at: Instant
    by: str


class SampledSearch(msgspec.Struct, frozen=True, kw_only=True):
    """One search of the sample: who (`account` is the name behind the user number), when, what, why, what was found."""

    entry: OpenedSearch
    account: str | None
    mark: Mark | None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample in order of time, drawn from `population` searches of `users` users.

    Each user stands in it at least once where the size allows. `locked` counts rows sealed under another passphrase.
    """

    seed: str
    population: int
    users: int
    rows: tuple[SampledSearch, ...]
    locked: int


class MarkLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say of one search whether it was justified; `note` is sealed as the search itself is."""

    search: RecordId
    verdict: MarkVerdict
    note: Note | None = None


class MarkSearch(MarkLine, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Mark one search, and `more` of them in the same act; a later mark replaces an earlier one."""

    more: Annotated[tuple[MarkLine, ...], msgspec.Meta(max_length=MARKS_AT_ONCE)] = ()


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """How many searches were marked."""

    marked: int


class SampleFile(msgspec.Struct, frozen=True, kw_only=True):
    """A sample as a file to keep: comma-separated values in UTF-8, with a line of names first."""

    name: str
    seed: str
    content: Annotated[str, Personal]


class AskSearchFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Count the searches of these days (UTC, both included). With the passphrase also what only their content tells."""

    since: CivilDate
    until: CivilDate
    passphrase: Passphrase | None = None


class UserFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one user, nothing weighed: `busiest` is the largest number in one hour, which began at `busiest_at`.

    `opened` and `without_document` count those searches whose content could be read.
    """

    user: str
    account: str | None
    searches: int
    hours: int
    busiest: int
    busiest_at: Instant
    opened: int
    without_document: int


class MarkCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many searches got one verdict."""

    verdict: MarkVerdict
    count: int


class SearchFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Plain counts over some days, most searches first; what is unusual a person judges.

    `without_document_permille` is the share among those opened. `marks` count what was said of searches of these days.
    """

    searches: int
    opened: int
    without_document: int
    without_document_permille: int | None
    users: tuple[UserFigures, ...]
    marks: tuple[MarkCount, ...]
