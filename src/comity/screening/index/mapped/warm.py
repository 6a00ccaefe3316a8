"""`python -m comity.screening.index.mapped.warm`: compiles all kernels and keeps them, so that no search waits for it.

Run at set-up and, by hand, after a change of the processor or of the program. It does what a node does, on a handful of
synthetic entries, because a kernel is compiled for the kinds of arrays that it is called with.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from comity.screening.files.sifting import Sifter
from comity.screening.index.mapped import engine
from comity.screening.index.mapped.build import entry_lines
from comity.screening.index.mapped.build_keys import key_lines
from comity.screening.index.mapped.dates import read_date
from comity.screening.index.mapped.folder import MappedIndex, build_folder, log_of
from comity.screening.index.mapped.keys import NumberOf, pack
from comity.screening.index.mapped.live import Change
from comity.screening.index.mapped.records import Entry, Limits, Wanted
from comity.screening.index.mapped.search import PersonIndex
from comity.screening.model.files import default_model
from comity.screening.names import parse_name
from comity.screening.records import Person
from comity.screening.score import prepare
from comity.screening.score.dates import DateWeights
from comity.screening.score.native.scorer import NativeScorer, RowScorer

_MARK: Final = "warm"


def is_warm() -> bool:
    """Say whether nothing is left to compile: all kernels of this program are kept, or there is no compiler."""
    return not engine.COMPILED or (engine.FOLDER is not None and (engine.FOLDER / _MARK).exists())


def warm() -> None:
    """Compile all kernels and keep them."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        entries = [Entry(number=at, names=(f"Synthetic Person{at}",), dates=("1980-02-03",)) for at in range(3)]
        entries.append(Entry(number=7, names=("Synthetic Undated Of Very Many Parts Indeed",), dates=()))
        numbers = [NumberOf(kind=1, text=f"SYN{at}", number=at) for at in range(3)]
        build_folder(folder, entry_lines(entries), key_lines(numbers), [("synthetic", "sintetic")])
        for limits in (Limits(), Limits(run=0)):
            index = MappedIndex(folder, limits)
            with log_of(folder) as log:
                log.add(Change(number=8, names=("Sinthetic Newcomer",), dates=("1980-03-02",), keys=(pack(1, "N1"),)))
            for date in ("1980-02-03", "1980", None):
                index.search(Wanted(names=("Sinthetic Person",), date=None if date is None else read_date(date)))
            index.find(1, "SYN1")
            _score(index.persons)
    if engine.FOLDER is not None:
        (engine.FOLDER / _MARK).touch()


def _score(persons: PersonIndex) -> None:
    model = default_model()
    native = NativeScorer(model)
    scorer = RowScorer(native, persons.vocabulary, persons.rows)
    asked = [prepare(Person(names=("Sinthetic Person",), birth_dates=("1980-02-03",)))]
    sifted = Sifter(native, DateWeights(model.dates)).sift(persons, scorer, asked, np.zeros(1))
    scorer.score(sifted.asked, sifted.whom, sifted.rows)
    native.name_bits(native.words(), parse_name("Sinthetic Person"), parse_name("Synthetic Person"))


def main() -> int:
    """Compile what is not; return the exit code."""
    if not is_warm():
        warm()
    return 0


if __name__ == "__main__":
    sys.exit(main())
