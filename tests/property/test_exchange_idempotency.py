"""Duplicated, reordered or lost on the way: each version is applied at most once, in order, and all arrive."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.exchange import store
from comity.exchange.frame import Frame, Route, read_frame, seal_frame, write_frame
from comity.exchange.inbox import Verdict
from tests.support.exchange_nodes import LINEAGE, Node, deliver, two_nodes

RECORDS = ("a", "b", "c")
texts = st.sampled_from(["one", "two", None])
acts = st.lists(st.tuples(st.sampled_from(RECORDS), texts), min_size=1, max_size=12)
cuts = st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12)), max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(acts=acts, cuts=cuts)
def test_nothing_is_applied_twice_and_nothing_is_lost(
    acts: list[tuple[str, str | None]], cuts: list[tuple[int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, two_nodes(Path(folder)) as (fra, deu):
        expected = published(fra, acts)
        whole = fra.next_frame(deu)

        if whole is not None:
            for start, length in cuts:
                part = cut(fra, deu, whole, start, length)
                assert deu.take(part, fra).verdict in {Verdict.DECIDED, Verdict.GAP}
        deliver(fra, deu)

        assert {name: (version, text) for name, (version, text, _) in deu.notes().items()} == expected
        assert all(count <= version for version, _, count in deu.notes().values())
        decided = [
            n for row in deu.rows(store.frame_table) for n in range(int(str(row["first"])), int(str(row["last"])) + 1)
        ]
        assert sorted(decided) == list(range(1, len(decided) + 1))
        # Content that was withdrawn before it went is withheld; everything else was stored.
        assert set(fra.said_of(deu)) <= {("stored", ()), ("refused", ("exchange.withheld",))}


def published(node: Node, acts: list[tuple[str, str | None]]) -> dict[str, tuple[int, str]]:
    """Publish the acts and return what a peer must hold in the end."""
    versions = dict.fromkeys(RECORDS, 0)
    held: dict[str, tuple[int, str]] = {}
    for record, text in acts:
        if text is None and record not in held:
            continue
        versions[record] += 1
        node.publish(record, versions[record], text)
        if text is None:
            del held[record]
        else:
            held[record] = (versions[record], text)
    return held


def cut(sender: Node, receiver: Node, whole: Frame, start: int, length: int) -> Frame:
    """Return an authentic frame of some of the items of `whole`."""
    first = start % len(whole.items)
    items = whole.items[first : first + length]
    route = Route(sender.home.node, receiver.home.node, LINEAGE)
    frame = seal_frame(route, whole.header.first + first, items, sender.house.clock.now(), sender.signer)
    return read_frame(write_frame(frame))
