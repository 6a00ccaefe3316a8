"""The check digit of machine-readable zones: ICAO Doc 9303-3 section 4.9.

Values 0-9 for digits, 10-35 for A-Z, 0 for the filler; weights 7, 3, 1 in turn; the sum modulo 10. Each weight is
prime to 10, so one changed character goes unnoticed exactly where old and new value agree modulo 10 (0, A, K, U, <).
"""

from __future__ import annotations

from typing import Final

FILLER: Final = "<"
DIGITS: Final = "0123456789"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABET: Final = DIGITS + LETTERS + FILLER
VALUES: Final = {character: place for place, character in enumerate(DIGITS + LETTERS)} | {FILLER: 0}
"""What each character of a zone counts."""

_WEIGHTS: Final = (7, 3, 1)


def check_digit(text: str) -> str:
    """Count the check digit over characters of the zone's alphabet."""
    return str(sum(VALUES[character] * _WEIGHTS[place % 3] for place, character in enumerate(text)) % 10)
