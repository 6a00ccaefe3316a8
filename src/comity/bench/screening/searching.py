"""Measures of the mapped index: size, build, time until ready, latency, throughput, recall, exact keys, changes."""

from __future__ import annotations

import itertools
import math
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from comity.bench.harness import Measure, Setting
from comity.bench.measure import percentile
from comity.bench.records import Figure, Scale, measured
from comity.bench.screening import weighing
from comity.bench.screening.corpus import some_numbers
from comity.bench.screening.questions import Asked
from comity.bench.screening.stage import (
    HUNDRED_MILLION,
    SEED,
    SIZES,
    Goals,
    Size,
    Stage,
    read_spellings,
    spellings_file,
    wanted,
)
from comity.screening.index.mapped import warm
from comity.screening.index.mapped.folder import MappedIndex, log_of
from comity.screening.index.mapped.keys import pack
from comity.screening.index.mapped.live import Change
from comity.screening.index.mapped.records import Nearest, Wanted

NAMES: Final = (
    "index.size",
    "index.build",
    "index.ready",
    "candidates.date.p50",
    "candidates.date.p99",
    "candidates.name_only.p99",
    "candidates.sustained",
    *weighing.NAMES,
    "recall.200",
    "recall.20",
    "recall.worst_kind",
    "recall.worst_group",
    "candidates.limit_reached",
    "key.p99",
    "live.effective.p99",
)
_DATED: Final = frozenset(
    {"exact", "typo1", "typo2_two_tokens", "token_swap", "missing_middle", "translit_variant", "original_script",
     "mrz_trunc39", "dob_swap"}
)  # fmt: skip
_NAME_ONLY: Final = ("no_dob", "typo1_no_dob")
_CUT: Final = 20
_WARM_UP: Final = 300
_CHANGES: Final = 300


@dataclass(slots=True)
class _Answers:
    """What came of the questions of one kind."""

    took_ms: list[float] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)
    found_high: list[bool] = field(default_factory=list)
    limited: int = 0

    def add(self, asked: Asked, nearest: Nearest, took_ms: float) -> None:
        numbers = [near.number for near in nearest.found]
        self.took_ms.append(took_ms)
        self.found.append(asked.number in numbers)
        self.found_high.append(asked.number in numbers[:_CUT])
        self.limited += nearest.limit_reached


def measure(setting: Setting) -> Iterator[Figure]:
    """Measure the column that the scale names (at `full`: the first)."""
    yield from _column(SIZES[setting.scale], setting.folder, "")


def measure_second(setting: Setting) -> Iterator[Figure]:
    """Measure the second column at `full`, nothing at any other scale."""
    if setting.scale is Scale.FULL:
        yield from _column(SIZES[Scale.HUNDRED_MILLION], setting.folder, SECOND)


SECOND: Final = "100M."
MEASURES: Final = (
    Measure(NAMES, measure),
    Measure(tuple(f"{SECOND}{name}" for name in NAMES), measure_second),
)


def _column(size: Size, folder: Path, prefix: str) -> Iterator[Figure]:
    place = spellings_file()
    if place is None:
        # Nothing can be measured without spellings; a goal that was not measured counts as unmet.
        yield from (measured(f"{prefix}{name}", None, "-", goal=0) for name in NAMES)
        return
    if not warm.is_warm():
        warm.warm()  # as at set-up
    stage = Stage(size, folder, read_spellings(place))
    stage.raise_up(folder)
    questions = stage.questions()
    for figure in _figures(stage, questions, size.goals):
        yield msgspec.structs.replace(figure, name=f"{prefix}{figure.name}")


def _figures(stage: Stage, questions: dict[str, tuple[Asked, ...]], goals: Goals) -> Iterator[Figure]:
    beside = {"what is said of each": stage.people_bytes / 1e9}
    yield measured("index.size", stage.size_bytes / 1e9, "GB", goal=goals.size_gb, beside=beside)
    yield measured("index.build", stage.build.wall_s, "s", goal=goals.build_s, beside={"cpu": stage.build.cpu_s})
    dated = [wanted(each) for kind in sorted(_DATED) for each in questions[kind]]
    yield measured("index.ready", _ready_s(stage.folder, dated), "s", goal=goals.ready_s)
    index = MappedIndex(stage.folder)
    for each in itertools.islice(itertools.cycle(dated), _WARM_UP):
        index.search(each)
    answers = _ask_all(index, questions)
    yield from _latency(answers, goals)
    # None is asked twice: meanings of name parts are kept, and a repeated question would find all of its own.
    rate = _sustained(stage.folder, [wanted(each) for each in stage.fresh()], stage.size.seconds)
    yield measured("candidates.sustained", rate, "1/s", goal=goals.sustained, better="higher")
    in_life = [each for kind in sorted(_DATED) for each in questions[kind]]
    without = [each for kind in _NAME_ONLY for each in questions[kind]]
    yield from weighing.measure_weighed(stage, in_life, without, stage.size.seconds, goals)
    yield from _recall(answers, questions, goals)
    yield measured("key.p99", _key_us(index, stage.size.keys), "us", goal=3)
    yield measured("live.effective.p99", _live_ms(stage.folder), "ms", goal=1000)


def _ask_all(index: MappedIndex, questions: dict[str, tuple[Asked, ...]]) -> dict[str, _Answers]:
    answers: dict[str, _Answers] = {}
    for kind, each_of_kind in questions.items():
        answers[kind] = _Answers()
        for asked in each_of_kind:
            question = wanted(asked)
            started = time.perf_counter()
            nearest = index.search(question)
            answers[kind].add(asked, nearest, (time.perf_counter() - started) * 1000)
    return answers


def _latency(answers: dict[str, _Answers], goals: Goals) -> Iterator[Figure]:
    dated = [took for kind in _DATED for took in answers[kind].took_ms]
    by_kind = {kind: percentile(each.took_ms, 50) for kind, each in answers.items()}
    yield measured("candidates.date.p50", percentile(dated, 50), "ms", goal=goals.dated_ms[0], beside=by_kind)
    yield measured("candidates.date.p99", percentile(dated, 99), "ms", goal=goals.dated_ms[1])
    name_only = [took for kind in _NAME_ONLY for took in answers[kind].took_ms]
    yield measured(
        "candidates.name_only.p99",
        percentile(name_only, 99),
        "ms",
        goal=goals.name_only_ms,
        beside={"p50": percentile(name_only, 50)},
    )


def _recall(answers: dict[str, _Answers], questions: dict[str, tuple[Asked, ...]], goals: Goals) -> Iterator[Figure]:
    found = [each for kind in answers.values() for each in kind.found]
    high = [each for kind in answers.values() for each in kind.found_high]
    yield measured("recall.200", _share(found), "", goal=goals.recall, better="higher")
    yield measured("recall.20", _share(high), "", better="higher")
    kinds = {kind: _share(each.found) for kind, each in answers.items()}
    strict = [share for kind, share in kinds.items() if kind != "translit_year_only"]
    yield measured("recall.worst_kind", min(strict), "", goal=goals.recall_kind, better="higher", beside=kinds)
    groups: dict[str, list[bool]] = {}
    for kind, each_of_kind in questions.items():
        for asked, hit in zip(each_of_kind, answers[kind].found, strict=True):
            groups.setdefault(asked.group, []).append(hit)
    shares = {group: _share(hits) for group, hits in sorted(groups.items())}
    yield measured("recall.worst_group", min(shares.values()), "", better="higher", beside=shares)
    limited = sum(each.limited for each in answers.values()) / len(found)
    yield measured("candidates.limit_reached", limited, "of searches")


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


def _forget_files(folder: Path) -> None:
    """Ask the system to drop the index's files from its memory, as after a start of the machine."""
    for path in folder.iterdir():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fdatasync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def _open_and_search(folder: Path, questions: Sequence[Wanted], end: Connection) -> None:
    started = time.perf_counter()
    index = MappedIndex(folder)
    index.warm_up()
    in_a_row = 0
    for question in itertools.cycle(questions):
        began = time.perf_counter()
        index.search(question)
        in_a_row = in_a_row + 1 if time.perf_counter() - began < 0.05 else 0  # noqa: PLR2004 - the goal's own 50 ms
        if in_a_row == 100:  # noqa: PLR2004 - the goal's own hundred
            break
    end.send(time.perf_counter() - started)


def _ready_s(folder: Path, questions: Sequence[Wanted]) -> float:
    """Return the seconds from opening to the end of the first 100 searches in a row under 50 ms, in a new process."""
    _forget_files(folder)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_open_and_search, args=(folder, list(questions[:2000]), there))
    process.start()
    took: float = here.recv()
    process.join()
    return took


def _search_on(folder: Path, questions: Sequence[Wanted], seconds: int, end: Connection) -> None:
    index = MappedIndex(folder)
    for question in questions[:_WARM_UP]:
        index.search(question)
    end.send(0)
    end.recv()
    done = 0
    stop = time.perf_counter() + seconds
    for question in itertools.cycle(questions):
        index.search(question)
        done += 1
        if time.perf_counter() > stop:
            break
    end.send(done)


def _sustained(folder: Path, questions: Sequence[Wanted], seconds: int) -> float:
    """Return the searches a second that one process for each core answers together."""
    context = multiprocessing.get_context("spawn")
    cores = len(os.sched_getaffinity(0))
    ends = []
    processes = []
    for core in range(cores):
        here, there = context.Pipe()
        own = list(questions[core::cores])
        processes.append(context.Process(target=_search_on, args=(folder, own, seconds, there)))
        ends.append(here)
    for process in processes:
        process.start()
    for end in ends:
        end.recv()
    for end in ends:
        end.send("go")
    done = sum(end.recv() for end in ends)
    for process in processes:
        process.join()
    return float(done) / seconds


def _key_us(index: MappedIndex, keys: int) -> float:
    """Return the microseconds that 99 of 100 looks for a known key stay below, its pages warm."""
    values = some_numbers(SEED, 0)[: min(keys, 5000)]
    packed = [pack(1, np.base_repr(value, 36).zfill(9)) for value in values.tolist()]
    find = index.keys.find
    took: list[float] = []
    for _ in range(3):
        took.clear()
        for key in packed:
            started = time.perf_counter_ns()
            found = find(key)
            took.append((time.perf_counter_ns() - started) / 1000)
            if not found:
                return math.inf
    return percentile(took, 99)


def _live_ms(folder: Path) -> float:
    """Return the milliseconds from entering a change to the answer of another process that has it."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_answer, args=(folder, there))
    process.start()
    here.recv()
    took: list[float] = []
    with log_of(folder) as log:
        for at in range(_CHANGES):
            number = 4_000_000_000 + at // 2
            name = f"Newcomer{chr(97 + at // 2 % 26)}{chr(97 + at // 52 % 26)} Synthetic"
            gone = at % 2 == 1
            started = time.perf_counter()
            log.add(Change(number=number) if gone else Change(number=number, names=(name,), dates=("1990-01-02",)))
            while True:
                here.send((name, number))
                if here.recv() is not gone:
                    break
            took.append((time.perf_counter() - started) * 1000)
    here.send(None)
    process.join()
    return percentile(took, 99)


def _answer(folder: Path, end: Connection) -> None:
    index = MappedIndex(folder)
    end.send("ready")
    while (asked := end.recv()) is not None:
        name, number = asked
        found = index.search(Wanted(names=(name,))).found
        end.send(any(near.number == number for near in found))


__all__ = ["HUNDRED_MILLION", "MEASURES", "NAMES", "SECOND"]
