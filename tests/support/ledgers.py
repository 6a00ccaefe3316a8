"""Small synthetic ledgers: file bytes, the frames' places and the rows behind them."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from hashlib import sha256

from nacl.signing import SigningKey

from comity.core.time import Instant
from comity.ledger.checkpoint import Checkpoint, sign_checkpoint
from comity.ledger.file import AnyFrame, Framer, scan
from comity.ledger.leaf import leaf_hash
from comity.ledger.merkle import Frontier
from comity.ledger.verify import Expected, LedgerKey, Row, Verification, verify_ledger

NODE = "fra.exercise.example"
RULE = "search-log.3-years"
STARTED = Instant(1_700_000_000_000_000)


class SeedSigner:
    """An Ed25519 key made from a word, for tests only."""

    suite = "ed25519"

    def __init__(self, word: str = "ledger") -> None:
        self._key = SigningKey(sha256(word.encode()).digest())

    @property
    def key_id(self) -> str:
        return sha256(b"ed25519" + self.public_key).hexdigest()[:16]

    @property
    def public_key(self) -> bytes:
        return bytes(self._key.verify_key)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message).signature


@dataclass(frozen=True)
class Ledger:
    """A ledger as it lies on disk."""

    data: bytes
    rows: tuple[Row, ...]
    known: tuple[Checkpoint, ...] = ()

    def frames(self) -> list[AnyFrame]:
        return list(scan(io.BytesIO(self.data)))

    def verify(self) -> Verification:
        keys = (LedgerKey(name="key", public=SeedSigner().public_key),)
        expected = Expected(node=NODE, keys=keys, erasure_rules=frozenset({RULE}), known=self.known)
        return verify_ledger(scan(io.BytesIO(self.data)), self.rows, expected)

    def with_data(self, data: bytes) -> Ledger:
        return replace(self, data=data)

    def with_row(self, row: Row) -> Ledger:
        return replace(self, rows=tuple(row if row.seq == old.seq else old for old in self.rows))

    def without_row(self, seq: int) -> Ledger:
        return replace(self, rows=tuple(row for row in self.rows if row.seq != seq))


def entry_row(seq: int) -> Row:
    salt = sha256(b"salt %d" % seq).digest()[:16]
    entry = b'{"act":"search","n":%4d}' % seq
    return Row(seq=seq, recorded_at=Instant(STARTED + seq), leaf_hash=leaf_hash(salt, entry), salt=salt, entry=entry)


def build(rows: tuple[Row, ...], *, batch: int = 20, signer: SeedSigner | None = None) -> Ledger:
    """Write `rows` in groups of `batch`, with a checkpoint after every second group and at the end."""
    framer, tree, signer = Framer(), Frontier(), signer or SeedSigner()
    pieces = [framer.header(NODE, STARTED)]
    for number, start in enumerate(range(0, len(rows), batch), 1):
        group = rows[start : start + batch]
        hashes = [row.leaf_hash for row in group]
        pieces.append(framer.leaves(start, [row.recorded_at for row in group], hashes))
        tree.extend(hashes)
        if number % 2 == 0 or start + batch >= len(rows):
            stated = Checkpoint(origin=NODE, size=tree.size, root=tree.root())
            pieces.append(framer.checkpoint(sign_checkpoint(stated, signer)))
    return Ledger(data=b"".join(pieces), rows=rows)


def ledger_of(count: int, *, batch: int = 20) -> Ledger:
    return build(tuple(entry_row(seq) for seq in range(count)), batch=batch)


def flipped(data: bytes, at: int, mask: int = 1) -> bytes:
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]
