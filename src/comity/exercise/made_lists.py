"""Lists of the project's own, in the three formats that are read: for a demo where the real ones are not at hand.

Nobody on them exists: every surname begins with `EXERCISE`. They hold one of each thing that a listing can be: a
travel ban, an asset freeze, a person reported dead, an entry without date of birth, another State's law.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from comity.bureau.lists.formats.eu_journal import COLUMNS
from comity.bureau.lists.records import Format
from comity.exercise.lists import ListFiles

_UN_REGIMES: Final = ("Al-Qaida", "Taliban", "DRC", "Iraq", "Libya")
_UN_COUNT, _OFAC_COUNT, _EU_COUNT = 200, 300, 200
_NULL: Final = "-0- "
_SYLLABLES: Final = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "ru", "sa", "te", "vi", "zo")
_NO_DATE_EACH, _DEAD_EACH = 25, 40


def made_lists() -> ListFiles:
    """Return the files of three lists, the same on every machine."""
    return {
        Format.UN_SC: {"list": _un_list().encode()},
        Format.OFAC_SDN: _ofac_list(),
        Format.EU_JOURNAL: {"list": _eu_list().encode()},
    }


def _word(number: int) -> str:
    """Spell a number in three syllables, neighbours with different beginnings."""
    base = len(_SYLLABLES)
    return "".join(_SYLLABLES[number // base**place % base] for place in range(3))


def _surname(number: int) -> str:
    return f"EXERCISE-{_word(number * 7 + 3).upper()}{_word(number * 5 + 1).upper()}"


def _forename(number: int) -> str:
    return _word(number * 11 + 5).title()


def _born(number: int) -> str:
    return f"{1940 + number % 60}-{1 + number % 12:02}-{1 + number % 28:02}"


def _un_list() -> str:
    persons = "".join(map(_un_person, range(_UN_COUNT)))
    return f"<CONSOLIDATED_LIST><INDIVIDUALS>{persons}</INDIVIDUALS></CONSOLIDATED_LIST>\n"


def _un_person(number: int) -> str:
    born = f"<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>{_born(number)}</DATE>"
    date = f"<INDIVIDUAL_DATE_OF_BIRTH>{born}</INDIVIDUAL_DATE_OF_BIRTH>" if number % _NO_DATE_EACH else ""
    remarks = "Exercise: nobody of this kind exists."
    if not (number + 1) % _DEAD_EACH:
        remarks += " Reportedly deceased in 2020."
    return (
        f"<INDIVIDUAL><DATAID>{number + 1}</DATAID><FIRST_NAME>{_forename(number)}</FIRST_NAME>"
        f"<SECOND_NAME>{_surname(number)}</SECOND_NAME>"
        f"<UN_LIST_TYPE>{_UN_REGIMES[number % len(_UN_REGIMES)]}</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>SYN.{number + 1}</REFERENCE_NUMBER><COMMENTS1>{remarks}</COMMENTS1>{date}</INDIVIDUAL>"
    )


def _ofac_list() -> dict[str, bytes]:
    rows = [
        f'{number},"{_surname(500 + number)}, {_forename(number)}","individual","SDGT",{",".join([_NULL] * 7)},'
        f'"DOB {_born(number)[:4]}; nationality Iran."'
        for number in range(1, _OFAC_COUNT + 1)
    ]
    parts = {
        "sdn": rows,
        "alt": [f'{number},{number},"aka","{_surname(800 + number)}, Other",{_NULL}' for number in range(1, 20)],
        "add": [f'1,1,{_NULL},{_NULL},"Iran",{_NULL}'],
        "comments": ['1,"Exercise."'],
    }
    # The files end as the real ones do, which tells that they are whole.
    ends = {"comments": ""}
    return {part: "\r\n".join((*lines, ends.get(part, "\x1a"))).encode() for part, lines in parts.items()}


def _eu_list() -> str:
    written = io.StringIO(newline="")
    rows = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\n")
    rows.writeheader()
    for number in range(1, _EU_COUNT + 1):
        year, month, day = _born(number).split("-")
        rows.writerow(
            {
                "celex": "32014R0269",
                "recordId": number,
                "programKey": "EU-UKR",
                "annex": "I",
                "measure": "Asset freeze",
                "reason": "Exercise: nobody of this kind exists.",
                "schema": "Person",
                "name": f"{_forename(900 + number)} {_surname(1000 + number)}",
                "birthDate": f"{day}.{month}.{year}",
                "nationality": "Russian",
            }
        )
    return written.getvalue()
