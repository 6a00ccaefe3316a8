"""Hits on the alerts of the own unit: what became of them out there, and which alert to let go or keep."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from comity.bureau.unit_hits import UnitHitPage
from comity.core.codec import JsonValue
from comity.surfaces.web.desk import Visit
from comity.surfaces.web.traveller_lines import write_csv

_HEADINGS: Final = ("alert", "category", "reported_by", "found_on", "action_taken", "prompt", "ended", "last_day")
_PAGE: Final = 200


async def hits(visit: Visit) -> Response:
    """List the hits, the newest first."""
    return visit.render("alert_hits.html", page=await _page(visit, visit.request.query_params.get("after")))


async def export(visit: Visit) -> Response:
    """Give all of them as a file: without the places, which are for the page alone."""
    lines, after = [_HEADINGS], None
    while True:
        page = await _page(visit, after, _PAGE)
        lines += [
            (
                one.alert.id,
                one.category,
                one.reported_by,
                str(one.found_on),
                one.action_taken,
                one.prompt.value,
                one.ended.value if one.ended else "",
                str(one.last_day or ""),
            )
            for one in page.hits
        ]
        after = page.next
        if after is None:
            return visit.file("hits.csv", write_csv(lines))


async def _page(visit: Visit, after: str | None, limit: int | None = None) -> UnitHitPage:
    command: dict[str, JsonValue] = {}
    if after:
        command["after"] = after
    if limit:
        command["limit"] = limit
    return await visit.ask("bureau.unit-hits", command, UnitHitPage)
