"""Which agreements have ended so that what was exchanged under them goes, between whom, and how it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

from comity.agreements.life.records import Turn
from comity.agreements.life.rules import FOREVER, life_of
from comity.agreements.load import agreement_id
from comity.agreements.vocabulary import Termination
from comity.core.time import DAY_US, Instant
from comity.diplomacy import store
from comity.diplomacy.rules import in_order
from comity.diplomacy.turns import AMENDED

RETURN_GRACE_US: Final = 30 * DAY_US
"""How long whoever holds data has to hand it back before its owner takes it back by itself."""


class Ended(NamedTuple):
    """One version under which nothing may be held any more: between whom (None: all), since when, and how it goes."""

    agreement: str
    lineage: str
    how: Termination
    since: Instant
    parties: frozenset[str] | None


def endings(found: Iterable[store.Stored], own: str, now: Instant) -> tuple[Ended, ...]:
    """Return every version of a lineage whose newest version has ended at `now`, or has lost parties.

    Data that went under an older version goes with the newest. A party that left parts from all others: `own` says
    whether that is this node's party. Agreements whose terms survive, and those inside one party, are left out.
    """
    by_lineage = sorted(found, key=lambda each: (each.agreement.id, each.agreement.version))
    return tuple(
        ended
        for _, versions in groupby(by_lineage, key=lambda each: each.agreement.id)
        for ended in _of_lineage(tuple(versions), own, now)
    )


def _of_lineage(versions: tuple[store.Stored, ...], own: str, now: Instant) -> Iterator[Ended]:
    begun = [each for each in versions if any(turn.turn is Turn.BEGIN and turn.since <= now for turn in each.events)]
    if not begun:
        return
    newest = begun[-1]
    how = newest.agreement.termination.value
    over = _over(newest, own, now)
    if how is Termination.TERMS_SURVIVE or newest.agreement.internal_to is not None or over is None:
        return
    since, parties = over
    for each in begun:
        yield Ended(agreement_id(each.agreement), each.agreement.id, how, since, parties)


def _over(newest: store.Stored, own: str, now: Instant) -> tuple[Instant, frozenset[str] | None] | None:
    """Return since when, and between which parties (None: all), nothing more may be held; None where it goes on."""
    happened = in_order(newest.events)
    ends = [each for each in happened if each.turn is Turn.END]
    life = life_of(happened)
    force = life.force[-1] if life.force else None
    if force is not None and force.until is not None and force.until <= now and ends[-1].reason != AMENDED:
        return force.until, None
    left = {each.party: each.span.since for each in life.departures if each.span.covers(now, FOREVER)}
    if not left:
        return None
    if own in left:
        return left[own], None
    return max(left.values()), frozenset(left)
