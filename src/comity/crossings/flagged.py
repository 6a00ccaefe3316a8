"""What is done on an alert that the own State has flagged: an arrest becomes locating, the rest is not done here.

Reg (EU) 2018/1862 Arts 24-25, 31; SR 362.0 Art 13(3), 27. Whom an alert would protect is protected by the own law
instead: a flag takes nothing from that (LAW.md 0.9).
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.core.decision import Reason
from comity.crossings.records import Action, Measure, Sentence

FLAGGED: Final = Reason(
    code="FLAGGED",
    text="The alert is flagged: the action is not taken there.",
    basis="Reg (EU) 2018/1862 Art 24; SR 362.0 Art 13(3)",
)

_ARREST: Final = "ARR"
_PROTECTING: Final = frozenset({"MIS-P", "MIS-N", "CHI-A", "CHI-T", "VUL"})

_LOCATE: Final = Sentence(
    code="flag.locate",
    text="Do not arrest: a flag stands against it here. Establish where the person stays and report it; let the person "
    "go on.",
)
_PROTECT: Final = Sentence(
    code="flag.protect",
    text="A flag stands against the measure that the alert asks for. Send the person to the second line: your own law "
    "on the protection of persons applies.",
)
_NOTHING: Final = Sentence(
    code="flag.nothing",
    text="A flag stands against what this alert asks for: nothing is done on it here. Go on as in any routine check "
    "and let nothing be noticed.",
)


def flagged_measure(measure: Measure) -> Measure:
    """Return what takes the place of a measure on a flagged alert."""
    obligations: tuple[str, ...] = ("contact-bureau",)
    actions: tuple[Action, ...] = (Action.ALLOWED_ON,)
    sentence, refer, discreet = _NOTHING, False, True
    if measure.category == _ARREST:
        sentence, actions, discreet = _LOCATE, (Action.LOCATED, Action.REFERRED), False
        obligations = ("contact-bureau-at-once",)
    elif measure.category in _PROTECTING:
        sentence, actions, refer, discreet = _PROTECT, (Action.REFERRED, Action.ALLOWED_ON), True, measure.discreet
        kept = {"keep-place-secret", "respect-consent", "contact-bureau-at-once"}
        obligations = tuple(each for each in measure.obligations if each in kept) or obligations
    return msgspec.structs.replace(
        measure,
        sentence=sentence,
        actions=actions,
        obligations=obligations,
        adverse=False,
        refer=refer,
        discreet=discreet,
        reasons=(*measure.reasons, FLAGGED),
        source="Reg (EU) 2018/1862 Arts 24-25, 31; SR 362.0 Arts 13(3), 27",
        confidence="verified",
    )
