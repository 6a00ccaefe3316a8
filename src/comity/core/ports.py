"""The seams of the house: what an operation gets, and what adapters must offer.

An operation is a plain synchronous function on a read snapshot. `Work` collects its row changes, version guards,
outgoing statements and ledger facts as one change set; one writer per node flushes groups of change sets, fsyncs, and
only then acknowledges. A failed guard re-runs that one operation on a new snapshot; a refusal throws the changes away
and is a change set of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Protocol, TypeAlias, runtime_checkable

import msgspec

from comity.core.decision import Decision, Fact, Question
from comity.core.door import Original
from comity.core.ids import AccountId, Owner, RecordId, RecordRef
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Function, Permission, Purpose, Role

Row: TypeAlias = Any
"""A row of a query: a tuple with named attributes. `Any` here, so that each store turns rows into records at once."""


class Table(Protocol):
    """A table as stores declare it; core knows no more than its name."""

    @property
    def name(self) -> str:
        """The table's name, unique in a node's database."""
        ...


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: an account, for one authority at a time.

    `user` is the personal unique user number that law asks logs to keep (Reg (EU) 2018/1861 Art 12(2)); it names
    nobody by itself. A peer node acting through its statements is an actor too, with no functions.
    """

    account: AccountId
    user: str
    owner: Owner
    role: Role | None
    functions: tuple[Function, ...] = ()
    permissions: frozenset[Permission] = frozenset()
    signed_in: bool = True
    must_change_password: bool = False


# --- row changes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Insert:
    """Add one row. With `counter`, the writer numbers column `column` from that gapless counter, in commit order.

    A row that stands for a run of `span` numbers gets the first of them.
    """

    table: Table
    row: Mapping[str, object]
    counter: str | None = None
    column: str | None = None
    span: int = 1


@dataclass(frozen=True, slots=True)
class InsertMany:
    """Add rows of the same columns at once, each a tuple in the order of `columns`, which is that of the table.

    The columns hold the primary key. With `absent_only`, a row whose primary key is there already is left as it is.
    `late`: the store may bring the rows to their places some time after the act, many at a time; they are as durable,
    and read, as if they were there.
    """

    table: Table
    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]
    absent_only: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """Set `values` in the rows equal to `key` in all its columns; no row is no error (guard it where that matters)."""

    table: Table
    key: Mapping[str, object]
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Amend:
    """Change one row by what it holds when it is written: `amend` gets the present values of `columns`, in order.

    It runs under the write lock, must be quick and pure, and returns the values to set; no row is no error. So changes
    of one row by several acts, or several times in one, never undo each other.
    """

    table: Table
    key: Mapping[str, object]
    columns: tuple[str, ...]
    amend: Callable[[tuple[object, ...]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the rows equal to `key` in all its columns."""

    table: Table
    key: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Guard:
    """Commit only if the row at `key` (the primary key or a unique key) still holds `expect`; None: only if absent.

    Checked under the write lock against all earlier change sets of the same group too. A failed guard re-runs the
    operation, so an operation must read what it guards.
    """

    table: Table
    key: Mapping[str, object]
    expect: Mapping[str, object] | None


Change: TypeAlias = Insert | InsertMany | Update | Amend | Delete | Guard


# --- what leaves the node, what changed, what was searched ----------------------------------------------------------


@unique
class Urgency(StrEnum):
    """How soon a record must reach others; each has queues of its own, and the sooner overtakes the later."""

    URGENT = "urgent"
    ORDINARY = "ordinary"
    BULK = "bulk"


class Older(msgspec.Struct, frozen=True, kw_only=True):
    """A record version in an older shape, for peers that cannot read the newest."""

    schema: int
    payload: msgspec.Struct


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's newest version of a record, offered to every entitled peer (or to `recipients` only).

    `payload` is the full state as a frozen struct, None for a tombstone. `previous` is the digest of the statement
    payload of the version before. Which fields each peer gets is decided by agreement, not here. `delete_by` is the
    last day on which any copy may exist, `expires` the instant from which the content may not be used. `facts` are
    asserted to the decision point, as in a question. `stream` names the stream to travel in where that is not the one
    of the agreement which permits it: what changes the force of a treaty goes in order among the data it governs.
    `urgency` chooses the queue of a record's first version; later versions follow it, so that they stay in order.
    `older` are the same version in older shapes, newest first: a peer gets the first that it can read; where it reads
    none, the newest waits for it.
    """

    kind: str
    id: str
    owner: Owner
    category: str
    operation: str
    purpose: Purpose
    version: int
    schema: int
    payload: msgspec.Struct | None
    issued: Instant
    delete_by: CivilDate | None = None
    classification: str = "restricted"
    recipients: tuple[str, ...] | None = None
    facts: tuple[Fact, ...] = ()
    stream: str | None = None
    expires: Instant | None = None
    urgency: Urgency = Urgency.ORDINARY
    older: tuple[Older, ...] = ()


class RecordChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A record came, changed or went (`record` None), by an operation here or by a peer's statement.

    Projections of other rooms run on it inside the same change set.
    """

    kind: str
    id: str
    owner: Owner
    version: int
    record: msgspec.Struct | None
    from_peer: bool = False


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """One search, as the law wants it logged (Reg (EU) 2018/1861 Art 12): data used, user, purpose, what was found.

    `terms` are canonical bytes of the data used; they are sealed for the data-protection supervisor before they are
    stored.
    """

    search: RecordId
    operation: str
    terms: bytes
    justification: str
    found: tuple[RecordRef, ...]


# --- the unit of work ---------------------------------------------------------------------------------------------


@runtime_checkable
class Work(Protocol):
    """What an operation gets. Reads see the snapshot taken at the start, never the operation's own pending changes."""

    @property
    def who(self) -> Actor:
        """The actor."""
        ...

    @property
    def purpose(self) -> Purpose:
        """The one purpose named for this act."""
        ...

    @property
    def at(self) -> Instant:
        """Legal time: the instant whose law and clocks apply."""
        ...

    @property
    def recorded_at(self) -> Instant:
        """Time of the clock, never simulated; what ledger and signatures carry."""
        ...

    def read(self, query: object, parameters: Mapping[str, object] | None = None) -> Sequence[Row]:
        """Run a SQLAlchemy select on the snapshot and return all its rows.

        A statement with `execution_options(kept=True)`, for what every act asks and hardly anything changes, may be
        answered by what an earlier work read, as long as nothing committed since has changed its tables.
        """
        ...

    def change(self, *changes: Change) -> None:
        """Add row changes and guards to the change set, in order."""
        ...

    def change_if_refused(self, *changes: Change) -> None:
        """Add row changes that stand only if the operation ends in a refusal, such as a count of failed sign-ins."""
        ...

    def publish(self, publication: Publication) -> None:
        """Offer the owner's version to the peers that agreements in force entitle; default nobody."""
        ...

    def record(self, *refs: RecordRef, **facts: str | int | bool) -> None:
        """Add record references and facts to this act's ledger entry; never values of personal data."""
        ...

    def decide(self, question: Question) -> Decision:
        """Ask the one decision point; the decision's agreement, clauses and reasons join the ledger entry."""
        ...

    def emit(self, change: RecordChanged) -> None:
        """Tell the projections of other rooms, now, inside this change set."""
        ...

    def log_search(self, search: Search) -> None:
        """Seal and store one search with this change set.

        Raises `Refused` if no supervisor key exists: no search without log.
        """
        ...

    def perform(self, operation: str, command: bytes) -> bytes:
        """Run a held operation inside this work (the second person's approval) and return its canonical result."""
        ...

    def enqueue(self, task: str, argument: msgspec.Struct) -> RecordId:
        """Start a job of the named task with this change set and return its id; the argument holds no personal data."""
        ...

    def originals(self, kind: str, record: str) -> tuple[Original, ...]:
        """Return the texts of a record as they came, where its fields hold them in another form."""
        ...

    def new_id(self) -> RecordId:
        """Return a fresh record id."""
        ...

    def random(self, count: int) -> bytes:
        """Return `count` bytes fit for secrets."""
        ...


class Clock(Protocol):
    """Time of the machine."""

    def now(self) -> Instant:
        """Microseconds since 1970 UTC."""
        ...


class Signer(Protocol):
    """Holds a signing key that never leaves it (file, PKCS#11 token)."""

    @property
    def key_id(self) -> str:
        """First 16 hex digits of SHA-256 over suite and public key."""
        ...

    @property
    def suite(self) -> str:
        """Name of the signature suite; `ed25519` is the one rule of wire v1."""
        ...

    @property
    def public_key(self) -> bytes:
        """Raw public key, 32 bytes for `ed25519`."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature over `message`, 64 bytes for `ed25519`. Safe to call from several threads."""
        ...


@runtime_checkable
class SecondSigner(Signer, Protocol):
    """A signer of the hybrid suite: it holds an ML-DSA-65 key beside the Ed25519 one."""

    @property
    def second_key(self) -> bytes:
        """Raw ML-DSA-65 public key."""
        ...

    def sign_second(self, message: bytes) -> bytes:
        """Return the ML-DSA-65 signature over `message`."""
        ...


@runtime_checkable
class TurningSigner(Signer, Protocol):
    """A signer that turns to its next key when its time comes."""

    def present(self) -> Signer:
        """Return the hand that signs now; it keeps its key."""
        ...


def fixed(signer: Signer) -> Signer:
    """Return the hand of a signer that keeps its key: whoever names a key and then signs must not see it turn."""
    return signer.present() if isinstance(signer, TurningSigner) else signer
