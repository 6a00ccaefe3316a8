"""The agreements in force, built from what is stored: what the one decision point decides by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.agreements.compile import compile_agreement
from comity.agreements.load import agreement_id
from comity.agreements.records import Agreement
from comity.agreements.registry import Registry, Standing
from comity.agreements.vocabulary import Form
from comity.core.ids import AgreementId
from comity.core.ports import Work
from comity.core.time import Instant
from comity.diplomacy import store
from comity.diplomacy.records import Event, Turn
from comity.exchange.records import PEERING_STREAM

_AMENDED: Final = "amended"

TABLES: Final = frozenset({store.AGREEMENT_EVENT.name})
"""The tables whose changes make a registry old: pass them to `Writer.subscribe`."""


def standings(agreement: Agreement, events: Iterable[Event]) -> tuple[Standing, ...]:
    """Return each stretch of time in which a version stands, from the turns of its force in any order.

    A begin opens a stretch, the next end closes it; an end before any begin says nothing.
    """
    compiled = compile_agreement(agreement)
    found: list[Standing] = []
    opened: Event | None = None
    for event in sorted(events, key=lambda each: each.sequence):
        if event.turn is Turn.BEGIN:
            opened = opened or event
        elif opened is not None:
            found.append(Standing(compiled, opened.since, event.since, opened.recorded_at))
            opened = None
    if opened is not None:
        found.append(Standing(compiled, opened.since, None, opened.recorded_at))
    return tuple(found)


def load_registry(work: Work) -> Registry:
    """Return the registry as of this work's snapshot; dear, so keep it until one of `TABLES` changes."""
    return Registry.of(
        standing for each in store.with_events(work) for standing in standings(each.agreement, each.events)
    )


def _is_over(events: Iterable[Event], now: Instant) -> bool:
    """Say whether the last turn of an agreement's force is an end that came, other than by a newer version."""
    turns = sorted(events, key=lambda each: each.sequence)
    return bool(turns) and turns[-1].turn is Turn.END and turns[-1].reason != _AMENDED and turns[-1].since <= now


class AgreementBook:
    """`comity.exchange.ports.Agreements` on the stored agreements."""

    def epoch(self, work: Work) -> int:
        """Return the number of the last turn of any agreement's force."""
        return store.epoch(work)

    def over(self, work: Work) -> frozenset[str]:
        """Return the agreements whose force has ended for good."""
        return frozenset(
            agreement_id(each.agreement) for each in store.with_events(work) if _is_over(each.events, work.recorded_at)
        )

    def stream(self, work: Work, agreement: AgreementId) -> str:
        """Return the stream of a version: its lineage, or `peering`; raises `NotFound`."""
        found = store.get(work, agreement).agreement
        return PEERING_STREAM if found.form.value is Form.PEERING else found.id
