"""Identifiers of things: one form for comparing, and check digits that catch every single wrong digit."""

from __future__ import annotations

import string

from hypothesis import assume, example, given
from hypothesis import strategies as st

from comity.alerts.identifiers import (
    compared,
    has_container_digit,
    has_imo_digit,
    has_luhn_digit,
    has_vin_digit,
    is_range,
    is_well_formed,
)
from comity.alerts.objects import IdentifierKind
from comity.core.time import CivilDate
from comity.screening.normalise import normal_number
from comity.screening.objects import object_keys, object_relation, probe_keys
from comity.screening.records import DocumentRelation, Probe, SubjectObject

DIGITS = st.text(alphabet=string.digits, min_size=1, max_size=18)
OWNERS = st.tuples(st.text(alphabet=string.ascii_uppercase, min_size=3, max_size=3), st.sampled_from("UJZ")).map(
    "".join
)
NUMBERS = st.text(alphabet=string.ascii_uppercase + string.digits, min_size=1, max_size=12)
SEPARATORS = st.sampled_from(["", " ", "-", "/", "."])


@given(st.text())
@example("ß1ŉ")
def test_the_compared_form_is_its_own_form_and_the_index_agrees(text: str) -> None:
    once = compared(text)

    assert compared(once) == once
    assert normal_number(text) == once


@given(NUMBERS, SEPARATORS)
def test_separators_and_case_do_not_tell_things_apart(number: str, separator: str) -> None:
    assert compared(separator.join(number.lower())) == compared(number)


@given(DIGITS)
def test_exactly_one_luhn_digit_fits(number: str) -> None:
    assert sum(has_luhn_digit(number + digit) for digit in string.digits) == 1


@given(DIGITS, st.data())
def test_a_single_wrong_digit_breaks_a_luhn_number(number: str, data: st.DataObject) -> None:
    whole = next(number + digit for digit in string.digits if has_luhn_digit(number + digit))
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from(string.digits))
    assume(other != whole[place])

    assert not has_luhn_digit(whole[:place] + other + whole[place + 1 :])


@given(OWNERS, st.text(alphabet=string.digits, min_size=6, max_size=6))
def test_exactly_one_container_digit_fits(owner: str, serial: str) -> None:
    assert sum(has_container_digit(owner + serial + digit) for digit in string.digits) == 1


@given(st.text(alphabet=string.digits, min_size=6, max_size=6))
def test_exactly_one_imo_digit_fits(number: str) -> None:
    assert sum(has_imo_digit(number + digit) for digit in string.digits) == 1


@given(st.sampled_from(IdentifierKind), st.text(max_size=40))
def test_any_text_is_judged_without_a_failure(kind: IdentifierKind, text: str) -> None:
    assert is_well_formed(kind, text) in {True, False}


def test_known_numbers_of_the_standards_are_well_formed() -> None:
    known = {
        IdentifierKind.CONTAINER_NUMBER: "CSQU3054383",
        IdentifierKind.IMEI: "490154203237518",
        IdentifierKind.IMO: "IMO 9074729",
        IdentifierKind.CARD_NUMBER: "4111111111111111",
        IdentifierKind.MMSI: "211234560",
    }

    assert all(is_well_formed(kind, number) for kind, number in known.items())


@given(st.integers(0, 999_999), st.integers(0, 999_999), st.integers(0, 999_999))
def test_a_number_is_found_in_a_range_exactly_when_it_lies_in_it(first: int, last: int, asked: int) -> None:
    assume(first < last)
    low, high, number = (f"SY{value:06}" for value in (first, last, asked))
    held = SubjectObject(kind="document_number", number=low, last=high, country="UTO")
    probe = Probe(
        on=CivilDate("2026-11-25"), objects=(SubjectObject(kind="document_number", number=number, country="UTO"),)
    )

    found = object_relation(probe, (held,)) is DocumentRelation.EXACT

    assert is_range(low, high)
    assert found is (first <= asked <= last)
    if found:
        assert set(object_keys(held)) & set(probe_keys(probe))


@given(st.sampled_from(["plate", "vin"]), NUMBERS, SEPARATORS, st.sampled_from(["", "UTO", "XXA"]))
def test_a_thing_is_found_by_its_own_identifier_however_it_is_written(
    kind: str, number: str, separator: str, country: str
) -> None:
    held = SubjectObject(kind=kind, number=number, country="UTO")
    asked = SubjectObject(kind=kind, number=separator.join(number).lower(), country=country)
    probe = Probe(on=CivilDate("2026-11-25"), objects=(asked,))

    assert set(object_keys(held)) & set(probe_keys(probe))
    expected = {"": DocumentRelation.NUMBER, "UTO": DocumentRelation.EXACT, "XXA": DocumentRelation.NONE}
    assert object_relation(probe, (held,)) is expected[country]


@given(st.text(alphabet="ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17))
def test_exactly_one_vehicle_check_digit_fits(number: str) -> None:
    fits = [digit for digit in "0123456789X" if has_vin_digit(number[:8] + digit + number[9:])]

    assert len(fits) == 1


@given(st.sampled_from("12345"), st.text(alphabet=string.digits, min_size=16, max_size=16), st.data())
def test_a_single_wrong_digit_breaks_a_north_american_vehicle_number_and_no_other(
    region: str, rest: str, data: st.DataObject
) -> None:
    whole = next(number for digit in "0123456789X" if has_vin_digit(number := region + rest[:7] + digit + rest[8:]))
    place = data.draw(st.sampled_from([place for place in range(1, 17) if place != 8]))
    other = data.draw(st.sampled_from([digit for digit in string.digits if digit != whole[place]]))
    wrong = whole[:place] + other + whole[place + 1 :]

    assert is_well_formed(IdentifierKind.VIN, whole)
    assert not is_well_formed(IdentifierKind.VIN, wrong)
    assert is_well_formed(IdentifierKind.VIN, "W" + wrong[1:])
