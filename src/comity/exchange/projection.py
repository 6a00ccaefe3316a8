"""Which part of a record a peer may see: dotted field names, through lists without index.

`{"person": {"names": [{"surname": ...}]}}` has the one field `person.names.surname`. A permitted name covers everything
below it (`comity.agreements.fields`), so an agreement may open `person` whole or `person.birth_date` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from comity.agreements.fields import is_covered

Names: TypeAlias = dict[tuple[str, ...], tuple[str, ...]]
"""The names of payloads without inner objects or lists, by their keys in order; made once for each such shape."""


def field_names(payload: dict[str, object], known: Names | None = None) -> tuple[str, ...]:
    """Return the dotted names of all leaves, sorted, each once. An empty list or object is a leaf itself.

    `known` are the names of shapes seen before, to which this one's are added.
    """
    if known is not None and "" not in payload:
        for value in payload.values():
            # Exact types first: this loop runs for every item exchanged.
            if type(value) is not str and isinstance(value, (dict, list, tuple)) and value:
                break
        else:
            keys = tuple(payload)
            names = known.get(keys)
            if names is None:
                names = known[keys] = tuple(sorted(keys))
            return names
    found: set[str] = set()
    _collect(payload, "", found)
    return tuple(sorted(found))


def uncovered(names: Iterable[str], allowed: Iterable[str]) -> tuple[str, ...]:
    """Return the names that nothing allowed covers, in order."""
    permitted = frozenset(allowed)
    return tuple(name for name in names if not is_covered(name, permitted))


def project(payload: Mapping[str, object], allowed: Iterable[str]) -> dict[str, object]:
    """Return a copy with the allowed fields only; objects that lose everything disappear."""
    return _kept(payload, "", frozenset(allowed))


def _collect(value: object, path: str, found: set[str]) -> None:
    if isinstance(value, dict) and value:
        prefix = f"{path}." if path else ""
        for key, inner in value.items():
            # The commonest leaf, kept out of the call: this loop runs for every item exchanged.
            if isinstance(inner, str):
                found.add(f"{prefix}{key}")
            else:
                _collect(inner, f"{prefix}{key}", found)
    elif isinstance(value, (list, tuple)) and value:
        for inner in value:
            _collect(inner, path, found)
    elif path:
        found.add(path)


def _kept(payload: Mapping[str, object], path: str, allowed: frozenset[str]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for key, value in payload.items():
        name = f"{path}.{key}" if path else key
        if is_covered(name, allowed):
            kept[key] = value
            continue
        inner = _inside(value, name, allowed)
        if inner:
            kept[key] = inner
    return kept


def _inside(value: object, name: str, allowed: frozenset[str]) -> object:
    """Return what is left of a value that is not allowed as a whole; None where nothing is."""
    if isinstance(value, Mapping):
        return _kept(value, name, allowed)
    if isinstance(value, (list, tuple)):
        return [kept for item in value if (kept := _inside(item, name, allowed))]
    return None
