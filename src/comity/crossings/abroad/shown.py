"""Answers for as long as somebody stands at the counter: in the node's memory only, gone with it or after minutes."""

from __future__ import annotations

import threading
from typing import Final

from comity.core.ids import Owner
from comity.core.time import SECOND_US, Instant
from comity.crossings.abroad.records import AnswerAbroad

KEPT_US: Final = 600 * SECOND_US
_MOST: Final = 10_000


class ShownAnswers:
    """What was answered to the checks of the last minutes. Safe to use from many threads."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Owner, Instant, tuple[AnswerAbroad, ...]]] = {}
        self._lock = threading.Lock()

    def keep(self, check: str, owner: Owner, answers: tuple[AnswerAbroad, ...], now: Instant) -> None:
        """Keep answers beside those of the same check; what is too old goes."""
        if not answers:
            return
        with self._lock:
            self._forget(now)
            earlier = self._kept.pop(check, (owner, now, ()))[2]
            again = {(each.party, each.category) for each in answers}
            before = tuple(each for each in earlier if (each.party, each.category) not in again)
            self._kept[check] = (owner, now, (*before, *answers))
            while len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]

    def of(self, check: str, owner: Owner, now: Instant) -> tuple[AnswerAbroad, ...]:
        """Return what was answered to a check of this authority, none where it is gone."""
        with self._lock:
            self._forget(now)
            kept = self._kept.get(check)
        return kept[2] if kept is not None and kept[0] == owner else ()

    def _forget(self, now: Instant) -> None:
        for check in [check for check, (_, at, _) in self._kept.items() if not 0 <= now - at < KEPT_US]:
            del self._kept[check]
