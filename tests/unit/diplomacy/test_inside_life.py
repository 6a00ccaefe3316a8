"""The life of an agreement between the authorities inside one party: it lives as every other, at one node."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.agreements.identity import Authority
from comity.agreements.life.records import Turn
from comity.agreements.load import canonical_bytes
from comity.agreements.records import Agreement
from comity.core.errors import BadInput, Refused
from comity.core.time import DAY_US, HOUR_US, date_of
from comity.core.vocabulary import Role
from comity.diplomacy.asking_records import AskWhy, Why
from comity.diplomacy.notices import Ground, History, Resume, ShowHistory, Suspend, Terminate
from comity.diplomacy.records import AgreementState, AgreementView, Draft, Propose, ShowAgreement, Sign
from tests.support.diplomacy import Node, befriend, make_node
from tests.support.inside import inside

AUTHORITIES = tuple(
    Authority(id=name, name=f"Synthetic {name}", roles=(role,))
    for name, role in (
        ("police", Role.POLICE),
        ("customs", Role.CUSTOMS_PERSONS),
        ("migration", Role.MIGRATION_AUTHORITY),
    )
)
THREE = (("[police, customs]", "[police, customs, migration]"),)


@pytest.fixture
def france(tmp_path: Path) -> Iterator[Node]:
    with contextlib.ExitStack() as stack:
        yield make_node(tmp_path / "fra", "FRA", stack, AUTHORITIES)


def act(node: Node, name: str, command: msgspec.Struct, authority: str = "police") -> AgreementView:
    view = node.act(f"agreement.{name}", command, AgreementView, "peering", authority)
    assert isinstance(view, AgreementView)
    return view


def show(node: Node, name: str) -> AgreementView:
    return act(node, "show", ShowAgreement(agreement=name))


def turns(node: Node, name: str) -> list[tuple[str, str | None, str | None]]:
    found = node.act("agreement.history", ShowHistory(agreement=name), History, "peering", "police")
    assert isinstance(found, History)
    return [(each.turn, each.by, each.towards) for each in found.turns]


def in_force(node: Node, agreement: Agreement) -> str:
    name = act(node, "propose", Propose(document=canonical_bytes(agreement).decode())).agreement
    for authority in agreement.signatories:
        act(node, "sign", Sign(agreement=name), authority)
    assert show(node, name).state is AgreementState.IN_FORCE
    return name


def asks(node: Node, name: str, category: str = "OBJ", **more: str) -> Why:
    command = AskWhy(
        agreement=name,
        operation="search",
        category=category,
        purpose="borders",
        other="FRA",
        role="customs_persons",
        authority=more.get("authority", "customs"),
        other_authority=more.get("other_authority", "police"),
    )
    found = node.act("agreement.ask", command, Why, "peering", "police")
    assert isinstance(found, Why)
    return found


def test_each_authority_signs_for_itself_and_the_last_signature_brings_it_into_force(france: Node) -> None:
    document = canonical_bytes(inside()).decode()
    drafted = act(france, "draft", Draft(document=document))
    proposed = act(france, "propose", Propose(document=document))
    first = act(france, "sign", Sign(agreement=proposed.agreement), "police")
    again = act(france, "sign", Sign(agreement=proposed.agreement), "police")
    last = act(france, "sign", Sign(agreement=proposed.agreement), "customs")

    assert [each.state for each in (drafted, proposed, first, again, last)] == [
        AgreementState.DRAFT,
        AgreementState.PROPOSED,
        AgreementState.PROPOSED,
        AgreementState.PROPOSED,
        AgreementState.IN_FORCE,
    ]
    assert (first.signed_by, first.missing, first.internal_to) == (("police",), ("customs",), "FRA")
    assert (last.signed_by, last.missing) == (("police", "customs"), ())
    assert france.sent == []


def test_an_authority_that_it_is_not_between_neither_signs_nor_gives_notice(france: Node) -> None:
    name = in_force(france, inside())

    for operation, command in (("sign", Sign(agreement=name)), ("suspend", Suspend(agreement=name))):
        with pytest.raises(Refused) as refusal:
            act(france, operation, command, "migration")
        assert refusal.value.code == "agreement.not-a-party"


def test_a_suspension_counts_at_once_and_only_its_giver_resumes(france: Node) -> None:
    name = in_force(france, inside())
    before = asks(france, name).outcome
    act(france, "suspend", Suspend(agreement=name, ground=Ground.LAW_CHANGED), "customs")
    during, state = asks(france, name), show(france, name).state
    with pytest.raises(Refused) as refusal:
        act(france, "resume", Resume(agreement=name), "police")
    france.house.clock.move(HOUR_US)
    act(france, "resume", Resume(agreement=name), "customs")

    assert (before, during.outcome, asks(france, name).outcome) == ("permit", "deny", "permit")
    assert {each.code for each in during.reasons} == {"SUSPENDED"}
    assert (state, show(france, name).state) == (AgreementState.SUSPENDED, AgreementState.IN_FORCE)
    assert refusal.value.code == "agreement.not-suspended"
    assert turns(france, name)[1:] == [("suspend", "customs", "police"), ("resume", "customs", "police")]
    assert france.sent == []


def test_notice_of_termination_runs_and_then_law_alone_decides(france: Node) -> None:
    name = in_force(france, inside())
    act(france, "terminate", Terminate(agreement=name, ground=Ground.SETTLED), "police")
    meanwhile = asks(france, name, "ARR").outcome
    france.house.clock.move(33 * DAY_US)

    assert meanwhile == "deny"
    assert show(france, name).state is AgreementState.ENDED
    assert asks(france, name, "ARR").outcome == "permit"


def test_of_three_authorities_one_leaves_and_the_others_stay_bound(france: Node) -> None:
    name = in_force(france, inside(*THREE))
    act(france, "terminate", Terminate(agreement=name), "migration")
    france.house.clock.move(33 * DAY_US)

    assert show(france, name).state is AgreementState.IN_FORCE
    assert turns(france, name)[-1][:2] == (Turn.LEAVE.value, "migration")
    assert asks(france, name, "ARR").outcome == "deny"
    assert asks(france, name, "ARR", other_authority="migration").outcome == "permit"


def test_why_is_answered_for_a_past_day_by_what_the_authorities_had_agreed_then(france: Node) -> None:
    today = date_of(france.house.clock.now())
    france.house.clock.move(3 * DAY_US)
    name = in_force(france, inside())
    france.house.clock.move(DAY_US)

    def on(day: object) -> Why:
        command = AskWhy(
            agreement=name,
            operation="search",
            category="ARR",
            purpose="borders",
            other="FRA",
            role="customs_persons",
            authority="customs",
            other_authority="police",
            day=day,  # type: ignore[arg-type]  # a day or None
        )
        found = france.act("agreement.ask", command, Why, "peering", "police")
        assert isinstance(found, Why)
        return found

    assert (on(today).outcome, on(None).outcome) == ("permit", "deny")
    assert {each.basis for each in on(None).reasons} >= {"Memorandum of the authorities"}


def test_a_question_names_both_authorities(france: Node) -> None:
    name = in_force(france, inside())
    command = AskWhy(
        agreement=name, operation="search", category="OBJ", purpose="borders", other="FRA", authority="customs"
    )

    with pytest.raises(BadInput) as refusal:
        france.act("agreement.ask", command, Why, "peering", "police")

    assert [(each.code, each.field) for each in refusal.value.problems] == [
        ("agreement.authority-needed", "$.other_authority")
    ]


def test_no_other_party_proposes_or_signs_what_is_between_our_authorities(tmp_path: Path, france: Node) -> None:
    with contextlib.ExitStack() as stack:
        germany = make_node(tmp_path / "deu", "DEU", stack)
        befriend(france, germany)

        with pytest.raises(Refused) as refusal:
            act(germany, "propose", Propose(document=canonical_bytes(inside()).decode()), "ministry")

    assert refusal.value.code == "agreement.not-a-party"
