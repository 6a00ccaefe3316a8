"""Searching a base for every person of a file: hits go to a file of their own, and a crash loses one batch at most.

Beside the output lies `<output>.place`: how many travellers are done, how long the output was then, and the counts. It
is replaced after the output of each batch is on the disk; whoever goes on cuts the output to that length first, so that
no hit stands there twice and none is missing.
"""

from __future__ import annotations

import csv
import gc
import io
import itertools
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from enum import Enum, unique
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from comity.core import codec
from comity.core.errors import BadInput, Unreachable
from comity.screening.files.base import FileBase, FileHit
from comity.screening.files.bulk import search_many
from comity.screening.files.reading import Stated, read_persons

BATCH: Final = 1000
_COLUMNS: Final = ("traveller", "row", "entry", "band", "probability_ppm", "evidence_mbit", "model", "features")

_AGAIN: Final = "Run the same command again: it goes on where this one ended."
_SELDOM: Final = 100_000

Told = Callable[[int], None]


@unique
class Forms(Enum):
    """How hits are written."""

    JSON_LINES = "jsonl"
    CSV = "csv"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. `refused` counts travellers who could not be searched for, by the code of why."""

    travellers: int = 0
    with_hits: int = 0
    hits: int = 0
    incomplete: int = 0
    refused: dict[str, int] = {}


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where to go on: travellers done, bytes of the output that count, and what came of them."""

    length: int
    outcome: Outcome


class _Done(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that was searched for: the lines of its hits, and the counts."""

    lines: bytes
    outcome: Outcome


def rescreen_file(
    travellers: Path,
    base: FileBase,
    output: Path,
    form: Forms = Forms.JSON_LINES,
    told: Told | None = None,
    *,
    processes: int = 1,
) -> Outcome:
    """Search for all travellers, from where an earlier run ended, and return the counts of all of it.

    `processes`: how many go through batches side by side; what comes of it is the same, in the same order.
    Raises `Unreachable` where one of them ends: what was written stands, and another run goes on from there.
    """
    place_file = output.with_name(f"{output.name}.place")
    place = _read_place(place_file)
    persons = itertools.islice(read_persons(travellers), place.outcome.travellers, None)
    outcome = place.outcome
    with output.open("r+b" if output.exists() else "w+b") as stream:
        stream.truncate(place.length)
        stream.seek(place.length)
        if place.length == 0 and form is Forms.CSV:
            stream.write(_csv_rows([_COLUMNS]))
        for done in _in_turn(base, _batches(persons, outcome.travellers, form), processes):
            stream.write(done.lines)
            outcome = _sum(outcome, done.outcome)
            _keep_place(stream, place_file, outcome)
            if told is not None:
                told(outcome.travellers)
        _keep_place(stream, place_file, outcome)
    return outcome


class _Batch(msgspec.Struct, frozen=True):
    """Travellers, how many came before them, and how hits are written."""

    persons: tuple[Stated, ...]
    before: int
    form: Forms


def _batches(persons: Iterator[Stated], before: int, form: Forms) -> Iterator[_Batch]:
    while batch := tuple(itertools.islice(persons, BATCH)):
        yield _Batch(batch, before, form)
        before += len(batch)


def _in_turn(base: FileBase, batches: Iterator[_Batch], processes: int) -> Iterator[_Done]:
    """Yield what came of each batch, in order; a few are under way at a time."""
    first = list(itertools.islice(batches, 2))
    if processes == 1 or len(first) < 2:  # noqa: PLR2004 - one batch alone is done sooner here
        yield from (_search_all(base, batch) for batch in itertools.chain(first, batches))
        return
    context = multiprocessing.get_context("spawn")
    under_way: deque[Future[_Done]] = deque()
    try:
        with ProcessPoolExecutor(processes, context, _open, (base.folder,)) as pool:
            for batch in itertools.chain(first, batches):
                under_way.append(pool.submit(_search_in_worker, batch))
                if len(under_way) > 2 * processes:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
    except BrokenProcessPool as error:
        raise Unreachable("rescreen.process-ended", "A process that searched has ended.", remedy=_AGAIN) from error


_worker: list[FileBase] = []


def _open(folder: Path) -> None:
    """Begin a process of the pool."""
    _worker.append(FileBase(folder))
    settle()


def settle() -> None:
    """Keep what is there now out of the search for what may go, which costs a tenth of the time; for own processes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SELDOM)


def _search_in_worker(batch: _Batch) -> _Done:
    return _search_all(_worker[0], batch)


def _search_all(base: FileBase, batch: _Batch) -> _Done:
    done, with_hits, hits, incomplete = batch.before, 0, 0, 0
    refused: dict[str, int] = {}
    lines: list[bytes] = []
    for stated, found in zip(batch.persons, search_many(base, [one.person for one in batch.persons]), strict=True):
        done += 1
        if isinstance(found, BadInput):
            refused[found.code] = refused.get(found.code, 0) + 1
            continue
        with_hits += bool(found.hits)
        hits += len(found.hits)
        incomplete += found.limit_reached
        lines += [_written(stated, done, hit, batch.form) for hit in found.hits]
    outcome = Outcome(
        travellers=len(batch.persons), with_hits=with_hits, hits=hits, incomplete=incomplete, refused=refused
    )
    return _Done(lines=b"".join(lines), outcome=outcome)


def _sum(one: Outcome, other: Outcome) -> Outcome:
    codes = dict.fromkeys((*one.refused, *other.refused))
    return Outcome(
        travellers=one.travellers + other.travellers,
        with_hits=one.with_hits + other.with_hits,
        hits=one.hits + other.hits,
        incomplete=one.incomplete + other.incomplete,
        refused={code: one.refused.get(code, 0) + other.refused.get(code, 0) for code in codes},
    )


def _written(stated: Stated, row: int, hit: FileHit, form: Forms) -> bytes:
    weighed = hit.weighed
    values = (
        stated.id,
        row,
        hit.id,
        weighed.band.value,
        weighed.probability_ppm,
        weighed.evidence_mbit,
        weighed.model,
    )
    if form is Forms.CSV:
        features = " ".join(f"{one.code}={one.weight_mbit}" for one in hit.features)
        return _csv_rows([(*values, features)])
    whole = dict(zip(_COLUMNS, (*values, hit.features), strict=True))
    return msgspec.json.encode(whole) + b"\n"


def _csv_rows(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _read_place(file: Path) -> _Place:
    try:
        return codec.quick(file.read_bytes(), _Place)
    except FileNotFoundError:
        return _Place(length=0, outcome=Outcome())
    except msgspec.MsgspecError as error:
        raise BadInput(
            "rescreen.place-damaged",
            "The file that says how far an earlier run came cannot be read.",
            field=file.name,
            remedy="Remove it and the output, and begin anew.",
        ) from error


def _keep_place(stream: BinaryIO, file: Path, outcome: Outcome) -> None:
    stream.flush()
    os.fsync(stream.fileno())
    under_way = file.with_name(f"{file.name}.new")
    with under_way.open("wb") as place:
        place.write(msgspec.json.encode(_Place(length=stream.tell(), outcome=outcome)))
        place.flush()
        os.fsync(place.fileno())
    under_way.rename(file)
