"""What happens to an agreement version in its life, and the legal times that follow from a notice.

Each happening has two times: since when it counts in law, and since when this node knows it. A question about a past
day is answered by both (`at`, `known_at`).
"""

from __future__ import annotations

from enum import StrEnum, unique

import msgspec

from comity.core.time import Instant


@unique
class Turn(StrEnum):
    """What happened to the force of an agreement version."""

    BEGIN = "begin"
    END = "end"
    SUSPEND = "suspend"
    RESUME = "resume"
    HEAR = "hear"
    """A notification or an implementing arrangement arrived: clauses that slept until then wake."""
    LEAVE = "leave"
    """One of more than two parties goes; the agreement stays in force among the others."""


PROTECTION_LOST = "protection-lost"
"""Why clauses rest whose exchange stood on a protection that is gone; nothing but its return takes them up again."""


class Happening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One turn in the life of a version: in law from `since`, known here from `recorded_at`.

    `clauses` narrows SUSPEND and RESUME to some clauses; empty is the whole agreement. `by` is the party that gave the
    notice and `towards` the one that received it: a pause holds between these two (None: among all). `word` names what
    was heard.
    """

    turn: Turn
    since: Instant
    recorded_at: Instant
    reason: str
    clauses: tuple[str, ...] = ()
    by: str | None = None
    towards: str | None = None
    word: str | None = None


@unique
class Count(StrEnum):
    """From which moment a notice counts."""

    SENDING = "sending"
    RECEIPT = "receipt"


@unique
class Start(StrEnum):
    """On which day something starts once its period has run, as treaties put it."""

    AT_ONCE = "at_once"
    """At the very moment the period counts from."""
    THAT_DAY = "that_day"
    NEXT_DAY = "next_day"
    FIRST_OF_NEXT_MONTH = "first_of_next_month"
    FIRST_OF_SECOND_MONTH = "first_of_second_month"
    END_OF_CALENDAR_YEAR = "end_of_calendar_year"
    """On 1 January after the period: "on twelve months' notice to the end of a calendar year"."""


class NoticeClock(msgspec.Struct, frozen=True, kw_only=True):
    """How a treaty counts from a notice: from its sending or receipt, after a period (ISO 8601), to a day."""

    counted_from: Count
    after: str | None = None
    starts: Start = Start.AT_ONCE
