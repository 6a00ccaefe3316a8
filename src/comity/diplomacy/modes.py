"""In which mode each clause of an agreement works, and what may be asked of whom: read once for each version."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.agreements.records import Agreement
from comity.agreements.vocabulary import Mode
from comity.core.ids import AgreementId
from comity.core.ports import Work
from comity.diplomacy import store

FULL_TRUST: Final = "full_trust"
_ASKING: Final = "query"
_MOST: Final = 4096
_ASKED_IN: Final = (Mode.QUERY, Mode.BLIND, Mode.ANONYMOUS)


class ModeBook:
    """`comity.exchange.modes.ports.Terms` on the stored agreements, at a node of `party`."""

    def __init__(self, party: str) -> None:
        self._party = party
        self._modes: dict[str, tuple[Mapping[str, Mode], bool]] = {}
        self._asked: tuple[int, Mapping[Mode, frozenset[tuple[str, str, str]]]] = (-1, {})

    def modes(self, work: Work, agreement: AgreementId) -> Mapping[str, Mode]:
        """Return the mode of each clause of a version; raises `NotFound`."""
        return self._of(work, agreement)[0]

    def full_trust(self, work: Work, agreement: AgreementId) -> bool:
        """Say whether the parties of a version trust each other fully with persons at risk.

        Only where the agreement says so itself; raises `NotFound`.
        """
        return self._of(work, agreement)[1]

    def asked_about(self, work: Work, mode: Mode) -> frozenset[tuple[str, str, str]]:
        """Return (party, operation, category) of what may be asked in a mode; whether it may, is decided each time."""
        epoch = store.epoch(work)
        if epoch != self._asked[0]:
            stored = store.with_events(work)
            found = {
                each: frozenset[tuple[str, str, str]]().union(
                    *(_asked(one.agreement, self._party, each) for one in stored)
                )
                for each in _ASKED_IN
            }
            self._asked = (epoch, found)
        return self._asked[1].get(mode, frozenset())

    def _of(self, work: Work, agreement: AgreementId) -> tuple[Mapping[str, Mode], bool]:
        known = self._modes.get(agreement)
        if known is None:
            # A version never changes: its hash is its name.
            found = store.get(work, agreement).agreement
            modes = MappingProxyType({clause.id: clause.mode.value for clause in found.clauses})
            level = found.protection.level.value if found.protection is not None else None
            known = (modes, level == FULL_TRUST)
            if len(self._modes) < _MOST:
                self._modes[agreement] = known
        return known


def _asked(agreement: Agreement, party: str, mode: Mode) -> frozenset[tuple[str, str, str]]:
    """Return what one agreement may let a party ask of the others in a mode."""
    others = [each.code for each in agreement.parties if each.code != party]
    if agreement.internal_to is not None or len(others) == len(agreement.parties):
        return frozenset()
    return frozenset(
        (other, _ASKING, category)
        for clause in agreement.clauses
        if clause.mode.value is mode and clause.effect is None and _ASKING in clause.operations.value
        for category in clause.categories.value
        for other in others
    )
