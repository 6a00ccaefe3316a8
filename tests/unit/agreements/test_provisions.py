"""Provisions for the whole agreement execute: guests by host, plan and end; duties of correction; handing on."""

from __future__ import annotations

import pytest

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import answer
from comity.agreements.records import Agreement
from comity.agreements.registry import Registry, Standing
from comity.core.decision import Decision, Outcome, Question
from comity.core.time import parse_instant
from tests.support.treaties import further, sourced, treaty
from tests.unit.agreements.test_kernel import AT, QUERY, START, ask, given_facts

LAST = parse_instant("2026-12-31T23:59:59Z")
OVER = parse_instant("2027-01-01T00:00:00Z")


def hosting(host: str = "USA", guest: str = "CHE", *, directed: str = "true") -> Agreement:
    guests = f"""guests:
- id: joint
  host: {host}
  guest: {guest}
  plan: {sourced("river-2026")}
  until: {sourced("2026-12-31")}
  roles: {sourced("[police]")}
  under_host_direction: {sourced(directed)}
clauses:
"""
    return treaty(("clauses:\n", guests))


def there(**facts: str | bool) -> Question:
    stated: dict[str, str | bool] = {"host": "USA", "directed_by_host_officer": True, **facts}
    return given_facts(QUERY, **stated)


def test_guests_act_under_the_plan_that_names_them_to_its_last_moment() -> None:
    assert ask(there(), hosting(), at=LAST).permitted
    assert ask(there(plan_name="river-2026"), hosting()).permitted
    assert ask(there(), hosting(), at=OVER).codes == ("NOT_BOUND",)
    assert ask(there(plan_name="another"), hosting()).codes == ("NOT_BOUND",)


def test_officers_whom_no_plan_names_do_not_act_for_a_host() -> None:
    assert ask(there(), hosting(host="CHE", guest="USA")).codes == ("NOT_BOUND",)


def test_guests_are_directed_by_an_officer_of_the_host_unless_the_plan_says_otherwise() -> None:
    assert ask(there(directed_by_host_officer=False), hosting()).codes == ("HOST_DIRECTION",)
    assert ask(there(directed_by_host_officer=False), hosting(directed="false")).permitted


TERMS = f"""correction_terms:
  sender_demand_binds: {sourced("true")}
  block_where_deletion_harms: {sourced("true")}
  notice: {sourced("at-once")}
clauses:
"""
CORRECTION = ("clauses:\n", TERMS)


def received(operation: str, agreement: Agreement, **facts: bool) -> Decision:
    question = given_facts(QUERY, **facts)
    asked = Question(
        **{**{name: getattr(question, name) for name in question.__struct_fields__}, "operation": operation}
    )
    return answer(asked, AT, AT, Registry.of([Standing(compile_agreement(agreement), START)]))


@pytest.mark.parametrize("operation", ["correct", "block", "erase"])
def test_a_demand_of_the_sender_binds_whoever_received(operation: str) -> None:
    demanded = received(operation, treaty(CORRECTION), demanded_by_sender=True)
    unasked = received(operation, treaty(CORRECTION), demanded_by_sender=False)

    assert (demanded.outcome, demanded.effect) == (Outcome.DUTY, "obligation")
    assert "correct-on-demand" in demanded.obligations
    assert "correct-on-demand" not in unasked.obligations


def test_data_whose_deletion_would_harm_the_person_are_blocked_and_not_deleted() -> None:
    harm = received("erase", treaty(CORRECTION), would_harm_subject=True)

    assert (harm.outcome, harm.codes[0]) == (Outcome.DENY, "BLOCK_INSTEAD")
    assert "block-instead" in harm.obligations
    assert "BLOCK_INSTEAD" not in received("block", treaty(CORRECTION), would_harm_subject=True).codes


def test_who_finds_an_error_tells_the_other_party_at_once() -> None:
    found = received("find_error", treaty(CORRECTION))

    assert (found.outcome, found.codes) == (Outcome.DUTY, ("INFORM_AT_ONCE",))
    assert "inform-other-party" in found.obligations


def test_without_such_terms_there_is_no_such_duty() -> None:
    assert received("find_error", treaty()).outcome is Outcome.DENY


def test_a_clause_of_its_own_takes_the_place_of_the_general_duty() -> None:
    own = further(
        f"effect: {sourced('duty')}",
        f"obligations: {sourced('[protect-against-reliance]')}",
        operations="[find_error]",
    )

    found = received("find_error", treaty(CORRECTION, more=own))

    assert set(found.obligations) == {"log", "protect-against-reliance"}


def test_what_was_compiled_of_it_is_named_and_sourced() -> None:
    rules = compile_agreement(treaty(CORRECTION)).rules.rules

    assert {rule.id.rpartition(".")[2] for rule in rules} == {
        "correct-on-demand",
        "block-instead",
        "inform-other-party",
    }
    assert {rule.reason.basis for rule in rules} == {"Art 99"}
