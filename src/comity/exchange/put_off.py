"""Versions that a peer has not got because the agreement is suspended: which they are, and how many."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from comity.core.ports import Delete, Insert, Row, Work
from comity.core.time import Instant
from comity.exchange import store
from comity.exchange.records import Peer
from comity.exchange.store import Place, RecordKey, Route
from comity.exchange.tables import put_off_table, route_table

NEVER_ASKED: Final = -1


def put_off(work: Work, record: RecordKey, route: Route, place: Place, epoch: int = NEVER_ASKED) -> None:
    """Remember a version that waits for the end of a suspension; it takes the place of an earlier one.

    `epoch` is that of the agreements by which it may not go.
    """
    key = {"record": record, "route": store.route_id(route)}
    row = {**key, "peer": route.peer, "segment": place.segment, "place": place.item, "epoch": epoch}
    work.change(Delete(put_off_table, key), Insert(put_off_table, {**row, "recorded_at": work.recorded_at}))


def unasked(work: Work, peer: Peer, epoch: int, limit: int) -> list[Row]:
    """Return at most `limit` rows that were not asked about at this epoch of the agreements, the oldest first."""
    table = put_off_table
    query = select(table).where(table.c.peer == peer.node, table.c.epoch != epoch)
    return list(work.read(query.order_by(table.c.recorded_at, table.c.record, table.c.route).limit(limit)))


def count_put_off(work: Work, peer: Peer) -> dict[str, int]:
    """Return how many records the peer has not got because of a suspension, by stream; none where it has all."""
    query = (
        select(route_table.c.stream, func.count().label("number"))
        .join(put_off_table, put_off_table.c.route == route_table.c.id)
        .where(put_off_table.c.peer == peer.node)
        .group_by(route_table.c.stream)
    )
    return {row.stream: int(row.number) for row in work.read(query)}


def first_put_off(work: Work, peer: Peer, stream: str) -> Instant:
    """Return since when the oldest record of a stream waits for the end of a suspension; now, where none does."""
    query = (
        select(func.min(put_off_table.c.recorded_at).label("oldest"))
        .join(route_table, put_off_table.c.route == route_table.c.id)
        .where(put_off_table.c.peer == peer.node, route_table.c.stream == stream)
    )
    return Instant(work.read(query)[0].oldest or work.recorded_at)


def is_put_off(work: Work, peer: Peer, record: RecordKey, place: Place) -> bool:
    """Say whether that stored version of a record waits for the end of a suspension before it goes to the peer."""
    table = put_off_table
    at = (table.c.peer == peer.node, table.c.segment == place.segment, table.c.place == place.item)
    return bool(work.read(select(table.c.route).where(table.c.record == record, *at)))
