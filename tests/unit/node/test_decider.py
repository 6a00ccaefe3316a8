"""The decision point of a running node: by the agreements as they stand, also for those who ask at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from comity.agreements.registry import Registry
from comity.node.decider import Decider


def test_whoever_asks_while_agreements_are_read_anew_gets_the_new_ones() -> None:
    decider, reading, go_on = Decider(), threading.Event(), threading.Event()
    fresh = Registry.of(())

    def load() -> Registry:
        reading.set()
        assert go_on.wait(10)
        return fresh

    decider.use(load)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(decider.registry)
        assert reading.wait(10)
        second = pool.submit(decider.registry)
        go_on.set()

        assert first.result() is fresh
        assert second.result() is fresh


def test_a_change_that_lands_while_agreements_are_read_is_read_by_the_next_question() -> None:
    decider = Decider()
    loaded: list[Registry] = []

    def load() -> Registry:
        if not loaded:
            decider.age()
        loaded.append(Registry.of(()))
        return loaded[-1]

    decider.use(load)

    assert decider.registry() is loaded[0]
    assert decider.registry() is loaded[1]
    assert decider.registry() is loaded[1]
