"""Wires what stays with its owner: asking other parties, and answering them, over the peer link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from comity.adapters.blind_psi import PsiAsker, PsiOwner
from comity.adapters.peerlink import Switchboard, Topic
from comity.agreements.tables import tables
from comity.alerts.categories import CATEGORIES
from comity.core.ports import Clock, Signer
from comity.crossings.abroad.asking import ExchangeAbroad
from comity.crossings.abroad.blind import Blind
from comity.crossings.abroad.finder import AlertFinder
from comity.crossings.abroad.keys import AlertKeys
from comity.crossings.abroad.wishes import DOCUMENT_STATUS, WANTED_OBJECT
from comity.diplomacy.modes import ModeBook
from comity.exchange.modes.answering import QUESTIONS_A_MINUTE, Answering, answer_question
from comity.exchange.modes.asking import RELAY, TOPIC, Asking
from comity.exchange.modes.blind_letters import TOPIC as BLIND_TOPIC
from comity.exchange.modes.blinding import BlindSets
from comity.exchange.modes.looking import BlindLooker
from comity.exchange.modes.relaying import RELAYED, BrokerPlace, Relaying, answer_relayed, relay_question
from comity.exchange.modes.tally import Tally
from comity.exchange.ports import Acts
from comity.exchange.records import Home
from comity.screening.ports import ScreeningIndex

SLOT_S: Final = 0.2
"""Answers to questions leave on this grid of time since the question came, whatever was found."""


class Modes:
    """What a node needs to ask and to answer; `switchboard` connects it to peers once the node serves."""

    def __init__(
        self,
        home: Home,
        signer: Signer,
        clock: Clock,
        index: ScreeningIndex,
        stopped: Callable[[], bool],
        brokers: BrokerPlace | None = None,
    ) -> None:
        self.home = home
        self.signer = signer
        self.clock = clock
        self.index = index
        self.book = ModeBook(home.party)
        self.switchboard = Switchboard(stopped)
        self.brokers = brokers or BrokerPlace()
        self.asking = Asking(
            home=home,
            signer=signer,
            clock=clock,
            terms=self.book,
            broker=self.switchboard,
            via=self.brokers.via,
        )
        self.blind_sets: BlindSets | None = None

    def abroad(self) -> ExchangeAbroad:
        """Return who asks other parties during a check."""
        return ExchangeAbroad(self.asking)

    def blind(self) -> Blind:
        """Return who looks up blindly."""
        return Blind(BlindLooker(self.asking, PsiAsker), self.asking)

    def topics(self, acts: Acts) -> Mapping[str, Topic]:
        """Return what peers may ask here."""
        answering = Answering(
            home=self.home,
            signer=self.signer,
            clock=self.clock,
            terms=self.book,
            acts=acts,
            finders=dict.fromkeys(_categories(), AlertFinder(self.index, self.home.party)),
            tally=Tally(QUESTIONS_A_MINUTE),
        )
        keys = AlertKeys(self.home.party)
        self.blind_sets = sets = BlindSets(answering, dict.fromkeys(_categories(), keys), lambda: PsiOwner(()))
        relaying = Relaying(answering, self.switchboard, self.brokers.via, broker=self.brokers.carries)
        return {
            RELAY: Topic(lambda peer, body: relay_question(relaying, peer, body), SLOT_S),
            RELAYED: Topic(lambda peer, body: answer_relayed(relaying, peer, body), SLOT_S),
            TOPIC: Topic(lambda peer, body: answer_question(answering, peer, body), SLOT_S),
            BLIND_TOPIC: Topic(sets.answer),
        }

    def age(self) -> None:
        """Note that own records changed."""
        if self.blind_sets is not None:
            self.blind_sets.age()


def _categories() -> tuple[str, ...]:
    """Return the categories that the own alerts can answer about."""
    known = tables().categories
    return tuple(each for each in (DOCUMENT_STATUS, WANTED_OBJECT, *CATEGORIES) if each in known)
