"""Look-alikes are named where they stand, with what they would explain, and nothing is repaired."""

from __future__ import annotations

import pytest

from comity.documents.formats.compose import compose_zone
from comity.documents.formats.mrz import read_zone
from comity.documents.records import Misreading, Part, ZoneFields, ZoneFormat
from tests.support.zones import PASSPORT, SPECIMENS, TODAY, exchanged, text_of

TD3 = SPECIMENS[ZoneFormat.TD3]


def misread(line: int, column: int, character: str) -> tuple[Misreading, ...]:
    zone = read_zone(text_of(exchanged(TD3, line, column, character)), TODAY)

    assert not zone.valid
    return zone.misreadings


@pytest.mark.parametrize(
    ("line", "column", "character", "part", "pair"),
    [
        (2, 17, "B", Part.BIRTH_DATE, "8/B"),
        (2, 18, "I", Part.BIRTH_DATE, "1/I"),
        (2, 19, "Z", Part.BIRTH_DATE, "2/Z"),
        (2, 24, "O", Part.EXPIRY_DATE, "0/O"),
        (2, 27, "S", Part.EXPIRY_DATE, "5/S"),
        (2, 10, "G", Part.NUMBER, "6/G"),
        (2, 43, "I", Part.OPTIONAL_DATA, "1/I"),
        (2, 44, "O", Part.COMPOSITE, "0/O"),
    ],
)
def test_a_letter_among_digits_is_named_with_the_digit_that_fits(
    line: int, column: int, character: str, part: Part, pair: str
) -> None:
    assert misread(line, column, character) == (
        Misreading(part=part, line=line, column=column, pair=pair, certain=True, fits=True),
    )


def test_a_letter_whose_digit_does_not_fit_is_told_so() -> None:
    (named,) = misread(2, 17, "O")

    assert (named.pair, named.fits) == ("0/O", False)


def test_a_digit_in_a_name_is_named_though_no_check_digit_covers_it() -> None:
    assert misread(1, 9, "1") == (Misreading(part=Part.NAMES, line=1, column=9, pair="1/I", certain=True, fits=None),)


@pytest.mark.parametrize(("column", "character", "pair"), [(2, "B", "8/B"), (6, "O", "0/O"), (7, "Z", "2/Z")])
def test_a_look_alike_in_the_number_is_named_where_it_explains_the_failing_digit(
    column: int, character: str, pair: str
) -> None:
    named = misread(2, column, character)

    assert Misreading(part=Part.NUMBER, line=2, column=column, pair=pair, certain=False, fits=True) in named


def test_only_what_would_make_the_digit_hold_is_offered_for_a_number() -> None:
    named = misread(2, 1, "X")

    assert all(one.fits and not one.certain for one in named)


def test_the_composite_digit_speaks_for_optional_data_without_one_of_their_own() -> None:
    fields = ZoneFields(
        **{name: getattr(PASSPORT, name) for name in ("issuer", "number", "nationality", "primary", "expiry_date")},
        format=ZoneFormat.TD2,
        document_code="I",
        optional_data=("S1",),
    )
    first, second = compose_zone(fields).split("\n")

    zone = read_zone(text_of(exchanged((first, second), 2, 29, "5")), TODAY)

    assert Misreading(part=Part.OPTIONAL_DATA, line=2, column=29, pair="5/S", certain=False, fits=True) in (
        zone.misreadings
    )


def test_a_zone_of_look_alikes_names_a_bounded_number() -> None:
    zone = read_zone("P<UTO" + "1" * 39 + "O" * 44, TODAY)

    assert len(zone.misreadings) == 20
