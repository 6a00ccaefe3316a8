"""The hands of a node turn by the clock, never within an act; checkpoints are known by the key of their time."""

from __future__ import annotations

import pytest

from comity.core.errors import Refused
from comity.core.ids import NodeId
from comity.core.ports import fixed
from comity.core.time import Instant
from comity.exchange.keys.ring import Ring
from comity.exchange.records import Home, Profile
from comity.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from comity.ledger.errors import BadCheckpoint
from tests.support.house import StandingClock
from tests.unit.agreements.test_key_deeds import END, FIRST, NODE, NOW, ONLINE, PAIR, certified, chain_of, revoked


def ring_at(at: Instant, *, hands: tuple[object, ...] = (FIRST, ONLINE), later: int = 5) -> tuple[Ring, StandingClock]:
    clock = StandingClock(at)
    return Ring(chain_of(certified(valid_from=Instant(NOW + later))), hands, clock), clock  # type: ignore[arg-type]  # signers


def test_the_next_key_signs_from_its_time_on_and_is_named_wherever_the_node_is() -> None:
    ring, clock = ring_at(NOW)
    home = Home(node=NodeId(NODE), party="DEU", profile=Profile.EXERCISE, key="", suite="ed25519")
    ring.name_in(home)
    before = fixed(ring)

    assert not ring.turn()
    clock.move(5)
    assert (ring.turn(), ring.key_id, home.key, before) == (True, ONLINE.key_id, ONLINE.key_id, FIRST)


def test_a_key_whose_private_half_is_elsewhere_never_signs() -> None:
    ring, _ = ring_at(Instant(NOW + 5), hands=(FIRST,))

    assert ring.key_id == FIRST.key_id
    ring.add(ONLINE)
    assert ring.turn()
    assert ring.key_id == ONLINE.key_id


def test_where_no_key_counts_nothing_is_signed() -> None:
    ring, clock = ring_at(NOW, later=0)
    clock.move(END - NOW)
    ring.turn()

    with pytest.raises(Refused) as refusal:
        ring.sign(b"message")
    assert (refusal.value.code, ring.counts) == ("keys.none-counts", False)


def test_a_key_that_was_taken_back_signs_no_more() -> None:
    ring, _ = ring_at(NOW, later=0)
    assert ring.key_id == ONLINE.key_id

    ring.take(chain_of(revoked()))
    ring.turn()

    assert ring.key_id == FIRST.key_id


def test_a_pair_signs_a_checkpoint_twice_and_neither_line_can_be_left_out() -> None:
    stated = Checkpoint(origin=NODE, size=7, root=b"r" * 32)
    note = sign_checkpoint(stated, PAIR)
    first_only = b"\n".join(note.split(b"\n")[:5]) + b"\n"

    assert open_checkpoint(note, NODE, PAIR.public_key, PAIR.second_key) == stated
    assert parse_checkpoint(first_only).second is None
    for shown, second in ((first_only, PAIR.second_key), (note, None), (note, b"\0" * 1952)):
        with pytest.raises(BadCheckpoint):
            open_checkpoint(shown, NODE, PAIR.public_key, second)
