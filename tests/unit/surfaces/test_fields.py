"""Fields of command records: one list for flags and forms."""

from __future__ import annotations

import pytest

from comity.core.errors import BadInput
from comity.runtime.records import JobPage
from comity.surfaces.fields import Sort, assemble, fields_of, instants_of
from tests.support.sample_room import ListNotes, OpenSession, WriteNote

FIELDS = fields_of(WriteNote)


def test_every_leaf_is_listed_with_how_it_is_read() -> None:
    assert [(field.path, field.sort, field.required, field.many) for field in FIELDS] == [
        ("person.surname", Sort.TEXT, True, False),
        ("person.born", Sort.TEXT, False, False),
        ("colour", Sort.TEXT, True, False),
        ("copies", Sort.INTEGER, False, False),
        ("urgent", Sort.TRUTH, False, False),
        ("tags", Sort.TEXT, False, True),
        ("lines", Sort.JSON, False, True),
    ]
    assert [field.path for field in FIELDS[-1].items] == ["text", "weight"]
    assert [field.secret for field in fields_of(OpenSession)] == [False, True]


def test_repeated_records_come_as_numbered_leaves_and_empty_ones_are_left_out() -> None:
    given = {"lines.0.text": ["a"], "lines.1.text": [""], "lines.2.text": ["c"], "lines.2.weight": ["2"]}

    assert assemble(FIELDS, given) == {"lines": [{"text": "a"}, {"text": "c", "weight": 2}]}


def test_all_bad_fields_are_told_at_once_each_at_its_place() -> None:
    given = {"copies": ["x"], "urgent": ["maybe"], "colour": ["blue"], "lines.1.weight": ["y"], "lines.0.text": ["a"]}

    with pytest.raises(BadInput) as caught:
        assemble(FIELDS, given)

    assert {problem.field: problem.code for problem in caught.value.problems} == {
        "$.colour": "field.not-a-choice",
        "$.copies": "field.not-a-number",
        "$.urgent": "field.not-true-or-false",
        "$.lines.1.weight": "field.not-a-number",
    }


def test_what_is_empty_or_unknown_is_left_out() -> None:
    assert assemble(fields_of(ListNotes), {"after": [""], "other": ["x"]}) == {}


def test_instants_of_a_result_are_found_at_any_depth() -> None:
    assert instants_of(JobPage) == {"created_at", "updated_at"}
