"""Zones of synthetic travellers, and one character of a zone exchanged."""

from __future__ import annotations

from comity.core.time import CivilDate, PartialDate
from comity.documents.records import Sex, ZoneFields, ZoneFormat

TODAY = CivilDate("2026-11-25")

PASSPORT = ZoneFields(
    format=ZoneFormat.TD3,
    document_code="P",
    issuer="DEU",
    number="SYN123456",
    nationality="DEU",
    primary="Synthetic-Müller",
    secondary="Test Anna",
    birth_date=PartialDate("1980-02-03"),
    sex=Sex.FEMALE,
    expiry_date=CivilDate("2030-01-31"),
)
"""A German passport of a synthetic traveller."""

SPECIMENS = {
    ZoneFormat.TD3: (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ),
    ZoneFormat.TD2: (
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "D231458907UTO7408122F1204159<<<<<<<6",
    ),
    ZoneFormat.TD1: (
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ),
    ZoneFormat.MRV_A: (
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    ),
    ZoneFormat.MRV_B: (
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "L8988901C4XXX4009078F9612109<<<<<<<<",
    ),
}
"""The specimens of ICAO Doc 9303 parts 4 to 7; their holder is ICAO's own invention."""


def text_of(lines: tuple[str, ...]) -> str:
    return "\n".join(lines)


def exchanged(lines: tuple[str, ...], line: int, column: int, character: str) -> tuple[str, ...]:
    """Return the lines with another character at a place counted from 1."""
    old = lines[line - 1]
    return (*lines[: line - 1], old[: column - 1] + character + old[column:], *lines[line:])
