"""Elapsed time that leaves out certain hours of each local day, such as those between midnight and nine.

Instants come in and go out; the local day enters only to find where its uncounted hours begin and end. Where clocks
are put forward or back within these hours, what has elapsed by the sun is left out, not what the wall shows: the
night of summer time leaves eight hours out, that of winter time ten.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib.resources
import zoneinfo
from collections.abc import Iterator, Mapping
from typing import Annotated, Final

import msgspec

from comity.agreements.yaml_reader import read_own_text_tree
from comity.core import codec
from comity.core.errors import BadInput
from comity.core.time import Instant

ClockText = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]

_DAY: Final = dt.timedelta(days=1)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_FILE: Final = importlib.resources.files("comity.agreements.clocks") / "zones.yaml"


class NightHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hours of the local day that do not count, `since` (included) `until` (not); they may go over midnight."""

    since: ClockText = msgspec.field(name="from")
    until: ClockText = msgspec.field(name="to")


class _ZoneRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    party: str
    zone: str


class _Zones(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    zones: tuple[_ZoneRow, ...]


def counted(start: Instant, end: Instant, night: NightHours, zone: zoneinfo.ZoneInfo) -> int:
    """Return the microseconds between two instants that lie outside the night hours; 0 where `end` is the earlier."""
    if end <= start:
        return 0
    return end - start - sum(last - first for first, last in _nights(start, end, night, zone))


def after(start: Instant, lasting: int, night: NightHours, zone: zoneinfo.ZoneInfo) -> Instant:
    """Return the first instant at which so many microseconds outside the night hours have gone by."""
    at, left = start, lasting
    while True:
        horizon = Instant(at + left + 2 * _us(_DAY))
        pauses = list(_nights(at, horizon, night, zone))
        for first, last in pauses:
            if first - at >= left:
                return Instant(at + left)
            left -= first - at
            at = last
        if horizon - at >= left:
            return Instant(at + left)
        left -= horizon - at
        at = horizon


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """Return a time zone by its name; raises `BadInput` `clock.no-such-zone`."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("clock.no-such-zone", "This is the name of no time zone.") from error


def zone_of_party(party: str) -> zoneinfo.ZoneInfo | None:
    """Return the time zone of a party that has one for all of its mainland; None where it is to be named."""
    name = _zones().get(party)
    return None if name is None else zone_named(name)


def _nights(
    start: Instant, end: Instant, night: NightHours, zone: zoneinfo.ZoneInfo
) -> Iterator[tuple[Instant, Instant]]:
    """Give the uncounted spans that lie between two instants, cut to them, in order."""
    day = _moment(start).astimezone(zone).date() - _DAY
    last_day = _moment(end).astimezone(zone).date()
    begins, ends = dt.time.fromisoformat(night.since), dt.time.fromisoformat(night.until)
    over_midnight = ends <= begins
    while day <= last_day:
        first = _instant(dt.datetime.combine(day, begins, zone))
        last = _instant(dt.datetime.combine(day + _DAY if over_midnight else day, ends, zone))
        lower, upper = max(first, start), min(last, end)
        if lower < upper:
            yield Instant(lower), Instant(upper)
        day += _DAY


def _moment(instant: Instant) -> dt.datetime:
    return _EPOCH + instant * _MICROSECOND


def _instant(wall: dt.datetime) -> int:
    """Return the instant of a wall time: of two the earlier, and of one that was left out the next there is."""
    return _us(wall.astimezone(dt.UTC) - _EPOCH)


def _us(span: dt.timedelta) -> int:
    return span // _MICROSECOND


@functools.cache
def _zones() -> Mapping[str, str]:
    file = codec.convert(read_own_text_tree(_FILE.read_bytes()).root, _Zones)
    return {row.party: row.zone for row in file.zones}
