"""What supervision needs from outside the room: reading access to the ledger."""

from __future__ import annotations

from typing import Protocol

from comity.core.ports import Work
from comity.oversight.records import LedgerCheckpoint, LedgerLine, LedgerProof, Verification


class EvidenceReader(Protocol):
    """Reads the ledger's rows and file; changes nothing. Each method may be called from several threads."""

    def lines(self, work: Work, after: int | None, limit: int, operation: str | None = None) -> tuple[LedgerLine, ...]:
        """Return at most `limit` entries in order, beginning behind sequence `after` (None: at 0).

        `operation` keeps to the acts of one name.
        """
        ...

    def prove(self, work: Work, sequence: int) -> LedgerProof | None:
        """Return the proof for one entry under the newest checkpoint; None if there is no such entry."""
        ...

    def checkpoint(self, work: Work) -> LedgerCheckpoint:
        """Sign and return the ledger's present state."""
        ...

    def verify(self, work: Work) -> Verification:
        """Check every byte of the ledger file and every row against each other: reads all of it."""
        ...
