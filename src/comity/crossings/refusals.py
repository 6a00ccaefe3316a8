"""Measures of return decisions and travel bans, where direction and lane change what is to be done (LAW.md 1.8, 14)."""

from __future__ import annotations

from typing import Final

from comity.crossings.records import Action, Direction, Lane, Measure, Sentence

_SOFT: Final = (Action.REFERRED, Action.ALLOWED_ON)

REFUSAL_MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        category="REFX",
        directions=(Direction.ENTRY,),
        sentence=Sentence(
            code="refx.entry",
            text="Travel ban: the second line looks whether the listing act exempts this journey or the host country "
            "has duties, before anything is refused.",
        ),
        actions=(Action.REFERRED, Action.ENTRY_REFUSED, Action.ALLOWED_ON),
        urgency=5,
        obligations=("contact-bureau", "look-for-exemption"),
        refer=True,
        adverse=True,
        source="Reg (EU) 2018/1861 Art 25; LAW.md 14",
        confidence="from-memory",
    ),
    Measure(
        category="REFX",
        directions=(Direction.EXIT,),
        sentence=Sentence(
            code="refx.exit",
            text="Travel ban: confirm the identity; nothing is refused on the way out. Let the person leave and report "
            "the hit.",
        ),
        actions=(Action.ALLOWED_ON, Action.REFERRED),
        urgency=6,
        obligations=("contact-bureau",),
        source="Reg (EU) 2018/1861 Art 25",
        confidence="from-memory",
    ),
    Measure(
        category="REFX",
        directions=(Direction.INLAND,),
        sentence=Sentence(
            code="refx.inland",
            text="Travel ban: confirm the identity; the competent authority decides individually under national law.",
        ),
        actions=(Action.REFERRED, Action.NATIONAL_MEASURE, Action.ALLOWED_ON),
        urgency=6,
        obligations=("contact-bureau",),
        refer=True,
        source="Reg (EU) 2018/1861 Art 25",
        confidence="from-memory",
    ),
    Measure(
        category="RET",
        directions=(Direction.ENTRY,),
        lanes=(Lane.FREE_MOVEMENT,),
        sentence=Sentence(
            code="ret.free-movement",
            text="Return decision on a free-movement beneficiary: do nothing at the counter; the bureau consults the "
            "issuer at once.",
        ),
        actions=_SOFT,
        urgency=6,
        obligations=("consult-issuer-at-once",),
        refer=True,
        source="Reg (EU) 2018/1860 Arts 9-12",
        confidence="from-memory",
    ),
    Measure(
        category="RET",
        directions=(Direction.ENTRY,),
        sentence=Sentence(
            code="ret.entry",
            text="The person had to leave and comes back: tell the issuer at once, who deletes this alert and, with an "
            "entry ban, enters a refusal. Entry is decided here under the Borders Code.",
        ),
        actions=(Action.REFERRED, Action.ENTRY_REFUSED, Action.ALLOWED_ON),
        urgency=5,
        obligations=("tell-issuer-at-once", "contact-bureau-at-once"),
        refer=True,
        adverse=True,
        source="Reg (EU) 2018/1860 Art 8; Reg (EU) 2016/399 Art 6",
        confidence="verified",
    ),
    Measure(
        category="RET",
        directions=(Direction.EXIT,),
        sentence=Sentence(
            code="ret.exit",
            text="The person leaves as the return decision asks: confirm the return with place and date, and let the "
            "person go.",
        ),
        actions=(Action.RETURN_CONFIRMED, Action.REFERRED),
        urgency=5,
        obligations=("contact-bureau", "confirm-return"),
        source="Reg (EU) 2018/1860 Art 6; SR 362.0 Art 19c",
        confidence="verified",
    ),
    Measure(
        category="RET",
        directions=(Direction.INLAND,),
        sentence=Sentence(
            code="ret.inland",
            text="Return decision: the competent authority decides individually under return law; for a permit holder "
            "it consults the issuer first.",
        ),
        actions=(Action.REFERRED, Action.NATIONAL_MEASURE, Action.ALLOWED_ON),
        urgency=6,
        obligations=("contact-bureau",),
        refer=True,
        source="Reg (EU) 2018/1860 Arts 3, 9-12",
        confidence="from-memory",
    ),
)
