"""Reading and writing deeds, and bringing a peer's card in line with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import bindparam, func, select

from comity.agreements.identity import Identity, parse_identity
from comity.agreements.keys import Chain, Deed, Key, deed_digest, replay
from comity.core.codec import decode_own_as, encode
from comity.core.ports import Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.exchange.keys.tables import conflict_table, deed_table, told_table
from comity.exchange.records import Peer, PeerKey
from comity.exchange.signing import SUITE
from comity.exchange.tables import peer_table, record_table, route_table, segment_table

_DEEDS: Final = (
    select(deed_table)
    .where(deed_table.c.node == bindparam("node"))
    .order_by(deed_table.c.number)
    .execution_options(kept=True)
)
_IDENTITY: Final = select(peer_table.c.identity).where(peer_table.c.node == bindparam("node"))


def deeds_of(work: Work, node: str) -> tuple[Deed, ...]:
    """Return the deeds held of a node, in order."""
    return tuple(decode_own_as(bytes(row.body), Deed) for row in work.read(_DEEDS, {"node": node}))


def first_key(work: Work, node: str) -> Key | None:
    """Return the key by which a peer was trusted, None for a node that never was."""
    rows = work.read(_IDENTITY, {"node": node})
    return parse_identity(bytes(rows[0].identity)).key if rows else None


def identity_of(work: Work, node: str) -> Identity | None:
    """Return a peer's identity document as it was trusted, with the deeds that came since; None if it never was."""
    rows = work.read(_IDENTITY, {"node": node})
    return with_deeds(work, parse_identity(bytes(rows[0].identity))) if rows else None


def with_deeds(work: Work, identity: Identity) -> Identity:
    """Return an identity document with all deeds held of its node; its signature is that of the document as it came."""
    return msgspec.structs.replace(identity, deeds=deeds_of(work, identity.node))


def add_deeds(work: Work, node: str, deeds: Sequence[Deed]) -> None:
    """Keep deeds that continue those held."""
    for deed in deeds:
        key = {"node": node, "number": deed.number}
        row = {**key, "digest": deed_digest(deed), "body": encode(deed), "recorded_at": work.recorded_at}
        work.change(Guard(deed_table, key, None), Insert(deed_table, row))


def keep_conflict(work: Work, node: str, deed: Deed) -> None:
    """Keep a second deed of one number as evidence."""
    name = deed_digest(deed)
    key = {"node": node, "number": deed.number, "digest": name}
    found = select(conflict_table.c.node).where(conflict_table.c.node == node, conflict_table.c.digest == name)
    if not work.read(found):
        row = {**key, "body": encode(deed), "recorded_at": work.recorded_at}
        work.change(Guard(conflict_table, key, None), Insert(conflict_table, row))


def conflicts(work: Work) -> frozenset[str]:
    """Return the nodes whose deeds contradict each other."""
    return frozenset(row.node for row in work.read(select(conflict_table.c.node)))


def peer_keys(chain: Chain, since: Instant) -> tuple[PeerKey, ...]:
    """Return a chain's keys as the exchange counts them; the first counts from `since`, when it was trusted."""
    return tuple(
        PeerKey(
            id=span.key.id,
            suite=SUITE,
            public=bytes.fromhex(span.key.public),
            valid_from=span.since if place else since,
            valid_until=span.until,
            revoked_at=span.compromised_at,
            second=None if span.key.second is None else bytes.fromhex(span.key.second),
        )
        for place, span in enumerate(chain.spans)
    )


def turn_card(work: Work, peer: Peer, chain: Chain) -> None:
    """Bring a peer's card in line with its deeds."""
    card = msgspec.structs.replace(peer.card, keys=peer_keys(chain, peer.card.keys[0].valid_from))
    key = {"node": peer.node}
    values = {"body": encode(card), "updated_at": work.recorded_at}
    work.change(Guard(peer_table, key, {"state": peer.state.value}), Update(peer_table, key, values))


def own_chain(work: Work, node: str, first: Key) -> Chain:
    """Return the keys of this node."""
    return replay(node, first, deeds_of(work, node))


def told(work: Work) -> dict[str, Row]:
    """Return how far each peer has acknowledged, by node."""
    return {row.peer: row for row in work.read(select(told_table).order_by(told_table.c.peer))}


def note_told(work: Work, peer: str, values: dict[str, object]) -> None:
    """Note what a peer said to our deeds."""
    key = {"peer": peer}
    if peer in told(work):
        work.change(Update(told_table, key, {**values, "recorded_at": work.recorded_at}))
        return
    row = {**key, "number": 0, "receipt": None, "trouble": None, **values, "recorded_at": work.recorded_at}
    work.change(Guard(told_table, key, None), Insert(told_table, row))


def in_doubt(work: Work, peer: str, since: Instant) -> int:
    """Count the records of a peer that were taken since an instant: what a stolen key may have signed."""
    query = (
        select(func.count().label("number"))
        .select_from(record_table)
        .join(route_table, record_table.c.route == route_table.c.id)
        .join(segment_table, record_table.c.segment == segment_table.c.id)
        .where(route_table.c.peer == peer, segment_table.c.recorded_at >= since)
    )
    return int(work.read(query)[0].number)
