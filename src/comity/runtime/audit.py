"""The ledger entry of an act."""

from __future__ import annotations

from collections.abc import Iterable

from comity.core.codec import encode
from comity.core.commit import OpenWork
from comity.core.operation import AnyOperation, Audit
from comity.runtime.records import LedgerEntry


def entry_of(work: OpenWork, name: str, outcome: str, reasons: tuple[str, ...] = ()) -> bytes:
    """Return the canonical ledger entry of the act `name` for what `work` did."""
    trail = work.trail
    decided = (code for decision in trail.decisions if not decision.permitted for code in decision.codes)
    entry = LedgerEntry(
        operation=name,
        outcome=outcome,
        user=work.who.user,
        owner=work.who.owner,
        purpose=work.purpose.value,
        at=work.at,
        recorded_at=work.recorded_at,
        records=trail.refs,
        facts=dict(trail.facts),
        agreements=_unique(decision.agreement for decision in trail.decisions),
        clauses=_unique(clause for decision in trail.decisions for clause in decision.clauses),
        reasons=_unique((*reasons, *decided)),
    )
    return encode(entry)


def ledger_entry(work: OpenWork, declared: AnyOperation, outcome: str, reasons: tuple[str, ...] = ()) -> bytes | None:
    """Return the entry of a declared operation, or None where nothing needs one.

    A refusal is always entered; an operation declared without audit leaves no trace when it succeeds.
    """
    if declared.audit is Audit.NONE and outcome == "done":
        return None
    return entry_of(work, declared.name, outcome, reasons)


def _unique(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))
