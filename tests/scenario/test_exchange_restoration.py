"""What happens when one side comes back from a backup, speaks an older shape, or has lost a key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.core.ports import Older
from comity.exchange import store, streams
from comity.exchange.delivery import rewind
from comity.exchange.inbox import Verdict
from comity.exchange.peers import note_kinds
from comity.exchange.records import PeerState, StreamPosition
from tests.support.exchange_nodes import LINEAGE, Node, Note, Policy, deliver, open_node, two_nodes

LAW = {"DEU": ("text",), "FRA": ("text",)}
Pair = tuple[Node, Node]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with two_nodes(tmp_path) as nodes:
        yield nodes


def welcome(sender: Node, receiver: Node) -> None:
    """Carry the receiver's positions to the sender, as a greeting does."""
    known = receiver.peer(sender.home.node)
    reached = receiver.acts.view(known, lambda work: streams.positions(work, sender.home.node, store.IN))
    peer = sender.peer(receiver.home.node)
    sender.acts.act("exchange.welcome", peer, lambda work: rewind(work, peer, reached))


def test_a_sender_restored_from_a_backup_goes_on_in_the_streams_next_life(tmp_path: Path) -> None:
    with open_node(tmp_path / "deu", "DEU", Policy(dict(LAW))) as deu:
        with open_node(tmp_path / "fra", "FRA", Policy(dict(LAW))) as fra:
            fra.trust(deu.card)
            deu.trust(fra.card)
            fra.publish("n1", 1, "before the backup")
            deliver(fra, deu)
        shutil.copytree(tmp_path / "fra", tmp_path / "backup")
        with open_node(tmp_path / "fra", "FRA", Policy(dict(LAW))) as fra:
            fra.publish("n2", 1, "lost with the disk")
            deliver(fra, deu)

        with open_node(tmp_path / "backup", "FRA", Policy(dict(LAW))) as fra:
            welcome(fra, deu)
            fra.publish("n3", 1, "after the restoration")
            outcomes = deliver(fra, deu)

            assert [outcome.verdict for outcome in outcomes] == [Verdict.DECIDED]
            assert sorted(deu.notes()) == ["n1", "n2", "n3"]
            assert deu.peer(fra.home.node).state is PeerState.TRUSTED
            known = deu.peer(fra.home.node)
            (at,) = deu.acts.view(known, lambda work: streams.positions(work, fra.home.node, store.IN))
            assert (at.received, at.epoch) == (2, 2)
            assert fra.said_of(deu)[-1] == ("stored", ())


def test_a_sender_that_missed_its_own_new_life_begins_a_newer_one(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    peer = fra.peer(deu.home.node)
    theirs = StreamPosition(stream=LINEAGE, received=7, epoch=4)

    fra.acts.act("exchange.welcome", peer, lambda work: rewind(work, peer, (theirs,)))
    frame = fra.next_frame(deu)

    assert frame is not None
    assert frame.header.epoch == 5


def test_a_frame_of_a_life_that_is_over_is_rejected(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    old = fra.next_frame(deu)
    assert old is not None
    peer = fra.peer(deu.home.node)
    theirs = StreamPosition(stream=LINEAGE, received=9, epoch=1)
    fra.acts.act("exchange.welcome", peer, lambda work: rewind(work, peer, (theirs,)))
    deliver(fra, deu)

    outcome = deu.take(old, fra)

    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "exchange.stream-over")


def test_a_peer_that_reads_an_older_shape_only_gets_that(pair: Pair) -> None:
    fra, deu = pair
    peer = fra.peer(deu.home.node)
    fra.acts.act("exchange.hello", peer, lambda work: note_kinds(work, peer, ("note@1",)))

    fra.publish("n1", 1, "new", schema=2, older=(Older(schema=1, payload=Note(text="old")),))
    deliver(fra, deu)
    held = deu.notes()
    fra.publish("n1", 2, None, schema=2)
    deliver(fra, deu)

    assert held == {"n1": (1, "old", 1)}
    assert deu.notes() == {}
    assert fra.said_of(deu) == [("stored", ()), ("stored", ())]


def test_what_names_a_revoked_key_is_refused_for_good(pair: Pair) -> None:
    fra, deu = pair
    fra.publish("n1", 1, "hello")
    frame = fra.next_frame(deu)
    assert frame is not None
    other = msgspec.structs.replace(fra.card.keys[0], id="0" * 16)
    revoked = msgspec.structs.replace(fra.card.keys[0], revoked_at=deu.house.clock.now())
    deu.trust(msgspec.structs.replace(fra.card, keys=(revoked, other)))

    outcome = deu.take(frame, fra)

    assert (outcome.verdict, outcome.code) == (Verdict.REJECTED, "exchange.key-revoked")
    assert deu.notes() == {}
