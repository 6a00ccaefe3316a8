"""What a search brings: candidates with their evidence, and how old each source is."""

from __future__ import annotations

from enum import StrEnum, unique

import msgspec

from comity.core.decision import Reason
from comity.core.ids import Owner, RecordRef
from comity.crossings.abroad.records import AskedAbroad
from comity.crossings.asking import Cleared
from comity.screening.records import Weighed


@unique
class Freshness(StrEnum):
    """Where the data of a source come from: the owner itself, a copy of some age, or nowhere."""

    LIVE = "live"
    COPY = "copy"
    NOTHING = "nothing"


@unique
class FoundBy(StrEnum):
    """What led to a match; matches on the document shown stand together, on person and on thing."""

    DOCUMENT = "document"
    PERSON = "person"
    THING = "thing"


class SourceAge(msgspec.Struct, frozen=True, kw_only=True):
    """How old the data of one party are; `age_s` is seconds since its stream was last heard, for copies only."""

    party: str
    freshness: Freshness
    age_s: int | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Why something matched, or what speaks against it: the field, and how; words, never a bare score.

    `grade` is `exact`, `similar`, `partial`, `swapped` (day and month), `number-only`, `near` (one slip of
    reading away), `differs` or `not-known`.
    """

    field: str
    grade: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that the index found and the agreements let this officer see.

    `strength` orders candidates of one action, larger first, and is not shown. `free_movement` is what the owner noted.
    `referred` holds the reasons where the decision point asked for a person. `cleared`: found to be another before.
    `papers`: what is sought is a document, or may be found by one. `weighed`: how much speaks for one person.
    `flagged`: the own State does not act on it.
    """

    alert: RecordRef
    owner: Owner
    category: str
    strength: int
    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...] = ()
    free_movement: bool = False
    referred: tuple[Reason, ...] = ()
    cleared: Cleared | None = None
    papers: bool = True
    weighed: Weighed | None = None
    flagged: bool = False


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a search brought: candidates, how old each source is, who was asked, whether it stopped early."""

    candidates: tuple[Candidate, ...]
    sources: tuple[SourceAge, ...]
    incomplete: bool = False
    abroad: tuple[AskedAbroad, ...] = ()
