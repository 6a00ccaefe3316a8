"""Text to name parts, in one place: index and questions must be made alike.

A text is taken apart at white space first and each piece normalised for itself, so that a piece seen before (nearly all
are) costs one look into a dictionary, and builds can do the same without the interpreter. A piece that can be read in
several ways (a Han name in Japanese or Chinese) is stored by its likeliest reading and asked for by all of them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, TypeAlias

from comity.core.errors import BadInput
from comity.screening.names import parse_name
from comity.screening.names.parse import LONGEST_TEXT

LONGEST_TOKEN: Final = 40
MOST_READINGS: Final = 4
_KEPT: Final = 1 << 18

Readings: TypeAlias = tuple[str, ...]
"""The ways one name part can be read, the likeliest first."""


@lru_cache(_KEPT)
def readings_of_piece(piece: str) -> tuple[Readings, ...]:
    """Return the name parts of a text without white space, each as it can be read, at most 40 letters.

    A piece that is no name (more than 1,000 characters) has none.
    """
    if len(piece) > LONGEST_TEXT:
        return ()
    try:
        tokens = parse_name(piece).words
    except BadInput:
        return ()
    cut = ((form[:LONGEST_TOKEN] for form in token.forms[:MOST_READINGS] if form) for token in tokens)
    parts = tuple(readings for each in cut if (readings := tuple(dict.fromkeys(each))))
    if len(parts) == 1 or not parts:
        return parts
    # What has a hyphen here is one word elsewhere (Seok-rae, Seokrae).
    joined = "".join(readings[0] for readings in parts)[:LONGEST_TOKEN]
    return ((*parts[0], joined), *parts[1:])


def tokens_of_piece(piece: str) -> tuple[str, ...]:
    """Return the name parts of a text without white space, each by its likeliest reading."""
    return tuple(readings[0] for readings in readings_of_piece(piece))


def tokens_of_text(text: str) -> tuple[str, ...]:
    """Return the name parts of a text in order; a part that is written twice is there twice."""
    return tuple(token for piece in text.split() for token in tokens_of_piece(piece))


def readings_of_text(text: str) -> tuple[Readings, ...]:
    """Return the name parts of a text in order, each as it can be read."""
    return tuple(readings for piece in text.split() for readings in readings_of_piece(piece))
