"""Who holds what, taking it back, and what a suspension does to what is on its way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.core.ids import Owner
from comity.core.time import DAY_US, SECOND_US
from comity.exchange import store
from comity.exchange.catch_up import catch_up
from comity.exchange.recall import Holding, holding, recall_under
from comity.exchange.records import QueueState
from tests.scenario.test_exchange_sync import Notebook
from tests.support.exchange_nodes import Node, deliver, two_nodes

Pair = tuple[Node, Node]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with two_nodes(tmp_path) as nodes:
        yield nodes


def held(fra: Node, record: str) -> Holding:
    owner = Owner(party="FRA", authority="police")
    (peer,) = fra.peers()
    (only,) = fra.acts.view(peer, lambda work: holding(work, "note", record, owner))
    return only


def end(fra: Node) -> list[int]:
    """End the treaty and take back what went under it, in pages of two."""
    fra.policy.ended = True
    fra.policy.number += 1
    (peer,) = fra.peers()
    pages: list[int] = []
    while pages[-1:] != [0]:
        pages.append(
            fra.acts.act(
                "exchange.recall", peer, lambda work: recall_under(work, fra.policy.over(work), fra.sending, page=2)
            )
        )
    return pages


def test_the_holder_map_says_who_has_which_version_and_how_it_answered(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    before = held(fra, "n1")
    deliver(fra, deu)
    after = held(fra, "n1")

    assert (before.version, before.state, before.receipt) == (1, QueueState.WAITING, None)
    assert (after.peer, after.version, after.state, after.tombstone) == (deu.home.node, 1, QueueState.STORED, False)
    assert after.receipt in {row["digest"] for row in fra.rows(store.receipt_table)}


def test_the_end_of_an_agreement_takes_back_everything_and_its_receipts_prove_it(pair: Pair) -> None:
    fra, deu = pair
    for number in range(5):
        fra.publish(f"n{number}", 1 + number % 2, "hello")
    deliver(fra, deu)

    pages = end(fra)
    deu.policy.ended = True
    deliver(fra, deu)

    assert pages == [2, 2, 1, 0]
    assert deu.notes() == {}
    assert [item for item in deu.statements() if item["body"] and b'"payload":{' in bytes(item["body"])] == []  # type: ignore[call-overload]
    taken = [held(fra, f"n{number}") for number in range(5)]
    assert all(each.tombstone and each.state is QueueState.STORED and each.receipt for each in taken)


def test_what_was_taken_back_may_come_again_under_its_own_number_and_no_replay_can(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "old n1")
    original = fra.next_frame(deu)
    assert original is not None
    deliver(fra, deu)
    end(fra)
    deliver(fra, deu)

    fra.policy.ended = False
    fra.policy.number += 1
    replayed = deu.take(original, fra)
    gone = deu.notes()
    peer = fra.peer(deu.home.node)
    source = Notebook(fra, ["n1"])
    fra.acts.act("exchange.catch-up", peer, lambda work: catch_up(work, peer, source, fra.sending))
    deliver(fra, deu)

    assert replayed.receipt is not None
    assert gone == {}
    assert deu.notes() == {"n1": (1, "old n1", 1)}


def test_a_holder_out_of_reach_is_chased_and_shown_as_stale_after_its_lease(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    deliver(fra, deu)
    end(fra)

    fresh = held(fra, "n1")
    fra.house.clock.move(DAY_US + SECOND_US)
    stale = held(fra, "n1")
    deu.house.clock.move(DAY_US + SECOND_US)
    deliver(fra, deu)
    answered = held(fra, "n1")

    assert (fresh.state, fresh.stale) == (QueueState.WAITING, False)
    assert (stale.state, stale.stale) == (QueueState.WAITING, True)
    assert (answered.state, answered.stale) == (QueueState.STORED, False)
    assert deu.notes() == {}


def test_a_suspension_stops_what_waits_and_its_end_lets_it_go(pair: Pair) -> None:
    fra, deu = pair
    for number in range(3):
        fra.publish(f"n{number}", 1, "hello")
    fra.policy.suspended = True
    fra.policy.number += 1

    during = fra.next_frame(deu)
    fra.policy.suspended = False
    fra.policy.number += 1
    deliver(fra, deu)

    assert during is None
    assert sorted(deu.notes()) == ["n0", "n1", "n2"]


def test_what_was_on_its_way_when_the_receiver_heard_of_the_suspension_is_not_stored(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    frame = fra.next_frame(deu)
    assert frame is not None

    deu.policy.suspended = True
    outcome = deu.take(frame, fra)

    assert outcome.receipt is not None
    assert [(said.status, said.reasons) for said in outcome.receipt.outcomes] == [("deferred", ("NOT_IN_FORCE",))]
    assert deu.notes() == {}
    assert deu.statements() == []
