"""Telling peers of new deeds until each has acknowledged them; one that is away gets them when it is back."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from comity.agreements.keys import Key
from comity.core.codec import encode
from comity.core.errors import ComityError, Refused
from comity.core.ports import Actor, Clock, Work
from comity.core.time import SECOND_US, Instant
from comity.core.vocabulary import Purpose
from comity.exchange import store
from comity.exchange.keys.letters import AT_ONCE, TOPIC, DeedsLetter, DeedsTaken
from comity.exchange.keys.store import deeds_of, note_told, own_chain, told
from comity.exchange.modes.letter import check_signature, read_letter
from comity.exchange.modes.ports import Broker
from comity.exchange.records import Peer, PeerState
from comity.exchange.witness.desk import Acts

PATIENCE_S: Final = 5.0
AGAIN_US: Final = 3 * SECOND_US
PEER_HAS_MORE: Final = "keys.peer-has-more"
"""A peer has acknowledged deeds that are not here: an old backup was restored. Install the root's deeds again."""


@dataclass(slots=True)
class DeedRounds:
    """Tells peers, on behalf of the node's operator."""

    acts: Acts
    operator: Actor
    broker: Broker
    clock: Clock
    node: str
    first: Key
    _waits: dict[str, Instant] = field(default_factory=dict)

    def tell(self) -> int:
        """Tell every trusted peer that has not acknowledged the newest deed; return how many have now."""
        behind = self.acts.view(self.operator, Purpose.PEERING, self._behind)
        asked = [(peer, self._ask(peer, had)) for peer, had in behind]
        said = [(peer, self._taken(peer, coming)) for peer, coming in asked]
        if said:
            self.acts.tidy(self.operator, Purpose.PEERING, lambda work: _keep(work, said))
        return sum("trouble" not in values or values["trouble"] is None for _, values in said)

    def _behind(self, work: Work) -> list[tuple[Peer, int]]:
        own = len(deeds_of(work, self.node))
        if not own:
            return []
        known, now = told(work), self.clock.now()
        found = []
        for peer in store.peers(work):
            row = known.get(peer.node)
            had = min(row.number, own) if row else 0
            waits = self._waits.get(peer.node, Instant(0)) > now
            if peer.state is PeerState.TRUSTED and not waits and (row is None or row.number != own):
                found.append((peer, had))
        return found

    def _ask(self, peer: Peer, had: int) -> Future[bytes]:
        self._waits[peer.node] = Instant(self.clock.now() + AGAIN_US)
        deeds = self.acts.view(self.operator, Purpose.PEERING, lambda work: deeds_of(work, self.node))
        # One that is held already shows a peer with more deeds than ours that we mean the same.
        start = min(had, len(deeds) - 1)
        return self.broker.ask(peer, TOPIC, encode(DeedsLetter(deeds=deeds[start : start + AT_ONCE])), PATIENCE_S)

    def _taken(self, peer: Peer, coming: Future[bytes]) -> dict[str, object]:
        try:
            data = coming.result(PATIENCE_S)
            said, raw, signature = read_letter(data, DeedsTaken)
            check_signature(said, raw, signature, self._fresh(peer), (said.at, self.clock.now()))
            if (said.node, said.holder) != (self.node, peer.node):
                raise Refused("keys.other-receipt", "The acknowledgement is about something else.")
            trouble = self.acts.view(self.operator, Purpose.PEERING, lambda work: self._trouble(work, said))
        except TimeoutError:
            return {"trouble": "link.silent"}
        except ComityError as error:
            return {"trouble": error.code}
        if trouble is None:
            self._waits.pop(peer.node, None)
        return {"number": said.number, "receipt": data, "trouble": trouble}

    def _fresh(self, peer: Peer) -> Peer:
        return self.acts.view(self.operator, Purpose.PEERING, lambda work: store.get_peer(work, peer.node))

    def _trouble(self, work: Work, said: DeedsTaken) -> str | None:
        chain = own_chain(work, self.node, self.first)
        if said.number > chain.length:
            return PEER_HAS_MORE
        return None if said.number == 0 or chain.digests[said.number - 1] == said.digest else "keys.contradiction"


def _keep(work: Work, said: list[tuple[Peer, dict[str, object]]]) -> None:
    for peer, values in said:
        note_told(work, peer.node, values)
