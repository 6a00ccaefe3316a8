"""A trusted peer that lies: each lie is refused, deferred or freezes it, with its reason; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from comity.core.codec import encode
from comity.core.errors import BadInput
from comity.core.ids import NodeId, Owner
from comity.core.time import Instant
from comity.exchange import store
from comity.exchange.frame import MAX_FRAME_BYTES, read_frame, write_frame
from comity.exchange.inbox import FrameOutcome, Verdict
from comity.exchange.records import PeerState, Profile, Status
from comity.exchange.segment import FrameItem
from comity.exchange.statement import write_statement
from tests.support.exchange_nodes import Node, signer_of, two_nodes
from tests.support.hostile_peer import HostilePeer, Lie, with_extra


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[HostilePeer]:
    with two_nodes(tmp_path) as (fra, deu):
        yield HostilePeer(own=fra, victim=deu)


def nothing_stored(node: Node) -> bool:
    return not node.notes() and not node.statements() and not node.rows(store.record_table)


def said(outcome: FrameOutcome) -> tuple[Status, tuple[str, ...]]:
    assert outcome.receipt is not None
    last = outcome.receipt.outcomes[-1]
    return last.status, last.reasons


LIES: dict[str, tuple[Lie, str]] = {
    "another party's record": (
        lambda peer: peer.statement(owner=Owner(party="ITA", authority="police")),
        "exchange.not-the-owner",
    ),
    "the victim's own record": (
        lambda peer: peer.statement(owner=Owner(party="DEU", authority="police")),
        "exchange.not-the-owner",
    ),
    "another node's statement": (lambda peer: peer.statement(node=NodeId("f" * 26)), "exchange.not-the-owner"),
    "the other profile": (lambda peer: peer.statement(profile=Profile.PRODUCTION), "exchange.profiles-differ"),
    "a category nobody opened": (lambda peer: peer.statement(category="SECRET"), "NOT_BOUND"),
    "a field nobody opened": (
        lambda peer: peer.statement(payload={"text": "t", "secret": "s"}),
        "exchange.field-not-covered",
    ),
    "a kind nobody receives": (lambda peer: peer.statement(kind="gossip"), "exchange.kind-unknown"),
    "a field that does not exist": (
        lambda peer: with_extra(peer.statement(), {"recipients": ["DEU"]}),
        "codec.unknown-field",
    ),
    "another form of the same": (
        lambda peer: write_statement(peer.statement())[0].replace(b'":', b'" :', 1),
        "codec.not-canonical",
    ),
    "a float": (lambda peer: write_statement(peer.statement())[0].replace(b'"synthetic"', b"1.5"), "codec.float"),
    "no JSON at all": (lambda _: b"\x00\x01", "codec.malformed"),
    "content the subject refuses": (lambda peer: peer.statement(payload={"text": "bad"}), "note.bad"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_in_a_statement_is_refused_with_its_reason(hostile: HostilePeer, name: str) -> None:
    lie, reason = LIES[name]

    outcome = hostile.send(hostile.frame(lie(hostile)))

    assert said(outcome) == (Status.REFUSED, (reason,))
    assert nothing_stored(hostile.victim)


def test_one_lie_between_truths_harms_only_itself(hostile: HostilePeer) -> None:
    truths = (hostile.statement(id="a"), hostile.statement(id="b"))
    lie = hostile.statement(id="c", owner=Owner(party="ITA", authority="police"))

    outcome = hostile.send(hostile.frame(truths[0], lie, truths[1]))

    assert outcome.receipt is not None
    assert [item.status for item in outcome.receipt.outcomes] == [Status.STORED, Status.REFUSED, Status.STORED]
    assert sorted(hostile.victim.notes()) == ["a", "b"]


WAITING: dict[str, tuple[Lie, str]] = {
    "issued in the future": (
        lambda peer: peer.statement(issued=Instant(peer.own.house.clock.now() + 3_600_000_000)),
        "exchange.clock-skew",
    ),
    "a key nobody knows": (lambda peer: peer.statement(key="0" * 16), "exchange.key-unknown"),
    "a signature rule nobody knows": (lambda peer: peer.statement(suite="rot13"), "exchange.key-unknown"),
    "a schema not read yet": (lambda peer: peer.statement(schema=2), "exchange.schema-unknown"),
}


@pytest.mark.parametrize("name", WAITING)
def test_what_time_may_settle_is_deferred(hostile: HostilePeer, name: str) -> None:
    lie, reason = WAITING[name]

    outcome = hostile.send(hostile.frame(lie(hostile)))

    assert said(outcome) == (Status.DEFERRED, (reason,))
    assert nothing_stored(hostile.victim)
    assert [row["position"] for row in hostile.victim.rows(store.stream_table)] == [0]


def test_a_wrong_own_signature_is_refused(hostile: HostilePeer) -> None:
    raw, _ = write_statement(hostile.statement())
    item = FrameItem.of(raw, signer_of("someone else").sign(raw))
    frame = hostile.frame(raw)

    outcome = hostile.send(replace(frame, items=(item,)))

    assert said(outcome) == (Status.REFUSED, ("exchange.bad-signature",))
    assert nothing_stored(hostile.victim)


def test_other_bytes_at_a_decided_sequence_freeze_the_peer(hostile: HostilePeer) -> None:
    hostile.send(hostile.frame(hostile.statement(payload={"text": "one story"})))

    outcome = hostile.send(hostile.frame(hostile.statement(payload={"text": "another"})))

    assert outcome.verdict is Verdict.FROZEN
    peer = hostile.victim.peer(hostile.own.home.node)
    assert (peer.state, peer.frozen_reason) == (PeerState.FROZEN, "exchange.equivocation")
    assert len(hostile.victim.rows(store.frame_table)) == 1
    (proof,) = hostile.victim.rows(store.contradiction_table)
    assert proof["sequence"] == 1
    assert hostile.victim.notes() == {"h1": (1, "one story", 1)}
    later = hostile.send(hostile.frame(hostile.statement(id="h2"), first=2))
    assert (later.verdict, later.code) == (Verdict.REJECTED, "exchange.peer-frozen")


def test_withholding_what_was_decided_otherwise_is_equivocation_too(hostile: HostilePeer) -> None:
    hostile.send(hostile.frame(hostile.statement()))
    frame = hostile.frame(hostile.statement(id="h2"))
    withheld = replace(frame, items=(FrameItem(frame.items[0].digest, None),))

    assert hostile.send(withheld).verdict is Verdict.FROZEN


def test_a_replay_changes_nothing(hostile: HostilePeer) -> None:
    frame = hostile.frame(hostile.statement())
    hostile.send(frame)
    hostile.send(hostile.frame(hostile.statement(version=2, payload={"text": "corrected"}), first=2))

    again = hostile.send(frame)
    old_as_new = hostile.send(hostile.frame(hostile.statement(), first=3))

    assert said(again) == said(old_as_new) == (Status.STORED, ())
    assert hostile.victim.notes() == {"h1": (2, "corrected", 2)}


def test_a_tombstone_that_arrives_first_makes_the_late_original_a_no_op(hostile: HostilePeer) -> None:
    gone = hostile.statement(version=2, payload=None, operation="delete")

    hostile.send(hostile.frame(gone, hostile.statement()))

    assert hostile.victim.notes() == {}
    assert [(row["version"], row["tombstone"]) for row in hostile.victim.rows(store.record_table)] == [(2, True)]


def test_frames_that_are_not_what_was_signed_are_rejected_whole(hostile: HostilePeer) -> None:
    frame = hostile.frame(hostile.statement())
    other = hostile.frame(hostile.statement(id="h2"))
    stranger = signer_of("a stranger")
    early = Instant(hostile.own.house.clock.now() + 3_600_000_000)
    rejected = {
        "exchange.wrong-root": replace(frame, items=other.items),
        "exchange.bad-signature": replace(frame, signature=stranger.sign(encode(frame.header))),
        "exchange.wrong-sender": hostile.resigned(frame, sender=hostile.victim.home.node),
        "exchange.wrong-receiver": hostile.resigned(frame, receiver=hostile.own.home.node),
        "exchange.key-unknown": hostile.resigned(frame, key="0" * 16),
        "exchange.suite-unknown": hostile.resigned(frame, suite="rot13"),
        "exchange.clock-skew": hostile.frame(hostile.statement(), issued=early),
    }

    outcomes = {code: hostile.send(lie) for code, lie in rejected.items()}

    assert {code: (said.verdict, said.code) for code, said in outcomes.items()} == {
        code: (Verdict.REJECTED, code) for code in rejected
    }
    assert nothing_stored(hostile.victim)
    assert hostile.victim.rows(store.exception_table) == []


def test_oversize_and_torn_frames_are_not_read(hostile: HostilePeer) -> None:
    raw = write_frame(hostile.frame(hostile.statement()))
    wide = hostile.resigned(hostile.frame(hostile.statement()), last=1025)

    for broken in (raw[:-1], raw + b"\x00", raw[4:], b"", write_frame(wide), bytes(MAX_FRAME_BYTES + 1)):
        with pytest.raises(BadInput):
            read_frame(broken)


def test_a_flood_of_gaps_is_answered_with_one_place_to_go_on_from(hostile: HostilePeer) -> None:
    outcome = hostile.send(hostile.frame(hostile.statement(), first=1_000_000))

    assert (outcome.verdict, outcome.pull_from) == (Verdict.GAP, 1)
    assert hostile.victim.rows(store.stream_table) == []
