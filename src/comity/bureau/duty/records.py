"""Turns of duty, hand-overs and alarms of one authority, be it a bureau or a post."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.bureau.records import LongText, ShortText
from comity.core.ids import RecordId
from comity.core.time import Instant

SCHEMA: Final = 1
ALARM_KIND: Final = "duty-alarm"
HAND_OVER_KIND: Final = "hand-over"
InstantText = Annotated[str, Meta(max_length=40)]


@unique
class Turn(StrEnum):
    """What somebody is on duty for; `escalation` is who is called when the duty officer does not act."""

    DUTY = "duty"
    ON_CALL = "on-call"
    ESCALATION = "escalation"


@unique
class Level(StrEnum):
    """Why an alarm stands: due at once and not done, or its time is over."""

    AT_ONCE = "at-once"
    OVERDUE = "overdue"


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """One person's turn, with how to reach them."""

    id: RecordId
    turn: Turn
    name: ShortText
    contact: ShortText
    begins: Instant
    ends: Instant


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How much a bureau had waiting when a shift ended; a post hands over its points alone."""

    at_once: int
    overdue: int
    alarms: int


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """What one shift leaves to the next. It stands open until somebody else accepts it by name."""

    id: RecordId
    at: Instant
    user: str
    name: ShortText
    points: tuple[LongText, ...]
    figures: Figures | None = None
    accepted: Instant | None = None
    accepted_by: ShortText | None = None
    accepted_user: str | None = None
    question: LongText | None = None
    version: int = 1


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A duty of the bureau that is due at once and not done, or overdue. `told` are those on duty when it rose.

    Of a deadline that stands in the register alone (`deadline`), `since` is its last instant in time.
    """

    id: RecordId
    level: Level
    case_kind: str
    case: str
    case_party: str
    since: Instant
    at: Instant
    told: tuple[ShortText, ...]
    acknowledged: Instant | None = None
    acknowledged_by: ShortText | None = None
    reason: LongText | None = None
    version: int = 1
