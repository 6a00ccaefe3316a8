"""Names of fields in a payload, and the projection."""

from __future__ import annotations

from comity.agreements.fields import field_names, project

PAYLOAD = {
    "person": {"surnames": "Test", "forenames": None, "aliases": [], "birth_date": "1980"},
    "documents": [{"number": "T1", "issued": None}],
    "reason": "synthetic",
    "offence": "",
    "free_movement": False,
    "empty": {},
}


def test_fields_are_named_to_the_second_level_and_empty_ones_not_at_all() -> None:
    assert field_names(PAYLOAD) == ("documents", "free_movement", "person.birth_date", "person.surnames", "reason")


def test_a_projection_leaves_out_what_may_not_pass() -> None:
    kept = project(PAYLOAD, ("person.surnames", "person.forenames", "documents", "offence"))

    assert kept == {"person": {"surnames": "Test"}, "documents": PAYLOAD["documents"]}


def test_a_projection_on_all_its_fields_names_the_same_fields() -> None:
    assert field_names(project(PAYLOAD, field_names(PAYLOAD))) == field_names(PAYLOAD)
    assert project(PAYLOAD, ()) == {}
