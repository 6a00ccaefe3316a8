"""Where a version stands at an instant, from what happened to it, by what was known then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from comity.agreements.life.records import PROTECTION_LOST, Happening, Turn
from comity.core.time import Instant

BEGINNING: Final = Instant(-(2**62))
FOREVER: Final = Instant(2**62)
_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of legal time, with the times from which this node knows that it began and that it ended."""

    since: Instant
    known_from: Instant = BEGINNING
    until: Instant | None = None
    end_known_from: Instant = BEGINNING

    def covers(self, at: Instant, known_at: Instant) -> bool:
        """Say whether `at` lies in it, by what was known at `known_at`; the last moment is not in it."""
        if at < self.since or known_at < self.known_from:
            return False
        return self.until is None or at < self.until or known_at < self.end_known_from

    def is_over(self, at: Instant, known_at: Instant) -> bool:
        """Say whether it lies behind `at`, by what was known at `known_at`."""
        return (
            self.until is not None
            and self.until <= at
            and known_at >= self.end_known_from
            and known_at >= self.known_from
        )


@dataclass(frozen=True, slots=True)
class Pause:
    """A suspension: of some clauses or (None) of all but the `spared`, between two parties or (None) among all."""

    span: Span
    clauses: frozenset[str] | None
    parties: frozenset[str] | None
    spared: frozenset[str] = frozenset()
    by: str | None = None
    unprotected: bool = False
    """Whether it follows from a loss of protection, and not from a suspension."""

    def stops(self, clause: str) -> bool:
        """Say whether the clause is suspended by it."""
        return clause not in self.spared if self.clauses is None else clause in self.clauses


@dataclass(frozen=True, slots=True)
class Heard:
    """A notification or arrangement that arrived."""

    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class Left:
    """A party that went while the agreement stays in force among the others."""

    party: str
    span: Span


@dataclass(frozen=True, slots=True)
class Life:
    """The life of one version. Make it with `life_of`, or with `always` for a version that simply stands."""

    force: tuple[Span, ...]
    pauses: tuple[Pause, ...] = ()
    notices: tuple[Heard, ...] = ()
    departures: tuple[Left, ...] = ()

    def in_force(self, at: Instant, known_at: Instant) -> bool:
        """Say whether the version is in force; a suspended one is."""
        return any(span.covers(at, known_at) for span in self.force)

    def is_over(self, at: Instant, known_at: Instant) -> bool:
        """Say whether the version was in force and is no more: only its surviving terms bind."""
        return not self.in_force(at, known_at) and any(span.is_over(at, known_at) for span in self.force)

    def pausing(self, at: Instant, known_at: Instant, first: str, second: str | None) -> tuple[Pause, ...]:
        """Return the suspensions that hold between two parties; ask each whether it `stops` a clause."""
        if not self.pauses:
            return ()
        return tuple(
            pause
            for pause in self.pauses
            if pause.span.covers(at, known_at) and (pause.parties is None or {first, second} == pause.parties)
        )

    def heard(self, at: Instant, known_at: Instant) -> frozenset[str]:
        """Return the names of the notifications and arrangements that have arrived."""
        if not self.notices:
            return _NOTHING
        return frozenset(each.word for each in self.notices if each.span.covers(at, known_at))

    def has_left(self, party: str, at: Instant, known_at: Instant) -> bool:
        """Say whether the party has left an agreement that stays in force among the others."""
        return any(each.party == party and each.span.covers(at, known_at) for each in self.departures)


def always(since: Instant, until: Instant | None = None, known_from: Instant = BEGINNING) -> Life:
    """Return the life of a version that is in force from `since` until before `until`."""
    return Life((Span(since, known_from, until, known_from),))


def life_of(happenings: Iterable[Happening]) -> Life:
    """Return the life that follows from what happened, given in order of recording.

    A begin opens a stretch and the next end closes it; an end without a begin says nothing. A resumption closes the
    suspensions of the same clauses by the same party towards the same other; one of the whole closes them all. What
    rests for a loss of protection (`PROTECTION_LOST`) is closed by a resumption for the same reason, and by no other.
    """
    force: list[Span] = []
    pauses: list[Pause] = []
    notices: list[Heard] = []
    departures: list[Left] = []
    for each in happenings:
        span = Span(each.since, each.recorded_at)
        match each.turn:
            case Turn.BEGIN:
                if not force or force[-1].until is not None:
                    force.append(span)
            case Turn.END:
                if force and force[-1].until is None:
                    force[-1] = _closed(force[-1], each)
            case Turn.SUSPEND:
                lost = each.reason == PROTECTION_LOST
                pauses.append(
                    Pause(span, frozenset(each.clauses) or None, _between(each), by=each.by, unprotected=lost)
                )
            case Turn.RESUME:
                pauses = [piece for pause in pauses for piece in _resumed(pause, each)]
            case Turn.HEAR:
                notices.append(Heard(each.word or "", span))
            case Turn.LEAVE:
                departures.append(Left(each.by or "", span))
    return Life(tuple(force), tuple(pauses), tuple(notices), tuple(departures))


def _closed(span: Span, happening: Happening) -> Span:
    until = max(span.since, happening.since)
    return Span(span.since, span.known_from, until, max(span.known_from, happening.recorded_at))


def _between(happening: Happening) -> frozenset[str] | None:
    if happening.by is None or happening.towards is None:
        return None
    return frozenset({happening.by, happening.towards})


def _resumed(pause: Pause, happening: Happening) -> tuple[Pause, ...]:
    """Return what is left of a pause: closed where it is resumed, cut in two where only some of its clauses are."""
    if pause.span.until is not None or (pause.by, pause.parties) != (happening.by, _between(happening)):
        return (pause,)
    if pause.unprotected != (happening.reason == PROTECTION_LOST):
        return (pause,)
    resumed = frozenset(happening.clauses) or None
    closed = replace(pause, span=_closed(pause.span, happening))
    if resumed is None or (pause.clauses is not None and pause.clauses <= resumed):
        return (closed,)
    goes_on = replace(pause, span=Span(happening.since, happening.recorded_at))
    if pause.clauses is None:
        return (closed, replace(goes_on, spared=pause.spared | resumed))
    if not pause.clauses & resumed:
        return (pause,)
    return (closed, replace(goes_on, clauses=pause.clauses - resumed))
