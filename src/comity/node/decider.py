"""The one decision point of a running node: `agreements.decide` on the agreements in force now, and on the law."""

from __future__ import annotations

import threading
from collections.abc import Callable

from comity.agreements.decide import decide
from comity.agreements.law.compile import house_rulebook
from comity.agreements.looks import Looks
from comity.agreements.registry import Registry
from comity.agreements.slices import EXCHANGE_STAGES
from comity.core.decision import Decision, Question
from comity.core.time import Instant


class Decider:
    """Decides by the newest registry. What is compiled from agreements is kept until one of them changes."""

    def __init__(self) -> None:
        self._load: Callable[[], Registry] | None = None
        self._registry = Registry.of(())
        self._looks: Looks | None = None
        self._changes = 0
        self._loaded_at = -1
        self._lock = threading.Lock()

    def use(self, load: Callable[[], Registry]) -> None:
        """Say how to read the registry anew; called once at start, when there is a store to read from."""
        self._load = load

    def age(self) -> None:
        """Note that an agreement came, changed or went: the next question reads anew."""
        self._changes += 1

    def registry(self) -> Registry:
        """Return the agreements as they stand now; whoever asks while they are read anew waits for that."""
        if self._loaded_at != self._changes:
            self._refresh()
        return self._registry

    def __call__(self, question: Question, at: Instant, known_at: Instant) -> Decision:
        """Answer a question at legal time `at`, by what was known at `known_at`."""
        registry = self.registry()
        if question.stage in EXCHANGE_STAGES:
            return decide(question, at, known_at, registry)
        return self._looks_by(registry).answer(question, at, known_at)

    def _looks_by(self, registry: Registry) -> Looks:
        """Return what is compiled of this registry; two who ask at once may both make it, and either will do."""
        looks = self._looks
        if looks is None or looks.agreements is not registry:
            self._looks = looks = Looks(registry, house_rulebook())
        return looks

    def _refresh(self) -> None:
        with self._lock:
            # Taken before reading: a change that lands while we read is read by the next question.
            changes = self._changes
            if self._loaded_at != changes and self._load is not None:
                self._registry = self._load()
                self._loaded_at = changes
