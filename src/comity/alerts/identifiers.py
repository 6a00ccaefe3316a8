"""Identifiers of things, pure: the form in which they are compared, and the rules of their makers.

Nothing is repaired: a wrong check digit is told, never corrected, since the owner's paper may bear the error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from comity.alerts.objects import IdentifierKind

RANGE_DIGITS: Final = 6
"""A range of blank documents spans at most a million numbers: only the last six characters differ (synthetic)."""

_CONTAINER: Final = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
_VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_NORTH_AMERICAN: Final = frozenset("12345")
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_DIGIT: Final = 8
_VIN_VALUES: Final = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_IMO_WEIGHTS: Final = (7, 6, 5, 4, 3, 2)
_ELEVEN: Final = 11


def compared(value: str) -> str:
    """Return an identifier as it is compared: upper-case letters and digits, nothing between them. Idempotent."""
    folded = unicodedata.normalize("NFKC", value).upper()
    return "".join(character for character in unicodedata.normalize("NFKC", folded) if character.isalnum())


def is_well_formed(kind: IdentifierKind, value: str) -> bool:
    """Say whether a value can be an identifier of its kind, check digit included where the kind has one."""
    return can_be(kind, compared(value))


def can_be(kind: IdentifierKind, number: str) -> bool:
    """Say the same of a number in the form in which it is compared."""
    return bool(number) and _RULES.get(kind, bool)(number)


def is_range(first: str, last: str) -> bool:
    """Say whether two document numbers span a range: equally long, rising, alike but for up to six last digits."""
    one, other = compared(first), compared(last)
    if len(one) != len(other) or one >= other:
        return False
    same = next(place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    tails = one[same:], other[same:]
    return all(tail.isascii() and tail.isdigit() and len(tail) <= RANGE_DIGITS for tail in tails)


def has_luhn_digit(number: str) -> bool:
    """Say whether the last digit is the check digit of ISO/IEC 7812-1 Annex B (also of an IMEI, 3GPP TS 23.003)."""
    if not (number.isascii() and number.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


def has_container_digit(number: str) -> bool:
    """Say whether a number is four letters and seven digits, the last the check digit of ISO 6346 Annex A."""
    if not _CONTAINER.fullmatch(number):
        return False
    total = sum(_container_value(character) << place for place, character in enumerate(number[:-1]))
    return total % _ELEVEN % 10 == int(number[-1])


def has_imo_digit(number: str) -> bool:
    """Say whether seven digits, after the letters IMO or alone, end in the check digit of IMO resolution A.1117(30)."""
    digits = number.removeprefix("IMO")
    if not re.fullmatch(r"[0-9]{7}", digits):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:-1], _IMO_WEIGHTS, strict=True))
    return total % 10 == int(digits[-1])


def has_vin_digit(number: str) -> bool:
    """Say whether the ninth of seventeen characters is the check digit of 49 CFR 565.15(c), X standing for ten."""
    if not _VIN.fullmatch(number):
        return False
    total = sum(_VIN_VALUES[character] * weight for character, weight in zip(number, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % _ELEVEN] == number[_VIN_DIGIT]


def _container_value(character: str) -> int:
    """Return the value of a digit or letter; letters count from 10 and leave out multiples of 11."""
    if character.isdigit():
        return int(character)
    place = ord(character) - ord("A")
    return 10 + place + (place + 9) // 10


def _is_imei(number: str) -> bool:
    return len(number) == 15 and has_luhn_digit(number)  # noqa: PLR2004 - fourteen digits and the check digit


def _is_card(number: str) -> bool:
    return 12 <= len(number) <= 19 and has_luhn_digit(number)  # noqa: PLR2004 - lengths of ISO/IEC 7812-1


def _is_vin(number: str) -> bool:
    """ISO 3779: seventeen characters without I, O and Q; a check digit binds in North America only (first 1 to 5)."""
    return bool(_VIN.fullmatch(number)) and (number[0] not in _NORTH_AMERICAN or has_vin_digit(number))


def _is_mmsi(number: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{9}", number))


def _is_plate(number: str) -> bool:
    return 1 <= len(number) <= 12  # noqa: PLR2004 - longest plate, our own bound


def _is_hull(number: str) -> bool:
    """ISO 10087: country and eleven or twelve characters; older marks are shorter."""
    return 8 <= len(number) <= 15  # noqa: PLR2004 - our own bounds


_RULES: Final[Mapping[IdentifierKind, Callable[[str], bool]]] = MappingProxyType(
    {
        IdentifierKind.VIN: _is_vin,
        IdentifierKind.PLATE: _is_plate,
        IdentifierKind.HULL: _is_hull,
        IdentifierKind.MMSI: _is_mmsi,
        IdentifierKind.IMO: has_imo_digit,
        IdentifierKind.CONTAINER_NUMBER: has_container_digit,
        IdentifierKind.IMEI: _is_imei,
        IdentifierKind.CARD_NUMBER: _is_card,
    }
)
