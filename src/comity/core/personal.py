"""Marking personal data, so that redaction is declared once, beside the field.

`name: Annotated[str, Personal]` says that the value is about a person. `redact` gives a copy for logs and displays in
which each marked value is replaced; `personal_paths` lists the marked places for tests and documentation.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Annotated, Union, get_args, get_origin, get_type_hints

import msgspec


class Personal:
    """Marker for `typing.Annotated`: this value is about a person and never leaves the record's own channels."""


REDACTED = "[personal]"


def redact(record: msgspec.Struct) -> dict[str, object]:
    """Return the fields of `record` with every personal value, at any depth, replaced by `[personal]`."""
    return {name: _redacted(getattr(record, name), hint) for name, hint in _hints(type(record)).items()}


def personal_paths(record_type: type[msgspec.Struct], prefix: str = "$") -> tuple[str, ...]:
    """Return the JSON paths of `record_type` that are marked personal; `[]` stands for any index."""
    return marked_paths(record_type, _is_marked, prefix)


def marked_paths(
    record_type: type[msgspec.Struct], is_marked: Callable[[object], bool], prefix: str = "$"
) -> tuple[str, ...]:
    """Return the JSON paths whose type hints are marked, by whatever mark."""
    found: list[str] = []
    for name, hint in _hints(record_type).items():
        found.extend(_paths(hint, f"{prefix}.{name}", is_marked))
    return tuple(found)


@functools.cache
def _hints(record_type: type[msgspec.Struct]) -> dict[str, object]:
    return dict(get_type_hints(record_type, include_extras=True))


def _is_marked(hint: object) -> bool:
    return get_origin(hint) is Annotated and any(extra is Personal for extra in get_args(hint)[1:])


def _bare(hint: object) -> object:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _redacted(value: object, hint: object) -> object:
    if value is None:
        return None
    if any(_is_marked(choice) for choice in (hint, *_choices(_bare(hint)))):
        return REDACTED
    if isinstance(value, msgspec.Struct):
        return redact(value)
    if isinstance(value, tuple):
        inner = _inner(hint)
        return [_redacted(item, inner) for item in value]
    return value


def _inner(hint: object) -> object:
    """Return the item type of a tuple hint, looking through unions with None."""
    for choice in _choices(_bare(hint)):
        if get_origin(choice) is tuple:
            return get_args(choice)[0]
    return object


def _choices(hint: object) -> tuple[object, ...]:
    return get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)


def _paths(hint: object, path: str, is_marked: Callable[[object], bool]) -> list[str]:
    if is_marked(hint):
        return [path]
    found: list[str] = []
    for outer in _choices(_bare(hint)):
        choice = _bare(outer)
        if is_marked(outer):
            found.append(path)
        elif get_origin(choice) is tuple:
            found.extend(_paths(get_args(choice)[0], f"{path}[]", is_marked))
        elif isinstance(choice, type) and issubclass(choice, msgspec.Struct):
            found.extend(marked_paths(choice, is_marked, path))
    return found
