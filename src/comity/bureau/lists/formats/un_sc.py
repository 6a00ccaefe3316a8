"""The consolidated list of the United Nations Security Council, in its XML form.

Schema: https://www.un.org/sc/resources/sc-sanctions.xsd. Individuals are read, entities are counted.
"""

from __future__ import annotations

import re
from typing import Final

from comity.bureau.lists.formats.dates import between, civil_date, known
from comity.bureau.lists.formats.reading import Files, Problem, Reading, ReadRow, problem_of
from comity.bureau.lists.formats.text import (
    country_of,
    name_of_person,
    nationality,
    need,
    prose,
    says_deceased,
    tidy,
)
from comity.bureau.lists.formats.xml_records import Element, Record, read_records
from comity.bureau.lists.records import (
    BirthDate,
    DateForm,
    Format,
    ListedDocument,
    ListedName,
    ListingEntry,
    NameKind,
    Place,
    Quality,
)
from comity.core.errors import BadInput

PARTS: Final = ("list",)
_ROOT: Final = "CONSOLIDATED_LIST"
_NAME_PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_QUALITY: Final = {"Good": Quality.GOOD, "Low": Quality.LOW, "": Quality.UNSTATED}
_FORMER: Final = re.compile(r"(?:previously|formerly) listed as", re.IGNORECASE)
_IN_SCRIPT: Final = re.compile(r"In Arabic:\s*([^.;,()]+)")
_NO_VALUE: Final = frozenset({"", "na", "n/a", "-"})


def read(files: Files) -> Reading:
    """Read the whole list; see `Reader`. Raises `BadInput` `list.other-format` for another document."""
    found = read_records(files["list"], tag="INDIVIDUAL", other="ENTITY")
    if found.root != _ROOT:
        raise BadInput("list.other-format", f"The root element of this list is {_ROOT}.", field="/")
    rows: list[ReadRow] = []
    problems: list[Problem] = []
    for record in found.records:
        try:
            rows.append(ReadRow(record.place, _entry(record), record.raw))
        except BadInput as error:
            problems.append(problem_of(error, record.place, record.element.first("DATAID").strip() or None))
    if found.broken_at is not None:
        problems.append(Problem(*found.broken_at))
    return Reading(tuple(rows), tuple(problems), found.others, complete=found.broken_at is None)


def _entry(record: Record) -> ListingEntry:
    element = record.element
    remarks = prose(element.first("COMMENTS1"), "COMMENTS1")
    return ListingEntry(
        source=Format.UN_SC,
        source_id=need(tidy(element.first("DATAID"), "DATAID"), "DATAID", "An entry needs its number."),
        reference=tidy(element.first("REFERENCE_NUMBER"), "REFERENCE_NUMBER"),
        regimes=(need(_text(element, "UN_LIST_TYPE"), "UN_LIST_TYPE", "An entry needs its regime."),),
        names=_names(element),
        birth_dates=_birth_dates(element),
        birth_places=_places(element, "INDIVIDUAL_PLACE_OF_BIRTH"),
        nationalities=tuple(nationality(value) for value in _values(element, "NATIONALITY")),
        documents=_documents(element),
        addresses=_places(element, "INDIVIDUAL_ADDRESS"),
        titles=_values(element, "TITLE"),
        designations=_values(element, "DESIGNATION"),
        gender=_text(element, "GENDER").lower(),
        listed_on=civil_date(_text(element, "LISTED_ON")),
        updated=_values(element, "LAST_DAY_UPDATED"),
        deceased=says_deceased(remarks),
        remarks=remarks,
    )


def _names(element: Element) -> tuple[ListedName, ...]:
    parts = [_text(element, tag) for tag in _NAME_PARTS]
    whole = need(" ".join(part for part in parts if part), "FIRST_NAME", "An entry needs a name.")
    found = [name_of_person(whole, NameKind.PRIMARY, Quality.GOOD)]
    original = _text(element, "NAME_ORIGINAL_SCRIPT")
    if original:
        found.append(name_of_person(original, NameKind.ORIGINAL_SCRIPT, Quality.GOOD))
    for alias in element.all("INDIVIDUAL_ALIAS"):
        text, note = _text(alias, "ALIAS_NAME"), _note(alias)
        if not text:
            continue
        kind = NameKind.FORMER if _FORMER.search(note) else NameKind.ALIAS
        found.append(name_of_person(text, kind, _quality(alias), note=note))
        found += [
            name_of_person(name, NameKind.ORIGINAL_SCRIPT, _quality(alias))
            for name in map(str.strip, _IN_SCRIPT.findall(note))
            if name
        ]
    return tuple(found)


def _quality(alias: Element) -> Quality:
    quality = _QUALITY.get(_text(alias, "QUALITY"))
    if quality is None:
        raise BadInput("un-sc.quality", "The quality of an alias is Good or Low.", field="INDIVIDUAL_ALIAS/QUALITY")
    return quality


def _note(alias: Element) -> str:
    """Return the alias's note with what the alias says of birth, so that nothing is lost."""
    parts = [_text(alias, tag) for tag in ("NOTE", "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH")]
    return "; ".join(part for part in parts if part)


def _birth_dates(element: Element) -> tuple[BirthDate, ...]:
    found = [_birth_date(each) for each in element.all("INDIVIDUAL_DATE_OF_BIRTH") if _says_something(each)]
    found += [
        known(_text(alias, "DATE_OF_BIRTH"), note="of an alias")
        for alias in element.all("INDIVIDUAL_ALIAS")
        if _text(alias, "DATE_OF_BIRTH")
    ]
    return tuple(dict.fromkeys(found))


def _birth_date(each: Element) -> BirthDate:
    note, kind = _text(each, "NOTE"), _text(each, "TYPE_OF_DATE")
    if kind == "BETWEEN":
        first, last = _text(each, "FROM_YEAR"), _text(each, "TO_YEAR")
        return between(first, last, f"{first}-{last}", note)
    if kind not in {"EXACT", "APPROXIMATELY", ""}:
        raise BadInput("un-sc.date-type", "Unknown kind of date.", field="INDIVIDUAL_DATE_OF_BIRTH/TYPE_OF_DATE")
    text = _text(each, "DATE") or _text(each, "YEAR") or note
    if note.rstrip(".").isalpha() and _text(each, "YEAR"):
        # "Sep." beside a year: the month stands in the note.
        finer = known(f"{note} {_text(each, 'YEAR')}", written=f"{note} {text}", approximate=kind == "APPROXIMATELY")
        if finer.form is not DateForm.OTHER:
            return finer
    return known(text, approximate=kind == "APPROXIMATELY", note="" if note == text else note)


def _says_something(each: Element) -> bool:
    return any(_text(each, tag) for tag in ("DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE"))


def _places(element: Element, tag: str) -> tuple[Place, ...]:
    found = []
    for each in element.all(tag):
        country, note = _text(each, "COUNTRY"), _text(each, "NOTE")
        parts = [_text(each, part) for part in ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE")]
        text = ", ".join(part for part in (*parts, country) if part)
        if text or note:
            found.append(Place(text=text, country=country_of(country), country_text=country, note=note))
    return tuple(found)


def _documents(element: Element) -> tuple[ListedDocument, ...]:
    found = []
    for each in element.all("INDIVIDUAL_DOCUMENT"):
        number, note = _text(each, "NUMBER"), _text(each, "NOTE")
        country = _text(each, "ISSUING_COUNTRY") or _text(each, "COUNTRY_OF_ISSUE")
        kind = " / ".join(part for part in (_text(each, "TYPE_OF_DOCUMENT"), _text(each, "TYPE_OF_DOCUMENT2")) if part)
        if not number and not note:
            continue
        city = _text(each, "CITY_OF_ISSUE")
        found.append(
            ListedDocument(
                kind=kind,
                number=number,
                country=country_of(country),
                country_text=country,
                issued=_text(each, "DATE_OF_ISSUE"),
                note="; ".join(part for part in (note, city) if part),
            )
        )
    return tuple(found)


def _values(element: Element, tag: str) -> tuple[str, ...]:
    texts = (tidy("".join(value.text), tag) for each in element.all(tag) for value in each.all("VALUE"))
    return tuple(text for text in texts if text.lower() not in _NO_VALUE)


def _text(element: Element, tag: str) -> str:
    return tidy(element.first(tag), tag)
