"""Who is listed and who travels, for the figures on quality: from the reference material, by our own readers."""

from __future__ import annotations

import csv
import gzip
import lzma
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from comity.bench.mainjob.sources import sources
from comity.bureau.lists.formats.readers import READERS
from comity.bureau.lists.records import BirthDate, DateForm, Format, ListingEntry, Quality
from comity.core import codec
from comity.core.errors import ComityError
from comity.screening.score import Person, Prepared, prepare

_PROJECT: Final = Path(__file__).resolve().parents[4]
_ABOUT_YEARS: Final = 2


@dataclass(frozen=True, slots=True)
class Traveller:
    """A row of travellers: the person, their nationality as written there."""

    person: Person
    nationality: str


class SynthQuery(msgspec.Struct, frozen=True):
    """A corrupted search on the synthetic list: kind of corruption, group of the name, what was searched, the truth."""

    kind: str
    grp: str
    name: str
    truth: str


def data_folder() -> Path | None:
    """Return the folder on screening in the reference material (`COMITY_DATA`, or `shared` beside the project)."""
    folder = Path(os.environ.get("COMITY_DATA") or _PROJECT.parent / "shared") / "data" / "screening"
    return folder if folder.is_dir() else None


def listed_persons() -> list[Prepared]:
    """Return everybody on the UN, OFAC and EU lists, made ready."""
    found: list[Prepared] = []
    for form, files in sources(1).lists.items():
        found += _ready(_person(row.entry) for row in READERS[Format(form)](files).rows)
    return found


def travellers(file: Path, most: int) -> list[Traveller]:
    """Return rows of a file of travellers, evenly taken where there are more than asked for."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    step = max(1, len(rows) // most)
    return [
        Traveller(
            Person(names=(row["full_name"],), birth_dates=tuple(filter(None, (row["date_of_birth"],)))),
            row["nationality"],
        )
        for row in rows[::step][:most]
    ]


def synthetic_names(folder: Path) -> Mapping[str, list[str]]:
    """Return the names of the synthetic list by script group."""
    found: dict[str, list[str]] = defaultdict(list)
    with lzma.open(folder / "synth_200k.csv.xz", "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["grp"]].append(row["name"])
    return found


def synthetic_queries(folder: Path) -> list[SynthQuery]:
    """Return the searches on the synthetic list."""
    with gzip.open(folder / "synth_queries_200k.jsonl.gz", "rb") as stream:
        return [codec.quick(line, SynthQuery) for line in stream]


def _ready(persons: Iterable[Person]) -> list[Prepared]:
    found: list[Prepared] = []
    for person in persons:
        try:
            found.append(prepare(person))
        except ComityError:
            continue  # an entry without a word or with a date that is none: such are reported at import
    return found


def _person(entry: ListingEntry) -> Person:
    return Person(
        names=tuple(dict.fromkeys(name.text for name in entry.names if name.quality is not Quality.LOW)),
        birth_dates=tuple(dict.fromkeys(text for date in entry.birth_dates if (text := _date(date)))),
        countries=tuple(each.country for each in entry.nationalities if each.country),
    )


def _date(date: BirthDate) -> str:
    if date.form is DateForm.APPROXIMATE and date.date is not None:
        year = int(date.date[:4])
        return f"{year - _ABOUT_YEARS}/{year + _ABOUT_YEARS}"
    if date.first is not None and date.last is not None:
        return f"{date.first[:4]}/{date.last[:4]}"
    return date.date or ""
