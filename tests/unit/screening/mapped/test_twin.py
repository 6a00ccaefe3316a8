"""Kernels answer alike with and without a compiler: equal files, equal candidates, equal values."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np

from comity.screening.index.mapped import engine
from comity.screening.index.mapped.dates import read_date
from comity.screening.index.mapped.folder import MappedIndex, build_folder, log_of
from comity.screening.index.mapped.keys import pack
from comity.screening.index.mapped.live import Change
from comity.screening.index.mapped.records import Wanted
from comity.screening.model.files import default_model
from comity.screening.records import Person
from comity.screening.score import prepare
from comity.screening.score.native.scorer import NativeScorer, RowScorer

FIRST = (
    "Anna",
    "Mohammed",
    "Sergei",
    "Jürgen",
    "Xiaoming",
    "Wladimir",
    "Tschingis",
    "Farid",
    "O'Neill",
    "Søren",
    "Иван",
)
LAST = (
    "Kowalska",
    "Al-Haddad",
    "Petrov",
    "Schmidt",
    "Zhang",
    "Marusikówna",
    "Nguyen",
    "Da Silva",
    "Øberg",
    "山田",
    "Li",
)
ODD = ("", "Li Li", "A B C D E F G H I J", "Anna Anna Maria Schmidt Schmidt", "x" * 60)


def name(chance: random.Random) -> str:
    made = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    if chance.random() < 0.5:
        at = chance.randrange(len(made))
        made = made[:at] + chance.choice("aeiknrst ") + made[at + chance.randrange(2) :]
    return chance.choice((made, made.upper(), chance.choice(ODD))) if chance.random() < 0.2 else made


def date(chance: random.Random) -> str:
    year = chance.choice(("1979", "1980", "1980", "1981"))
    return chance.choice(
        ("", year, f"{year}-0{chance.randrange(1, 10)}", f"{year}-01-01", f"{year}-03-1{chance.randrange(10)}")
    )


def answers(folder: Path, seed: int) -> list[object]:
    """Build, search, change and search again; everything that chance picks comes from the seed."""
    chance = random.Random(seed)
    lines = [
        f"{number}\t{'|'.join(name(chance) for _ in range(chance.randrange(1, 3)))}\t{date(chance)}\n".encode()
        for number in range(400)
    ]
    keys = [
        f"{number % 3}\t{chance.choice(('AB', 'SYNTHETICLONG'))}{number % 50}\t{number}\n".encode()
        for number in range(200)
    ]
    build_folder(folder, lines, keys, [("zhang", "cheung"), ("haddad", "hadad")])
    index = MappedIndex(folder)
    given: list[object] = [path.read_bytes().hex()[:200_000] for path in sorted(folder.glob("*.cix"))]
    for change in (False, True):
        if change:
            with log_of(folder) as log:
                for number in range(390, 420):
                    log.add(
                        Change(number=number, names=(name(chance), "Novel Vymyslena"), dates=("1980-03-04",), keys=(5,))
                    )
                log.add(Change(number=1))
        for _ in range(25):
            asked = date(chance)
            nearest = index.search(Wanted(names=(name(chance),), date=read_date(asked) if asked else None))
            given.append([[near.number, near.row, near.value] for near in nearest.found])
            given.append([nearest.limit_reached, nearest.looked_at])
        given += [list(index.find(kind, text)) for kind in range(3) for text in ("AB7", "SYNTHETICLONG8", "NONE")]
    given.append(pack(3, "SYN1"))
    persons = index.persons
    scorer = RowScorer(NativeScorer(default_model()), persons.vocabulary, persons.rows)
    encoded = scorer.asked([prepare(Person(names=("Anna Petrov", "Schmid, Juergen"), birth_dates=("1980-03-14",)))])
    assert encoded is not None
    rows = np.arange(persons.size, dtype=np.int64)
    evidence, sure = scorer.score(encoded, np.zeros(len(rows), np.int64), rows)
    given += [[round(bits, 9) for bits in evidence.tolist()], sure.tolist()]
    return given


def test_compiled_and_plain_kernels_give_equal_files_and_answers(tmp_path: Path, rng: random.Random) -> None:
    assert engine.COMPILED
    seed = rng.randrange(2**32)
    (tmp_path / "compiled").mkdir()
    compiled = answers(tmp_path / "compiled", seed)
    done = subprocess.run(
        (sys.executable, __file__, str(tmp_path / "plain"), str(seed)),
        env={**os.environ, engine.PLAIN_VARIABLE: "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )

    assert json.loads(done.stdout) == compiled


if __name__ == "__main__":
    assert not engine.COMPILED
    place = Path(sys.argv[1])
    place.mkdir()
    sys.stdout.write(json.dumps(answers(place, int(sys.argv[2]))))
