"""A suspension between two nodes: it stops every stream, inside a burst too, spares children, and loses nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import decide
from comity.agreements.load import agreement_id
from comity.agreements.peering import make_peering
from comity.agreements.registry import Pause, Registry, Standing
from comity.core.decision import Decision, Question
from comity.core.ids import AgreementId, Owner
from comity.core.ports import Publication, Urgency, Work
from comity.core.time import DAY_US, Instant
from comity.core.vocabulary import Purpose
from comity.exchange.again import is_waiting, take_up
from comity.exchange.equality import is_due
from comity.exchange.outbox import Enqueued, enqueue
from comity.exchange.put_off import count_put_off
from tests.support.agreements import make_test_identity
from tests.support.exchange_nodes import NOON, Node, Note, Policy, deliver, open_node
from tests.support.treaties import further, treaty

BETWEEN = frozenset({"CHE", "USA"})
FIELDS = """
field_lists:
- id: notes
  category: OBJ
  allowed: [{value: [text], source: 'Art 12', confidence: synthetic}]
- id: notes-on-children
  category: CHI-A
  allowed: [{value: [text], source: 'Art 12', confidence: synthetic}]
"""
TREATY = treaty(
    (
        "  receivers: {value: any_party, source: 'Art 12', confidence: synthetic}\n",
        "  receivers: {value: any_party, source: 'Art 12', confidence: synthetic}\n  fields: [notes]\n",
    ),
    more=further("fields: [notes, notes-on-children]", categories="[OBJ, CHI-A]") + FIELDS,
)
COMPILED = compile_agreement(TREATY)
PEERING = Standing(
    compile_agreement(make_peering(*(make_test_identity(party, seed)[0] for party, seed in (("CHE", 1), ("USA", 2))))),
    Instant(0),
)
"""Two nodes always peer: an agreement that speaks of none of this stands beside the treaty."""


@dataclass
class Treaty(Policy):
    """The decision point and the book of a node that stands in one real treaty with pauses."""

    pauses: list[Pause] = field(default_factory=list)
    turns: int = 0

    def suspend(self, at: Instant, *clauses: str) -> None:
        self.pauses.append(Pause(at, None, frozenset(clauses) or None, at, parties=BETWEEN))
        self.turns += 1

    def resume(self, at: Instant) -> None:
        last = self.pauses.pop()
        self.pauses.append(Pause(last.since, at, last.clauses, last.known_from, at, parties=BETWEEN))
        self.turns += 1

    def decide(self, question: Question, at: Instant, known_at: Instant) -> Decision:
        standing = Standing(COMPILED, Instant(0), pauses=tuple(self.pauses))
        return decide(question, at, known_at, Registry.of([standing, PEERING]))

    def epoch(self, work: Work) -> int:
        del work
        return self.turns

    def stream(self, work: Work, agreement: AgreementId) -> str:
        del work, agreement
        return COMPILED.lineage


@dataclass
class Pair:
    che: Node
    usa: Node
    ours: Treaty
    theirs: Treaty

    def publish(self, record: str, version: int, text: str, **more: str) -> Enqueued:
        publication = Publication(
            kind="note",
            id=record,
            owner=Owner(party="CHE", authority="police"),
            category=more.get("category", "OBJ"),
            operation="notify",
            purpose=Purpose.POLICE,
            version=version,
            schema=1,
            payload=Note(text=text),
            urgency=Urgency(more.get("urgency", "ordinary")),
            issued=self.che.house.clock.now(),
        )
        peer = self.che.peer(self.usa.home.node)
        return self.che.acts.act("test.publish", peer, lambda work: enqueue(work, publication, self.che.sending))

    def suspend(self, *clauses: str) -> None:
        """Both sides know of a suspension."""
        for side, node in ((self.ours, self.che), (self.theirs, self.usa)):
            side.suspend(node.house.clock.now(), *clauses)

    def resume(self) -> None:
        """Both sides know that it is over, and the sender's housekeeping has looked."""
        for side, node in ((self.ours, self.che), (self.theirs, self.usa)):
            side.resume(node.house.clock.now())
        self.look()

    def look(self) -> int:
        """Do what the sender's housekeeping does; return how many items it looked at."""
        peer = self.che.peer(self.usa.home.node)
        looked = 0
        while self.che.acts.view(peer, lambda work: is_waiting(work, peer, self.che.sending)):
            looked += self.che.acts.act("exchange.take-up", peer, lambda work: take_up(work, peer, self.che.sending, 2))
        return looked

    def put_off(self) -> int:
        peer = self.che.peer(self.usa.home.node)
        counted = self.che.acts.view(peer, lambda work: count_put_off(work, peer))
        assert set(counted) <= {COMPILED.lineage, f"{COMPILED.lineage}/urgent", f"{COMPILED.lineage}/bulk"}
        return sum(counted.values())

    def held(self) -> dict[str, tuple[int, str]]:
        return {name: (version, text) for name, (version, text, _) in self.usa.notes().items()}


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    ours, theirs = Treaty(), Treaty()
    with contextlib.ExitStack() as stack:
        che = stack.enter_context(open_node(tmp_path / "che", "CHE", ours))
        usa = stack.enter_context(open_node(tmp_path / "usa", "USA", theirs))
        che.trust(usa.card)
        usa.trust(che.card)
        yield Pair(che, usa, ours, theirs)


@pytest.mark.parametrize("urgency", list(Urgency))
def test_nothing_passes_on_any_stream_and_all_of_it_comes_when_the_suspension_is_over(
    pair: Pair, urgency: Urgency
) -> None:
    pair.publish("before", 1, "lined up before", urgency=urgency)
    pair.suspend()
    pair.publish("during", 1, "made during it", urgency=urgency)

    deliver(pair.che, pair.usa)
    stopped, put_off, said = pair.held(), pair.put_off(), pair.che.said_of(pair.usa)
    pair.resume()
    deliver(pair.che, pair.usa)

    assert (stopped, put_off) == ({}, 2)
    assert [state for state, _ in said] == ["put-off"]
    assert {state for state, _ in pair.che.said_of(pair.usa)} == {"stored"}
    assert pair.held() == {"before": (1, "lined up before"), "during": (1, "made during it")}
    assert pair.put_off() == 0


def test_a_burst_is_cut_where_the_receiver_hears_of_it_and_goes_on_where_it_stood(pair: Pair) -> None:
    for number in range(6):
        pair.publish(f"n{number}", 1, "burst", urgency="bulk" if number % 2 else "urgent")
    first = pair.che.next_frame(pair.usa)
    assert first is not None
    pair.che.settle(pair.usa.sign(pair.usa.take(first, pair.che)), pair.usa)
    arrived = pair.held()
    under_way = pair.che.next_frame(pair.usa)
    assert under_way is not None

    pair.theirs.suspend(pair.usa.house.clock.now())
    refused = pair.usa.take(under_way, pair.che)
    pair.che.settle(pair.usa.sign(refused), pair.usa)
    pair.ours.suspend(pair.che.house.clock.now())
    during, queued = pair.held(), {state for state, _ in pair.che.said_of(pair.usa) if state != "stored"}
    pair.resume()
    deliver(pair.che, pair.usa)

    assert refused.receipt is not None
    assert queued == {"put-off"}
    assert {code for said in refused.receipt.outcomes for code in said.reasons} == {"SUSPENDED"}
    assert during == arrived
    assert sorted(arrived) == ["n0", "n2", "n4"]
    assert sorted(pair.held()) == [f"n{number}" for number in range(6)]


def test_what_concerns_a_child_goes_on_while_the_whole_treaty_is_suspended(pair: Pair) -> None:
    pair.suspend()

    pair.publish("child", 1, "abducted", category="CHI-A", urgency="urgent")
    pair.publish("car", 1, "stolen", category="OBJ", urgency="urgent")
    deliver(pair.che, pair.usa)

    assert pair.held() == {"child": (1, "abducted")}


def test_a_suspended_clause_stops_its_own_records_and_no_others(pair: Pair) -> None:
    pair.suspend("tell")
    pair.publish("by-the-other", 1, "stolen")
    deliver(pair.che, pair.usa)
    pair.suspend("further")
    pair.publish("by-none", 1, "stolen")
    deliver(pair.che, pair.usa)

    assert pair.held() == {"by-the-other": (1, "stolen")}
    assert pair.put_off() == 1


def test_a_suspension_takes_nothing_back_and_the_newest_version_comes_after_it(pair: Pair) -> None:
    pair.publish("n1", 1, "old")
    deliver(pair.che, pair.usa)
    pair.suspend()
    second = pair.publish("n1", 2, "newer")
    third = pair.publish("n1", 3, "newest")
    deliver(pair.che, pair.usa)
    during = pair.held()
    pair.resume()
    deliver(pair.che, pair.usa)

    assert (second.recalled, second.put_off, third.put_off) == (0, 1, 1)
    assert during == {"n1": (1, "old")}
    assert pair.held() == {"n1": (3, "newest")}
    assert pair.usa.notes()["n1"][2] == 2


def test_what_is_withdrawn_meanwhile_goes_at_once_and_never_comes_back(pair: Pair) -> None:
    pair.publish("n1", 1, "old")
    deliver(pair.che, pair.usa)
    pair.suspend()
    pair.publish("n1", 2, "newer")
    withdrawn = Publication(
        kind="note",
        id="n1",
        owner=Owner(party="CHE", authority="police"),
        category="OBJ",
        operation="delete",
        purpose=Purpose.POLICE,
        version=3,
        schema=1,
        payload=None,
        issued=pair.che.house.clock.now(),
    )
    peer = pair.che.peer(pair.usa.home.node)
    pair.che.acts.act("test.publish", peer, lambda work: enqueue(work, withdrawn, pair.che.sending))
    deliver(pair.che, pair.usa)
    during = pair.held()
    pair.resume()
    deliver(pair.che, pair.usa)

    assert during == {}
    assert pair.held() == {}
    assert pair.put_off() == 0


def test_each_is_asked_about_once_a_turn_and_nothing_is_compared_meanwhile(pair: Pair) -> None:
    pair.suspend()
    for number in range(5):
        pair.publish(f"n{number}", 1, "hello")
    peer = pair.che.peer(pair.usa.home.node)

    untouched = pair.look()
    pair.che.house.clock.move(2 * DAY_US)
    compared = pair.che.acts.view(peer, lambda work: is_due(work, peer))
    pair.ours.turns += 1  # something else turned
    looked, again = pair.look(), pair.look()
    pair.resume()

    assert (untouched, looked, again) == (0, 5, 0)
    assert not compared
    assert pair.put_off() == 0


def test_the_answer_to_a_question_says_what_rests_and_what_passes_after_it() -> None:
    book = Treaty()
    book.suspend(Instant(0))
    question = Question(
        stage="enqueue",  # type: ignore[arg-type]  # as read
        operation="notify",
        category="OBJ",
        purpose="police",
        actor=Owner(party="CHE", authority="police"),
        owner=Owner(party="CHE", authority="police"),
        sender="CHE",
        receiver="USA",
        fields=("text", "person.surnames"),
    )

    said = book.decide(question, NOON, NOON)

    assert (said.permitted, set(said.codes)) == (False, {"SUSPENDED"})
    assert (said.clauses, said.fields) == (("further", "tell"), ("text",))
    assert said.agreement == agreement_id(TREATY)
