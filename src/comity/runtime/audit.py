"""The ledger entry of an act."""

from __future__ import annotations

from collections.abc import Iterable

from comity.core.codec import encode
from comity.core.operation import AnyOperation, Audit
from comity.core.ports import OpenWork
from comity.runtime.records import LedgerEntry


def ledger_entry(work: OpenWork, declared: AnyOperation, outcome: str, reasons: tuple[str, ...] = ()) -> bytes | None:
    """Return the canonical entry for what `work` did, or None where nothing needs one.

    A refusal is always entered; an operation declared without audit leaves no trace when it succeeds.
    """
    if declared.audit is Audit.NONE and outcome == "done":
        return None
    trail = work.trail
    decided = tuple(code for decision in trail.decisions if not decision.permitted for code in decision.codes)
    entry = LedgerEntry(
        operation=declared.name,
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


def _unique(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))
