"""The inventory of copies: offline copies of crossing points, and what else holds alerts beside the records."""

from __future__ import annotations

import csv
import io

from starlette.responses import Response

from comity.core.errors import ComityError
from comity.core.time import format_instant
from comity.crossings.copies.records import Inventory, RegisterDevice, RetireDevice
from comity.surfaces.web.desk import Visit, see

_HEADINGS = ("copy", "crossing_point", "authority", "made", "ends", "records", "state", "changed", "checks", "reported")


async def copies(visit: Visit) -> Response:
    """Show the inventory."""
    return visit.render("copies.html", inventory=await _inventory(visit))


async def export(visit: Visit) -> Response:
    """Give the copies out as comma-separated values."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(_HEADINGS)
    for one in (await _inventory(visit)).copies:
        reported = "" if one.reported_at is None else format_instant(one.reported_at)
        times = (format_instant(one.made), format_instant(one.ends))
        counts = (one.records, one.state.value, one.changed, one.checks, reported)
        lines.writerow((one.copy, one.crossing_point, one.authority, *times, *counts))
    return visit.file("copies.csv", out.getvalue())


async def register(visit: Visit) -> Response:
    """Register a device; it waits for a second person."""
    try:
        await visit.ask("copy.register-device", visit.form.command(RegisterDevice), Inventory)
    except ComityError as error:
        return visit.again("copies.html", error, inventory=await _inventory(visit))
    return see("/copies")


async def retire(visit: Visit) -> Response:
    """Make no more copies for a device."""
    try:
        await visit.ask("copy.retire-device", visit.form.command(RetireDevice), Inventory)
    except ComityError as error:
        return visit.again("copies.html", error, inventory=await _inventory(visit))
    return see("/copies")


async def _inventory(visit: Visit) -> Inventory:
    return await visit.ask("copy.list", {}, Inventory)
