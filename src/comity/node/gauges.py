"""Numbers of a running node for its metrics: nodes and counts, never persons."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from comity.core.time import SECOND_US
from comity.node.bootstrap import Node
from comity.surfaces.http.metrics import Gauge

_FREE = Gauge("comity_disk_free_bytes", "Bytes free where the node's data are.")
_SIZE = Gauge("comity_ledger_entries", "Entries of the ledger.")
_STRANGERS = Gauge("comity_strangers_total", "Connections of nobody this node trusts.")


def gauges_of(node: Node) -> Mapping[Gauge, float]:
    """Return the numbers as they are now."""
    found = {
        _FREE: float(shutil.disk_usage(node.directory.path).free),
        _SIZE: float(node.database.ledger.size),
        _STRANGERS: float(node.link.strangers),
    }
    for peer in sorted(node.link.connected | set(node.link.trouble)):
        reached = Gauge("comity_peer_reached", "Whether our link to the peer stands.", peer)
        found[reached] = float(peer in node.link.connected)
    for peer, offset in sorted(node.link.offsets.items()):
        ahead = Gauge("comity_peer_clock_offset_seconds", "How far the peer's clock is ahead of ours.", peer)
        found[ahead] = offset / SECOND_US
    return found
