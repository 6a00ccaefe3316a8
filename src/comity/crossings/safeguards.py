"""What must be asked before a decision against a person, what the answers forbid, and what they oblige to.

LAW.md 14 and 3.6: fear comes before any refusal, children and vulnerable persons before any measure. The answers stay
in the check's own record: a report must not betray who asked for protection.
"""

from __future__ import annotations

from typing import Final

from comity.core.errors import Refused
from comity.crossings.records import Action, Answer, Safeguards

SENDS_AWAY: Final = frozenset({Action.ENTRY_REFUSED, Action.RETURN_CONFIRMED})
"""Actions that would send a person away, which fear, or a question not asked, forbids (non-refoulement)."""
ADVERSE: Final = SENDS_AWAY | {
    Action.ARRESTED,
    Action.NATIONAL_MEASURE,
    Action.TRAVEL_PREVENTED,
    Action.QUESTIONED,
    Action.SEARCHED,
}
"""Actions against a person: none is taken before the questions are answered. What protects is not one of them."""

_DUTIES: Final = (
    ("fear_expressed", "asylum-procedure"),
    ("child_or_age_unknown", "best-interests-of-the-child"),
    ("vulnerable", "care-for-vulnerable-person"),
    ("interpreter", "call-interpreter"),
)


def require_safeguards(safeguards: Safeguards, action: Action = Action.ENTRY_REFUSED) -> None:
    """Refuse an adverse action while a safeguard stands against it; others pass.

    Raises `Refused`: `rights.fear-expressed` (fear was expressed, or nobody asked), `rights.safeguards-unanswered`.
    """
    if action in SENDS_AWAY and safeguards.fear_expressed is not Answer.NO:
        raise Refused(
            "rights.fear-expressed",
            "Nobody is refused who expresses fear, or who was not asked.",
            field="$.safeguards.fear_expressed",
            remedy="Refer the person to the asylum procedure: confirm the match with the action `referred`.",
            reasons=("rights.fear-expressed",),
        )
    asked = (safeguards.child_or_age_unknown, safeguards.vulnerable, safeguards.interpreter)
    if action in ADVERSE and Answer.UNKNOWN in asked:
        raise Refused(
            "rights.safeguards-unanswered",
            "A decision against a person needs an answer to each of the questions.",
            field="$.safeguards",
            remedy="Answer them, or refer the person to the second line.",
            reasons=("rights.safeguards-unanswered",),
        )


def duties_from(safeguards: Safeguards) -> tuple[str, ...]:
    """Return what the answers oblige to, as codes."""
    return tuple(duty for question, duty in _DUTIES if getattr(safeguards, question) is Answer.YES)
