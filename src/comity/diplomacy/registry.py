"""The agreements in force, built from what is stored: what the one decision point decides by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.agreements.compile import compile_agreement
from comity.agreements.life.records import Turn
from comity.agreements.life.rules import life_of
from comity.agreements.life.standing import standings_of
from comity.agreements.records import Agreement
from comity.agreements.registry import Registry, Standing
from comity.agreements.vocabulary import Form, Termination
from comity.core.ids import AgreementId
from comity.core.ports import Work
from comity.diplomacy import store
from comity.diplomacy.ending import RETURN_GRACE_US, Ended, endings
from comity.diplomacy.records import Event
from comity.diplomacy.rules import in_order
from comity.diplomacy.turns import AMENDED
from comity.exchange.records import PEERING_STREAM

TABLES: Final = frozenset({store.AGREEMENT_EVENT.name})
"""The tables whose changes make a registry old: pass them to `Writer.subscribe`."""


def standings(agreement: Agreement, events: Iterable[Event]) -> tuple[Standing, ...]:
    """Return each stretch of time in which a version stands, from the turns of its life in any order."""
    happened = in_order(events)
    ends = [event for event in happened if event.turn is Turn.END]
    amended = bool(ends) and ends[-1].reason == AMENDED
    return standings_of(compile_agreement(agreement), life_of(happened), amended=amended)


def load_registry(work: Work) -> Registry:
    """Return the registry as of this work's snapshot; dear, so keep it until one of `TABLES` changes."""
    return Registry.of(
        standing for each in store.with_events(work) for standing in standings(each.agreement, each.events)
    )


class AgreementBook:
    """`comity.exchange.ports.Agreements` on the stored agreements, at a node of `party`."""

    def __init__(self, party: str) -> None:
        self._party = party

    def epoch(self, work: Work) -> int:
        """Return the number of the last turn of any agreement's force."""
        return store.epoch(work)

    def over(self, work: Work) -> dict[str, frozenset[str] | None]:
        """Return the agreements under which no peer may hold anything any more, with the parties meant (None: all).

        What is to be handed back is taken back only when the time for that is over.
        """
        return {
            each.agreement: each.parties
            for each in self.ended(work)
            if each.how is Termination.DELETE or each.since + RETURN_GRACE_US <= work.recorded_at
        }

    def ended(self, work: Work) -> tuple[Ended, ...]:
        """Return the agreements under which this node may hold nothing of others any more."""
        return endings(store.with_events(work), self._party, work.recorded_at)

    def stream(self, work: Work, agreement: AgreementId) -> str:
        """Return the stream of a version: its lineage, or `peering`; raises `NotFound`."""
        found = store.get(work, agreement).agreement
        return PEERING_STREAM if found.form.value is Form.PEERING else found.id
