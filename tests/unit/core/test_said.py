"""Sentences with values: the two stay apart, and read as one."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.errors import BadInput, Conflict, FieldProblem, Refused, problem_at
from comity.core.said import Said, say


@given(st.text())
def test_a_value_stands_in_its_place_whatever_it_holds(value: str) -> None:
    said = say("Choose one of: %(known)s.", known=value)

    assert str(said) == f"Choose one of: {value}."
    assert said.template == "Choose one of: %(known)s."


@pytest.mark.parametrize(("template", "values"), [("At most %(most)s.", {}), ("At most.", {"most": 1})])
def test_a_place_without_value_and_a_value_without_place_are_mistakes(template: str, values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"At most"):
        say(template, **values)


def test_an_error_says_the_whole_sentence_and_keeps_its_parts() -> None:
    error = BadInput("list.too-long", say("At most %(most)s.", most=3), field="$.lines", remedy="Send fewer.")

    assert str(error) == "At most 3. (at $.lines)"
    assert error.words == Said("At most %(most)s.", {"most": "3"})
    assert error.problems == (problem_at("$.lines", "list.too-long", say("At most %(most)s.", most=3)),)
    assert error.remedy == "Send fewer."


def test_a_remedy_may_hold_values_too() -> None:
    error = Conflict("list.taken", "Taken.", remedy=say("Choose one of: %(known)s.", known="a, b"))

    assert error.remedy == "Choose one of: a, b."
    assert error.remedy_words == Said("Choose one of: %(known)s.", {"known": "a, b"})
    assert Refused("x.y", "No.").remedy_words == Refused.default_remedy


def test_a_plain_problem_is_written_as_before() -> None:
    written = msgspec.json.encode(problem_at("$.a", "text.empty", "Text is missing."))

    assert written == b'{"field":"$.a","code":"text.empty","message":"Text is missing."}'
    assert msgspec.json.decode(written, type=FieldProblem).said is None
