"""What a screening bench runs on: synthetic persons and documents, the index built of their files, questions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.bench.measure import Watch
from comity.bench.records import Scale
from comity.bench.screening.corpus import CHUNK, Corpus, Line, date_of, read_lines, write_keys, write_source
from comity.bench.screening.questions import KINDS, Asked, Asker
from comity.screening.files.base import build_base_of_lines
from comity.screening.index.mapped.dates import read_date
from comity.screening.index.mapped.records import Wanted
from comity.screening.index.mapped.tokens import tokens_of_text

_PROJECT: Final = Path(__file__).resolve().parents[4]
SEED: Final = 20_261
_FRESH: Final = 77
"""Questions of the measured run are of another seed than any that the design was tuned on."""

_PLAIN: Final = ("exact", "typo1", "typo2_two_tokens", "token_swap", "missing_middle", "mrz_trunc39", "dob_swap")
_FASTEST: Final = 1400


@dataclass(frozen=True, slots=True)
class Goals:
    """What a column of the goals asks for."""

    size_gb: float
    build_s: float
    ready_s: float
    dated_ms: tuple[float, float]
    scored_ms: tuple[float, float]
    name_only_ms: float
    sustained: float
    recall: float
    recall_kind: float


SIS: Final = Goals(2.0, 300, 3, (2, 5), (3, 10), 20, 800, 0.995, 0.99)
HUNDRED_MILLION: Final = Goals(6.0, 1500, 15, (5, 12), (6, 20), 100, 400, 0.98, 0.95)


@dataclass(frozen=True, slots=True)
class Size:
    """How many persons, documents, questions of each kind; seconds of the sustained run; and the goals."""

    persons: int
    keys: int
    questions: int
    seconds: int
    goals: Goals


SIZES: Final = {
    Scale.SMALL: Size(50_000, 500_000, 20, 3, SIS),
    Scale.ONE_MILLION: Size(1_000_000, 1_000_000, 150, 10, SIS),
    Scale.TEN_MILLION: Size(10_000_000, 10_000_000, 150, 10, SIS),
    Scale.SIS: Size(5_000_000, 95_000_000, 300, 15, SIS),
    Scale.HUNDRED_MILLION: Size(100_000_000, 1_000_000, 150, 15, HUNDRED_MILLION),
    Scale.FULL: Size(5_000_000, 95_000_000, 300, 15, SIS),
}


class Stage:
    """The index of one size in a folder, and its questions."""

    def __init__(self, size: Size, folder: Path, lines: Sequence[Line]) -> None:
        self.size = size
        self.folder = folder / "index"
        self._lines = tuple(lines)
        self.corpus = Corpus(self._lines, SEED)
        self.build = Watch()

    def raise_up(self, folder: Path) -> None:
        """Write the files, then build the index of them; only that is timed."""
        persons, keys = folder / "persons.tsv", folder / "keys.tsv"
        write_source(self.corpus, self.size.persons, persons)
        write_keys(SEED, self.size.keys, keys)
        with persons.open("rb") as one, keys.open("rb") as other, self.build:
            build_base_of_lines(self.folder, one, other, list(self._spellings()))
        persons.unlink()
        keys.unlink()

    def questions(self) -> dict[str, tuple[Asked, ...]]:
        """Return the questions of each kind."""
        asker = Asker(self.corpus, self.size.persons, SEED + _FRESH, tokens_of_text)
        return {kind: tuple(asker.of_kind(kind, self.size.questions)) for kind in KINDS}

    def fresh(self) -> tuple[Asked, ...]:
        """Return questions with a date for the sustained run, as many as it may get through, kinds in turn."""
        asker = Asker(self.corpus, self.size.persons, SEED + 2 * _FRESH, tokens_of_text)
        each = [asker.of_kind(kind, self.size.seconds * _FASTEST // len(_PLAIN)) for kind in _PLAIN]
        return tuple(asked for turn in zip(*each, strict=True) for asked in turn)

    def _spellings(self) -> Iterator[tuple[str, ...]]:
        """Yield the groups of spellings that the matcher may know: those of even lines, of one part each."""
        for line in self._lines:
            if not line.unseen:
                parts = (tokens_of_text(form) for form in (*line.latin, *line.other))
                yield tuple(part[0] for part in parts if len(part) == 1)

    @property
    def size_bytes(self) -> int:
        """How much the index takes on disk, without what it says of each person, which a node has in its store."""
        return sum(path.stat().st_size for path in self.folder.iterdir()) - self.people_bytes

    @property
    def people_bytes(self) -> int:
        """How much what it says of each person takes."""
        return sum(path.stat().st_size for path in self.folder.glob("people-*"))


class People:
    """The persons of a corpus by number."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._chunk = corpus.chunk(0)

    def name_and_date(self, number: int) -> tuple[str, str]:
        """Return what the entry of a number says."""
        if number // CHUNK != self._chunk.first // CHUNK:
            self._chunk = self._corpus.chunk(number // CHUNK)
        at = number % CHUNK
        return self._corpus.name(self._chunk.forms[at]), date_of(self._chunk.dates[at])


def spellings_file() -> Path | None:
    """Return the file of spellings in the reference material (`COMITY_DATA`, or `shared` beside the project)."""
    folder = Path(os.environ.get("COMITY_DATA") or _PROJECT.parent / "shared")
    path = folder / "data" / "screening" / "person_names.txt.xz"
    return path if path.is_file() else None


def read_spellings(path: Path) -> tuple[Line, ...]:
    """Return the lines of the file of spellings."""
    return read_lines(path)


def wanted(asked: Asked) -> Wanted:
    """Return a question as the index takes it."""
    return Wanted(names=(asked.name,), date=read_date(asked.date) if asked.date else None)
