"""What questions to other parties mean for the advice of a check, pure."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.core.errors import Refused
from comity.crossings.abroad.records import AnswerAbroad, AskedAbroad, AskedState, Fear
from comity.crossings.records import Advice, Outcome, Sentence
from comity.exchange.modes.records import Said

HIT_ABROAD: Final = Sentence(
    code="check.hit-abroad",
    text="Another party answers that it holds something on this. Read its answer below; a person must confirm it "
    "there before anything is done.",
)

_OURS: Final = frozenset({"log"})
"""Duties that the house does by itself."""


def with_answers(advice: Advice, answers: tuple[AnswerAbroad, ...], *, degraded: bool = False) -> Advice:
    """Return the advice as it is shown while the answers are at hand; what is stored never holds them.

    A hit abroad sends the person to somebody who looks; it takes nothing from what was found here.
    """
    if degraded:
        advice = msgspec.structs.replace(advice, degraded=True)
    if not answers:
        return advice
    advice = msgspec.structs.replace(advice, answers=answers, abroad=_as_answered(advice.abroad, answers))
    hits = [each for each in answers if each.said is Said.HIT]
    told = (duty for each in hits for duty in each.obligations if duty not in _OURS)
    duties = tuple(dict.fromkeys((*advice.obligations, *told)))
    if not hits:
        return advice
    return msgspec.structs.replace(
        advice,
        outcome=Outcome.REFER,
        sentence=advice.sentence if advice.matches else HIT_ABROAD,
        obligations=duties,
    )


def _as_answered(asked: tuple[AskedAbroad, ...], answers: tuple[AnswerAbroad, ...]) -> tuple[AskedAbroad, ...]:
    """Return how far the questions are now: one that was held back at the check may have been answered since."""
    came = {(each.party, each.category) for each in answers}
    return tuple(
        msgspec.structs.replace(each, state=AskedState.ANSWERED, reason=None)
        if (each.party, each.category) in came
        else each
        for each in asked
    )


def require_no_fear(fear: Fear) -> None:
    """Refuse to name a person to a State before it was asked, and answered, whether the person fears it.

    Raises `Refused` `rights.fear-expressed`.
    """
    if fear is not Fear.NO:
        raise Refused(
            "rights.fear-expressed",
            "Nobody is named to a State whom they may fear, or before they were asked.",
            field="$.fear_expressed",
            remedy="Ask the person first; whoever expresses fear is referred to the asylum procedure.",
            reasons=("rights.fear-expressed",),
        )
