"""When an allowed name covers a field of a payload."""

from __future__ import annotations

import pytest

from comity.agreements.fields import all_covered, is_covered, missing_from

ALLOWED = frozenset({"documents", "person.birth_date", "reason"})


@pytest.mark.parametrize(
    ("name", "covered"),
    [
        ("documents", True),
        ("documents.number", True),
        ("documents.number.part.of.it", True),
        ("person.birth_date", True),
        ("person.birth_date.year", True),
        ("reason", True),
        ("person", False),
        ("person.surnames", False),
        ("documentsx", False),
        ("reasons.text", False),
        ("", False),
        (".", False),
        ("." * 1_000_000, False),
    ],
)
def test_an_allowed_name_covers_what_lies_below_it_and_nothing_above(name: str, covered: bool) -> None:
    assert is_covered(name, ALLOWED) is covered
    assert all_covered(frozenset({name, "reason"}), ALLOWED) is covered


def test_a_mandatory_field_is_there_when_anything_of_it_is() -> None:
    mandatory = frozenset({"alert.id", "place", "identity"})

    assert missing_from(frozenset({"alert.id", "identity.names", "placement"}), mandatory) == ("place",)
