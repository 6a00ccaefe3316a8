"""When a data field of a payload is allowed: its own name is, or that of something it lies in.

Agreements name fields to the second level at most (`documents`, `person.birth_date`); payloads are named to their
leaves (`documents.number`). An allowed name covers all that lies below it, and nothing above.
"""

from __future__ import annotations

from collections.abc import Iterable

_LEVELS = 2


def is_covered(name: str, allowed: frozenset[str]) -> bool:
    """Say whether the field is allowed. Its cost does not grow with the depth of a name that a stranger made up."""
    if name in allowed:
        return True
    first, *more = name.split(".", _LEVELS)
    return first in allowed or (bool(more) and f"{first}.{more[0]}" in allowed)


def all_covered(names: frozenset[str], allowed: frozenset[str]) -> bool:
    """Say whether every field is allowed."""
    return names <= allowed or all(is_covered(name, allowed) for name in names)


def missing_from(names: frozenset[str], mandatory: frozenset[str]) -> tuple[str, ...]:
    """Return the mandatory fields that no name stands for, sorted; anything below a mandatory field stands for it."""
    absent = mandatory - names
    return tuple(sorted(each for each in absent if not _any_below(each, names)))


def _any_below(field: str, names: Iterable[str]) -> bool:
    return any(name.startswith(f"{field}.") for name in names)
