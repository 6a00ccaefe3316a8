"""What a file says of a fact, read as the vocabulary has it: keys written any usual way, and values by their kind.

Files are written by hand and by other programs: `hostDemandsStop`, `host-demands-stop` and `Host demands stop` are one
key; `yes` may stand for true, a party's two letters for its code, an instant for its day. A value that cannot be read
as the kind of the fact says nothing, and is told to be unread; it is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from comity.agreements.expr.records import FactValue, Kind
from comity.core.codec import JsonValue
from comity.core.errors import BadInput
from comity.core.time import CivilDate, Instant, date_of, parse_date, parse_instant, start_of_day

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)? ?([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII
)
_FILLING: Final = frozenset({"a", "an", "the", "of", "is", "was", "were", "are", "has", "have", "been", "be", "for"})
_SHORT: Final = 3
_GAP: Final = re.compile(r"[^A-Za-z0-9]+")
_TRUE: Final = frozenset({"true", "yes", "y", "given", "granted", "obtained", "present", "explicit", "written"})
_FALSE: Final = frozenset(
    {"false", "no", "n", "none", "refused", "denied", "absent", "missing", "withheld", "not_given", "not_obtained"}
)


def key_of(name: str) -> str:
    """Return a key as the vocabulary writes keys: small letters, words joined by underscores."""
    return _GAP.sub("_", _HUMP.sub("_", name.strip())).strip("_").lower()


def bag_of(name: str) -> frozenset[str]:
    """Return the words of a key without their order, filling words and plurals: what two spellings of it share."""
    words = (word for word in key_of(name).split("_") if word not in _FILLING)
    return frozenset(word[:-1] if len(word) > _SHORT and word.endswith("s") else word for word in words)


def bags_of(names: Iterable[str]) -> dict[frozenset[str], str]:
    """Return names by their words; words that two names share name none of them."""
    found: dict[frozenset[str], str] = {}
    shared: set[frozenset[str]] = set()
    for name in names:
        bag = bag_of(name)
        if bag in found:
            shared.add(bag)
        found[bag] = name
    return {bag: name for bag, name in found.items() if bag and bag not in shared}


def value_of(kind: Kind, value: JsonValue) -> FactValue | None:
    """Read a value as `kind` has it; None where it is none of it. Texts are left as they stand."""
    if isinstance(value, str):
        return _of_text(kind, value)
    if isinstance(value, list):
        return tuple(str(each) for each in value) if kind is Kind.TEXTS else None
    if isinstance(value, bool):
        return value if kind is Kind.BOOL else None
    return int(value) if kind is Kind.INT and isinstance(value, int | float) else None


def _of_text(kind: Kind, text: str) -> FactValue | None:
    match kind:
        case Kind.BOOL:
            return _truth(text)
        case Kind.TEXTS:
            return (text,)
        case Kind.TEXT:
            return text
        case Kind.DATE | Kind.INSTANT:
            return time_of(kind, text)
        case Kind.INT:
            return None


def time_of(kind: Kind, value: str) -> FactValue | None:
    """Read a day or an instant as the kind asks: the day of an instant is that in UTC, a day begins at 00:00 UTC."""
    try:
        moment = moment_of(value)
    except BadInput:
        return None
    if kind is Kind.DATE:
        return moment if isinstance(moment, str) else date_of(moment)
    return start_of_day(moment) if isinstance(moment, str) else moment


def moment_of(text: str, *, field: str = "$") -> Instant | CivilDate:
    """Read a day, or an instant as files write it: without an offset it is UTC, seconds may be left out.

    Raises BadInput `time.not-an-instant` or `time.not-a-date` as the strict readers do.
    """
    written = _INSTANT.fullmatch(text.strip())
    if written is None:
        return parse_date(text.strip(), field=field)
    day, clock, seconds, offset = written.groups()
    hours = f"{offset[:3]}:{offset[-2:]}" if offset and offset not in {"Z", "z"} else "Z"
    return parse_instant(f"{day}T{clock}{seconds or ':00'}{hours}", field=field)


def instant_of(text: str, *, field: str = "$") -> Instant:
    """Read an instant; a day stands for its first one. Raises as `moment_of`."""
    moment = moment_of(text, field=field)
    return start_of_day(moment) if isinstance(moment, str) else moment


def word_of(value: str, words: Mapping[str, str]) -> str:
    """Return the vocabulary's word for a text: by the table, else in small letters with underscores."""
    plain = value.strip().lower()
    return words.get(plain, plain.replace(" ", "_"))


def _truth(value: str) -> bool | None:
    plain = key_of(value)
    if plain in _TRUE:
        return True
    return False if plain in _FALSE else None
