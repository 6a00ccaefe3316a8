"""Newcomers: a peer, or an agreement, that comes later is offered what is there already; what is new goes on beside it.

Page by page through the own records of each subject, in acts of their own and on the bulk streams, so that nothing
urgent waits for it. What a peer holds already is left out: the normal way of each new version and this one meet at the
same rows, and whichever comes second finds the other.
"""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import select

from comity.core.ports import Insert, Publication, Row, Update, Urgency, Work
from comity.exchange import store
from comity.exchange.outbox import Sending, enqueue_all
from comity.exchange.ports import Source
from comity.exchange.records import Peer, PeerState
from comity.exchange.store import Holder
from comity.exchange.tables import catch_up_table

PAGE: Final = 256


def is_behind(work: Work, peer: Peer, kind: str, sending: Sending) -> bool:
    """Say whether own records of this kind are still to be offered to the peer under the agreements as they stand."""
    if peer.state is not PeerState.TRUSTED:
        return False
    row = _row(work, peer, kind)
    return row is None or row.epoch != sending.agreements.epoch(work) or not row.done


def catch_up(work: Work, peer: Peer, source: Source, sending: Sending, page: int = PAGE) -> int:
    """Offer the peer the next page of own records that it does not hold; return how many of a page were looked at.

    Call it again until it returns 0; `is_behind` says from then on that there is nothing to do.
    """
    epoch = sending.agreements.epoch(work)
    row = _row(work, peer, source.kind)
    after = row.after if row is not None and row.epoch == epoch else ""
    offers = source.offers(work, after, page)
    wanted = _not_held(work, peer, offers)
    if wanted:
        enqueue_all(work, wanted, sending)
    now = {"epoch": epoch, "after": offers[-1].id if offers else after, "done": not offers}
    key = {"peer": peer.node, "kind": source.kind}
    work.change(Insert(catch_up_table, {**key, **now}) if row is None else Update(catch_up_table, key, now))
    work.record(peer=peer.node, looked_at=len(offers), lined_up=len(wanted))
    return len(offers)


def _not_held(work: Work, peer: Peer, offers: tuple[Publication, ...]) -> list[Publication]:
    keys = [store.record_key(each.kind, each.id, each.owner) for each in offers]
    held = store.holders(work, keys)
    return [
        msgspec.structs.replace(each, recipients=(peer.node,), urgency=Urgency.BULK)
        for key, each in zip(keys, offers, strict=True)
        if not any(_has(one, peer, each) for one in held.get(key, ()))
    ]


def _has(held: Holder, peer: Peer, offer: Publication) -> bool:
    """Say whether the peer has this version, or was told of a later one; what was taken back from it may come again."""
    if held.route.peer != peer.node:
        return False
    return held.version > offer.version or (held.version == offer.version and not held.tombstone)


def _row(work: Work, peer: Peer, kind: str) -> Row | None:
    table = catch_up_table
    rows = work.read(select(table).where(table.c.peer == peer.node, table.c.kind == kind))
    return rows[0] if rows else None
