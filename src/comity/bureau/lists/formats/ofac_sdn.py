"""The Specially Designated Nationals list of the United States Treasury (OFAC), in its legacy CSV form.

Four files: sdn (one row an entry), alt (names), add (addresses), comments (what did not fit into the remarks). No
header; `-0- ` stands for nothing; each file but the comments ends with the DOS end mark. Individuals are read, other
entries are counted. Source: OFAC dat_spec.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from comity.bureau.lists.formats.csv_lines import Line, ends_properly, read_lines
from comity.bureau.lists.formats.ofac_remarks import read_remarks, surname_first
from comity.bureau.lists.formats.reading import Files, Notes, Problem, Reading, ReadRow, problem_of
from comity.bureau.lists.formats.text import country_of, name_of_person, need, prose, says_deceased, tidy
from comity.bureau.lists.records import Format, ListedName, ListingEntry, NameKind, Place, Quality
from comity.core.errors import BadInput

PARTS: Final = ("sdn", "alt", "add", "comments")
Beside = TypeVar("Beside", ListedName, Place)

_COLUMNS: Final = {"sdn": 12, "alt": 5, "add": 6, "comments": 2}
_NOTHING: Final = "-0-"
_CUT: Final = 1000
"""Length at which the remarks break off and go on in the comments."""
_KINDS: Final = {"aka": NameKind.ALIAS, "fka": NameKind.FORMER, "nka": NameKind.ALIAS}
_MAX_ENTRY_NUMBER: Final = 12


@dataclass(slots=True)
class _Parts:
    """The lines of each file but sdn by entry number, and what went wrong."""

    lines: Mapping[str, Mapping[str, list[Line]]]
    problems: list[Problem] = field(default_factory=list)


def read(files: Files) -> Reading:
    """Read the whole list; see `Reader`. Raises `BadInput` `list.other-format` where no row is one of this list."""
    parts = _Parts({name: defaultdict(list) for name in PARTS[1:]})
    main = list(_lines(files, "sdn", parts.problems))
    for name in PARTS[1:]:
        for line in _lines(files, name, parts.problems):
            parts.lines[name][line.fields[0].strip()].append(line)
    if not main:
        raise BadInput("list.other-format", "No row has the twelve fields of this list.", field="sdn")
    rows: list[ReadRow] = []
    skipped = 0
    for line in main:
        if _value(line, 2).lower() != "individual":
            skipped += 1
            continue
        try:
            rows.append(_row(line, parts))
        except BadInput as error:
            parts.problems.append(problem_of(error, f"sdn {line.place}", _number(line)))
    _report_orphans(parts, {line.fields[0].strip() for line in main})
    complete = all(ends_properly(files[name], dos_end=name != "comments") for name in PARTS)
    return Reading(tuple(rows), tuple(parts.problems), skipped, complete)


def _lines(files: Files, name: str, problems: list[Problem]) -> list[Line]:
    good: list[Line] = []
    for line in read_lines(files[name], _COLUMNS[name]):
        if isinstance(line, Line):
            good.append(line)
        else:
            problems.append(Problem(f"{name} {line.place}", line.rule))
    return good


def _report_orphans(parts: _Parts, known: set[str]) -> None:
    for name, by_entry in parts.lines.items():
        for number, lines in by_entry.items():
            if number not in known:
                parts.problems += [Problem(f"{name} {line.place}", "ofac.no-such-entry") for line in lines]


def _row(line: Line, parts: _Parts) -> ReadRow:
    number = _number(line)
    if number is None:
        raise BadInput("ofac.entry-number", "An entry's number has up to 12 digits.", field="column 1")
    beside = {name: by_entry.get(number, []) for name, by_entry in parts.lines.items()}
    notes = Notes("", number)
    entry = _entry(line, number, beside, notes)
    parts.problems += notes.problems
    raw = b"\n".join([line.raw, *(each.raw for lines in beside.values() for each in lines)])
    return ReadRow(f"sdn {line.place}", entry, raw)


def _entry(line: Line, number: str, beside: Mapping[str, list[Line]], notes: Notes) -> ListingEntry:
    """Read one individual; names and addresses that cannot be read are noted and left out, so that it stays found."""
    remarks = prose(_value(line, 11), "column 12")
    if beside["comments"] and len(line.fields[11]) >= _CUT:
        remarks += "".join(prose(each.fields[1], "comments column 2") for each in beside["comments"])
    aliases = _beside(beside["alt"], "alt", _alias, notes)
    addresses = _beside(beside["add"], "add", _address, notes)
    said = read_remarks(remarks)
    name = need(tidy(_value(line, 1), "column 2"), "column 2", "An entry needs a name.")
    primary = name_of_person(name, NameKind.PRIMARY, Quality.GOOD, split=surname_first(name))
    title = tidy(_value(line, 4), "column 5")
    return ListingEntry(
        source=Format.OFAC_SDN,
        source_id=number,
        reference=number,
        regimes=_regimes(line),
        names=(primary, *aliases, *said.weak_names),
        birth_dates=tuple(said.birth_dates),
        birth_places=tuple(said.birth_places),
        nationalities=tuple(said.nationalities),
        documents=tuple(said.documents),
        addresses=tuple(place for place in addresses if place.text),
        titles=(title,) if title else (),
        gender=said.gender,
        deceased=says_deceased(remarks),
        remarks=remarks,
    )


def _regimes(line: Line) -> tuple[str, ...]:
    programmes = tidy(_value(line, 3), "column 4").replace("[", "").split("]")
    found = tuple(programme.strip() for programme in programmes if programme.strip())
    if not found:
        raise BadInput("list.field-missing", "An entry needs its programme.", field="column 4")
    return found


def _beside(lines: list[Line], file: str, read: Callable[[Line], Beside], notes: Notes) -> tuple[Beside, ...]:
    found = []
    for line in lines:
        try:
            found.append(read(line))
        except BadInput as error:
            notes.add(error, f"{file} {line.place}")
    return tuple(found)


def _alias(line: Line) -> ListedName:
    kind = _value(line, 2).lower()
    if kind not in _KINDS:
        raise BadInput("ofac.alias-kind", "A name is aka, fka or nka.", field="column 3")
    name = need(tidy(_value(line, 3), "column 4"), "column 4", "A name is needed.")
    remark = tidy(_value(line, 4), "column 5")
    note = "; ".join(part for part in ("now known as" if kind == "nka" else "", remark) if part)
    return name_of_person(name, _KINDS[kind], Quality.GOOD, note=note, split=surname_first(name))


def _address(line: Line) -> Place:
    street, city, country, note = (tidy(_value(line, column), f"column {column + 1}") for column in (2, 3, 4, 5))
    text = ", ".join(part for part in (street, city, country) if part)
    return Place(text=text, country=country_of(country), country_text=country, note=note)


def _number(line: Line) -> str | None:
    number = line.fields[0].strip()
    return number if number.isascii() and number.isdigit() and len(number) <= _MAX_ENTRY_NUMBER else None


def _value(line: Line, column: int) -> str:
    text = line.fields[column].strip()
    return "" if text == _NOTHING else text
