"""Hello and welcome: what two nodes tell each other when a link opens, before anything is sent.

Identity comes from the pinned certificate; what a hello says about it is only compared. `streams` are the incoming
streams of the one who speaks: the other side goes on behind them. A welcome has the same content as a hello.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec

from comity.agreements.signing import AgreementSignature
from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import Refused
from comity.core.ids import NodeId
from comity.core.ports import Work
from comity.core.time import Instant
from comity.exchange import store, streams
from comity.exchange.peers import note_kinds
from comity.exchange.ports import Receiver
from comity.exchange.records import Home, Peer, Profile, StreamPosition
from comity.exchange.statement import Word

MAX_HELLO_BYTES: Final = 1 << 18


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who speaks, what it can read (`kind@schema`), how far it has received, what its clock shows."""

    format: Literal["comity-hello/1"] = "comity-hello/1"
    node: NodeId
    party: str
    profile: Profile
    kinds: tuple[Word, ...]
    streams: tuple[StreamPosition, ...]
    peering: AgreementSignature | None
    clock: Annotated[Instant, msgspec.Meta(ge=0)]


class Pull(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask the sender to go on from sequence `next` of a stream: what the asker has durably decided ends before it."""

    format: Literal["comity-pull/1"] = "comity-pull/1"
    stream: Word
    next: Annotated[int, msgspec.Meta(ge=1)]


class Problem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why the other side's message was not taken. Never a value, only the code; `retry_after_s` where time may help."""

    format: Literal["comity-problem/1"] = "comity-problem/1"
    code: Word
    retry_after_s: int | None = None


def readable_kinds(receivers: Mapping[str, Receiver]) -> tuple[str, ...]:
    """Return the `kind@schema` list of these receivers, sorted."""
    return tuple(sorted(f"{kind}@{schema}" for kind, receiver in receivers.items() for schema in receiver.schemas))


def make_hello(work: Work, peer: Peer, home: Home, kinds: tuple[str, ...], peering: AgreementSignature | None) -> Hello:
    """Return what this node says to the peer."""
    return Hello(
        node=home.node,
        party=home.party,
        profile=home.profile,
        kinds=kinds,
        streams=streams.positions(work, peer.node, store.IN),
        peering=peering,
        clock=work.recorded_at,
    )


def write_hello(hello: Hello) -> bytes:
    """Return the canonical bytes."""
    return encode(hello)


def read_hello(data: bytes) -> Hello:
    """Read a hello or welcome. Raises `BadInput`."""
    return decode_canonical_as(data, Hello, max_bytes=MAX_HELLO_BYTES)


def check_hello(hello: Hello, peer: Peer, home: Home) -> None:
    """Compare what a hello says with whom the certificate names.

    Raises `Refused`: `exchange.wrong-sender`, `exchange.profiles-differ`.
    """
    if (hello.node, hello.party) != (peer.node, peer.party):
        raise Refused("exchange.wrong-sender", "The greeting names another node than the certificate.", field="$.node")
    if hello.profile is not home.profile:
        raise Refused("exchange.profiles-differ", "Exercise and production nodes never peer.", field="$.profile")


def clock_skew_us(hello: Hello, now: Instant) -> int:
    """Return how far the peer's clock runs ahead of ours (negative: behind), network delay included."""
    return hello.clock - now


def note_hello(work: Work, peer: Peer, hello: Hello) -> None:
    """Keep what the peer can read and how its clock stands."""
    note_kinds(work, peer, hello.kinds)
    work.record(peer=peer.node, clock_skew_us=clock_skew_us(hello, work.recorded_at))
