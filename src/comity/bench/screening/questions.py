"""Questions about synthetic persons in thirteen kinds of corruption, made as strictly as can be.

Where spellings are replaced, every part of the name is, by a spelling of a line that the matcher has not seen.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from comity.bench.screening.corpus import CHUNK, Chunk, Corpus, date_of

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
MRZ_WIDTH: Final = 39
SHORTEST, PUT_IN, THREE, MONTHS = 2, 2, 3, 12
Normal = Callable[[str], tuple[str, ...]]


class Asked(msgspec.Struct, frozen=True):
    """One question and its answer. `date` may be a year, or empty."""

    kind: str
    group: str
    name: str
    date: str
    number: int


class _Person(msgspec.Struct, frozen=True):
    number: int
    lines: tuple[int, ...]
    parts: tuple[str, ...]
    date: str
    group: str


def _typo(text: str, chance: random.Random) -> str:
    """Return the text with one letter exchanged, left out, put in, or two swapped; never the same text."""
    while True:
        at = chance.randrange(len(text))
        way = chance.randrange(4)
        if way == 0:
            made = text[:at] + chance.choice(LETTERS) + text[at + 1 :]
        elif way == 1 and len(text) > SHORTEST:
            made = text[:at] + text[at + 1 :]
        elif way == PUT_IN:
            made = text[:at] + chance.choice(LETTERS) + text[at:]
        else:
            made = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
        if made.lower() != text.lower():
            return made


class Asker:
    """Makes questions about the persons of a corpus."""

    def __init__(self, corpus: Corpus, persons: int, seed: int, normal: Normal) -> None:
        self._corpus = corpus
        self._persons = persons
        self._chance = random.Random(seed)
        self._normal = normal
        self._chunks: dict[int, Chunk] = {}
        count = -(-persons // CHUNK)
        self._open = self._chance.sample(range(count), min(count, 6))

    def of_kind(self, kind: str, count: int) -> Iterator[Asked]:
        """Yield that many questions of a kind."""
        made = 0
        while made < count:
            person = self._draw()
            asked = _MAKERS[kind](self, person)
            if asked is not None:
                made += 1
                name, date = asked
                yield Asked(kind, person.group, name, date, person.number)

    def _draw(self) -> _Person:
        number = self._chance.choice(self._open)
        if number not in self._chunks:
            self._chunks[number] = self._corpus.chunk(number, self._persons - number * CHUNK)
        chunk = self._chunks[number]
        at = self._chance.randrange(len(chunk.forms))
        lines = tuple(int(line) for line in chunk.lines[at] if line >= 0)
        parts = tuple(self._corpus.forms[form] for form in chunk.forms[at] if form >= 0)
        return _Person(chunk.first + at, lines, parts, date_of(chunk.dates[at]), self._corpus.lines[lines[0]].group)

    def exact(self, person: _Person) -> tuple[str, str] | None:
        """Ask as it is stored."""
        return " ".join(person.parts), person.date

    def typo1(self, person: _Person) -> tuple[str, str] | None:
        """Mistype one part."""
        return self._mistyped(person, 1), person.date

    def typo2_two_tokens(self, person: _Person) -> tuple[str, str] | None:
        """Mistype two parts."""
        return self._mistyped(person, 2), person.date

    def _mistyped(self, person: _Person, count: int) -> str:
        parts = list(person.parts)
        for at in self._chance.sample(range(len(parts)), count):
            parts[at] = _typo(parts[at], self._chance)
        return " ".join(parts)

    def token_swap(self, person: _Person) -> tuple[str, str] | None:
        """Ask in another order."""
        parts = list(person.parts)
        self._chance.shuffle(parts)
        return (" ".join(parts), person.date) if tuple(parts) != person.parts else None

    def missing_middle(self, person: _Person) -> tuple[str, str] | None:
        """Leave one part out, neither the first nor the last."""
        if len(person.parts) < THREE:
            return None
        at = self._chance.randrange(1, len(person.parts) - 1)
        return " ".join(person.parts[:at] + person.parts[at + 1 :]), person.date

    def translit_variant(self, person: _Person) -> tuple[str, str] | None:
        """Write every part another way."""
        name = self._replaced(person, lambda line: self._corpus.lines[line].latin)
        return None if name is None else (name, person.date)

    def translit_year_only(self, person: _Person) -> tuple[str, str] | None:
        """Write every part another way and give the year only."""
        name = self._replaced(person, lambda line: self._corpus.lines[line].latin)
        return None if name is None else (name, person.date[:4])

    def original_script(self, person: _Person) -> tuple[str, str] | None:
        """Write every part in a script other than Latin."""
        name = self._replaced(person, lambda line: self._corpus.lines[line].other)
        return None if name is None else (name, person.date)

    def _replaced(self, person: _Person, of: Callable[[int], tuple[str, ...]]) -> str | None:
        chosen = []
        for line, part in zip(person.lines, person.parts, strict=True):
            if not self._corpus.lines[line].unseen:
                return None
            own = self._normal(part)
            others = [form for form in of(line) if self._normal(form) != own]
            if not others:
                return None
            chosen.append(self._chance.choice(others))
        return " ".join(chosen)

    def mrz_trunc39(self, person: _Person) -> tuple[str, str] | None:
        """Ask as the machine-readable zone has it: last part first, ICAO letters, 39 characters."""
        parts = [part for text in (person.parts[-1], *person.parts[:-1]) for part in self._normal(text)]
        return " ".join(parts).upper()[:MRZ_WIDTH], person.date

    def dob_swap(self, person: _Person) -> tuple[str, str] | None:
        """Exchange day and month."""
        year, month, day = person.date.split("-")
        if int(day) > MONTHS or day == month:
            return None
        return " ".join(person.parts), f"{year}-{day}-{month}"

    def dob_year_only(self, person: _Person) -> tuple[str, str] | None:
        """Give the year only."""
        return " ".join(person.parts), person.date[:4]

    def no_dob(self, person: _Person) -> tuple[str, str] | None:
        """Give no date."""
        return " ".join(person.parts), ""

    def typo1_no_dob(self, person: _Person) -> tuple[str, str] | None:
        """Mistype one part and give no date."""
        return self._mistyped(person, 1), ""


_MAKERS: Final[dict[str, Callable[[Asker, _Person], tuple[str, str] | None]]] = {
    "exact": Asker.exact,
    "typo1": Asker.typo1,
    "typo2_two_tokens": Asker.typo2_two_tokens,
    "token_swap": Asker.token_swap,
    "missing_middle": Asker.missing_middle,
    "translit_variant": Asker.translit_variant,
    "original_script": Asker.original_script,
    "mrz_trunc39": Asker.mrz_trunc39,
    "dob_swap": Asker.dob_swap,
    "dob_year_only": Asker.dob_year_only,
    "no_dob": Asker.no_dob,
    "typo1_no_dob": Asker.typo1_no_dob,
    "translit_year_only": Asker.translit_year_only,
}
KINDS: Final = tuple(_MAKERS)
