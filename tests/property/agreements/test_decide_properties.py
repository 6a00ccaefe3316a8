"""What holds for every question: order means nothing, silence means no, fewer parties never permit more."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.decide import decide
from comity.agreements.fields import all_covered
from comity.agreements.load import agreement_id, canonical_bytes, parse_agreement
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.records import Agreement, Clause
from comity.agreements.registry import Registry
from comity.agreements.vocabulary import FIELDS, Category, Operation
from comity.core.decision import Decision, Fact, Question, Stage
from comity.core.ids import Owner
from comity.core.time import Instant
from comity.core.vocabulary import Purpose, Role
from tests.support.agreements import AT, registry_of, schengen, schengen_registry

WIDE = load_instrument("schengen-sis")
PARTIES = st.sampled_from(("DEU", "FRA", "POL", "IRL", "CHE", "USA"))
OWNERS = st.builds(Owner, party=PARTIES, authority=st.sampled_from(("one", "two")))
CATEGORIES = st.one_of(st.sampled_from(("ARR", "REF")), st.sampled_from(Category).map(str), st.text(max_size=4))
FACTS = st.builds(
    Fact,
    name=st.sampled_from(("issuer", "warrant_present", "individual_decision", "identity_confirmed", "issuer_consent")),
    value=st.one_of(st.booleans(), st.integers(-1, 2), PARTIES),
)
MANY_FIELDS = st.one_of(
    st.lists(st.sampled_from(sorted(FIELDS)), max_size=6),
    st.lists(st.sampled_from(("documents.number", "person", "person.surnames.x", "strange")), max_size=3),
    st.just(sorted(name for group in WIDE.field_lists[0].allowed for name in group.value)),
    *(st.just(list(fields.mandatory.value)) for fields in WIDE.field_lists if fields.mandatory),
)
QUESTIONS = st.builds(
    Question,
    stage=st.sampled_from(Stage),
    operation=st.one_of(st.sampled_from(Operation).map(str), st.text(max_size=8)),
    category=CATEGORIES,
    purpose=st.sampled_from(Purpose),
    actor=OWNERS,
    role=st.one_of(st.none(), st.sampled_from(Role)),
    owner=st.one_of(st.none(), OWNERS),
    sender=st.one_of(st.none(), PARTIES),
    receiver=st.one_of(st.none(), PARTIES),
    fields=MANY_FIELDS.map(tuple),
    facts=st.lists(FACTS, max_size=4).map(tuple),
    agreement=st.one_of(st.none(), st.just(agreement_id(schengen()))),
)


def without_id(decision: Decision) -> Decision:
    return msgspec.structs.replace(decision, agreement=None)


def shuffled(agreement: Agreement, clauses: list[Clause]) -> Agreement:
    return msgspec.structs.replace(agreement, clauses=tuple(clauses))


@given(question=QUESTIONS, clauses=st.permutations(schengen().clauses))
def test_the_order_of_clauses_never_changes_the_answer(question: Question, clauses: list[Clause]) -> None:
    question = msgspec.structs.replace(question, agreement=None)
    other = registry_of([shuffled(schengen(), clauses)])

    assert without_id(decide(question, AT, AT, other)) == without_id(decide(question, AT, AT, schengen_registry()))


@given(question=QUESTIONS, order=st.permutations(range(3)))
def test_the_order_of_agreements_never_changes_the_answer(question: Question, order: list[int]) -> None:
    agreements = [schengen(), narrow_parties(WIDE, ("DEU", "CHE")), narrow_parties(WIDE, ("FRA", "CHE", "IRL"))]

    answer = decide(question, AT, AT, registry_of([agreements[index] for index in order]))

    assert answer == decide(question, AT, AT, registry_of(agreements))


@given(question=QUESTIONS, at=st.integers(-(2**53), 2**53).map(Instant))
def test_a_permit_names_its_basis_and_everything_else_is_a_denial_with_reasons(question: Question, at: Instant) -> None:
    decision = decide(question, at, at, schengen_registry())

    assert decision.reasons
    if decision.permitted:
        assert set(decision.codes) <= {"BOUND_AND_AUTHORISED", "NATIONAL_BASIS"}
        assert decision.clauses or "NATIONAL_BASIS" in decision.codes
        assert all_covered(frozenset(decision.fields), FIELDS)
    else:
        assert not {"BOUND_AND_AUTHORISED", "NATIONAL_BASIS"} & set(decision.codes)
        assert decision.clauses == decision.fields == ()


@given(question=QUESTIONS)
def test_with_no_agreement_nothing_crosses_a_border(question: Question) -> None:
    decision = decide(question, AT, AT, Registry.of([]))

    if decision.permitted:
        assert question.stage in {Stage.ACT, Stage.USE}
        assert question.receiver is None
        assert question.owner is None or question.owner.party == question.actor.party


def abroad(question: Question) -> bool:
    return question.stage not in {Stage.ACT, Stage.USE}


@given(question=QUESTIONS.filter(abroad), parties=st.sets(PARTIES.filter(lambda code: code != "USA"), min_size=2))
def test_narrowing_the_parties_never_permits_more(question: Question, parties: set[str]) -> None:
    question = msgspec.structs.replace(question, agreement=None)

    narrow = decide(question, AT, AT, registry_of([narrow_parties(WIDE, parties)]))
    wide = decide(question, AT, AT, registry_of([WIDE]))

    assert wide.permitted or not narrow.permitted
    assert set(narrow.fields) <= set(wide.fields)


def drop(clauses: tuple[Clause, ...], index: int) -> tuple[Clause, ...]:
    return clauses[:index] + clauses[index + 1 :]


@given(question=QUESTIONS.filter(abroad), index=st.integers(0, len(schengen().clauses) - 1))
def test_taking_a_clause_away_never_permits_more(question: Question, index: int) -> None:
    question = msgspec.structs.replace(question, agreement=None)
    fewer = msgspec.structs.replace(schengen(), clauses=drop(schengen().clauses, index))

    less = decide(question, AT, AT, registry_of([fewer]))

    assert decide(question, AT, AT, schengen_registry()).permitted or not less.permitted


@given(parties=st.permutations(("DEU", "FRA", "POL", "IRL", "CHE")))
def test_the_hash_of_a_narrowed_agreement_does_not_depend_on_the_order_of_asking(parties: list[str]) -> None:
    narrow = narrow_parties(WIDE, parties)

    assert agreement_id(narrow) == agreement_id(narrow_parties(WIDE, sorted(parties)))
    assert agreement_id(parse_agreement(canonical_bytes(narrow))) == agreement_id(narrow)
