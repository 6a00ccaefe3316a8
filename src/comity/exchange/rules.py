"""What the exchange decides without looking anything up: headers of statements, versions, queues, trust."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum, unique
from typing import Final

from comity.core.decision import Decision, Outcome
from comity.core.errors import Refused
from comity.core.ports import Urgency
from comity.core.time import SECOND_US, Instant
from comity.exchange.ports import Applied, deferred, refused
from comity.exchange.projection import uncovered
from comity.exchange.records import PEERING_STREAM, Home, Peer, PeerCard, PeerKey
from comity.exchange.signing import SUITE
from comity.exchange.statement import Statement

SKEW_US: Final = 60 * SECOND_US
"""How far a peer's clock may run ahead of ours before its items wait."""

SKEW_RETRY_S: Final = 60
AGREEMENT_RETRY_S: Final = 5
PERSON_RETRY_S: Final = 3600
KEY_RETRY_S: Final = 60
SCHEMA_RETRY_S: Final = 3600

# The last signature of an agreement may reach the two sides in either order, so neither is a final refusal.
UNSETTLED: Final = frozenset({"UNKNOWN_AGREEMENT", "NOT_IN_FORCE"})


@unique
class Step(StrEnum):
    """What a version means for the record it is of."""

    SKIP = "skip"
    """Older than or the same as what was decided: a replay, nothing happens."""
    NOTE = "note"
    """A tombstone for what is not held: remembered, so that a late original changes nothing."""
    APPLY = "apply"
    """News: the subject takes it in."""


def next_step(
    version: int, *, tombstone: bool, known_version: int, known_tombstone: bool, follows: bool = False
) -> Step:
    """Return what to do with a version, from what is known (0: nothing). Versions decide, never clocks.

    A tombstone under the number of the version that is held takes back just that: the record lives on at its owner. A
    version above a tombstone is a lawful re-entry; so is one under its number that `follows` it, naming it as the
    statement before. A late replay of what was there before names another, and changes nothing.
    """
    held = known_version > 0 and not known_tombstone
    if version == known_version:
        again = held if tombstone else (known_tombstone and follows)
        return Step.APPLY if again else Step.SKIP
    if version < known_version:
        return Step.SKIP
    return Step.NOTE if tombstone and not held else Step.APPLY


def check_origin(statement: Statement, sender: Peer, home: Home) -> Applied | None:
    """Return the refusal of what does not come from its owner's node, or from one of the other profile."""
    if statement.profile is not home.profile:
        return refused("exchange.profiles-differ")
    if statement.owner.party != sender.party or statement.node != sender.node:
        return refused("exchange.not-the-owner")
    return None


def check_time_and_key(statement: Statement, now: Instant, keys: Sequence[PeerKey]) -> Applied | None:
    """Return what the instant and the key of a header alone call for; None if both pass.

    `keys` are the sender's of the name that the statement gives. What became of one since is the frame's affair: it
    vouches for the statement, and none by a key that has ended or was taken back comes this far.
    """
    if statement.issued > now + SKEW_US:
        return deferred("exchange.clock-skew", SKEW_RETRY_S)
    if statement.suite != SUITE or not any(key.valid_from <= statement.issued for key in keys):
        return deferred("exchange.key-unknown", KEY_RETRY_S)
    return None


def key_at(keys: Sequence[PeerKey], moment: Instant) -> PeerKey | None:
    """Return the first of the keys that counts at the moment."""
    for key in keys:
        if key.covers(moment):
            return key
    return None


def check_own_signature(
    statement: Statement, signed_by: bytes | None, keys: Sequence[PeerKey], counting: Collection[bytes] = ()
) -> Applied | None:
    """Return the refusal of an own signature that is not by the statement's key, nor by one that counts now.

    `signed_by` is the public key by which it verified, None where it did not. A statement that waited while its key
    was followed by another, or taken back, is signed by the newer one.
    """
    if signed_by is not None and signed_by in counting:
        return None
    if any(key.public == signed_by and key.revoked_at is not None for key in keys):
        return refused("exchange.key-revoked")
    key = key_at(keys, statement.issued)
    if key is None or signed_by is None or key.public != signed_by:
        return refused("exchange.bad-signature")
    return None


def check_schema(schema: int, readable: tuple[int, ...] | None) -> Applied | None:
    """Return the refusal of a kind nobody here receives, or the deferral of a schema not read yet; None if readable."""
    if readable is None:
        return refused("exchange.kind-unknown")
    if schema not in readable:
        return deferred("exchange.schema-unknown", SCHEMA_RETRY_S)
    return None


def check_decision(decision: Decision, names: tuple[str, ...]) -> Applied | None:
    """Return what the decision on receipt means for an item with these field names; None if it may be stored."""
    if decision.outcome is Outcome.REFER:
        return deferred("exchange.needs-a-person", PERSON_RETRY_S)
    if not decision.permitted:
        principal = decision.codes[0] if decision.codes else "exchange.not-permitted"
        if principal in UNSETTLED:
            return deferred(principal, AGREEMENT_RETRY_S)
        return refused(*(decision.codes or (principal,)))
    if uncovered(names, decision.fields):
        return refused("exchange.field-not-covered")
    return None


def check_card(card: PeerCard, home: Home) -> None:
    """Insist that the two nodes may peer. Raises `Refused`."""
    if card.profile is not home.profile:
        raise Refused(
            "exchange.profiles-differ",
            "Exercise and production nodes never peer.",
            field="$.profile",
            remedy="Ask the other side for the identity of its node of the same profile.",
        )
    if card.node == home.node:
        raise Refused("exchange.own-node", "This is this node's own identity.", field="$.node")


def stream_of(lineage: str, urgency: Urgency) -> str:
    """Return the stream for records of an urgency under an agreement; the ordinary one has the lineage's own name."""
    return lineage if urgency is Urgency.ORDINARY else f"{lineage}/{urgency.value}"


def stream_rank(stream: str) -> int:
    """Return how early a stream is served: peering before everything, then by urgency."""
    if stream == PEERING_STREAM:
        return 0
    _, slash, urgency = stream.rpartition("/")
    return _RANKS.get(urgency, 2) if slash else 2


_RANKS: Final = {Urgency.URGENT.value: 1, Urgency.BULK.value: 3}


def backoff_s(failures: int, chance: float, *, base_s: float = 0.25, cap_s: float = 30.0) -> float:
    """Return how long to wait before dialling again: doubled with each failure, spread by `chance` in [0, 1).

    Spread over the upper half, so that peers that lost the same link do not come back in one moment.
    """
    longest = min(cap_s, base_s * 2.0 ** min(failures, 16))
    return longest * (0.5 + 0.5 * chance)
