"""How old the data of each party are: own ones live, partners' copies as old as the last word from their node."""

from __future__ import annotations

from collections.abc import Callable

from comity.agreements.registry import Registry
from comity.core.ids import NodeId
from comity.core.ports import Work
from comity.core.time import SECOND_US, Instant
from comity.crossings.records import Freshness, SourceAge
from comity.exchange import store

_SEARCHED = ("ARR", "REF")


class NodeDataSources:
    """`comity.crossings.ports.DataSources` on the agreements in force and what the peer link last heard.

    `heard` gives the last instant at which a peer's node said, over its own link, that it has nothing more for us.
    """

    def __init__(self, party: str, registry: Callable[[], Registry], heard: Callable[[str], Instant | None]) -> None:
        self._party = party
        self._registry = registry
        self._heard = heard

    def ages(self, work: Work) -> tuple[SourceAge, ...]:
        """Return one line for each party whose alerts an agreement in force opens to us, the own one first."""
        own = SourceAge(party=self._party, freshness=Freshness.LIVE)
        nodes: dict[str, list[NodeId]] = {}
        for peer in store.peers(work):
            nodes.setdefault(peer.party, []).append(peer.node)
        return (own, *(self._age(party, nodes.get(party, []), work.recorded_at) for party in self._partners(work)))

    def _partners(self, work: Work) -> tuple[str, ...]:
        standings = (
            standing
            for category in _SEARCHED
            for standing in self._registry().by_act.get((self._party, "enter", category), ())
            if standing.stands(work.at, work.recorded_at)
        )
        parties = {party for standing in standings for party in standing.compiled.parties}
        return tuple(sorted(parties - {self._party}))

    def _age(self, party: str, nodes: list[NodeId], now: Instant) -> SourceAge:
        heard = [moment for node in nodes if (moment := self._heard(node)) is not None]
        if not heard:
            return SourceAge(party=party, freshness=Freshness.NOTHING)
        return SourceAge(party=party, freshness=Freshness.COPY, age_s=max(0, now - max(heard)) // SECOND_US)
