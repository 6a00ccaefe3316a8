"""Measures of the whole search: candidates weighed and explained, one by one, sustained, and a file gone through."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from comity.bench.measure import percentile
from comity.bench.records import Figure, measured
from comity.bench.screening.corpus import Corpus, date_of
from comity.bench.screening.questions import Asked
from comity.bench.screening.stage import SEED, Goals, Stage
from comity.screening.files.base import FileBase
from comity.screening.files.bulk import search_many
from comity.screening.files.rescreen import BATCH, settle
from comity.screening.records import Person

NAMES: Final = ("scored.date.p50", "scored.date.p99", "scored.name_only.p99", "scored.sustained", "bulk.travellers")
BULK_GOAL: Final = 1_000_000 / 120
"""Travellers a second: a million in two minutes. The goal is set for ten million alerts."""
_WARM_UP: Final = 300
_STRANGERS: Final = 9_999
"""Travellers of the bulk run are of a seed of their own: nearly none of them is in the base, as in life."""


def measure_weighed(
    stage: Stage, dated: Sequence[Asked], name_only: Sequence[Asked], seconds: int, goals: Goals
) -> Iterator[Figure]:
    """Measure searches on the base of a stage."""
    base = FileBase(stage.folder)
    for asked in itertools.islice(itertools.cycle(dated), _WARM_UP):
        base.search(person_of(asked))
    took, hits = _ask(base, dated)
    beside = {"in a band, of all": hits}
    yield measured("scored.date.p50", percentile(took, 50), "ms", goal=goals.scored_ms[0], beside=beside)
    yield measured("scored.date.p99", percentile(took, 99), "ms", goal=goals.scored_ms[1])
    took, _ = _ask(base, name_only)
    yield measured("scored.name_only.p99", percentile(took, 99), "ms", goal=goals.name_only_ms)
    rate = _rate(stage.folder, [person_of(asked) for asked in stage.fresh()], seconds)
    yield measured("scored.sustained", rate, "1/s", goal=goals.sustained, better="higher")
    strangers = _strangers(stage, seconds * 20_000)
    rate = _rate(stage.folder, strangers, seconds, many=True)
    beside = {"alerts": float(stage.size.persons), "a million in s": 1_000_000 / rate}
    yield measured("bulk.travellers", rate, "1/s", goal=BULK_GOAL, better="higher", beside=beside)


def person_of(asked: Asked) -> Person:
    """Return a question as a person."""
    return Person(names=(asked.name,), birth_dates=(asked.date,) if asked.date else ())


def _ask(base: FileBase, questions: Sequence[Asked]) -> tuple[list[float], float]:
    """Return how long each took in milliseconds, and the share whose answer is in a band."""
    took: list[float] = []
    hits = 0
    for asked in questions:
        started = time.perf_counter()
        found = base.search(person_of(asked))
        took.append((time.perf_counter() - started) * 1000)
        hits += any(hit.number == asked.number for hit in found.hits)
    return took, hits / len(questions)


def _strangers(stage: Stage, count: int) -> list[Person]:
    corpus = Corpus(stage.corpus.lines, SEED + _STRANGERS)
    found: list[Person] = []
    for number in itertools.count():
        chunk = corpus.chunk(number)
        for forms, day in zip(chunk.forms, chunk.dates, strict=True):
            found.append(Person(names=(corpus.name(forms),), birth_dates=(date_of(day),)))
            if len(found) == count:
                return found
    return found


def _search_many_on(folder: Path, persons: Sequence[Person], seconds: int, end: Connection) -> None:
    base = FileBase(folder)
    for _ in search_many(base, persons[:BATCH]):
        pass
    settle()
    end.send(0)
    end.recv()
    done = 0
    stop = time.perf_counter() + seconds
    for at in itertools.cycle(range(BATCH, len(persons) - BATCH + 1, BATCH)):
        done += sum(1 for _ in search_many(base, persons[at : at + BATCH]))
        if time.perf_counter() > stop:
            break
    end.send(done)


def _search_on(folder: Path, persons: Sequence[Person], seconds: int, end: Connection) -> None:
    base = FileBase(folder)
    for person in persons[:_WARM_UP]:
        base.search(person)
    end.send(0)
    end.recv()
    done = 0
    stop = time.perf_counter() + seconds
    for person in itertools.cycle(persons[_WARM_UP:]):
        base.search(person)
        done += 1
        if time.perf_counter() > stop:
            break
    end.send(done)


def _rate(folder: Path, persons: Sequence[Person], seconds: int, *, many: bool = False) -> float:
    """Return the searches a second that one process for each core answers together, weighed and explained."""
    search = _search_many_on if many else _search_on
    context = multiprocessing.get_context("spawn")
    cores = len(os.sched_getaffinity(0))
    ends: list[Connection] = []
    processes = []
    for core in range(cores):
        here, there = context.Pipe()
        own = list(persons[core::cores])
        processes.append(context.Process(target=search, args=(folder, own, seconds, there)))
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
