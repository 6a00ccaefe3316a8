"""Pairs of persons from files: JSON lines and CSV as benchmarks write them, followthemoney entities."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from comity.core import codec
from comity.core.errors import BadInput
from comity.screening.ftm import Entity, person_of
from comity.screening.records import Person

_TRUE: Final = frozenset({"true", "1", "yes"})


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a pair in the short form: `{"name", "dob", "country"}`, or a whole `Person` under `person`."""

    name: str = ""
    dob: str | None = None
    country: str | None = None
    person: Person | None = None
    entity: Entity | None = None

    def stated(self) -> Person:
        """Return the person meant."""
        if self.person is not None:
            return self.person
        if self.entity is not None:
            return person_of(self.entity)
        return Person(
            names=(self.name,),
            birth_dates=(self.dob,) if self.dob else (),
            countries=(self.country,) if self.country else (),
        )


class PairRow(msgspec.Struct, frozen=True, kw_only=True):
    """A pair: `q` is set against `c`; `match` says what judges said, None where nobody did."""

    q: Side
    c: Side
    qid: str = ""
    cid: str = ""
    match: bool | None = None


def read_pairs(file: Path) -> Iterator[PairRow]:
    """Read pairs from `.jsonl` or `.csv`, either packed as `.gz`.

    A CSV has `name1` and `name2`, and may have `dob1`, `dob2`, `country1`, `country2`, `is_match` and `schema`; rows of
    a schema other than `Person` are left out. Raises `BadInput` `pairs.unreadable` with the row.
    """
    content = _content(file)
    if file.name.removesuffix(".gz").endswith(".csv"):
        yield from _from_csv(content)
        return
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            try:
                yield codec.quick(line, PairRow)
            except msgspec.MsgspecError as error:
                raise _unreadable(number) from error


def _content(file: Path) -> str:
    try:
        raw = file.read_bytes()
        return (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadInput("pairs.unreadable", "The file of pairs cannot be read.", field="--pairs") from error


def _from_csv(content: str) -> Iterator[PairRow]:
    for number, row in enumerate(csv.DictReader(io.StringIO(content)), 2):
        if row.get("schema") not in {None, "", "Person"}:
            continue
        if row.get("name1") is None or row.get("name2") is None:
            raise _unreadable(number)
        judged = row.get("is_match") or row.get("match") or ""
        yield PairRow(
            q=_side(row, "1"), c=_side(row, "2"), match=judged.strip().lower() in _TRUE if judged.strip() else None
        )


def _side(row: Mapping[str, str | None], number: str) -> Side:
    return Side(
        name=row.get(f"name{number}") or "",
        dob=row.get(f"dob{number}") or None,
        country=row.get(f"country{number}") or None,
    )


def _unreadable(number: int) -> BadInput:
    return BadInput(
        "pairs.unreadable",
        "A row is no pair.",
        field=f"row {number}",
        remedy='Write {"q": {"name": ...}, "c": {"name": ...}, "match": true} a line, or CSV with name1, name2.',
    )
