"""The agreements in force, built from what is stored: what the one decision point decides by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.agreements.compile import compile_agreement
from comity.agreements.life.records import Turn
from comity.agreements.life.rules import life_of
from comity.agreements.life.standing import standings_of
from comity.agreements.load import agreement_id
from comity.agreements.records import Agreement
from comity.agreements.registry import Registry, Standing
from comity.agreements.vocabulary import Form, Termination
from comity.core.ids import AgreementId
from comity.core.ports import Work
from comity.core.time import Instant
from comity.diplomacy import store
from comity.diplomacy.records import Event
from comity.diplomacy.rules import in_order
from comity.diplomacy.turns import AMENDED
from comity.exchange.records import PEERING_STREAM

_FORCE: Final = frozenset({Turn.BEGIN, Turn.END})

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


def _is_over(agreement: Agreement, events: Iterable[Event], now: Instant) -> bool:
    """Say whether a version has ended, other than by a newer one, so that its copies go (unless its terms survive)."""
    if agreement.termination.value is Termination.TERMS_SURVIVE:
        return False
    force = [event for event in in_order(events) if event.turn in _FORCE]
    return bool(force) and force[-1].turn is Turn.END and force[-1].reason != AMENDED and force[-1].since <= now


class AgreementBook:
    """`comity.exchange.ports.Agreements` on the stored agreements."""

    def epoch(self, work: Work) -> int:
        """Return the number of the last turn of any agreement's force."""
        return store.epoch(work)

    def over(self, work: Work) -> frozenset[str]:
        """Return the agreements whose force has ended for good."""
        return frozenset(
            agreement_id(each.agreement)
            for each in store.with_events(work)
            if _is_over(each.agreement, each.events, work.recorded_at)
        )

    def stream(self, work: Work, agreement: AgreementId) -> str:
        """Return the stream of a version: its lineage, or `peering`; raises `NotFound`."""
        found = store.get(work, agreement).agreement
        return PEERING_STREAM if found.form.value is Form.PEERING else found.id
