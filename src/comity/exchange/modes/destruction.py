"""The proof that a probe was destroyed: the owner's signed word, without the probe, kept in both ledgers.

In mode `anonymous` the owner does get the probe (prints, which no blind look-up can compare), under no name. It
compares, drops the probe, says so under its key and enters that in its ledger before the answer leaves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, Literal

import msgspec

from comity.core.codec import encode
from comity.core.errors import Refused
from comity.core.ids import NodeId
from comity.core.ports import Signer
from comity.core.time import Instant
from comity.exchange.modes.letter import check_signature
from comity.exchange.records import Home, Peer
from comity.exchange.statement import HexDigest, Word

PROBE_FIELDS: Final = frozenset({"template"})
"""What a probe may consist of: it names nobody."""


class Destruction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The owner destroyed the probe of the question of that digest, and kept no copy."""

    format: Literal["comity-destruction/1"] = "comity-destruction/1"
    question: HexDigest
    owner: NodeId
    asker: NodeId
    destroyed: Annotated[Instant, msgspec.Meta(ge=0)]
    key: Word
    suite: Word


class SignedDestruction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The receipt with its signature, as it travels and as ledgers keep it."""

    receipt: Destruction
    signature: bytes


def is_pseudonymous(names: Iterable[str]) -> bool:
    """Say whether a probe says no more than what is compared."""
    return frozenset(names) <= PROBE_FIELDS


def require_pseudonymous(names: Iterable[str]) -> None:
    """Refuse a probe that says more than what is compared. Raises `Refused` `question.not-anonymous`."""
    if not is_pseudonymous(names):
        raise Refused("question.not-anonymous", "A probe in this mode may name nobody.", field="$.terms")


def attest(question: str, asker: NodeId, home: Home, signer: Signer, at: Instant) -> SignedDestruction:
    """Sign that the probe is gone; call it when it is."""
    receipt = Destruction(question=question, owner=home.node, asker=asker, destroyed=at, key=home.key, suite=home.suite)
    return SignedDestruction(receipt=receipt, signature=signer.sign(encode(receipt)))


def check_destruction(
    signed: SignedDestruction | None, question: str, owner: Peer, asker: NodeId, now: Instant
) -> None:
    """Insist on the owner's receipt for this very question. Raises `Refused` `question.not-destroyed` and others."""
    if signed is None:
        raise Refused("question.not-destroyed", "The owner did not attest that it destroyed the probe.")
    receipt = signed.receipt
    if (receipt.question, receipt.owner, receipt.asker) != (question, owner.node, asker):
        raise Refused("question.not-destroyed", "The owner's receipt is about another probe.")
    check_signature(receipt, encode(receipt), signed.signature, owner, (receipt.destroyed, now))
