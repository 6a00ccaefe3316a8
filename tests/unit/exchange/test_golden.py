"""Wire v1 to the byte: a change here is another wire, and needs another version."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from comity.core.codec import decode_canonical_as
from comity.core.errors import BadInput, Refused
from comity.core.time import Instant
from comity.exchange.frame import check_frame, read_frame, write_frame
from comity.exchange.hello import Problem, Pull, read_hello
from comity.exchange.receipt import check_receipt, read_receipt, write_receipt
from comity.exchange.records import Address, Peer, PeerCard, PeerKey, PeerState
from comity.exchange.statement import read_statement
from tests.support import golden
from tests.support.exchange_nodes import card_of, home_of

GOLDEN = Path(__file__).parent / "golden"
NAMES = ("statement", "tombstone", "frame", "receipt", "hello", "pull", "problem")


def stored(name: str) -> bytes:
    return bytes.fromhex("".join((GOLDEN / f"{name}.hex").read_text().split()))


@pytest.mark.parametrize("name", NAMES)
def test_messages_are_what_they_were(name: str) -> None:
    assert golden.messages()[name] == stored(name)


def test_the_golden_messages_read_back() -> None:
    assert read_statement(stored("statement")) == golden.STATEMENT
    assert read_statement(stored("tombstone")).tombstone
    assert write_frame(read_frame(stored("frame"))) == stored("frame")
    assert write_receipt(read_receipt(stored("receipt"))) == stored("receipt")
    assert read_hello(stored("hello")).kinds == ("alert@1", "note@1")
    assert decode_canonical_as(stored("pull"), Pull).next == 8
    assert decode_canonical_as(stored("problem"), Problem).retry_after_s == 60


def test_every_changed_byte_of_a_frame_is_noticed() -> None:
    sender = Peer(card=card_of(home_of("FRA", golden.SIGNER), golden.SIGNER), state=PeerState.TRUSTED)
    whole = stored("frame")
    check_frame(read_frame(whole), sender, golden.RECEIVER, golden.ISSUED)

    own_signature = own_signature_span(whole)
    for place in range(len(whole)):
        changed = bytes((*whole[:place], whole[place] ^ 1, *whole[place + 1 :]))
        if place in own_signature:
            continue  # Judged with its item, not with the frame.
        with pytest.raises((BadInput, Refused)):
            check_frame(read_frame(changed), sender, golden.RECEIVER, golden.ISSUED)


def own_signature_span(whole: bytes) -> range:
    start = whole.index(golden.SIGNER.sign(stored("statement")))
    return range(start, start + 64)


def test_every_changed_byte_of_a_receipt_is_noticed() -> None:
    peer = Peer(card=card_of(home_of("DEU", golden.OTHER), golden.OTHER), state=PeerState.TRUSTED)
    whole = stored("receipt")
    check_receipt(read_receipt(whole), peer, golden.NODE, golden.ISSUED)

    for place in range(len(whole)):
        changed = bytes((*whole[:place], whole[place] ^ 1, *whole[place + 1 :]))
        with pytest.raises((BadInput, Refused)):
            check_receipt(read_receipt(changed), peer, golden.NODE, golden.ISSUED)


def test_a_key_counts_from_its_first_instant_to_before_its_last() -> None:
    key = PeerKey(
        id="k", suite="ed25519", public=b"", valid_from=Instant(10), valid_until=Instant(20), revoked_at=Instant(15)
    )

    assert [key.covers(Instant(moment)) for moment in (9, 10, 14, 15, 19)] == [False, True, True, False, False]


def test_a_frame_by_a_key_that_ended_before_it_was_issued_is_refused() -> None:
    card = card_of(home_of("FRA", golden.SIGNER), golden.SIGNER)
    ended = PeerKey(
        id=golden.SIGNER.key_id,
        suite="ed25519",
        public=golden.SIGNER.public_key,
        valid_from=Instant(0),
        valid_until=golden.ISSUED,
    )
    sender = Peer(card=with_keys(card, ended), state=PeerState.TRUSTED)

    with pytest.raises(Refused) as refusal:
        check_frame(read_frame(stored("frame")), sender, golden.RECEIVER, golden.ISSUED)

    assert refusal.value.code == "exchange.key-unknown"


def with_keys(card: PeerCard, *keys: PeerKey) -> PeerCard:
    return PeerCard(
        node=card.node,
        party=card.party,
        profile=card.profile,
        fingerprint=card.fingerprint,
        certificate=card.certificate,
        addresses=(Address(host="127.0.0.1", port=1),),
        keys=keys,
    )


def test_what_a_revoked_key_signed_is_taken_no_more_whatever_date_it_bears() -> None:
    card = card_of(home_of("FRA", golden.SIGNER), golden.SIGNER)
    revoked = msgspec.structs.replace(card.keys[0], revoked_at=Instant(golden.ISSUED + 5))
    sender = Peer(card=with_keys(card, revoked), state=PeerState.TRUSTED)

    check_frame(read_frame(stored("frame")), sender, golden.RECEIVER, Instant(golden.ISSUED + 4))
    with pytest.raises(Refused) as refusal:
        check_frame(read_frame(stored("frame")), sender, golden.RECEIVER, Instant(golden.ISSUED + 5))

    assert refusal.value.code == "exchange.key-revoked"
