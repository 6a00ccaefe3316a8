"""What an agreement itself says about its life: entry into force, suspension, end, and the waking of its clauses."""

from __future__ import annotations

from dataclasses import dataclass

from comity.agreements.life.records import Count, NoticeClock
from comity.agreements.records import Agreement
from comity.agreements.vocabulary import Suspension


@dataclass(frozen=True, slots=True)
class Terms:
    """The clocks and words of one version; a clock that is None says that the treaty does not know such a notice.

    `words` wake clauses when one party gives them, `joint_words` (arrangements) when all have. `protected` clauses are
    never suspended: rescue, protection of children.
    """

    parties: tuple[str, ...]
    entry: NoticeClock | None
    suspension: NoticeClock | None
    parts: bool
    termination: NoticeClock | None
    clauses: frozenset[str]
    words: frozenset[str] = frozenset()
    joint_words: frozenset[str] = frozenset()
    protected: frozenset[str] = frozenset()


def terms_of(agreement: Agreement) -> Terms:
    """Read the terms of a version."""
    suspensible = agreement.suspension.value is Suspension.FROM_RECEIPT
    return Terms(
        parties=tuple(party.code for party in agreement.parties),
        entry=None,
        suspension=NoticeClock(counted_from=Count.RECEIPT) if suspensible else None,
        parts=True,
        termination=None,
        clauses=frozenset(clause.id for clause in agreement.clauses),
    )
