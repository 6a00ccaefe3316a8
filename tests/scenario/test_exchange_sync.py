"""Newcomers, equality, urgency, quotas and contradictions between two nodes on real storage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from comity.core.ids import Owner, RecordRef
from comity.core.ports import Delete, Publication, Work
from comity.core.time import DAY_US, SECOND_US, Instant
from comity.core.vocabulary import Purpose
from comity.exchange import store
from comity.exchange.catch_up import catch_up, is_behind
from comity.exchange.equality import answer_compare, ask_for, compare, find_outcome, is_due, take_compared
from comity.exchange.peers import set_peer_state
from comity.exchange.quota import Quota
from comity.exchange.records import PeerState, Status
from tests.support.exchange_nodes import LINEAGE, Node, Note, deliver, two_nodes
from tests.support.hostile_peer import HostilePeer

Pair = tuple[Node, Node]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with two_nodes(tmp_path) as nodes:
        yield nodes


class Notebook:
    """Own notes that were there before anybody asked."""

    kind = "note"

    def __init__(self, owner: Node, ids: Sequence[str]) -> None:
        self._owner = owner
        self._ids = sorted(ids)

    def offers(self, work: Work, after: str, limit: int) -> tuple[Publication, ...]:
        following = [each for each in self._ids if each > after][:limit]
        return tuple(
            Publication(
                kind="note",
                id=each,
                owner=Owner(party=self._owner.home.party, authority="police"),
                category="NOTE",
                operation="enter",
                purpose=Purpose.BORDERS,
                version=1,
                schema=1,
                payload=Note(text=f"old {each}"),
                issued=work.recorded_at,
            )
            for each in following
        )


def offer_all(fra: Node, deu: Node, source: Notebook) -> int:
    peer, acts = fra.peer(deu.home.node), 0
    while fra.acts.act("exchange.catch-up", peer, lambda work: catch_up(work, peer, source, fra.sending, page=2)):
        acts += 1
    return acts


def test_a_newcomer_gets_what_is_there_and_what_is_new_goes_on_beside_it(pair: Pair) -> None:
    fra, deu = pair
    source = Notebook(fra, ["n1", "n2", "n3", "n4", "n5"])
    fra.publish("n2", 1, "entered meanwhile")

    pages = offer_all(fra, deu, source)
    deliver(fra, deu)

    assert pages == 3
    assert {name: text for name, (_, text, _) in deu.notes().items()} == {
        "n1": "old n1",
        "n2": "entered meanwhile",
        "n3": "old n3",
        "n4": "old n4",
        "n5": "old n5",
    }
    peer = fra.peer(deu.home.node)
    assert not fra.acts.view(peer, lambda work: is_behind(work, peer, "note", fra.sending))
    fra.policy.number += 1
    assert fra.acts.view(peer, lambda work: is_behind(work, peer, "note", fra.sending))


def test_nobody_is_offered_what_no_agreement_opens_and_no_distrusted_peer_anything(pair: Pair) -> None:
    fra, deu = pair
    fra.policy.fields.clear()

    offer_all(fra, deu, Notebook(fra, ["n1"]))

    assert fra.statements() == []
    peer = fra.peer(deu.home.node)
    fra.acts.act("peer.distrust", peer, lambda work: set_peer_state(work, peer, PeerState.DISTRUSTED, "test"))
    gone = fra.peer(deu.home.node)
    assert not fra.acts.view(gone, lambda work: is_behind(work, gone, "other", fra.sending))


def test_the_urgent_overtakes_the_bulk_and_a_record_stays_on_its_stream(pair: Pair) -> None:
    fra, deu = pair
    for number in range(3):
        fra.publish(f"b{number}", 1, "bulk", urgency="bulk")
    fra.publish("o1", 1, "ordinary")
    fra.publish("u1", 1, "urgent", urgency="urgent")
    fra.publish("b0", 2, "bulk still", urgency="urgent")

    streams = []
    while (frame := fra.next_frame(deu)) is not None:
        outcome = deu.take(frame, fra)
        fra.settle(deu.sign(outcome), deu)
        streams.append((frame.header.stream, frame.header.last))

    assert streams == [(f"{LINEAGE}/urgent", 1), (LINEAGE, 1), (f"{LINEAGE}/bulk", 4)]
    assert deu.notes()["b0"] == (2, "bulk still", 2)


def ask(fra: Node, deu: Node) -> object:
    """Compare as the link does, and return the row of the outcome."""
    peer, known = fra.peer(deu.home.node), deu.peer(fra.home.node)
    question = fra.acts.view(peer, lambda work: compare(work, peer))
    answer = deu.acts.view(known, lambda work: answer_compare(work, known, question))
    fra.acts.act("exchange.compare", peer, lambda work: take_compared(work, peer, answer, fra.sending))
    return fra.acts.view(peer, lambda work: find_outcome(work, peer.node))


def test_two_sides_that_hold_the_same_are_equal(pair: Pair) -> None:
    fra, deu = pair
    for number in range(20):
        fra.publish(f"n{number}", 1, "hello")
    fra.publish("n3", 2, None)
    deliver(fra, deu)

    outcome = ask(fra, deu)

    assert (outcome.equal, outcome.missing, outcome.extra, outcome.otherwise) == (True, 0, 0, 0)  # type: ignore[attr-defined]


def test_what_a_peer_lost_is_found_and_sent_again(pair: Pair) -> None:
    fra, deu = pair
    for number in range(20):
        fra.publish(f"n{number}", 1, "hello")
    deliver(fra, deu)
    lose(deu, "n7")

    outcome = ask(fra, deu)
    held = sorted(deu.notes())
    deliver(fra, deu)

    assert (outcome.equal, outcome.missing, outcome.repaired, outcome.wanted) == (False, 1, 1, True)  # type: ignore[attr-defined]
    assert "n7" not in held
    assert deu.notes()["n7"] == (1, "hello", 1)
    assert ask(fra, deu).equal  # type: ignore[attr-defined]


def test_what_a_peer_holds_beyond_the_owners_knowledge_is_shown(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    fra.publish("n2", 1, "hello")
    deliver(fra, deu)
    forget(fra, "n2")

    outcome = ask(fra, deu)

    assert (outcome.equal, outcome.missing, outcome.extra) == (False, 0, 1)  # type: ignore[attr-defined]


def test_comparing_is_due_once_a_day_and_when_asked_for_but_never_with_something_on_its_way(pair: Pair) -> None:
    fra, deu = pair
    peer = fra.peer(deu.home.node)

    def due() -> bool:
        return fra.acts.view(peer, lambda work: is_due(work, peer))

    first = due()
    ask(fra, deu)
    after, _ = due(), fra.acts.act("peer.compare", peer, lambda work: ask_for(work, peer))
    wanted = due()
    fra.publish("n1", 1, "hello")
    busy = due()
    deliver(fra, deu)
    ask(fra, deu)
    rested = due()
    fra.house.clock.move(DAY_US)

    assert (first, after, wanted, busy, rested, due()) == (True, False, True, False, False, True)


def lose(node: Node, record: str) -> None:
    """Take a record away as a damaged disk would."""
    owner = Owner(party="FRA", authority="police")
    key = store.record_key("note", record, owner)
    known = node.peer(node.peers()[0].node)

    def do(work: Work) -> None:
        work.change(Delete(store.record_table, {"record": key}))
        node.receiver.erase(work, owner, RecordRef(kind="note", id=record, version=1))

    node.acts.act("damage", known, do)


def forget(node: Node, record: str) -> None:
    """Forget that anybody holds a record, as a backup from before it does."""
    key = store.record_key("note", record, Owner(party="FRA", authority="police"))
    known = node.peer(node.peers()[0].node)
    node.acts.act("damage", known, lambda work: work.change(Delete(store.holder_table, {"record": key})))


def test_other_bytes_under_a_known_version_are_refused_whatever_the_sequence(pair: Pair) -> None:
    fra, deu = pair
    hostile = HostilePeer(fra, deu)
    hostile.send(hostile.frame(hostile.statement(payload={"text": "one"})))

    same = hostile.send(hostile.frame(hostile.statement(payload={"text": "one"}), first=2))
    other = hostile.send(hostile.frame(hostile.statement(payload={"text": "two"}), first=3))

    assert same.receipt is not None
    assert other.receipt is not None
    assert same.receipt.outcomes[0].status is Status.STORED
    assert other.receipt.outcomes[0].reasons == ("exchange.version-conflict",)
    assert deu.notes() == {"h1": (1, "one", 1)}


def test_a_quota_holds_a_peer_up_until_its_minute_is_over_and_no_other() -> None:
    quota = Quota(1000)
    now = Instant(0)

    assert quota.take("a", 5000, now) is None
    assert quota.take("a", 1, Instant(20 * SECOND_US)) == 40
    assert quota.take("b", 900, Instant(20 * SECOND_US)) is None
    assert quota.take("b", 200, Instant(20 * SECOND_US)) == 60
    assert quota.take("a", 1, Instant(60 * SECOND_US)) is None
