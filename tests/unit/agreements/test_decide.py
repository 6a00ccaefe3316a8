"""What the one decision point says: for every clause one act it permits and one it does not, then the stages."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.decide import decide
from comity.agreements.registry import Registry, Standing
from comity.agreements.vocabulary import Category
from comity.core.decision import Decision, Fact, Outcome, Question, Stage
from comity.core.ids import AgreementId, Owner
from comity.core.time import Instant, parse_instant
from comity.core.vocabulary import Purpose, Role
from tests.support.agreements import (
    AT,
    FRANCE,
    FRENCH_BUREAU,
    GERMANY,
    IRELAND,
    REPORT_FIELDS,
    arrest_statement,
    border_search,
    refusal_statement,
    schengen,
    schengen_compiled,
    schengen_registry,
)

REPLACE = msgspec.structs.replace


def ask(question: Question, at: Instant = AT) -> Decision:
    return decide(question, at, at, schengen_registry())


def hit_report(category: str = "ARR", stage: Stage = Stage.ENQUEUE, **changes: object) -> Question:
    question = Question(
        stage=stage,
        operation="hit_report",
        category=category,
        purpose=Purpose.POLICE if category == "ARR" else Purpose.BORDERS,
        actor=FRENCH_BUREAU,
        role=Role.SIRENE_BUREAU,
        owner=FRENCH_BUREAU,
        sender="FRA",
        receiver="DEU",
        fields=REPORT_FIELDS,
        facts=(Fact(name="issuer", value="DEU"), Fact(name="identity_confirmed", value=True)),
    )
    return REPLACE(question, **changes)


def answer(category: str = "ARR", **changes: object) -> Question:
    question = Question(
        stage=Stage.ENQUEUE,
        operation="bureau_answer",
        category=category,
        purpose=Purpose.POLICE if category == "ARR" else Purpose.BORDERS,
        actor=GERMANY,
        role=Role.SIRENE_BUREAU,
        owner=GERMANY,
        sender="DEU",
        receiver="FRA",
        fields=("report", "text", "closes", "receipt"),
    )
    return REPLACE(question, **changes)


FLAG_FIELDS = ("alert.id", "flag_ground", "flagged_since", "judicial_ground")
FURTHER = frozenset(Category) - {Category.ARR, Category.REF}
"""Their clauses have their scenarios in `test_decide_categories`."""
ARREST, REFUSAL = arrest_statement(), refusal_statement()
SCENARIOS: dict[str, tuple[Question, Question, str]] = {
    "enter-arr": (ARREST, REPLACE(ARREST, owner=FRANCE), "ISSUER_ONLY"),
    "keep-arr": (
        REPLACE(ARREST, operation="change"),
        REPLACE(ARREST, operation="change", purpose=Purpose.BORDERS),
        "PURPOSE_FORBIDDEN",
    ),
    "delete-arr": (
        REPLACE(ARREST, operation="delete", fields=()),
        REPLACE(ARREST, operation="delete", fields=(), owner=FRANCE),
        "ISSUER_ONLY",
    ),
    "enter-ref": (REFUSAL, REPLACE(REFUSAL, receiver="IRL"), "NOT_BOUND"),
    "keep-ref": (
        REPLACE(REFUSAL, operation="extend"),
        REPLACE(REFUSAL, operation="extend", fields=REFUSAL.fields[1:]),
        "MIN_DATA_MISSING",
    ),
    "delete-ref": (
        REPLACE(REFUSAL, operation="delete", fields=()),
        REPLACE(REFUSAL, operation="delete", fields=(), receiver="IRL"),
        "NOT_BOUND",
    ),
    "search-border": (border_search("ARR"), border_search("ARR", role=Role.VISA_AUTHORITY), "ROLE_NOT_AUTHORISED"),
    "search-police": (
        border_search("ARR", role=Role.POLICE, purpose=Purpose.POLICE),
        border_search("ARR", role=Role.POLICE, purpose=Purpose.ADMINISTRATION),
        "PURPOSE_FORBIDDEN",
    ),
    "search-police-refusal": (
        border_search(role=Role.POLICE),
        border_search(role=Role.JUDICIAL_AUTHORITY),
        "ROLE_NOT_AUTHORISED",
    ),
    "search-migration": (
        border_search(role=Role.MIGRATION_AUTHORITY),
        border_search("ARR", role=Role.MIGRATION_AUTHORITY),
        "ROLE_NOT_AUTHORISED",
    ),
    "search-bureau": (
        border_search("ARR", role=Role.SIRENE_BUREAU, purpose=Purpose.POLICE),
        border_search("ARR", role=None, purpose=Purpose.POLICE),
        "ROLE_NOT_AUTHORISED",
    ),
    "search-customs-persons": (
        border_search("ARR", role=Role.CUSTOMS_PERSONS),
        border_search("REFX", role=Role.CUSTOMS_PERSONS),
        "ROLE_NOT_AUTHORISED",
    ),
    "search-police-customs": (
        border_search("ARR", role=Role.CUSTOMS_PERSONS, purpose=Purpose.POLICE),
        border_search("UNK", role=Role.CUSTOMS_PERSONS, purpose=Purpose.POLICE),
        "ROLE_NOT_AUTHORISED",
    ),
    "search-justice": (
        border_search("ARR", role=Role.JUDICIAL_AUTHORITY, purpose=Purpose.POLICE),
        border_search("DIS", role=Role.JUDICIAL_AUTHORITY, purpose=Purpose.POLICE),
        "ROLE_NOT_AUTHORISED",
    ),
    "search-bureau-refusal": (
        border_search(role=Role.SIRENE_BUREAU),
        border_search(role=Role.SIRENE_BUREAU, purpose=Purpose.POLICE),
        "PURPOSE_FORBIDDEN",
    ),
    "tell-flag": (
        hit_report(operation="tell_flag", fields=FLAG_FIELDS),
        hit_report(operation="tell_flag", fields=FLAG_FIELDS, receiver="POL"),
        "ISSUER_ONLY",
    ),
    "hit-report-arr": (hit_report(), hit_report(role=Role.BORDER_GUARD), "ROLE_NOT_AUTHORISED"),
    "letter-arr": (
        answer(operation="send_form", fields=("form", "text")),
        answer(operation="reply", fields=("letter", "said"), role=Role.BORDER_GUARD),
        "ROLE_NOT_AUTHORISED",
    ),
    "letter-refusal": (
        answer("REF", operation="send_form", fields=("form", "details.why")),
        answer("REF", operation="send_form", fields=("form", "details.why"), purpose=Purpose.POLICE),
        "PURPOSE_FORBIDDEN",
    ),
    "answer-arr": (answer(), answer(role=Role.BORDER_GUARD), "ROLE_NOT_AUTHORISED"),
    "answer-ref": (answer("REF"), answer("REF", purpose=Purpose.POLICE), "PURPOSE_FORBIDDEN"),
    "hit-report-ref": (hit_report("REF"), hit_report("REF", receiver="POL"), "ISSUER_ONLY"),
}


def test_every_clause_has_its_two_scenarios() -> None:
    elsewhere = {clause.id for clause in schengen().clauses if set(clause.categories.value) <= FURTHER}

    assert {clause.id for clause in schengen().clauses} - elsewhere == set(SCENARIOS)


@pytest.mark.parametrize("clause", SCENARIOS)
def test_a_clause_permits_what_it_covers(clause: str) -> None:
    decision = ask(SCENARIOS[clause][0])

    assert decision.permitted
    assert decision.codes == ("BOUND_AND_AUTHORISED",)
    assert decision.clauses == (clause,)
    assert decision.agreement == schengen_compiled().id


@pytest.mark.parametrize("clause", SCENARIOS)
def test_a_clause_denies_what_it_does_not_cover(clause: str) -> None:
    decision = ask(SCENARIOS[clause][1])

    assert (decision.outcome, decision.codes[0]) == (Outcome.DENY, SCENARIOS[clause][2])
    assert decision.clauses == decision.fields == ()


@pytest.mark.parametrize("stage", [Stage.ENQUEUE, Stage.TRANSMIT, Stage.RECEIPT])
def test_the_whole_way_of_a_statement_is_permitted(stage: Stage) -> None:
    assert ask(arrest_statement(stage)).permitted
    assert ask(refusal_statement(stage)).permitted


def test_a_field_outside_the_list_is_left_out_before_sending_and_refused_on_receipt() -> None:
    fields = (*REFUSAL.fields, "dna_profile", "something.else")

    sent = ask(REPLACE(REFUSAL, fields=fields))
    received = ask(REPLACE(REFUSAL, fields=fields, stage=Stage.RECEIPT))

    assert sent.permitted
    assert sent.fields == tuple(sorted(REFUSAL.fields))
    assert received.codes == ("FIELD_NOT_ALLOWED",)
    assert "something" not in repr(received)


def test_what_lies_below_an_allowed_field_passes_with_it() -> None:
    fields = (*ARREST.fields, "documents.number", "person.aliases.surname")

    for stage in (Stage.ENQUEUE, Stage.RECEIPT):
        decision = ask(REPLACE(ARREST, fields=fields, stage=stage))

        assert decision.permitted
        assert decision.fields == tuple(sorted(fields))


def test_a_deletion_may_carry_no_data() -> None:
    deletion = REPLACE(ARREST, operation="delete", stage=Stage.RECEIPT)

    assert ask(deletion).codes == ("FIELD_NOT_ALLOWED",)


def test_all_failing_reasons_come_with_the_strictest_first() -> None:
    question = REPLACE(REFUSAL, receiver="IRL", owner=FRANCE, purpose=Purpose.POLICE, fields=())

    assert ask(question).codes == ("NOT_BOUND", "ISSUER_ONLY", "PURPOSE_FORBIDDEN", "MIN_DATA_MISSING")


def test_a_stranger_gets_nothing() -> None:
    assert ask(REPLACE(ARREST, receiver="USA")).codes == ("NOT_PARTY",)
    assert ask(REPLACE(ARREST, receiver="USA", agreement=schengen_compiled().id)).codes == ("NOT_PARTY",)
    assert not ask(REPLACE(ARREST, receiver=None)).permitted
    assert not ask(REPLACE(ARREST, receiver="DEU")).permitted


def test_another_nations_authority_cannot_send_in_our_name() -> None:
    assert ask(REPLACE(ARREST, actor=FRANCE)).codes == ("ISSUER_ONLY",)


def test_ireland_sees_arrests_and_no_refusals() -> None:
    garda = {"actor": IRELAND, "role": Role.POLICE}

    assert ask(border_search("ARR", purpose=Purpose.POLICE, **garda)).permitted
    assert ask(border_search("REF", **garda)).codes[0] == "NOT_BOUND"
    assert ask(border_search("REF", owner=None, **garda)).codes[0] == "NOT_BOUND"


def test_a_search_permits_with_the_duty_to_confirm_and_to_decide_in_person() -> None:
    decision = ask(border_search())

    assert decision.effect == "allow_conditions"
    assert decision.obligations == ("confirm_identity", "human_decision", "log")
    assert "person.surnames" in decision.fields


def test_no_question_travels_where_copies_are_held() -> None:
    question = REPLACE(ARREST, operation="search", purpose=Purpose.BORDERS, fields=())

    assert ask(question).codes == ("OUT_OF_SCOPE",)


def test_customs_for_goods_see_no_persons_even_at_home() -> None:
    own = border_search("ARR", owner=FRANCE, role=Role.CUSTOMS_GOODS)

    assert ask(own).codes == ("ROLE_NOT_AUTHORISED",)
    assert ask(REPLACE(own, role=Role.BORDER_GUARD)).codes == ("NATIONAL_BASIS",)


def entering(**changes: object) -> Question:
    question = Question(
        stage=Stage.ACT,
        operation="enter",
        category="ARR",
        purpose=Purpose.POLICE,
        actor=GERMANY,
        role=Role.JUDICIAL_AUTHORITY,
        owner=GERMANY,
        fields=ARREST.fields,
        facts=(Fact(name="warrant_present", value=True),),
    )
    return REPLACE(question, **changes)


def test_entering_at_home_follows_the_agreement_that_binds() -> None:
    assert ask(entering()).clauses == ("enter-arr",)
    assert ask(entering(facts=())).codes == ("CONDITION_UNMET",)
    assert ask(entering(facts=(Fact(name="warrant_present", value=1),))).codes == ("CONDITION_UNMET",)
    assert ask(entering(fields=ARREST.fields[1:])).codes == ("MIN_DATA_MISSING",)
    assert ask(entering(role=Role.CUSTOMS_GOODS)).codes == ("ROLE_NOT_AUTHORISED",)
    assert ask(entering(owner=Owner(party="DEU", authority="other"))).codes == ("ISSUER_ONLY",)


def test_a_fact_asserted_in_two_ways_is_not_asserted() -> None:
    facts = (Fact(name="warrant_present", value=True), Fact(name="warrant_present", value=False))

    assert ask(entering(facts=facts)).codes == ("CONDITION_UNMET",)


def test_without_an_agreement_an_act_at_home_rests_on_national_law() -> None:
    decision = decide(entering(role=Role.POLICE), AT, AT, Registry.of([]))

    assert decision.permitted
    assert (decision.codes, decision.agreement) == (("NATIONAL_BASIS",), None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"owner": FRANCE}, "NOT_PARTY"),
        ({"owner": None}, "ISSUER_ONLY"),
        ({"owner": Owner(party="DEU", authority="other")}, "ISSUER_ONLY"),
        ({"role": None}, "ROLE_NOT_AUTHORISED"),
        ({"purpose": Purpose.SUPERVISION}, "PURPOSE_FORBIDDEN"),
        ({"fields": ("blood_group",)}, "FIELD_NOT_ALLOWED"),
        ({"operation": "hit_report", "receiver": "FRA"}, "NOT_PARTY"),
        ({"agreement": AgreementId("0" * 64)}, "UNKNOWN_AGREEMENT"),
    ],
)
def test_national_law_covers_no_more_than_the_owners_acts(changes: dict[str, object], code: str) -> None:
    question = entering(**{"role": Role.POLICE, **changes})

    assert decide(question, AT, AT, Registry.of([])).codes == (code,)


def test_an_owner_can_always_delete_at_home_also_by_a_sweeper_without_role() -> None:
    question = entering(operation="delete", role=None, fields=(), facts=())

    assert ask(question).permitted
    assert decide(question, AT, AT, Registry.of([])).permitted


def test_a_hit_is_reported_only_when_a_person_confirmed_it() -> None:
    issuer = Fact(name="issuer", value="DEU")

    at_home = ask(hit_report(stage=Stage.ACT, facts=(issuer,)))
    denied = ask(hit_report(facts=(issuer, Fact(name="identity_confirmed", value=False))))

    assert at_home.codes == denied.codes == ("CONFIRM_HIT_FIRST",)
    assert ask(hit_report(stage=Stage.ACT)).permitted


def test_a_report_whose_issuer_is_not_named_is_not_enqueued_and_is_checked_on_receipt() -> None:
    assert ask(hit_report(facts=())).codes == ("ISSUER_ONLY",)
    assert ask(hit_report(facts=(), stage=Stage.TRANSMIT)).permitted

    received = ask(hit_report(stage=Stage.RECEIPT, facts=(), role=None))

    assert received.permitted
    assert received.obligations == ("check_issuer", "confirm_identity", "human_decision", "log", "sign_statement")


def test_a_hit_on_ones_own_alert_makes_no_report() -> None:
    own = hit_report(receiver="FRA", facts=(Fact(name="issuer", value="FRA"),))

    assert not ask(own).permitted


def test_data_go_to_no_third_country() -> None:
    onward = border_search("ARR", stage=Stage.ONWARD, operation="transfer", receiver="USA")

    assert "THIRD_COUNTRY_BAR" in ask(onward).codes
    assert not ask(REPLACE(onward, receiver="POL")).permitted


def test_a_question_about_a_past_day_gets_the_answer_of_that_day() -> None:
    known = parse_instant("2025-01-01T00:00:00Z")
    since, until = parse_instant("2024-01-01T00:00:00Z"), parse_instant("2026-01-01T00:00:00Z")
    registry = Registry.of([Standing(schengen_compiled(), since, until, known)])
    named = REPLACE(ARREST, agreement=schengen_compiled().id)

    inside = decide(named, Instant(since + 1), known, registry)
    before = decide(named, Instant(since - 1), known, registry)
    after = decide(named, until, known, registry)
    unknown_yet = decide(named, Instant(since + 1), Instant(known - 1), registry)

    assert inside.permitted
    assert before.codes == unknown_yet.codes == ("NOT_IN_FORCE",)
    assert after.codes == ("ENDED",)


def test_a_party_is_bound_from_its_own_day() -> None:
    day_before = parse_instant("2023-03-06T23:59:59Z")

    assert ask(ARREST, day_before).codes[0] == "NOT_BOUND"


@pytest.mark.parametrize("word", ["", "\x00", "enter'; drop", "Müller, Anna"])
def test_strange_words_are_denied_and_not_repeated(word: str) -> None:
    for question in (
        REPLACE(ARREST, operation=word),
        REPLACE(ARREST, category=word),
        REPLACE(ARREST, sender=word),
        REPLACE(ARREST, owner=Owner(party=word, authority=word)),
        REPLACE(border_search(), category=word, owner=None),
    ):
        decision = ask(question)

        assert not decision.permitted
        assert not word or word not in repr(decision)
