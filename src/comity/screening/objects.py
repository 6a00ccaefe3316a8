"""How things are found, pure: exact identifiers after separators and case are set aside, and ranges of numbers.

Nothing is guessed: `0` and `O` differ, unless whoever asks names numbers that one slip of reading is away; what only
these find is told apart, and no range is found by them. A number that two countries give alike is found only where the
country agrees or one side does not know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from comity.screening.normalise import normal_number
from comity.screening.records import DocumentRelation, Probe, SubjectObject

DOCUMENT_KIND: Final = "document_number"
"""The kind of identifier under which a document is sought as a thing; a probe's documents find it too."""
RANGE_DIGITS: Final = 6
"""Ends of a range differ in their last six characters at most; wider ranges are found by their ends only."""


def object_keys(one: SubjectObject) -> tuple[str, ...]:
    """Return what an identifier is found by: its kind and number, and the common beginning of a range."""
    first = normal_number(one.number)
    if not first:
        return ()
    keys = [f"obj:{one.kind}:{first}"]
    if one.last:
        last = normal_number(one.last)
        keys += [f"obj:{one.kind}:{last}"] if last else []
        keys.append(f"rng:{one.kind}:{len(first)}:{_common(first, last)}")
    return tuple(dict.fromkeys(keys))


def probe_keys(probe: Probe) -> tuple[str, ...]:
    """Return the keys of a probe's things and documents; a range is asked for by every beginning it could have."""
    found: list[str] = []
    for one in _asked(probe):
        number = normal_number(one.number)
        if not number:
            continue
        found.append(f"obj:{one.kind}:{number}")
        if one.kind == DOCUMENT_KIND:
            shortest = max(0, len(number) - RANGE_DIGITS)
            found += [f"rng:{one.kind}:{len(number)}:{number[:end]}" for end in range(shortest, len(number))]
    found += [f"obj:{near.kind}:{number}" for near in probe.near for number in near.numbers]
    return tuple(dict.fromkeys(found))


def object_relation(probe: Probe, held: Iterable[SubjectObject]) -> DocumentRelation:
    """Say how the best pair of identifiers agrees: number and country, number where a country is unknown, or not."""
    best = DocumentRelation.NONE
    things = tuple(held)
    if not things:
        return best
    for one in _asked(probe):
        for other in things:
            if one.kind != other.kind or not _is_within(normal_number(one.number), other):
                continue
            if one.country == other.country:
                return DocumentRelation.EXACT
            if not one.country or not other.country:
                best = DocumentRelation.NUMBER
    if best is DocumentRelation.NONE and any(is_near(probe, one.kind, one.number, one.country) for one in things):
        return DocumentRelation.NEAR
    return best


def is_near(probe: Probe, kind: str, number: str, country: str) -> bool:
    """Say whether a number held is one of those that a slip of reading may have turned into the one asked for."""
    return any(
        near.kind == kind
        and (not country or not near.country or near.country == country)
        and normal_number(number) in near.numbers
        for near in probe.near
    )


def _asked(probe: Probe) -> Iterator[SubjectObject]:
    yield from probe.objects
    for document in probe.documents:
        yield SubjectObject(kind=DOCUMENT_KIND, number=document.number, country=document.country)


def _is_within(number: str, held: SubjectObject) -> bool:
    first = normal_number(held.number)
    if not number or not held.last:
        return bool(number) and number == first
    last = normal_number(held.last)
    return len(number) == len(first) == len(last) and first <= number <= last


def _common(one: str, other: str) -> str:
    """Return the common beginning of two numbers."""
    for place, (first, second) in enumerate(zip(one, other, strict=False)):
        if first != second:
            return one[:place]
    return one
