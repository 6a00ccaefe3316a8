"""Who holds an own alert: which version each partner took, refused or withdrew, and the receipt that proves it."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from comity.alerts.records import ALERT_KIND, AlertShown
from comity.core.codec import JsonValue
from comity.diplomacy.records import Holders, HolderView, PeerList
from comity.surfaces.web.desk import Visit
from comity.surfaces.web.traveller_lines import write_csv

_HEADINGS: Final = ("party", "node", "version", "withdrawn", "state", "receipt")


async def holders(visit: Visit) -> Response:
    """Show who holds the alert."""
    alert, held, parties = await _held(visit)
    return visit.render("alert_holders.html", alert=alert, holders=held, parties=parties)


async def export(visit: Visit) -> Response:
    """Give the same as a file: nodes and digests, nobody's name."""
    alert, held, parties = await _held(visit)
    lines = [
        (
            parties.get(one.node, ""),
            one.node,
            str(one.version),
            "true" if one.withdrawn else "false",
            one.state,
            one.receipt or "",
        )
        for one in held
    ]
    return visit.file(f"holders-{alert.id}.csv", write_csv([_HEADINGS, *lines]))


async def _held(visit: Visit) -> tuple[AlertShown, tuple[HolderView, ...], dict[str, str]]:
    command: dict[str, JsonValue] = {"id": visit.path("alert"), "party": visit.path("party")}
    alert = await visit.ask("alert.show", command, AlertShown)
    asked: dict[str, JsonValue] = {"kind": ALERT_KIND, "id": alert.id, "authority": alert.owner.authority}
    held = (await visit.ask("peer.holders", asked, Holders)).holders
    peers = (await visit.ask("peer.list", {}, PeerList)).peers
    return alert, held, {peer.node: peer.party for peer in peers}
