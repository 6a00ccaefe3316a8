"""Entries of official lists at the counter: what each kind asks for, and the search for them.

A list is not an alert (LAW.md 14): nothing here is ever adverse. Only a travel ban may lead further than a note, and
then to the second line, because listings have exemptions and host countries have duties.
"""

from __future__ import annotations

from typing import Final

from comity.core.decision import Reason
from comity.crossings.records import Action, Direction, Measure, Sentence
from comity.screening.listed import Listed

_BASIS: Final = "house rule: a list is not an alert"
_INFORM: Final = ("inform-competent-authority",)
_EVERYWHERE: Final = tuple(Direction)
_SOFT: Final = (Action.ALLOWED_ON, Action.REFERRED)


def _reason(code: str, text: str) -> tuple[Reason, ...]:
    return (Reason(code=code, text=text, basis=_BASIS),)


LISTING_MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        category=Listed.TRAVEL_BAN.value,
        directions=(Direction.ENTRY,),
        sentence=Sentence(
            code="listed.travel-ban",
            text="Listed with a travel ban. A listing alone refuses nobody: unless an alert stands beside it, do not "
            "refuse at the counter; the second line looks at the listing, its exemptions and the duties of a host "
            "country.",
        ),
        actions=(Action.REFERRED, Action.ALLOWED_ON),
        urgency=7,
        obligations=_INFORM,
        refer=True,
        reasons=_reason("LISTED_TRAVEL_BAN", "The regime of this listing bans travel by the regime-to-measure table."),
        source="Reg (EU) 2018/1861 Art 25; LAW.md 14",
        confidence="from-memory",
    ),
    Measure(
        category=Listed.INCOMPLETE.value,
        directions=(Direction.ENTRY,),
        sentence=Sentence(
            code="listed.incomplete",
            text="Listed with a travel ban, but the list lacks the data that would tell who is meant. Do not refuse at "
            "the counter: the second line looks into the identity.",
        ),
        actions=(Action.REFERRED, Action.ALLOWED_ON),
        urgency=8,
        obligations=_INFORM,
        refer=True,
        reasons=_reason("LISTED_INCOMPLETE", "The listing lacks the least data of an alert; it is searched only."),
        source="SR 362.0 Art 11(2); LAW.md 14",
        confidence="verified",
    ),
    Measure(
        category=Listed.DECEASED.value,
        directions=_EVERYWHERE,
        sentence=Sentence(
            code="listed.deceased",
            text="The listed person is reported dead. If this is the listed identity, have the second line check for "
            "the theft of an identity; no border action follows from the listing.",
        ),
        actions=(Action.REFERRED, Action.ALLOWED_ON),
        urgency=8,
        obligations=("check-identity-theft", *_INFORM),
        refer=True,
        reasons=_reason("LISTED_DECEASED", "The source of the list reports the listed person dead."),
        source="LAW.md 14",
        confidence="verified",
    ),
    *(
        Measure(
            category=listed.value,
            directions=directions,
            sentence=Sentence(
                code="listed.no-border-action",
                text="Listed, no border action: let the person go on and inform the competent authority.",
            ),
            actions=_SOFT,
            urgency=9,
            obligations=_INFORM,
            reasons=_reason("LISTED_NO_BORDER_ACTION", text),
            source="LAW.md 14",
            confidence="verified",
        )
        for listed, directions, text in (
            (Listed.NO_ACTION, _EVERYWHERE, "This listing bans no travel, or none of this person."),
            (Listed.TRAVEL_BAN, (Direction.EXIT, Direction.INLAND), "A travel ban is about entry and transit."),
            (Listed.INCOMPLETE, (Direction.EXIT, Direction.INLAND), "A travel ban is about entry and transit."),
        )
    ),
    Measure(
        category=Listed.OTHER_LAW.value,
        directions=_EVERYWHERE,
        sentence=Sentence(
            code="listed.other-law",
            text="Listed by the law of another State only, no border action: inform the competent authority.",
        ),
        actions=_SOFT,
        urgency=10,
        obligations=_INFORM,
        reasons=_reason("LISTED_OTHER_LAW", "The listing is the law of another State."),
        source="LAW.md 14",
        confidence="verified",
    ),
)
