"""Lists of travellers as people paste or upload them: our own columns as CSV, or scanned zones one after the other."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from comity.core.codec import JsonValue
from comity.core.errors import BadInput, problem_at
from comity.core.said import Said, say

COLUMNS: Final = (
    "surnames",
    "forenames",
    "birth_date",
    "nationality",
    "document_number",
    "document_country",
    "document_category",
    "justification",
    "case",
)
"""The columns of a list, in the order that counts where no heading names them."""

TEMPLATE: Final = ",".join(COLUMNS) + "\r\n"
_PLACES: Final = {
    "surnames": ("identity", "surnames"),
    "forenames": ("identity", "forenames"),
    "birth_date": ("identity", "birth_date"),
    "nationality": ("identity", "nationality"),
    "document_number": ("document", "number"),
    "document_country": ("document", "country"),
    "document_category": ("document", "category"),
}
# Length of a line of a zone, and how many such lines a zone has (ICAO Doc 9303 parts 4 to 7).
_ZONE_LINES: Final = {30: 3, 36: 2, 44: 2}
_ZONE_LINE: Final = re.compile(r"[A-Z0-9<]{30,44}", re.ASCII)
_SEPARATORS: Final = ("\t", ";", ",")


def read_lines(text: str) -> list[JsonValue]:
    """Read a list into travellers as `crossing.check-list` takes them, in order.

    Raises `BadInput` `list.empty`, `list.unknown-column`, `list.zone-incomplete`, `list.unreadable`, at `$.lines`.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadInput("list.empty", "The list is empty.", field="$.lines")
    if all(_ZONE_LINE.fullmatch(line) and len(line) in _ZONE_LINES for line in lines):
        return list(_zones(lines))
    return list(_rows(lines))


def write_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def write_csv(rows: Iterable[Iterable[str]]) -> str:
    """Write rows as CSV (RFC 4180)."""
    written = io.StringIO()
    csv.writer(written).writerows([write_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _zones(lines: list[str]) -> Iterator[JsonValue]:
    at = 0
    while at < len(lines):
        length = len(lines[at])
        zone = lines[at : at + _ZONE_LINES[length]]
        if len(zone) < _ZONE_LINES[length] or any(len(line) != length for line in zone):
            raise _at_line(at + 1, "list.zone-incomplete", "A line of a zone is missing or has another length.")
        yield {"zone": "\n".join(zone)}
        at += len(zone)


def _rows(lines: list[str]) -> Iterator[JsonValue]:
    separator = next((each for each in _SEPARATORS if each in lines[0]), ",")
    try:
        table = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        raise BadInput(
            "list.unreadable", "The list is no CSV: a quotation mark is not closed.", field="$.lines"
        ) from None
    columns: tuple[str, ...] = COLUMNS
    named = [cell.strip().lower() for cell in table[0]]
    if set(named) & set(COLUMNS):
        unknown = [number for number, name in enumerate(named, 1) if name not in COLUMNS]
        if unknown:
            raise _at_line(
                1, "list.unknown-column", say("Column %(number)s has no name that is known here.", number=unknown[0])
            )
        columns, table = tuple(named), table[1:]
    for number, cells in enumerate(table, 1):
        if len(cells) > len(columns):
            raise _at_line(number, "list.too-many-columns", "This line has more columns than there are names for.")
        yield _traveller(columns, cells)


def _traveller(columns: tuple[str, ...], cells: list[str]) -> JsonValue:
    person: dict[str, JsonValue] = {}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if not text:
            continue
        if column not in _PLACES:
            person[column] = text
            continue
        record, field = _PLACES[column]
        inner = person.setdefault(record, {})
        if isinstance(inner, dict):
            inner[field] = text
    document = person.get("document")
    if isinstance(document, dict) and "number" not in document:
        # A kind or issuer without a number is no document.
        del person["document"]
    return person


def _at_line(line: int, code: str, words: str | Said) -> BadInput:
    return BadInput(code, words, problems=(problem_at(f"$.lines line {line} column 1", code, words),))
