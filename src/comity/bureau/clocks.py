"""Clocks of the bureau: duties due at once, and duties in elapsed hours. Elapsed means UTC: no summer time in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from comity.agreements.tables import tables
from comity.bureau.commands import Times
from comity.bureau.forms import form_of
from comity.bureau.records import Case, Clock, Message
from comity.core.time import CivilDate, Instant, add_period, add_to_instant, date_of

RETENTION: Final = "P1Y"
"""Supplementary information is kept at most this long after its alert ended (SR 362.0 Art 45(2))."""

URGENT: Final = "urgent_alerts"
_AT_ONCE_RANK: Final = 0
MINUTE_US: Final = 60_000_000


def is_at_once(category: str, *, terrorism: bool = False) -> bool:
    """Say whether the duty is immediate: no number of hours stands for it.

    The closed list of the law names the categories (SR 362.0 Art 15(1bis): arrest, vulnerable, children); terrorism and
    marked urgency are properties of the alert, not of its category.
    """
    return terrorism or category in tables().lists[URGENT]


def due(letter: str, category: str, since: Instant, *, terrorism: bool = False) -> Instant | None:
    """Return when the form must be out, in elapsed hours since the trigger; None for at once or no fixed period."""
    period = form_of(letter).period
    if period is None or is_at_once(category, terrorism=terrorism):
        return None
    return add_to_instant(since, period)


def rank(*, urgent: bool, due_at: Instant | None) -> int:
    """Return the number that orders work by legal urgency: at once first, then by due time, then what has no clock."""
    if urgent:
        return _AT_ONCE_RANK
    return due_at if due_at is not None else 2**62


def erase_by(alert_ends: CivilDate) -> CivilDate:
    """Return the last day on which supplementary information to an alert may be kept."""
    return add_period(alert_ends, RETENTION)


def erase_by_without_alert(at: Instant) -> CivilDate:
    """Return the last day for what has no alert whose end is known: a year from the day itself."""
    return add_period(date_of(at), RETENTION)


class Duty(NamedTuple):
    """When a duty began, is due and was done."""

    urgent: bool
    since: Instant
    due: Instant | None
    ended: Instant | None


def duty_of_case(case: Case) -> Duty:
    """Return the duty to report a hit; it ends when the report leaves."""
    return Duty(case.urgent, case.report.found_at, case.due, case.sent)


def duty_of_message(message: Message) -> Duty:
    """Return the duty to react to what came in; it ends with the answer, or when it is filed without one."""
    filed = message.events[-1].at if message.filing is not None and message.events else None
    return Duty(message.urgent, message.received, message.due, message.answered or filed)


def clock_of(duty: Duty, now: Instant) -> Clock:
    """Read a duty's clock; it stands still once the duty is done."""
    until = duty.ended if duty.ended is not None else now
    return Clock(
        urgent=duty.urgent,
        since=duty.since,
        due=duty.due,
        ended=duty.ended,
        minutes=max(until - duty.since, 0) // MINUTE_US,
        overdue=is_late(duty, now),
    )


def is_late(duty: Duty, now: Instant) -> bool:
    """Say whether the hours of a duty have run out undone, or were over when it was done."""
    until = duty.ended if duty.ended is not None else now
    return duty.due is not None and until > duty.due


def times(duties: Sequence[Duty]) -> Times:
    """Sum up how long duties that are done took."""
    took = sorted(max(each.ended - each.since, 0) // MINUTE_US for each in duties if each.ended is not None)
    late = sum(each.ended is not None and is_late(each, each.ended) for each in duties)
    return Times(
        count=len(took),
        median=took[(len(took) - 1) // 2] if took else None,
        ninth_tenth=took[(len(took) * 9 - 1) // 10] if took else None,
        longest=took[-1] if took else None,
        late=late,
    )
