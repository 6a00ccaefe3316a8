"""The name field of a zone: identifiers, cutting and comparing (ICAO Doc 9303-3 section 4.6)."""

from __future__ import annotations

import re
from typing import Final

from comity.core.errors import BadInput
from comity.documents.formats.check_digit import FILLER
from comity.documents.formats.transliteration import spellings, transliterate
from comity.documents.records import Names

SEPARATOR: Final = FILLER * 2
"""Stands between primary and secondary identifier; a person with one name has none."""


def read_names(printed: str) -> Names:
    """Read the whole field, fillers at its end included. Never fails: what is wrong with it, the rules say."""
    primary, _, secondary = printed.rstrip(FILLER).lstrip(FILLER).partition(SEPARATOR)
    full = not printed.endswith(FILLER)
    initials = all(len(part) == 1 for part in _parts(secondary))
    return Names(
        primary=" ".join(_parts(primary)),
        secondary=" ".join(_parts(secondary)),
        primary_may_be_cut=full and initials,
        secondary_may_be_cut=full,
    )


def print_names(primary: str, secondary: str, width: int) -> str:
    """Write both identifiers into a field of `width`, cut as Doc 9303-3 allows where they are too long.

    Letters are taken from the end, the last component first, each keeping its initial; the primary identifier only
    when the secondary one is down to initials. Components that find no room even so are left out from the end; one
    of each identifier always stays. A cut field is filled to its last position, by which a reader knows it. Raises
    BadInput as `transliterate`, and `mrz.name-missing` if no primary identifier is left.
    """
    first = _parts(transliterate(primary, "$.primary"))
    second = _parts(transliterate(secondary, "$.secondary"))
    if not first:
        raise BadInput("mrz.name-missing", "A zone needs a primary identifier.", field="$.primary")
    while _length(_initials(first), _initials(second)) > width:
        (second if len(second) > 1 else first).pop()
    for parts in (second, first):
        for place in range(len(parts) - 1, -1, -1):
            excess = _length(first, second) - width
            if excess > 0:
                parts[place] = parts[place][: max(1, len(parts[place]) - excess)]
    return _joined(first, second).ljust(width, FILLER)


def same_name(typed: str, printed: str, *, may_be_cut: bool, field: str = "$") -> bool:
    """Say whether a name as typed may stand in a zone as `printed` (an identifier of `read_names`).

    Every spelling that Doc 9303-3 allows counts. Of a name that may be cut, each component must begin the typed one,
    and typed components may be missing from the end. Raises BadInput as `spellings`.
    """
    components = _split(spellings(typed, field))
    shown = printed.split()
    if len(shown) > len(components) or (len(shown) < len(components) and not may_be_cut):
        return False
    return all(
        _spelled(component, part, may_be_cut=may_be_cut) for component, part in zip(components, shown, strict=False)
    )


def _spelled(component: tuple[tuple[str, ...], ...], part: str, *, may_be_cut: bool) -> bool:
    """Walk through the letters with every prefix that is still possible: no backtracking, whatever is typed."""
    reached = {0}
    for ways in component:
        if may_be_cut and any(way.startswith(part[at:]) for at in reached for way in ways):
            return True
        reached = {at + len(way) for at in reached for way in ways if part.startswith(way, at)}
    return len(part) in reached


def _split(written: tuple[tuple[str, ...], ...]) -> list[tuple[tuple[str, ...], ...]]:
    components: list[list[tuple[str, ...]]] = [[]]
    for ways in written:
        if ways == (FILLER,):
            components.append([])
        else:
            components[-1].append(ways)
    return [tuple(component) for component in components if component]


def _parts(text: str) -> list[str]:
    return re.findall(f"[^{FILLER}]+", text)


def _initials(parts: list[str]) -> list[str]:
    return [part[0] for part in parts]


def _joined(first: list[str], second: list[str]) -> str:
    names = FILLER.join(first)
    return f"{names}{SEPARATOR}{FILLER.join(second)}" if second else names


def _length(first: list[str], second: list[str]) -> int:
    return len(_joined(first, second))
