"""What the check in each lane has to cover whatever was found, and nationalities that another lane is for: as data.

Facts of Regulation (EU) 2016/399, each with where it stands and how surely it was read. They tell the officer what to
look at; nothing here decides.
"""

from __future__ import annotations

from typing import Final

from comity.agreements.nationals import NOT_THIRD_COUNTRY
from comity.crossings.asking import LaneDuty
from comity.crossings.records import Asked, Direction, Lane, Sentence

_RECALLED: Final = "from-memory"
_BORDERS_CODE: Final = "Reg (EU) 2016/399"


def _duty(code: str, text: str, article: str) -> LaneDuty:
    return LaneDuty(code=code, text=text, source=f"{_BORDERS_CODE} {article}", confidence=_RECALLED)


_DOCUMENT: Final = _duty(
    "lane.document",
    "Identity and nationality; the document genuine, valid and the holder's own.",
    "Art 8(2)",
)
_SEARCH: Final = _duty(
    "lane.search",
    "Search of the databases; it may be limited to chosen persons only where a risk assessment was notified.",
    "Art 8(2), (2a), as amended by Reg (EU) 2017/458",
)
_NO_MORE: Final = _duty(
    "lane.no-more", "No questions on purpose, means or length of stay.", "Art 8(2); Directive 2004/38/EC"
)
_CONDITIONS: Final = _duty(
    "lane.entry-conditions", "Visa or residence permit where one is needed.", "Arts 6(1), 8(3)(a)"
)
_PURPOSE: Final = _duty("lane.purpose", "Purpose of the stay, places from and to, papers for it.", "Art 8(3)(a)(iv)")
_MEANS: Final = _duty("lane.means", "Means for the stay and the way back or on.", "Art 8(3)(a)(v)")
_STAY: Final = _duty("lane.stay", "Days already used of the authorised stay, and those still left.", "Art 8(3)(a)(iii)")
_THREAT: Final = _duty(
    "lane.threat", "No threat to public order, security, health: person, luggage, vehicle as needed.", "Art 8(3)(a)(vi)"
)
_OVERSTAY: Final = _duty("lane.overstay", "The authorised stay was not exceeded.", "Art 8(3)(h)(ii)")
_ONWARD: Final = _duty("lane.onward", "Permit or visa for the State of destination, and the way there.", "Art 6(5)(a)")

LANE_DUTIES: Final[dict[tuple[Lane, Direction], tuple[LaneDuty, ...]]] = {
    (Lane.FREE_MOVEMENT, Direction.ENTRY): (_DOCUMENT, _SEARCH, _NO_MORE),
    (Lane.FREE_MOVEMENT, Direction.EXIT): (_DOCUMENT, _SEARCH, _NO_MORE),
    (Lane.THIRD_COUNTRY, Direction.ENTRY): (_DOCUMENT, _CONDITIONS, _PURPOSE, _STAY, _MEANS, _THREAT),
    (Lane.THIRD_COUNTRY, Direction.EXIT): (_DOCUMENT, _OVERSTAY, _THREAT),
    (Lane.TRANSIT, Direction.ENTRY): (_DOCUMENT, _ONWARD, _THREAT),
    (Lane.TRANSIT, Direction.EXIT): (_DOCUMENT, _ONWARD),
}
"""Inland there is no border check: national law says what is looked at."""

_FREE_IN_THOROUGH: Final = Sentence(
    code="lane.free-movement-national",
    text="The nationality is that of a free-movement State, and this lane is for third countries: the minimum check is "
    "the rule for this person. You decide.",
)
_THIRD_IN_FREE: Final = Sentence(
    code="lane.third-country-national",
    text="The nationality is not that of a free-movement State: ask for the status. Family of a Union citizen may use "
    "this lane (Directive 2004/38/EC); others are checked as third-country nationals. You decide.",
)


def duties_of(asked: Asked) -> tuple[LaneDuty, ...]:
    """Return what the check has to cover here."""
    return LANE_DUTIES.get((asked.lane, asked.direction), ())


def notes_on(asked: Asked) -> tuple[Sentence, ...]:
    """Say where nationality and lane do not go together; an unknown nationality says nothing."""
    nationality = asked.identity.nationality
    if nationality is None or asked.direction is Direction.INLAND:
        return ()
    free = nationality in NOT_THIRD_COUNTRY
    if free and asked.lane is Lane.THIRD_COUNTRY:
        return (_FREE_IN_THOROUGH,)
    if not free and asked.lane is Lane.FREE_MOVEMENT:
        return (_THIRD_IN_FREE,)
    return ()
