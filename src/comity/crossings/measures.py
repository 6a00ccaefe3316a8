"""What each category asks for, by direction and lane: the sentences of the advice, as data with their sources.

Facts from LAW.md 1.2, 1.7, 1.8 and 14. Urgency: 1 and 2 whom to protect, 3 arrest, 4 checks and things, 5 and 6
refusals and procedures, from 7 on listings. A category without a row is never acted on at the counter: it goes to the
second line.
"""

from __future__ import annotations

from comity.crossings.listings import LISTING_MEASURES
from comity.crossings.notices import NOTICE_MEASURES
from comity.crossings.policing import POLICE_MEASURES
from comity.crossings.protection import PROTECTION_MEASURES
from comity.crossings.records import Action, Direction, Lane, Measure, Sentence
from comity.crossings.refusals import REFUSAL_MEASURES

_ANY = tuple(Direction)

MEASURES: tuple[Measure, ...] = (
    Measure(
        category="ARR",
        directions=_ANY,
        sentence=Sentence(
            code="arr.arrest",
            text="If the identity is confirmed, arrest for surrender or extradition; if that is impossible, locate and "
            "report.",
        ),
        actions=(Action.ARRESTED, Action.LOCATED, Action.REFERRED),
        urgency=3,
        obligations=("contact-bureau-at-once",),
        adverse=True,
        source="Reg (EU) 2018/1862 Art 26; SR 362.0 Arts 18, 23-27",
        confidence="verified",
    ),
    Measure(
        category="REF",
        directions=(Direction.ENTRY,),
        lanes=(Lane.THIRD_COUNTRY,),
        sentence=Sentence(
            code="ref.refuse-entry",
            text="If the identity is confirmed, entry is to be refused, unless a permit, free movement or a "
            "humanitarian reason stands against it. You decide.",
        ),
        actions=(Action.ENTRY_REFUSED, Action.REFERRED, Action.ALLOWED_ON),
        urgency=5,
        obligations=("contact-bureau",),
        adverse=True,
        source="Reg (EU) 2018/1861 Art 24; Reg (EU) 2016/399 Arts 6, 14",
        confidence="verified",
    ),
    Measure(
        category="REF",
        directions=(Direction.ENTRY,),
        lanes=(Lane.FREE_MOVEMENT,),
        sentence=Sentence(
            code="ref.consult-free-movement",
            text="Do not refuse at the counter: a free-movement beneficiary. The bureau consults the issuer at once; "
            "Directive 2004/38/EC applies.",
        ),
        actions=(Action.REFERRED, Action.ALLOWED_ON),
        urgency=6,
        obligations=("consult-issuer-at-once",),
        refer=True,
        source="Reg (EU) 2018/1861 Art 26; SR 362.0 Art 22(3)",
        confidence="verified",
    ),
    Measure(
        category="REF",
        directions=(Direction.ENTRY,),
        lanes=(Lane.TRANSIT,),
        sentence=Sentence(
            code="ref.transit",
            text="A holder of another State's permit may pass in transit unless on the own national list: the second "
            "line decides.",
        ),
        actions=(Action.REFERRED, Action.ALLOWED_ON),
        urgency=6,
        obligations=("contact-bureau",),
        refer=True,
        source="Reg (EU) 2016/399 Art 6(5)(a)",
        confidence="from-memory",
    ),
    Measure(
        category="REF",
        directions=(Direction.EXIT,),
        sentence=Sentence(
            code="ref.exit",
            text="Confirm the identity; nothing is refused on the way out. Let the person leave and report the hit.",
        ),
        actions=(Action.ALLOWED_ON, Action.REFERRED),
        urgency=6,
        obligations=("contact-bureau",),
        source="Reg (EU) 2018/1861 Art 24",
        confidence="from-memory",
    ),
    Measure(
        category="REF",
        directions=(Direction.INLAND,),
        sentence=Sentence(
            code="ref.inland",
            text="Confirm the identity; the competent authority decides individually under national law.",
        ),
        actions=(Action.REFERRED, Action.NATIONAL_MEASURE, Action.ALLOWED_ON),
        urgency=6,
        obligations=("contact-bureau",),
        refer=True,
        source="SR 362.0 Art 22",
        confidence="verified",
    ),
)

_SECOND_LINE = Sentence(
    code="any.second-line", text="Send the person to the second line; do not act on this at the counter."
)

_ALL = (*PROTECTION_MEASURES, *MEASURES, *POLICE_MEASURES, *REFUSAL_MEASURES, *LISTING_MEASURES, *NOTICE_MEASURES)


def measure_for(category: str, direction: Direction, lane: Lane) -> Measure:
    """Return what the category asks for here; what has no row goes to the second line."""
    for measure in _ALL:
        if measure.category == category and direction in measure.directions and lane in (measure.lanes or tuple(Lane)):
            return measure
    return Measure(
        category=category,
        directions=(direction,),
        sentence=_SECOND_LINE,
        actions=(Action.REFERRED,),
        urgency=6,
        refer=True,
        # Nothing is known of it here, so nothing of it may be shown.
        discreet=True,
        source="LAW.md 0.8",
        confidence="synthetic",
    )
