"""Due times counted another way than the product does, to hold it to: by walking, minute by minute and day by day.

Nothing is shared with `comity.agreements.clocks` or `comity.core.time`: elapsed time is walked through local wall
clocks of a zone with summer time, months are found by looking at calendar pages, working days by crossing off.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import zoneinfo

from comity.core.errors import Defect


def elapsed(start: dt.datetime, hours: int, minutes: int, zone: str) -> dt.datetime:
    """Add elapsed time by going through the wall clock of `zone`, where nights have 23 or 25 hours.

    The wall shows a local time and an offset; the elapsed time is the wall's difference less that of the offsets.
    """
    wall = start.astimezone(zoneinfo.ZoneInfo(zone))
    naive, before = wall.replace(tzinfo=None), wall.utcoffset()
    aim = naive + dt.timedelta(hours=hours, minutes=minutes)
    for fold in (0, 1):
        for shift in (-60, -30, 0, 30, 60):
            seen = (aim + dt.timedelta(minutes=shift)).replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=fold)
            after = seen.utcoffset()
            if before is None or after is None:
                continue
            passed = (seen.replace(tzinfo=None) - naive) - (after - before)
            round_trip = seen.astimezone(dt.UTC).astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
            if passed == dt.timedelta(hours=hours, minutes=minutes) and round_trip == seen.replace(tzinfo=None):
                return seen.astimezone(dt.UTC)
    raise Defect("bench.no-wall-clock", "No wall clock shows the time that has passed.")


def calendar_day(start: dt.date, years: int, months: int, days: int) -> dt.date:
    """Turn calendar pages one by one, keep the day where the last page has it, else the last day; then walk days."""
    year, month = start.year, start.month
    for _ in range(years * 12 + months):
        month += 1
        if month > 12:
            year, month = year + 1, 1
    page = [day for week in calendar.monthcalendar(year, month) for day in week if day]
    at = dt.date(year, month, start.day if start.day in page else page[-1])
    for _ in range(days):
        at = dt.date.fromordinal(at.toordinal() + 1)
    return at


def working_day(start: dt.date, days: int, free: set[dt.date]) -> dt.date:
    """Cross off weekends and holidays on a long enough strip of days, and take the nth that is left."""
    strip = [start + dt.timedelta(days=n) for n in range(1, days * 3 + 40)]
    left = [day for day in strip if day.isoweekday() < 6 and day not in free]
    return left[days - 1]


def easter_sunday(year: int) -> dt.date:
    """Find Easter by the tables of the Gregorian calendar (golden number, epact), not by a library."""
    golden = year % 19 + 1
    century = year // 100 + 1
    dropped = 3 * century // 4 - 12
    moon = (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + moon - dropped) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    full = 44 - epact if 44 - epact >= 21 else 74 - epact
    march = full + 7 - (5 * year // 4 - dropped - 10 + full) % 7
    return dt.date(year, 3, 1) + dt.timedelta(days=march - 1)


def german_holidays(year: int) -> set[dt.date]:
    """National holidays of Germany since 1990, from its own laws: fixed days and those that follow Easter."""
    easter = easter_sunday(year)
    moving = {easter + dt.timedelta(days=n) for n in (-2, 1, 39, 50)}
    fixed = {dt.date(year, *day) for day in ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))}
    reformation = {dt.date(2017, 10, 31)} if year == 2017 else set()
    return moving | fixed | reformation


def polish_holidays(year: int) -> set[dt.date]:
    """National holidays of Poland (act of 18 January 1951): Christmas Eve since 2025, 12 November 2018 once."""
    easter = easter_sunday(year)
    moving = {easter + dt.timedelta(days=n) for n in (0, 1, 49, 60)}
    fixed = {(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)}
    if year >= 2025:
        fixed.add((12, 24))
    if year == 2018:
        fixed.add((11, 12))
    return moving | {dt.date(year, *day) for day in fixed}


def french_holidays(year: int) -> set[dt.date]:
    """Holidays of France (Code du travail L3133-1)."""
    easter = easter_sunday(year)
    moving = {easter + dt.timedelta(days=n) for n in (1, 39, 50)}
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return moving | {dt.date(year, *day) for day in fixed}


def read(limit: str) -> tuple[int, int, int]:
    """Take years, months and days out of a calendar limit, weeks as days."""
    parts = {unit: int(number) for number, unit in re.findall(r"(\d+)([YMWD])", limit)}
    return parts.get("Y", 0), parts.get("M", 0), parts.get("W", 0) * 7 + parts.get("D", 0)
