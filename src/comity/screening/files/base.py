"""A base of a file: the mapped index, and beside it what the file says of each, so that who is found can be weighed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np

from comity.core.errors import BadInput
from comity.core.personal import Personal
from comity.screening.files.people import People, PeopleWriter
from comity.screening.files.reading import Stated
from comity.screening.files.sifting import Sifter
from comity.screening.index.mapped.build import Built, Told, entry_lines
from comity.screening.index.mapped.build_keys import key_lines
from comity.screening.index.mapped.dates import PartialDate, read_date
from comity.screening.index.mapped.folder import MappedIndex, build_folder, read_current
from comity.screening.index.mapped.keys import NumberOf
from comity.screening.index.mapped.records import Entry, Limits, Near, Wanted
from comity.screening.index.mapped.retrieve import DATE_ALONE
from comity.screening.index.mapped.search import PersonIndex
from comity.screening.index.mapped.shapes import ROW_TOKENS
from comity.screening.index.mapped.source import Source, chunks
from comity.screening.index.mapped.types import Longs
from comity.screening.index.mapped.vocabulary import Spellings
from comity.screening.normalise import normal_number
from comity.screening.records import Band, Person, Weighed
from comity.screening.score.dates import APART, DateWeights, parse_birth_date
from comity.screening.score.native.scorer import ROUGH, UNKNOWN, NativeScorer, RowScorer, can_compare, is_latin
from comity.screening.score.native.shapes import Reals
from comity.screening.score.prepare import prepare
from comity.screening.score.records import Feature, Prepared
from comity.screening.score.rules import Base, bands_of
from comity.screening.weigher import Weigher, prepared, shipped_weigher
from comity.screening.weighing import base_of

LIMITS: Final = Limits(candidates=64, kept=1 << 17)
"""Whom the index finds is whose name and date are scored; more that may be meant are told of.

Meanings: 250 MB at most.
"""
SLACK_MBIT: Final = 14_000
"""How far below the second line the index's own count may lie for the first few still to be weighed."""
FARTHER_MBIT: Final = 26_000
"""The same for the score of names and dates, which takes next to no time."""
NEARLY_MBIT: Final = 6_000
"""How far below the second line the score of the first few rows may lie for their entries still to be weighed."""
ROUNDED_MBIT: Final = 20
"""How far the sum of rounded lines may lie from the score before it is rounded."""
ROUGHLY_BITS: Final = 6.0
"""How much further below where the words of that row have more readings than the index knows."""
PARTLY_BITS: Final = 10.0
"""The same where the row may have only a part of the name."""
_ALWAYS: Final = 3
THOUSANDTHS: Final = 1000
_EIGHTH_MBIT: Final = 125
_DOCUMENT: Final = 0


class FileHit(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in the base who may be meant: number and id, how much speaks for it, and what each line was made of.

    `features` stand in the order of the sum.
    """

    number: int
    id: str
    person: Person
    weighed: Weighed
    features: tuple[Feature, ...]


class FileFound(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a search found, the heaviest first. `limit_reached`: there may be more. `flags`: what was odd about it."""

    hits: tuple[FileHit, ...]
    limit_reached: bool
    flags: Annotated[tuple[str, ...], Personal] = ()


def build_base(folder: Path, persons: Iterable[Stated], told: Told | None = None) -> Built:
    """Build the base of persons, in place of the one before. Dates that cannot be read are kept and not indexed.

    Raises as `build_folder`; what stood stays then.
    """
    keys: list[NumberOf] = []

    def lines(writer: PeopleWriter) -> Iterator[bytes]:
        for number, stated in enumerate(persons):
            writer.add(msgspec.json.encode(stated) + b"\n")
            keys.extend(
                NumberOf(kind=_DOCUMENT, text=text, number=number)
                for paper in stated.person.papers
                if (text := normal_number(paper.number))
            )
            yield from entry_lines([_entry(number, stated.person)])

    # Documents are known once all lines have been read, which is when the keys are asked for.
    return _build(folder, lines, lambda: (line for line in key_lines(keys)), (), told)


def build_base_of_lines(
    folder: Path, source: Source, keys: Source = (), spellings: Spellings = (), told: Told | None = None
) -> Built:
    """Build the base of lines that are the index's own (`number TAB names TAB dates`), numbered 0, 1, ... in order."""

    def lines(writer: PeopleWriter) -> Iterator[bytes]:
        for piece in chunks(source):
            writer.add(piece)
            yield piece

    return _build(folder, lines, lambda: keys, spellings, told)


def _build(
    folder: Path,
    lines: Callable[[PeopleWriter], Iterator[bytes]],
    keys: Callable[[], Source],
    spellings: Spellings,
    told: Told | None,
) -> Built:
    folder.mkdir(parents=True, exist_ok=True)
    before = read_current(folder)
    generation = 1 if before is None else before.generation + 1
    with PeopleWriter(_people(folder, generation)) as writer:

        def all_lines() -> Iterator[bytes]:
            yield from lines(writer)
            # Before the new generation counts: whoever opens it finds what it says of each.
            writer.finish()

        built = build_folder(folder, all_lines(), keys(), spellings, told)
    if before is not None:
        _people(folder, before.generation).unlink(missing_ok=True)
    return built


def _people(folder: Path, generation: int) -> Path:
    return folder / f"people-{generation}.cix"


def _entry(number: int, person: Person) -> Entry:
    return Entry(number=number, names=person.names, dates=tuple(filter(_can_be_indexed, person.birth_dates)))


def _can_be_indexed(date: str) -> bool:
    try:
        parse_birth_date(date)
    except BadInput:
        return False
    return True


class FileBase:
    """An open base. Any number of threads may search at once."""

    def __init__(self, folder: Path, weigher: Weigher | None = None) -> None:
        self.folder = folder
        self.index = MappedIndex(folder, LIMITS)
        current = read_current(folder)
        if current is None:
            raise BadInput("screening.no-index", "No index has been built here.", field="--index")
        self.people = People.open(_people(folder, current.generation))
        self._weigher = weigher or shipped_weigher()
        self.persons = base_of(len(self.people))
        self._second_line = bands_of(self._weigher.model.costs, Base(self.persons)).second_line
        self._native = NativeScorer(self._weigher.model)
        self._scorer: tuple[PersonIndex, RowScorer] | None = None
        dates = DateWeights(self._weigher.model.dates)
        self._sifter = Sifter(self._native, dates)
        apart = max(0.0, *(dates.bits(relation) for relation in APART))
        self._room = self._second_line - round((self._native.most_bits + apart) * THOUSANDTHS)

    def search(self, person: Person, *, weak: bool = False, latest_year: int | None = None) -> FileFound:
        """Return who in the base may be meant; with `weak`, those too who are too weak for the second line.

        Raises `BadInput` as `prepare`: a person without a word or a document is refused, never a silent nobody.
        """
        asked = prepare(person, latest_year=latest_year, field="$.person")
        numbers = self._by_papers(asked)
        limit_reached = False
        worth = None if weak else self.worth_of([asked])[0]
        if worth is not None:
            numbers.update(dict.fromkeys(worth))
        elif asked.names:
            near, limit_reached = self._near(person, agreeing=not weak and self.is_agreeing(asked))
            numbers.update(dict.fromkeys(self._worth(asked, near, weak=weak)))
        return self._found(asked, numbers, weak=weak, limit_reached=limit_reached)

    def weigh_all(self, asked: Prepared, numbers: Iterable[int]) -> FileFound:
        """Return who of these, and of those with a document asked for, reaches the second line."""
        return self._found(asked, dict.fromkeys((*self._by_papers(asked), *numbers)), weak=False, limit_reached=False)

    def _found(self, asked: Prepared, numbers: Iterable[int], *, weak: bool, limit_reached: bool) -> FileFound:
        hits = [hit for number in numbers if (hit := self._weigh(asked, number, weak=weak)) is not None]
        kept = [hit for hit in hits if weak or hit.weighed.band is not Band.NO_HIT]
        kept.sort(key=lambda hit: (-hit.weighed.evidence_mbit, hit.number))
        return FileFound(hits=tuple(kept), limit_reached=limit_reached, flags=asked.flags)

    def _by_papers(self, asked: Prepared) -> dict[int, None]:
        """Return who has a document asked for."""
        return dict.fromkeys(found for number, _ in asked.papers for found in self.index.find(_DOCUMENT, number))

    def _worth(self, asked: Prepared, near: Sequence[Near], *, weak: bool) -> Iterable[int]:
        """Return who is worth weighing and explaining: by the score of names and dates where that can be had at once.

        Of an entry of several names and dates that is the score of the row that was found, so of the first few a little
        less will do.
        """
        scorer = self.scorer()
        encoded = None if weak else scorer.asked([asked])
        if encoded is None:
            return (one.number for at, one in enumerate(near) if weak or self._is_worth(at, one))
        large = self._room > 0
        near = [one for at, one in enumerate(near) if at < _ALWAYS or self._is_named(one, large=large)]
        if not near:
            return ()
        rows = np.array([one.row for one in near], np.int64)
        evidence, sure = scorer.score(encoded, np.zeros(len(rows), np.int64), rows)
        enough = (self._second_line - ROUNDED_MBIT - self._fields_mbit(asked)) / THOUSANDTHS
        least = enough - self._roughly(rows) * (sure == ROUGH)
        least[:_ALWAYS] -= NEARLY_MBIT / THOUSANDTHS
        judged = zip(near, (evidence >= least).tolist(), sure.tolist(), strict=True)
        return (
            one.number
            for at, (one, is_enough, how) in enumerate(judged)
            if (self._is_worth(at, one) if how == UNKNOWN else is_enough)
        )

    def worth_of(self, asked: Sequence[Prepared]) -> list[list[int] | None]:
        """Return by person the entries worth weighing by name and date; None for one who must be searched for alone."""
        found: list[list[int] | None] = [None] * len(asked)
        # Names in other scripts are found by spellings that the vocabulary knows, which need not sound alike.
        places = [at for at, one in enumerate(asked) if self.is_agreeing(one) and is_latin(one) and can_compare(one)]
        if not places or self.index.is_changed:
            return found
        quick = [asked[at] for at in places]
        # A sum of rounded lines may lie a little above.
        fields = np.array([self._fields_mbit(one) for one in quick], np.float64)
        enough = (self._second_line - ROUNDED_MBIT - fields) / THOUSANDTHS
        scorer = self.scorer()
        sifted = self._sifter.sift(self.index.persons, scorer, quick, enough)
        for at, is_alone in zip(places, sifted.alone.tolist(), strict=True):
            found[at] = None if is_alone else []
        evidence, sure = scorer.score(sifted.asked, sifted.whom, sifted.rows)
        # All rows of an entry on these dates are here, each with the most that the entry can reach by it.
        least = enough[sifted.whom] - self._roughly(sifted.rows) * (sure == ROUGH)
        kept = np.flatnonzero((evidence >= least) | (sure == UNKNOWN))
        numbers = self.index.persons.rows.numbers[sifted.rows[kept]]
        for person, number in zip(sifted.whom[kept].tolist(), numbers.tolist(), strict=True):
            mine = found[places[person]]
            if mine is not None:
                mine.append(number)
        return found

    def _roughly(self, rows: Longs) -> Reals:
        """Return how far off the likeliest readings may be, more where a row has only a part of a long name."""
        is_full = self.index.persons.rows.tokens[rows, ROW_TOKENS - 1] != 0
        return np.where(is_full, PARTLY_BITS, ROUGHLY_BITS)

    def _is_named(self, one: Near, *, large: bool) -> bool:
        """Say whether the score may make more of somebody; in a large base not where the date is all that agrees."""
        is_more = one.value > DATE_ALONE or not large
        return is_more and one.value * _EIGHTH_MBIT >= self._second_line - FARTHER_MBIT

    def _is_worth(self, place: int, one: Near) -> bool:
        """Say whether somebody is worth weighing: near enough by the index's count, the first few from further away."""
        bits = one.value * _EIGHTH_MBIT
        return bits >= self._second_line or (place < _ALWAYS and bits >= self._second_line - SLACK_MBIT)

    def scorer(self) -> RowScorer:
        """Return what scores the rows of the index as it is."""
        persons, scorer = self.index.persons, self._scorer
        if scorer is None or scorer[0] is not persons:
            scorer = persons, RowScorer(self._native, persons.vocabulary, persons.rows)
            self._scorer = scorer
        return scorer[1]

    def _fields_mbit(self, asked: Prepared) -> int:
        """Return the most that country and sex can speak for anybody; documents are found by their number."""
        fields = self._weigher.model.fields
        return (fields["country.same"] if asked.countries else 0) + (fields["sex.same"] if asked.sex else 0)

    def is_agreeing(self, asked: Prepared) -> bool:
        """Say whether nobody whose date of birth does not agree can reach the second line, whatever the name."""
        full = all(date.day and not date.is_new_year for date in asked.dates)
        return bool(asked.dates) and full and self._fields_mbit(asked) < self._room

    def _near(self, person: Person, *, agreeing: bool) -> tuple[list[Near], bool]:
        """Return the nearest by the index's own count, over all dates given."""
        best: dict[int, Near] = {}
        limit_reached = False
        for date in _dates(person) or (None,):
            found = self.index.search(Wanted(names=person.names, date=date, agreeing=agreeing))
            limit_reached = limit_reached or found.limit_reached
            for one in found.found:
                if one.number not in best or best[one.number].value < one.value:
                    best[one.number] = one
        return sorted(best.values(), key=lambda one: (-one.value, one.number)), limit_reached

    def _weigh(self, asked: Prepared, number: int, *, weak: bool) -> FileHit | None:
        stated = self.people[number]
        held = prepared(stated.person)
        if held is None or not (weak or self._may_reach(asked, held)):
            return None
        weighed, features = self._weigher.between(asked, held, self.persons)
        return FileHit(number=number, id=stated.id, person=stated.person, weighed=weighed, features=features)

    def _may_reach(self, asked: Prepared, held: Prepared) -> bool:
        """Say whether an entry may reach the second line, as compiled code tells before anything is explained."""
        names = self._native.names_in_base(self.scorer().table, asked.names, held.names)
        if names is None:
            return True
        told = names * THOUSANDTHS + self._weigher.but_names_mbit(asked, held)
        return told >= self._second_line - ROUNDED_MBIT


def _dates(person: Person) -> tuple[PartialDate, ...]:
    """Return the dates that the index takes; of a range of years only that it is one is known there."""
    return tuple(read_date(date) for date in person.birth_dates if "/" not in date)
