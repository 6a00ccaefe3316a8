"""What agreements open of an act's publications: each question is put once, all that ask alike share the answer.

A question differs by who owns, what is done, for what purpose, with which facts, fields and peer; not by record. One
act happens at one instant, so that one answer holds for all of it. Nothing is kept beyond the act.
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.agreements.reasons import Code
from comity.core.decision import Question, Stage
from comity.core.ports import Publication, Work
from comity.exchange.ports import Agreements
from comity.exchange.records import PEERING_STREAM, Home, Peer
from comity.exchange.rules import stream_of
from comity.exchange.store import Route

_SUSPENDED: Final = {Code.SUSPENDED.value}


class Offer(msgspec.Struct, frozen=True, gc=False):
    """What a peer may get of publications that ask alike.

    `route` is how a first version goes, None where nothing goes. `whole`: every field. `waits`: only once a suspension
    is over. `suspended`: a suspension is among the reasons against it.
    """

    route: Route | None
    conditions: tuple[str, ...]
    fields: tuple[str, ...]
    whole: bool
    waits: bool
    suspended: bool


class Offering:
    """The offers of one act."""

    def __init__(self, work: Work, home: Home, agreements: Agreements) -> None:
        self._work = work
        self._home = home
        self._agreements = agreements
        self._known: dict[tuple[object, ...], Offer] = {}

    def to(self, peer: Peer, publication: Publication, names: tuple[str, ...]) -> Offer:
        """Return what the peer may get of a publication whose fields have these names."""
        act = (publication.operation, publication.category, publication.purpose, publication.owner, publication.facts)
        alike = (peer.card.node, names, *act, publication.stream, publication.urgency)
        found = self._known.get(alike)
        if found is None:
            found = self._known[alike] = self._ask(peer, publication, names)
        return found

    def _ask(self, peer: Peer, publication: Publication, names: tuple[str, ...]) -> Offer:
        decision = self._work.decide(_question(publication, peer, names, self._home))
        waits = set(decision.codes) == _SUSPENDED
        route = None
        if (decision.permitted or waits) and decision.agreement is not None and decision.clauses:
            lineage = publication.stream or self._agreements.stream(self._work, decision.agreement)
            stream = lineage if lineage == PEERING_STREAM else stream_of(lineage, publication.urgency)
            route = Route(peer.node, stream, decision.agreement, decision.clauses[0])
        return Offer(
            route=route,
            conditions=decision.obligations,
            fields=decision.fields,
            whole=decision.fields == names,
            waits=waits,
            suspended=Code.SUSPENDED in decision.codes,
        )


def _question(publication: Publication, peer: Peer, names: tuple[str, ...], home: Home) -> Question:
    return Question(
        stage=Stage.ENQUEUE,
        operation=publication.operation,
        category=publication.category,
        purpose=publication.purpose,
        actor=publication.owner,
        owner=publication.owner,
        sender=home.party,
        receiver=peer.party,
        fields=names,
        facts=publication.facts,
    )
