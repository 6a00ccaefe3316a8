"""What the parent of a measurement tells its nodes, and what they answer."""

from __future__ import annotations

import msgspec


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did: items published and settled, in which time, and milliseconds from due to settled.

    `begun` is when the first was due, by the clock that all processes of a machine share.
    """

    count: int
    wall_s: float
    published_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    begun: float = 0.0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the parent wants.

    `warm`, `publish` (flat out, or at a rate), `take-back` (of what was published, at a rate), `backlog`, `link` (up or
    down), `settled`, `reach`, `received`, `arrivals`, `searchable`.
    """

    do: str
    seconds: float = 0.0
    rate: float | None = None
    count: int = 0
    up: bool = True


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    outcome: Outcome | None = None
    received: int = 0
    arrivals: tuple[tuple[int, float], ...] = ()
    """Up to which sequence everything stood here, and since when."""
