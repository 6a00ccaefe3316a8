"""From the life of a version to what decisions rest on."""

from __future__ import annotations

from comity.agreements.life.rules import Life, Pause
from comity.agreements.registry import Arrival, Departure, Standing
from comity.agreements.registry import Pause as Rest
from comity.agreements.slices import Compiled


def standings_of(compiled: Compiled, life: Life, *, amended: bool = False) -> tuple[Standing, ...]:
    """Return each stretch of time in which a version stands, with what happened to it.

    `amended` says that a later version took its place, so that no terms of this one survive.
    """
    pauses = tuple(_rest(pause) for pause in life.pauses)
    arrivals = tuple(Arrival(heard.word, heard.span.since, heard.span.known_from) for heard in life.notices)
    departures = tuple(Departure(left.party, left.span.since, left.span.known_from) for left in life.departures)
    return tuple(
        Standing(
            compiled,
            span.since,
            span.until,
            span.known_from,
            pauses,
            arrivals,
            ended=span.until is not None and not amended,
            end_known_from=span.end_known_from,
            departures=departures,
        )
        for span in life.force
    )


def _rest(pause: Pause) -> Rest:
    return Rest(
        since=pause.span.since,
        until=pause.span.until,
        clauses=pause.clauses,
        known_from=pause.span.known_from,
        end_known_from=pause.span.end_known_from,
        spared=pause.spared,
        parties=pause.parties,
    )
