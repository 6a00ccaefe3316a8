"""Dates of birth as lists write them: exact, of a month or year, approximate, between two, several, or unreadable."""

from __future__ import annotations

import re
from typing import Final

from comity.bureau.lists.records import BirthDate, DateForm
from comity.core.errors import BadInput
from comity.core.time import CivilDate, PartialDate, parse_partial_date

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = r"(?P<month>[A-Za-z]{3,9})\.?"
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<year>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\Z",
        r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<year>\d{4})\.?\Z",
        rf"(?P<d>\d{{1,2}})\s+{_MONTH}\s+(?P<year>\d{{4}})\Z",
        rf"{_MONTH}\s+(?P<year>\d{{4}})\Z",
        r"(?P<year>\d{4})\Z",
    )
)
_TWO_MONTHS: Final = re.compile(
    r"(?:between\s+)?(?P<one>[a-z]{3,9})\.?(?:\s+and\s+|/)(?P<two>[a-z]{3,9})\.?\s+(?P<year>\d{4})\Z", re.IGNORECASE
)
_FORMS: Final = {4: DateForm.YEAR, 7: DateForm.MONTH, 10: DateForm.EXACT}


def partial_date(text: str) -> PartialDate | None:
    """Read `1975-10-17`, `17.10.1975`, `17 Oct 1975`, `Oct. 1975` or `1975`; None for anything else."""
    for shape in _SHAPES:
        found = shape.match(text.strip())
        if found is None:
            continue
        parts = found.groupdict()
        month = int(parts["m"]) if parts.get("m") else _month(parts.get("month"))
        if month is None and parts.get("month"):
            return None
        written = parts["year"] or ""
        written += f"-{month:02}" if month else ""
        written += f"-{int(parts['d']):02}" if parts.get("d") else ""
        try:
            return parse_partial_date(written)
        except BadInput:
            return None
    return None


def known(text: str, *, written: str = "", approximate: bool = False, note: str = "") -> BirthDate:
    """Return a date as far as it can be read; `written` is the source's own text where it says more than `text`."""
    months = _TWO_MONTHS.match(text.strip())
    if months is not None:
        return between(f"{months['one']} {months['year']}", f"{months['two']} {months['year']}", written or text, note)
    date = partial_date(text)
    form = DateForm.OTHER if date is None else DateForm.APPROXIMATE if approximate else _FORMS[len(date)]
    return BirthDate(form=form, text=written or text, date=date, note=note)


def between(first: str, last: str, written: str, note: str = "") -> BirthDate:
    """Return a date between two others, which may be years; `other` where one cannot be read or they are crossed."""
    low, high = partial_date(first), partial_date(last)
    if low is None or high is None or low > high:
        return BirthDate(form=DateForm.OTHER, text=written, note=note)
    return BirthDate(form=DateForm.BETWEEN, text=written, first=low, last=high, note=note)


def civil_date(text: str) -> CivilDate | None:
    """Return a whole date in any of the forms above, None for anything less."""
    date = partial_date(text)
    return CivilDate(date) if date is not None and _FORMS[len(date)] is DateForm.EXACT else None


def _month(name: str | None) -> int | None:
    short = (name or "")[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else None
