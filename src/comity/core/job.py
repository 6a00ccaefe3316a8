"""Long work in steps: a task does one step a unit of work, so that a crash loses at most the step under way.

A step's row changes, its progress and the place to go on from are one change set. Whoever asks for a task gets a job
id at once and watches its progress; job rows hold identifiers and counts, never personal data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from comity.core.ports import Work

A = TypeVar("A", bound=msgspec.Struct)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one step reached: `done` of `total` (None: not known yet), and where to go on.

    `place` is any text the task understands, given back to the next step; `finished` ends the job. `findings` are
    counts by name for the person who reads the result.
    """

    done: int
    total: int | None
    place: str
    finished: bool
    findings: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Task(Generic[A]):
    """One kind of long work. `run(work, argument, last)` does the next step after `last` (None at the beginning)."""

    name: str
    argument: type[A]
    run: Callable[[Work, A, Step | None], Step]


AnyTask: TypeAlias = Task[Any]
"""A task of whatever argument; `Any`, because the argument's type is only known to the task."""
