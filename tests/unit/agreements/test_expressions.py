"""Conditions: what may be written, what is refused with its place, and that they are two-valued."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.expr.facts import gather, read_fact
from comity.agreements.expr.names import Names
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.python import compile_condition
from comity.agreements.expr.records import FactValue, Kind, names_of
from comity.core.decision import Fact
from comity.core.errors import BadInput
from comity.core.time import parse_instant

NAMES = Names(
    facts={
        "issuer": Kind.TEXT,
        "age": Kind.INT,
        "found": Kind.BOOL,
        "entered": Kind.DATE,
        "crossed": Kind.INSTANT,
        "checks": Kind.TEXTS,
    },
    lists={"serious": ("terrorism", "murder")},
)
AT = parse_instant("2026-03-01T10:00:00Z")
ALWAYS: dict[str, FactValue] = {
    "actor.party": "ITA",
    "actor.authority": "one",
    "stage": "act",
    "category": "ARR",
    "operation": "enter",
    "purpose": "police",
    "at": AT,
    "fields": (),
}


def holds(text: str, **facts: FactValue) -> bool:
    return compile_condition(parse_condition(text, NAMES))({**ALWAYS, **facts})


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("found", {"found": True}, True),
        ("found", {"found": False}, False),
        ("not found", {}, True),
        ("known(issuer) and issuer != actor.party", {"issuer": "FRA"}, True),
        ("issuer != actor.party", {"issuer": "ITA"}, False),
        ("age > 3", {"age": 3}, False),
        ("age >= 3", {"age": 3}, True),
        ("1 < age < 5", {"age": 5}, False),
        ("age in [1, 2, 3]", {"age": 2}, True),
        ("issuer in @serious", {"issuer": "murder"}, True),
        ("issuer not in @serious", {"issuer": "theft"}, True),
        ('"DIS" in checks', {"checks": ("DIS",)}, True),
        ('"DIS" not in checks', {"checks": ("SPE",)}, True),
        ('all_in(checks, ["DIS", "SPE"])', {"checks": ("DIS",)}, True),
        ('all_in(checks, ["DIS", "SPE"])', {"checks": ("DIS", "INQ")}, False),
        ("all_in(checks, @serious)", {"checks": ()}, True),
        ("any_in(checks, @serious)", {"checks": ("murder", "x")}, True),
        ("any_in(checks, @serious)", {"checks": ()}, False),
        ('entered < "2026-01-02"', {"entered": "2026-01-01"}, True),
        ('crossed <= "2026-03-01T10:00:00+01:00"', {"crossed": AT}, False),
        ("at >= crossed", {"crossed": AT}, True),
        ("days_between(entered, at) == 59", {"entered": "2026-01-01"}, True),
        ("hours_between(crossed, at) >= 12", {"crossed": AT - 12 * 3_600_000_000}, True),
        ("age(entered) == 17", {"entered": "2008-03-02"}, True),
        ("age(entered) == 18", {"entered": "2008-03-01"}, True),
        ("true or found", {}, True),
        ("unknown(sender)", {}, True),
        ("category == 'ARR' and operation in ['enter', 'change']", {}, True),
    ],
)
def test_a_condition_says_what_it_says(text: str, facts: dict[str, FactValue], expected: bool) -> None:
    assert holds(text, **facts) is expected


@pytest.mark.parametrize(
    "text",
    [
        'issuer == "x"',
        'issuer != "x"',
        "age < 3",
        "age >= 3",
        "issuer in @serious",
        "issuer not in @serious",
        '"DIS" in checks',
        '"DIS" not in checks',
        "all_in(checks, @serious)",
        "any_in(checks, @serious)",
        "days_between(entered, at) >= 0",
        "days_between(entered, at) < 0",
        "known(issuer)",
        "known(days_between(entered, at))",
    ],
)
def test_what_speaks_of_a_fact_that_is_not_asserted_is_false(text: str) -> None:
    assert holds(text) is False


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("issuer ==", "malformed", ""),
        ("wizard == 1", "unknown-name", "column 1"),
        ("found and wizard", "unknown-name", "column 11"),
        ("issuer in @nothing", "unknown-list", "column 11"),
        ("issuer", "kind", "column 1"),
        ("issuer == 1", "kind", "column 1"),
        ("issuer < 'x'", "kind", "column 1"),
        ("checks == 'x'", "kind", "column 1"),
        ("age == true", "kind", "column 1"),
        ("1 == 1", "kind", "column 1"),
        ("entered == 'yesterday'", "kind", "column 12"),
        ("crossed < entered", "kind", "column 1"),
        ("age in ['a']", "kind", "column 8"),
        ("age + 1 > 2", "not-allowed", "column 1"),
        ("issuer.upper == 'X'", "not-allowed", "column 1"),
        ("__import__('os')", "not-allowed", "column 1"),
        ("known(x for x in y)", "not-allowed", ""),
        ("[found for found in checks]", "not-allowed", "column 1"),
        ("found if found else found", "not-allowed", "column 1"),
        ("lambda: found", "not-allowed", "column 1"),
        ("age is 3", "not-allowed", "column 1"),
        ("age == 1.5", "not-allowed", "column 8"),
        ("known(issuer, age)", "not-allowed", "column 1"),
        ("known('x')", "kind", "column 1"),
        ("days_between(age, at) > 1", "kind", "column 14"),
        ("age == f'{issuer}'", "not-allowed", "column 8"),
        ("(found := found)", "not-allowed", ""),
        ("not " * 5000 + "found", "malformed", ""),
        ("(" * 500 + "found" + ")" * 500, "malformed", ""),
        ("issuer == 'ʘ'", "malformed", ""),
    ],
)
def test_anything_else_is_refused_with_its_place(text: str, code: str, column: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_condition(text, NAMES, field="$.if")

    assert caught.value.code == f"expression.{code}"
    assert caught.value.problems[0].field.startswith("$.if")
    assert column in caught.value.problems[0].field


def test_a_written_text_keeps_its_at_sign() -> None:
    assert holds("issuer == 'a@serious'", issuer="a@serious") is True


def test_the_names_that_a_condition_reads_are_told() -> None:
    condition = parse_condition(
        "known(issuer) and not days_between(entered, at) > 3 or any_in(checks, @serious)", NAMES
    )

    assert names_of(condition) == {"issuer", "entered", "at", "checks"}


def test_facts_are_read_from_text_by_their_kind() -> None:
    given_facts = {"found": "true", "age": "-3", "entered": "2026-01-01", "crossed": "2026-01-01T00:00:00Z"}

    values = [read_fact(name, raw, NAMES).value for name, raw in given_facts.items()]

    assert values == [True, -3, "2026-01-01", parse_instant("2026-01-01T00:00:00Z")]
    assert read_fact("checks", ("DIS",), NAMES).value == ("DIS",)


@pytest.mark.parametrize(("name", "raw"), [("found", "perhaps"), ("age", "1e3"), ("checks", "DIS"), ("wizard", "x")])
def test_a_fact_of_another_kind_or_name_is_refused(name: str, raw: str) -> None:
    with pytest.raises(BadInput):
        read_fact(name, raw, NAMES)


@given(st.permutations([Fact(name="age", value=3), Fact(name="age", value=4), Fact(name="issuer", value="FRA")]))
def test_a_fact_asserted_in_two_ways_is_not_known_in_any_order(facts: list[Fact]) -> None:
    assert gather(facts, NAMES.facts) == {"issuer": "FRA"}


def test_a_fact_of_another_kind_or_of_no_vocabulary_is_not_known() -> None:
    facts = [Fact(name="age", value=True), Fact(name="found", value=1), Fact(name="nobody", value=1)]
    facts += [Fact(name="entered", value="2026-02-30"), Fact(name="issuer", value=("FRA",))]

    assert gather(facts, NAMES.facts) == {}
