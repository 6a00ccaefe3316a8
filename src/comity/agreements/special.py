"""What only some clauses have, judged: their days, what they wait for, written conditions, opt-outs, reservations."""

from __future__ import annotations

from collections.abc import Iterator

from comity.agreements.asked import Asked
from comity.agreements.registry import Standing
from comity.agreements.slices import EXCHANGE_STAGES, Allowance, Need, Special
from comity.core.decision import Question, Reason, Stage
from comity.core.time import Instant

Sides = tuple[str | None, str | None]


def stands_against(
    asked: Asked, special: Special, sides: Sides, standing: Standing, known_at: Instant
) -> tuple[set[Reason], set[Reason]]:
    """Return what denies, and what sends to a person; `sides` are giver and receiver of the data."""
    denies = {
        *_time_reasons(asked.at, special),
        *_away_reasons(asked.at, special, sides),
        *_reservation_reasons(asked, special, sides),
        *_quota_reasons(asked, special.allowance),
        *_territory_reasons(asked, special),
    }
    if special.waits and not special.waits <= standing.arrived(asked.at, known_at):
        denies.add(special.asleep)
    refers: set[Reason] = set()
    for need in special.needs:
        if not holds(asked, need):
            (refers if need.refers else denies).add(need.reason)
    return denies, refers


def holds(asked: Asked, need: Need) -> bool:
    """Say whether a written condition holds, or is not judged here for want of any fact it reads."""
    if need.test(asked.facts):
        return True
    if not if_given(asked.question) or not need.facts:
        return False
    return need.facts.isdisjoint(asked.facts)


def if_given(question: Question) -> bool:
    """Say whether conditions are judged only where a fact they read is asserted."""
    return question.presumed or question.stage in EXCHANGE_STAGES


def _time_reasons(at: Instant, special: Special) -> Iterator[Reason]:
    if at < special.since:
        yield special.not_in_time
    elif at >= special.until:
        yield special.over


def _away_reasons(at: Instant, special: Special, sides: Sides) -> Iterator[Reason]:
    for away in special.away:
        if away.party in sides and away.since <= at < away.until:
            yield away.reason


def _reservation_reasons(asked: Asked, special: Special, sides: Sides) -> Iterator[Reason]:
    giver, receiver = sides
    for barred in special.barred:
        concerned = (barred.giver is None or barred.giver == giver) and (
            barred.receiver is None or barred.receiver == receiver
        )
        if concerned and (barred.test is None or barred.test(asked.facts)):
            yield barred.reason


def _quota_reasons(asked: Asked, allowance: Allowance | None) -> Iterator[Reason]:
    if allowance is None:
        return
    used = asked.facts.get("quota_used")
    limit = allowance.limit if allowance.limit is not None else asked.facts.get("quota")
    if isinstance(used, int) and isinstance(limit, int) and used >= limit:
        yield allowance.reason


def _territory_reasons(asked: Asked, special: Special) -> Iterator[Reason]:
    if special.territory is None or asked.question.stage not in {Stage.ACT, Stage.USE}:
        return
    territory = asked.facts.get("territory")
    if territory not in special.territory and not (territory is None and asked.question.presumed):
        yield special.elsewhere
