"""Two nodes on real storage, frames carried by hand: what reaches whom, once, in order, and what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.agreements.compile import SIGN_STATEMENT
from comity.core.time import CivilDate
from comity.exchange import store
from comity.exchange.delivery import due, pull, rewind
from comity.exchange.erasure import erase_due
from comity.exchange.frame import Route, seal_frame
from comity.exchange.inbox import Verdict
from comity.exchange.peers import note_kinds, set_peer_state
from comity.exchange.queue import queue
from comity.exchange.records import PeerState, QueueState, Status
from comity.exchange.signing import is_signed
from tests.support.exchange_nodes import LINEAGE, Node, deliver, two_nodes

Pair = tuple[Node, Node]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with two_nodes(tmp_path) as nodes:
        yield nodes


def states(node: Node, to: Node) -> list[object]:
    return [state for state, _ in node.said_of(to)]


def test_an_entitled_peer_gets_the_permitted_fields_only(pair: Pair) -> None:
    fra, deu = pair

    fra.publish("n1", 1, "hello", secret="not for others")
    outcomes = deliver(fra, deu)

    assert [outcome.verdict for outcome in outcomes] == [Verdict.DECIDED]
    assert deu.notes() == {"n1": (1, "hello", 1)}
    assert states(fra, deu) == [QueueState.STORED]
    bodies = [row["body"] for row in deu.statements()]
    assert not any(b"not for others" in body for body in bodies if isinstance(body, bytes))


def test_a_batch_says_whether_more_is_due_behind_it(pair: Pair) -> None:
    fra, deu = pair
    peer = fra.peer(deu.home.node)

    def more(*, sent: int = 0) -> bool:
        found = fra.acts.view(peer, lambda work: due(work, peer, fra.sending, {LINEAGE: sent}))
        assert found.batch is not None
        return found.more

    fra.publish("n1", 1, "ordinary")
    assert not more()
    fra.publish("n2", 1, "ordinary")
    assert not more(sent=1)
    fra.publish("n3", 1, "urgent", urgency="urgent")
    assert more(sent=1)


def test_nobody_gets_what_no_agreement_opens(pair: Pair) -> None:
    fra, deu = pair
    fra.policy.fields.clear()

    fra.publish("n1", 1, "hello")

    assert deliver(fra, deu) == []
    assert fra.statements() == []


def test_corrections_arrive_in_order_and_a_withdrawal_leaves_nothing(pair: Pair) -> None:
    fra, deu = pair
    for version, text in enumerate(("one", "two", "three"), 1):
        fra.publish("n1", version, text)

    deliver(fra, deu)

    assert deu.notes() == {"n1": (3, "three", 3)}
    fra.publish("n1", 4, None)
    deliver(fra, deu)
    assert deu.notes() == {}


def test_one_frame_with_several_versions_of_a_record_is_decided_whole(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "one")
    fra.publish("n1", 2, "two")
    fra.publish("n2", 1, "other")

    outcomes = deliver(fra, deu)

    assert len(outcomes) == 1
    assert outcomes[0].receipt is not None
    assert [said.status for said in outcomes[0].receipt.outcomes] == [Status.STORED] * 3
    # Decided in two acts, since a subject takes one version of a record in each: both rest on the one signed header.
    assert len({row["evidence"] for row in deu.rows(store.frame_table)}) == 1


def test_a_frame_delivered_twice_is_answered_the_same_and_applied_once(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    fra.publish("n2", 1, "bad")
    frame = fra.next_frame(deu)
    assert frame is not None

    first, again = deu.take(frame, fra), deu.take(frame, fra)

    assert first.receipt is not None
    assert again.receipt is not None
    assert first.receipt.outcomes == again.receipt.outcomes
    assert [said.reasons for said in again.receipt.outcomes] == [(), ("note.bad",)]
    assert deu.notes() == {"n1": (1, "hello", 1)}


def test_a_lost_receipt_only_means_sending_again(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    lost = fra.next_frame(deu)
    assert lost is not None
    deu.take(lost, fra)
    fra.publish("n2", 1, "more")

    deliver(fra, deu)

    assert deu.notes() == {"n1": (1, "hello", 1), "n2": (1, "more", 1)}
    assert states(fra, deu) == [QueueState.STORED] * 2


def test_of_several_lost_receipts_each_frame_gets_its_own_again(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    short = fra.next_frame(deu)
    assert short is not None
    fra.publish("n2", 1, "bad")
    fra.publish("n3", 1, "more")
    long = fra.next_frame(deu)
    assert long is not None
    deu.take(long, fra)

    again = deu.take(short, fra)
    fra.settle(deu.sign(again), deu)
    deliver(fra, deu)

    assert again.receipt is not None
    assert (again.receipt.first, again.receipt.last, again.receipt.decided) == (1, 1, 1)
    assert states(fra, deu) == [QueueState.STORED, QueueState.REFUSED, QueueState.STORED]


def test_a_tombstone_goes_whatever_the_present_policy(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    deliver(fra, deu)
    fra.policy.fields.clear()
    deu.policy.fields.clear()
    fra.policy.number += 1

    fra.publish("n1", 2, None)
    deliver(fra, deu)

    assert deu.notes() == {}


def test_a_peer_that_is_no_longer_entitled_gets_a_tombstone_with_the_next_version(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    deliver(fra, deu)
    fra.policy.fields.clear()

    fra.publish("n1", 2, "not for you any more")
    deliver(fra, deu)

    assert deu.notes() == {}
    assert [row["tombstone"] for row in fra.rows(store.holder_table)] == [True]


def test_a_record_may_come_back_after_its_tombstone_with_a_higher_version(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    fra.publish("n1", 2, None)
    fra.publish("n1", 3, "lawful again")

    deliver(fra, deu)

    assert deu.notes() == {"n1": (3, "lawful again", 1)}


def test_policy_is_asked_again_before_transmission_when_agreements_changed(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    fra.policy.fields.clear()
    fra.policy.number += 1

    outcomes = deliver(fra, deu)

    assert outcomes[0].receipt is not None
    assert outcomes[0].receipt.outcomes[0].reasons == ("exchange.withheld",)
    assert deu.notes() == {}
    assert deu.statements() == []


def test_a_deferred_item_holds_its_stream_and_nothing_is_lost(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "first")
    fra.publish("n2", 1, "later")
    fra.publish("n3", 1, "behind")

    deliver(fra, deu)

    assert sorted(deu.notes()) == ["n1"]
    assert states(fra, deu) == [QueueState.STORED, QueueState.DEFERRED, QueueState.WAITING]
    peer = fra.peer(deu.home.node)
    lines = fra.acts.view(peer, lambda work: queue(work, peer))
    assert [(line.state, line.count, line.reasons) for line in lines] == [
        (QueueState.DEFERRED, 1, ("note.later",)),
        (QueueState.WAITING, 1, ()),
    ]

    deu.receiver.patient = False
    deliver(fra, deu)

    assert sorted(deu.notes()) == ["n1", "n2", "n3"]


def test_an_unknown_agreement_defers_and_is_tried_again_after_its_time(pair: Pair) -> None:
    fra, deu = pair
    deu.policy.known = False
    fra.publish("n1", 1, "hello")
    deliver(fra, deu)
    deu.policy.known = True

    assert fra.next_frame(deu) is None
    for node in pair:
        node.house.clock.move(6_000_000)
    deliver(fra, deu)

    assert sorted(deu.notes()) == ["n1"]


def test_a_gap_is_pulled(pair: Pair) -> None:
    fra, deu = pair
    for number in range(3):
        fra.publish(f"n{number}", 1, "hello")
    whole = fra.next_frame(deu)
    assert whole is not None
    route = Route(fra.home.node, deu.home.node, LINEAGE)
    tail = seal_frame(route, 3, whole.items[2:], fra.house.clock.now(), fra.signer)

    outcome = deu.take(tail, fra)

    assert (outcome.verdict, outcome.pull_from) == (Verdict.GAP, 1)
    assert deu.notes() == {}


def test_a_peer_that_lost_its_storage_gets_everything_again(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    fra.publish("n2", 1, "world")
    deliver(fra, deu)
    peer = fra.peer(deu.home.node)
    assert fra.next_frame(deu) is None

    fra.acts.act("exchange.pull", peer, lambda work: pull(work, peer, LINEAGE, 2))
    tail = fra.next_frame(deu)
    fra.acts.act("exchange.hello", peer, lambda work: rewind(work, peer, ()))
    whole = fra.next_frame(deu)

    assert tail is not None
    assert whole is not None
    assert (tail.header.first, tail.header.last) == (2, 2)
    assert (whole.header.first, whole.header.last) == (1, 2)


def test_a_frozen_peer_s_queue_fills_and_waits(pair: Pair) -> None:
    fra, deu = pair
    peer = fra.peer(deu.home.node)
    fra.acts.act("peer.freeze", peer, lambda work: set_peer_state(work, peer, PeerState.FROZEN, "test"))

    fra.publish("n1", 1, "hello")

    assert fra.next_frame(deu) is None
    fra.trust(deu.card)
    deliver(fra, deu)
    assert sorted(deu.notes()) == ["n1"]


def test_a_peer_that_cannot_read_the_kind_parks_the_stream_visibly(pair: Pair) -> None:
    fra, deu = pair
    peer = fra.peer(deu.home.node)
    fra.acts.act("exchange.hello", peer, lambda work: note_kinds(work, peer, ("other@1",)))

    fra.publish("n1", 1, "hello")

    peer = fra.peer(deu.home.node)
    assert fra.next_frame(deu) is None
    assert [line.reasons for line in fra.acts.view(peer, lambda work: queue(work, peer))] == [("exchange.parked",)]


def test_a_withdrawn_record_leaves_no_content_at_either_end(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "one")
    deliver(fra, deu)
    fra.publish("n1", 2, "two")
    fra.publish("n1", 3, None)

    deliver(fra, deu)

    for node in pair:
        rows = node.statements()
        assert {row["version"]: row["erased_rule"] for row in rows if row["body"] is None} == {
            row["version"]: "withdrawn-by-owner" for row in rows if row["version"] != 3
        }
    assert deu.notes() == {}
    assert states(fra, deu) == [QueueState.STORED] * 3  # nothing is open: the second went as its digest alone


def test_a_copy_ends_by_itself_on_its_deletion_date(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "one", delete_by="2026-12-01")
    fra.publish("n2", 1, "other")
    deliver(fra, deu)

    early, late, again = (erased(deu, fra, day) for day in ("2026-12-01", "2026-12-02", "2026-12-02"))

    assert (early, late, again) == (0, 1, 0)
    assert sorted(deu.notes()) == ["n2"]
    assert [row["erased_rule"] for row in deu.statements() if row["id"] == "n1"] == ["deletion-date-passed"]


def erased(node: Node, peer: Node, today: str) -> int:
    known = node.peer(peer.home.node)
    receivers = node.intake.receivers
    return node.acts.act("exchange.erase", known, lambda work: erase_due(work, CivilDate(today), receivers))


def test_what_an_agreement_wants_signed_alone_carries_its_owners_signature_as_evidence(pair: Pair) -> None:
    fra, deu = pair
    fra.policy.obligations = (SIGN_STATEMENT,)

    fra.publish("n1", 1, "hello")
    deliver(fra, deu)

    (kept,) = deu.statements()
    assert deu.notes() == {"n1": (1, "hello", 1)}
    assert isinstance(kept["own_signature"], bytes)
    assert isinstance(kept["body"], bytes)
    assert is_signed(fra.signer.public_key, kept["body"], kept["own_signature"])


def test_a_statement_that_should_be_signed_alone_and_is_not_is_refused(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    frame = fra.next_frame(deu)
    assert frame is not None

    deu.policy.obligations = (SIGN_STATEMENT,)
    outcome = deu.take(frame, fra)

    assert outcome.receipt is not None
    assert outcome.receipt.outcomes[0].reasons == ("exchange.own-signature-missing",)
    assert deu.notes() == {}
