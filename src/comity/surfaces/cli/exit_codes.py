"""How a command ends: one number for each kind of error."""

from __future__ import annotations

from typing import Final

from comity.core.errors import BadInput, ComityError, NotPermitted, Refused, Unreachable

DONE: Final = 0
REFUSED: Final = 1
BAD_INPUT: Final = 2
NOT_PERMITTED: Final = 3
UNREACHABLE: Final = 4
DEFECT: Final = 70

_BY_CLASS: Final[tuple[tuple[type[ComityError], int], ...]] = (
    (Refused, REFUSED),
    (BadInput, BAD_INPUT),
    (NotPermitted, NOT_PERMITTED),
    (Unreachable, UNREACHABLE),
)


def exit_code_of(error: ComityError) -> int:
    """Choose the exit code of an error; what is none of the known kinds is a defect."""
    return next((code for kind, code in _BY_CLASS if isinstance(error, kind)), DEFECT)
