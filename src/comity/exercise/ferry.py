"""Sixty travellers of a ferry that never sailed, and the alerts that wait for some of them; all synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.bureau.lists.records import DateForm, ListingEntry
from comity.core.time import CivilDate, PartialDate
from comity.core.vocabulary import Purpose
from comity.documents.formats.compose import compose_zone
from comity.documents.records import Sex, ZoneFields, ZoneFormat

TRAVELLERS: Final = 60
STATELESS: Final = "XXA"
_SURNAMES: Final = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")
_FORENAMES: Final = ("Ada", "Boris", "Clara", "Dmitri", "Elena", "Farid", "Greta", "Hamid", "Irina", "Jonas")
_ASSERTED: Final = {"proportionality": "Exercise: the reason is serious and the person is likely to travel."}


@dataclass(frozen=True, slots=True)
class Passenger:
    """Somebody in the queue, with passport."""

    surname: str
    forename: str
    born: str
    number: str
    nationality: str = STATELESS

    def zone(self) -> str:
        """Return the machine-readable zone of the passport, as a scanner types it."""
        return compose_zone(
            ZoneFields(
                format=ZoneFormat.TD3,
                document_code="P",
                issuer=self.nationality,
                number=self.number,
                nationality=self.nationality,
                primary=self.surname,
                secondary=self.forename,
                birth_date=PartialDate(self.born),
                sex=Sex.UNSPECIFIED,
                expiry_date=CivilDate("2030-01-01"),
            )
        )

    def person(self) -> dict[str, object]:
        """Return the person as an alert names them."""
        return {
            "surnames": self.surname,
            "forenames": self.forename,
            "birth_date": self.born,
            "nationalities": [self.nationality],
        }


def passenger(number: int) -> Passenger:
    """Return the passenger of this number; equal numbers give equal people."""
    surname = f"Synthetic-{_SURNAMES[number % 10]}{_SURNAMES[number // 10].lower()}"
    born = f"{1950 + number * 7 % 55}-{1 + number % 12:02}-{1 + number * 5 % 28:02}"
    return Passenger(surname, _FORENAMES[number * 3 % 10], born, f"SYNF{number:05}")


ARMED: Final = passenger(7)
CHILD: Final = Passenger("Synthetic-Linden", "Lena", "2016-05-04", "SYNF90001")
WATCHED: Final = passenger(19)
MISSING: Final = passenger(28)
BANNED: Final = passenger(33)
THIEF: Final = passenger(41)
"""Travels on a passport that was reported stolen; on the person there is nothing."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that waits for a passenger, entered under a purpose by somebody in a legal role."""

    role: str
    purpose: Purpose
    command: dict[str, object]


def alerts() -> Iterator[Waiting]:
    """Yield the alerts, each with the least that law asks of its category."""
    yield _alert(
        ("judicial_authority", Purpose.POLICE, "ARR", ("warrant_present",)),
        person=ARMED.person(),
        action="arrest_for_surrender",
        warnings=["armed"],
        offence="Exercise: robbery",
        decision_reference="EXERCISE-EAW-2",
    )
    yield _alert(
        ("judicial_authority", Purpose.POLICE, "CHI-A", ("imminent_risk",)),
        person=CHILD.person(),
        action="prevent_travel",
        case_type="parental_abduction",
        decision_reference="EXERCISE-COURT-1",
    )
    yield _alert(
        ("police", Purpose.POLICE, "DIS", ("serious_crime",)), person=WATCHED.person(), action="discreet_check"
    )
    yield _alert(
        ("police", Purpose.POLICE, "MIS-N", ("missing_reported",)), person=MISSING.person(), action="report_place"
    )
    yield _alert(
        ("migration_authority", Purpose.BORDERS, "REF", ("individual_decision",)),
        person=BANNED.person(),
        action="refuse_entry",
        ground_category="entry_ban",
        decision_reference="EXERCISE-BAN-2",
    )
    stolen = {
        "type": "issued_document",
        "document": "passport",
        "status": "stolen",
        "identifiers": [{"kind": "document_number", "value": THIEF.number, "country": STATELESS}],
    }
    yield _alert(("police", Purpose.POLICE, "OBJ", ("seizure_ground",)), objects=[stolen], action="seize")


def manifest(listed: tuple[Passenger, ...] = ()) -> list[dict[str, object]]:
    """Return the ferry's list as scanned: the passengers, a child, whoever is `listed`, and one passport misread."""
    boarded = [CHILD, *listed]
    boarded += [passenger(number) for number in range(TRAVELLERS - len(boarded))]
    zones = [each.zone() for each in boarded]
    misread = zones[-1]
    # The scanner took the 0 of the number for an O: no check digit holds, and nobody repairs it.
    zones[-1] = misread.replace("SYNF0", "SYNFO", 1)
    return [{"zone": zone} for zone in zones]


def as_listed(entry: ListingEntry, number: int) -> Passenger | None:
    """Return a passenger with name and date of birth of a list's entry.

    None where it has no whole date of birth, or a name that does not fit into a passport's zone as it is.
    """
    name = entry.names[0]
    born = next((each.date for each in entry.birth_dates if each.form is DateForm.EXACT and each.date), None)
    surname = name.surname or name.text
    plain = f"{surname} {name.forenames}".replace("-", " ").replace(" ", "")
    if born is None or len(plain) > _ROOM or not (plain.isascii() and plain.isalpha()):
        return None
    nationality = next((each.country for each in entry.nationalities if each.country), STATELESS)
    return Passenger(surname, name.forenames, born, f"SYNL{number:05}", nationality)


_ROOM: Final = 34
"""Letters that fit into the name field of a passport's zone without being cut."""


def _alert(entered: tuple[str, Purpose, str, tuple[str, ...]], **data: object) -> Waiting:
    role, purpose, category, facts = entered
    reason = {} if "objects" in data and category == "OBJ" else {"reason": "Exercise: synthetic"}
    command: dict[str, object] = {
        "category": category,
        "data": {**reason, **data},
        "grounds": {**_ASSERTED, **dict.fromkeys(facts, True)},
    }
    return Waiting(role, purpose, command)
