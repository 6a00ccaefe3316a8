"""Text to name parts, in one place: index and questions must be made alike.

A text is taken apart at white space first and each piece normalised for itself, so that a piece seen before (nearly all
are) costs one look into a dictionary, and builds can do the same without the interpreter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from comity.screening.normalise import name_tokens

LONGEST_TOKEN: Final = 40
_KEPT: Final = 1 << 18


@lru_cache(_KEPT)
def tokens_of_piece(piece: str) -> tuple[str, ...]:
    """Return the name parts of a text without white space, each at most 40 characters."""
    return tuple(token[:LONGEST_TOKEN] for token in name_tokens(piece))


def tokens_of_text(text: str) -> tuple[str, ...]:
    """Return the name parts of a text in order; a part that is written twice is there twice."""
    return tuple(token for piece in text.split() for token in tokens_of_piece(piece))
