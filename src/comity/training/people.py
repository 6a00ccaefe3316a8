"""Synthetic people for training: drawn by number, equal seeds give equal people, and nobody of this kind exists.

Every surname begins with `Synthetic-`, every document number with `SYN`, and the nationality is `XXA` (stateless).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from comity.training.records import ShownDocument, Traveller
from comity.training.scenario import Part, Searched

MARK: Final = "Synthetic-"
NATIONALITY: Final = "XXA"
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_SYLLABLES: Final = len(_CONSONANTS) * len(_VOWELS)
_DAYS: Final = 28


def word(number: int, syllables: int) -> str:
    """Spell a number, so that neighbours begin differently."""
    spelt = ""
    for _ in range(syllables):
        number, place = divmod(number, _SYLLABLES)
        spelt += _CONSONANTS[place // len(_VOWELS)] + _VOWELS[place % len(_VOWELS)]
    return spelt


def traveller(part: Part, seed: str, year: int) -> Traveller:
    """Return the person who plays `part` in the exercise of `seed`, born so as to be of the part's age in `year`."""
    draw = _Draw(f"{seed}/{part.key}")
    presents = part.presents
    papers = None
    if presents.document != "none":
        papers = ShownDocument(category=presents.document, country=NATIONALITY, number=f"SYN{draw.below(10**6):06}")
    return Traveller(
        surnames=MARK + word(draw.below(_SYLLABLES**3), 3).title(),
        forenames=word(draw.below(_SYLLABLES**2), 2).title(),
        birth_date=draw.day(year - presents.age - 1),
        nationality=NATIONALITY,
        gender=presents.gender,
        document=papers,
        direction=presents.direction,
        lane=presents.lane,
        says=presents.says,
    )


def sought(person: Traveller, searched: Searched, seed: str) -> Traveller:
    """Return whom the alert is about: the traveller, or somebody who differs in just what the scenario says."""
    draw = _Draw(f"{seed}/{person.surnames}/sought")
    forenames, birth_date, papers = person.forenames, person.birth_date, person.document
    if "forenames" in searched.differs:
        forenames = word(draw.below(_SYLLABLES**2), 2).title()
    if "birth_date" in searched.differs:
        birth_date = draw.day(int(person.birth_date[:4]) + 3)
    if papers is not None and "document" in searched.differs:
        papers = ShownDocument(category=papers.category, country=papers.country, number=f"SYN{draw.below(10**6):06}")
    return Traveller(
        surnames=person.surnames,
        forenames=forenames,
        birth_date=birth_date,
        nationality=person.nationality,
        gender=person.gender,
        document=papers,
        direction=person.direction,
        lane=person.lane,
        says=person.says,
    )


class _Draw:
    """Numbers that follow from a seed, the same on every machine."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def below(self, limit: int) -> int:
        self._count += 1
        drawn = sha256(f"{self._seed}/{self._count}".encode()).digest()
        return int.from_bytes(drawn[:8], "big") % limit

    def day(self, year: int) -> str:
        return f"{year}-{1 + self.below(12):02}-{1 + self.below(_DAYS):02}"
