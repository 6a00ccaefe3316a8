"""The receipt: the receiver's signed say on a frame, given only after its commit; the sender keeps it as evidence.

Layout: canonical JSON (4-byte length), signature over it (2-byte length). `outcomes` may end before the frame's `last`:
what comes after a deferred item is not decided yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import Refused
from comity.core.ids import NodeId
from comity.core.ports import Signer
from comity.core.time import Instant
from comity.exchange.binary import Parts, prefixed
from comity.exchange.records import ItemOutcome, Peer
from comity.exchange.signing import SIGNATURE_BYTES, SUITE, is_signed
from comity.exchange.statement import Counted, HexDigest, Word

MAX_RECEIPT_BYTES: Final = 1 << 18


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of the items `first` to `last` that `sender` sent; signed by `receiver`."""

    format: Literal["comity-receipt/1"] = "comity-receipt/1"
    sender: NodeId
    receiver: NodeId
    stream: Word
    first: Counted
    last: Counted
    root: HexDigest
    outcomes: tuple[ItemOutcome, ...]
    recorded: Instant
    key: Word
    suite: Word


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt with its signature."""

    receipt: Receipt
    signature: bytes


def sign_receipt(receipt: Receipt, signer: Signer) -> SignedReceipt:
    """Sign the receipt; `key` and `suite` of the receipt must be the signer's."""
    return SignedReceipt(receipt, signer.sign(encode(receipt)))


def write_receipt(signed: SignedReceipt) -> bytes:
    """Return the receipt's bytes."""
    return prefixed(encode(signed.receipt), 4) + prefixed(signed.signature, 2)


def read_receipt(data: bytes) -> SignedReceipt:
    """Read a receipt's layout. Raises `BadInput`."""
    parts = Parts(data)
    receipt = decode_canonical_as(parts.part(4, MAX_RECEIPT_BYTES), Receipt)
    signature = parts.part(2, SIGNATURE_BYTES)
    parts.end()
    return SignedReceipt(receipt, signature)


def check_receipt(signed: SignedReceipt, peer: Peer, home: NodeId) -> None:
    """Insist that this peer signed this receipt for this node.

    Raises `Refused`: `exchange.wrong-sender`, `exchange.suite-unknown`, `exchange.key-unknown`,
    `exchange.bad-signature`, `exchange.bad-receipt` (outcomes that are not a run from `first` on).
    """
    receipt = signed.receipt
    if (receipt.receiver, receipt.sender) != (peer.node, home):
        raise Refused("exchange.wrong-sender", "The receipt is about other nodes.", field="$.receiver")
    if receipt.suite != SUITE:
        raise Refused("exchange.suite-unknown", "The receipt is signed by an unknown rule.", field="$.suite")
    key = peer.key(receipt.key, receipt.recorded)
    if key is None:
        raise Refused("exchange.key-unknown", "The receipt's key did not count when it was recorded.", field="$.key")
    if not is_signed(key.public, encode(receipt), signed.signature):
        raise Refused("exchange.bad-signature", "The receipt's signature is not by its key.")
    sequences = [outcome.sequence for outcome in receipt.outcomes]
    if (
        sequences != list(range(receipt.first, receipt.first + len(sequences)))
        or len(sequences) > receipt.last - receipt.first + 1
    ):
        raise Refused("exchange.bad-receipt", "The receipt's outcomes are not those of its range.", field="$.outcomes")
