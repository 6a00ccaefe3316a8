"""A bench is a value: a name, a summary and its measures, each of which yields the figures it names."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.bench import machine
from comity.bench.progress import Progress
from comity.bench.records import Figure, Load, Report, Scale
from comity.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Setting:
    """What a measure gets: the scale, an empty folder on the disk to measure, where to tell how far it is, a seed."""

    scale: Scale
    folder: Path
    progress: Progress
    seed: int = 1

    def at_scale(self, small: int, full: int) -> int:
        """Return the count or number of seconds that fits the scale."""
        return full if self.scale is Scale.FULL else small


@dataclass(frozen=True, slots=True)
class Measure:
    """One measurement: the names of its figures, and the function that yields exactly these, or none at a scale."""

    figures: tuple[str, ...]
    run: Callable[[Setting], Iterable[Figure]]


@dataclass(frozen=True, slots=True)
class Bench:
    """A named set of measures, loaded when it runs: listing benches must not load what they measure."""

    name: str
    summary: str
    measures: Callable[[], tuple[Measure, ...]]
    scales: tuple[Scale, ...] = (Scale.SMALL, Scale.FULL)


def chosen(measures: Sequence[Measure], only: Sequence[str]) -> tuple[tuple[Measure, frozenset[str]], ...]:
    """Return the measures to run, each with the figures wanted of it.

    `only` names figures (`writer.operations`) or all of one subject (`writer`); empty means everything. Raises
    `BadInput` for a name that fits no figure.
    """
    known = [name for measure in measures for name in measure.figures]
    for name in only:
        if not any(_fits(figure, (name,)) for figure in known):
            raise BadInput(
                "bench.unknown-figure",
                f"This bench has no figure of the name given. It has: {', '.join(known)}.",
                field="--only",
                remedy="Name one of these, or the part before the dot for all of a subject.",
            )
    wanted = [(measure, frozenset(f for f in measure.figures if not only or _fits(f, only))) for measure in measures]
    return tuple((measure, names) for measure, names in wanted if names)


def run(bench: Bench, scale: Scale, only: Sequence[str], place: Path, progress: Progress, seed: int = 1) -> Report:
    """Run the chosen measures one after the other, each in its own empty folder below `place`, and report.

    Raises `BadInput` for an unknown figure or an unusable place, before anything is measured.
    """
    if scale not in bench.scales:
        raise BadInput(
            "bench.no-such-scale",
            f"This bench has no such scale. It has: {', '.join(bench.scales)}.",
            field="--scale",
            remedy="Name one of these.",
        )
    selected = chosen(bench.measures(), only)
    before = machine.load()
    figures: list[Figure] = []
    with _scratch(place) as scratch:
        described = machine.describe(Path(scratch))
        for number, (measure, names) in enumerate(selected):
            progress.step(number, len(selected), measure.figures[0])
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                figures.extend(f for f in measure.run(Setting(scale, Path(folder), progress, seed)) if f.name in names)
    progress.close()
    return Report(
        bench=bench.name,
        scale=scale,
        machine=described,
        load=Load(before=before, after=machine.load()),
        versions=machine.versions(),
        figures=tuple(figures),
    )


def _scratch(place: Path) -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="comity-bench-", dir=place)
    except OSError as error:
        raise BadInput(
            "bench.no-folder",
            "No folder can be made in the place to measure in.",
            field="--place",
            remedy="Name a folder on the disk to be measured that you may write to.",
        ) from error


def _fits(figure: str, only: Sequence[str]) -> bool:
    return any(figure == name or figure.startswith(f"{name}.") for name in only)
