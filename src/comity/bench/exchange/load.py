"""The load on the sending node: publications flat out behind a window, or at a fixed rate, and when each was settled.

One producer, as one writing room would be: whatever has become due is published in one act, so the tick adapts by
itself to how long a commit takes. An item is done when
the peer's receipt for it is verified here, settled when that is kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence

from comity.bench.exchange.orders import Outcome
from comity.bench.exchange.subject import Make
from comity.bench.measure import percentile
from comity.core.commit import Writer
from comity.core.ports import Actor, Change, Clock, Update, Work
from comity.core.vocabulary import Purpose
from comity.exchange import store
from comity.exchange.outbox import Sending, enqueue_all
from comity.runtime.acts import Acts

_AT_ONCE = 512
_PATIENCE_S = 120.0
_TICK_S = 0.004
_IDLE_S = 0.0002


class Settlement:
    """How far the outgoing stream is settled with all of so many peers, as the writer commits it."""

    def __init__(self, writer: Writer, peers: int) -> None:
        self._changed = threading.Condition()
        self._peers = peers
        self._by_peer: dict[str, int] = {}
        self._coming = 0
        self.position = 0
        self.moments: list[tuple[int, float]] = []
        names = frozenset({store.stream_table.name})
        writer.watch(names, self._tell)
        writer.subscribe(names, self._stands)

    def _tell(self, changes: Sequence[Change]) -> None:
        for peer, position in _positions(changes, store.OUT):
            self._by_peer[peer] = max(position, self._by_peer.get(peer, 0))
        last = min(self._by_peer.values(), default=0) if len(self._by_peer) >= self._peers else 0
        if last > self._coming:
            # The receipt is verified here; keeping it is one commit more.
            self._coming = last
            self.moments.append((last, time.perf_counter()))

    def _stands(self) -> None:
        with self._changed:
            if self._coming > self.position:
                self.position = self._coming
                self._changed.notify_all()

    def reach(self, position: int) -> None:
        """Wait until everything up to `position` is settled. Raises `TimeoutError` when nothing moves."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.position >= position, _PATIENCE_S):
                raise TimeoutError(f"settled {self.position} of {position}")


class Arrivals:
    """When what came in stood here, committed and in the search index."""

    def __init__(self, writer: Writer) -> None:
        self._coming = 0
        self.moments: list[tuple[int, float]] = []
        names = frozenset({store.stream_table.name})
        writer.watch(names, self._tell)
        writer.subscribe(names, self._stands)

    def _tell(self, changes: Sequence[Change]) -> None:
        self._coming = max((position for _, position in _positions(changes, store.IN)), default=self._coming)

    def _stands(self) -> None:
        if not self.moments or self._coming > self.moments[-1][0]:
            self.moments.append((self._coming, time.perf_counter()))


def _positions(changes: Sequence[Change], direction: str) -> Iterator[tuple[str, int]]:
    """Return which peer's stream moved to where."""
    for change in changes:
        if isinstance(change, Update) and change.key["direction"] == direction and "position" in change.values:
            yield str(change.key["peer"]), int(str(change.values["position"]))


def delays(moments: Iterable[tuple[int, float]], first: int, begun: float, per_s: float) -> list[float]:
    """Return for each item behind `first` the milliseconds from when it was due to the moment that covers it."""
    found: list[float] = []
    done = first
    for position, moment in moments:
        found += [(moment - begun - (number - first) / per_s) * 1000 for number in range(done, position)]
        done = max(done, position)
    return found


class Producer:
    """Publishes through acts, as every room does."""

    def __init__(self, acts: Acts, operator: Actor, clock: Clock, sending: Sending, settlement: Settlement) -> None:
        self._acts = acts
        self._operator = operator
        self._clock = clock
        self._sending = sending
        self._settlement = settlement
        self._published = 0

    def publish(self, make: Make, count: int) -> None:
        """Publish the next `count` versions in one act."""
        publications = make(count, self._clock.now())

        def do(work: Work) -> None:
            enqueue_all(work, publications, self._sending)

        self._acts.act("bench.publish", self._operator, Purpose.POLICE, do)
        self._published += count

    def flat_out(self, make: Make, seconds: float, window: int) -> Outcome:
        """Publish for so long, with at most `window` items unsettled, and wait until all are settled."""
        first, begun = self._published, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            self._settlement.reach(self._published - window)
            self.publish(make, _AT_ONCE)
        return self._outcome(first, begun, None)

    def backlog(self, make: Make, count: int) -> None:
        """Publish so many without waiting for anybody."""
        for start in range(0, count, _AT_ONCE):
            self.publish(make, min(_AT_ONCE, count - start))

    def at_rate(self, make: Make, per_s: float, seconds: float) -> Outcome:
        """Publish at a fixed rate, and measure each item from when it was due."""
        first, begun = self._published, time.perf_counter()
        total, done, last = int(per_s * seconds), 0, 0
        while done < total:
            now = time.perf_counter()
            due = min(total, int((now - begun) * per_s) + 1)
            if due == done:
                time.sleep(max(_IDLE_S, begun + done / per_s - now))
                continue
            # More than one came since the last look: busy, so wait for a tick's worth.
            if due - done > 1 and last > 1:
                time.sleep(_TICK_S)
                due = min(total, int((time.perf_counter() - begun) * per_s) + 1)
            last = due - done
            for start in range(done, due, _AT_ONCE):
                self.publish(make, min(_AT_ONCE, due - start))
            done = due
        return self._outcome(first, begun, per_s)

    def _outcome(self, first: int, begun: float, per_s: float | None) -> Outcome:
        published_s = time.perf_counter() - begun
        self._settlement.reach(self._published)
        wall_s = time.perf_counter() - begun
        took: list[float] = [0.0]
        if per_s is not None:
            took = delays(self._settlement.moments, first, begun, per_s)
        return Outcome(
            count=self._published - first,
            wall_s=wall_s,
            published_s=published_s,
            p50_ms=percentile(took, 50),
            p99_ms=percentile(took, 99),
            max_ms=max(took),
            begun=begun,
        )
