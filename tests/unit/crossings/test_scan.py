"""What a text in the one field is taken for, and the question that it makes."""

from __future__ import annotations

import pytest

from comity.core.errors import BadInput
from comity.crossings.asking import ScanKind, Thing, ThingKind
from comity.crossings.records import Check, Document, Identity
from comity.crossings.scan import kinds_of, with_scan
from comity.documents import compose_zone
from tests.support.zones import PASSPORT

ZONE, NUMBER, PLATE, CONTAINER, NAME = (
    ScanKind.ZONE,
    ScanKind.DOCUMENT,
    ScanKind.PLATE,
    ScanKind.CONTAINER,
    ScanKind.NAME,
)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (compose_zone(PASSPORT), (ZONE,)),
        (compose_zone(PASSPORT).replace("\n", ""), (ZONE,)),
        ("P<D<<SYNTHETIC", (ZONE,)),
        ("SYN123456", (NUMBER,)),
        ("123456789", (NUMBER,)),
        ("4711", (NUMBER,)),
        ("SYN1234", (NUMBER, PLATE)),
        ("SY-NT 123", (PLATE, NUMBER)),
        ("AB 1980", (PLATE, NUMBER)),
        ("A 1", (PLATE,)),
        ("CSQU 305438-3", (CONTAINER,)),
        ("CSQU3054383", (CONTAINER,)),
        ("CSQU3054384", (NUMBER, CONTAINER)),
        ("Synthetic, Anna", (NAME,)),
        ("Synthetic", (NAME,)),
        ("Synthetic, Anna; 1980-02-03", (NAME,)),
        ("Synthetic 1980-02-03", (NAME,)),
        ("Synthetic, Anna 3.2.1980", (NAME,)),
        ("\u0421\u0438\u043d\u0442\u0435\u0442", (NAME,)),
    ],
)
def test_a_text_is_taken_for_what_it_looks_like(text: str, kinds: tuple[ScanKind, ...]) -> None:
    assert kinds_of(text) == kinds


def test_a_text_that_can_be_two_things_is_asked_as_both() -> None:
    scan = with_scan(Check(scan="SY-NT 123"))

    assert scan.check.document == Document(number="SY-NT 123")
    assert scan.check.things == (Thing(kind=ThingKind.PLATE, number="SY-NT 123"),)
    assert (scan.check.scan, scan.taken_as) == (None, (PLATE, NUMBER))


def test_the_officer_says_which_one_is_meant() -> None:
    scan = with_scan(Check(scan="SY-NT 123", taken_as=NUMBER))

    assert (scan.check.things, scan.taken_as) == ((), (NUMBER,))


@pytest.mark.parametrize(
    ("text", "born"),
    [("1980-02-03", "1980-02-03"), ("1980-02", "1980-02"), ("1980", "1980"), ("3.2.1980", "1980-02-03"), ("", None)],
)
def test_a_name_is_surnames_forenames_and_a_date_of_birth(text: str, born: str | None) -> None:
    scan = with_scan(Check(scan=f"Synthetic One, Test Anna; {text}"))

    assert scan.check.identity == Identity(surnames="Synthetic One", forenames="Test Anna", birth_date=born)


@pytest.mark.parametrize("text", ["Synthetic, Anna 12.4.79", "Synthetic, Anna; 3/2/1980", "Synthetic, Anna 4711"])
def test_a_date_that_can_be_read_in_two_ways_is_not_guessed(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        with_scan(Check(scan=text))

    assert refusal.value.code == "crossing.scan-date"
    assert "Synthetic" not in str(refusal.value)


def test_the_wedges_line_ends_stay_in_a_zone_and_go_elsewhere() -> None:
    first, second = compose_zone(PASSPORT).split("\n")

    assert with_scan(Check(scan=f"{first}\r{second}\r")).check.zone == f"{first}\n{second}"
    assert with_scan(Check(scan="SYN1234567\r\n")).check.document == Document(number="SYN1234567")


@pytest.mark.parametrize(
    "typed",
    [
        Check(scan="SYN1234567", document=Document(number="OTHER1")),
        Check(scan="Synthetic, Anna", identity=Identity(surnames="Other")),
    ],
)
def test_what_is_scanned_never_overwrites_what_is_typed(typed: Check) -> None:
    with pytest.raises(BadInput) as refusal:
        with_scan(typed)

    assert refusal.value.code == "crossing.scan-conflict"


def test_nothing_is_no_question() -> None:
    with pytest.raises(BadInput) as refusal:
        with_scan(Check(scan=" \r\n"))

    assert refusal.value.code == "crossing.scan-empty"
