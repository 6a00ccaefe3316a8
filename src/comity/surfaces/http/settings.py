"""What the HTTP surface is told at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from comity.core.ports import Clock
from comity.surfaces.http.metrics import Gauge


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Settings of one node's HTTP surface.

    `secret` keys the form tokens: 32 random bytes, new at each start. `secure` says that browsers reach us over
    HTTPS; it is False on an exercise node with plain HTTP on loopback only. `hosts` are the accepted Host headers
    (name and port, as a browser sends them); empty accepts all. `threads` run operations; at most `waiting` more
    calls queue before new ones are told to come back. `writer_queue` gives the length of the writer's queue for
    metrics, `gauges` further numbers by name. `ready` says whether calls are answered as quickly as they should be.
    `log_late_s` is by how many seconds the access log may come after what it tells.
    """

    node: str
    party: str
    profile: Literal["exercise", "production"]
    secret: bytes = field(repr=False)
    clock: Clock
    secure: bool = True
    hosts: tuple[str, ...] = ()
    threads: int = 4
    waiting: int = 256
    max_body_bytes: int = 1 << 20
    writer_queue: Callable[[], int] | None = None
    gauges: Callable[[], Mapping[Gauge, float]] | None = None
    ready: Callable[[], bool] = lambda: True
    log_late_s: float = 0

    @property
    def exercise(self) -> bool:
        """Whether no real persons are in this node's data."""
        return self.profile == "exercise"
