"""What the parent of a fault run tells its nodes, and what they answer."""

from __future__ import annotations

import msgspec

from comity.bench.faults.subject import Effect


class FaultOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What the parent wants: `publish`, `step` (the clock), `disorder`, `suspend`, `waiting`, `report`."""

    do: str
    first: int = 0
    count: int = 0
    records: int = 1
    seconds: int = 0
    peer: str = ""


class FaultAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: `number` counts (what waits, what a disorder was answered with), `at` is the node's time."""

    number: int = 0
    at: int = 0
    effects: tuple[Effect, ...] = ()
    frozen: int = 0
