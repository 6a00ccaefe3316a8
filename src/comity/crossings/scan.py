"""One field for whatever comes: what a scanned or typed text is taken for, and the question that makes.

A text that can be two things is searched as both; the result page says so, and the officer can name the one meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from comity.alerts.identifiers import has_container_digit
from comity.core.errors import BadInput
from comity.core.text import clean_text
from comity.crossings.asking import ScanKind, Thing, ThingKind
from comity.crossings.records import Check, Document, Identity

FIELD: Final = "$.scan"

_BREAKS: Final = re.compile(r"[\t\n]+")
_GAPS: Final = re.compile(r"[\s./-]+")
_CONTAINER: Final = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}\Z")
# A year alone counts as one behind a comma or semicolon only: `AB 1980` is a plate.
_ISO_DATE: Final = re.compile(r"(?:[;,\s]\s*([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)|[;,]\s*([0-9]{4}))\s*\Z")
_DOTTED_DATE: Final = re.compile(r"[;,\s]\s*([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\s*\Z")
_LONGEST_PLATE: Final = 8
_SHORTEST_NUMBER: Final = 5
_THINGS: Final = {ScanKind.PLATE: ThingKind.PLATE, ScanKind.CONTAINER: ThingKind.CONTAINER}


@dataclass(frozen=True, slots=True)
class Scan:
    """A question with the scanned text put where it belongs, and what the text was taken for, the likelier first."""

    check: Check
    taken_as: tuple[ScanKind, ...]


def with_scan(check: Check) -> Scan:
    """Return the check with its scanned text as zone, document, thing or name; the text itself is not kept.

    Raises BadInput `crossing.scan-empty`, `crossing.scan-date`, `crossing.scan-conflict` where the place that the
    text is meant for holds something typed already, and what `clean_text` raises.
    """
    if check.scan is None:
        return Scan(check, ())
    text = clean_text(check.scan.replace("\r", "\n"), FIELD, may_be_empty=True)
    if not text:
        raise BadInput("crossing.scan-empty", "Nothing was scanned or typed.", field=FIELD)
    kinds = (check.taken_as,) if check.taken_as else kinds_of(text)
    asked = msgspec.structs.replace(check, scan=None, taken_as=None)
    for kind in kinds:
        asked = _put(asked, kind, text)
    return Scan(asked, kinds)


def kinds_of(text: str) -> tuple[ScanKind, ...]:
    """Say what a text can be, the likelier first; never more than two."""
    if "<" in text:
        return (ScanKind.ZONE,)
    if "," in text or not any(character.isdigit() for character in _without_date(text)):
        return (ScanKind.NAME,)
    number = _GAPS.sub("", text).upper()
    if _CONTAINER.match(number):
        return (ScanKind.CONTAINER,) if has_container_digit(number) else (ScanKind.DOCUMENT, ScanKind.CONTAINER)
    has_letters = any(character.isalpha() for character in number)
    if not has_letters or len(number) > _LONGEST_PLATE:
        return (ScanKind.DOCUMENT,)
    if len(number) < _SHORTEST_NUMBER:
        return (ScanKind.PLATE,)
    parted = len(number) < len(text)
    return (ScanKind.PLATE, ScanKind.DOCUMENT) if parted else (ScanKind.DOCUMENT, ScanKind.PLATE)


def _put(check: Check, kind: ScanKind, text: str) -> Check:
    line = _BREAKS.sub(" ", text)
    if kind is ScanKind.ZONE:
        _require(free=check.zone is None)
        return msgspec.structs.replace(check, zone=text)
    if kind is ScanKind.NAME:
        typed = check.identity
        _require(free=not (typed.surnames or typed.forenames))
        return msgspec.structs.replace(check, identity=_named(typed, line))
    if kind is ScanKind.DOCUMENT:
        _require(free=check.document is None and check.zone is None)
        return msgspec.structs.replace(check, document=Document(number=line))
    return msgspec.structs.replace(check, things=(*check.things, Thing(kind=_THINGS[kind], number=line)))


def _require(*, free: bool) -> None:
    if not free:
        raise BadInput(
            "crossing.scan-conflict",
            "The one field and the detailed form hold the same thing.",
            field=FIELD,
            remedy="Clear one of them.",
        )


def _named(typed: Identity, line: str) -> Identity:
    """Read `surnames, forenames; date of birth`; a date typed in its own field stands."""
    born, name = _birth_date(line), _without_date(line)
    surnames, _, forenames = name.partition(",")
    if any(character.isdigit() for character in name):
        raise BadInput(
            "crossing.scan-date",
            "A name holds no digits, and a date of birth at its end is written 1980-02-03 or 3.2.1980.",
            field=FIELD,
            remedy="Write `surnames, forenames; 1980-02-03`.",
        )
    return msgspec.structs.replace(
        typed,
        surnames=surnames.strip(" ;,"),
        forenames=forenames.strip(" ;,") or None,
        birth_date=typed.birth_date or born,
    )


def _birth_date(line: str) -> str | None:
    if dotted := _DOTTED_DATE.search(line):
        day, month, year = dotted.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    found = _ISO_DATE.search(line)
    return found[1] or found[2] if found else None


def _without_date(line: str) -> str:
    """Return a name without the date of birth at its end; a text that is nothing but a date stays."""
    for pattern in (_DOTTED_DATE, _ISO_DATE):
        if (found := pattern.search(line)) and any(character.isalpha() for character in line[: found.start()]):
            return line[: found.start()]
    return line
