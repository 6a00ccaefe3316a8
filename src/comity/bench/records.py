"""What a bench prints: figures beside their goals, and the machine, load and versions they were measured with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Literal, TypeAlias

import msgspec

Better: TypeAlias = Literal["higher", "lower"]


@unique
class Scale(StrEnum):
    """How much is run: `small` ends within a minute; at `full` it is judged whether a goal is reached.

    The others are of benches whose size is a number of records; `sis` is 5 million persons with 95 million documents.
    """

    SMALL = "small"
    ONE_MILLION = "1M"
    TEN_MILLION = "10M"
    SIS = "sis"
    HUNDRED_MILLION = "100M"
    FULL = "full"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured figure.

    `value` is None where it could not be measured here, which counts as unmet where there is a goal. `goal` and `met`
    are None for a figure that only explains others. `beside` holds peers and floors measured in the same run, in the
    figure's own unit unless the name says another.
    """

    name: str
    value: float | None
    unit: str
    goal: float | None
    better: Better
    met: bool | None
    beside: dict[str, float]


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """Load averages over 1, 5 and 15 minutes, before and after the run: another's work spoils figures."""

    before: tuple[float, float, float]
    after: tuple[float, float, float]


class Fdatasync(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds of one fdatasync after an append of 820 bytes: the floor below every durable act."""

    p10: float
    p50: float
    p99: float


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What it ran on. `disk` is the type of the file system measured on; durable figures on `tmpfs` mean nothing."""

    cores: int
    model: str
    memory_mb: int
    system: str
    disk: str
    fdatasync_ms: Fdatasync


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The one object that a bench prints, in this order of fields."""

    bench: str
    scale: Scale
    machine: Machine
    load: Load
    versions: dict[str, str]
    figures: tuple[Figure, ...]


def measured(
    name: str,
    value: float | None,
    unit: str,
    *,
    goal: float | None = None,
    better: Better = "lower",
    beside: Mapping[str, float] | None = None,
) -> Figure:
    """Return the figure, with `met` told from value and goal; a value equal to the goal meets it."""
    met: bool | None = None
    if goal is not None:
        met = value is not None and (value >= goal if better == "higher" else value <= goal)
    return Figure(name=name, value=value, unit=unit, goal=goal, better=better, met=met, beside=dict(beside or {}))
