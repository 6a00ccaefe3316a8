"""The reason codes of decisions, from the strictest down, and what each says in words.

The principal reason of a denial is the strictest one. Texts are fixed: a question may hold words that a stranger sent.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

from comity.agreements.tables import tables
from comity.core.decision import Reason


@unique
class Code(StrEnum):
    """The reason codes that the kernel itself gives; clauses and rules of law name further ones of the table."""

    UNKNOWN_AGREEMENT = "UNKNOWN_AGREEMENT"
    NOT_IN_FORCE = "NOT_IN_FORCE"
    ENDED = "ENDED"
    SUSPENDED = "SUSPENDED"
    FLOOR_NON_REFOULEMENT = "FLOOR_NON_REFOULEMENT"
    FLOOR_TORTURE = "FLOOR_TORTURE"
    FLOOR_DEATH_PENALTY = "FLOOR_DEATH_PENALTY"
    FLOOR_CHILD = "FLOOR_CHILD"
    FLOOR_RESCUE = "FLOOR_RESCUE"
    NOT_PARTY = "NOT_PARTY"
    NOT_BOUND = "NOT_BOUND"
    RESERVATION = "RESERVATION"
    OPTED_OUT = "OPTED_OUT"
    NOT_ACTIVATED = "NOT_ACTIVATED"
    THIRD_COUNTRY_BAR = "THIRD_COUNTRY_BAR"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    NARROWED_AT_HOME = "NARROWED_AT_HOME"
    ISSUER_ONLY = "ISSUER_ONLY"
    ROLE_NOT_AUTHORISED = "ROLE_NOT_AUTHORISED"
    PURPOSE_FORBIDDEN = "PURPOSE_FORBIDDEN"
    CONSENT_REQUIRED = "CONSENT_REQUIRED"
    CONFIRM_HIT_FIRST = "CONFIRM_HIT_FIRST"
    CONDITION_UNMET = "CONDITION_UNMET"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    FIELD_NOT_ALLOWED = "FIELD_NOT_ALLOWED"
    MIN_DATA_MISSING = "MIN_DATA_MISSING"
    DUTY = "DUTY"
    REFERRED = "REFERRED"
    BOUND_AND_AUTHORISED = "BOUND_AND_AUTHORISED"
    NATIONAL_BASIS = "NATIONAL_BASIS"


STRICTNESS: Final = {row.id: (row.rank, row.id) for row in tables().reasons.values()}
TEXTS: Final = {row.id: row.text for row in tables().reasons.values()}


def reason(code: str, basis: str, clause: str | None = None, detail: str = "") -> Reason:
    """Make a reason. `detail` holds words of our own vocabulary only, never a value that came from outside."""
    return Reason(code=str(code), text=TEXTS[code] + detail, basis=basis, clause=clause)


def strictest_first(reasons: set[Reason]) -> tuple[Reason, ...]:
    """Order reasons by strictness, then by clause and basis, so that the order found does not matter."""
    return tuple(
        sorted(reasons, key=lambda each: (STRICTNESS[each.code], each.clause or "", each.basis, each.text)),
    )
