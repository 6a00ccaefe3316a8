"""The words of clocks: kinds, limits, what is due, what silence means."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TypeAlias

import msgspec

from comity.core.time import CivilDate, Instant


@unique
class Clock(StrEnum):
    """How a limit runs. `AT_ONCE` is a duty without any time to wait, and is never written as a number."""

    HOURS = "hours"
    """Elapsed hours and minutes, counted in UTC: a night with a change to summer time has them all the same."""
    CALENDAR = "calendar"
    """Days, weeks, months, years of the calendar; the limit ends with its last day (Reg (EEC) 1182/71 Art 3)."""
    WORKING = "working"
    """Days that are neither weekend nor public holiday of the party that must act (Reg (EEC) 1182/71 Art 2)."""
    AT_ONCE = "at-once"


@unique
class Silence(StrEnum):
    """What it means when the time is over and nothing came: each rule says it for itself, none is the default."""

    BREACH = "breach"
    """The duty stays and is overdue."""
    NO_OBJECTION = "no-objection"
    """The one asked is taken not to object (Reg (EU) 2018/1861 Art 27(c))."""
    DELETION = "deletion"
    """The record goes (Reg (EU) 2018/1861 Art 39(7))."""
    DISPUTE = "dispute"
    """The matter goes to the supervisory authorities (Reg (EU) 2018/1862 Art 59(6))."""
    STOP = "stop"
    """What was begun in urgency ends (SR 0.360.163.1 Art 14(7))."""
    NOTICE = "notice"
    """The notice is owed until it is given, and overdue after the time."""
    REVIEW = "review"
    """The record goes unless it was extended in time."""
    CEILING = "ceiling"
    """The record goes, and nothing can extend it."""
    LAPSE = "lapse"
    """A power or a claim is gone."""
    END = "end"
    """A state that was set for a time is over: what was hidden shows again, what was denounced has ended."""


@unique
class State(StrEnum):
    """What a clock has come to at an instant."""

    NOT_STARTED = "not-started"
    RUNNING = "running"
    MET = "met"
    LATE = "late"
    OVER = "over"


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """A length of time as a rule writes it. Exactly one part counts: elapsed microseconds, or months with days."""

    months: int = 0
    days: int = 0
    elapsed_us: int = 0


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A clock with its limit: `Term(clock=Clock.HOURS, limit="PT12H")`. The limit is ISO 8601; None for at once.

    `before` counts backwards from the start: notice of four months before the scheduled deletion.
    """

    clock: Clock
    limit: str | None = None
    before: bool = False


Due: TypeAlias = Instant | CivilDate
"""An instant for hours; a day, all of which still counts, for the calendar and working days."""
