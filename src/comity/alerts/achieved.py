"""When the purpose of an alert is achieved, who says so, and what silence then means.

The bureau that hears of it tells the authority that entered the alert, which has 15 calendar days to say that the alert
is still needed; without a reply it is deleted (Reg (EU) 2018/1861 Art 39(7)). What ends the purpose differs by
category (Reg (EU) 2018/1862 Art 55; SR 362.0 Arts 34b, 43(2)-(3)).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.core.personal import Personal
from comity.core.time import CivilDate, Instant, add_period, date_of

REPLY_PERIOD: Final = "P15D"
"""Time to reply, in calendar days; the day of the message does not count (Reg (EEC, Euratom) 1182/71 Art 3(1))."""


@unique
class Achievement(StrEnum):
    """What ended the purpose of an alert."""

    SURRENDERED = "surrendered"
    EXTRADITED = "extradited"
    DECISION_WITHDRAWN = "decision_withdrawn"
    CITIZENSHIP_ACQUIRED = "citizenship_acquired"
    RETURNED = "returned"
    LOCATED = "located"
    CASE_RESOLVED = "case_resolved"
    PLACE_TOLD = "place_told"
    SEIZED = "seized"
    EVIDENCE_SECURED = "evidence_secured"
    IDENTIFIED = "identified"
    CHECK_DONE = "check_done"


_RESOLVED: Final = (Achievement.CASE_RESOLVED, Achievement.DECISION_WITHDRAWN)
_REFUSAL: Final = (Achievement.DECISION_WITHDRAWN, Achievement.CITIZENSHIP_ACQUIRED)
_CHECK: Final = (Achievement.CHECK_DONE, Achievement.DECISION_WITHDRAWN)

ACHIEVEMENTS: Final[Mapping[str, tuple[Achievement, ...]]] = MappingProxyType(
    {
        "ARR": (Achievement.SURRENDERED, Achievement.EXTRADITED, Achievement.DECISION_WITHDRAWN),
        "RET": (Achievement.RETURNED, *_REFUSAL),
        "REF": _REFUSAL,
        "REFX": _REFUSAL,
        "MIS-P": _RESOLVED,
        "MIS-N": (Achievement.LOCATED, *_RESOLVED),
        "CHI-A": _RESOLVED,
        "CHI-T": _RESOLVED,
        "VUL": _RESOLVED,
        "JUD": (Achievement.PLACE_TOLD, Achievement.DECISION_WITHDRAWN),
        "DIS": _CHECK,
        "INQ": _CHECK,
        "SPE": _CHECK,
        "INF": _CHECK,
        "OBJ": (Achievement.SEIZED, Achievement.EVIDENCE_SECURED, Achievement.DECISION_WITHDRAWN),
        "UNK": (Achievement.IDENTIFIED,),
    }
)
"""What can end the purpose, per category. ARR, MIS, RET, UNK: verified; JUD and OBJ from memory; the rest follows."""


_BY_ACTION: Final[Mapping[str, tuple[Achievement, ...]]] = MappingProxyType(
    {
        "place-recorded": (Achievement.LOCATED, Achievement.PLACE_TOLD),
        "located": (Achievement.LOCATED,),
        "placed-under-protection": (Achievement.CASE_RESOLVED,),
        "return-confirmed": (Achievement.RETURNED,),
        "seized": (Achievement.SEIZED,),
        "checked-discreetly": (Achievement.CHECK_DONE,),
        "questioned": (Achievement.CHECK_DONE,),
        "searched": (Achievement.CHECK_DONE,),
    }
)
"""What an action at a hit may have ended; an arrest ends nothing before the surrender. Our own choice (synthetic)."""


def ended_by(category: str, action: str) -> Achievement | None:
    """Return what may have ended the purpose of an alert with this action at a hit; None where nothing did."""
    return next((one for one in _BY_ACTION.get(action, ()) if one in ACHIEVEMENTS[category]), None)


class AchievementNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One message of the bureau that the purpose is achieved. `kept` is the reasoned reply that it is not."""

    at: Instant
    what: Achievement
    kept: Annotated[str, Personal, Meta(min_length=1, max_length=2000)] | None = None

    @property
    def open(self) -> bool:
        """Whether the authority has not replied yet."""
        return self.kept is None

    @property
    def last_day(self) -> CivilDate:
        """The last day for a reply; the alert goes when it has passed."""
        return add_period(date_of(self.at), REPLY_PERIOD)


def pending(told: tuple[AchievementNotice, ...]) -> AchievementNotice | None:
    """Return the message that waits for the authority's reply, if one does."""
    return told[-1] if told and told[-1].open else None


def delete_by(review: CivilDate, told: tuple[AchievementNotice, ...]) -> CivilDate:
    """Return the last day on which an alert may be kept: its review date, or sooner the end of a pending reply."""
    waiting = pending(told)
    return review if waiting is None else min(review, waiting.last_day)
