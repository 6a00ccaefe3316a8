"""Findings about alerts, and the report per party. A finding names an alert by number; it says nothing of a person."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec
from msgspec import Meta

from comity.core.time import CivilDate

Party = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
FieldName = Annotated[str, Meta(max_length=60)]


@unique
class Doubt(StrEnum):
    """What a finding says. `implausible`: a value that cannot be; `past-due`: it should have gone by itself."""

    INCOMPLETE = "incomplete"
    DUPLICATE = "duplicate"
    IMPLAUSIBLE = "implausible"
    STALE = "stale"
    NEVER_HIT = "never-hit"
    PAST_DUE = "past-due"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One doubt about one alert. `fields` are the names of the fields concerned; `other` the twin of a duplicate."""

    party: str
    alert: str
    category: str
    entered: CivilDate
    doubt: Doubt
    score: int
    fields: tuple[str, ...] = ()
    other: str | None = None


class AskQuality(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The report over all alerts held here, of one `party` or of all."""

    party: Party | None = None


class PartyQuality(msgspec.Struct, frozen=True, kw_only=True):
    """One party's alerts in numbers; scores are percent of the fields that an alert of its category may hold."""

    party: str
    alerts: int
    mean_score: int
    lowest_score: int
    incomplete: int
    duplicate: int
    implausible: int
    stale: int
    never_hit: int
    past_due: int


class QualityReport(msgspec.Struct, frozen=True, kw_only=True):
    """All parties, and how many alerts were looked at; `whole` is false where there are more than one look takes."""

    parties: tuple[PartyQuality, ...]
    looked_at: int
    whole: bool


class ListFindings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Findings about one party's alerts, the worst alerts first; `doubt` narrows."""

    party: Party
    doubt: Doubt | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Findings, and how many there are in all."""

    findings: tuple[Finding, ...]
    many: int


class ScoreAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Judge one alert."""

    party: Party
    alert: Annotated[str, Meta(max_length=26)]


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """The score of one alert in percent, what it lacks, and the doubts about it."""

    score: int
    lacks: tuple[FieldName, ...]
    findings: tuple[Finding, ...]
