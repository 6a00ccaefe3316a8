"""What both ends of a peer link work with, and the limits they keep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TypeVar

from comity.adapters.peerlink.topics import Topic
from comity.agreements.signing import AgreementSignature
from comity.core.ports import Clock, Signer, Work
from comity.core.time import Instant
from comity.exchange.hello import Hello
from comity.exchange.inbox import Intake
from comity.exchange.outbox import Sending
from comity.exchange.ports import Acts
from comity.exchange.quota import Quota
from comity.exchange.records import Peer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits in seconds, how many connections may stand at once, how many items a peer may send in a minute.

    `rest_s`: how long a peer that was silent to a question is not waited for again.
    """

    dial_s: float = 5.0
    answer_s: float = 30.0
    idle_s: float = 60.0
    ping_s: float = 20.0
    retry_base_s: float = 0.25
    retry_cap_s: float = 30.0
    connections: int = 256
    items_a_minute: int = 6_000_000
    rest_s: float = 3.0


@dataclass(slots=True)
class LinkState:
    """Counters and standing of links, for display: node ids and codes, no personal data.

    `strangers` are handshakes and connections of nobody we trust; they leave no other trace. `connected` are the
    peers we reach; `trouble` says by code why we do not reach one. `heard` is when each peer last spoke on the link it
    dialled: whatever it had for us by then has been taken or refused. `offsets` are by how many microseconds each
    peer's clock was ahead of ours when we last greeted each other. `worked` are those that took something on the
    connection that stands. `elsewhere` are those that another process of the node dials.
    """

    strangers: int = 0
    heard: dict[str, Instant] = field(default_factory=dict)
    connected: set[str] = field(default_factory=set)
    trouble: dict[str, str] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)
    worked: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)

    def works(self, node: str) -> None:
        """Note that a peer took something: only that shows that its link works, not that it was greeted."""
        self.worked.add(node)
        self.trouble.pop(node, None)

    def count_stranger(self) -> None:
        """Count one caller that was dropped."""
        self.strangers += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Who we are, how acts run, and the hooks of diplomacy.

    `peering` gives our signature under the peering agreement with a peer; `greeted` takes a peer's hello in, inside
    the act that notes it. `chance` returns a number in [0, 1) that spreads reconnects.
    """

    acts: Acts
    sending: Sending
    intake: Intake
    signer: Signer
    clock: Clock
    executor: Executor
    chance: Callable[[], float]
    peering: Callable[[Work, Peer], AgreementSignature | None]
    greeted: Callable[[Work, Peer, Hello], None]
    limits: Limits = field(default_factory=Limits)
    state: LinkState = field(default_factory=LinkState)
    quotas: dict[str, Quota] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    """What peers may ask beside the delivery of records."""
    answering: Executor | None = None
    """Where they are answered, so that questions and deliveries do not starve each other; None: where all else is."""

    def over_quota(self, peer: Peer, items: int) -> int | None:
        """Count items of a peer; return after how many seconds it may send them, None where it may now."""
        quota = self.quotas.setdefault("items", Quota(self.limits.items_a_minute))
        return quota.take(peer.node, items, self.clock.now())

    async def act(self, name: str, peer: Peer, do: Callable[[Work], T]) -> T:
        """Run one act in the pool and wait for its commit."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, self.acts.act, name, peer, do)

    async def view(self, peer: Peer, do: Callable[[Work], T]) -> T:
        """Run one read in the pool."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, self.acts.view, peer, do)

    async def call_topic(self, do: Callable[[], T]) -> T:
        """Run what answers a question."""
        return await asyncio.get_running_loop().run_in_executor(self.answering or self.executor, do)

    async def call(self, do: Callable[[], T]) -> T:
        """Run something that takes processor time or blocks in the pool."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, do)
