"""Measures for whoever needs protection: children, missing and vulnerable persons. They come before enforcement.

Facts from LAW.md 1.2 and 1.9. Where a missing adult is stays between the competent authorities.
"""

from __future__ import annotations

from typing import Final

from comity.crossings.records import Action, Direction, Measure, Sentence

_ANY: Final = tuple(Direction)
_LEAVING: Final = (Direction.EXIT, Direction.ENTRY)

PROTECTION_MEASURES: Final[tuple[Measure, ...]] = (
    *(
        Measure(
            category=category,
            directions=_LEAVING,
            sentence=Sentence(
                code="child.prevent-travel",
                text="Child at risk: do not let the child travel. Keep the child safe and apart from whoever comes "
                "along; measures in the best interests of the child are decided within 12 hours.",
            ),
            actions=(Action.TRAVEL_PREVENTED, Action.PLACED_UNDER_PROTECTION, Action.REFERRED),
            urgency=1,
            obligations=("contact-bureau-at-once", "best-interests-within-12-hours"),
            refer=True,
            source=source,
            confidence="verified",
        )
        for category, source in (
            ("CHI-A", "Reg (EU) 2018/1862 Art 32(1)(c); SR 362.0 Arts 28(c), 30(5)-(6)"),
            ("CHI-T", "Reg (EU) 2018/1862 Art 32(1)(d)"),
        )
    ),
    *(
        Measure(
            category=category,
            directions=(Direction.INLAND,),
            sentence=Sentence(
                code="child.inland",
                text="Child at risk: keep the child safe and tell child protection at once; measures in the best "
                "interests of the child are decided within 12 hours.",
            ),
            actions=(Action.PLACED_UNDER_PROTECTION, Action.TRAVEL_PREVENTED, Action.REFERRED),
            urgency=1,
            obligations=("contact-bureau-at-once", "best-interests-within-12-hours"),
            refer=True,
            source="Reg (EU) 2018/1862 Arts 32(1)(c)-(d), 33; SR 362.0 Art 30(5)-(6)",
            confidence="verified",
        )
        for category in ("CHI-A", "CHI-T")
    ),
    Measure(
        category="MIS-P",
        directions=_ANY,
        sentence=Sentence(
            code="missing.protect",
            text="Missing person in need of protection: place under protection if national law allows it, and report "
            "the place to the bureau. Tell the place to nobody else.",
        ),
        actions=(Action.PLACED_UNDER_PROTECTION, Action.PLACE_RECORDED, Action.REFERRED),
        urgency=1,
        obligations=("contact-bureau-at-once", "keep-place-secret"),
        source="Reg (EU) 2018/1862 Arts 32(1)(a), 33; SR 362.0 Arts 28-30",
        confidence="verified",
    ),
    Measure(
        category="VUL",
        directions=_ANY,
        sentence=Sentence(
            code="vulnerable.prevent-travel",
            text="Vulnerable adult: speak with the person alone and prevent the journey, respecting what the person "
            "wants; protection needs consent or a basis in national law.",
        ),
        actions=(Action.TRAVEL_PREVENTED, Action.PLACED_UNDER_PROTECTION, Action.REFERRED, Action.ALLOWED_ON),
        urgency=1,
        obligations=("contact-bureau-at-once", "respect-consent"),
        refer=True,
        source="Reg (EU) 2018/1862 Art 32(1)(e); SR 362.0 Art 29(2)",
        confidence="verified",
    ),
    Measure(
        category="MIS-N",
        directions=_ANY,
        sentence=Sentence(
            code="missing.report-place",
            text="Missing adult, no protection asked: note the place and report it to the bureau only. Do not hold the "
            "person, and tell nobody who asks, family least of all.",
        ),
        actions=(Action.PLACE_RECORDED, Action.REFERRED),
        urgency=2,
        obligations=("contact-bureau", "keep-place-secret", "ask-consent-to-tell"),
        source="Reg (EU) 2018/1862 Arts 32(1)(b), 33; SR 362.0 Art 30(1)-(2)",
        confidence="verified",
    ),
)
