"""The reason codes of decisions, from the strictest down, and what each says in words.

The principal reason of a denial is the strictest one. Texts are fixed: a question may hold words that a stranger sent.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

from comity.core.decision import Reason


@unique
class Code(StrEnum):
    """Reason codes; the order is the strictness, strictest first, permits last."""

    UNKNOWN_AGREEMENT = "UNKNOWN_AGREEMENT"
    NOT_IN_FORCE = "NOT_IN_FORCE"
    NOT_PARTY = "NOT_PARTY"
    NOT_BOUND = "NOT_BOUND"
    THIRD_COUNTRY_BAR = "THIRD_COUNTRY_BAR"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    ISSUER_ONLY = "ISSUER_ONLY"
    ROLE_NOT_AUTHORISED = "ROLE_NOT_AUTHORISED"
    PURPOSE_FORBIDDEN = "PURPOSE_FORBIDDEN"
    CONSENT_REQUIRED = "CONSENT_REQUIRED"
    CONFIRM_HIT_FIRST = "CONFIRM_HIT_FIRST"
    CONDITION_UNMET = "CONDITION_UNMET"
    FIELD_NOT_ALLOWED = "FIELD_NOT_ALLOWED"
    MIN_DATA_MISSING = "MIN_DATA_MISSING"
    BOUND_AND_AUTHORISED = "BOUND_AND_AUTHORISED"
    NATIONAL_BASIS = "NATIONAL_BASIS"


STRICTNESS: Final = {code.value: rank for rank, code in enumerate(Code)}

TEXTS: Final = {
    Code.UNKNOWN_AGREEMENT: "This version of an agreement is not known here.",
    Code.NOT_IN_FORCE: "The agreement is not in force at that time.",
    Code.NOT_PARTY: "No agreement in force has all those concerned as parties.",
    Code.NOT_BOUND: "A party concerned is not bound for this category at that time.",
    Code.THIRD_COUNTRY_BAR: "Data received under the agreement may not go on to others.",
    Code.OUT_OF_SCOPE: "No clause covers this operation on this category at this stage.",
    Code.ISSUER_ONLY: "Only the owner of the record may do this, or be told this.",
    Code.ROLE_NOT_AUTHORISED: "The authority's role is not among those authorised.",
    Code.PURPOSE_FORBIDDEN: "The purpose is not one that this data may be used for.",
    Code.CONSENT_REQUIRED: "The owner of the record must consent first.",
    Code.CONFIRM_HIT_FIRST: "A person must confirm the identity first: a match is not a hit.",
    Code.CONDITION_UNMET: "A condition of the clause is not met.",
    Code.FIELD_NOT_ALLOWED: "There are data fields that the agreement does not allow.",
    Code.MIN_DATA_MISSING: "Mandatory data fields are missing.",
    Code.BOUND_AND_AUTHORISED: "The parties are bound and a clause authorises it.",
    Code.NATIONAL_BASIS: "An act at home on an own record, under national law.",
}


def reason(code: Code, basis: str, clause: str | None = None, detail: str = "") -> Reason:
    """Make a reason. `detail` holds words of our own vocabulary only, never a value that came from outside."""
    return Reason(code=code.value, text=TEXTS[code] + detail, basis=basis, clause=clause)


def strictest_first(reasons: set[Reason]) -> tuple[Reason, ...]:
    """Order reasons by strictness, then by clause and basis, so that the order found does not matter."""
    return tuple(
        sorted(reasons, key=lambda each: (STRICTNESS[each.code], each.clause or "", each.basis, each.text)),
    )
