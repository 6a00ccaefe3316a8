"""Numbers that one slip of reading away may be the one sought: pure, and made from what was asked, never stored.

A slip is one character taken for another, or two neighbours exchanged. Where a number bears a check digit, only those
neighbours are left whose digit is right, and a number whose own digit is right has none by exchange of one character:
so such numbers are repaired in thought, and still only looked for. What is found this way is a hint to look at the
thing again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.alerts.identifiers import can_be, compared
from comity.alerts.objects import IdentifierKind as Id

LONGEST: Final = 24
"""Longer numbers are not typed by hand; they are sought as they are."""

_DIGITS: Final = "0123456789"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ANY: Final = _DIGITS + _LETTERS
_ALPHABETS: Final[Mapping[Id, str]] = MappingProxyType(
    {
        Id.VIN: _DIGITS + "ABCDEFGHJKLMNPRSTUVWXYZ",
        Id.MMSI: _DIGITS,
        Id.IMEI: _DIGITS,
        Id.CARD_NUMBER: _DIGITS,
    }
)


def near_numbers(kind: Id, value: str) -> tuple[str, ...]:
    """Return the numbers of a kind that one slip may have turned into this one, in the form in which they are compared.

    Numbers that can be none of their kind are left out. Empty for what has no characters or too many.
    """
    number = compared(value)
    if not 0 < len(number) <= LONGEST:
        return ()
    near = dict.fromkeys(_slips(number, _ALPHABETS.get(kind, _ANY)))
    near.pop(number, None)
    return tuple(one for one in near if can_be(kind, one))


def _slips(number: str, alphabet: str) -> Iterator[str]:
    for place in range(len(number)):
        before, after = number[:place], number[place + 1 :]
        for other in alphabet:
            yield before + other + after
    for place in range(len(number) - 1):
        yield number[:place] + number[place + 1] + number[place] + number[place + 2 :]
