"""When partners were last heard, from what the exchange keeps and from the links that are open now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from comity.core.ports import Work
from comity.core.time import Instant
from comity.exchange.records import PeerState
from comity.exchange.store import IN, frame_table, peer_table, stream_table


def _never(_node: str) -> Instant | None:
    return None


class ExchangePartners:
    """`comity.crossings.ports.Partners` on the exchange's tables.

    `link` tells when a link last heard a node by its id (hello, ping, frame), None if it knows of none: without it a
    partner that has nothing to say looks as old as its last frame.
    """

    def __init__(self, link: Callable[[str], Instant | None] = _never) -> None:
        self._link = link

    def heard(self, work: Work) -> Mapping[str, Instant | None]:
        """Return the last word of each party: the newest of its nodes; a distrusted node is heard no longer."""
        columns = peer_table.c
        peers = work.read(sa.select(columns.node, columns.party, columns.state, columns.updated_at, columns.kinds))
        frames = _last_frames(work)
        found: dict[str, Instant | None] = {}
        for peer in peers:
            last = None
            # Before its first hello a peer has said nothing, whatever we trust.
            if peer.state != PeerState.DISTRUSTED.value and peer.kinds is not None:
                last = max(peer.updated_at, frames.get(peer.node, 0), self._link(peer.node) or 0)
            known = found.get(peer.party)
            found[peer.party] = known if last is None else Instant(max(last, known or 0))
        return found


def _last_frames(work: Work) -> dict[str, int]:
    """Return when the last frame of each peer came, over all its streams."""
    stream, frame = stream_table.c, frame_table.c
    last = (
        sa.select(frame.recorded_at)
        .where(frame.peer == stream.peer, frame.stream == stream.stream)
        .order_by(frame.first.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = work.read(sa.select(stream.peer, last.label("at")).where(stream.direction == IN))
    found: dict[str, int] = {}
    for row in rows:
        found[row.peer] = max(found.get(row.peer, 0), row.at or 0)
    return found
