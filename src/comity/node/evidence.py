"""Reading the ledger for supervisors: entries, proofs, checkpoints, and the check of every byte and row.

A check works on a consistent cut: the file's length and number of leaves are taken together, and a leaf is in the
file only after its row was committed, so rows below that number are all there whatever is written meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import Engine, select

from comity.adapters.sql.database import Database
from comity.adapters.sql.tables import ledger_entry
from comity.agreements.keys import Chain, begin, key_of
from comity.core import codec
from comity.core.learning import learn
from comity.core.ports import Row as SqlRow
from comity.core.ports import Signer, Work, fixed
from comity.core.time import Instant
from comity.exchange.keys.ring import Ring
from comity.ledger import verify
from comity.ledger.checkpoint import parse_checkpoint
from comity.ledger.file import Readable, scan
from comity.ledger.merkle import inclusion_proof
from comity.oversight.records import CheckpointKey, LedgerCheckpoint, LedgerLine, LedgerProof, Verification

_PAGE = 2000
_TOLD = 100


class _Named(msgspec.Struct):
    """As much of an entry as tells which act it was."""

    operation: str


class SqlEvidence:
    """`comity.oversight.ports.EvidenceReader` on the node's rows and ledger file."""

    def __init__(
        self, database: Database, signer: Signer, erasure_rules: frozenset[str], ring: Ring | None = None
    ) -> None:
        self._database = database
        self._ledger = database.ledger
        self._signer = signer
        self._erasure_rules = erasure_rules
        self._ring = ring

    def lines(self, work: Work, after: int | None, limit: int, operation: str | None = None) -> tuple[LedgerLine, ...]:
        """Return entries in order, behind `after`."""
        query = select(ledger_entry).order_by(ledger_entry.c.sequence).limit(limit)
        if after is not None:
            query = query.where(ledger_entry.c.sequence > after)
        if operation is not None:
            query = query.where(ledger_entry.c.operation == operation)
        return tuple(_line(row) for row in work.read(query))

    def prove(self, work: Work, sequence: int) -> LedgerProof | None:
        """Return the inclusion proof of one entry under a checkpoint signed now."""
        rows = work.read(select(ledger_entry).where(ledger_entry.c.sequence == sequence))
        if not rows:
            return None
        note = self._ledger.checkpoint(self._signer)
        checkpoint = parse_checkpoint(note).checkpoint
        leaves = self._leaves(checkpoint.size)
        path = inclusion_proof(leaves, sequence, checkpoint.size)
        return LedgerProof(
            line=_line(rows[0]), path=tuple(step.hex() for step in path), checkpoint=note.decode("utf-8")
        )

    def checkpoint(self, work: Work) -> LedgerCheckpoint:
        """Sign the present state."""
        del work  # nothing of the snapshot is asked: the file knows size and root
        hand = fixed(self._signer)
        note = self._ledger.checkpoint(hand)
        stated = parse_checkpoint(note).checkpoint
        return LedgerCheckpoint(size=stated.size, root=stated.root.hex(), note=note.decode("utf-8"), key=hand.key_id)

    def verify(self, work: Work) -> Verification:
        """Check every byte of the file and every row below the cut."""
        del work  # its snapshot may be older than the cut: rows are read anew
        chain = begin(self._ledger.node, key_of(self._signer)) if self._ring is None else self._ring.chain
        expected = verify.Expected(node=self._ledger.node, keys=ledger_keys(chain), erasure_rules=self._erasure_rules)
        with self._ledger.cut() as (stream, size):
            return check_ledger(self._database.readers, stream, size, expected)

    def _leaves(self, size: int) -> list[bytes]:
        leaves: list[bytes] = []
        for _, _, leaf in self._database.leaves(0):
            leaves.append(leaf)
            if len(leaves) == size:
                break
        return leaves


def ledger_keys(chain: Chain) -> tuple[verify.LedgerKey, ...]:
    """Return the keys that may have signed a node's checkpoints, as its deeds leave them."""
    return tuple(
        verify.LedgerKey(
            name=span.key.id,
            public=bytes.fromhex(span.key.public),
            second=None if span.key.second is None else bytes.fromhex(span.key.second),
            until=span.until,
        )
        for span in chain.spans
    )


def check_ledger(readers: Engine, stream: Readable, size: int, expected: verify.Expected) -> Verification:
    """Check a ledger file's bytes and the rows below `size` against each other, in short readings."""
    misnamed: list[int] = []
    found = verify.verify_ledger(scan(stream), _rows(readers, size, misnamed), expected)
    told = tuple(_sentence(finding) for finding in found.findings[:_TOLD])
    told += tuple(f"row.operation-differs at entry {sequence}" for sequence in misnamed[:_TOLD])
    return Verification(
        sound=found.ok and not misnamed,
        entries=found.leaves,
        erased_lawfully=sum(count for _, count in found.erased),
        root=found.root.hex(),
        problems=told,
        keys=tuple(
            CheckpointKey(key=each.key, checkpoints=each.checkpoints, first=each.first, last=each.last)
            for each in found.signed
        ),
    )


def _rows(readers: Engine, size: int, misnamed: list[int]) -> Iterator[verify.Row]:
    """Yield the rows below `size`; note in `misnamed` those whose name for the act is not the entry's own."""
    start = 0
    while start < size:
        query = select(ledger_entry).where(ledger_entry.c.sequence >= start, ledger_entry.c.sequence < size)
        with readers.connect() as connection:
            rows = connection.execute(query.order_by(ledger_entry.c.sequence).limit(_PAGE)).all()
        for row in rows:
            if row.entry is not None and not _names_itself(row):
                misnamed.append(row.sequence)
            yield _row(row)
        if len(rows) < _PAGE:
            return
        start = rows[-1].sequence + 1


def _names_itself(row: SqlRow) -> bool:
    learn(_Named)
    try:
        return codec.quick(_bytes(row.entry), _Named).operation == str(row.operation)
    except msgspec.DecodeError:
        return False


def _row(row: SqlRow) -> verify.Row:
    return verify.Row(
        seq=row.sequence,
        recorded_at=row.recorded_at,
        leaf_hash=_bytes(row.leaf),
        salt=None if row.salt is None else _bytes(row.salt),
        entry=None if row.entry is None else _bytes(row.entry),
        erased_rule=row.erased_rule,
    )


def _bytes(value: object) -> bytes:
    """Return a BLOB's bytes; whoever changed the row may have left text or a number, which SQLite does not mind."""
    return value if isinstance(value, bytes) else str(value).encode()


def _line(row: SqlRow) -> LedgerLine:
    return LedgerLine(
        sequence=row.sequence,
        recorded_at=Instant(row.recorded_at),
        leaf=_bytes(row.leaf).hex(),
        salt=None if row.salt is None else _bytes(row.salt).hex(),
        entry=None if row.entry is None else _bytes(row.entry).decode("utf-8", errors="replace"),
        operation=row.operation,
        erased_rule=row.erased_rule,
        erased_at=None if row.erased_at is None else Instant(row.erased_at),
    )


def _sentence(finding: verify.Finding) -> str:
    place = f"entry {finding.seq}" if finding.seq is not None else f"byte {finding.offset}"
    return f"{finding.problem.value} at {place}{': ' + finding.detail if finding.detail else ''}"
