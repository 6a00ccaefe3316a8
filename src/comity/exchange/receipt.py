"""The receipt: the receiver's signed say on a frame, given only after its commit; the sender keeps it as evidence.

Layout: canonical JSON (4-byte length), signature over it (2-byte length). Items up to `decided` were stored unless they
stand among the exceptions; `decided` may end before the frame's `last`: what comes after a deferred item is open yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import msgspec

from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import Refused
from comity.core.ids import NodeId
from comity.core.ports import Signer
from comity.core.time import Instant
from comity.exchange.binary import Parts, prefixed
from comity.exchange.records import ItemOutcome, Peer, Status
from comity.exchange.signing import SIGNATURE_BYTES, SUITE, is_signed
from comity.exchange.statement import Counted, HexDigest, Word

MAX_RECEIPT_BYTES: Final = 1 << 18


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of the items `first` to `last` that `sender` sent; signed by `receiver`."""

    format: Literal["comity-receipt/1"] = "comity-receipt/1"
    sender: NodeId
    receiver: NodeId
    stream: Word
    epoch: Counted
    first: Counted
    last: Counted
    root: HexDigest
    decided: Counted
    exceptions: tuple[ItemOutcome, ...]
    recorded: Instant
    key: Word
    suite: Word

    @property
    def outcomes(self) -> tuple[ItemOutcome, ...]:
        """The say on every item up to `decided`, in order."""
        said = {each.sequence: each for each in self.exceptions}
        numbers = range(self.first, self.decided + 1)
        return tuple(said.get(number) or ItemOutcome(sequence=number, status=Status.STORED) for number in numbers)


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


def check_receipt(signed: SignedReceipt, peer: Peer, home: NodeId, now: Instant) -> None:
    """Insist that this peer signed this receipt for this node.

    Raises `Refused`: `exchange.wrong-sender`, `exchange.suite-unknown`, `exchange.key-revoked`, `exchange.key-unknown`,
    `exchange.bad-signature`, `exchange.bad-receipt` (exceptions that do not fit what was decided).
    """
    receipt = signed.receipt
    if (receipt.receiver, receipt.sender) != (peer.node, home):
        raise Refused("exchange.wrong-sender", "The receipt is about other nodes.", field="$.receiver")
    if receipt.suite != SUITE:
        raise Refused("exchange.suite-unknown", "The receipt is signed by an unknown rule.", field="$.suite")
    if peer.is_revoked(receipt.key, now):
        raise Refused("exchange.key-revoked", "The receipt is signed by a key that was taken back.", field="$.key")
    key = peer.key(receipt.key, receipt.recorded)
    if key is None:
        raise Refused("exchange.key-unknown", "The receipt's key did not count when it was recorded.", field="$.key")
    if not is_signed(key.public, encode(receipt), signed.signature):
        raise Refused("exchange.bad-signature", "The receipt's signature is not by its key.")
    if not _is_sound(receipt):
        raise Refused(
            "exchange.bad-receipt", "The receipt's outcomes are not those of its range.", field="$.exceptions"
        )


def _is_sound(receipt: Receipt) -> bool:
    """Say whether exceptions lie in order within what was decided, none stored, and only the last one deferred."""
    exceptions = receipt.exceptions
    sequences = [said.sequence for said in exceptions]
    within = all(receipt.first <= number <= receipt.decided for number in sequences)
    rising = all(one < other for one, other in pairwise(sequences))
    final = all(said.status is Status.REFUSED for said in exceptions[:-1])
    last = not exceptions or exceptions[-1].status is Status.REFUSED or _ends_deferred(receipt)
    return receipt.first - 1 <= receipt.decided <= receipt.last and within and rising and final and last


def _ends_deferred(receipt: Receipt) -> bool:
    said = receipt.exceptions[-1]
    return said.status is Status.DEFERRED and said.sequence == receipt.decided
