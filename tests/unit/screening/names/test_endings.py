"""Surnames that end otherwise by who bears them."""

from __future__ import annotations

import pytest

from comity.screening.names.endings import other_endings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nowak", "nowakowna"),
        ("zaremba", "zarembianka"),
        ("sikora", "sikorzanka"),
        ("hajek", "hajkova"),
        ("svoboda", "svobodova"),
        ("tolstoy", "tolstaya"),
        ("kazlauskas", "kazlauskaite"),
        ("petkus", "petkuviene"),
    ],
)
def test_each_form_leads_to_the_other(one: str, other: str) -> None:
    assert other in other_endings(one)
    assert one in other_endings(other)


@pytest.mark.parametrize("word", ["an", "li", "ana", ""])
def test_a_word_too_short_to_have_a_stem_has_none(word: str) -> None:
    assert other_endings(word) == ()


@pytest.mark.parametrize("word", ["nowak", "wojciechowna", "kazlauskaite", "x" * 40])
def test_only_a_few_are_looked_up_and_never_the_word_itself(word: str) -> None:
    forms = other_endings(word)

    assert word not in forms
    assert 0 < len(forms) <= 24
