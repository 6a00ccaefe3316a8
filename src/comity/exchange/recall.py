"""Recall: taking back from every holder what it has, and who has answered for it.

The holder map says which peer was sent which version by which route. A recall walks it and sends each holder a
tombstone under the number of the version it has; the signed receipt for that tombstone is the proof. A holder that
cannot be reached keeps its tombstone in the queue for as long as it takes, and is shown as stale once the lease is
over. What the holder passed on it takes back itself: a tombstone erases, and each of its own holders gets one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from comity.core.ids import Owner
from comity.core.ports import Publication, Row, Update, Work
from comity.core.time import DAY_US, Instant
from comity.exchange import store, streams
from comity.exchange.lineup import Lineup
from comity.exchange.outbox import Sending, readable_schema, recall
from comity.exchange.records import Peer, QueueState
from comity.exchange.segment import read_picks
from comity.exchange.statement import Statement, read_own_statement
from comity.exchange.store import OUT, Holder, Place, RecordKey, Route
from comity.exchange.tables import holder_table, outbox_table, receipt_table

RECALLED: Final = "delete"
LEASE_US: Final = DAY_US
"""How long a holder may be silent before what it holds counts as stale."""
PAGE: Final = 256


@dataclass(frozen=True, slots=True)
class Holding:
    """What one peer has of a record, and how it answered for it.

    `receipt` is the digest of the signed receipt, None until there is one. `stale`: it was sent something a lease ago
    and has not answered yet.
    """

    peer: str
    stream: str
    version: int
    tombstone: bool
    state: QueueState
    receipt: str | None
    stale: bool


def recall_under(work: Work, over: Mapping[str, frozenset[str] | None], sending: Sending, page: int = PAGE) -> int:
    """Take back the next page of what went out under these agreements, to these parties; return how many copies were.

    Call it again until it returns 0. Whatever the present policy: nothing may keep what no agreement carries any more.
    """
    party = {str(peer.node): peer.party for peer in store.peers(work)}
    routes = {
        number: route
        for number, route in store.routes(work).items()
        if route.agreement in over and _is_meant(over[route.agreement], party.get(route.peer))
    }
    if not routes:
        return 0
    query = (
        select(holder_table)
        .where(holder_table.c.route.in_(tuple(routes)), holder_table.c.tombstone.is_(False))
        .order_by(holder_table.c.record)
        .limit(page)
    )
    held = [_holder(row, routes[row.route]) for row in work.read(query)]
    _take_back(work, held, sending)
    if held:
        work.record(recalled=len(held))
    return len(held)


def _is_meant(parties: frozenset[str] | None, party: str | None) -> bool:
    return parties is None or party in parties


def _holder(row: Row, route: Route) -> Holder:
    place = Place(row.segment, row.place)
    return Holder(row.record, route, row.version, row.digest, bool(row.tombstone), place)


def _take_back(work: Work, held: Sequence[Holder], sending: Sending) -> None:
    """Line up a tombstone for each of these copies; own content stays, it is its owner's."""
    lineup = Lineup(work, sending.home, sending.agreements.epoch(work))
    known: dict[str, Peer] = {peer.node: peer for peer in store.peers(work)}
    for each in held:
        said = _said(work, each.place)
        peer = known.get(each.route.peer)
        if said is None or peer is None:
            # Erased by its deletion date, which every holder keeps for itself: there is nothing to take back.
            key = {"record": each.record, "route": store.route_id(each.route)}
            work.change(Update(holder_table, key, {"tombstone": True}))
            continue
        schema = readable_schema(said.kind, said.schema, peer)
        lineup.add(_tombstone(said, each, work.recorded_at), each.record, recall(each, RECALLED, schema))
    lineup.flush()


def _said(work: Work, place: Place) -> Statement | None:
    found = store.find_segment(work, place.segment)
    if found is None:
        return None
    body = found[0].item(place.item).body
    return None if body is None else read_own_statement(body)


def _tombstone(said: Statement, held: Holder, now: Instant) -> Publication:
    return Publication(
        kind=said.kind,
        id=said.id,
        owner=said.owner,
        category=said.category,
        operation=RECALLED,
        purpose=said.purpose,
        version=held.version,
        schema=said.schema,
        payload=None,
        issued=now,
        classification=said.classification,
    )


def holding(work: Work, kind: str, record: str, owner: Owner) -> tuple[Holding, ...]:
    """Return every peer that was ever sent an own record: which version, and how it answered; by node id."""
    key: RecordKey = store.record_key(kind, record, owner)
    found = store.holders(work, (key,)).get(key, [])
    return tuple(_holding(work, each) for each in sorted(found, key=lambda one: one.route.peer))


def _holding(work: Work, held: Holder) -> Holding:
    route = held.route
    sent = _sequence(work, held)
    state, receipt, since = QueueState.WAITING, None, work.recorded_at
    if sent is not None:
        sequence, since = sent
        state = _state(work, route, sequence)
        receipt = _receipt(work, route, sequence) if state is not QueueState.WAITING else None
    waits = state in {QueueState.WAITING, QueueState.DEFERRED}
    return Holding(
        peer=route.peer,
        stream=route.stream,
        version=held.version,
        tombstone=held.tombstone,
        state=state,
        receipt=receipt,
        stale=waits and since + LEASE_US < work.recorded_at,
    )


def _sequence(work: Work, held: Holder) -> tuple[int, Instant] | None:
    """Return under which number the holder's version was lined up last, and when."""
    table = outbox_table
    query = (
        select(table)
        .where(
            table.c.peer == held.route.peer, table.c.stream == held.route.stream, table.c.segment == held.place.segment
        )
        .order_by(table.c.first.desc())
    )
    for row in work.read(query):
        places = list(read_picks(row.picks, row.count))
        if held.place.item in places:
            return row.first + places.index(held.place.item), Instant(row.enqueued_at)
    return None


def _state(work: Work, route: Route, sequence: int) -> QueueState:
    at = streams.position(work, route.peer, route.stream, OUT)
    if at is None:
        return QueueState.WAITING
    said = streams.exceptions(work, OUT, route.peer, at, (sequence, sequence)).get(sequence)
    if said is not None:
        return QueueState(said.status)
    return QueueState.STORED if sequence <= at.received else QueueState.WAITING


def _receipt(work: Work, route: Route, sequence: int) -> str | None:
    table = receipt_table
    query = (
        select(table.c.digest)
        .where(
            table.c.peer == route.peer,
            table.c.stream == route.stream,
            table.c.first <= sequence,
            table.c.last >= sequence,
        )
        .order_by(table.c.recorded_at.desc())
        .limit(1)
    )
    rows = work.read(query)
    return rows[0].digest if rows else None
