"""When partners were last heard, from what the exchange keeps and from the links that are open now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import sqlalchemy as sa

from comity.core.ports import Work
from comity.core.time import Instant
from comity.exchange.records import PeerState
from comity.exchange.store import IN, frame_table, peer_table, stream_table

# Asked by every check; building the statements anew would take longer than running them.
_PEERS: Final = sa.select(
    peer_table.c.node, peer_table.c.party, peer_table.c.state, peer_table.c.updated_at, peer_table.c.kinds
).execution_options(kept=True)
_LAST_FRAMES: Final = (
    sa.select(
        stream_table.c.peer,
        sa.select(frame_table.c.recorded_at)
        .where(frame_table.c.peer == stream_table.c.peer, frame_table.c.stream == stream_table.c.stream)
        .order_by(frame_table.c.first.desc())
        .limit(1)
        .scalar_subquery()
        .label("at"),
    )
    .where(stream_table.c.direction == IN)
    .execution_options(kept=True)
)


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
        frames = _last_frames(work)
        found: dict[str, Instant | None] = {}
        for peer in work.read(_PEERS):
            last = None
            # Before its first hello a peer has said nothing, whatever we trust.
            if peer.state != PeerState.DISTRUSTED.value and peer.kinds is not None:
                last = max(peer.updated_at, frames.get(peer.node, 0), self._link(peer.node) or 0)
            known = found.get(peer.party)
            found[peer.party] = known if last is None else Instant(max(last, known or 0))
        return found


def _last_frames(work: Work) -> dict[str, int]:
    """Return when the last frame of each peer came, over all its streams."""
    found: dict[str, int] = {}
    for row in work.read(_LAST_FRAMES):
        found[row.peer] = max(found.get(row.peer, 0), row.at or 0)
    return found
