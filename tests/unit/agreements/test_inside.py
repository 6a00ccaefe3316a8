"""Agreements between the authorities inside one party: they narrow what law opens at home, and never widen it."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import decide
from comity.agreements.gate import check_gate
from comity.agreements.law.compile import house_rulebook
from comity.agreements.load import agreement_id
from comity.agreements.looks import Looks
from comity.agreements.prove import smt
from comity.agreements.records import Agreement
from comity.agreements.registry import Departure, Pause, Registry, Standing
from comity.core.decision import Decision, Fact, Outcome, Question, Stage
from comity.core.errors import BadInput
from comity.core.ids import Owner
from comity.core.time import DAY_US, CivilDate, Instant, start_of_day
from tests.support.agreements import schengen
from tests.support.inside import clause, inside, looks

AT = start_of_day(CivilDate("2026-03-02"))
BEGUN = start_of_day(CivilDate("2025-01-01"))


def standing(agreement: Agreement, **more: object) -> Standing:
    return Standing(compile_agreement(agreement), BEGUN, **more)  # type: ignore[arg-type]  # as named


def ask(question: Question, *stand: Standing, at: Instant = AT) -> Decision:
    return decide(question, at, at, Registry.of([*stand]), house_rulebook())


def test_without_such_an_agreement_law_alone_decides_between_authorities() -> None:
    assert ask(looks("ARR")).outcome is Outcome.PERMIT
    assert ask(looks("UNK")).outcome is Outcome.DENY


def test_it_narrows_categories_and_fields_to_what_the_authorities_agreed() -> None:
    agreed = standing(inside())

    things, wanted = ask(looks("OBJ"), agreed), ask(looks("ARR"), agreed)

    assert things.outcome is Outcome.PERMIT
    assert set(things.fields) == {"objects", "action"}
    assert set(things.codes) >= {"NATIONAL_BASIS", "BOUND_AND_AUTHORISED"}
    assert things.agreement == agreement_id(inside())
    assert (wanted.outcome, wanted.codes[0]) == (Outcome.DENY, "NARROWED_AT_HOME")


def test_no_rule_of_law_opens_again_what_the_authorities_closed() -> None:
    with_law = ask(looks("ARR", purpose="police"), standing(inside()))

    assert with_law.outcome is Outcome.DENY
    assert with_law.codes == ("NARROWED_AT_HOME",)


def test_it_never_opens_what_law_keeps_closed() -> None:
    generous = inside(clauses=(clause(categories="OBJ, UNK", purposes="borders, police, return"),))

    closed = ask(looks("UNK"), standing(generous))
    goods = ask(
        looks("ARR", role="customs_goods"), standing(inside(clauses=(clause(categories="ARR", fields="wanted"),)))
    )

    assert (closed.outcome, closed.codes) == (Outcome.DENY, ask(looks("UNK")).codes)
    assert (goods.outcome, goods.codes) == (Outcome.DENY, ask(looks("ARR", role="customs_goods")).codes)


def test_it_is_a_basis_for_nothing_else_not_even_by_name() -> None:
    agreement = inside()
    act = Question(
        stage=Stage.ACT,
        operation="search",
        category="OBJ",
        purpose="borders",
        actor=Owner(party="FRA", authority="customs"),
    )
    abroad = Question(
        stage=Stage.ENQUEUE,
        operation="search",
        category="OBJ",
        purpose="borders",
        actor=Owner(party="FRA", authority="police"),
        sender="FRA",
        receiver="DEU",
        agreement=agreement_id(agreement),
    )

    assert ask(act, standing(agreement)).codes == ask(act).codes
    assert ask(abroad, standing(agreement)).codes == ("OUT_OF_SCOPE",)
    assert ask(looks("UNK", agreement=agreement_id(agreement)), standing(agreement)).outcome is Outcome.DENY
    assert ask(looks("OBJ", agreement=agreement_id(agreement)), standing(agreement)).outcome is Outcome.PERMIT
    assert ask(looks("OBJ", agreement=agreement_id(agreement), of="migration"), standing(agreement)).codes == (
        "NOT_PARTY",
    )


def test_it_speaks_of_its_own_authorities_and_in_the_direction_agreed() -> None:
    agreed = standing(inside())

    assert ask(looks("ARR", by="migration"), agreed).outcome is Outcome.PERMIT
    assert ask(looks("ARR", of="migration"), agreed).outcome is Outcome.PERMIT
    assert ask(looks("ARR", by="police", of="police", role="police"), agreed).outcome is Outcome.PERMIT
    back = ask(looks("OBJ", by="police", of="customs", role="police"), agreed)
    assert (back.outcome, set(back.codes)) == (Outcome.DENY, {"NOT_PARTY"})


def test_of_several_between_the_same_authorities_one_that_permits_is_enough() -> None:
    persons = inside(
        ("id: police-customs", "id: police-customs-persons"), clauses=(clause(categories="ARR", fields="wanted"),)
    )

    both = (standing(inside()), standing(persons))

    assert [ask(looks(each), *both).outcome for each in ("OBJ", "ARR", "DIS")] == [
        Outcome.PERMIT,
        Outcome.PERMIT,
        Outcome.DENY,
    ]


def test_a_suspension_never_opens_and_its_end_gives_back_what_was_agreed() -> None:
    noon, later = Instant(AT + DAY_US // 2), Instant(AT + DAY_US)
    rested = standing(inside(), pauses=(Pause(AT, later, parties=frozenset({"police", "customs"})),))

    during, after = ask(looks("OBJ"), rested, at=noon), ask(looks("OBJ"), rested, at=later)

    assert (during.outcome, set(during.codes)) == (Outcome.DENY, {"SUSPENDED"})
    assert ask(looks("ARR"), rested, at=noon).outcome is Outcome.DENY
    assert after.outcome is Outcome.PERMIT


def test_once_it_has_ended_or_an_authority_has_left_law_alone_decides() -> None:
    over = standing(inside(), until=AT, ended=True)
    left = standing(inside(), departures=(Departure("customs", AT),))

    for each in (over, left):
        assert ask(looks("ARR"), each, at=Instant(AT - 1)).outcome is Outcome.DENY
        assert ask(looks("ARR"), each).outcome is Outcome.PERMIT
        assert ask(looks("UNK"), each).outcome is Outcome.DENY


def test_nothing_hides_a_child_at_risk() -> None:
    assert ask(looks("CHI-A"), standing(inside())).outcome is Outcome.PERMIT


def test_its_prohibitions_and_referrals_speak_between_its_authorities_alone() -> None:
    forbids = clause(id="not-for-police-work", purposes="police").rstrip() + (
        "\n  effect: {value: deny, source: 'No 3', confidence: synthetic}"
        "\n  code: {value: PURPOSE_FORBIDDEN, source: 'No 3', confidence: synthetic}"
        "\n  if: {value: 'prior_consent', source: 'No 3', confidence: synthetic}\n"
    )
    agreed = standing(inside(clauses=(clause(), forbids)))
    consent = (Fact(name="prior_consent", value=True),)

    def asked(**more: str) -> Decision:
        question = looks("OBJ", purpose="police", **more)
        return ask(msgspec.structs.replace(question, facts=consent), agreed)

    assert asked().codes[0] == "PURPOSE_FORBIDDEN"
    assert asked(by="migration").outcome is Outcome.PERMIT
    assert asked(of="migration").outcome is Outcome.PERMIT


def test_answers_kept_for_an_epoch_are_the_same() -> None:
    noon = Instant(AT + DAY_US // 2)
    book = Registry.of([standing(inside(), pauses=(Pause(noon, None, parties=frozenset({"police", "customs"})),))])
    kept = Looks(book, house_rulebook())

    for at in (AT, noon, AT, noon):
        for each in ("OBJ", "ARR", "UNK"):
            question = looks(each)
            assert kept.answer(question, at, at) == decide(question, at, at, book, house_rulebook())


def test_treaties_between_parties_are_not_asked_about_records_at_home() -> None:
    beside = Standing(compile_agreement(schengen()), BEGUN)

    assert ask(looks("ARR"), beside, standing(inside())).codes == ("NARROWED_AT_HOME",)


@pytest.mark.parametrize(
    ("changes", "clauses", "code"),
    [
        ((("[police, customs]", "[police]"),), (clause(receivers="any_party"),), "agreement.authorities"),
        ((), (clause(mode="query"),), "agreement.mode"),
        ((), (clause(operations="search, notify"),), "agreement.operation"),
        ((), (clause(receivers="[migration]"),), "agreement.unknown-party"),
        ((), (clause(receivers="[FRA]"),), "agreement.unknown-party"),
        ((("internal_to: {value: FRA", "internal_to: {value: DEU"),), (), "agreement.parties"),
    ],
)
def test_what_is_no_agreement_between_authorities_does_not_load(
    changes: tuple[tuple[str, str], ...], clauses: tuple[str, ...], code: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        inside(*changes, clauses=clauses)

    assert code in {each.code for each in refusal.value.problems}


@pytest.mark.skipif(not smt.available(), reason="needs the extra prove")
def test_the_gate_proves_it_as_any_other() -> None:
    report = check_gate(inside())

    assert report.proved
