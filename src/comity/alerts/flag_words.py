"""The closed lists behind a flag, and how a flag stands beside its alert."""

from __future__ import annotations

from enum import StrEnum, unique

import msgspec

from comity.core.time import CivilDate


@unique
class FlagGround(StrEnum):
    """Why the action cannot be taken: the closed list of Art 24(1)."""

    NATIONAL_LAW = "national_law"
    INTERNATIONAL_OBLIGATIONS = "international_obligations"
    ESSENTIAL_INTERESTS = "essential_interests"


@unique
class JudicialGround(StrEnum):
    """What a judicial authority did or will obviously do; without one of these no arrest is flagged (Art 25)."""

    JUDICIAL_REFUSAL = "judicial_refusal"
    PERSON_RELEASED = "person_released"
    REFUSAL_OBVIOUS = "refusal_obvious"


class FlagLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A flag beside its alert: who does not take the action, why, and since when."""

    party: str
    ground: FlagGround
    judicial: JudicialGround | None
    day: CivilDate
