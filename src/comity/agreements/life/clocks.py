"""From a notice to the moment it takes effect. Days are counted in UTC, the calendar of the house.

A period begins on the day after the one it is counted from, and runs to the end of its last day (European Convention
on the Calculation of Time-Limits, Arts 3(1) and 4(2)).
"""

from __future__ import annotations

from comity.agreements.life.records import Count, NoticeClock, Start
from comity.core.errors import BadInput
from comity.core.time import CivilDate, Instant, add_period, date_of, parse_period, start_of_day

_MONTHS = {Start.FIRST_OF_NEXT_MONTH: "P1M", Start.FIRST_OF_SECOND_MONTH: "P2M"}


def effect_of(clock: NoticeClock, sent: Instant, received: Instant | None) -> Instant | None:
    """Return when a notice takes effect, None while it counts from a receipt that is not known.

    Without period and with `at_once` that is the moment counted from itself. Raises `BadInput` `time.*` for a period
    that is none of the calendar.
    """
    moment = sent if clock.counted_from is Count.SENDING else received
    if moment is None:
        return None
    if clock.after is None and clock.starts is Start.AT_ONCE:
        return moment
    day = date_of(moment)
    if clock.after is not None:
        day = add_period(day, _of_calendar(clock.after))
    return start_of_day(_starts(day, clock.starts))


def runs_out(clock: NoticeClock, sent: Instant, received: Instant | None) -> Instant | None:
    """Return the first moment at which what was given notice of is over: its last day is in force to the end.

    None while the notice counts from a receipt that is not known. Raises as `effect_of`.
    """
    if clock.starts is Start.AT_ONCE and clock.after is not None:
        clock = NoticeClock(counted_from=clock.counted_from, after=clock.after, starts=Start.NEXT_DAY)
    return effect_of(clock, sent, received)


def _starts(day: CivilDate, start: Start) -> CivilDate:
    match start:
        case Start.AT_ONCE | Start.THAT_DAY:
            return day
        case Start.NEXT_DAY:
            return add_period(day, "P1D")
        case Start.FIRST_OF_NEXT_MONTH | Start.FIRST_OF_SECOND_MONTH:
            return CivilDate(add_period(CivilDate(f"{day[:8]}01"), _MONTHS[start]))
        case Start.END_OF_CALENDAR_YEAR:
            return CivilDate(add_period(CivilDate(f"{day[:5]}01-01"), "P1Y"))


def _of_calendar(period: str) -> str:
    if parse_period(period).hours:
        raise BadInput("time.not-a-date-period", "A notice is counted in days, months or years.", field="$.after")
    return period
