"""Annex I of Council Regulation (EU) 269/2014 as a structured CSV of the Official Journal's text.

Persons are read, entities are counted. In this file every row is an asset freeze (LAW.md 14).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comity.bureau.lists.formats.csv_lines import Line, ends_properly, read_lines
from comity.bureau.lists.formats.dates import civil_date, known
from comity.bureau.lists.formats.eu_names import names_in
from comity.bureau.lists.formats.reading import Files, Notes, Problem, Reading, ReadRow, problem_of
from comity.bureau.lists.formats.text import country_of, nationality, need, prose, says_deceased, tidy
from comity.bureau.lists.records import (
    BirthDate,
    DateForm,
    Format,
    ListedDocument,
    ListedName,
    ListingEntry,
    NameKind,
    Nationality,
    Place,
    Quality,
)
from comity.core.errors import BadInput

PARTS: Final = ("list",)
_HEADER: Final = (
    "celex,recordId,programKey,annex,measure,startDate,reason,schema,name,alias,weakAlias,previousName,country,"
    "nationality,jurisdiction,birthDate,birthPlace,position,passportNumber,gender,appearance,ethnicity,fatherName,"
    "motherName,incorporationDate,legalForm,sector,registrationNumber,taxNumber,idNumber,innCode,ogrnCode,kppCode,"
    "okpoCode,leiCode,swiftBic,ticker,imoNumber,mmsi,flag,address,phone,email,website,notes"
)
COLUMNS: Final = tuple(_HEADER.split(","))
"""Every column of the file as it was published; it may bring more, and in any order."""
_UNREAD: Final = frozenset(
    {
        *("country", "jurisdiction", "appearance", "ethnicity", "fatherName", "motherName", "incorporationDate"),
        *("legalForm", "sector", "ogrnCode", "kppCode", "okpoCode", "leiCode", "swiftBic", "ticker", "imoNumber"),
        *("mmsi", "flag", "phone", "email", "website"),
    }
)
_READ: Final = frozenset(COLUMNS) - _UNREAD
"""The columns that are read: without one of them the file is none of this list."""
_NEEDED: Final = frozenset({"celex", "recordId", "programKey", "annex", "measure", "reason", "name", "notes"})
"""What an entry cannot do without where it is there; other cells that cannot be read are noted and left out."""

_NUMBERS: Final = {
    "passportNumber": "passport",
    "idNumber": "national identity number",
    "taxNumber": "tax number",
    "innCode": "INN",
    "registrationNumber": "registration number",
}
_SEVERAL: Final = re.compile(r"\s*\(?\bor\b\s*", re.IGNORECASE)
_NUMBER: Final = re.compile("(?<![\\w.])(?:[A-Z\u0410-\u042f]{0,3}[- ]?)\\d[\\d /-]{3,}\\d(?![\\w.])")
"""A number of five digits or more behind at most three Latin or Cyrillic capitals."""
_DATE: Final = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{4}\b")
_PEOPLES: Final = re.compile(r"\s*(?:,|;|/|\band/or\b|\band\b)\s*")
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)")
_TRAILING: Final = re.compile(r"\A(?P<date>\d{1,2}\.\s?\d{1,2}\.\s?\d{4})\.?(?:\s|;).+", re.DOTALL)


def read(files: Files) -> Reading:
    """Read the whole list; see `Reader`. Raises `BadInput` `list.other-format` without the header of this list."""
    content = files["list"]
    lines = read_lines(content, None, several=True)
    header = next(lines, None)
    columns = header.fields if isinstance(header, Line) else ()
    if not _READ.issubset(columns) or len(set(columns)) != len(columns):
        raise BadInput("list.other-format", "The first row is not the header of this list.", field="row 1")
    rows: list[ReadRow] = []
    problems: list[Problem] = []
    skipped = 0
    for line in lines:
        if isinstance(line, Problem):
            problems.append(line)
            continue
        row = dict(zip(columns, line.fields, strict=True))
        if row["schema"] != "Person":
            skipped += 1
            continue
        notes = Notes(line.place, _known_id(row))
        try:
            rows.append(ReadRow(line.place, _entry(row, notes), line.raw))
            problems += notes.problems
        except BadInput as error:
            problems.append(problem_of(error, line.place, notes.source_id))
    return Reading(tuple(rows), tuple(problems), skipped, ends_properly(content, dos_end=False))


def _source_id(row: dict[str, str]) -> str:
    parts = (tidy(row[name], name) for name in ("celex", "annex", "recordId"))
    return "/".join(parts)


def _known_id(row: dict[str, str]) -> str | None:
    """Return what the source calls the entry, None where that cannot be read."""
    try:
        return _source_id(row) if row["recordId"].strip() else None
    except BadInput:
        return None


def _clean(row: dict[str, str], notes: Notes) -> dict[str, str]:
    """Return the cells that hold something, as clean text."""
    found = {}
    for name in sorted(_READ & {name for name, text in row.items() if text}, key=COLUMNS.index):
        try:
            found[name] = prose(row[name], name) if name == "reason" else tidy(row[name], name)
        except BadInput as error:
            if name in _NEEDED:
                raise
            notes.add(error)
    return found


def _entry(row: dict[str, str], notes: Notes) -> ListingEntry:
    clean = _clean(row, notes)

    def said(name: str) -> str:
        return clean.get(name, "")

    need(said("recordId"), "recordId", "An entry needs its number.")
    regime = f"{need(said('programKey'), 'programKey', 'An entry needs its regime.')} {said('celex')}"
    place = said("birthPlace")
    remarks = "\n\n".join(part for part in (said("reason"), said("notes")) if part)
    return ListingEntry(
        source=Format.EU_JOURNAL,
        source_id=_source_id(row),
        reference=f"{said('celex')} {said('annex')} {said('recordId')}",
        regimes=(regime.strip(),),
        names=_names(clean),
        birth_dates=birth_dates(said("birthDate")),
        birth_places=(_place(place),) if place else (),
        nationalities=nationalities(said("nationality")),
        documents=tuple(document for name in _NUMBERS for document in _documents(name, said(name))),
        addresses=(_place(said("address")),) if said("address") else (),
        designations=(said("position"),) if said("position") else (),
        gender=said("gender").lower(),
        listed_on=civil_date(said("startDate")),
        deceased=says_deceased(remarks),
        measure=said("measure"),
        remarks=remarks,
    )


def _names(clean: dict[str, str]) -> tuple[ListedName, ...]:
    found = names_in(need(clean.get("name", ""), "name", "An entry needs a name."), NameKind.PRIMARY, Quality.GOOD)
    cells = (
        ("alias", NameKind.ALIAS, Quality.UNSTATED),
        ("weakAlias", NameKind.ALIAS, Quality.LOW),
        ("previousName", NameKind.FORMER, Quality.UNSTATED),
    )
    for column, kind, quality in cells:
        if clean.get(column):
            found += names_in(clean[column], kind, quality)
    return tuple(dict.fromkeys(found))


def birth_dates(text: str) -> tuple[BirthDate, ...]:
    """Read `26.11.1972`, `1972`, `a or b`, `March 1972`, `possibly a`, and dates with other facts behind them."""
    if not text or text == "N/D":
        return ()
    return tuple(_birth_date(part.strip(" )"), text) for part in _SEVERAL.split(text) if part.strip(" )"))


def _birth_date(part: str, whole: str) -> BirthDate:
    bare = part.removeprefix("possibly ")
    trailing = _TRAILING.match(bare)
    found = known(trailing["date"] if trailing else bare, written=part, approximate=bare != part)
    if found.form is DateForm.OTHER and (year := re.match(r"(\d{4}) \(", bare)) is not None:
        # "1962 (possibly: 9 April)": the year is sure.
        found = known(year[1], written=part)
    return found if part == whole else BirthDate(form=found.form, text=whole, date=found.date, note=part)


def nationalities(text: str) -> tuple[Nationality, ...]:
    """Read `Russian, Ukrainian (remark)`; the remark stays in the bytes that the entry was read from."""
    return tuple(nationality(part) for part in _PEOPLES.split(_BRACKETS.sub("", text)) if part)


def _documents(column: str, text: str) -> Iterator[ListedDocument]:
    """Yield each number of a cell with the whole cell as its note; a cell without a number of digits is one number."""
    if not text:
        return
    kind = _NUMBERS[column]
    country = country_of(text.partition(" ")[0])
    numbers = [found.strip(" -/") for found in _NUMBER.findall(_DATE.sub(" ", text))] or [text]
    for number in numbers:
        note = "" if number == text else text
        yield ListedDocument(kind=kind, number=number, country=country, note=note)


def _place(text: str) -> Place:
    country = text.rpartition(", ")[2]
    return Place(text=text, country=country_of(country), country_text=country)
