"""What an agreement itself says about its life: entry into force, suspension, end, and the waking of its clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.agreements.life.records import Count, NoticeClock, Start
from comity.agreements.provisions import Activation
from comity.agreements.records import Agreement, Clause
from comity.agreements.tables import tables
from comity.agreements.vocabulary import Suspension


@dataclass(frozen=True, slots=True)
class Terms:
    """The clocks and words of one version; a clock that is None says that the treaty does not know such a notice.

    `words` wake clauses when one party gives them, `joint_words` (arrangements) when all have. `protected` clauses are
    never suspended: rescue, protection of children, and what the agreement itself exempts. `internal`: `parties` are
    the authorities inside one party, at one node, so that what one says the others have received.
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
    internal: bool = False
    unprotected: frozenset[str] | None = None
    """The clauses that a loss of protection stops (empty: all), None where the agreement rests on no protection."""


def terms_of(agreement: Agreement) -> Terms:
    """Read the terms of a version."""
    activations = [clause.activation for clause in agreement.clauses if clause.activation is not None]
    pausing = agreement.suspension_terms
    spared = frozenset(pausing.spared.value) if pausing and pausing.spared else frozenset[str]()
    return Terms(
        parties=agreement.signatories,
        entry=_entry(agreement),
        suspension=_suspension(agreement),
        parts=pausing is None or pausing.graded.value,
        termination=_termination(agreement),
        clauses=frozenset(clause.id for clause in agreement.clauses),
        words=frozenset(word for each in activations for word in _notifications(each)),
        joint_words=frozenset(word for each in activations for word in _arrangements(each)),
        protected=spared | {clause.id for clause in agreement.clauses if _protects(clause)},
        internal=agreement.internal_to is not None,
        unprotected=_unprotected(agreement),
    )


def _entry(agreement: Agreement) -> NoticeClock | None:
    entry = agreement.entry
    if entry is None:
        return None
    return NoticeClock(
        counted_from=Count(entry.counted_from.value.value),
        after=entry.after.value if entry.after else None,
        starts=Start(entry.starts.value),
    )


def _suspension(agreement: Agreement) -> NoticeClock | None:
    if agreement.suspension.value is not Suspension.FROM_RECEIPT:
        return None
    terms = agreement.suspension_terms
    if terms is None:
        return NoticeClock(counted_from=Count.RECEIPT)
    return NoticeClock(
        counted_from=Count(terms.counted_from.value.value), after=terms.after.value if terms.after else None
    )


def _termination(agreement: Agreement) -> NoticeClock | None:
    terms = agreement.termination_terms
    if terms is None:
        return None
    to_the_year = terms.ends is not None and terms.ends.value == "end_of_calendar_year"
    return NoticeClock(
        counted_from=Count(terms.counted_from.value.value),
        after=terms.notice.value,
        starts=Start.END_OF_CALENDAR_YEAR if to_the_year else Start.AT_ONCE,
    )


def _unprotected(agreement: Agreement) -> frozenset[str] | None:
    protection = agreement.protection
    if protection is None:
        return None
    return frozenset() if protection.loss_stops is None else frozenset(protection.loss_stops.value)


def _notifications(activation: Activation) -> Iterator[str]:
    yield from activation.notifications.value if activation.notifications else ()


def _arrangements(activation: Activation) -> Iterator[str]:
    yield from activation.arrangements.value if activation.arrangements else ()


def _protects(clause: Clause) -> bool:
    """Say whether all that the clause is for is protected: rescue, the protection of children."""
    known = tables()
    return any(
        all(word in table and table[word].protects for word in leaf.value)
        for leaf, table in (
            (clause.operations, known.operations),
            (clause.categories, known.categories),
            (clause.purposes, known.purposes),
        )
    )
