"""What is no zone is refused with the place, and never with what stands there."""

from __future__ import annotations

import pytest

from comity.core.errors import BadInput
from comity.documents.formats.mrz import read_zone
from comity.documents.records import ZoneFormat
from tests.support.zones import SPECIMENS, TODAY, exchanged, text_of

TD3 = SPECIMENS[ZoneFormat.TD3]


def refusal(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_zone(text, TODAY)
    return caught.value


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\u2039", "mrz.looks-like-filler"),
        ("\uff1c", "mrz.looks-like-filler"),
        (" ", "mrz.blank"),
        ("\u00a0", "mrz.blank"),
        ("\u2028", "mrz.blank"),
        ("\u0663", "mrz.foreign-digit"),
        ("\uff15", "mrz.foreign-digit"),
        ("\u0410", "mrz.illegal-character"),
        ("\u0391", "mrz.illegal-character"),
        ("\uff21", "mrz.illegal-character"),
        ("\x00", "mrz.illegal-character"),
        ("\x1b", "mrz.illegal-character"),
        ("\u202e", "mrz.illegal-character"),
        ("\ud800", "mrz.illegal-character"),
        (";", "mrz.illegal-character"),
        ("\u00df", "mrz.illegal-character"),
    ],
)
def test_a_character_from_outside_is_located_and_not_repeated(character: str, code: str) -> None:
    error = refusal(text_of(exchanged(TD3, 2, 15, character)))

    assert error.code == "mrz.illegal-character"
    assert [(problem.field, problem.code) for problem in error.problems] == [("$.zone line 2 column 15", code)]
    assert "ERIKSSON" not in str(error)
    assert character == " " or character not in str(error) + error.problems[0].message


def test_small_letters_are_named_for_what_they_are() -> None:
    error = refusal(text_of(TD3).lower())

    assert (error.code, error.problems[0].field) == ("mrz.lower-case", "$.zone line 1 column 1")
    assert "Caps Lock" in error.remedy


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (text_of((TD3[0][:-1], TD3[1])), ["$.zone line 1"]),
        (text_of((TD3[0][:-1], TD3[1] + "<")), ["$.zone line 1", "$.zone line 2"]),
        (text_of((*TD3, TD3[1])), ["$.zone line 1", "$.zone line 2", "$.zone line 3"]),
        (TD3[1], ["$.zone"]),
        (TD3[0] + TD3[1][:-2], ["$.zone line 1"]),
        ("<", ["$.zone line 1"]),
        ("\n".join(SPECIMENS[ZoneFormat.TD1][:2]), ["$.zone line 1", "$.zone line 2"]),
    ],
)
def test_a_wrong_length_is_told_line_by_line(text: str, places: list[str]) -> None:
    error = refusal(text)

    assert error.code == "mrz.line-length"
    assert [problem.field for problem in error.problems] == places


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "mrz.empty"), (" \r\n\t ", "mrz.empty"), ("A" * 10_240, "mrz.too-long"), ("\n" * 10_240, "mrz.too-long")],
)
def test_nothing_and_far_too_much_are_refused_at_once(text: str, code: str) -> None:
    assert refusal(text).code == code


def test_not_more_problems_are_told_than_a_person_reads() -> None:
    assert len(refusal("\x00" * 88).problems) == 20
