"""The ledger file on disk: derived from committed rows, repaired from them at start.

The rows are the truth: a leaf is in the file only after its row was committed. A crash between the two leaves the
file short, or with a torn last frame; opening cuts the torn frame and appends what the rows hold beyond the file. A
file that holds more than the rows, or other leaves, is not repaired: that is either an old backup or tampering, and a
person must look.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from comity.core.errors import Refused, Unreachable
from comity.core.ports import Signer
from comity.core.said import say
from comity.core.time import Instant
from comity.ledger.checkpoint import Checkpoint, sign_checkpoint
from comity.ledger.errors import Corrupt, TornTail
from comity.ledger.file import Framer, LeavesFrame, Readable, scan
from comity.ledger.merkle import Frontier

LeafRows = Callable[[int], Iterable[tuple[int, Instant, bytes]]]
"""From a sequence number on: (sequence, recorded_at, leaf) of committed rows, ascending."""

_REPAIR_BATCH = 1024


class LedgerFile:
    """The open ledger file of a node and the frontier of its Merkle tree. One thread appends at a time."""

    def __init__(self, path: Path, stream: BinaryIO, node: str, framer: Framer, frontier: Frontier) -> None:
        self._path = path
        self._stream = stream
        self.node = node
        self._framer = framer
        self._frontier = frontier
        self._torn = False
        self._lock = threading.Lock()
        self.trouble: OSError | None = None
        """Why nothing can be appended since the file was opened; None where all is well."""

    @classmethod
    def open(
        cls, path: Path, node: str, created: Instant, rows: LeafRows, *, reading_at_least: bool = False
    ) -> LedgerFile:
        """Open or make the file, cut a torn tail, and append every committed leaf that it lacks.

        A file that cannot be written raises `Unreachable` `ledger.cannot-open`; with `reading_at_least` it is opened as
        it is where it can be read, with its `trouble`, and takes nothing. Raises `Refused` if the file is corrupt or
        holds what the rows do not.
        """
        try:
            return cls._open(path, node, created, rows)
        except OSError as error:
            if not reading_at_least or not path.exists():
                raise Unreachable(
                    "ledger.cannot-open",
                    "The ledger file cannot be written.",
                    field=path.name,
                    remedy="Free disk space, see whose file it is, and start the node again.",
                ) from error
            return cls._open_as_it_is(path, node, error)

    @classmethod
    def _open_as_it_is(cls, path: Path, node: str, trouble: OSError) -> LedgerFile:
        with contextlib.ExitStack() as on_failure:
            stream = on_failure.enter_context(path.open("rb"))
            framer, frontier = Framer(), Frontier()
            sound, in_file = _read_sound(stream, path, framer)
            frontier.extend(in_file)
            stream.seek(sound)
            opened = cls(path, stream, node, framer, frontier)
            opened.trouble, opened._torn = trouble, True
            on_failure.pop_all()
        return opened

    @classmethod
    def _open(cls, path: Path, node: str, created: Instant, rows: LeafRows) -> LedgerFile:
        path.touch(mode=0o600, exist_ok=True)
        with contextlib.ExitStack() as on_failure:
            stream = on_failure.enter_context(path.open("r+b"))
            framer, frontier = Framer(), Frontier()
            sound, in_file = _read_sound(stream, path, framer)
            frontier.extend(in_file)
            stream.seek(sound)
            stream.truncate()
            opened = cls(path, stream, node, framer, frontier)
            if sound == 0:
                opened._write(framer.header(node, created))
            opened._repair(rows, in_file, path)
            on_failure.pop_all()
        return opened

    @property
    def size(self) -> int:
        """How many leaves the file holds."""
        return self._frontier.size

    def append(self, first: int, leaves: Sequence[bytes], recorded_at: Sequence[Instant]) -> None:
        """Append the leaves of one committed group."""
        with self._lock:
            self._refuse_torn()
            self._torn = True
            self._append(first, leaves, recorded_at)
            self._stream.flush()
            self._torn = False

    def checkpoint(self, signer: Signer) -> bytes:
        """Sign the present size and root, append the note, fsync, and return it."""
        with self._lock:
            self._refuse_torn()
            note = sign_checkpoint(
                Checkpoint(origin=self.node, size=self._frontier.size, root=self._frontier.root()), signer
            )
            self._write(self._framer.checkpoint(note))
            self._stream.flush()
            descriptor = os.dup(self._stream.fileno())
        # Acts go on meanwhile: a checkpoint is made each second.
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return note

    @contextlib.contextmanager
    def cut(self) -> Iterator[tuple[Readable, int]]:
        """Open a second reading of the file, bounded at its present end, with the number of leaves up to there."""
        with self._lock:
            self._stream.flush()
            end, size = self._stream.tell(), self._frontier.size
        with self._path.open("rb") as stream:
            yield _Bounded(stream, end), size

    def close(self) -> None:
        """Flush, fsync and close."""
        with self._lock:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()

    def _refuse_torn(self) -> None:
        """Write nothing behind a frame that was not written whole: the next opening cuts it off."""
        if self._torn:
            raise Unreachable(
                "ledger.cannot-write",
                "The ledger file could not be written to its end.",
                remedy="Free disk space and start the node again; it repairs the file from its rows.",
            )

    def _append(self, first: int, leaves: Sequence[bytes], recorded_at: Sequence[Instant]) -> None:
        self._write(self._framer.leaves(first, recorded_at, leaves))
        self._frontier.extend(leaves)

    def _write(self, data: bytes) -> None:
        self._stream.write(data)

    def _repair(self, rows: LeafRows, in_file: list[bytes], path: Path) -> None:
        batch: list[tuple[int, Instant, bytes]] = []
        seen = 0
        for sequence, recorded_at, leaf in rows(0):
            if sequence < len(in_file):
                seen += 1
                if in_file[sequence] != leaf:
                    raise _differs(path, sequence)
                continue
            seen += 1
            batch.append((sequence, recorded_at, leaf))
            if len(batch) == _REPAIR_BATCH:
                self._append_rows(batch)
                batch.clear()
        if batch:
            self._append_rows(batch)
        if seen < len(in_file):
            raise _differs(path, seen)
        self._stream.flush()

    def _append_rows(self, batch: list[tuple[int, Instant, bytes]]) -> None:
        self._append(batch[0][0], [leaf for _, _, leaf in batch], [recorded_at for _, recorded_at, _ in batch])


class _Bounded:
    """The first `end` bytes of a stream."""

    def __init__(self, stream: BinaryIO, end: int) -> None:
        self._stream = stream
        self._left = end

    def read(self, size: int, /) -> bytes:
        """Return at most `size` of the bytes that are left."""
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data


def _read_sound(stream: BinaryIO, path: Path, framer: Framer) -> tuple[int, list[bytes]]:
    """Return the length of the sound part and its leaves; leave the framer at its end."""
    end, leaves = 0, list[bytes]()
    try:
        for frame in scan(stream):
            end = frame.end
            framer.chain = frame.chain
            if isinstance(frame, LeavesFrame):
                leaves.extend(frame.hashes)
    except TornTail:
        pass  # what a crash leaves behind; the caller cuts it off and the rows refill it
    except Corrupt as corrupt:
        raise Refused(
            "ledger.file-corrupt",
            say("The ledger file is damaged at byte %(offset)s.", offset=corrupt.offset),
            field=path.name,
            remedy="Keep the file, see what is wrong with `comity node verify`, and restore it from a backup.",
        ) from corrupt
    return end, leaves


def _differs(path: Path, sequence: int) -> Refused:
    return Refused(
        "ledger.rows-differ",
        say("The ledger file and the database disagree from entry %(sequence)s on.", sequence=sequence),
        field=path.name,
        remedy="The database may be an old backup, or someone changed it. Keep both; `comity node verify` tells more.",
    )
