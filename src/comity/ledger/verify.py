"""Verification: every byte of the ledger file and every row, each against the other.

Pure: the caller opens file and rows and hands both over as iterators in ascending order; memory use does
not grow with the ledger (save for the findings kept). What each check covers:

- the frames' hash chain: every byte of the file (`file.scan`);
- file against rows: number, instant and leaf hash of every leaf stand in both, none is missing in either;
- row against itself: salt and entry hash to the leaf hash, or the row was erased under a known rule;
- tree against checkpoints: each signed root in the file, and each checkpoint known from elsewhere
  (a peer's receipt, a witness), is the root of the leaves before it. The last kind is what uncovers a
  file and rows that were set back together to an older or rewritten state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from comity.core.time import Instant
from comity.ledger.checkpoint import Checkpoint, key_id, open_checkpoint, parse_checkpoint
from comity.ledger.errors import BadCheckpoint, Corrupt, TornTail
from comity.ledger.file import AnyFrame, CheckpointFrame, LeavesFrame
from comity.ledger.leaf import SALT_BYTES, leaf_hash
from comity.ledger.merkle import Frontier

_MAX_FINDINGS = 1000


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ledger row as the store holds it; an erased row has a rule instead of salt and entry."""

    seq: int
    recorded_at: Instant
    leaf_hash: bytes
    salt: bytes | None = None
    entry: bytes | None = None
    erased_rule: str | None = None


class LedgerKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key that may have signed checkpoints until `until`; `second` is the other half of a pair."""

    name: str
    public: bytes
    second: bytes | None = None
    until: Instant | None = None


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which checkpoints a key signed: how many, and the sizes of the first and the last."""

    key: str
    checkpoints: int
    first: int
    last: int


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the verifier knows beforehand.

    `node` and `keys`: whose ledger this must be, and the keys it was signed by in the course of time.
    `erasure_rules`: the names of the rules under which a row may be erased. `known`: checkpoints of this ledger from
    elsewhere, their signatures checked already (`open_checkpoint`).
    """

    node: str
    keys: tuple[LedgerKey, ...]
    erasure_rules: frozenset[str]
    known: tuple[Checkpoint, ...] = ()


class Problem(StrEnum):
    """Kinds of findings; the names are stable, programs may rely on them."""

    FILE_CORRUPT = "file.corrupt"
    FILE_TORN = "file.torn-tail"
    FILE_FOREIGN = "file.another-node"
    SEQUENCE_GAP = "leaf.sequence-gap"
    LEAF_MISSING = "leaf.missing-in-file"
    ROW_MISSING = "row.missing"
    ROW_OUT_OF_ORDER = "row.out-of-order"
    ROW_DIFFERS = "row.differs-from-file"
    ROW_ALTERED = "row.altered"
    ROW_INCOMPLETE = "row.erased-without-rule"
    ROW_RULE_UNKNOWN = "row.erased-under-unknown-rule"
    ROW_NOT_ERASED = "row.erased-in-name-only"
    CHECKPOINT_BAD = "checkpoint.refused"
    CHECKPOINT_KEY = "checkpoint.key-ended"
    CHECKPOINT_SIZE = "checkpoint.wrong-size"
    CHECKPOINT_ROOT = "checkpoint.wrong-root"
    KNOWN_ROOT = "known-checkpoint.wrong-root"
    KNOWN_BEYOND = "known-checkpoint.beyond-file"


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that is wrong: a leaf or row by `seq`, a frame by its byte `offset`."""

    problem: Problem
    seq: int | None = None
    offset: int | None = None
    detail: str = ""


class Verification(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The result. `ok` means: nothing found.

    `bytes_read` is the sound length of the file. `covered` is the size of the last good checkpoint in the
    file: later leaves are proved by chain and rows only. `erased` maps rule names to the number of
    rows erased lawfully under them. `findings` holds the first 1,000 of `found`. `signed` tells which key signed which
    good checkpoints.
    """

    ok: bool
    bytes_read: int
    frames: int
    leaves: int
    rows: int
    erased: tuple[tuple[str, int], ...]
    checkpoints: int
    covered: int
    root: bytes
    found: int
    findings: tuple[Finding, ...]
    signed: tuple[Signed, ...] = ()


def check_row(row: Row, erasure_rules: frozenset[str]) -> Problem | None:
    """Return what is wrong with a row on its own; None when it is whole or erased lawfully.

    Whole: salt and entry hash to the leaf hash. Erased lawfully: both are gone and `erased_rule` is one of
    `erasure_rules`; the leaf hash that remains is then for the file to confirm.
    """
    if row.erased_rule is not None:
        if row.salt is not None or row.entry is not None:
            return Problem.ROW_NOT_ERASED
        return None if row.erased_rule in erasure_rules else Problem.ROW_RULE_UNKNOWN
    if row.salt is None or row.entry is None:
        return Problem.ROW_INCOMPLETE
    whole = len(row.salt) == SALT_BYTES and leaf_hash(row.salt, row.entry) == row.leaf_hash
    return None if whole else Problem.ROW_ALTERED


def verify_ledger(frames: Iterable[AnyFrame], rows: Iterable[Row], expected: Expected) -> Verification:
    """Check a whole ledger: `frames` from `file.scan`, `rows` in ascending `seq`.

    Damage becomes findings, never an exception. After corruption the rest of the file cannot be read:
    rows from there on are checked on their own and not reported as missing in the file.
    """
    check = _Check(rows, expected)
    try:
        for frame in frames:
            check.frame(frame)
    except TornTail as torn:
        check.find(Problem.FILE_TORN, offset=torn.offset)
    except Corrupt as corrupt:
        check.readable = False
        check.find(Problem.FILE_CORRUPT, offset=corrupt.offset, detail=corrupt.message)
    return check.finish()


class _Check:
    """The state of one verification."""

    def __init__(self, rows: Iterable[Row], expected: Expected) -> None:
        self.readable = True
        self._expected = expected
        self._rows = self._in_order(rows)
        self._row = next(self._rows, None)
        self._tree = Frontier()
        self._next = 0
        self._known = sorted(expected.known, key=lambda known: known.size, reverse=True)
        self._bytes = self._frames = self._row_count = self._checkpoints = self._covered = 0
        self._erased: dict[str, int] = {}
        self._signed: dict[str, Signed] = {}
        self._keys = {key_id(expected.node, key.public): key for key in expected.keys}
        self._last_at = Instant(0)
        self._found = 0
        self._findings: list[Finding] = []

    def find(self, problem: Problem, *, seq: int | None = None, offset: int | None = None, detail: str = "") -> None:
        self._found += 1
        if len(self._findings) < _MAX_FINDINGS:
            self._findings.append(Finding(problem=problem, seq=seq, offset=offset, detail=detail))

    def frame(self, frame: AnyFrame) -> None:
        self._frames += 1
        self._bytes = frame.end
        if isinstance(frame, LeavesFrame):
            self._leaves(frame)
        elif isinstance(frame, CheckpointFrame):
            self._checkpoint(frame)
        elif frame.node != self._expected.node:
            self.find(Problem.FILE_FOREIGN, offset=frame.offset)

    def finish(self) -> Verification:
        while (row := self._row) is not None:
            if self.readable:
                self.find(Problem.LEAF_MISSING, seq=row.seq)
            self._advance(row)
        self._compare_known()
        if self.readable:
            for known in self._known:
                self.find(Problem.KNOWN_BEYOND, detail=f"size {known.size}")
        return Verification(
            ok=self._found == 0,
            bytes_read=self._bytes,
            frames=self._frames,
            leaves=self._tree.size,
            rows=self._row_count,
            erased=tuple(sorted(self._erased.items())),
            checkpoints=self._checkpoints,
            covered=self._covered,
            root=self._tree.root(),
            found=self._found,
            findings=tuple(self._findings),
            signed=tuple(self._signed.values()),
        )

    def _leaves(self, frame: LeavesFrame) -> None:
        if frame.first != self._next:
            detail = f"expected {self._next}"
            self.find(Problem.SEQUENCE_GAP, seq=frame.first, offset=frame.offset, detail=detail)
        self._next = frame.first + len(frame.hashes)
        numbered = zip(frame.recorded_at, frame.hashes, strict=True)
        for seq, (recorded_at, leaf) in enumerate(numbered, frame.first):
            if self._known:
                self._compare_known()
            self._tree.append(leaf)
            self._last_at = recorded_at
            self._leaf(seq, recorded_at, leaf)

    def _leaf(self, seq: int, recorded_at: Instant, leaf: bytes) -> None:
        """Compare one leaf with its row; rows that come before it are missing in the file."""
        while (row := self._row) is not None and row.seq < seq:
            self.find(Problem.LEAF_MISSING, seq=row.seq)
            self._advance(row)
        if row is None or row.seq != seq:
            self.find(Problem.ROW_MISSING, seq=seq)
            return
        if row.leaf_hash != leaf:
            self.find(Problem.ROW_DIFFERS, seq=seq, detail="leaf hash")
        if row.recorded_at != recorded_at:
            self.find(Problem.ROW_DIFFERS, seq=seq, detail="instant")
        self._advance(row)

    def _advance(self, row: Row) -> None:
        """Check the current row on its own and go to the next one."""
        self._row_count += 1
        problem = check_row(row, self._expected.erasure_rules)
        if problem is not None:
            self.find(problem, seq=row.seq)
        elif row.erased_rule is not None:
            self._erased[row.erased_rule] = self._erased.get(row.erased_rule, 0) + 1
        self._row = next(self._rows, None)

    def _in_order(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Pass rows on; one that does not come after the one before it is reported and left out."""
        last = -1
        for row in rows:
            if row.seq <= last:
                self.find(Problem.ROW_OUT_OF_ORDER, seq=row.seq)
                continue
            last = row.seq
            yield row

    def _checkpoint(self, frame: CheckpointFrame) -> None:
        try:
            key, stated = self._opened(frame.note)
        except BadCheckpoint as bad:
            self.find(Problem.CHECKPOINT_BAD, offset=frame.offset, detail=bad.message)
            return
        self._checkpoints += 1
        if stated.size != self._tree.size:
            self.find(Problem.CHECKPOINT_SIZE, seq=stated.size, offset=frame.offset)
        elif stated.root != self._tree.root():
            self.find(Problem.CHECKPOINT_ROOT, seq=stated.size, offset=frame.offset)
        else:
            self._covered = stated.size
            self._count(key, stated.size)
        if key.until is not None and self._last_at >= key.until:
            self.find(Problem.CHECKPOINT_KEY, seq=stated.size, offset=frame.offset, detail=key.name)

    def _opened(self, note: bytes) -> tuple[LedgerKey, Checkpoint]:
        key = self._keys.get(parse_checkpoint(note).key_id)
        if key is None:
            raise BadCheckpoint("line 5: signed with no key of this node")
        return key, open_checkpoint(note, self._expected.node, key.public, key.second)

    def _count(self, key: LedgerKey, size: int) -> None:
        before = self._signed.get(key.name)
        count, first = (before.checkpoints, before.first) if before else (0, size)
        self._signed[key.name] = Signed(key=key.name, checkpoints=count + 1, first=first, last=size)

    def _compare_known(self) -> None:
        """Compare checkpoints known from elsewhere once the tree has their size."""
        while self._known and self._known[-1].size == self._tree.size:
            known = self._known.pop()
            if known.root != self._tree.root():
                self.find(Problem.KNOWN_ROOT, seq=known.size)
