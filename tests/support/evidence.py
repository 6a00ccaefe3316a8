"""Evidence of a ledger that is not the subject of a test."""

from __future__ import annotations

from comity.core.ports import Work
from comity.oversight.records import LedgerCheckpoint, LedgerLine, LedgerProof, Verification
from tests.support.house import NOON


class FixedEvidence:
    """A ledger of three lines, for the operations' own behaviour."""

    def lines(self, _work: Work, after: int | None, limit: int, operation: str | None = None) -> tuple[LedgerLine, ...]:
        assert operation is None
        first = 0 if after is None else after + 1
        return tuple(self._line(number) for number in range(3) if number >= first)[:limit]

    def prove(self, _work: Work, sequence: int) -> LedgerProof | None:
        if sequence > 2:
            return None
        return LedgerProof(line=self._line(sequence), path=("00" * 32,), checkpoint="note")

    def checkpoint(self, _work: Work) -> LedgerCheckpoint:
        return LedgerCheckpoint(size=3, root="00" * 32, note="note")

    def verify(self, _work: Work) -> Verification:
        return Verification(sound=True, entries=3, erased_lawfully=0, root="00" * 32, problems=())

    @staticmethod
    def _line(number: int) -> LedgerLine:
        return LedgerLine(sequence=number, recorded_at=NOON, leaf="00" * 32, salt="00" * 16, entry="{}")
