"""What whoever leads a shift does: set how many are sent on at random, and read how long people wait."""

from __future__ import annotations

from typing import Final

from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Row, Work
from comity.core.text import clean_line
from comity.core.time import SECOND_US, Instant, date_of, start_of_day
from comity.core.vocabulary import Permission, Purpose
from comity.crossings import referral_rules, referral_store
from comity.crossings.referral_records import (
    Figures,
    PointFigures,
    Rate,
    ReferralState,
    SetRate,
    ShowFigures,
)

_PURPOSES: Final = (Purpose.BORDERS, Purpose.POLICE)


@operation("referral.set-rate", permission=Permission.REFERRAL_MANAGE, purposes=_PURPOSES)
def set_rate(work: Work, command: SetRate) -> Rate:
    """Set how many of a thousand persons chance sends to the second line of a crossing point."""
    point = clean_line(command.crossing_point, "$.crossing_point")
    _, version = referral_store.find_rate(work, point)
    referral_store.put_rate(work, point, command.per_thousand, version + 1)
    work.record(per_thousand=command.per_thousand, crossing_point=point)
    return Rate(crossing_point=point, per_thousand=command.per_thousand, version=version + 1)


@operation("referral.figures", permission=Permission.REFERRAL_MANAGE, purposes=_PURPOSES, kind=Kind.READ)
def figures(work: Work, command: ShowFigures) -> Figures:  # noqa: ARG001 - every operation takes a command
    """Show how long people wait for the second line today, by crossing point; nobody's data."""
    now = work.recorded_at
    rates = referral_store.rates(work)
    rows = referral_store.waits_since(work, start_of_day(date_of(now)))
    points = sorted({*rates, *(row.crossing_point for row in rows)})
    return Figures(
        points=tuple(
            _of_point(point, [row for row in rows if row.crossing_point == point], now, rates.get(point, 0))
            for point in points
        )
    )


OPERATIONS: Final[tuple[AnyOperation, ...]] = (set_rate, figures)


def _of_point(point: str, rows: list[Row], now: Instant, per_thousand: int) -> PointFigures:
    taken = [max(0, row.taken_at - row.recorded_at) // SECOND_US for row in rows if row.taken_at is not None]
    waiting = [max(0, now - row.recorded_at) // SECOND_US for row in rows if row.state == ReferralState.WAITING.value]
    return PointFigures(
        crossing_point=point,
        sent=len(rows),
        waiting=len(waiting),
        longest_waiting_s=max(waiting, default=0),
        median_s=referral_rules.percentile(taken, 50),
        p90_s=referral_rules.percentile(taken, 90),
        per_thousand=per_thousand,
    )
