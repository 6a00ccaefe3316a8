"""Notices under a treaty: who may give which, when they take effect, and that both sides see the same."""

from __future__ import annotations

import re

import msgspec
import pytest

from comity.agreements.clocks.records import Silence
from comity.agreements.load import agreement_id, canonical_bytes, read_agreement
from comity.agreements.ready import instrument_text
from comity.agreements.records import Agreement
from comity.agreements.sourced import Confidence, Sourced
from comity.agreements.vocabulary import Suspension
from comity.core.commit import GuardFailed
from comity.core.errors import BadInput, Refused
from comity.core.time import DAY_US, HOUR_US, CivilDate, Instant, add_period, date_of, start_of_day
from comity.deadlines.duties import place_of
from comity.deadlines.records import ListDeadlines, Standing
from comity.diplomacy.asking_records import AskWhy, Exchanges, ShowExchanges, Told, Why
from comity.diplomacy.duties import TERMINATIONS
from comity.diplomacy.notices import (
    Complete,
    Ground,
    History,
    NoticeKind,
    NoticeMessage,
    Notify,
    Resume,
    ShowHistory,
    Suspend,
    Terminate,
)
from comity.diplomacy.records import AgreementState, AgreementView, Draft, Propose
from comity.exchange.ports import deferred
from comity.exchange.records import Status
from tests.support.diplomacy import Node, befriend, carry, propose, show, sign, treaty


def suspensible() -> Agreement:
    """The test treaty, with suspension from receipt."""
    leaf = Sourced(value=Suspension.FROM_RECEIPT, source="test", confidence=Confidence.SYNTHETIC)
    return msgspec.structs.replace(treaty(), suspension=leaf)


def bind(nodes: dict[str, Node], agreement: Agreement) -> str:
    """Bring an agreement into force among all nodes."""
    everybody = list(nodes.values())
    for place, one in enumerate(everybody):
        for other in everybody[place + 1 :]:
            befriend(one, other)
    first, *others = everybody
    name = propose(first, agreement).agreement
    carry(first, *others)
    for signer in everybody:
        sign(signer, name)
        carry(signer, *(node for node in everybody if node is not signer))
    assert show(first, name).state is AgreementState.IN_FORCE
    return name


def gives(node: Node, operation: str, command: msgspec.Struct) -> AgreementView:
    view = node.act(f"agreement.{operation}", command, AgreementView, "peering")
    assert isinstance(view, AgreementView)
    return view


def history(node: Node, name: str) -> History:
    found = node.act("agreement.history", ShowHistory(agreement=name), History, "peering")
    assert isinstance(found, History)
    return found


def turns(node: Node, name: str) -> set[tuple[str, Instant, str | None, str | None, tuple[str, ...]]]:
    return {(each.turn, each.since, each.by, each.towards, each.clauses) for each in history(node, name).turns}


def test_a_suspension_counts_from_its_receipt_and_both_sides_come_to_know_it(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    name = bind(nodes, suspensible())

    given = gives(france, "suspend", Suspend(agreement=name, ground=Ground.PROTECTION_LOST))
    germany.house.clock.move(HOUR_US)
    outcomes = carry(france, germany, italy)
    received = germany.house.clock.now()

    assert given.state is AgreementState.IN_FORCE
    assert [(said.status, said.turns) for said in outcomes] == [(Status.STORED, True)] * 2
    assert ("suspend", received, "FRA", "DEU", ()) in turns(germany, name)
    assert not any(turn == "suspend" for turn, *_ in turns(france, name))

    carry(germany, france, italy)
    carry(italy, france, germany)

    assert turns(france, name) == turns(germany, name) == turns(italy, name)
    assert show(germany, name).state is AgreementState.SUSPENDED


def test_a_notice_travels_in_the_stream_of_the_treaty_it_is_about(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = bind(nodes, suspensible())

    gives(france, "suspend", Suspend(agreement=name))
    (publication,) = france.sent
    astray = germany.receive(france, msgspec.structs.replace(publication, stream="peering"))

    assert publication.stream == "schengen-sis"
    assert astray.reasons == ("agreement.wrong-stream",)


def test_the_one_who_suspended_resumes_and_nobody_else(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    name = bind(nodes, suspensible())
    gives(france, "suspend", Suspend(agreement=name, clauses=("enter-arr", "keep-arr")))
    carry(france, germany, italy)
    carry(germany, france, italy)

    with pytest.raises(Refused) as refusal:
        gives(germany, "resume", Resume(agreement=name))
    france.house.clock.move(HOUR_US)
    germany.house.clock.move(2 * HOUR_US)
    gives(france, "resume", Resume(agreement=name, clauses=("enter-arr",)))
    carry(france, germany)

    assert refusal.value.code == "agreement.not-suspended"
    assert ("resume", germany.house.clock.now(), "FRA", "DEU", ("enter-arr",)) in turns(germany, name)


def test_a_receipt_that_comes_before_its_notice_waits_for_it(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    name = bind(nodes, suspensible())
    gives(france, "suspend", Suspend(agreement=name))
    (notice,) = france.sent
    germany.receive(france, notice)

    (early,) = carry(germany, italy)
    italy.receive(france, notice)

    assert early.status is Status.STORED
    assert {towards for _, _, by, towards, _ in turns(italy, name) if by == "FRA"} == {"DEU", "ITA"}


def test_the_same_notice_twice_changes_nothing(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = bind(nodes, suspensible())
    gives(france, "suspend", Suspend(agreement=name))
    (notice,) = france.sent
    germany.receive(france, notice)
    before = turns(germany, name)

    with pytest.raises(GuardFailed):
        germany.receive(france, notice)

    assert turns(germany, name) == before


def test_a_notice_in_anothers_name_is_refused(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    name = bind(nodes, suspensible())
    gives(france, "suspend", Suspend(agreement=name))
    (notice,) = france.sent

    said = germany.receive(italy, msgspec.structs.replace(notice, owner=italy.services.owner))

    assert said.reasons == ("agreement.not-the-sender",)
    assert history(germany, name).notices == ()


def test_a_notice_about_a_version_that_is_on_its_way_waits(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = bind(nodes, suspensible())
    gives(france, "suspend", Suspend(agreement=name))
    (notice,) = france.sent
    assert isinstance(notice.payload, NoticeMessage)
    payload = NoticeMessage(notice=notice.payload.notice.replace(name, "f" * 64))

    said = germany.receive(france, msgspec.structs.replace(notice, payload=payload))

    assert said == deferred("UNKNOWN_AGREEMENT", 5)


def test_what_no_notice_can_do(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    unilateral = bind(nodes, treaty())

    for operation, command, code in (
        ("suspend", Suspend(agreement=unilateral), "agreement.no-unilateral-suspension"),
        ("terminate", Terminate(agreement=unilateral), "agreement.no-termination"),
        ("resume", Resume(agreement=unilateral), "agreement.not-suspended"),
    ):
        with pytest.raises(Refused) as refusal:
            gives(france, operation, command)
        assert refusal.value.code == code
    with pytest.raises(BadInput) as unknown:
        gives(france, "suspend", Suspend(agreement=unilateral, clauses=("no-such",)))
    with pytest.raises(BadInput) as word:
        gives(france, "notify", Notify(agreement=unilateral, word="no-such"))
    assert (unknown.value.code, word.value.code) == ("agreement.unknown-clause", "agreement.unknown-word")


@pytest.mark.parametrize(("operation", "kind"), [("suspend", NoticeKind.SUSPEND), ("terminate", NoticeKind.TERMINATE)])
def test_nothing_is_suspended_or_terminated_before_entry_into_force(
    nodes: dict[str, Node], operation: str, kind: NoticeKind
) -> None:
    france = nodes["FRA"]
    befriend(france, nodes["DEU"])
    name = propose(france, suspensible()).agreement
    command = {NoticeKind.SUSPEND: Suspend, NoticeKind.TERMINATE: Terminate}[kind](agreement=name)

    with pytest.raises(Refused) as refusal:
        gives(france, operation, command)

    assert refusal.value.code == "agreement.not-in-force"


# drafts and versions


def test_a_draft_is_kept_and_sent_to_nobody_until_it_is_proposed(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    document = canonical_bytes(treaty()).decode()

    drafted = gives(france, "draft", Draft(document=document))

    assert drafted.state is AgreementState.DRAFT
    assert france.sent == []
    assert show(france, drafted.agreement).state is AgreementState.DRAFT
    assert gives(france, "propose", Propose(document=document)).agreement == drafted.agreement
    assert show(france, drafted.agreement).state is AgreementState.PROPOSED


def test_a_counter_proposal_names_the_proposal_it_counters(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    first = propose(france)
    carry(france, germany)
    counter = msgspec.structs.replace(treaty(), version=treaty().version + 1, parent=first.agreement)
    astray = msgspec.structs.replace(counter, version=counter.version + 1)

    countered = propose(germany, counter)
    with pytest.raises(Refused) as refusal:
        propose(germany, astray)
    carry(germany, france)

    assert show(france, countered.agreement).state is AgreementState.PROPOSED
    assert refusal.value.code == "agreement.wrong-parent"


def test_the_old_version_governs_until_the_amendment_begins(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    old = bind(nodes, suspensible())
    amendment = msgspec.structs.replace(suspensible(), version=treaty().version + 1, parent=agreement_id(suspensible()))
    new = propose(france, amendment).agreement
    carry(france, germany, italy)
    for signer in (france, germany):
        sign(signer, new)
        carry(signer, *(node for node in nodes.values() if node is not signer))

    before = [show(node, old).state for node in nodes.values()]
    sign(italy, new)
    carry(italy, france, germany)

    assert before == [AgreementState.IN_FORCE] * 3
    assert [(show(node, old).state, show(node, new).state) for node in nodes.values()] == [
        (AgreementState.ENDED, AgreementState.IN_FORCE)
    ] * 3


def test_an_amendment_with_a_wrong_parent_is_refused_while_a_version_is_in_force(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    bind(nodes, suspensible())
    orphan = msgspec.structs.replace(suspensible(), version=9, parent="0" * 64)

    with pytest.raises(Refused) as refusal:
        propose(france, orphan)

    assert refusal.value.code == "agreement.wrong-parent"
    assert germany.sent == []


# the life of a treaty encoded from its text: entry by notification, sleeping clauses, notice of termination


def swiss_treaty() -> Agreement:
    """CHE-USA, between two synthetic nodes of other parties."""
    text = re.sub(r"\bCHE\b", "FRA", instrument_text("che-usa-serious-crime").decode())
    return read_agreement(re.sub(r"\bUSA\b", "DEU", text).encode())


def signed_by_both(nodes: dict[str, Node]) -> str:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    name = propose(france, swiss_treaty()).agreement
    carry(france, germany)
    for signer, other in ((france, germany), (germany, france)):
        sign(signer, name)
        carry(signer, other)
    return name


def exchanged(one: Node, other: Node) -> None:
    """Carry what each has for the other, receipts too, until nothing is left."""
    while one.sent or other.sent:
        carry(one, other)
        carry(other, one)


def in_force(nodes: dict[str, Node]) -> str:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = signed_by_both(nodes)
    gives(france, "complete", Complete(agreement=name))
    exchanged(france, germany)
    gives(germany, "complete", Complete(agreement=name))
    exchanged(france, germany)
    for node in (france, germany):
        node.house.clock.move(31 * DAY_US)
    return name


def test_a_treaty_enters_into_force_thirty_days_after_the_second_notification_was_sent(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = signed_by_both(nodes)

    assert show(france, name).state is AgreementState.SIGNED
    gives(france, "complete", Complete(agreement=name))
    exchanged(france, germany)
    assert show(germany, name).in_force_since is None
    germany.house.clock.move(5 * DAY_US)
    gives(germany, "complete", Complete(agreement=name))
    exchanged(france, germany)

    since = start_of_day(CivilDate("2026-12-30"))
    assert [show(node, name).in_force_since for node in (france, germany)] == [since, since]
    assert show(germany, name).state is AgreementState.SIGNED


def test_a_sleeping_clause_is_woken_by_its_notification_and_by_the_arrangement_of_both(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = in_force(nodes)

    answers = [asks(france, name, "reference.dna").outcome]
    for giver, word in ((germany, "DEU.art29.2"), (germany, "dna"), (france, "dna")):
        gives(giver, "notify", Notify(agreement=name, word=word))
        exchanged(france, germany)
        answers.append(asks(france, name, "reference.dna").outcome)

    assert answers == ["deny", "deny", "deny", "permit"]
    assert asks(germany, name, "reference.dna", other="FRA").outcome == "permit"


def test_why_is_answered_for_past_days_by_what_held_then(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = in_force(nodes)
    gives(france, "suspend", Suspend(agreement=name, ground=Ground.LAW_CHANGED))
    exchanged(france, germany)
    for node in (france, germany):
        node.house.clock.move(3 * DAY_US)
    gives(france, "resume", Resume(agreement=name))
    exchanged(france, germany)

    days = ("2026-11-25", "2026-12-25", "2026-12-27", None)
    found = [asks(germany, name, "reference.fingerprint", other="FRA", day=day) for day in days]

    assert [each.outcome for each in found] == ["deny", "permit", "deny", "permit"]
    assert [each.state for each in found] == [
        AgreementState.SIGNED,
        AgreementState.IN_FORCE,
        AgreementState.SUSPENDED,
        AgreementState.IN_FORCE,
    ]
    assert {reason.code for reason in found[2].reasons} >= {"SUSPENDED"}
    assert {one.name for one in found[0].circumstances} >= {"individual_case", "quota_used"}


def test_notice_of_termination_runs_six_months_from_its_receipt_and_terms_survive(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = in_force(nodes)
    received = date_of(germany.house.clock.now())
    gives(france, "terminate", Terminate(agreement=name, ground=Ground.MATERIAL_BREACH))
    exchanged(france, germany)

    last = add_period(received, "P6M")
    after = add_period(last, "P1D")

    assert asks(germany, name, "reference.fingerprint", other="FRA", day=last).outcome == "permit"
    assert asks(germany, name, "reference.fingerprint", other="FRA", day=after).outcome == "deny"
    kept = asks(germany, name, "received", other="FRA", day=after, operation="use", purpose="crime_investigation")
    assert (kept.outcome, kept.effect) == ("permit", "obligation")
    assert show(germany, name).state is AgreementState.IN_FORCE


def test_nobody_completes_procedures_for_a_treaty_that_enters_by_signature(nodes: dict[str, Node]) -> None:
    name = bind(nodes, suspensible())

    with pytest.raises(Refused) as refusal:
        gives(nodes["FRA"], "complete", Complete(agreement=name))

    assert refusal.value.code == "agreement.no-entry-by-notice"


def asks(
    node: Node,
    name: str,
    category: str,
    *,
    other: str = "DEU",
    day: str | None = None,
    operation: str = "query",
    purpose: str = "serious_crime_investigation",
) -> Why:
    told = {"individual_case": "yes", "person_specific_grounds": "yes", "serious_offence": "yes"}
    command = AskWhy(
        agreement=name,
        operation=operation,
        category=category,
        purpose=purpose,
        other=other,
        role="contact_point_officer",
        day=None if day is None else CivilDate(day),
        facts=tuple(Told(name=fact, value=value) for fact, value in told.items()),
    )
    found = node.act("agreement.ask", command, Why, "peering")
    assert isinstance(found, Why)
    return found


def test_what_runs_is_told_partner_by_partner(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = signed_by_both(nodes)

    found = france.act("agreement.exchanges", ShowExchanges(agreement=name), Exchanges, "peering")

    assert isinstance(found, Exchanges)
    assert found.stream == "che-usa-serious-crime"
    assert [(each.node, each.taken, each.waiting) for each in found.exchanges] == [
        (germany.services.identity.node, 0, 0)
    ]


def test_a_notice_of_termination_runs_on_the_register_until_the_treaty_ends(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = in_force(nodes)
    gives(france, "terminate", Terminate(agreement=name))
    exchanged(france, germany)

    with germany.work() as work:
        (running,) = TERMINATIONS.page(work, ListDeadlines(), None)
        counted = list(TERMINATIONS.counts(work))
        elsewhere = TERMINATIONS.page(work, ListDeadlines(actor="ITA"), None)
        behind = TERMINATIONS.page(work, ListDeadlines(), place_of(running))
    (end,) = [each.since for each in history(germany, name).turns if each.turn == "end"]

    assert (running.actor, running.case, running.due_at) == ("FRA", name, end)
    assert (running.source, running.silence) == ("SR 0.360.336.2 Art 26", Silence.END)
    assert counted == [("FRA", Standing.RUNNING, 1)]
    assert (elsewhere, behind) == ((), ())

    germany.house.clock.move(200 * DAY_US)
    with germany.work() as work:
        assert TERMINATIONS.page(work, ListDeadlines(), None) == ()
        assert TERMINATIONS.oldest_breach(work) is None
