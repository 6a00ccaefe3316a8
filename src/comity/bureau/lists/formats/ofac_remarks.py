"""The remarks column of the OFAC list: `DOB 17 Oct 1975; POB Tehran, Iran; Passport A123 (Iran) expires ...`.

Source: "Data formatting of the Specially Designated Nationals list", OFAC (dat_spec). What is not recognised stays in
the entry's remarks, which are kept whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from comity.bureau.lists.formats.dates import between, known
from comity.bureau.lists.formats.text import country_of, name_of_person, nationality
from comity.bureau.lists.records import (
    BirthDate,
    ListedDocument,
    ListedName,
    NameKind,
    Nationality,
    Place,
    Quality,
)

_FACT: Final = re.compile(r"(?:alt\. )?(?P<word>DOB|POB|nationality|citizen|Gender) (?P<value>.+)\Z")
_WEAK: Final = re.compile(r"(?:alt\. )?(?P<word>[afn]\.k\.a\.) '(?P<name>.+)'\Z")
_KINDS: Final = (
    r"Diplomatic Passport",
    r"Passport Booklet",
    r"(?:[A-Z][\w.]+ )?Passport",
    r"(?:[A-Z][a-z]+ )?National (?:Foreign )?ID (?:No\.|Number|Card)",
    r"Tazkira National ID Card",
    r"Cedula No\.",
    r"C\.U\.R\.P\.",
    r"R\.?F\.?C\.?",
    r"D\.N\.I\.",
    r"(?:Turkish |Military )?Identification Number",
    r"Electoral Registry No\.",
    r"Driver's License No\.",
    r"Credencial electoral",
    r"Cartilla de Servicio Militar Nacional",
    r"(?:Stateless Person |Personal |Kenyan |Registration |Tax )ID(?: Card| No\.)?",
    r"Italian Fiscal Code",
    r"SSN",
    r"Residency Number",
    r"I\.F\.E\.",
    r"Birth Certificate Number",
    r"LE Number",
    r"C\.U\.I\.[PT]?\.?",
    r"Numero de Identidad",
    r"Citizen's Card Number",
    r"Travel Document Number",
    r"VisaNumberID",
    r"Immigration No\.",
    r"Pilot License Number",
    r"Serial No\.",
    r"NIT|RUC",
)
_DOCUMENT: Final = re.compile(
    rf"(?:alt\. )?(?P<kind>{'|'.join(_KINDS)})(?:[:#]| #|)\s+(?P<number>[^()]*?\d[^()]*?|[A-Z0-9-]{{4,}})"
    r"(?:\s+\((?P<country>[^()]+)\))?(?P<rest>\s+(?:issued|expires)\b.*)?\Z"
)
_RANGE: Final = re.compile(r"(?P<first>.+?)(?: to |-)(?P<last>.+)\Z")


@dataclass(slots=True)
class Remarks:
    """What the remarks of one entry say, as far as they follow the form."""

    birth_dates: list[BirthDate] = field(default_factory=list)
    birth_places: list[Place] = field(default_factory=list)
    nationalities: list[Nationality] = field(default_factory=list)
    documents: list[ListedDocument] = field(default_factory=list)
    weak_names: list[ListedName] = field(default_factory=list)
    gender: str = ""


def read_remarks(text: str) -> Remarks:
    """Read the remarks, segment by segment."""
    found = Remarks()
    for segment in text.rstrip(". ").split("; "):
        fact, weak = _FACT.match(segment), _WEAK.match(segment)
        if fact is not None:
            _add_fact(found, fact["word"], fact["value"])
        elif weak is not None:
            kind = NameKind.FORMER if weak["word"] == "f.k.a." else NameKind.ALIAS
            found.weak_names.append(name_of_person(weak["name"], kind, Quality.LOW, split=surname_first(weak["name"])))
        else:
            _add_document(found, segment)
    return found


def surname_first(text: str) -> tuple[str, str]:
    """Take `LAST, First` apart; a name without comma has no parts."""
    surname, comma, forenames = text.partition(", ")
    return (surname, forenames) if comma else ("", "")


def birth_date(text: str) -> BirthDate:
    """Read `1975`, `Oct 1975`, `17 Oct 1975`, `circa 1960`, `1960 to 1962`, `circa 1960-1965`."""
    bare = text.removeprefix("circa ")
    plain = known(bare, written=text, approximate=bare != text)
    span = _RANGE.match(bare)
    if plain.date is None and span is not None:
        return between(span["first"], span["last"], text, "circa" if bare != text else "")
    return plain


def _add_fact(found: Remarks, word: str, value: str) -> None:
    if word == "DOB":
        found.birth_dates.append(birth_date(value))
    elif word == "POB":
        country = value.rpartition(", ")[2]
        found.birth_places.append(Place(text=value, country=country_of(country), country_text=country))
    elif word == "Gender":
        found.gender = value.lower()
    else:
        found.nationalities.append(nationality(value))


def _add_document(found: Remarks, segment: str) -> None:
    document = _DOCUMENT.match(segment)
    if document is None:
        return
    country = document["country"] or ""
    found.documents.append(
        ListedDocument(
            kind=document["kind"],
            number=document["number"].strip(),
            country=country_of(country),
            country_text=country,
            note=(document["rest"] or "").strip(),
        )
    )
