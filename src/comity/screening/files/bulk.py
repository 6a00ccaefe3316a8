"""Many searches at once: persons of one plain name and one date are set beside all rows of that date, in compiled code.

The answer to each is that of `FileBase.search`, save that a name is only compared where half of its words sound like
words of the other. Whoever is asked for in any other way is searched for one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.core.errors import BadInput
from comity.screening.index.mapped import retrieve
from comity.screening.index.mapped.dates import PartialDate
from comity.screening.index.mapped.expand import bits_set
from comity.screening.index.mapped.records import Wanted
from comity.screening.index.mapped.types import Bytes, Longs
from comity.screening.names.records import Script
from comity.screening.records import Person
from comity.screening.score.native.rows import Asked
from comity.screening.score.native.scorer import RowScorer
from comity.screening.score.native.sift import sift
from comity.screening.score.prepare import prepare
from comity.screening.score.records import Prepared

if TYPE_CHECKING:
    from comity.screening.files.base import FileBase, FileFound

MOST_PAIRS: Final = 1 << 18
_RUNS: Final = 4


def search_many(base: FileBase, persons: Sequence[Person]) -> Iterator[FileFound | BadInput]:
    """Yield for each person who may be meant, or why the person cannot be searched for; see `FileBase.search`."""
    asked = [_prepared(person) for person in persons]
    quick = [at for at, one in enumerate(asked) if isinstance(one, Prepared) and _is_quick(base, one)]
    worth = _worth(base, [one for at in quick if isinstance(one := asked[at], Prepared)])
    by_place = dict(zip(quick, worth, strict=True))
    for at, (person, one) in enumerate(zip(persons, asked, strict=True)):
        if isinstance(one, BadInput):
            yield one
            continue
        numbers = by_place.get(at)
        yield base.search(person) if numbers is None else base.weigh_all(one, numbers)


def _prepared(person: Person) -> Prepared | BadInput:
    try:
        return prepare(person, field="$.person")
    except BadInput as error:
        return error


def _is_quick(base: FileBase, asked: Prepared) -> bool:
    """Say whether a person has one Latin name of one reading, one full date, and nobody of another date is worth it."""
    if len(asked.names) != 1 or len(asked.dates) != 1 or asked.dates[0].until or not base.is_agreeing(asked):
        return False
    return all(word.script is Script.LATIN and len(word.units) == 1 for word in asked.names[0].words)


def _worth(base: FileBase, asked: Sequence[Prepared]) -> list[list[int] | None]:
    """Return by person the entries worth weighing, None for one who must be searched for alone."""
    scorer = base.scorer()
    encoded = scorer.asked(asked) if asked and not base.index.is_changed else None
    if encoded is None:
        return [None] * len(asked)
    runs, alone = _runs(base, asked)
    whom, rows = np.zeros(MOST_PAIRS, np.int64), np.zeros(MOST_PAIRS, np.int64)
    persons = base.index.persons
    signatures, state = persons.vocabulary.signatures, alone.copy()
    count = sift(
        persons.rows.tokens, signatures, _signatures(scorer, encoded), encoded.lengths, runs, (whom, rows), state
    )
    found: list[list[int] | None] = [None if left else [] for left in state.tolist()]
    for person, number in base.worth_of(asked, encoded, whom[:count], rows[:count]):
        mine = found[person]
        if mine is not None:
            mine.append(number)
    return found


def _signatures(scorer: RowScorer, encoded: Asked) -> Longs:
    """Return by person and word how the word sounds, and in how many pairs."""
    numbers = encoded.names[:, :, 0]
    bits = scorer.table.lexicon.signatures[numbers]
    return np.stack((bits, np.vectorize(bits_set, otypes=[np.int64])(bits)), axis=2)


def _runs(base: FileBase, asked: Sequence[Prepared]) -> tuple[Longs, Bytes]:
    """Return the rows of each person's date, and who has too many of them."""
    persons = base.index.persons
    runs = np.zeros((len(asked), _RUNS, 2), np.int64)
    alone = np.zeros(len(asked), np.uint8)
    for at, one in enumerate(asked):
        date = one.dates[0]
        ways = persons.ways(Wanted(names=(), date=PartialDate(date.year, date.month, date.day), agreeing=True))
        if (ways[:, retrieve.WAY] == retrieve.BY_PARTS).any():
            alone[at] = 1
        else:
            runs[at, : len(ways)] = ways[:, retrieve.LOW : retrieve.HIGH + 1]
    return runs, alone
