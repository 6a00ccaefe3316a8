"""When a partner was last heard decides how old its data are said to be."""

from __future__ import annotations

from pathlib import Path

from comity.core.time import HOUR_US, Instant
from comity.core.vocabulary import Purpose
from comity.crossings.partners import ExchangePartners
from comity.exchange.peers import note_kinds, set_peer_state
from comity.exchange.records import PeerState
from tests.support.exchange_nodes import Node, deliver, two_nodes
from tests.support.house import NOON, actor


def heard(node: Node, partners: ExchangePartners) -> dict[str, Instant | None]:
    with node.house.works().open(actor(node.home.party), Purpose.BORDERS) as work:
        return dict(partners.heard(work))


def greet(node: Node, other: Node) -> None:
    with node.house.work(actor(node.home.party)) as work:
        note_kinds(work, node.peer(other.home.node), ("note@1",))


def test_a_peer_that_never_said_hello_was_never_heard(tmp_path: Path) -> None:
    with two_nodes(tmp_path) as (_, deu):
        assert heard(deu, ExchangePartners()) == {"FRA": None}


def test_its_last_frame_counts_and_its_open_link_counts_more(tmp_path: Path) -> None:
    with two_nodes(tmp_path) as (fra, deu):
        greet(deu, fra)
        greet(fra, deu)
        fra.house.clock.move(HOUR_US)
        deu.house.clock.move(HOUR_US)
        fra.publish("note-1", 1, "synthetic")
        deliver(fra, deu)

        assert heard(deu, ExchangePartners()) == {"FRA": NOON + HOUR_US}
        assert heard(deu, ExchangePartners(lambda _node: Instant(NOON + 2 * HOUR_US))) == {"FRA": NOON + 2 * HOUR_US}


def test_a_distrusted_peer_is_heard_no_longer(tmp_path: Path) -> None:
    with two_nodes(tmp_path) as (fra, deu):
        greet(deu, fra)
        with deu.house.work(actor("DEU")) as work:
            set_peer_state(work, deu.peer(fra.home.node), PeerState.DISTRUSTED, "test")

        assert heard(deu, ExchangePartners(lambda _node: NOON)) == {"FRA": None}
