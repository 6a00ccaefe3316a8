"""Agreements and peers."""

from __future__ import annotations

import re
from typing import Final

import msgspec
from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import ComityError, FieldProblem
from comity.diplomacy.records import (
    AgreementPage,
    AgreementView,
    Distrust,
    PeerList,
    PeerView,
    Propose,
    Queue,
    Sign,
    Trust,
)
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.why_pages import shown

_IN_DOCUMENT: Final = re.compile(r"\bline (\d+), column (\d+)\)?\Z", re.ASCII)


async def agreements(visit: Visit) -> Response:
    """List the agreements of this node."""
    after = visit.request.query_params.get("after")
    command: dict[str, JsonValue] = {"cursor": after} if after else {}
    return visit.render("agreements.html", page=await visit.ask("agreement.list", command, AgreementPage))


async def blank(visit: Visit) -> Response:
    """Show the empty form of a proposal."""
    return visit.render("agreement_new.html")


async def propose(visit: Visit) -> Response:
    """Check a document and send it to its parties."""
    try:
        proposed = await visit.ask("agreement.propose", visit.form.command(Propose), AgreementView)
    except ComityError as error:
        error.problems = tuple(map(_in_the_document, error.problems))
        return visit.again("agreement_new.html", error)
    return see(f"/agreements/{proposed.agreement}")


async def agreement(visit: Visit) -> Response:
    """Show one version: its clauses and state, what happened to it, what runs under it."""
    return visit.render("agreement.html", **await shown(visit))


async def sign(visit: Visit) -> Response:
    """Sign a version for the own party; it waits for a second person."""
    command = visit.form.command(Sign, agreement=visit.path("agreement"))
    try:
        await visit.ask("agreement.sign", command, AgreementView)
    except ComityError as error:
        return visit.again("agreement.html", error, **await shown(visit))
    return see(f"/agreements/{visit.path('agreement')}")


async def peers(visit: Visit) -> Response:
    """List the nodes that this one trusts or trusted, and what they have not taken yet."""
    return visit.render("peers.html", **await _peers(visit))


async def trust(visit: Visit) -> Response:
    """Trust a node by its identity document; it waits for a second person."""
    try:
        await visit.ask("peer.trust", visit.form.command(Trust), PeerView)
    except ComityError as error:
        return visit.again("peers.html", error, **await _peers(visit))
    return see("/peers")


async def distrust(visit: Visit) -> Response:
    """End the peering with a node."""
    try:
        await visit.ask("peer.distrust", visit.form.command(Distrust), PeerView)
    except ComityError as error:
        return visit.again("peers.html", error, **await _peers(visit))
    return see("/peers")


async def _peers(visit: Visit) -> dict[str, object]:
    after = visit.request.query_params.get("after")
    known = (await visit.ask("peer.list", {}, PeerList)).peers
    queue = await visit.ask("peer.queue", {"cursor": after} if after else {}, Queue)
    return {"peers": known, "parties": {peer.node: peer.party for peer in known}, "queue": queue}


def _in_the_document(problem: FieldProblem) -> FieldProblem:
    """Tell a place in an agreement as a place in the text that the form sent."""
    place = _IN_DOCUMENT.search(problem.field)
    if place is None:
        return problem
    return msgspec.structs.replace(problem, field=f"$.document line {place[1]} column {place[2]}")
