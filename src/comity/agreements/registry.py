"""The agreements a decision may rest on, each with the time it stands, indexed so that their number costs nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from comity.agreements.compile import Compiled
from comity.core.ids import AgreementId
from comity.core.time import Instant

_BEGINNING: Final = Instant(-(2**62))


@dataclass(frozen=True, slots=True)
class Standing:
    """One agreement version and when it stands: in law from `since` until before `until`, known here from `known_from`.

    A version that was amended, suspended or ended keeps its standing with an `until`, so that a question about a past
    day is answered by what stood then, as known at the time asked about.
    """

    compiled: Compiled
    since: Instant
    until: Instant | None = None
    known_from: Instant = _BEGINNING

    def stands(self, at: Instant, known_at: Instant) -> bool:
        """Say whether the agreement was in force at `at`, by what was known at `known_at`."""
        return self.since <= at and (self.until is None or at < self.until) and self.known_from <= known_at


@dataclass(frozen=True, slots=True)
class Registry:
    """An immutable set of standings; make a new one when an agreement comes, changes or goes."""

    by_id: dict[AgreementId, tuple[Standing, ...]] = field(default_factory=dict)
    by_pair: dict[tuple[str, str], tuple[Standing, ...]] = field(default_factory=dict)
    by_act: dict[tuple[str, str, str], tuple[Standing, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> Registry:
        """Index standings by agreement, by pair of parties, and by (party, operation, category)."""
        by_id: dict[AgreementId, list[Standing]] = {}
        by_pair: dict[tuple[str, str], list[Standing]] = {}
        by_act: dict[tuple[str, str, str], list[Standing]] = {}
        for standing in sorted(standings, key=_order):
            compiled = standing.compiled
            by_id.setdefault(compiled.id, []).append(standing)
            for party in compiled.parties:
                for other in compiled.parties:
                    by_pair.setdefault((party, other), []).append(standing)
                for operation, category in compiled.slices:
                    by_act.setdefault((party, operation, category), []).append(standing)
        return cls(
            {key: tuple(found) for key, found in by_id.items()},
            {pair: tuple(found) for pair, found in by_pair.items()},
            {act: tuple(found) for act, found in by_act.items()},
        )


def _order(standing: Standing) -> tuple[str, int, str, int, int]:
    compiled = standing.compiled
    return (compiled.lineage, -compiled.version, compiled.id, standing.since, standing.known_from)
