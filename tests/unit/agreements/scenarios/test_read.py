"""Scenario files are read strictly: what is wrong is told with row and column, and nothing is answered."""

from __future__ import annotations

import pytest

from comity.agreements.scenarios import judge, read_scenarios
from comity.core.errors import BadInput
from comity.core.time import parse_instant

HEAD = "id,agreement,as_of,actor_party,actor_role,operation,purpose,category,facts"
GOOD = "A1,schengen-sis,2026-03-01T10:00:00+01:00,EL,police,query,police_check,ARR,{}"


def problems_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as refusal:
        read_scenarios(text.encode())
    return [(problem.code, problem.field) for problem in refusal.value.problems]


def test_a_row_is_read_with_its_offset_and_its_two_letter_party() -> None:
    (row,) = read_scenarios(f"{HEAD}\n{GOOD}\n".encode("utf-8-sig"))

    assert row.party == "GRC"
    assert row.at == parse_instant("2026-03-01T09:00:00Z")
    assert row.expected is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-01T10:00:00", "2026-03-01T10:00:00Z"),
        ("2026-03-01 10:00", "2026-03-01T10:00:00Z"),
        ("2026-03-01t10:00z", "2026-03-01T10:00:00Z"),
        ("2026-03-01T10:00:00+0130", "2026-03-01T08:30:00Z"),
        ("2026-03-01", "2026-03-01T00:00:00Z"),
    ],
)
def test_an_instant_without_an_offset_is_utc(written: str, meant: str) -> None:
    (row,) = read_scenarios(f"{HEAD}\n{GOOD.replace('2026-03-01T10:00:00+01:00', written)}\n".encode())

    assert row.at == parse_instant(meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("el", "GRC"), ("fra", "FRA"), ("Switzerland", "CHE"), ("UK", "GBR"), ("eu-LISA", "EUE"), ("Interpol", "XPO")],
)
def test_a_party_may_be_written_by_either_code_or_by_its_name(written: str, meant: str) -> None:
    (row,) = read_scenarios(f"{HEAD}\n{GOOD.replace('EL', written)}\n".encode())

    assert row.party == meant


def test_words_may_be_written_in_any_usual_way() -> None:
    text = GOOD.replace("EL,police,query,police_check", "el,Border Guard,Hit-Follow-Up,Police check")
    plain = GOOD.replace("EL,police,query,police_check", "GRC,border_guard,hit_follow_up,police_check")

    assert judge(read_scenarios(f"{HEAD}\n{text}\n".encode())[0]) == judge(
        read_scenarios(f"{HEAD}\n{plain}\n".encode())[0]
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (GOOD.replace("A1", ""), ("scenarios.empty", "row 2 column id")),
        (GOOD.replace("T10:00:00+01:00", "T25:00:00Z"), ("scenarios.not-an-instant", "row 2 column as_of")),
        (GOOD.replace("EL", "XX"), ("scenarios.party", "row 2 column actor_party")),
        (GOOD.replace("{}", "[]"), ("scenarios.facts", "row 2 column facts")),
        (GOOD.replace("{}", "{"), ("scenarios.facts", "row 2 column facts")),
        (GOOD.replace(",query,", ",,"), ("scenarios.empty", "row 2 column operation")),
        (GOOD + ",more", ("scenarios.cells", "row 2 column 10")),
        (f"{GOOD}\n{GOOD}", ("scenarios.duplicate", "row 3 column id")),
    ],
)
def test_a_wrong_cell_is_told_with_its_row_and_column(row: str, problem: tuple[str, str]) -> None:
    assert problems_of(f"{HEAD}\n{row}\n") == [problem]


def test_every_problem_of_a_file_is_told_at_once() -> None:
    found = problems_of(f"{HEAD}\n{GOOD.replace('{}', '[]')}\n{GOOD.replace('EL', 'ZZ').replace('A1', 'A2')}\n")

    assert [field for _, field in found] == ["row 2 column facts", "row 3 column actor_party"]


def test_a_head_with_missing_unknown_or_doubled_columns_is_refused() -> None:
    assert problems_of(HEAD.replace("facts", "notes") + "\n") == [
        ("scenarios.columns", "row 1 column facts"),
        ("scenarios.columns", "row 1 column notes"),
    ]
    assert problems_of(f"{HEAD},id\n") == [("scenarios.columns", "row 1 column id")]


def test_what_is_no_table_is_refused_with_its_place() -> None:
    assert problems_of(f'{HEAD}\n{GOOD}"x"\n"')[0][0] == "scenarios.malformed"
    with pytest.raises(BadInput) as refusal:
        read_scenarios(b"id,\xff\n")
    assert refusal.value.code == "scenarios.not-utf8"


def test_an_expectation_in_words_that_do_not_exist_is_refused() -> None:
    found = problems_of(f"{HEAD},outcome,reason_code,due\n{GOOD},maybe,NOT_BOUND,tomorrow\n")

    assert found == [
        ("scenarios.expected", "row 2 column outcome"),
        ("scenarios.expected", "row 2 column due"),
    ]
