"""Words for what the reader of machine-readable zones says: the parts of a zone, and sentences that name them."""

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

NAMING: Final = {
    re.compile(r"The check digit of (?P<part>[a-z-]+) does not hold\."): N_(
        "The check digit of %(part)s does not hold."
    ),
    re.compile(r"Perhaps a misreading of (?P<pair>./.); no check digit covers it\."): N_(
        "Perhaps a misreading of %(pair)s; no check digit covers it."
    ),
    re.compile(r"Perhaps a misreading of (?P<pair>./.): with the other one the check digit holds\."): N_(
        "Perhaps a misreading of %(pair)s: with the other one the check digit holds."
    ),
    re.compile(r"Perhaps a misreading of (?P<pair>./.): with the other one the check digit still fails\."): N_(
        "Perhaps a misreading of %(pair)s: with the other one the check digit still fails."
    ),
    re.compile(r"This line has (?P<has>\d+) characters where (?P<width>\d+) belong\."): N_(
        "This line has %(has)s characters where %(width)s belong."
    ),
    re.compile(r"There are (?P<count>\d+) lines\."): N_("There are %(count)s lines."),
}
"""Sentences of the zone reader that name a part of the zone, a pair of characters or a number."""


def place_in_zone(field: str) -> tuple[int, int] | None:
    """Return line and column where a problem's field ends in them, else None."""
    found = _PLACE.fullmatch(field)
    return (int(found[1]), int(found[2])) if found else None


_PLACE: Final = re.compile(r".+ line (\d+) column (\d+)", re.ASCII)
