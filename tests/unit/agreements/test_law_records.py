"""Files of law: what loads, what is refused with a typed error, and that scenarios hold a rule to its word."""

from __future__ import annotations

import pytest

from comity.agreements.floor import floor_rules
from comity.agreements.law.compile import compile_law, rule_version
from comity.agreements.law.load import house_law, read_law
from comity.agreements.law.records import Rule
from comity.agreements.law.scenarios import run_scenario, scenario_problems
from comity.core.errors import BadInput

LAW = b"""
schema: comity-law/1
instrument: Reg (EU) 2018/1862
binds: union
applies: {from: 2021-03-01, to: null}
regime: led
confidence: verified
rules:
- id: sis-police.59.3.issuer-only
  article: '59'
  paragraph: '3'
  operations: [change, extend, delete]
  categories: '@alerts'
  if: known(issuer) and issuer != actor.party
  effect: deny
  code: ISSUER_ONLY
  due: null
  obligations: [log]
  source: 'Reg (EU) 2018/1862 Art 59(3)'
  scenarios:
  - {says: deny, at: '2026-03-01T10:00:00Z', actor: {party: ITA, role: sirene_bureau}, facts: {issuer: DEU}}
  - {says: allow, facts: {issuer: FRA}}
"""


def rule() -> Rule:
    return read_law(LAW)[0]


def test_a_rule_reads_with_the_defaults_of_its_file() -> None:
    assert (rule().instrument, rule().binds, rule().applies.start, rule().applies.end) == (
        "Reg (EU) 2018/1862",
        "union",
        "2021-03-01",
        None,
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"effect: deny", b"effect: forbid", "codec.unknown-value"),
        (b"  source: 'Reg (EU) 2018/1862 Art 59(3)'\n", b"", "codec.missing-field"),
        (b"operations: [change, extend, delete]", b"operations: [levitate]", "law.unknown-word"),
        (b"categories: '@alerts'", b"categories: '@dragons'", "law.unknown-list"),
        (b"code: ISSUER_ONLY", b"code: BECAUSE", "law.unknown-code"),
        (b"obligations: [log]", b"obligations: [pray]", "law.unknown-obligation"),
        (b"known(issuer)", b"known(wizard)", "expression.unknown-name"),
        (b"facts: {issuer: DEU}", b"facts: {wizard: FRA}", "facts.unknown"),
        (b"  - {says: allow, facts: {issuer: FRA}}\n", b"", "law.no-scenarios"),
        (LAW[LAW.index(b"  scenarios:") :], b"", "law.no-scenarios"),
        (b"binds: union", b"binds: {parties: [ITA], treaty: shiprider}", "law.binds"),
        (b"binds: union", b"binds: {parties: [ZZZ]}", "law.unknown-party-code"),
        (b"from: 2021-03-01", b"from: 2021-02-30", "law.no-such-day"),
        (b"due: null", b"due: {clock: hours, from: at}", "agreement.limit"),
        (b"due: null", b"due: {clock: hours, from: issuer, limit: PT12H}", "agreement.unknown-fact"),
        (b"schema: comity-law/1", b"schema: comity-law/9", "law.schema"),
        (b"regime: led", b"regime: led\nauthor: x", "codec.unknown-field"),
    ],
)
def test_a_wrong_rule_is_refused(old: bytes, new: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_law(LAW.replace(old, new))

    assert caught.value.code == code
    assert caught.value.problems[0].field


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(BadInput) as caught:
        read_law(LAW + LAW[LAW.index(b"- id:") :])

    assert caught.value.code == "law.duplicate"


def test_scenarios_hold_a_rule_to_its_word() -> None:
    turned = read_law(LAW.replace(b"issuer != actor.party", b"issuer == actor.party"))[0]

    assert scenario_problems(rule()) == ()
    assert [problem.code for problem in scenario_problems(turned)] == ["law.scenario-wrong"] * 2


def test_a_scenario_without_a_party_is_asked_of_one_that_is_bound() -> None:
    assert run_scenario(rule(), rule().scenarios[1]) is None
    assert run_scenario(rule(), rule().scenarios[0]) is not None


def test_the_version_of_a_rule_follows_what_it_says_and_not_its_scenarios() -> None:
    other = read_law(LAW.replace(b"[change, extend, delete]", b"[change, extend]"))[0]
    retold = read_law(
        LAW.replace(b"allow, facts: {issuer: FRA", b"allow, facts: {issuer: FRA}, note: 'x', owner: {party: FRA")
    )[0]

    assert rule_version(rule()) != rule_version(other)
    assert rule_version(rule()) == rule_version(retold)


@pytest.mark.parametrize("each", [*floor_rules(), *house_law()], ids=lambda each: each.id)
def test_every_rule_of_the_house_says_what_its_scenarios_say(each: Rule) -> None:
    assert scenario_problems(each) == ()


def test_the_law_of_the_house_compiles() -> None:
    assert len(compile_law((*floor_rules(), *house_law())).rules) == len(floor_rules()) + len(house_law())
