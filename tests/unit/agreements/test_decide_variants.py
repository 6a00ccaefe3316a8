"""Leaves that the ready agreement does not use, each with a permit and a denial."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.decide import decide
from comity.agreements.load import canonical_bytes, parse_agreement
from comity.agreements.ready import narrow_parties
from comity.agreements.records import Agreement, Clause
from comity.agreements.sourced import Confidence, Sourced
from comity.agreements.vocabulary import Mode, Onward
from comity.core.decision import Decision, Fact, Question, Stage
from comity.core.errors import BadInput
from comity.core.vocabulary import Purpose, Role
from tests.support.agreements import AT, arrest_statement, border_search, registry_of, schengen

REPLACE = msgspec.structs.replace


def said(value: object) -> Sourced[object]:
    return Sourced(value=value, source="test", confidence=Confidence.SYNTHETIC)


def with_clause(name: str, **changes: object) -> Agreement:
    def change(clause: Clause) -> Clause:
        return REPLACE(clause, **changes) if clause.id == name else clause

    changed = REPLACE(schengen(), clauses=tuple(change(clause) for clause in schengen().clauses))
    return parse_agreement(canonical_bytes(changed))


def ask(agreement: Agreement, question: Question) -> Decision:
    return decide(question, AT, AT, registry_of([agreement]))


def test_receivers_named_one_by_one_are_the_only_ones() -> None:
    agreement = with_clause("enter-arr", receivers=said(("POL",)))

    assert ask(agreement, arrest_statement(receiver="POL")).permitted
    assert ask(agreement, arrest_statement(receiver="FRA")).codes == ("NOT_PARTY",)


def test_givers_named_one_by_one_are_the_only_ones_whose_records_are_searched() -> None:
    agreement = with_clause("search-border", givers=said(("DEU",)))

    assert ask(agreement, border_search()).permitted
    assert ask(agreement, border_search(owner=REPLACE(border_search().actor, party="POL"))).codes[0] == "NOT_PARTY"


def test_a_party_may_bind_named_authorities_only() -> None:
    parties = tuple(
        REPLACE(party, authorities=said(("police-aux-frontieres",))) if party.code == "FRA" else party
        for party in schengen().parties
    )
    agreement = REPLACE(schengen(), parties=parties)
    other = REPLACE(border_search().actor, authority="mairie")

    assert ask(agreement, border_search()).permitted
    assert ask(agreement, border_search(actor=other)).codes[0] == "ROLE_NOT_AUTHORISED"


def test_a_party_is_bound_by_the_roles_it_named_only() -> None:
    parties = tuple(
        REPLACE(party, roles=said((Role.POLICE,))) if party.code == "FRA" else party for party in schengen().parties
    )

    assert ask(REPLACE(schengen(), parties=parties), border_search()).codes[0] == "ROLE_NOT_AUTHORISED"


def test_four_eyes_and_own_signatures_are_obligations() -> None:
    agreement = with_clause("enter-arr", four_eyes=said(value=True), statement_signature=said("single"))

    assert ask(agreement, arrest_statement()).obligations == ("log", "second_person", "sign_statement")


def test_onward_transfer_by_consent_needs_the_consent() -> None:
    agreement = REPLACE(schengen(), onward_transfer=said(Onward.OWNER_CONSENT))
    onward = border_search(stage=Stage.ONWARD, operation="transfer", receiver="MAR")
    consent = Fact(name="issuer_consent", value=True)

    assert ask(agreement, onward).codes == ("CONSENT_REQUIRED",)
    assert ask(agreement, REPLACE(onward, facts=(consent,))).permitted
    assert ask(agreement, REPLACE(onward, facts=(consent,), actor=REPLACE(onward.actor, party="USA"))).codes == (
        "NOT_PARTY",
    )


def test_in_query_mode_the_question_travels() -> None:
    agreement = with_clause("search-border", mode=said(Mode.QUERY))
    question = arrest_statement(operation="search", purpose=Purpose.BORDERS, fields=())

    assert ask(agreement, question).permitted
    assert ask(schengen(), question).codes == ("OUT_OF_SCOPE",)


def test_an_agreement_cannot_widen_the_role_table() -> None:
    roles = said((Role.CUSTOMS_GOODS,))
    parties = tuple(REPLACE(party, roles=None) for party in schengen().parties)
    agreement = REPLACE(with_clause("search-border", roles=roles), parties=parties)

    assert set(ask(agreement, border_search("ARR", role=Role.CUSTOMS_GOODS)).codes) == {"ROLE_NOT_AUTHORISED"}


@pytest.mark.parametrize("name", ["clauses", "field_lists", "parties", "retention"])
def test_the_same_name_twice_is_refused(name: str) -> None:
    twice = REPLACE(schengen(), **{name: getattr(schengen(), name) * 2})

    with pytest.raises(BadInput) as caught:
        parse_agreement(canonical_bytes(twice))

    assert caught.value.code == "agreement.duplicate"


def test_a_narrower_agreement_loses_the_clauses_of_those_left_out() -> None:
    agreement = with_clause("enter-arr", receivers=said(("POL", "FRA")))
    agreement = REPLACE(
        agreement, clauses=(*agreement.clauses, REPLACE(agreement.clauses[0], id="polish", receivers=said(("POL",))))
    )

    narrow = narrow_parties(agreement, ("DEU", "FRA"))

    assert "polish" not in {clause.id for clause in narrow.clauses}
    assert ask(narrow, arrest_statement()).permitted
    assert narrow.party("POL") is None


def test_an_agreement_without_clauses_left_is_refused() -> None:
    only_polish = REPLACE(schengen(), clauses=(REPLACE(schengen().clauses[0], receivers=said(("POL",))),))

    with pytest.raises(BadInput) as caught:
        narrow_parties(only_polish, ("DEU", "FRA"))

    assert caught.value.code == "agreement.narrow"


def test_a_field_named_twice_in_one_list_is_refused() -> None:
    first = schengen().field_lists[0]
    twice = REPLACE(first, allowed=first.allowed * 2)

    with pytest.raises(BadInput) as caught:
        parse_agreement(canonical_bytes(REPLACE(schengen(), field_lists=(twice, *schengen().field_lists[1:]))))

    assert {problem.code for problem in caught.value.problems} == {"agreement.duplicate"}


def test_two_field_lists_for_one_category_in_one_clause_are_refused() -> None:
    with pytest.raises(BadInput) as caught:
        with_clause("enter-arr", fields=("arr", "arr-hit-report"))

    assert caught.value.code == "agreement.duplicate"
