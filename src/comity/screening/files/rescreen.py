"""Searching a base for every person of a file: hits go to a file of their own, and a crash loses one batch at most.

Beside the output lies `<output>.place`: how many travellers are done, how long the output was then, and the counts. It
is replaced after the output of each batch is on the disk; whoever goes on cuts the output to that length first, so that
no hit stands there twice and none is missing.
"""

from __future__ import annotations

import csv
import io
import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, unique
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from comity.core import codec
from comity.core.errors import BadInput
from comity.screening.files.base import FileBase, FileHit
from comity.screening.files.bulk import search_many
from comity.screening.files.reading import Stated, read_persons

BATCH: Final = 1000
_COLUMNS: Final = ("traveller", "row", "entry", "band", "probability_ppm", "evidence_mbit", "model", "features")

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


def rescreen_file(
    travellers: Path, base: FileBase, output: Path, form: Forms = Forms.JSON_LINES, told: Told | None = None
) -> Outcome:
    """Search for all travellers, from where an earlier run ended, and return the counts of all of it."""
    place_file = output.with_name(f"{output.name}.place")
    place = _read_place(place_file)
    persons = itertools.islice(read_persons(travellers), place.outcome.travellers, None)
    outcome = place.outcome
    with output.open("r+b" if output.exists() else "w+b") as stream:
        stream.truncate(place.length)
        stream.seek(place.length)
        if place.length == 0 and form is Forms.CSV:
            stream.write(_csv_rows([_COLUMNS]))
        while batch := list(itertools.islice(persons, BATCH)):
            outcome = _search_all(base, batch, stream, form, outcome)
            _keep_place(stream, place_file, outcome)
            if told is not None:
                told(outcome.travellers)
        _keep_place(stream, place_file, outcome)
    return outcome


def _search_all(base: FileBase, batch: Sequence[Stated], stream: BinaryIO, form: Forms, outcome: Outcome) -> Outcome:
    done, with_hits, hits, incomplete = outcome.travellers, outcome.with_hits, outcome.hits, outcome.incomplete
    refused = dict(outcome.refused)
    for stated, found in zip(batch, search_many(base, [stated.person for stated in batch]), strict=True):
        done += 1
        if isinstance(found, BadInput):
            refused[found.code] = refused.get(found.code, 0) + 1
            continue
        with_hits += bool(found.hits)
        hits += len(found.hits)
        incomplete += found.limit_reached
        stream.writelines(_written(stated, done, hit, form) for hit in found.hits)
    return Outcome(travellers=done, with_hits=with_hits, hits=hits, incomplete=incomplete, refused=refused)


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
