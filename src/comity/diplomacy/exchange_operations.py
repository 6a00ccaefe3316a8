"""What people see of the exchange itself: streams, comparisons, and who holds a record."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from comity.core.codec import decode_as
from comity.core.ids import Owner
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Row, Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose
from comity.diplomacy.records import (
    ComparePeer,
    EqualityView,
    Holders,
    HolderView,
    ShowHolders,
    ShowStreams,
    Streams,
    StreamView,
)
from comity.diplomacy.services import Services
from comity.exchange.equality import ask_for
from comity.exchange.recall import Holding, holding
from comity.exchange.store import get_peer
from comity.exchange.tables import equality_table, stream_table

_READERS = (Purpose.ADMINISTRATION, Purpose.PEERING, Purpose.SUPERVISION)


def exchange_operations(services: Services) -> tuple[AnyOperation, ...]:
    """Return the operations on the exchange of one node."""

    @operation("peer.holders", permission=Permission.PEER_READ, purposes=_READERS, kind=Kind.READ)
    def show_holders(work: Work, command: ShowHolders) -> Holders:
        """List which peers hold which version of an own record, and how they answered for it."""
        owner = Owner(party=services.party, authority=command.authority)
        return Holders(holders=tuple(map(_holder, holding(work, command.kind, command.id, owner))))

    return (show_holders, show_streams, compare_peer)


@operation("peer.streams", permission=Permission.PEER_READ, purposes=_READERS, kind=Kind.READ)
def show_streams(work: Work, command: ShowStreams) -> Streams:
    """List how far the streams with peers are, and whether both sides were found to hold the same."""
    return Streams(streams=tuple(_streams(work, command.node)), equality=tuple(_comparisons(work, command.node)))


@operation("peer.compare", permission=Permission.PEER_MANAGE, purposes=(Purpose.ADMINISTRATION,))
def compare_peer(work: Work, command: ComparePeer) -> ComparePeer:
    """Compare what a peer holds with what this node believes it to hold, when nothing is on its way."""
    ask_for(work, get_peer(work, command.node))
    work.record(peer=command.node)
    return command


def _streams(work: Work, node: str | None) -> Iterator[StreamView]:
    table = stream_table
    query = select(table).order_by(table.c.peer, table.c.direction, table.c.stream)
    for row in work.read(query if node is None else query.where(table.c.peer == node)):
        yield StreamView(
            node=row.peer,
            stream=row.stream,
            direction=row.direction,
            position=row.position,
            epoch=row.epoch,
            held=() if row.held_reasons is None else decode_as(row.held_reasons, tuple[str, ...]),
        )


def _comparisons(work: Work, node: str | None) -> Iterator[EqualityView]:
    query = select(equality_table).order_by(equality_table.c.peer)
    for row in work.read(query if node is None else query.where(equality_table.c.peer == node)):
        yield _equality(row)


def _equality(row: Row) -> EqualityView:
    return EqualityView(
        node=row.peer,
        checked_at=Instant(row.checked_at),
        wanted=row.wanted,
        equal=row.equal,
        missing=row.missing,
        extra=row.extra,
        otherwise=row.otherwise,
        repaired=row.repaired,
    )


def _holder(found: Holding) -> HolderView:
    return HolderView(
        node=found.peer,
        stream=found.stream,
        version=found.version,
        withdrawn=found.tombstone,
        state=found.state.value,
        receipt=found.receipt,
        stale=found.stale,
    )
