"""Where checks are made: crossing points of an authority, the desk of a shift, and the light of the screen."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.crossings.asking import PointKind
from comity.crossings.desk.records import (
    AddPoint,
    CrossingPoint,
    Desk,
    DeskShown,
    OpenDesk,
    PointPage,
    RetirePoint,
)
from comity.crossings.records import Direction, Lane
from comity.identity.commands import Authorities
from comity.surfaces.web.desk import Visit, see, see_again
from comity.surfaces.web.guard import THEMES

_CHOICES: Final = {"directions": tuple(Direction), "lanes": tuple(Lane)}
_ACTS: Final[dict[str, type[msgspec.Struct]]] = {"add": AddPoint, "retire": RetirePoint}
_MOST: Final = 200


async def desk(visit: Visit) -> Response:
    """Show the open desk, and the form for another."""
    return visit.render("desk.html", **await _shown(visit))


async def open_desk(visit: Visit) -> Response:
    """Open a desk, and go on to the first check."""
    try:
        await visit.ask("desk.open", visit.form.command(OpenDesk), Desk)
    except ComityError as error:
        return visit.again("desk.html", error, **await _shown(visit))
    return see("/check")


async def close_desk(visit: Visit) -> Response:
    """Close the desk at the end of the shift."""
    await visit.ask("desk.close", {}, DeskShown)
    return see("/desk")


async def crossing_points(visit: Visit) -> Response:
    """List the crossing points of an authority, the own one unless another is chosen, with the form for a new one."""
    return visit.render("crossing_points.html", **await _points(visit, visit.request.query_params.get("authority", "")))


async def change_points(visit: Visit) -> Response:
    """Add or retire a crossing point."""
    act, authority = visit.path("act"), visit.form.text("authority")
    if act not in _ACTS:
        raise NotFound("web.no-page", "There is no such page.")
    try:
        await visit.ask(f"crossing-point.{act}", visit.form.command(_ACTS[act]), CrossingPoint)
    except ComityError as error:
        return visit.again("crossing_points.html", error, **await _points(visit, authority))
    return see("/crossing-points" + (f"?{urlencode({'authority': authority})}" if authority else ""))


async def light(visit: Visit) -> Response:
    """Keep the person's choice of a bright or a dark screen."""
    response = see_again(visit)
    if visit.form.text("theme") in THEMES:
        visit.desk.guard.keep_theme(response, visit.form.text("theme"))
    return response


async def _shown(visit: Visit) -> dict[str, object]:
    shown = await visit.ask("desk.show", {}, DeskShown)
    page = await visit.ask("crossing-point.list", {"limit": _MOST}, PointPage)
    return {"desk": shown.desk, "points": page.points, **_CHOICES}


async def _points(visit: Visit, chosen: str) -> dict[str, object]:
    asked: dict[str, JsonValue] = {"retired": True, "limit": _MOST} | ({"authority": chosen} if chosen else {})
    page = await visit.ask("crossing-point.list", asked, PointPage)
    listed = (await visit.ask("authority.list", {}, Authorities)).authorities
    return {"points": page.points, "kinds": tuple(PointKind), "authorities": listed, "chosen": chosen}
