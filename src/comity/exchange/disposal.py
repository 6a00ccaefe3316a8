"""Parting with what others sent, once the agreement that carried it has ended: taken out page by page, and erased.

The holder need not wait for the owner to take its records back: when its right to hold them is gone, so are they. What
is handed back is the owner's own statement, byte for byte, so that its digest proves what was held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Table, func, select

from comity.core.ids import Owner, RecordRef
from comity.core.ports import Row, Update, Work
from comity.exchange import store
from comity.exchange.erasure import erase_places
from comity.exchange.ports import Receiver
from comity.exchange.records import Peer
from comity.exchange.segment import Head, Segment
from comity.exchange.store import Place
from comity.exchange.tables import holder_table, record_table, route_table

ENDED_RULE: Final = "agreement-ended"
PAGE: Final = 64
PAGE_BYTES: Final = 256 << 10
CONTENT_BYTES: Final = 512 << 10
"""How much content one page holds, and of one record, so that it fits a statement; a larger one goes as its digest."""


@dataclass(frozen=True, slots=True)
class Parted:
    """One record that was held and is erased now; `content` is the owner's statement, where it is handed back."""

    kind: str
    id: str
    authority: str
    version: int
    digest: str
    content: str | None


def part_with(
    work: Work,
    peer: Peer,
    agreement: str,
    receivers: Mapping[str, Receiver],
    *,
    keep_content: bool,
    page: int = PAGE,
) -> tuple[Parted, ...]:
    """Erase the next page of what a peer sent under an agreement, in every version; return what it was.

    Call it again until it returns nothing. With `keep_content` the statements come along, as many as fit a page.
    """
    routes = _routes(work, peer, (agreement,))
    if not routes:
        return ()
    query = select(record_table).where(record_table.c.route.in_(routes), record_table.c.tombstone.is_(False))
    rows = work.read(query.order_by(record_table.c.record).limit(page))
    opened: dict[int, Segment] = {}
    found: list[Parted] = []
    size = 0
    for row in rows:
        head, body = _said(work, Place(row.segment, row.place), opened)
        size += len(body or b"") if keep_content else 0
        if found and size > PAGE_BYTES:
            break
        _erase(work, row, head, receivers)
        if head is not None:
            fits = keep_content and body is not None and len(body) <= CONTENT_BYTES
            content = body.decode() if body is not None and fits else None
            named = (head.kind, head.id, head.owner.authority)
            found.append(Parted(*named, version=row.version, digest=row.digest.hex(), content=content))
    return tuple(found)


def still_held(work: Work, peer: Peer, agreements: Iterable[str]) -> int:
    """Return how many records of a peer are held here under these agreements."""
    return _count(work, record_table, _routes(work, peer, agreements))


def still_out(work: Work, peer: Peer, agreements: Iterable[str]) -> int:
    """Return how many own records a peer is believed to hold under these agreements."""
    return _count(work, holder_table, _routes(work, peer, agreements))


def gone_out(work: Work, peer: Peer, agreements: Iterable[str]) -> int:
    """Return how many own records a peer held under these agreements and has answered for no more."""
    routes = _routes(work, peer, agreements)
    if not routes:
        return 0
    query = select(func.count().label("number")).where(holder_table.c.route.in_(routes), holder_table.c.tombstone)
    return int(work.read(query)[0].number)


def agree(work: Work, peer: Peer, agreement: str, parted: Iterable[Parted], own: str) -> tuple[int, int]:
    """Compare what a peer says it parted with to what it was sent; return how many agree, and how many differ.

    What agrees counts as taken back. A record that was taken back before, in whatever version, agrees too; one that the
    peer was never sent under this agreement, or in other bytes, differs and is for a person to see.
    """
    agreed = differing = 0
    for each in parted:
        key = store.record_key(each.kind, each.id, Owner(party=own, authority=each.authority))
        held = [
            one
            for one in store.holders(work, (key,)).get(key, ())
            if one.route.peer == peer.node and one.route.agreement == agreement
        ]
        same = [one for one in held if one.tombstone or one.digest.hex() == each.digest]
        agreed += bool(same)
        differing += not same
        for one in same:
            if not one.tombstone:
                row = {"record": key, "route": store.route_id(one.route)}
                work.change(Update(holder_table, row, {"tombstone": True}))
    return agreed, differing


def _erase(work: Work, row: Row, head: Head | None, receivers: Mapping[str, Receiver]) -> None:
    receiver = None if head is None else receivers.get(head.kind)
    if receiver is not None and head is not None:
        receiver.erase(work, head.owner, RecordRef(kind=head.kind, id=head.id, version=row.version))
    work.change(Update(record_table, {"record": row.record}, {"tombstone": True}))
    places = {Place(row.segment, row.place), *store.version_places(work, row.record)}
    erase_places(work, places, ENDED_RULE)


def _said(work: Work, place: Place, opened: dict[int, Segment]) -> tuple[Head | None, bytes | None]:
    if place.segment not in opened:
        found = store.find_segment(work, place.segment)
        if found is None:
            return None, None
        opened[place.segment] = found[0]
    segment = opened[place.segment]
    return segment.head(place.item), segment.item(place.item).body


def _routes(work: Work, peer: Peer, agreements: Iterable[str]) -> tuple[int, ...]:
    wanted = tuple(agreements)
    query = select(route_table).where(route_table.c.peer == peer.node, route_table.c.agreement.in_(wanted))
    return tuple(row.id for row in work.read(query))


def _count(work: Work, table: Table, routes: tuple[int, ...]) -> int:
    if not routes:
        return 0
    query = select(func.count().label("number")).where(table.c.route.in_(routes), table.c.tombstone.is_(False))
    return int(work.read(query)[0].number)
