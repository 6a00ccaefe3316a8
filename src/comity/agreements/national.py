"""Acts at home, on records of one's own: national law is the basis, and the role table its limit."""

from __future__ import annotations

from typing import Final

from comity.agreements.fields import all_covered, is_covered
from comity.agreements.reasons import Code, reason, strictest_first
from comity.agreements.roles import ROLE_ACCESS
from comity.agreements.vocabulary import ALERT_FIELDS, OWNER_OPERATIONS, Operation
from comity.core.decision import Decision, Outcome, Question, Reason, Stage

_BASIS: Final = "national law; house rule: home gives no wider view than the role table"
_KNOWN: Final = frozenset(ALERT_FIELDS)
_AT_HOME: Final = OWNER_OPERATIONS | {Operation.SEARCH}


_STAGES: Final = frozenset({Stage.ACT, Stage.USE})


def has_national_basis(question: Question) -> bool:
    """Say whether the act can rest on national law alone: it stays at home and needs nobody else's consent."""
    return (
        question.stage in _STAGES
        and question.agreement is None
        and question.operation in _AT_HOME
        and question.receiver is None
        and (question.owner is None or question.owner.party == question.actor.party)
    )


def decide_at_home(question: Question) -> Decision:
    """Decide an act that `has_national_basis`: the owner acts on its record, any authority searches within its role.

    Deleting needs no role, since sweepers delete too. The fields that may pass are those asked about that are known.
    """
    against = _against(question)
    known = {name for name in question.fields if is_covered(name, _KNOWN)}
    if question.stage is Stage.USE and not question.fields:
        known = set(_KNOWN)
    return Decision(
        outcome=Outcome.DENY if against else Outcome.PERMIT,
        effect="deny" if against else "allow",
        reasons=strictest_first(against or {reason(Code.NATIONAL_BASIS, _BASIS)}),
        fields=() if against else tuple(sorted(known)),
        obligations=("log",),
    )


def _against(question: Question) -> set[Reason]:
    found: set[Reason] = set()
    acts_on_record = question.operation in OWNER_OPERATIONS
    if acts_on_record and question.owner != question.actor:
        found.add(reason(Code.ISSUER_ONLY, _BASIS))
    if question.operation == Operation.DELETE:
        return found
    access = None if question.role is None else ROLE_ACCESS.get(question.role)
    if access is None or question.category not in access.categories:
        found.add(reason(Code.ROLE_NOT_AUTHORISED, access.source if access else _BASIS))
    if access is not None and question.purpose not in access.purposes:
        found.add(reason(Code.PURPOSE_FORBIDDEN, access.source))
    if not all_covered(frozenset(question.fields), _KNOWN):
        found.add(reason(Code.FIELD_NOT_ALLOWED, _BASIS))
    return found
