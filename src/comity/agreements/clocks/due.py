"""When something is due: elapsed hours, calendar periods held to the end of the month, working days."""

from __future__ import annotations

import re
from typing import Final

from comity.agreements.clocks.records import Clock, Due, Limit, Term
from comity.agreements.clocks.working_days import WorkWeek, add_working_days
from comity.core.errors import BadInput
from comity.core.time import CivilDate, Instant, Period, add_period, date_of, end_of_day, parse_period, start_of_day

_ELAPSED: Final = re.compile(r"PT(?=.)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?", re.ASCII)
_SECOND_US: Final = 1_000_000


def parse_limit(text: str, clock: Clock, *, field: str = "$.limit") -> Limit:
    """Read the limit of a clock: `PT12H`, `PT30M` for hours; `P1M`, `P14D`, `P3Y1D` for the calendar; `P2D` working.

    Raises BadInput `clock.not-a-limit` for a unit that the clock does not count (hours of a calendar, months of
    working days), for a limit of zero and for any limit of the clock without numbers: at once is not a number.
    """
    elapsed = _ELAPSED.fullmatch(text)
    if clock is Clock.HOURS and elapsed is not None:
        hours, minutes, seconds = (int(part or 0) for part in elapsed.groups())
        limit = Limit(elapsed_us=(hours * 3600 + minutes * 60 + seconds) * _SECOND_US)
    elif clock in {Clock.CALENDAR, Clock.WORKING} and elapsed is None:
        period = parse_period(text, field=field)
        if clock is Clock.WORKING and period.months:
            raise _not_a_limit(field)
        limit = Limit(months=period.months, days=period.days)
    else:
        raise _not_a_limit(field)
    if limit == Limit():
        raise _not_a_limit(field)
    return limit


def due_of(term: Term, start: Instant | CivilDate, week: WorkWeek | None = None) -> Due | None:
    """Say when what began at `start` is due; None where it is due at once, since then there is no time to count.

    The day of the event does not count: two working days from a Friday end on Tuesday, and one month from 31 January
    ends on 28 (29) February (Reg (EEC) 1182/71 Art 3(1)-(2)). An instant given to a clock that counts days stands for
    its UTC day, a day given to a clock of hours for its first instant.

    Raises BadInput: `clock.not-a-limit` as `parse_limit`; `clock.no-work-week` for working days without the week of
    the party that must act; `time.out-of-range` beyond the year 9999.
    """
    if term.clock is Clock.AT_ONCE:
        return None
    limit = parse_limit(term.limit or "", term.clock)
    sign = -1 if term.before else 1
    if term.clock is Clock.HOURS:
        begun = start_of_day(start) if isinstance(start, str) else start
        return Instant(begun + sign * limit.elapsed_us)
    day = start if isinstance(start, str) else date_of(start)
    if term.clock is Clock.WORKING:
        if week is None:
            raise BadInput("clock.no-work-week", "Working days need the calendar of the party that must act.")
        return add_working_days(day, sign * limit.days, week)
    return add_period(day, Period(months=sign * limit.months, days=sign * limit.days))


def last_instant(due: Due) -> Instant:
    """Give the last instant that is still in time: all of the due day counts."""
    return end_of_day(due) if isinstance(due, str) else due


def _not_a_limit(field: str) -> BadInput:
    return BadInput("clock.not-a-limit", "This limit does not fit its clock.", field=field)
