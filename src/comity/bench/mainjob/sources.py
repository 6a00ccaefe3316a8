"""The lists and persons of the main job: the reference material where it is at hand, else made up of the same shape."""

from __future__ import annotations

import csv
import gzip
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.bench.skeleton.populace import Somebody
from comity.bureau.lists.formats.text import country_of
from comity.bureau.lists.records import Format
from comity.exercise.lists import reference_folder, reference_lists

_LISTED: Final = "yente_positives_un_untreated.csv.gz"
_UNLISTED: Final = "yente_negatives_global.csv.gz"
_MADE_UP_LISTED = 1000
_NOT_LISTED_FROM = 500_000


@dataclass(frozen=True, slots=True)
class Traveller:
    """A person as an officer would type them."""

    name: str
    born: str = ""
    nationality: str = ""

    def question(self, number: int) -> dict[str, object]:
        """Return the command of `crossing.check` on this person, with a passport that nobody seeks."""
        identity = {"surnames": self.name, "birth_date": self.born, "nationality": self.nationality}
        return {
            "direction": "entry",
            "crossing_point": "exercise-airport",
            "lane": "third-country",
            "identity": {field: value for field, value in identity.items() if value},
            "document": {"category": "passport", "country": "XXA", "number": f"NOBODY{number:06}"},
        }


@dataclass(frozen=True, slots=True)
class Sources:
    """`lists`: their files by part; `listed`: persons on the first of them; `unlisted`: persons on none."""

    real: bool
    lists: Mapping[Format, Mapping[str, bytes]]
    listed: tuple[Traveller, ...]
    unlisted: tuple[Traveller, ...]


def sources(unlisted: int) -> Sources:
    """Return the reference material (`COMITY_DATA`, or `shared` beside the project), or what stands in for it."""
    folder = reference_folder()
    if folder is None:
        return _made_up(unlisted)
    return Sources(
        real=True,
        lists=reference_lists(folder),
        listed=_persons(folder / _LISTED, None),
        unlisted=_persons(folder / _UNLISTED, unlisted),
    )


def _persons(file: Path, count: int | None) -> tuple[Traveller, ...]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        rows = itertools.islice(csv.DictReader(stream), count)
        return tuple(
            Traveller(row["full_name"], row["date_of_birth"], (country_of(row["nationality"]) or "") if count else "")
            for row in rows
        )


def _made_up(unlisted: int) -> Sources:
    people = [Somebody.numbered(number) for number in range(_MADE_UP_LISTED)]
    return Sources(
        real=False,
        lists={Format.UN_SC: {"list": _un_list(people)}, Format.OFAC_SDN: _ofac_list(people)},
        listed=tuple(Traveller(f"{each.forename} {each.surname}", each.born) for each in people),
        unlisted=tuple(_stranger(number) for number in range(unlisted)),
    )


def _stranger(number: int) -> Traveller:
    somebody = Somebody.numbered(_NOT_LISTED_FROM + number)
    return Traveller(f"Nemo{somebody.forename} Alius{somebody.surname}", somebody.born, "XXA")


def _un_list(people: list[Somebody]) -> bytes:
    persons = "".join(
        f"<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{each.forename.upper()}</FIRST_NAME>"
        f"<SECOND_NAME>{each.surname.upper()}</SECOND_NAME><UN_LIST_TYPE>Taliban</UN_LIST_TYPE>"
        f"<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>{each.born}</DATE>"
        "</INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>"
        for number, each in enumerate(people)
    )
    return f"<CONSOLIDATED_LIST><INDIVIDUALS>{persons}</INDIVIDUALS></CONSOLIDATED_LIST>".encode()


def _ofac_list(people: list[Somebody]) -> dict[str, bytes]:
    null = "-0- "
    rows = [
        f'{number},"{each.surname.upper()}, {each.forename}","individual","SDGT",{",".join([null] * 7)},'
        f'"DOB {each.born[:4]}; nationality Iran."'
        for number, each in enumerate(people, 1)
    ]
    parts = {
        "sdn": rows,
        "alt": [f'1,1,"aka","SYNTHETIC, Alias",{null}'],
        "add": [f'1,1,{null},{null},"Iran",{null}'],
        "comments": ['1,"Synthetic."'],
    }
    # The files end as the real ones do, which tells that they are whole.
    ends = {"comments": ""}
    return {part: "\r\n".join((*lines, ends.get(part, "\x1a"))).encode() for part, lines in parts.items()}
