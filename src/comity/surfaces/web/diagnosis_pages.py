"""How this node stands, for those who run it."""

from __future__ import annotations

from starlette.responses import Response

from comity.oversight.diagnosis import TEXTS, Diagnosis
from comity.surfaces.web.desk import Visit


async def diagnosis(visit: Visit) -> Response:
    """Show every check, what is broken first."""
    found = await visit.ask("node.diagnose", {}, Diagnosis)
    return visit.render("diagnosis.html", diagnosis=found, texts=TEXTS)
