"""Words for the parts of a machine-readable zone, and where in it a problem stands."""

from __future__ import annotations

import re
from typing import Final

from comity.surfaces.web.marking import N_

PART_LABELS: Final = {
    "part.document-code": N_("kind of document"),
    "part.issuer": N_("issuing State"),
    "part.names": N_("names"),
    "part.number": N_("document number"),
    "part.nationality": N_("nationality"),
    "part.birth-date": N_("date of birth"),
    "part.sex": N_("sex"),
    "part.expiry-date": N_("date of expiry"),
    "part.optional-data": N_("optional data"),
    "part.composite": N_("whole zone"),
}


def place_in_zone(field: str) -> tuple[int, int] | None:
    """Return line and column where a problem's field ends in them, else None."""
    found = _PLACE.fullmatch(field)
    return (int(found[1]), int(found[2])) if found else None


_PLACE: Final = re.compile(r".+ line (\d+) column (\d+)", re.ASCII)
