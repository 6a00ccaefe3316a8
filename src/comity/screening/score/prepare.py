"""From persons as stated to persons that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from comity.core.errors import BadInput
from comity.screening.countries import UNKNOWN_COUNTRY, country_key
from comity.screening.names.parse import LONGEST_TEXT, parse_name
from comity.screening.names.records import Name
from comity.screening.normalise import normal_number
from comity.screening.records import Person
from comity.screening.score.dates import BirthDate, parse_birth_date
from comity.screening.score.records import Prepared

_REMARK: Final = re.compile(r"\([^)]*\)?")
_LABEL: Final = re.compile(r"(?:^|(?<=[\s;,]))[a-z]\)")
_BETWEEN_NAMES: Final = re.compile(r"[;/\n]|, (?=[^,]*,)| \u2013 ")
_SEVERAL: Final = frozenset("();/\n,\u2013")
"""Without one of these a field is one name, and has no remark."""
MOST_NAMES: Final = 64
MOST_DATES: Final = 32
_CACHE: Final = 1 << 14


def prepare(person: Person, *, latest_year: int | None = None, field: str = "$") -> Prepared:
    """Make a person ready. A field of several names (`A; B`, `A / B`, remarks in brackets) gives several names.

    Raises `BadInput`: as `parse_name`, `name.no-words` where no name has a word and no document is given,
    `date.unreadable`, `date.impossible`, `date.future`, `person.sex`, `person.too-much`. A country that is not known is
    flagged `country.unknown`.
    """
    if len(person.names) > MOST_NAMES or len(person.birth_dates) > MOST_DATES:
        raise BadInput("person.too-much", "Nobody has so many names or dates of birth.", field=field)
    names: dict[Name, None] = {}
    for at, text in enumerate(person.names):
        names.update(dict.fromkeys(names_in(text, field=f"{field}.names[{at}]")))
    held = tuple(name for name in names if name.tokens)
    papers = tuple(
        (normal_number(one.number), one.country.upper()) for one in person.papers if normal_number(one.number)
    )
    if not held and not papers:
        raise BadInput(
            "name.no-words",
            "No name has a word that could be compared: empty, or only fillers such as FNU and XXX.",
            field=f"{field}.names",
            remedy="Give the name as the document shows it, or a document number.",
        )
    countries = frozenset(country_key(one) for one in person.countries if one.strip())
    if person.sex not in {"", "M", "F"}:
        raise BadInput("person.sex", "Sex is M, F or empty.", field=f"{field}.sex")
    return Prepared(
        names=held,
        dates=_dates(person, latest_year, field),
        countries=countries,
        sex=person.sex,
        papers=papers,
        flags=_flags(names, countries),
    )


def _flags(names: Iterable[Name], countries: frozenset[str]) -> tuple[str, ...]:
    found: dict[str, None] = dict.fromkeys(flag.value for name in names for flag in name.flags)
    if any(country.startswith(UNKNOWN_COUNTRY) for country in countries):
        found["country.unknown"] = None
    return tuple(found)


def _dates(person: Person, latest_year: int | None, field: str) -> tuple[BirthDate, ...]:
    found = [
        parse_birth_date(text, field=f"{field}.birth_dates[{at}]", latest_year=latest_year)
        for at, text in enumerate(person.birth_dates)
    ]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=_CACHE)
def names_in(text: str, *, field: str = "$.name") -> tuple[Name, ...]:
    """Return the names that stand in one field, remarks in brackets left out. Raises `BadInput` `name.too-long`."""
    if len(text) > LONGEST_TEXT or _SEVERAL.isdisjoint(text):
        return (parse_name(text, field=field),)
    bare = _LABEL.sub(";", _REMARK.sub(" ", text))
    parts = [parse_name(part, field=field) for part in _BETWEEN_NAMES.split(bare) if part.strip()]
    several = [name for name in parts if name.tokens]
    if len(several) > 1 and all(len(name.words) > 1 for name in several):
        return tuple(several)
    whole = parse_name(bare, field=field)
    return (whole,) if whole.tokens else (parse_name(text, field=field),)
