"""Numbers one slip of reading away: of every kind, whatever was misread, the right one is among them."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from comity.alerts.identifiers import compared, is_well_formed
from comity.alerts.misread import LONGEST, near_numbers
from comity.alerts.objects import IdentifierKind as Id
from comity.core.time import CivilDate
from comity.screening.objects import object_relation, probe_keys
from comity.screening.records import DocumentRelation, Near, Probe, SubjectObject

DIGITS, LETTERS = string.digits, string.ascii_uppercase
ANY = DIGITS + LETTERS
VIN = "".join(each for each in ANY if each not in "IOQ")


def _text(alphabet: str, low: int, high: int | None = None) -> st.SearchStrategy[str]:
    return st.text(alphabet=alphabet, min_size=low, max_size=high or low)


def _completed(
    kind: Id, body: st.SearchStrategy[str], alphabet: str, place: int | None = None
) -> st.SearchStrategy[str]:
    """Return numbers whose check character is put in at a place (at the end where none is named)."""

    def with_digit(text: str) -> str:
        at = len(text) if place is None else place
        return next(whole for one in alphabet if is_well_formed(kind, whole := text[:at] + one + text[at:]))

    return body.map(with_digit)


OWNERS = st.tuples(_text(LETTERS, 3), st.sampled_from("UJZ"), _text(DIGITS, 6)).map("".join)
NUMBERS = {
    Id.VIN: _completed(Id.VIN, st.tuples(st.sampled_from(VIN), _text(VIN, 15)).map("".join), DIGITS + "X", 8),
    Id.PLATE: _text(ANY, 1, 12),
    Id.REGISTRATION: _text(ANY, 2, 10),
    Id.SERIAL: _text(ANY, 1, 20),
    Id.HULL: _text(ANY, 8, 15),
    Id.BOAT_NAME: _text(ANY, 1, 20),
    Id.MMSI: _text(DIGITS, 9),
    Id.IMO: _completed(Id.IMO, _text(DIGITS, 6), DIGITS),
    Id.CONTAINER_NUMBER: _completed(Id.CONTAINER_NUMBER, OWNERS, DIGITS),
    Id.DOCUMENT_NUMBER: _text(ANY, 1, 15),
    Id.NOTE_SERIAL: _text(ANY, 8, 12),
    Id.IMEI: _completed(Id.IMEI, _text(DIGITS, 14), DIGITS),
    Id.CARD_NUMBER: _completed(Id.CARD_NUMBER, _text(DIGITS, 11, 18), DIGITS),
}


def slips(number: str) -> st.SearchStrategy[str]:
    """Draw what a reader may make of a number: one character taken for another, or two neighbours exchanged."""
    places = st.integers(0, len(number) - 1)
    taken = st.tuples(places, st.sampled_from(ANY)).map(lambda at: number[: at[0]] + at[1] + number[at[0] + 1 :])
    if len(number) == 1:
        return taken
    turned = st.integers(0, len(number) - 2).map(
        lambda at: number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    )
    return taken | turned


@given(st.sampled_from(tuple(Id)), st.data())
def test_the_right_number_is_among_those_one_slip_away_from_what_was_read(kind: Id, data: st.DataObject) -> None:
    right = data.draw(NUMBERS[kind])
    read = data.draw(slips(right))
    assume(read != right)

    near = near_numbers(kind, read)

    assert right in near
    assert read not in near
    assert all(is_well_formed(kind, one) and compared(one) == one for one in near)


@given(st.sampled_from((Id.IMEI, Id.CARD_NUMBER)), st.data())
def test_a_number_whose_check_digit_is_right_was_not_misread_in_one_character(kind: Id, data: st.DataObject) -> None:
    right = data.draw(NUMBERS[kind])

    near = near_numbers(kind, right)

    assert all(sorted(one) == sorted(right) for one in near)


@given(st.sampled_from(tuple(Id)), st.text(max_size=40))
@example(Id.SERIAL, "A" * (LONGEST + 1))
@example(Id.PLATE, "\u00df")
def test_nothing_that_can_be_written_is_too_odd_to_be_asked_about(kind: Id, text: str) -> None:
    near = near_numbers(kind, text)

    assert len(near) <= LONGEST * len(ANY)
    assert (near == ()) or 0 < len(compared(text)) <= LONGEST


@pytest.mark.parametrize(
    ("held", "relation"),
    [
        ({"number": "AB-1"}, DocumentRelation.EXACT),
        ({"number": "AB-2"}, DocumentRelation.NEAR),
        ({"number": "ab 2", "country": "UTO"}, DocumentRelation.NEAR),
        ({"number": "AB-2", "country": "XXA"}, DocumentRelation.NONE),
        ({"number": "AB-2", "kind": "plate"}, DocumentRelation.NONE),
        ({"number": "AB-22"}, DocumentRelation.NONE),
        ({"number": "AB-11", "last": "AB-19"}, DocumentRelation.NONE),
    ],
)
def test_a_near_number_is_found_and_told_apart(held: dict[str, str], relation: DocumentRelation) -> None:
    thing = SubjectObject(**{"kind": "serial", **held})
    asked = SubjectObject(kind="serial", number="AB1", country="")
    near = Near(kind="serial", numbers=near_numbers(Id.SERIAL, "AB1"), country="UTO")
    probe = Probe(on=CivilDate("2026-11-25"), objects=(asked,), near=(near,))

    assert object_relation(probe, [thing]) is relation
    assert (f"obj:{thing.kind}:{compared(thing.number)}" in probe_keys(probe)) or relation is DocumentRelation.NONE


def test_kinds_with_a_check_digit_have_few_numbers_near() -> None:
    misread = {Id.IMEI: "490154203237519", Id.CONTAINER_NUMBER: "CSQU3054384", Id.IMO: "9074728"}

    assert all(0 < len(near_numbers(kind, number)) < 20 for kind, number in misread.items())
