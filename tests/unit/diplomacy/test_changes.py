"""Accession, reservations and opt-outs in the life of a treaty: proposed, signed by all, in force, mirrored."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.decide import decide
from comity.agreements.provisions import Side
from comity.agreements.ready import load_instrument, narrow_parties
from comity.core.decision import Decision, Question, Stage
from comity.core.errors import BadInput, NotFound, Refused
from comity.core.ids import Owner
from comity.core.operation import AnyOperation
from comity.core.time import CivilDate, date_of
from comity.diplomacy.change_records import Accede, OptIn, OptOutOf, Reserve, WithdrawReservation
from comity.diplomacy.notices import Ground, Suspend
from comity.diplomacy.records import SIGNATURE_KIND, AgreementState, AgreementView
from comity.diplomacy.registry import load_registry
from tests.support.diplomacy import Node, befriend, carry, propose, show, sign
from tests.unit.diplomacy.test_notices import bind, gives, suspensible

SOURCE = "Synthetic protocol, Art 2"


def today(node: Node) -> CivilDate:
    return date_of(node.house.clock.now())


def change(node: Node, operation: str, command: msgspec.Struct) -> AgreementView:
    return gives(node, operation, command)


def signed_by_all(nodes: dict[str, Node], name: str, *parties: str) -> None:
    for party in parties:
        sign(nodes[party], name)
        carry(nodes[party], *(nodes[other] for other in parties if other != party))


def put_into_force(nodes: dict[str, Node], by: str, view: AgreementView) -> str:
    parties = view.parties
    carry(nodes[by], *(nodes[other] for other in parties if other != by))
    signed_by_all(nodes, view.agreement, *parties)
    assert {show(nodes[party], view.agreement).state for party in parties} == {AgreementState.IN_FORCE}
    return view.agreement


def passes(node: Node, sender: str, receiver: str, category: str = "ARR") -> Decision:
    """Ask a node whether an alert may be entered from one party to another, with its mandatory data."""
    owner = Owner(party=sender, authority="police")
    fields = ("person.surnames", "person.birth_date", "reason", "action", "offence", "offence_type", "authority")
    question = Question(
        stage=Stage.ENQUEUE,
        operation="enter",
        category=category,
        purpose="police",
        actor=owner,
        owner=owner,
        sender=sender,
        receiver=receiver,
        fields=fields,
    )
    with node.work() as work:
        return decide(question, work.at, work.recorded_at, load_registry(work))


def codes(node: Node, sender: str, receiver: str) -> set[str]:
    return set(passes(node, sender, receiver).codes) & {"NOT_PARTY", "NOT_BOUND", "RESERVATION", "OPTED_OUT"}


def two_bound(nodes: dict[str, Node]) -> str:
    two = {party: nodes[party] for party in ("FRA", "DEU")}
    for party in two:
        befriend(nodes[party], nodes["ITA"])
    agreement = msgspec.structs.replace(
        narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA")), suspension=suspensible().suspension
    )
    return bind(two, agreement)


# accession


def test_a_further_party_is_bound_once_all_and_it_have_signed(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    old = two_bound(nodes)
    before = passes(france, "FRA", "ITA").permitted

    proposed = change(france, "accede", Accede(agreement=old, source=SOURCE, party="ITA", accession=today(france)))
    carry(france, germany, italy)
    for node in (france, germany):
        sign(node, proposed.agreement)
        carry(node, *(other for other in nodes.values() if other is not node))
    without_it = (show(germany, old).state, show(germany, proposed.agreement).missing)
    sign(italy, proposed.agreement)
    carry(italy, france, germany)

    assert not before
    assert without_it == (AgreementState.IN_FORCE, ("ITA",))
    assert [(show(node, old).state, show(node, proposed.agreement).state) for node in (france, germany)] == [
        (AgreementState.ENDED, AgreementState.IN_FORCE)
    ] * 2
    assert show(italy, proposed.agreement).state is AgreementState.IN_FORCE
    assert all(passes(node, "FRA", "ITA").permitted for node in nodes.values())


def test_it_is_bound_from_the_day_of_its_accession(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    old = two_bound(nodes)
    command = Accede(agreement=old, source=SOURCE, party="ITA", accession=CivilDate("2099-01-01"))

    put_into_force(nodes, "FRA", change(france, "accede", command))

    assert codes(france, "FRA", "ITA") == {"NOT_BOUND"}
    assert codes(france, "FRA", "DEU") == set()


def test_nobody_joins_twice_and_nobody_lets_others_into_what_is_not_its_own(nodes: dict[str, Node]) -> None:
    france, italy = nodes["FRA"], nodes["ITA"]
    old = two_bound(nodes)
    again = Accede(agreement=old, source=SOURCE, party="DEU", accession=today(france))

    with pytest.raises(Refused) as twice:
        change(france, "accede", again)
    with pytest.raises(NotFound):
        change(italy, "accede", msgspec.structs.replace(again, party="POL"))

    assert twice.value.code == "agreement.already-a-party"
    assert france.sent == []


def test_words_that_no_list_knows_do_not_get_in_by_accession(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    old = two_bound(nodes)
    command = Accede(agreement=old, source=SOURCE, party="ITA", accession=today(france), roles=("tax_office",))

    with pytest.raises(BadInput) as refusal:
        change(france, "accede", command)

    assert "agreement.unknown-word" in {each.code for each in refusal.value.problems}
    assert france.sent == []


# reservations


def test_a_reservation_counts_for_both_sides_towards_the_party_that_made_it_and_for_nobody_else(
    nodes: dict[str, Node],
) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    old = bind(nodes, suspensible())
    free = codes(france, "DEU", "FRA")
    command = Reserve(agreement=old, source=SOURCE, id="no-arrests", side=Side.GIVER, clauses=("enter-arr",))

    put_into_force(nodes, "DEU", change(germany, "reserve", command))

    assert free == set()
    for node in nodes.values():
        assert codes(node, "DEU", "FRA") == {"RESERVATION"}
        assert codes(node, "FRA", "DEU") == {"RESERVATION"}
        assert codes(node, "FRA", "ITA") == set()
    told = next(each for each in passes(france, "FRA", "DEU").reasons if each.code == "RESERVATION")
    assert (told.basis, told.clause) == (SOURCE, "enter-arr")


def test_a_reservation_that_says_it_is_not_mirrored_binds_its_maker_still(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    old = bind(nodes, suspensible())
    command = Reserve(
        agreement=old, source=SOURCE, id="one-way", side=Side.GIVER, mirrored=False, clauses=("enter-arr",)
    )

    put_into_force(nodes, "DEU", change(germany, "reserve", command))

    assert (codes(france, "DEU", "FRA"), codes(france, "FRA", "DEU")) == ({"RESERVATION"}, set())


def test_a_reservation_is_withdrawn_by_its_maker_alone(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    old = bind(nodes, suspensible())
    command = Reserve(agreement=old, source=SOURCE, id="no-arrests", side=Side.GIVER, clauses=("enter-arr",))
    reserved = put_into_force(nodes, "DEU", change(germany, "reserve", command))
    withdrawal = WithdrawReservation(agreement=reserved, source=SOURCE, id="no-arrests")

    with pytest.raises(BadInput) as refusal:
        change(france, "withdraw-reservation", withdrawal)
    put_into_force(nodes, "DEU", change(germany, "withdraw-reservation", withdrawal))

    assert refusal.value.code == "agreement.no-such-reservation"
    assert codes(france, "DEU", "FRA") == set()


def test_a_reservation_can_counter_a_proposal(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    first = propose(france, narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA"))).agreement
    carry(france, germany)

    command = Reserve(agreement=first, source=SOURCE, id="no-arrests", side=Side.RECEIVER, clauses=("enter-arr",))
    countered = change(germany, "reserve", command)
    carry(germany, france)
    signed_by_all(nodes, countered.agreement, "FRA", "DEU")

    assert show(france, countered.agreement).state is AgreementState.IN_FORCE
    assert codes(france, "FRA", "DEU") == {"RESERVATION"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"clauses": ("no-such",)}, "agreement.unknown-clause"),
        ({"categories": ("SECRETS",)}, "agreement.unknown-word"),
        ({"condition": "no_such_fact"}, "expression.unknown-name"),
    ],
)
def test_an_unsound_reservation_goes_to_nobody(nodes: dict[str, Node], more: dict[str, object], code: str) -> None:
    france = nodes["FRA"]
    old = bind(nodes, suspensible())
    command = Reserve(agreement=old, source=SOURCE, id="r", side=Side.GIVER, **more)  # type: ignore[arg-type]

    with pytest.raises(BadInput) as refusal:
        change(france, "reserve", command)

    assert code in {each.code for each in refusal.value.problems}
    assert france.sent == []


# opt-outs


def test_a_party_opts_out_of_a_clause_and_in_again(nodes: dict[str, Node]) -> None:
    france, italy = nodes["FRA"], nodes["ITA"]
    old = bind(nodes, suspensible())
    command = OptOutOf(agreement=old, source=SOURCE, clause="enter-arr", since=today(italy))

    away = put_into_force(nodes, "ITA", change(italy, "opt-out", command))
    out = codes(france, "FRA", "ITA"), codes(france, "ITA", "DEU"), codes(france, "FRA", "DEU")
    with pytest.raises(Refused) as twice:
        change(italy, "opt-out", msgspec.structs.replace(command, agreement=away))
    put_into_force(nodes, "ITA", change(italy, "opt-in", OptIn(agreement=away, source=SOURCE, clause="enter-arr")))

    assert out == ({"OPTED_OUT"}, {"OPTED_OUT"}, set())
    assert twice.value.code == "agreement.opted-out-already"
    assert codes(france, "FRA", "ITA") == set()


# the way of every act


def test_each_change_needs_a_second_person(nodes: dict[str, Node]) -> None:
    declared: dict[str, AnyOperation] = {each.name: each for each in nodes["FRA"].operations}

    for name in ("accede", "reserve", "withdraw-reservation", "opt-out", "opt-in"):
        assert declared[f"agreement.{name}"].four_eyes


def test_signatures_under_a_change_travel_among_the_data_that_it_governs(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    old = bind(nodes, suspensible())
    command = Reserve(agreement=old, source=SOURCE, id="r", side=Side.GIVER, clauses=("enter-arr",))
    changed = change(germany, "reserve", command)
    carry(germany, france, nodes["ITA"])

    sign(france, changed.agreement)
    (signature,) = france.sent
    said = germany.receive(france, signature)

    assert (signature.kind, signature.stream) == (SIGNATURE_KIND, "schengen-sis")
    assert said.turns


def test_a_change_of_a_suspended_treaty_keeps_it_suspended_until_the_change_begins(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    old = bind(nodes, suspensible())
    gives(france, "suspend", Suspend(agreement=old, ground=Ground.LAW_CHANGED))
    carry(france, germany, nodes["ITA"])
    carry(germany, france, nodes["ITA"])
    carry(nodes["ITA"], france, germany)
    command = Reserve(agreement=old, source=SOURCE, id="r", side=Side.GIVER, clauses=("enter-arr",))

    change(germany, "reserve", command)

    assert show(germany, old).state is AgreementState.SUSPENDED
