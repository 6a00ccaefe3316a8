"""Reading persons from files: followthemoney entities or a short form in JSON lines, or CSV; packed or not."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Final

import msgspec

from comity.core import codec
from comity.core.errors import BadInput
from comity.screening.ftm import PERSONS, Entity, person_of
from comity.screening.records import Paper, Person

_SEXES: Final = frozenset({"", "M", "F"})
_BETWEEN: Final = ";"


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a file states them, by the file's own id (else the number of the row)."""

    id: str
    person: Person


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """The short form: `{"id", "name", "dob", "country"}`; a field of the list kind may say several things."""

    name: str | tuple[str, ...] = ()
    id: str | int = ""
    dob: str | tuple[str, ...] | None = None
    country: str | tuple[str, ...] | None = None
    sex: str = ""
    document: str | tuple[str, ...] | None = None


def read_persons(file: Path) -> Iterator[Stated]:
    """Read persons from `.jsonl`/`.json` or `.csv`, either packed as `.gz`; entities of other schemas are left out.

    A CSV has `name` and may have `id`, `dob`, `country`, `sex`, `document`; several values stand between semicolons.
    Raises `BadInput` `persons.unreadable` with the row.
    """
    name = file.name.removesuffix(".gz")
    try:
        with _text(file) as stream:
            yield from (_from_csv(stream) if name.endswith(".csv") else _from_lines(stream))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput("persons.unreadable", "The file of persons cannot be read.", field=file.name) from error


def _text(file: Path) -> IO[str]:
    if file.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(file), "utf-8")
    return file.open(encoding="utf-8", newline="")


def _from_lines(stream: IO[str]) -> Iterator[Stated]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            if '"properties"' in line:
                entity = codec.quick(line, Entity)
                if entity.schema in PERSONS:
                    yield Stated(id=entity.id or str(number), person=person_of(entity))
                continue
            yield _stated(codec.quick(line, _Row), number)
        except msgspec.MsgspecError as error:
            raise _unreadable(number) from error


def _from_csv(stream: IO[str]) -> Iterator[Stated]:
    for number, row in enumerate(csv.DictReader(stream), 2):
        if row.get("name") is None:
            raise _unreadable(number)
        yield _stated(
            _Row(
                name=_values(row, "name"),
                id=row.get("id") or "",
                dob=_values(row, "dob"),
                country=_values(row, "country"),
                sex=(row.get("sex") or "").strip(),
                document=_values(row, "document"),
            ),
            number,
        )


def _values(row: Mapping[str, str | None], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in (row.get(name) or "").split(_BETWEEN) if part.strip())


def _stated(row: _Row, number: int) -> Stated:
    if row.sex not in _SEXES:
        raise _unreadable(number)
    person = Person(
        names=_several(row.name),
        birth_dates=_several(row.dob),
        countries=_several(row.country),
        sex=row.sex,
        papers=tuple(Paper(number=each) for each in _several(row.document)),
    )
    return Stated(id=str(row.id) or str(number), person=person)


def _several(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _unreadable(number: int) -> BadInput:
    return BadInput(
        "persons.unreadable",
        "A row is no person.",
        field=f"row {number}",
        remedy='Write followthemoney entities or {"id", "name", "dob", "country"} a line, or CSV with a name.',
    )
