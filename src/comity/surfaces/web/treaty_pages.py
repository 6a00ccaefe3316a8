"""Agreements and peers."""

from __future__ import annotations

from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import ComityError
from comity.diplomacy.records import AgreementPage, AgreementView, PeerList, Sign
from comity.surfaces.web.desk import Visit, see


async def agreements(visit: Visit) -> Response:
    """List the agreements of this node."""
    after = visit.request.query_params.get("after")
    command: dict[str, JsonValue] = {"cursor": after} if after else {}
    return visit.render("agreements.html", page=await visit.ask("agreement.list", command, AgreementPage))


async def agreement(visit: Visit) -> Response:
    """Show one version with its document."""
    return visit.render("agreement.html", agreement=await _agreement(visit))


async def sign(visit: Visit) -> Response:
    """Sign a version for the own party; it waits for a second person."""
    command = visit.form.command(Sign, agreement=visit.path("agreement"))
    try:
        await visit.ask("agreement.sign", command, AgreementView)
    except ComityError as error:
        return visit.again("agreement.html", error, agreement=await _agreement(visit))
    return see(f"/agreements/{visit.path('agreement')}")


async def peers(visit: Visit) -> Response:
    """List the nodes that this one trusts or trusted."""
    return visit.render("peers.html", peers=(await visit.ask("peer.list", {}, PeerList)).peers)


async def _agreement(visit: Visit) -> AgreementView:
    return await visit.ask("agreement.show", {"agreement": visit.path("agreement")}, AgreementView)
