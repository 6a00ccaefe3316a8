"""Law on a running node: it forbids beside agreements and national law, and opens nothing that these refuse."""

from __future__ import annotations

import pytest

from comity.agreements.decide import decide
from comity.agreements.law.compile import house_rulebook
from comity.agreements.registry import Registry
from comity.core.decision import Fact, Outcome, Question, Stage
from comity.core.ids import Owner
from comity.core.time import parse_instant

NOON = parse_instant("2026-03-01T12:00:00Z")
FRENCH = Owner(party="FRA", authority="prefecture")


def ask(**parts: object) -> tuple[Outcome, tuple[str, ...]]:
    question: dict[str, object] = {
        "stage": Stage.ACT,
        "operation": "change",
        "category": "REF",
        "purpose": "borders",
        "actor": FRENCH,
        "role": "migration_authority",
        "owner": FRENCH,
        **parts,
    }
    decision = decide(Question(**question), NOON, NOON, Registry(), house_rulebook())  # type: ignore[arg-type]
    return decision.outcome, decision.codes


def test_the_authority_that_entered_an_alert_changes_it() -> None:
    outcome, _ = ask()

    assert outcome is Outcome.PERMIT


def test_another_authority_of_the_same_state_does_not_change_it_though_the_state_is_the_issuer() -> None:
    outcome, codes = ask(actor=Owner(party="FRA", authority="sirene-france"), role="sirene_bureau")

    assert outcome is Outcome.DENY
    assert codes[0] == "ISSUER_ONLY"


def test_home_gives_no_wider_view_because_a_rule_of_law_would_allow_the_act() -> None:
    outcome, codes = ask(operation="enter", role="judicial_authority")

    assert outcome is Outcome.DENY
    assert "ROLE_NOT_AUTHORISED" in codes


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (Fact(name="individual_decision", value=False), "CONDITION_UNMET"),
        (Fact(name="nationality", value="ITA"), "OUT_OF_SCOPE"),
        (Fact(name="existing_own", value=("ARR",)), "ONE_PER_STATE"),
    ],
)
def test_what_the_law_forbids_is_forbidden_at_home_too(fact: Fact, code: str) -> None:
    permitted, _ = ask(operation="enter")

    outcome, codes = ask(operation="enter", facts=(fact,))

    assert permitted is Outcome.PERMIT
    assert outcome is Outcome.DENY
    assert code in codes
