"""Names of the data fields of a payload, and the part of it that may pass.

A field is named by its path of at most two levels (`reason`, `person.surnames`); what lies deeper, and every list,
belongs to the field it stands in. Empty members (null, empty text, list or object) are no data and have no name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_EMPTY: Final[tuple[object, ...]] = (None, "", [], (), {})


def field_names(payload: Mapping[str, object]) -> tuple[str, ...]:
    """Return the sorted names of the fields that hold data."""
    names: list[str] = []
    for name, value in payload.items():
        if isinstance(value, Mapping):
            names.extend(f"{name}.{inner}" for inner, held in value.items() if held not in _EMPTY)
        elif value not in _EMPTY:
            names.append(name)
    return tuple(sorted(names))


def project(payload: Mapping[str, object], fields: Iterable[str]) -> dict[str, object]:
    """Return the part of `payload` that holds data in exactly these fields; all else is left out, not emptied."""
    wanted = frozenset(fields)
    kept: dict[str, object] = {}
    for name, value in payload.items():
        if isinstance(value, Mapping):
            inner = {key: held for key, held in value.items() if f"{name}.{key}" in wanted and held not in _EMPTY}
            if inner:
                kept[name] = inner
        elif name in wanted and value not in _EMPTY:
            kept[name] = value
    return kept
