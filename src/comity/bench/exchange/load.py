"""The load on the sending node: publications flat out behind a window, or at a fixed rate, and when each was settled.

One producer, as one writing room would be: whatever has become due is published in one act, so the tick adapts by
itself to how long a commit takes. An item is done when
the peer's receipt for it is verified here, settled when that is kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from comity.bench.exchange.orders import Outcome
from comity.bench.exchange.subject import Source
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
    """How far the outgoing stream is settled, as the writer commits it."""

    def __init__(self, writer: Writer) -> None:
        self._changed = threading.Condition()
        self._coming = 0
        self.position = 0
        self.moments: list[tuple[int, float]] = []
        names = frozenset({store.stream_table.name})
        writer.watch(names, self._tell)
        writer.subscribe(names, self._stands)

    def _tell(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, Update) and change.key["direction"] == store.OUT and "position" in change.values:
                position = int(str(change.values["position"]))
                if position > self._coming:
                    # The receipt is verified here; keeping it is one commit more.
                    self._coming = position
                    self.moments.append((position, time.perf_counter()))

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


class Producer:
    """Publishes through acts, as every room does."""

    def __init__(self, acts: Acts, operator: Actor, clock: Clock, sending: Sending, settlement: Settlement) -> None:
        self._acts = acts
        self._operator = operator
        self._clock = clock
        self._sending = sending
        self._settlement = settlement
        self._published = 0

    def publish(self, source: Source, count: int) -> None:
        """Publish the next `count` records in one act."""
        publications = source.make(count, self._clock.now())

        def do(work: Work) -> None:
            enqueue_all(work, publications, self._sending)

        self._acts.act("bench.publish", self._operator, Purpose.POLICE, do)
        self._published += count

    def flat_out(self, source: Source, seconds: float, window: int) -> Outcome:
        """Publish for so long, with at most `window` items unsettled, and wait until all are settled."""
        first, begun = self._published, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            self._settlement.reach(self._published - window)
            self.publish(source, _AT_ONCE)
        return self._outcome(first, begun, None)

    def backlog(self, source: Source, count: int) -> None:
        """Publish so many without waiting for anybody."""
        for start in range(0, count, _AT_ONCE):
            self.publish(source, min(_AT_ONCE, count - start))

    def at_rate(self, source: Source, per_s: float, seconds: float) -> Outcome:
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
                self.publish(source, min(_AT_ONCE, due - start))
            done = due
        return self._outcome(first, begun, per_s)

    def _outcome(self, first: int, begun: float, per_s: float | None) -> Outcome:
        published_s = time.perf_counter() - begun
        self._settlement.reach(self._published)
        wall_s = time.perf_counter() - begun
        took: list[float] = [0.0]
        if per_s is not None:
            took = self._latencies(first, begun, per_s)
        return Outcome(
            count=self._published - first,
            wall_s=wall_s,
            published_s=published_s,
            p50_ms=percentile(took, 50),
            p99_ms=percentile(took, 99),
            max_ms=max(took),
        )

    def _latencies(self, first: int, begun: float, per_s: float) -> list[float]:
        found: list[float] = []
        done = first
        for position, moment in self._settlement.moments:
            for number in range(done, position):
                found.append((moment - begun - (number - first) / per_s) * 1000)  # noqa: PERF401 - reads better
            done = max(done, position)
        return found
