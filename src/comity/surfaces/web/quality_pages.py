"""How good alerts are: the report per party, and the doubts one by one with the way to tell their owner."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from comity.bureau.quality.records import Doubt, Findings, PartyQuality, QualityReport
from comity.core.codec import JsonValue
from comity.surfaces.web.desk import Visit
from comity.surfaces.web.traveller_lines import write_csv

_HEADINGS: Final = PartyQuality.__struct_fields__


async def report(visit: Visit) -> Response:
    """Show the report per party."""
    return visit.render("quality.html", report=await visit.ask("quality.report", {}, QualityReport))


async def findings(visit: Visit) -> Response:
    """Show the doubts about one party's alerts."""
    doubt = visit.request.query_params.get("doubt")
    command: dict[str, JsonValue] = {"party": visit.path("party")}
    if doubt:
        command["doubt"] = doubt
    found = await visit.ask("quality.findings", command, Findings)
    return visit.render(
        "quality_findings.html", found=found, party=visit.path("party"), doubts=tuple(Doubt), chosen=doubt or ""
    )


async def export(visit: Visit) -> Response:
    """Give the report as a file."""
    shown = await visit.ask("quality.report", {}, QualityReport)
    lines = [tuple(str(value) for value in msgspec.structs.astuple(each)) for each in shown.parties]
    return visit.file("quality.csv", write_csv([_HEADINGS, *lines]))
