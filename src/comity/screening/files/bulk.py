"""Many searches at once: persons of one plain name and one date are set beside all rows of that date, in compiled code.

The answer to each is that of `FileBase.search`, save that a name is only compared where half of its words sound like
words of the other. Whoever is asked for in any other way is searched for one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from comity.core.errors import BadInput
from comity.screening.records import Person
from comity.screening.score.prepare import prepare
from comity.screening.score.records import Prepared

if TYPE_CHECKING:
    from comity.screening.files.base import FileBase, FileFound


def search_many(base: FileBase, persons: Sequence[Person]) -> Iterator[FileFound | BadInput]:
    """Yield for each person who may be meant, or why the person cannot be searched for; see `FileBase.search`."""
    asked = [_prepared(person) for person in persons]
    ready = {at: one for at, one in enumerate(asked) if isinstance(one, Prepared)}
    by_place = dict(zip(ready, base.worth_of(list(ready.values())), strict=True))
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
