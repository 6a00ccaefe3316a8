"""Text of list files: cleaned once at the door, with its script and country told."""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from importlib import resources
from typing import Final

from comity.bureau.lists.records import ListedName, NameKind, Nationality, Quality
from comity.core.codes import CODES, PartyKind
from comity.core.errors import BadInput
from comity.core.text import clean_text

MAX_FIELD: Final = 40_000
"""The longest statement of reasons in the lists at hand has under 10,000 characters."""

_SPACE: Final = re.compile(r"\s+")
_DECEASED: Final = re.compile(
    r"\breportedly\s+(?:killed|deceased|died|dead)\b|\breported\s+to\s+(?:have\s+died|be\s+deceased)"
    r"|\bconfirmed\s+(?:to\s+have\s+(?:died|been\s+killed)|deceased|dead|killed)\b"
    r"|\b(?:believed|presumed)\s+(?:to\s+have\s+died|to\s+be\s+(?:deceased|dead)|deceased|dead)\b"
    r"|status/location:\s*(?:deceased|dead)\b|\bdate\s+of\s+death\b"
    r"|(?:^|[.;\n])\s*(?:(?:died|killed|deceased)\s+(?:on|in|as\s+of|at|circa|\d)|deceased\s*(?:[.;,(]|$))",
    re.IGNORECASE,
)


def tidy(text: str, place: str) -> str:
    """Return one field as NFC on one line, single spaces; raises `BadInput` naming the place, never the value."""
    if text.isascii() and text.isprintable() and len(text) <= MAX_FIELD:
        return " ".join(text.split())
    return _SPACE.sub(" ", clean_text(_SPACE.sub(" ", text), place, MAX_FIELD, may_be_empty=True))


def prose(text: str, place: str) -> str:
    """Return a long text as NFC with its line breaks; raises `BadInput` naming the place, never the value."""
    return clean_text(text.replace("\r", "\n"), place, MAX_FIELD, may_be_empty=True)


def script_of(text: str) -> str:
    """Name the Unicode script of the first letter, in lower case; empty where there is none."""
    for character in text:
        if character.isalpha():
            return unicodedata.name(character, "unknown").partition(" ")[0].lower()
    return ""


def name_of_person(
    text: str,
    kind: NameKind,
    quality: Quality = Quality.UNSTATED,
    *,
    note: str = "",
    split: tuple[str, str] = ("", ""),
) -> ListedName:
    """Return one name; `split` is (surname, forenames) where the source tells them apart."""
    return ListedName(
        text=text,
        kind=kind,
        surname=split[0],
        forenames=split[1],
        quality=quality,
        script=script_of(text),
        note=note,
    )


def country_of(text: str) -> str | None:
    """Return the alpha-3 code of a country's name or demonym as lists write it, None where it is not known."""
    return _countries().get(_SPACE.sub(" ", text.replace("\u2019", "'")).strip(" .;,").lower())


def nationality(text: str) -> Nationality:
    """Return a nationality with its code where the text is known."""
    return Nationality(text=text, country=country_of(text))


def says_deceased(text: str) -> bool:
    """Say whether the source's remarks report the listed person's own death; that of an associate does not count."""
    return _DECEASED.search(text) is not None


def need(text: str, place: str, rule: str) -> str:
    """Return a text that must not be empty; raises `BadInput` `list.field-missing`."""
    if not text:
        raise BadInput("list.field-missing", rule, field=place)
    return text


@functools.cache
def _countries() -> dict[str, str]:
    found = {entry.name.lower(): code for code, entry in CODES.items() if entry.kind is PartyKind.STATE}
    table = resources.files("comity.bureau.lists.formats").joinpath("countries.csv").read_text("utf-8")
    found.update((row["text"], row["code"]) for row in csv.DictReader(table.splitlines()))
    return found
