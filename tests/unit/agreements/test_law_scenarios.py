"""Every rule of law is held to its word: in one scenario it speaks, in another it does not."""

from __future__ import annotations

from collections import Counter

import pytest

from comity.agreements.law.load import house_law
from comity.agreements.law.records import Rule
from comity.agreements.law.scenarios import scenario_problems
from comity.agreements.sourced import Confidence


@pytest.mark.parametrize("rule", house_law(), ids=lambda rule: rule.id)
def test_a_rule_says_what_its_scenarios_say(rule: Rule) -> None:
    assert scenario_problems(rule) == ()


def test_there_are_at_least_two_hundred_and_fifty_rules_each_with_a_source_and_scenarios_each_way() -> None:
    law = house_law()

    assert len(law) >= 250
    assert all(rule.source and len(rule.scenarios) >= 2 for rule in law)
    assert len({rule.id for rule in law}) == len(law)


def test_what_was_recalled_or_designed_is_marked_so() -> None:
    marks = Counter(rule.confidence for rule in house_law())

    assert marks[Confidence.VERIFIED] > marks[Confidence.FROM_MEMORY] > marks[Confidence.SYNTHETIC] > 0
    assert all("recalled" not in rule.source or rule.confidence is not Confidence.VERIFIED for rule in house_law())


def test_national_law_of_switzerland_alone_binds_nobody_else() -> None:
    alone = [rule for rule in house_law() if rule.source.startswith("SR 362.0") and rule.id.startswith("ch.")]

    assert alone
    assert all(rule.binds.parties == ("CHE",) for rule in alone if not isinstance(rule.binds, str))
    assert not [rule.id for rule in alone if isinstance(rule.binds, str)]
