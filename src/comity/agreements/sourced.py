"""One statement of law: what it says, where it stands, how sure we are; and the short texts of records."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Generic, TypeVar

import msgspec

from comity.core.time import CivilDate

T = TypeVar("T")


@unique
class Confidence(StrEnum):
    """How sure a stated fact is: read in its source, recalled, or our own design choice."""

    VERIFIED = "verified"
    FROM_MEMORY = "from-memory"
    SYNTHETIC = "synthetic"


Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Kebab = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=96)]
Word = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}\Z")]
"""A word of a closed list: an operation, a record category, a purpose, a role, a reason code."""
ListName = Annotated[str, msgspec.Meta(pattern=r"^@[a-z][a-z0-9_]{0,63}\Z")]
"""A closed list by its name, `@serious_offences`."""
ExpressionText = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
"""A condition as written; `comity.agreements.expr` reads it."""
PartyCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
SideName = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{3}|[a-z0-9]+(-[a-z0-9]+)*)\Z", max_length=96)]
"""Who stands on a side of a clause: a party; inside one party, an authority."""
PeriodText = Annotated[str, msgspec.Meta(pattern=r"^P[1-9][0-9]{0,2}[YMD]\Z")]
"""An ISO 8601 period of whole years, months or days, such as `P5Y`."""
Day = Annotated[CivilDate, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Words = Annotated[tuple[T, ...], msgspec.Meta(min_length=1, max_length=300)]


class Sourced(msgspec.Struct, Generic[T], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One statement of law: what it says, where it stands, how sure we are that it stands there."""

    value: T
    source: Text
    confidence: Confidence
