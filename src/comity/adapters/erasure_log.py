"""What was erased, told outside the database: so that a backup made before brings nothing of it back.

DIR/erasures.log has one line for each row that was removed: when, which table, which key. Keys are numbers and codes,
never what a row held. A line is on disk before the erasure commits: what is noted and then not done, because the
machine stopped in between, was acknowledged to nobody.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from comity.core.codec import decode_own_as, encode
from comity.core.errors import BadInput, Unreachable
from comity.core.ports import Change, Clock, Delete, Insert, InsertMany
from comity.core.said import say
from comity.core.time import Instant

FILE = "erasures.log"


class Erased(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows that were erased: those of `table` that are equal to `key`."""

    at: Instant
    table: str
    key: dict[str, str | int]


class ErasureLog:
    """The open file of one process. `take` may be called from one thread at a time, before each commit."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()

    def take(self, changes: Sequence[Change]) -> None:
        """Note what these changes erase and do not write again; raises `Unreachable` where it cannot be noted."""
        now = self._clock.now()
        lines = [encode(Erased(at=now, table=table, key=key)) + b"\n" for table, key in _erased(changes)]
        if not lines:
            return
        try:
            with self._lock, self._held() as stream:
                stream.write(b"".join(lines))
                stream.flush()
                os.fdatasync(stream.fileno())
        except OSError as error:
            raise Unreachable(
                "backup.erasure-not-noted",
                "What is to be erased cannot be noted for backups; nothing of this act stands.",
                field=FILE,
                remedy="Check free disk space and whose file it is.",
            ) from error

    def forget(self, before: Instant) -> None:
        """Drop lines from before an instant: no backup from then may be restored any more."""
        with self._lock, self._held():
            kept = [encode(one) + b"\n" for one in read_erasures(self._path) if one.at >= before]
            part = self._path.with_suffix(".part")
            with part.open("wb") as stream:
                os.fchmod(stream.fileno(), 0o600)
                stream.write(b"".join(kept))
                stream.flush()
                os.fdatasync(stream.fileno())
            part.replace(self._path)

    @contextlib.contextmanager
    def _held(self) -> Iterator[BinaryIO]:
        """Hold the file against other processes, open for appending: a backup is made beside a node that erases."""
        while True:
            with self._path.open("ab") as stream:
                fcntl.flock(stream.fileno(), fcntl.LOCK_EX)
                # Another process may have put a shorter file in its place while this one waited.
                if self._path.exists() and os.path.samestat(os.fstat(stream.fileno()), self._path.stat()):
                    os.fchmod(stream.fileno(), 0o600)
                    yield stream
                    return


def read_erasures(path: Path) -> Iterator[Erased]:
    """Yield what a file notes, oldest first; a last line torn by a crash counts as not written.

    Raises `BadInput` `backup.erasures-unreadable` for anything else that cannot be read.
    """
    lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
    for number, line in enumerate(lines[:-1], 1):
        try:
            yield decode_own_as(line, Erased)
        except (msgspec.MsgspecError, BadInput) as error:
            raise BadInput(
                "backup.erasures-unreadable",
                say("Line %(line)s of the file of erasures cannot be read.", line=number),
                field=path.name,
                remedy="Take the file as it was on the node's disk, whole.",
            ) from error


def _erased(changes: Sequence[Change]) -> Iterator[tuple[str, dict[str, str | int]]]:
    for change in changes:
        if not isinstance(change, Delete):
            continue
        key = {name: value for name, value in change.key.items() if isinstance(value, (str, int))}
        if len(key) == len(change.key) and not _written_again(change, changes):
            yield str(change.table.name), key


def _written_again(gone: Delete, changes: Iterable[Change]) -> bool:
    """Say whether the same change set writes rows of that key: then it replaces, and erases nothing."""
    for change in changes:
        if isinstance(change, Insert) and change.table is gone.table:
            if all(change.row.get(name) == value for name, value in gone.key.items()):
                return True
        elif isinstance(change, InsertMany) and change.table is gone.table:
            return True
    return False
