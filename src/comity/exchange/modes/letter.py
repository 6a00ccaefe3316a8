"""Signed letters of few lengths: a question, an answer, a receipt in memory; what fills them up tells nothing.

Layout: canonical JSON (4-byte length), signature over it (2-byte length), zeros up to a multiple of the block. An
answer is one block long whatever it says, so that its length is no answer.
"""

from __future__ import annotations

from typing import Final, Protocol, TypeVar

import msgspec

from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput, Refused
from comity.core.ports import Signer
from comity.core.time import Instant
from comity.exchange.binary import Parts, prefixed
from comity.exchange.records import Peer
from comity.exchange.signing import SIGNATURE_BYTES, SUITE, is_signed

BLOCK_BYTES: Final = 16_384
MAX_LETTER_BYTES: Final = 1 << 20


class Keyed(Protocol):
    """What a letter says about its own signature."""

    @property
    def key(self) -> str:
        """The key's id."""
        ...

    @property
    def suite(self) -> str:
        """The suite."""
        ...


L = TypeVar("L", bound=msgspec.Struct)


def write_letter(content: msgspec.Struct, signer: Signer, block: int = BLOCK_BYTES) -> bytes:
    """Return the signed letter, filled up. Raises `BadInput` where the content has no canonical form."""
    raw = encode(content)
    letter = prefixed(raw, 4) + prefixed(signer.sign(raw), 2)
    return letter + bytes(-len(letter) % block)


def read_letter(data: bytes, kind: type[L]) -> tuple[L, bytes, bytes]:
    """Return content, its bytes and the signature, not checked yet. Raises `BadInput`."""
    parts = Parts(data)
    raw = parts.part(4, MAX_LETTER_BYTES)
    signature = parts.part(2, SIGNATURE_BYTES)
    if any(data[parts.at :]):
        raise BadInput("exchange.layout", "The message goes on after its end.", field=f"@{parts.at}")
    return decode_canonical_as(raw, kind), raw, signature


def check_signature(said: Keyed, raw: bytes, signature: bytes, peer: Peer, moments: tuple[Instant, Instant]) -> None:
    """Insist that the peer signed this with a key that counted when it says and is not revoked now.

    `moments` are when it was signed, as it says, and now. Raises `Refused`: `exchange.suite-unknown`,
    `exchange.key-revoked`, `exchange.key-unknown`, `exchange.bad-signature`.
    """
    signed, now = moments
    if said.suite != SUITE:
        raise Refused("exchange.suite-unknown", "The letter is signed by an unknown rule.", field="$.suite")
    if peer.is_revoked(said.key, now):
        raise Refused("exchange.key-revoked", "The letter is signed by a key that was taken back.", field="$.key")
    key = peer.key(said.key, signed)
    if key is None:
        raise Refused("exchange.key-unknown", "The letter's key did not count when it was signed.", field="$.key")
    if not is_signed(key.public, raw, signature):
        raise Refused("exchange.bad-signature", "The letter's signature is not by its key.")
