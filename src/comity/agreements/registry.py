"""The agreements a decision may rest on, each with the time it stands, indexed so that their number costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.agreements.slices import Compiled
from comity.core.ids import AgreementId
from comity.core.time import Instant

_BEGINNING: Final = Instant(-(2**62))


@dataclass(frozen=True, slots=True)
class Pause:
    """A suspension: of the whole agreement but for `spared` clauses, or of the clauses named.

    It holds between two `parties` (None: among all), and is known here from `known_from`, its end from
    `end_known_from`.
    """

    since: Instant
    until: Instant | None = None
    clauses: frozenset[str] | None = None
    known_from: Instant = _BEGINNING
    end_known_from: Instant = _BEGINNING
    spared: frozenset[str] = frozenset()
    parties: frozenset[str] | None = None

    def stops(self, clause: str, at: Instant, known_at: Instant) -> bool:
        """Say whether the clause rests at `at`, by what was known at `known_at`."""
        return (
            self.since <= at
            and (self.until is None or at < self.until or known_at < self.end_known_from)
            and self.known_from <= known_at
            and (clause not in self.spared if self.clauses is None else clause in self.clauses)
        )

    def between(self, first: str, second: str | None) -> bool:
        """Say whether it holds between these two; where only one is concerned, whether that one is meant."""
        if self.parties is None:
            return True
        return {first, second} == self.parties if second is not None else first in self.parties


@dataclass(frozen=True, slots=True)
class Arrival:
    """A notification or arrangement that clauses wait for, which arrived at `at`, known here from `known_from`."""

    name: str
    at: Instant
    known_from: Instant = _BEGINNING


@dataclass(frozen=True, slots=True)
class Departure:
    """A party that left at `at` an agreement which stays in force among the others, known here from `known_from`."""

    party: str
    at: Instant
    known_from: Instant = _BEGINNING


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
    pauses: tuple[Pause, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    ended: bool = False
    """Whether `until` is the end of the agreement, so that its terms may survive, and not just of this version."""
    end_known_from: Instant = _BEGINNING
    departures: tuple[Departure, ...] = ()

    def stands(self, at: Instant, known_at: Instant) -> bool:
        """Say whether the agreement was in force at `at`, by what was known at `known_at`."""
        return (
            self.since <= at
            and (self.until is None or at < self.until or known_at < self.end_known_from)
            and self.known_from <= known_at
        )

    def has_left(self, parties: Iterable[str | None], at: Instant, known_at: Instant) -> bool:
        """Say whether one of these parties had left by then."""
        if not self.departures:
            return False
        gone = {each.party for each in self.departures if each.at <= at and each.known_from <= known_at}
        return not gone.isdisjoint(parties)

    def is_over(self, at: Instant, known_at: Instant) -> bool:
        """Say whether the version had ended by then, whatever became of the agreement."""
        return self.until is not None and self.until <= at and self.end_known_from <= known_at

    def survives(self, at: Instant, known_at: Instant) -> bool:
        """Say whether the agreement has ended and its terms still govern what was received under it."""
        until = self.until
        return (
            self.ended
            and self.compiled.terms_survive
            and until is not None
            and self.since < until <= at
            and self.known_from <= known_at
            and self.end_known_from <= known_at
        )

    def arrived(self, at: Instant, known_at: Instant) -> frozenset[str]:
        """Return what had arrived at `at`, by what was known at `known_at`."""
        return frozenset(each.name for each in self.arrivals if each.at <= at and each.known_from <= known_at)


@dataclass(frozen=True, slots=True)
class Registry:
    """An immutable set of standings; make a new one when an agreement comes, changes or goes."""

    by_id: dict[AgreementId, tuple[Standing, ...]] = field(default_factory=dict)
    by_pair: dict[tuple[str, str], tuple[Standing, ...]] = field(default_factory=dict)
    by_party: dict[str, Mapping[tuple[str, str], tuple[Standing, ...]]] = field(default_factory=dict)
    """By party, what stands by (operation, category); parties that are bound by the same share one mapping."""
    by_lineage: dict[str, tuple[Standing, ...]] = field(default_factory=dict)
    at_home: dict[str, tuple[Standing, ...]] = field(default_factory=dict)
    """Agreements between the authorities inside a party, by party: they only narrow, so no other index has them."""

    def acting(self, party: str, operation: str, category: str) -> tuple[Standing, ...]:
        """Return what binds a party and speaks of an operation on a category."""
        return self.by_party.get(party, {}).get((operation, category), ())

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> Registry:
        """Index standings by agreement, by pair of parties, by party and (operation, category), and by home."""
        by_id: dict[AgreementId, list[Standing]] = {}
        by_pair: dict[tuple[str, str], list[Standing]] = {}
        bound: dict[str, list[Standing]] = {}
        by_lineage: dict[str, list[Standing]] = {}
        at_home: dict[str, list[Standing]] = {}
        for standing in sorted(standings, key=_order):
            compiled = standing.compiled
            by_id.setdefault(compiled.id, []).append(standing)
            by_lineage.setdefault(compiled.lineage, []).append(standing)
            if compiled.internal:
                for party in compiled.parties:
                    at_home.setdefault(party, []).append(standing)
                continue
            for party in compiled.parties:
                for other in compiled.parties:
                    by_pair.setdefault((party, other), []).append(standing)
                bound.setdefault(party, []).append(standing)
        return cls(
            {key: tuple(found) for key, found in by_id.items()},
            {pair: tuple(found) for pair, found in by_pair.items()},
            _by_act(bound),
            {lineage: tuple(found) for lineage, found in by_lineage.items()},
            {party: tuple(found) for party, found in at_home.items()},
        )


def _by_act(bound: Mapping[str, list[Standing]]) -> dict[str, Mapping[tuple[str, str], tuple[Standing, ...]]]:
    """Index what binds each party by act, once for all parties that are bound by the same."""
    made: dict[tuple[int, ...], Mapping[tuple[str, str], tuple[Standing, ...]]] = {}
    found = {}
    for party, standings in bound.items():
        same = tuple(map(id, standings))
        if same not in made:
            acts: dict[tuple[str, str], list[Standing]] = {}
            for standing in standings:
                for act in standing.compiled.slices:
                    acts.setdefault(act, []).append(standing)
            made[same] = {act: tuple(each) for act, each in acts.items()}
        found[party] = made[same]
    return found


def _order(standing: Standing) -> tuple[str, int, str, int, int]:
    compiled = standing.compiled
    return (compiled.lineage, -compiled.version, compiled.id, standing.since, standing.known_from)
