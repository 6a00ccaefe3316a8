"""Dotted field names, and what is left of a record for a peer."""

from __future__ import annotations

from comity.exchange.projection import field_names, project, uncovered

RECORD: dict[str, object] = {
    "person": {"names": [{"surname": "A", "given": "B"}, {"surname": "C"}], "birth_date": "1990"},
    "reason": "synthetic",
    "links": [],
    "note": None,
}


def test_names_run_through_lists_without_index() -> None:
    assert field_names(RECORD) == (
        "links",
        "note",
        "person.birth_date",
        "person.names.given",
        "person.names.surname",
        "reason",
    )


def test_a_name_opens_everything_below_it() -> None:
    assert project(RECORD, ["person"]) == {"person": RECORD["person"]}


def test_a_leaf_opens_only_itself() -> None:
    assert project(RECORD, ["person.names.surname", "note"]) == {
        "person": {"names": [{"surname": "A"}, {"surname": "C"}]},
        "note": None,
    }


def test_nothing_is_opened_by_a_name_that_only_looks_alike() -> None:
    assert project(RECORD, ["pers", "person.name", "reasons"]) == {}


def test_uncovered_names_are_those_nothing_opens() -> None:
    assert uncovered(field_names(RECORD), ["person", "note"]) == ("links", "reason")
