"""This room is asked by others of the house only; nothing of it is open to callers, so that no search goes unlogged."""

from __future__ import annotations

from typing import Final

from comity.core.operation import AnyOperation

OPERATIONS: Final[tuple[AnyOperation, ...]] = ()
