"""The consolidated list of the United Nations Security Council, in its XML form.

Schema: https://www.un.org/sc/resources/sc-sanctions.xsd. Individuals are read, entities are counted.
"""

from __future__ import annotations

import re
from typing import Final

from comity.bureau.lists.formats.dates import between, civil_date, known
from comity.bureau.lists.formats.reading import Files, Notes, Problem, Reading, ReadRow, problem_of
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
from comity.core.said import say

PARTS: Final = ("list",)
_ROOT: Final = "CONSOLIDATED_LIST"
_NAME_PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_QUALITY: Final = {"good": Quality.GOOD, "low": Quality.LOW, "": Quality.UNSTATED}
_FORMER: Final = re.compile(r"(?:previously|formerly) listed as", re.IGNORECASE)
_IN_SCRIPT: Final = re.compile(r"In Arabic:\s*([^.;,()]+)")
_NO_VALUE: Final = frozenset({"", "na", "n/a", "-"})


def read(files: Files) -> Reading:
    """Read the whole list; see `Reader`. Raises `BadInput` `list.other-format` for another document."""
    found = read_records(files["list"], tag="INDIVIDUAL", other="ENTITY")
    if found.root != _ROOT:
        raise BadInput("list.other-format", say("The root element of this list is %(root)s.", root=_ROOT), field="/")
    rows: list[ReadRow] = []
    problems: list[Problem] = []
    for record in found.records:
        notes = Notes(record.place, record.element.first("DATAID").strip() or None)
        try:
            rows.append(ReadRow(record.place, _entry(record, notes), record.raw))
            problems += notes.problems
        except BadInput as error:
            problems.append(problem_of(error, record.place, notes.source_id))
    if found.broken_at is not None:
        problems.append(Problem(*found.broken_at))
    return Reading(
        tuple(rows),
        tuple(problems),
        found.others,
        complete=found.broken_at is None,
        generated=found.attributes.get("dateGenerated", ""),
    )


def _entry(record: Record, notes: Notes) -> ListingEntry:
    """Read one individual; parts that cannot be read are noted and left out, so that the person stays found."""
    element = record.element
    remarks = prose(element.first("COMMENTS1"), "COMMENTS1")
    return ListingEntry(
        source=Format.UN_SC,
        source_id=need(tidy(element.first("DATAID"), "DATAID"), "DATAID", "An entry needs its number."),
        reference=tidy(element.first("REFERENCE_NUMBER"), "REFERENCE_NUMBER"),
        regimes=(need(_text(element, "UN_LIST_TYPE"), "UN_LIST_TYPE", "An entry needs its regime."),),
        names=_names(element, notes),
        birth_dates=_birth_dates(element, notes),
        birth_places=_places(element, "INDIVIDUAL_PLACE_OF_BIRTH", notes),
        nationalities=tuple(nationality(value) for value in _values(element, "NATIONALITY")),
        documents=_documents(element, notes),
        addresses=(addresses := _places(element, "INDIVIDUAL_ADDRESS", notes)),
        titles=_values(element, "TITLE"),
        designations=_values(element, "DESIGNATION"),
        gender=_text(element, "GENDER").lower(),
        listed_on=civil_date(_text(element, "LISTED_ON")),
        updated=_values(element, "LAST_DAY_UPDATED"),
        # Where a dead person is believed to be stands among the addresses at times.
        deceased=says_deceased(remarks) or any(says_deceased(place.note) for place in addresses),
        remarks=remarks,
    )


def _names(element: Element, notes: Notes) -> tuple[ListedName, ...]:
    parts = [_text(element, tag) for tag in _NAME_PARTS]
    whole = need(" ".join(part for part in parts if part), "FIRST_NAME", "An entry needs a name.")
    originals = notes.each(
        element.all("NAME_ORIGINAL_SCRIPT"),
        "NAME_ORIGINAL_SCRIPT",
        lambda each: tidy("".join(each.text), "NAME_ORIGINAL_SCRIPT"),
    )
    aliases = notes.each(element.all("INDIVIDUAL_ALIAS"), "INDIVIDUAL_ALIAS", lambda each: _alias(each, notes))
    return (
        name_of_person(whole, NameKind.PRIMARY, Quality.GOOD),
        *(name_of_person(text, NameKind.ORIGINAL_SCRIPT, Quality.GOOD) for text in originals if text),
        *(name for names in aliases for name in names),
    )


def _alias(alias: Element, notes: Notes) -> tuple[ListedName, ...]:
    """Return the alias, and what its note says of it in Arabic letters; nothing where it has no name."""
    text, note = _text(alias, "ALIAS_NAME"), _note(alias)
    if not text:
        return ()
    quality = _QUALITY.get(_text(alias, "QUALITY").lower())
    if quality is None:
        notes.add(BadInput("un-sc.quality", "An alias is Good or Low.", field="INDIVIDUAL_ALIAS/QUALITY"))
        quality = Quality.UNSTATED
    kind = NameKind.FORMER if _FORMER.search(note) else NameKind.ALIAS
    scripts = [name for name in map(str.strip, _IN_SCRIPT.findall(note)) if name]
    return (
        name_of_person(text, kind, quality, note=note),
        *(name_of_person(name, NameKind.ORIGINAL_SCRIPT, quality) for name in scripts),
    )


def _note(alias: Element) -> str:
    """Return the alias's note with what the alias says of birth, so that nothing is lost."""
    parts = [_text(alias, tag) for tag in ("NOTE", "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH")]
    return "; ".join(part for part in parts if part)


def _birth_dates(element: Element, notes: Notes) -> tuple[BirthDate, ...]:
    tag = "INDIVIDUAL_DATE_OF_BIRTH"
    own = notes.each(element.all(tag), tag, lambda each: _birth_date(each, notes) if _says_something(each) else None)
    # An alias whose text cannot be read is noted with the names, once.
    aliases = Notes(notes.place, notes.source_id).each(
        element.all("INDIVIDUAL_ALIAS"), "INDIVIDUAL_ALIAS", lambda alias: _text(alias, "DATE_OF_BIRTH")
    )
    found = (*own, *(known(text, note="of an alias") for text in aliases if text))
    return tuple(dict.fromkeys(date for date in found if date is not None))


def _birth_date(each: Element, notes: Notes) -> BirthDate:
    note, kind = _text(each, "NOTE"), _text(each, "TYPE_OF_DATE").upper()
    if kind == "BETWEEN":
        first, last = _text(each, "FROM_YEAR"), _text(each, "TO_YEAR")
        return between(first, last, f"{first}-{last}", note)
    if kind not in {"EXACT", "APPROXIMATELY", ""}:
        place = "INDIVIDUAL_DATE_OF_BIRTH/TYPE_OF_DATE"
        notes.add(BadInput("un-sc.date-type", "Unknown kind of date.", field=place))
        # How sure it is, nobody can tell: then it is taken for the less sure.
        kind = "APPROXIMATELY"
    text = _text(each, "DATE") or _text(each, "YEAR") or note
    if note.rstrip(".").isalpha() and _text(each, "YEAR"):
        # "Sep." beside a year: the month stands in the note.
        finer = known(f"{note} {_text(each, 'YEAR')}", written=f"{note} {text}", approximate=kind == "APPROXIMATELY")
        if finer.form is not DateForm.OTHER:
            return finer
    return known(text, approximate=kind == "APPROXIMATELY", note="" if note == text else note)


def _says_something(each: Element) -> bool:
    return any(_text(each, tag) for tag in ("DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE"))


def _places(element: Element, tag: str, notes: Notes) -> tuple[Place, ...]:
    return tuple(place for place in notes.each(element.all(tag), tag, _place) if place.text or place.note)


def _place(each: Element) -> Place:
    country, note = _text(each, "COUNTRY"), _text(each, "NOTE")
    parts = [_text(each, part) for part in ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE")]
    text = ", ".join(part for part in (*parts, country) if part)
    return Place(text=text, country=country_of(country), country_text=country, note=note)


def _documents(element: Element, notes: Notes) -> tuple[ListedDocument, ...]:
    read = notes.each(element.all("INDIVIDUAL_DOCUMENT"), "INDIVIDUAL_DOCUMENT", _document)
    return tuple(document for document in read if document is not None)


def _document(each: Element) -> ListedDocument | None:
    """Return a document; None where neither a number nor a note says anything of it."""
    number, note = _text(each, "NUMBER"), _text(each, "NOTE")
    if not number and not note:
        return None
    country = _text(each, "ISSUING_COUNTRY") or _text(each, "COUNTRY_OF_ISSUE")
    kinds = (_text(each, "TYPE_OF_DOCUMENT"), _text(each, "TYPE_OF_DOCUMENT2"))
    return ListedDocument(
        kind=" / ".join(kind for kind in kinds if kind),
        number=number,
        country=country_of(country),
        country_text=country,
        issued=_text(each, "DATE_OF_ISSUE"),
        note="; ".join(part for part in (note, _text(each, "CITY_OF_ISSUE")) if part),
    )


def _values(element: Element, tag: str) -> tuple[str, ...]:
    texts = (tidy("".join(value.text), tag) for each in element.all(tag) for value in each.all("VALUE"))
    return tuple(text for text in texts if text.lower() not in _NO_VALUE)


def _text(element: Element, tag: str) -> str:
    return tidy(element.first(tag), tag)
