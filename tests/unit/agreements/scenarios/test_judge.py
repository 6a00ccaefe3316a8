"""Scenarios answered: the files with expectations, and what must hold whatever a row says."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.law.compile import house_rulebook
from comity.agreements.rulebook import Rulebook
from comity.agreements.scenarios import Row, judge, read_scenarios, score
from comity.core.time import parse_instant

OWN = Path(__file__).parents[3] / "scenario" / "law" / "scenarios.csv"


def a_row(**parts: object) -> Row:
    row = Row(
        id="A",
        agreement="schengen-sis",
        at=parse_instant("2026-03-01T10:00:00Z"),
        party="FRA",
        role="police",
        operation="query",
        purpose="police_check",
        category="ARR",
        facts={},
    )
    return msgspec.structs.replace(row, **parts)


def test_every_scenario_that_was_read_out_of_the_law_apart_from_the_rules_comes_out() -> None:
    rows = read_scenarios(OWN.read_bytes())

    scored = score(rows, [judge(row) for row in rows])

    assert scored is not None
    assert scored.misses == ()
    assert scored.rows >= 80


def test_the_scenarios_of_the_handbook_come_out_on_outcome_reason_and_due(comity_data: Path) -> None:
    rows = read_scenarios((comity_data / "data" / "law" / "scenarios.csv").read_bytes())

    scored = score(rows, [judge(row) for row in rows])

    assert scored is not None
    assert (scored.matched, scored.rows) == (42, 42)


def test_the_order_of_rules_does_not_change_an_answer() -> None:
    rows = read_scenarios(OWN.read_bytes())
    rules = list(house_rulebook().rules)
    random.Random(7).shuffle(rules)
    shuffled = Rulebook(tuple(rules))

    assert [judge(row, shuffled) for row in rows] == [judge(row) for row in rows]


def test_ids_and_order_of_rows_do_not_matter() -> None:
    rows = read_scenarios(OWN.read_bytes())

    for row in rows:
        renamed = judge(msgspec.structs.replace(row, id="other"))
        assert msgspec.structs.replace(renamed, id=row.id) == judge(row)


def _camel(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(word.title() for word in rest)


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda row: {"role": row.role.upper(), "operation": row.operation.replace("_", "-")},
        lambda row: {"role": row.role.replace("_", " ").title(), "operation": _camel(row.operation)},
        lambda row: {"category": row.category.lower(), "purpose": row.purpose.replace("_", " ").capitalize()},
        lambda row: {"category": row.category.replace("-", "_"), "agreement": row.agreement.replace("-", "_").upper()},
        lambda row: {"facts": {_camel(key): value for key, value in row.facts.items()}},
        lambda row: {"facts": {key.replace("_", "-").upper(): value for key, value in row.facts.items()}},
    ],
)
def test_the_spelling_of_a_row_does_not_change_its_answer(rewrite: Callable[[Row], dict[str, object]]) -> None:
    for row in read_scenarios(OWN.read_bytes()):
        assert judge(msgspec.structs.replace(row, **rewrite(row))) == judge(row), row.id


def test_what_no_rule_allows_is_denied() -> None:
    verdict = judge(a_row(operation="fly_to_the_moon", category=""))

    assert (verdict.outcome, verdict.reason_code) == ("deny", "OUT_OF_SCOPE")
    assert verdict.rules == ()


def test_all_reasons_are_told_the_strictest_first() -> None:
    verdict = judge(a_row(party="IRL", role="vehicle_registration", category="REF"))

    assert verdict.outcome == "deny"
    assert verdict.reasons[0] == "NOT_BOUND"
    assert "ROLE_NOT_AUTHORISED" in verdict.reasons


def test_a_fact_that_no_rule_knows_is_told_and_changes_nothing() -> None:
    verdict = judge(a_row(facts={"weather_on_mars": True, "issuer": 7}))

    assert verdict.outcome == "allow"
    assert verdict.unread == ("issuer", "weather_on_mars")


def test_a_limit_that_no_rule_knows_is_reckoned_as_it_is_stated() -> None:
    facts = {"start": "2026-01-31", "limit": "P1M", "clock": "calendar"}

    late = judge(a_row(operation="some_other_duty", category="", facts=facts))
    keeping = judge(a_row(agreement="x", operation="review", category="", facts=facts, party="JPN"))

    assert (late.outcome, late.reason_code, late.due) == ("overdue", "DEADLINE_BREACHED", "2026-02-28")
    assert (keeping.outcome, keeping.reason_code, keeping.due) == ("delete", "REVIEW_EXPIRED", "2026-02-28")


def test_law_of_another_day_answers_a_question_of_that_day() -> None:
    before = judge(a_row(party="CYP", at=parse_instant("2023-07-24T23:59:59.999999Z")))
    after = judge(a_row(party="CYP", at=parse_instant("2023-07-25T00:00:00Z")))

    assert (before.outcome, before.reason_code) == ("deny", "NOT_BOUND")
    assert after.outcome == "allow"


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_FACT_NAMES = ["start", "limit", "clock", "existing", "queue", "fields", "age", "issuer", "consulted", "received"]


@given(
    st.dictionaries(st.sampled_from(_FACT_NAMES) | st.text(max_size=8), _json, max_size=6),
    st.sampled_from(["enter", "review", "reply", "order_queue", "hit_follow_up", "query", "x"]),
    st.sampled_from(["", "REF", "MIS-N", "OBJ", "?"]),
)
def test_no_content_of_a_row_raises(facts: dict[str, object], operation: str, category: str) -> None:
    verdict = judge(a_row(facts=facts, operation=operation, category=category))

    assert verdict.outcome
    assert verdict.basis


@pytest.mark.parametrize("party", ["AUT", "DEU", "CHE", "LIE"])
def test_union_law_says_the_same_to_every_bound_state(party: str) -> None:
    verdict = judge(a_row(party=party, role="sirene", operation="request_flag", category="OBJ"))

    assert (verdict.outcome, verdict.reason_code) == ("deny", "NOT_FLAGGABLE")
