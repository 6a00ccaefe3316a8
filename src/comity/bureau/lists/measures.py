"""The regime-to-measure table: which regimes carry a travel ban, as data of our own with source and confidence."""

from __future__ import annotations

import csv
import functools
from importlib import resources
from typing import Final

import msgspec

from comity.bureau.lists.records import Format, ListingClass
from comity.core import codec
from comity.core.learning import learn

ANY_REGIME: Final = "*"


class RegimeMeasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row. `marker` is what the entry's own remarks must say for the measure to hold; empty: nothing needed.

    `basis` is the act that imposes the measure, `confidence` how sure we are of the row.
    """

    source: Format
    regime: str
    measure: ListingClass
    marker: str
    basis: str
    confidence: str


@functools.cache
def measures() -> tuple[RegimeMeasure, ...]:
    """Return the rows of the table that stands beside this module."""
    text = resources.files("comity.bureau.lists").joinpath("measures.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), strict=True)
    learn(RegimeMeasure)
    return tuple(codec.convert(row, RegimeMeasure) for row in rows)


def measure_of(source: Format, regime: str) -> RegimeMeasure | None:
    """Return the row of a regime, else the row for any regime of that list, else None: nothing is known."""
    for wanted in (regime, ANY_REGIME):
        for row in measures():
            if row.source is source and row.regime == wanted:
                return row
    return None
