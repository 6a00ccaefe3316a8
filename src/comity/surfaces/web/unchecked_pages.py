"""Passages that went unchecked: noting them from paper, making them good, and the sheet to print."""

from __future__ import annotations

from starlette.responses import Response

from comity.core.errors import ComityError, NotFound
from comity.crossings.records import Direction
from comity.crossings.unchecked.records import NotePassage, Passage, Passages, Settled, SettlePassage, WhyUnchecked
from comity.surfaces.web.desk import Visit, see


async def passages(visit: Visit) -> Response:
    """List what waits, and take in what stands on paper."""
    return visit.render("unchecked.html", **await _shown(visit))


async def sheet(visit: Visit) -> Response:
    """Show the sheet for the time without a node, to be printed beforehand."""
    return visit.render("paper_sheet.html", reasons=tuple(WhyUnchecked))


async def act(visit: Visit) -> Response:
    """Note a passage, or make one good."""
    try:
        if visit.path("act") == "note":
            await visit.ask("unchecked.note", visit.form.command(NotePassage), Passage)
        elif visit.path("act") == "settle":
            await visit.ask("unchecked.settle", visit.form.command(SettlePassage), Settled)
        else:
            raise NotFound("unchecked.no-such-act", "There is no such act.")
    except ComityError as error:
        return visit.again("unchecked.html", error, **await _shown(visit))
    return see("/unchecked")


async def _shown(visit: Visit) -> dict[str, object]:
    return {
        "shown": await visit.ask("unchecked.list", {}, Passages),
        "reasons": tuple(WhyUnchecked),
        "directions": tuple(Direction),
    }
