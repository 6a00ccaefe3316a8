"""What may be asked about duty, and what is answered."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from comity.bureau.duty.records import Alarm, Duty, HandOver, InstantText, Turn
from comity.bureau.records import LongText, ShortText

Number = Annotated[str, Meta(max_length=26)]


class PlanDuty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Put somebody on the roster of the own authority. Instants carry their offset from UTC."""

    turn: Turn
    name: ShortText
    contact: ShortText
    begins: InstantText
    ends: InstantText


class DropDuty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take a turn off the roster."""

    id: Number


class AskRoster(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The roster from now on."""


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """Turns that are not over yet, the sooner first; `now` are those on duty at this moment."""

    turns: tuple[Duty, ...]
    now: tuple[Duty, ...]


class HandShiftOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Leave the shift to the next one: by name, with what is open."""

    name: ShortText
    points: Annotated[tuple[LongText, ...], Meta(max_length=30)] = ()


class AcceptHandOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Accept a hand-over by name; not by whom it comes from. `question` is what was left unclear."""

    id: Number
    version: int
    name: ShortText
    question: LongText | None = None


class ListHandOvers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The newest hand-overs of the own authority."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class HandOvers(msgspec.Struct, frozen=True, kw_only=True):
    """Hand-overs, the newest first."""

    hand_overs: tuple[HandOver, ...]


class ListAlarms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Alarms that nobody acknowledged, or `all`; the oldest first."""

    all: bool = False
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Alarms(msgspec.Struct, frozen=True, kw_only=True):
    """Alarms, and how many nobody acknowledged."""

    alarms: tuple[Alarm, ...]
    open: int


class AcknowledgeAlarm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say by name that an alarm was seen, and what is done about it."""

    id: Number
    version: int
    name: ShortText
    reason: LongText
