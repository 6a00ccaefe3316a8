"""Hostile-proof reading of CSV files, line by line: a broken line never swallows its neighbours."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.bureau.lists.formats.reading import MAX_FILE_BYTES, Problem, problem_of
from comity.core.errors import BadInput
from comity.core.said import say

MAX_LINE_BYTES: Final = 200_000
_DOS_END: Final = b"\x1a"
_MAX_LINES: Final = 500
"""Most lines of one record."""


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
    """Say whether the file reaches its end: a last line break, or the DOS end mark where the format writes one.

    Line breaks behind the end mark, and an end mark that is not asked for, do no harm.
    """
    marked = content.rstrip(b"\r\n").endswith((b"\n\x1a", b"\r\x1a"))
    return marked if dos_end else marked or content.endswith(b"\n")


def read_lines(content: bytes, columns: int | None, *, several: bool = False) -> Iterator[Line | Problem]:
    """Yield each record of `columns` fields, or why a line is none: `csv.*`. None: as many as the first line has.

    With `several` a quoted field may hold line breaks: where a line alone is no record, it and the next ones are, if
    together they are exactly one. Raises `BadInput` `csv.too-large` for the whole file.
    """
    if len(content) > MAX_FILE_BYTES:
        raise BadInput("csv.too-large", say("The file is larger than %(most)s bytes.", most=MAX_FILE_BYTES))
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    at = 0
    while at < len(lines):
        raw, row = lines[at], at + 1
        at += 1
        if not raw.strip(b"\r\x1a "):
            continue
        try:
            line = Line(row, _fields(raw, columns), raw)
        except BadInput as error:
            joined = _joined(lines, at - 1, columns) if several and error.code == "csv.quotes" else None
            if joined is None:
                yield problem_of(error, f"row {row}")
                continue
            line, at = joined
        columns = columns or len(line.fields)
        yield line


def _joined(lines: list[bytes], start: int, columns: int | None) -> tuple[Line, int] | None:
    """Return the record that begins on a line and goes on over the next ones, with where the next begins."""
    raw = lines[start]
    for at in range(start + 1, min(start + 1 + _MAX_LINES, len(lines))):
        raw += b"\n" + lines[at]
        if len(raw) > MAX_LINE_BYTES:
            return None
        # An even number of quotes is what a record that has ended must have.
        if lines[at].count(b'"') % 2:
            try:
                return Line(start + 1, _fields(raw, columns), raw), at + 1
            except BadInput:
                return None
    return None


def _fields(raw: bytes, columns: int | None) -> tuple[str, ...]:
    if len(raw) > MAX_LINE_BYTES:
        raise BadInput("csv.line-too-long", say("A line is longer than %(most)s bytes.", most=MAX_LINE_BYTES))
    if b"\0" in raw:
        raise BadInput("csv.nul", "A line holds a NUL byte.")
    try:
        text = raw.removesuffix(_DOS_END).rstrip(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("csv.not-utf8", "A line is not UTF-8.", field=f"@{error.start}") from None
    try:
        records = list(csv.reader(io.StringIO(text, newline="\n"), strict=True))
    except csv.Error:
        raise BadInput("csv.quotes", "A quoted field does not end where it should.") from None
    if len(records) != 1 or len(records[0]) != (columns or len(records[0])):
        raise BadInput("csv.columns", say("A line has %(columns)s fields.", columns=columns))
    return tuple(records[0])
