"""What the model is learnt from: half of the OFAC list by person, and half of a file of spellings by line.

Nothing of it is copied: what leaves this package are counts, weights and hashes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from comity.core.errors import BadInput
from comity.core.said import say
from comity.screening.records import Person

PAIRS: Final = "pairs_ofac.jsonl.gz"
SPELLINGS: Final = "person_names.txt.xz"
_BETWEEN: Final = " => "


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements, the ids of whom they are about, and whether that is one person."""

    asked_id: str
    held_id: str
    asked: Person
    held: Person
    match: bool


def is_for_training(key: str) -> bool:
    """Say whether a person or a line is of the training half: an even MD5 of its id. The other half is for tests."""
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def pairs_in(file: Path) -> Iterator[Pair]:
    """Read packed judged pairs, a JSON object a line: `q` and `c` with name, dob and country, ids and `match`."""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = cast("Mapping[str, object]", json.loads(line))
            yield Pair(
                asked_id=str(row.get("qid", "")),
                held_id=str(row.get("cid", "")),
                asked=_person(cast("Mapping[str, str | None]", row["q"])),
                held=_person(cast("Mapping[str, str | None]", row["c"])),
                match=bool(row["match"]),
            )


def _person(row: Mapping[str, str | None]) -> Person:
    dob, country = row.get("dob"), row.get("country")
    return Person(
        names=(row.get("name") or "",), birth_dates=(dob,) if dob else (), countries=(country,) if country else ()
    )


def training_pairs(folder: Path) -> list[Pair]:
    """Return the OFAC pairs of which both persons are of the training half."""
    pairs = pairs_in(_there(folder / PAIRS))
    return [pair for pair in pairs if is_for_training(pair.asked_id) and is_for_training(pair.held_id)]


def spelling_lines(folder: Path) -> list[tuple[str, ...]]:
    """Return the lines of spellings of the training half, each with its forms."""
    lines: list[tuple[str, ...]] = []
    with lzma.open(_there(folder / SPELLINGS), "rt", encoding="utf-8") as stream:
        for line in stream:
            forms, _, key = line.rstrip("\n").partition(_BETWEEN)
            if is_for_training(key):
                lines.append(tuple(forms.split(", ")))
    return lines


def strangers(pairs: list[Pair], each: int, seed: int) -> list[Pair]:
    """Return pairs of persons taken by chance, so many for each who was asked about."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    held = list({pair.held_id: pair.held for pair in pairs}.items())
    asked = {(pair.asked_id, pair.asked.names): pair.asked for pair in pairs}
    found: list[Pair] = []
    for (key, _), person in asked.items():
        for other, stated in chance.sample(held, each):
            if other != key:
                found.append(Pair(asked_id=key, held_id=other, asked=person, held=stated, match=False))
    return found


def _there(file: Path) -> Path:
    if not file.is_file():
        raise BadInput(
            "training.material-missing",
            say("The file %(name)s is not in the folder given.", name=file.name),
            field="--data",
            remedy="Name the folder with the reference material on screening.",
        )
    return file
