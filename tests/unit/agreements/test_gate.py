"""The activation gate and the floor: what never activates, and what a node without provers says."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.gate import Finding, GateReport, check_gate, require_gate
from comity.agreements.load import agreement_id
from comity.agreements.prove import smt
from comity.agreements.provisions import Annex
from comity.agreements.ready import instrument_names, load_instrument
from comity.agreements.records import Agreement
from comity.agreements.signing import sign_agreement, verify_signature
from comity.agreements.vocabulary import Profile
from comity.core.errors import BadInput, Refused
from comity.core.time import Instant
from tests.support.agreements import make_test_identity
from tests.support.treaties import further, sourced, treaty


def finding(report: GateReport, name: str) -> Finding:
    return next(check.finding for check in report.checks if check.name == name)


def annex_of(parent: Agreement, **changes: object) -> Agreement:
    named = Annex(of=agreement_id(parent), lineage=parent.id)
    return msgspec.structs.replace(parent, id=f"{parent.id}-annex", annex=named, **changes)


@pytest.mark.parametrize("name", instrument_names())
def test_every_ready_agreement_passes_and_is_proved(name: str) -> None:
    report = check_gate(load_instrument(name))

    assert report.proved


@pytest.mark.parametrize(
    "more",
    [
        further(f"waives: {sourced('[non_refoulement]')}", operations="[readmit]"),
        further(f"effect: {sourced('deny')}", f"code: {sourced('OUT_OF_SCOPE')}", operations="[rescue]"),
        further(f"effect: {sourced('refer')}", operations="[protect_child]"),
        further(f"effect: {sourced('deny')}", f"code: {sourced('OUT_OF_SCOPE')}", purposes="[search_and_rescue]"),
        further(f"if: {sourced('torture_risk')}", operations="[surrender]"),
        further(f"if: {sourced('not death_penalty_assurance')}", operations="[surrender]"),
        further(f"if: {sourced('child and not best_interests_assessed')}", operations="[remove]"),
        further(f"activation: {{arrangements: {sourced('[later]')}}}", operations="[rescue]"),
        further(f"opt_outs: [{{party: CHE, since: {sourced('2024-01-01')}}}]", operations="[rescue]"),
    ],
)
def test_an_agreement_that_goes_below_the_floor_is_not_activated(more: str) -> None:
    report = check_gate(treaty(more=more), prove=False)

    assert finding(report, "floor") is Finding.FAILED
    with pytest.raises(Refused) as caught:
        require_gate(report, Profile.EXERCISE)
    assert caught.value.code == "agreement.gate"
    assert caught.value.problems[0].field.startswith("$.clauses[2]")


@pytest.mark.parametrize(
    "more",
    [
        further(operations="[readmit]"),
        further(f"if: {sourced('not torture_risk and death_penalty_assurance')}", operations="[surrender]"),
        further(operations="[rescue]"),
    ],
)
def test_an_agreement_that_keeps_the_floor_passes(more: str) -> None:
    assert finding(check_gate(treaty(more=more), prove=False), "floor") is Finding.PASSED


def test_a_prohibition_of_all_that_a_clause_permits_does_not_load() -> None:
    with pytest.raises(BadInput) as caught:
        treaty(more=further(f"effect: {sourced('deny')}", f"code: {sourced('OUT_OF_SCOPE')}"))

    assert caught.value.code == "agreement.contradiction"
    assert "$.clauses[1]" in caught.value.problems[0].field


def test_a_prohibition_as_an_exception_loads() -> None:
    more = further(f"effect: {sourced('deny')}", f"code: {sourced('OUT_OF_SCOPE')}", f"if: {sourced('urgent')}")

    assert finding(check_gate(treaty(more=more)), "contradictions") is Finding.PASSED


def test_a_prohibition_that_follows_from_a_permission_is_found_by_proof() -> None:
    ask = ("id: tell\n", f"id: tell\n  if: {sourced('quota_used > 10')}\n")
    denial = further(
        f"effect: {sourced('deny')}", f"code: {sourced('OUT_OF_SCOPE')}", f"if: {sourced('quota_used > 5')}"
    )

    report = check_gate(treaty(ask, more=denial))

    assert finding(report, "contradictions") is Finding.FAILED


def test_a_permission_that_nothing_can_meet_is_found_by_proof() -> None:
    never = ("id: tell\n", f"id: tell\n  if: {sourced('quota_used > 10 and quota_used < 5')}\n")

    assert finding(check_gate(treaty(never)), "contradictions") is Finding.FAILED


def test_an_annex_that_narrows_passes() -> None:
    parent = treaty()
    clauses = tuple(each for each in parent.clauses if each.id == "ask")

    assert check_gate(annex_of(parent, clauses=clauses), parent=parent).proved


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("roles: {value: [police]", "roles: {value: [police, border_guard]"),
        ("operations: {value: [notify]", "operations: {value: [notify, respond]"),
        ("quota_used < 100", "quota_used < 101"),
        ("purposes: {value: [police], source: 'Art 12'", "purposes: {value: [police, borders], source: 'Art 12'"),
    ],
)
def test_an_annex_that_widens_one_thing_fails(old: str, new: str) -> None:
    parent = treaty()
    wider = treaty((old, new))

    report = check_gate(annex_of(parent, clauses=wider.clauses), parent=parent)

    assert finding(report, "annex-within-parent") is Finding.FAILED


def test_an_annex_of_another_parent_fails_without_any_proof() -> None:
    parent, other = treaty(), treaty(("Synthetic treaty", "Another treaty"))

    for known in (None, other):
        report = check_gate(annex_of(parent), parent=known, prove=False)
        assert [p.code for check in report.failed for p in check.problems] == ["agreement.wrong-parent"]


def test_signatures_must_be_complete_and_right() -> None:
    agreement, (swiss, signer), (american, other) = treaty(), make_test_identity("CHE", 1), make_test_identity("USA", 2)
    own = sign_agreement(agreement_id(agreement), party="CHE", node=swiss.node, at=Instant(1), signer=signer)
    theirs = sign_agreement(agreement_id(agreement), party="USA", node=american.node, at=Instant(2), signer=other)
    one = [verify_signature(own, swiss)]

    assert finding(check_gate(agreement, signatures=one, prove=False), "signatures") is Finding.FAILED
    both = [*one, verify_signature(theirs, american)]
    assert finding(check_gate(agreement, signatures=both, prove=False), "signatures") is Finding.PASSED
    with pytest.raises(BadInput) as caught:
        verify_signature(msgspec.structs.replace(theirs, at=Instant(3)), american)
    assert caught.value.code == "signature.wrong"


def test_without_provers_a_production_node_refuses_and_one_of_exercise_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smt, "available", lambda: False)

    report = check_gate(treaty())

    assert finding(report, "no-permit-outside") is Finding.NOT_PROVED
    assert require_gate(report, Profile.EXERCISE) is report
    with pytest.raises(Refused) as caught:
        require_gate(report, Profile.PRODUCTION)
    assert caught.value.code == "agreement.not-proved"
    assert "prove" in caught.value.remedy


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ((("operations: {value: [query]", "operations: {value: [levitate]"),), "agreement.unknown-word"),
        ((("quota_used < 100", "wizard < 100"),), "expression.unknown-name"),
        (
            (("title: {value: 'Synthetic treaty', source: test,", "title: {value: 'Synthetic treaty',"),),
            "codec.missing-field",
        ),
        ((("- code: USA\n", f"- code: USA\n  bound_until: {sourced('2023-12-31')}\n"),), "agreement.ends-before-force"),
        ((("version: 1", "version: 2"),), "agreement.parent"),
    ],
)
def test_a_broken_document_is_refused_with_a_typed_error(changes: tuple[tuple[str, str], ...], code: str) -> None:
    with pytest.raises(BadInput) as caught:
        treaty(*changes)

    assert caught.value.code == code
