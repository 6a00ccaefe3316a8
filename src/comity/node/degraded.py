"""Border checks that go on while the ledger cannot be written: declared, narrowed, and entered afterwards.

The switch is the node's (`degraded_checks` in config.json): without it everything stops. With it, a check searches what
its own law opens, and of partners what rests on clauses that state `degraded_checks`. Its ledger entry and its sealed
line of the search log go into a journal whose room was taken at start, so that a full disk cannot refuse it; once the
ledger can be written, they are entered as they were. Nothing in the journal names a person in clear.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from comity.adapters.keys_file import write_secret
from comity.agreements.load import agreement_id
from comity.core.codec import convert, decode_own_as, encode
from comity.core.commit import ChangeSet, GuardFailed, Writer
from comity.core.decision import Decision, Outcome, Question, Reason, Stage
from comity.core.errors import Refused, Unreachable
from comity.core.hashing import digest
from comity.core.ports import Actor, Insert, Work
from comity.core.time import Instant
from comity.core.vocabulary import Purpose
from comity.diplomacy import store as agreements
from comity.oversight.store import SEARCH_LOG
from comity.runtime.acts import Acts

OPERATIONS: Final = frozenset({"crossing.check"})
NOT_ALLOWED: Final = "ledger.degraded-not-allowed"
ROOM_BYTES: Final = 4 << 20
_LENGTH: Final = 4
_SALT_BYTES: Final = 16

Decide = Callable[[Question, Instant, Instant], Decision]


class KeptSearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of the search log, sealed."""

    id: str
    recorded_at: int
    user: str
    purpose: str
    operation: str
    key: str
    sealed: str


class KeptAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One act as it must be entered later; `previous` is the digest of the one before."""

    number: int
    previous: str
    operation: str
    user: str | None
    entry: str
    searches: tuple[KeptSearch, ...]


class Journal:
    """A file of fixed size; what is behind the last act is zeros."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        if not path.exists():
            write_secret(path, bytes(ROOM_BYTES))

    def acts(self) -> tuple[KeptAct, ...]:
        """Return what is kept, in order. Raises `Refused` `ledger.journal-damaged` where the chain does not hold."""
        found: list[KeptAct] = []
        last = ""
        for raw in self._raw():
            act = decode_own_as(raw, KeptAct)
            if act.previous != last or act.number != len(found) + 1:
                raise Refused(
                    "ledger.journal-damaged",
                    "The journal of checks made without the ledger was altered.",
                    field=self._path.name,
                    remedy="Keep the file, tell the supervisor, and move it away to start.",
                )
            found.append(act)
            last = digest(raw)
        return tuple(found)

    def append(self, make: Callable[[int, str], KeptAct]) -> None:
        """Keep one more act, durably. Raises `Unreachable` `ledger.journal-full` or `ledger.cannot-write`."""
        with self._lock:
            before = list(self._raw())
            raw = encode(make(len(before) + 1, digest(before[-1]) if before else ""))
            at = sum(_LENGTH + len(each) for each in before)
            if at + 2 * _LENGTH + len(raw) > ROOM_BYTES:
                raise Unreachable(
                    "ledger.journal-full",
                    "The journal of checks is full, so no more can be made.",
                    remedy="Free disk space and start the node again.",
                )
            try:
                with self._path.open("r+b") as file:
                    file.seek(at)
                    file.write(len(raw).to_bytes(_LENGTH, "big") + raw)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError:
                raise Unreachable(
                    "ledger.cannot-write",
                    "Neither ledger nor journal can be written.",
                    remedy="Free disk space and start the node again.",
                ) from None

    def held(self) -> threading.RLock:
        """Return the lock under which nothing is added."""
        return self._lock

    def clear(self) -> None:
        """Forget what was entered."""
        with self._lock, self._path.open("r+b") as file:
            file.write(bytes(ROOM_BYTES))
            file.flush()
            os.fsync(file.fileno())

    def _raw(self) -> Iterator[bytes]:
        data, at = self._path.read_bytes(), 0
        while length := int.from_bytes(data[at : at + _LENGTH], "big"):
            yield data[at + _LENGTH : at + _LENGTH + length]
            at += _LENGTH + length


class Degraded:
    """`comity.core.commit.Fallback` for border checks, and the decision point while it is on."""

    def __init__(self, path: Path, decide: Decide, writer: Writer, broken: Callable[[], bool]) -> None:
        self._journal = Journal(path)
        self._decide = decide
        self._writer = writer
        self._broken = broken
        self._here = threading.local()
        self._open: frozenset[tuple[str, str]] | None = None
        self._load: Callable[[], frozenset[tuple[str, str]]] = frozenset

    def use(self, load: Callable[[], frozenset[tuple[str, str]]]) -> None:
        """Say how to read the clauses that allow it: agreement and clause."""
        self._load = load

    @property
    def active(self) -> bool:
        """Whether the ledger cannot be written, or could not be a moment ago for what this thread does."""
        return self._broken() or getattr(self._here, "going_on", False)

    def serves(self, operation: str) -> bool:
        """Say whether an operation goes on; see the port."""
        return operation in OPERATIONS

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        """Run something in degraded mode; see the port."""
        self._here.going_on = True
        try:
            yield
        finally:
            self._here.going_on = False

    def keep(self, change_set: ChangeSet) -> None:
        """Keep entry and search for later; see the port."""
        entry = change_set.entry
        if entry is None:
            return
        inserts = (change for change in change_set.changes if isinstance(change, Insert))
        searches = tuple(_kept(each) for each in inserts if each.table.name == SEARCH_LOG.name)

        def make(number: int, previous: str) -> KeptAct:
            return KeptAct(
                number=number,
                previous=previous,
                operation=change_set.operation,
                user=change_set.user,
                entry=entry.decode(),
                searches=searches,
            )

        self._journal.append(make)

    def __call__(self, question: Question, at: Instant, known_at: Instant) -> Decision:
        """Answer as the decision point does; while degraded, a partner's records are used under clauses that say so."""
        decision = self._decide(question, at, known_at)
        if not self.active or question.stage is not Stage.USE or question.owner is None or decision.agreement is None:
            return decision
        if self._open is None:
            self._open = self._load()
        allowing = self._open
        if decision.clauses and all((decision.agreement, clause) in allowing for clause in decision.clauses):
            return decision
        reason = Reason(
            code=NOT_ALLOWED,
            text="The agreement does not let checks go on while the ledger cannot be written.",
            basis=decision.agreement,
        )
        return Decision(outcome=Outcome.DENY, effect="deny", reasons=(reason,), agreement=decision.agreement)

    def enter_kept(self, acts: Acts, operator: Actor, now: Instant) -> int:
        """Enter what was kept, each once, and say so in an entry of its own; return how many there were."""
        with self._journal.held():
            return self._enter(acts, operator, now)

    def _enter(self, acts: Acts, operator: Actor, now: Instant) -> int:
        kept = self._journal.acts()
        for act in kept:
            rows = tuple(Insert(SEARCH_LOG, _row(each)) for each in act.searches)
            entered = ChangeSet(rows, act.entry.encode(), os.urandom(_SALT_BYTES), act.user, now, act.operation)
            try:
                self._writer.commit(entered).result()
            except GuardFailed:
                continue  # it was entered before a crash, or met the fault and stands
        if kept:
            last = digest(encode(kept[-1]))

            def tell(work: Work) -> None:
                work.record(checks=len(kept), journal=last)

            acts.act("ledger.degraded-checks", operator, Purpose.ADMINISTRATION, tell)
            self._journal.clear()
        return len(kept)


def clauses_that_allow(work: Work) -> frozenset[tuple[str, str]]:
    """Return agreement and clause wherever a clause states that checks go on in degraded mode."""
    return frozenset(
        (agreement_id(stored.agreement), clause.id)
        for stored in agreements.with_events(work)
        for clause in stored.agreement.clauses
        if clause.degraded_checks is not None and clause.degraded_checks.value
    )


def _kept(change: Insert) -> KeptSearch:
    sealed = change.row["sealed"]
    plain = {**change.row, "purpose": str(change.row["purpose"]), "sealed": bytes(sealed).hex()}  # type: ignore[call-overload]  # bytes
    return convert(plain, KeptSearch)


def _row(kept: KeptSearch) -> dict[str, object]:
    return {**msgspec.structs.asdict(kept), "sealed": bytes.fromhex(kept.sealed)}
