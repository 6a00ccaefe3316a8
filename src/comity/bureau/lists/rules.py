"""What a listing means, how it is searched, and when an import waits for a person; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from comity.agreements.nationals import NOT_THIRD_COUNTRY
from comity.bureau.lists.measures import RegimeMeasure, measure_of
from comity.bureau.lists.records import (
    BirthDate,
    DateForm,
    Format,
    ListedName,
    ListingClass,
    ListingEntry,
    NameKind,
    Quality,
    Standing,
)
from comity.screening.listed import Listed
from comity.screening.records import SEXES, Subject, SubjectDocument, SubjectName

MeasureOf = Callable[[Format, str], RegimeMeasure | None]

APPROXIMATE_YEARS: Final = 2
"""How far an approximate year reaches to either side in a search. Our own choice (synthetic)."""
MAX_YEARS: Final = 40
"""A span of more years than these says nothing of an age."""
WITHDRAWN_PER_MILLE: Final = 50
"""A newer file that withdraws more than this share of the list waits for a person (issue: 5 %)."""

_NO_TABLE_ROW: Final = "no row of the table names this regime"


def standing_of(entry: ListingEntry, measure: MeasureOf = measure_of) -> Standing:
    """Say what an entry means by the regime-to-measure table; what the table does not know is no border action."""
    rows = [row for regime in entry.regimes if (row := measure(entry.source, regime)) is not None]
    held = [(_measure(entry, row), row) for row in rows]
    found = {kind for kind, _ in held}
    strongest = next((kind for kind in _STRENGTH if kind in found), ListingClass.UNKNOWN)
    if strongest is ListingClass.TRAVEL_BAN and not is_complete(entry):
        listing_class = ListingClass.INCOMPLETE
    else:
        listing_class = strongest
    deciding = [row for kind, row in held if kind is strongest]
    return Standing(
        listing_class=listing_class,
        bound_national=any(each.country in NOT_THIRD_COUNTRY for each in entry.nationalities),
        deceased=entry.deceased,
        basis=tuple(dict.fromkeys(row.basis for row in deciding)) or (_NO_TABLE_ROW,),
        confidence=deciding[0].confidence if deciding else "unknown",
    )


_STRENGTH: Final = (ListingClass.TRAVEL_BAN, ListingClass.ASSET_FREEZE, ListingClass.OTHER_LAW)


def _measure(entry: ListingEntry, row: RegimeMeasure) -> ListingClass:
    """Return the row's measure; where the entry does not say what the row needs, it freezes assets only."""
    said = " ".join(entry.remarks.split())
    return row.measure if not row.marker or row.marker in said else ListingClass.ASSET_FREEZE


def is_complete(entry: ListingEntry) -> bool:
    """Say whether the entry has the least data of an alert: a name and some date of birth (SR 362.0 Art 11(2))."""
    return bool(entry.names) and any(date.form is not DateForm.OTHER for date in entry.birth_dates)


def category_of(standing: Standing) -> Listed:
    """Return under which category the index holds the entry; what stops a border action wins."""
    if standing.deceased:
        return Listed.DECEASED
    if standing.listing_class is ListingClass.OTHER_LAW:
        return Listed.OTHER_LAW
    if standing.bound_national or standing.listing_class in {ListingClass.ASSET_FREEZE, ListingClass.UNKNOWN}:
        return Listed.NO_ACTION
    if standing.listing_class is ListingClass.INCOMPLETE:
        return Listed.INCOMPLETE
    return Listed.TRAVEL_BAN


def subject_of(entry: ListingEntry, standing: Standing) -> Subject:
    """Return the entry as somebody to search for: every name, date, nationality and number that it holds."""
    return Subject(
        category=category_of(standing).value,
        names=tuple(dict.fromkeys(_subject_name(name) for name in entry.names)),
        birth_dates=tuple(dict.fromkeys(day for date in entry.birth_dates for day in search_dates(date))),
        nationalities=tuple(dict.fromkeys(each.country for each in entry.nationalities if each.country)),
        sex=SEXES.get(entry.gender.lower(), ""),
        documents=tuple(
            dict.fromkeys(SubjectDocument(country=each.country or "", number=each.number) for each in entry.documents)
        ),
    )


def search_dates(date: BirthDate) -> Iterator[str]:
    """Yield the partial dates that a date of birth may agree with.

    Approximate reaches `APPROXIMATE_YEARS` to either side; between gives each year of the span.
    """
    if date.date is not None:
        yield date.date
        if date.form is DateForm.APPROXIMATE:
            year = int(date.date[:4])
            yield from map(_year, range(year - APPROXIMATE_YEARS, year + APPROXIMATE_YEARS + 1))
    if date.first is not None and date.last is not None:
        first, last = int(date.first[:4]), int(date.last[:4])
        if last - first <= MAX_YEARS:
            yield from map(_year, range(first, last + 1))


def _year(year: int) -> str:
    return f"{year:04}"


def _subject_name(name: ListedName) -> SubjectName:
    """Return the name as the index takes it; one word that is only an alias is weak, as is one the source calls so."""
    weak = name.quality is Quality.LOW or (name.kind is NameKind.ALIAS and " " not in name.text)
    return SubjectName(surname=name.surname or name.text, forenames=name.forenames, low_quality=weak)


def waits_for(
    *, held: int, withdrawn: int, complete: bool, unreadable: Iterable[str | None], older: bool = False
) -> tuple[str, ...]:
    """Return why an import waits for a person; empty where it may go on by itself.

    `held` is how many entries the list has now, `withdrawn` how many of them the new file lacks. An unreadable row
    without number may be any of the withdrawn ones. `older`: the publisher made the file before the one held now.
    """
    reasons = []
    if not complete:
        reasons.append("list.lacks-its-end")
    if withdrawn * 1000 > held * WITHDRAWN_PER_MILLE:
        reasons.append("list.withdraws-too-many")
    if withdrawn and any(source_id is None for source_id in unreadable):
        reasons.append("list.withdraws-beside-unreadable-rows")
    if older:
        reasons.append("list.older-than-held")
    return tuple(reasons)
