"""Measures of police and judicial alerts: checks, procedures, marks and things.

Facts from LAW.md 1.2. The chain where national law does not allow a check is SPE, then INQ, then DIS (SR 362.0 Art
34(5)-(6)); each step stands among the actions of the one above it. That an alert asks for a check of any of the three
is never shown or said: whoever is searched or questioned learns of the search, not of the alert.
"""

from __future__ import annotations

from typing import Final

from comity.crossings.records import Action, Direction, Measure, Sentence

_ANY: Final = tuple(Direction)
_COVERT: Final = (Action.CHECKED_DISCREETLY, Action.ALLOWED_ON)

POLICE_MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        category="SPE",
        directions=_ANY,
        sentence=Sentence(
            code="check.specific",
            text="Specific check: search the person, the vehicle and what is carried, as national law allows. If it "
            "does not allow a search, question as in an inquiry check; if not that either, check discreetly.",
        ),
        actions=(Action.SEARCHED, Action.QUESTIONED, Action.CHECKED_DISCREETLY, Action.REFERRED),
        urgency=4,
        obligations=("collect-check-information", "contact-bureau"),
        discreet=True,
        source="Reg (EU) 2018/1862 Art 37(5); SR 362.0 Art 34(5)-(6)",
        confidence="verified",
    ),
    Measure(
        category="INQ",
        directions=_ANY,
        sentence=Sentence(
            code="check.inquiry",
            text="Inquiry check: question the person thoroughly on what the issuer asks. If national law does not "
            "allow it, check discreetly.",
        ),
        actions=(Action.QUESTIONED, Action.CHECKED_DISCREETLY, Action.REFERRED),
        urgency=4,
        obligations=("collect-check-information", "contact-bureau"),
        discreet=True,
        source="Reg (EU) 2018/1862 Art 37(4); SR 362.0 Art 34(5)-(6)",
        confidence="verified",
    ),
    Measure(
        category="DIS",
        directions=_ANY,
        sentence=Sentence(
            code="check.discreet",
            text="Discreet check: go on as in any routine check and let nothing be noticed. Note what the routine "
            "shows: route, companions, vehicle, what is carried.",
        ),
        actions=_COVERT,
        urgency=4,
        obligations=("never-reveal", "collect-check-information", "contact-bureau"),
        discreet=True,
        source="Reg (EU) 2018/1862 Art 37(1), (3); SR 362.0 Arts 33-34",
        confidence="verified",
    ),
    Measure(
        category="INF",
        directions=_ANY,
        sentence=Sentence(
            code="information.collect",
            text="Information alert: go on as in any routine check and let nothing be noticed. Note what the routine "
            "shows; the bureau tells the issuer and Europol.",
        ),
        actions=_COVERT,
        urgency=4,
        obligations=("never-reveal", "collect-check-information", "contact-bureau", "tell-europol"),
        discreet=True,
        source="Reg (EU) 2018/1862 Arts 37a-37b",
        confidence="verified",
    ),
    Measure(
        category="UNK",
        directions=_ANY,
        sentence=Sentence(
            code="unknown.verify-first",
            text="Marks from a crime scene may be this person's: no measure yet. Establish the identity and have the "
            "issuer verify the match first.",
        ),
        actions=(Action.ISSUER_ASKED, Action.REFERRED),
        urgency=4,
        obligations=("verify-with-issuer", "contact-bureau-at-once"),
        refer=True,
        source="Reg (EU) 2018/1862 Art 40; SR 362.0 Art 34b",
        confidence="verified",
    ),
    Measure(
        category="OBJ",
        directions=_ANY,
        sentence=Sentence(
            code="object.seize",
            text="Seize or secure the thing as national law allows; what else is done is agreed with the issuer. The "
            "alert says nothing about who has it.",
        ),
        actions=(Action.SEIZED, Action.REFERRED),
        urgency=4,
        obligations=("agree-measures-with-issuer", "contact-bureau"),
        source="Reg (EU) 2018/1862 Arts 38-39; SR 362.0 Arts 35-36",
        confidence="verified",
    ),
    Measure(
        category="JUD",
        directions=_ANY,
        sentence=Sentence(
            code="judicial.report-residence",
            text="Sought for a judicial procedure: ask where the person lives or stays and report it. Do not detain "
            "anyone on this ground.",
        ),
        actions=(Action.PLACE_RECORDED, Action.REFERRED, Action.ALLOWED_ON),
        urgency=6,
        obligations=("contact-bureau", "no-detention"),
        source="Reg (EU) 2018/1862 Art 34; SR 362.0 Arts 31-32",
        confidence="verified",
    ),
)
