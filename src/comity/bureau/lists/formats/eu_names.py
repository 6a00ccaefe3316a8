"""Names as the annexes of the Official Journal print them: spellings, scripts and birth names in one cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comity.bureau.lists.formats.text import name_of_person, script_of
from comity.bureau.lists.records import ListedName, NameKind, Quality

_BRACKETS: Final = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)")
_LANGUAGE: Final = re.compile(r"\A(?:in )?[A-Z][a-z]+(?:ian|ish|ese|an)?(?: \w+)?:\s*")
_ALIAS: Final = re.compile(r"\A(?:a\.?k\.?a\.?|alias|also known as)\s*:?\s*", re.IGNORECASE)
_BORN: Final = re.compile(r"\A(?:born|née|nee|maiden name|before marriage)\s*:?\s*", re.IGNORECASE)
_FORMER: Final = re.compile(r"\A(?:f\.?k\.?a\.?|formerly|previously|former name)\s*:?\s*", re.IGNORECASE)
_SEVERAL: Final = re.compile(r",\s+(?:or\s+)?|\s+or\s+")
_BETWEEN_NAMES: Final = re.compile(
    "\\s*/\\s*|\\s+[\u2013\u2014]\\s+|\\s*(?:\\b(?:Russian|Belarusian|Ukrainian)\\s*:|\u0443\u043a\u0440\\.)\\s*"
)
"""Slashes, dashes, languages (the last one is the Russian short form of Ukrainian)."""
_BETWEEN_BRACKETS: Final = re.compile(r"\)\s*\(|;")
_SURNAME: Final = 3
"""Fewest letters of a surname in capitals; shorter words in capitals are initials or particles."""


def names_in(cell: str, kind: NameKind, quality: Quality) -> tuple[ListedName, ...]:
    """Return every name of a cell: parts between semicolons, what stands in brackets, spellings run together."""
    found: list[ListedName] = []
    for part in map(_balanced, _parts(cell)):
        bare = " ".join(_BRACKETS.sub(" ", part).split()).strip("() ")
        here = kind
        for spelling in _spellings(bare):
            found.append(_name(spelling, here, quality))
            # Of several spellings in one cell the first is the listed name.
            here = NameKind.ALIAS if kind is NameKind.PRIMARY else kind
        for brackets in _BRACKETS.findall(part):
            for inside in _BETWEEN_BRACKETS.split(brackets):
                found += _bracketed(inside.strip(), bare, quality)
    return tuple(dict.fromkeys(name for name in found if name.text))


def _balanced(cell: str) -> str:
    """Add the bracket that a cell lacks at its beginning or end."""
    if ")" in cell and not 0 <= cell.find("(") < cell.find(")"):
        cell = "(" + cell
    return cell + ")" * max(0, cell.count("(") - cell.count(")"))


def _name(text: str, kind: NameKind, quality: Quality, note: str = "") -> ListedName:
    if kind is NameKind.ALIAS and script_of(text) not in {"latin", ""}:
        kind = NameKind.ORIGINAL_SCRIPT
    return name_of_person(text.strip(" ,"), kind, quality, note=note)


def _parts(cell: str) -> Iterator[str]:
    """Split at semicolons outside of brackets; at every one where brackets do not pair."""
    if cell.count("(") != cell.count(")"):
        yield from map(str.strip, cell.split(";"))
        return
    depth, start = 0, 0
    for place, character in enumerate(cell):
        depth += (character == "(") - (character == ")")
        if character == ";" and depth <= 0:
            yield cell[start:place].strip()
            start = place + 1
    yield cell[start:].strip()


def _spellings(text: str) -> tuple[str, ...]:
    """Take apart names between slashes, dashes, languages or commas, and `Given SURNAME Given SURNAME`.

    Commas part only whole names, of two words or more each.
    """
    pieces = [piece for piece in _BETWEEN_NAMES.split(text) if piece]
    if len(pieces) == 1 and all(" " in piece.strip() for piece in text.split(",")):
        pieces = [piece.strip() for piece in text.split(",")]
    return tuple(name for piece in pieces for name in _run_together(piece))


def _run_together(text: str) -> tuple[str, ...]:
    """Take apart `Given Father SURNAME Given Father SURNAME`; a text that is not wholly of that shape is one name."""
    runs: list[str] = []
    open_run: list[str] = []
    for word in text.split():
        open_run.append(word)
        if word.isupper() and len(word) >= _SURNAME and len(open_run) > 1:
            runs.append(" ".join(open_run))
            open_run = []
    # Names that begin with the surname, or surnames of two words, leave a rest: nothing is taken apart then.
    return tuple(runs) if len(runs) > 1 and not open_run else (text,)


def _bracketed(inside: str, bare: str, quality: Quality) -> list[ListedName]:
    """Read what stands in brackets behind a name: another script, aliases, a birth name, or a variant of a part."""
    inside = _LANGUAGE.sub("", inside)
    if (born := _BORN.match(inside)) is not None:
        surname = inside[born.end() :].strip()
        given = " ".join(bare.split()[:-1])
        whole, sure = f"{given} {surname}".strip(), quality if given else Quality.LOW
        return [name_of_person(whole, NameKind.BIRTH, sure, split=(surname, given), note="born")]
    if (alias := _ALIAS.match(inside)) is not None:
        return [_name(each, NameKind.ALIAS, quality) for each in _SEVERAL.split(inside[alias.end() :])]
    if (former := _FORMER.match(inside)) is not None:
        return [_name(each, NameKind.FORMER, quality) for each in _SEVERAL.split(inside[former.end() :])]
    # One word is a variant of one part of the name, which stands alone for no name.
    low = quality if " " in inside else Quality.LOW
    return [_name(spelling, NameKind.ALIAS, low) for spelling in _spellings(inside.strip("() "))]
