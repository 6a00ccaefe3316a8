"""Signing keys: which count, which peers know of them, and asking the root for others."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.core.time import parse_instant
from comity.diplomacy.key_records import DeedList, DeedRequest, InstallDeeds, KeyState, RequestKey, RequestRoot
from comity.surfaces.web.desk import Visit, see

_REQUESTS: Final[dict[str, type[msgspec.Struct]]] = {"request-root": RequestRoot, "request": RequestKey}


async def keys(visit: Visit) -> Response:
    """Show the keys of this node and of its peers."""
    return visit.render("keys.html", **await _shown(visit))


async def ask(visit: Visit) -> Response:
    """Make a request for the root, and show it once."""
    act = visit.path("act")
    try:
        asked = await visit.ask(f"keys.{act}", _command(visit, act), DeedRequest)
    except ComityError as error:
        return visit.again("keys.html", error, **await _shown(visit))
    return visit.render("keys.html", **{**await _shown(visit), "asked": asked})


async def install(visit: Visit) -> Response:
    """Install what the root signed; it waits for a second person."""
    try:
        await visit.ask("keys.install", visit.form.command(InstallDeeds), KeyState)
    except ComityError as error:
        return visit.again("keys.html", error, **await _shown(visit))
    return see("/keys")


async def export(visit: Visit) -> Response:
    """Give every deed of this node out, one on each line."""
    found = await visit.ask("keys.deeds", {}, DeedList)
    return visit.file("deeds.jsonl", "".join(f"{deed}\n" for deed in found.deeds), "application/jsonl")


def _command(visit: Visit, act: str) -> dict[str, JsonValue]:
    if act in _REQUESTS:
        return visit.form.command(_REQUESTS[act])
    if act != "request-revocation":
        raise NotFound("http.path", "There is nothing at this address.")
    form = visit.form
    command: dict[str, JsonValue] = {"key": form.text("key"), "reason": form.text("reason")}
    since = form.text("compromised_at").strip()
    return {**command, "compromised_at": parse_instant(since, field="$.compromised_at")} if since else command


async def _shown(visit: Visit) -> dict[str, object]:
    return {"state": await visit.ask("keys.show", {}, KeyState), "asked": None}
