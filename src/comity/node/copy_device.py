"""A copy at a crossing point: its device's key, the mark of the last use, the journal of checks. No node is needed.

`DEVICE` holds the device's private key, sealed under a passphrase, and the identity document of its node. Beside a copy
`FILE` lie `FILE.seen`, the mark that only the copy's key can write, and `FILE.journal`, one sealed check a line.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import time
import weakref
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, cast

import msgspec
import nacl.public
from sqlalchemy import Connection, Executable

from comity.adapters.keys_file import read_secret, write_secret
from comity.adapters.passphrase import SealedSecret, open_secret, seal_secret
from comity.adapters.sql.engine import memory_connection
from comity.agreements.identity import Identity, parse_identity
from comity.core.codec import decode_canonical_as, encode, quick
from comity.core.errors import BadInput, Refused, Unreachable
from comity.core.hashing import digest
from comity.core.ports import Clock, Insert, InsertMany, RecordChanged, Row
from comity.crossings.copies import sealing
from comity.crossings.copies.records import CheckedOffline, CopyAnswer, CopyLine, CopyMatch
from comity.crossings.copies.rules import Moment, age_s, check_opening, later
from comity.screening import store
from comity.screening.index.simple import SimpleIndex
from comity.screening.records import Candidate, Found, Probe
from comity.screening.rules import keys_of

_MOST_DEVICE: Final = 16 << 20
_MOST_SEEN: Final = 4096
_MOST_COPY: Final = 256 << 20
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


class DeviceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands in a device's file."""

    schema: Literal["comity-copy-device/1"]
    public: str
    identity: str
    sealed: SealedSecret


class _Printed(msgspec.Struct):
    """As much of the answer of `copy make` as is needed here."""

    content: str


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The mark of the last use: when it was, and how long the journal was then."""

    moment: Moment
    checks: int
    last: str


def make_device(path: Path, identity: bytes, passphrase: str) -> str:
    """Make a device's key for copies of one node, and return its public half in hex. Raises as `create_key`."""
    trusted = parse_identity(identity.strip())
    private = nacl.public.PrivateKey.generate()
    made = DeviceFile(
        schema="comity-copy-device/1",
        public=bytes(private.public_key).hex(),
        identity=encode(trusted).decode(),
        sealed=seal_secret(bytes(private), passphrase),
    )
    write_secret(path, encode(made))
    return made.public


def read_device(path: Path) -> DeviceFile:
    """Read a device's file without opening it; raises as `load_key`."""
    return decode_canonical_as(read_secret(path, _MOST_DEVICE), DeviceFile, max_bytes=_MOST_DEVICE)


def moment_of(clock: Clock) -> Moment:
    """Return the present as this machine knows it."""
    ticks = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
    with contextlib.suppress(OSError):
        return Moment(wall=clock.now(), start=_BOOT.read_text("ascii").strip(), ticks=ticks)
    return Moment(wall=clock.now(), start="", ticks=ticks)


class OpenCopy:
    """A copy that may be opened now; each check looks at the clock again."""

    def __init__(self, path: Path, device: Path, passphrase: str, clock: Clock) -> None:
        self._path, self._clock = path, clock
        made = read_device(device)
        trusted: Identity = parse_identity(made.identity.encode())
        self.header, content = sealing.read_copy(_read(path), trusted)
        self._key = sealing.unwrap(self.header, nacl.public.PrivateKey(open_secret(made.sealed, passphrase)))
        self._look()
        self._lines = {(line.owner.party, line.id): line for line in sealing.unlock(content, self._key)}
        self._search = _searcher(self._lines.values())

    def check(self, probe: Probe, user: str, justification: str) -> CopyAnswer:
        """Search, enter the check in the journal, and only then answer.

        Raises `Refused` as `check_opening`, `Unreachable` where the journal cannot be written: no check without it.
        """
        now, seen = self._look()
        found = self._search(probe)
        number = seen.checks + 1
        checked = CheckedOffline(
            copy=self.header.copy,
            number=number,
            previous=seen.last,
            at=now.wall,
            user=user,
            justification=justification,
            probe=probe,
            found=tuple((each.id, each.version) for each in found.candidates),
        )
        box = nacl.public.SealedBox(nacl.public.PublicKey(bytes.fromhex(self.header.report_key)))
        line = base64.b64encode(box.encrypt(encode(checked)))
        self._write(line, Seen(moment=later(now, seen.moment), checks=number, last=digest(line)))
        return self._answer(found, now, number)

    def _look(self) -> tuple[Moment, Seen]:
        """Look at clock and mark, and leave a newer mark."""
        now, lines = moment_of(self._clock), self._journal()
        mark = self._mark()
        check_opening(self.header, now, None if mark is None else mark.moment, journal=bool(lines))
        seen = mark or Seen(moment=now, checks=0, last="")
        if len(lines) < seen.checks or (seen.checks and digest(lines[seen.checks - 1]) != seen.last):
            raise Refused(
                "copy.journal-gap",
                "The journal of this copy was shortened or altered; the copy stays closed.",
                remedy="Tell the supervisor, and get a fresh copy from the node.",
            )
        if len(lines) > seen.checks:  # a crash between the journal and the mark
            seen = Seen(moment=seen.moment, checks=len(lines), last=digest(lines[-1]))
        seen = Seen(moment=later(now, seen.moment), checks=seen.checks, last=seen.last)
        self._leave(seen)
        return now, seen

    def _answer(self, found: Found, now: Moment, number: int) -> CopyAnswer:
        return CopyAnswer(
            copy=self.header.copy,
            age_s=age_s(self.header, now),
            ends=self.header.ends,
            number=number,
            incomplete=found.limit_reached,
            matches=tuple(_match(self._lines[each.owner.party, each.id], each) for each in found.candidates),
        )

    def _journal(self) -> list[bytes]:
        path = _beside(self._path, "journal")
        try:
            return [line for line in path.read_bytes().split(b"\n") if line]
        except FileNotFoundError:
            return []
        except OSError:
            raise _unwritable() from None

    def _mark(self) -> Seen | None:
        """Return the mark, if it is one that this copy's key wrote; None where there is no file."""
        path = _beside(self._path, "seen")
        if not path.exists():
            return None
        code, _, raw = path.read_bytes()[:_MOST_SEEN].partition(b"\n")
        if not hmac.compare_digest(code, self._code(raw)):
            raise Refused(
                "copy.mark-missing",
                "The mark of the last use was altered, so nobody can say that the clock is right.",
                remedy="Get a fresh copy from the node.",
            )
        return decode_canonical_as(raw, Seen)

    def _leave(self, seen: Seen) -> None:
        raw = encode(seen)
        part = _beside(self._path, "seen.part")
        try:
            with part.open("wb") as file:
                file.write(self._code(raw) + b"\n" + raw)
                file.flush()
                os.fsync(file.fileno())
            part.replace(_beside(self._path, "seen"))
        except OSError:
            raise _unwritable() from None

    def _write(self, line: bytes, seen: Seen) -> None:
        try:
            handle = os.open(_beside(self._path, "journal"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            raise _unwritable() from None
        self._leave(seen)

    def _code(self, raw: bytes) -> bytes:
        return hashlib.blake2b(raw, key=self._key, person=b"comity-seen").hexdigest().encode()


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}.{what}")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_COPY)
    except OSError:
        raise Unreachable("copy.cannot-read", "The copy cannot be read.", field="COPY") from None
    if not data.startswith(b"{"):
        return data
    try:
        # As `copy make --json` printed it.
        return base64.b64decode(quick(data, _Printed).content, validate=True)
    except (msgspec.DecodeError, ValueError):
        raise BadInput("copy.altered", "This is no copy.", remedy="Get a fresh copy from the node.") from None


def _unwritable() -> Unreachable:
    return Unreachable(
        "copy.cannot-write",
        "The journal beside the copy cannot be written; nothing is checked without it.",
        remedy="Make room, or check the folder's owner.",
    )


def _match(line: CopyLine, found: Candidate) -> CopyMatch:
    return CopyMatch(
        id=line.id,
        owner=line.owner,
        version=line.version,
        category=line.category,
        action=line.action,
        warnings=line.warnings,
        evidence=found.evidence,
        weighed=found.weighed,
    )


class _Searcher:
    """The simple index over a database in memory, which ends with it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index = SimpleIndex()
        weakref.finalize(self, _end, connection)

    def __call__(self, probe: Probe) -> Found:
        return self._index.search(self._read, probe)

    def _read(self, query: object, parameters: Mapping[str, object] | None = None) -> Sequence[Row]:
        return self._connection.execute(cast("Executable", query), dict(parameters or {})).all()


def _end(connection: Connection) -> None:
    connection.close()
    connection.engine.dispose()


def _searcher(lines: Iterable[CopyLine]) -> _Searcher:
    connection = memory_connection()
    store.METADATA.create_all(connection)
    for line in lines:
        change = RecordChanged(kind=line.kind, id=line.id, owner=line.owner, version=line.version, record=None)
        for each in store.add(change, line.subject, keys_of(line.subject)):
            table = store.METADATA.tables[each.table.name]
            if isinstance(each, Insert):
                connection.execute(table.insert(), dict(each.row))
            elif isinstance(each, InsertMany):
                connection.execute(table.insert(), [dict(zip(each.columns, row, strict=True)) for row in each.rows])
    return _Searcher(connection)
