"""Results and errors as text for people. Text that came from data cannot steer the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from comity.core.codec import JsonValue
from comity.core.errors import ComityError, Pending, Refused
from comity.core.time import Instant, format_instant
from comity.surfaces.failures import trace_of

_GAP: Final = "  "
_WIDE: Final = 60
# Bidirectional controls (Unicode UAX 9) can make a line read as something else; U+2028/9 break lines.
_STEERING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def tame(text: str) -> str:
    """Show control and direction characters as escapes, so that no value can move the cursor or reorder the line."""
    return "".join(
        f"\\u{ord(sign):04x}" if sign in _STEERING or unicodedata.category(sign) in {"Cc", "Cs"} else sign
        for sign in text
    )


def render_result(result: JsonValue, columns: int | None = None) -> str:
    """Write a result as aligned fields, and each list of records in it as an aligned table below.

    A table wider than a terminal of `columns` is written record by record: nothing is cut or wraps.
    """
    if not isinstance(result, dict):
        return _cell(result) + "\n"
    plain: list[tuple[str, str]] = []
    tables: list[tuple[str, list[dict[str, str]]]] = []
    _sort_out("", result, plain, tables)
    parts = [_fields(plain)] if plain else []
    parts += [_table(name, rows, columns) for name, rows in tables]
    return "\n".join(parts)


def with_instants(value: JsonValue, names: frozenset[str]) -> JsonValue:
    """Write the instants in a result as people read them; `names` are the fields that hold one."""
    match value:
        case dict():
            return {
                name: format_instant(Instant(inner))
                if name in names and isinstance(inner, int)
                else with_instants(inner, names)
                for name, inner in value.items()
            }
        case list():
            return [with_instants(inner, names) for inner in value]
        case _:
            return value


def render_error(error: ComityError) -> str:
    """Write an error: what happened, where, why, what to do, and the trace that finds it in the node's log."""
    lines = [f"error: {error.message}"]
    for problem in error.problems:
        said = "" if problem.message == error.message else f": {problem.message}"
        lines.append(f"  at {problem.field}{said}")
    if isinstance(error, Refused) and error.reasons:
        lines.append(f"  reasons: {', '.join(error.reasons)}")
    if isinstance(error, Pending):
        lines.append(f"  approval: {error.approval}")
    lines.append(f"  remedy: {error.remedy}")
    trace = trace_of(error)
    lines.append(f"  code: {error.code}" + (f"  trace: {trace}" if trace else ""))
    return "\n".join(tame(line) for line in lines) + "\n"


def _sort_out(
    prefix: str,
    record: dict[str, JsonValue],
    plain: list[tuple[str, str]],
    tables: list[tuple[str, list[dict[str, str]]]],
) -> None:
    for name, value in record.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            _sort_out(f"{path}.", value, plain, tables)
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            tables.append((path, [_flat(item) for item in value if isinstance(item, dict)]))
        else:
            plain.append((path, _cell(value)))


def _flat(record: dict[str, JsonValue]) -> dict[str, str]:
    row: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            row |= {f"{name}.{inner}": text for inner, text in _flat(value).items()}
        else:
            row[name] = _cell(value)
    return row


def _cell(value: JsonValue) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case str():
            return tame(value)
        case list():
            return ", ".join(_cell(item) for item in value) or "-"
        case dict():
            return "; ".join(f"{tame(name)}={_cell(item)}" for name, item in value.items()) or "-"
        case _:
            return str(value)


def _fields(plain: Sequence[tuple[str, str]]) -> str:
    width = max(_width(name) for name, _ in plain)
    return "".join(f"{_padded(tame(name), width)}{_GAP}{text}\n" for name, text in plain)


def _table(name: str, rows: list[dict[str, str]], room: int | None) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    widths = {
        column: min(_WIDE, max(_width(column), *(_width(row.get(column, "")) for row in rows))) for column in columns
    }
    if room is not None and sum(widths.values()) + len(_GAP) * (len(columns) - 1) > room:
        records = (_fields([(column, row[column]) for column in columns if column in row]) for row in rows)
        return f"{name} ({len(rows)})\n" + "\n".join(records)
    lines = [f"{name} ({len(rows)})", _GAP.join(_padded(column, widths[column]) for column in columns).rstrip()]
    lines += [_GAP.join(_padded(row.get(column, ""), widths[column]) for column in columns).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def _width(text: str) -> int:
    """Count terminal columns: wide East Asian signs take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
