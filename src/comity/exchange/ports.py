"""The seams of the exchange: who receives records of a kind, who knows agreements, who runs and commits its acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeVar

import msgspec

from comity.core.ids import AgreementId, Owner, RecordRef
from comity.core.ports import Publication, Work
from comity.exchange.records import Peer, Status
from comity.exchange.statement import Statement

T = TypeVar("T")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One statement on its way to a receiver, after every check of the exchange.

    `digest` names the statement; `own_signature` is empty where the agreement asks none. `known_version` is the
    version this node holds (0: none), so that a receiver knows entering from changing.
    """

    statement: Statement
    digest: str
    own_signature: bytes
    peer: Peer
    stream: str
    known_version: int


class Applied(msgspec.Struct, frozen=True):
    """A receiver's say. Build it with `stored`, `refused` or `deferred`.

    `turns` says that the item changes which agreements are in force: what comes behind it in the frame is judged only
    after it is committed.
    """

    status: Status
    reasons: tuple[str, ...] = ()
    retry_after_s: int | None = None
    turns: bool = False


def stored(*, turns: bool = False) -> Applied:
    """Say that the item is in this work's change set."""
    return _TURNED if turns else _STORED


def refused(*reasons: str) -> Applied:
    """Say that a rule of the subject stands against the item, for good; principal reason first."""
    return Applied(Status.REFUSED, reasons)


def deferred(reason: str, retry_after_s: int) -> Applied:
    """Say that the item cannot be judged yet; its stream waits for it."""
    return Applied(Status.DEFERRED, (reason,), retry_after_s)


_STORED: Final = Applied(Status.STORED)
_TURNED: Final = Applied(Status.STORED, turns=True)


class Receiver(Protocol):
    """Takes records of one kind into its subject.

    The exchange has checked signature, order, owner, version and policy; the receiver checks content. Versions of one
    record come in rising order, at most one in a work. A receiver that does not answer `stored` must not have changed
    the work. `BadInput` and `Refused` raised by `apply` count as refused with their code.
    """

    @property
    def schemas(self) -> tuple[int, ...]:
        """The payload schema numbers it can read."""
        ...

    def apply(self, work: Work, item: Item) -> Applied:
        """Take the version in, or remove the record where the statement is a tombstone.

        Emits `RecordChanged` itself.
        """
        ...

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return the versions of foreign records that the subject holds now, ordered; what equality checks compare."""
        ...

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Erase the copy of a foreign record (retention, recall, end of an agreement); no copy is no error.

        Ids are the owner's own: another party's record of the same id stays, or a peer could make it vanish.
        """
        ...


class Source(Protocol):
    """Offers the own records of one subject, for peers and agreements that came later than they."""

    @property
    def kind(self) -> str:
        """The record kind."""
        ...

    def offers(self, work: Work, after: str, limit: int) -> tuple[Publication, ...]:
        """Return the present versions of at most `limit` own records with ids behind `after` ("": all), by id."""
        ...


class Agreements(Protocol):
    """What the exchange must know about agreements beside their decisions."""

    def epoch(self, work: Work) -> int:
        """Return a number that grows whenever an agreement comes into force, changes, is suspended or ends."""
        ...

    def over(self, work: Work) -> Mapping[str, frozenset[str] | None]:
        """Return the agreements under which no peer may hold anything any more, with the parties meant (None: all).

        Not those suspended, nor those that a newer version replaced.
        """
        ...

    def stream(self, work: Work, agreement: AgreementId) -> str:
        """Return the stream of the agreement: its lineage id, or `peering`."""
        ...


class Acts(Protocol):
    """Runs acts of the exchange: one act is one work, whole or not at all."""

    def act(self, name: str, peer: Peer, do: Callable[[Work], T]) -> T:
        """Run `do` as the peer's actor, commit durably, then return what it returned.

        Writes one ledger entry named `name`. Re-runs on a new snapshot when a guard failed. Raises `Unreachable` when
        the store cannot write; a `Refused` raised by `do` throws the changes away and is recorded.
        """
        ...

    def view(self, peer: Peer, do: Callable[[Work], T]) -> T:
        """Run `do` on a read snapshot and return what it returned; nothing is written."""
        ...
