"""Hostile-proof reading of CSV files whose records are one line each: a broken line never swallows its neighbours."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.bureau.lists.formats.reading import MAX_FILE_BYTES, Problem, problem_of
from comity.core.errors import BadInput

MAX_LINE_BYTES: Final = 200_000
_DOS_END: Final = b"\x1a"


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its row number from 1, its fields, its bytes."""

    row: int
    fields: tuple[str, ...]
    raw: bytes

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"row {self.row}"


def ends_properly(content: bytes, *, dos_end: bool) -> bool:
    """Say whether the file reaches its end: a last line break, or the DOS end mark where the format writes one."""
    return content.endswith((b"\n\x1a", b"\r\x1a")) if dos_end else content.endswith(b"\n")


def read_lines(content: bytes, columns: int) -> Iterator[Line | Problem]:
    """Yield each record of `columns` fields, or why a line is none: `csv.*`.

    Raises `BadInput` `csv.too-large` for the whole file.
    """
    if len(content) > MAX_FILE_BYTES:
        raise BadInput("csv.too-large", f"The file is larger than {MAX_FILE_BYTES} bytes.")
    for row, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if raw.strip(b"\r\x1a "):
            try:
                yield Line(row, _fields(raw, columns), raw)
            except BadInput as error:
                yield problem_of(error, f"row {row}")


def _fields(raw: bytes, columns: int) -> tuple[str, ...]:
    if len(raw) > MAX_LINE_BYTES:
        raise BadInput("csv.line-too-long", f"A line is longer than {MAX_LINE_BYTES} bytes.")
    if b"\0" in raw:
        raise BadInput("csv.nul", "A line holds a NUL byte.")
    try:
        text = raw.removesuffix(_DOS_END).rstrip(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("csv.not-utf8", "A line is not UTF-8.", field=f"@{error.start}") from None
    try:
        records = list(csv.reader([text], strict=True))
    except csv.Error:
        raise BadInput("csv.quotes", "A quoted field does not end where it should.") from None
    if len(records) != 1 or len(records[0]) != columns:
        raise BadInput("csv.columns", f"A line has {columns} fields.")
    return tuple(records[0])
