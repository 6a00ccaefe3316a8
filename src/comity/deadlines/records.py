"""Deadlines and what is asked of their register. Cases stand here by reference alone, never by what they are about."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final, TypeAlias

import msgspec

from comity.agreements.clocks.records import Silence
from comity.core.ids import Owner, RecordId
from comity.core.time import CivilDate, Instant

DEADLINE_KIND: Final = "deadline"
SCHEMA: Final = 1

_RuleId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*\Z", max_length=96)]
_CaseKind: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_-]{0,31}\Z")]
_CaseId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
_Party: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
_Cursor: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[01]-[0-9]{1,18}-[A-Za-z0-9]{1,64}\Z")]
_Limit: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=200)]


@unique
class State(StrEnum):
    """What has been done about a deadline."""

    OPEN = "open"
    MET = "met"
    CANCELLED = "cancelled"


@unique
class Standing(StrEnum):
    """How a deadline stands at an instant.

    `DUE`: its last day or its last 24 hours have begun, or it is due at once and not done; what is due at once has no
    hour at which it would be breached. `BREACHED`: its time has passed and nothing was done.
    """

    RUNNING = "running"
    DUE = "due"
    BREACHED = "breached"
    MET = "met"
    MET_LATE = "met_late"
    CANCELLED = "cancelled"


@unique
class Cancelled(StrEnum):
    """Why a deadline was taken off the register."""

    MISTAKEN = "mistaken"
    CASE_ENDED = "case_ended"
    WITHDRAWN = "withdrawn"


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """One deadline of one case.

    `actor` is the party that must act. `rule` is the version of the rule of law that sets it, `source` where the law
    says it, `expiry` the word of the answer when the time is over (`overdue`, `delete`, `allow` for silence that counts
    as consent), `silence` what the law makes of it that nothing came. Exactly one of `due_at`, `due_on`, `at_once` is
    set; all of a due day still counts.
    """

    id: RecordId
    owner: Owner
    version: int
    actor: str
    case_kind: str
    case: str
    rule: str
    source: str
    began: Instant
    due_at: Instant | None
    due_on: CivilDate | None
    at_once: bool
    expiry: str
    state: State
    silence: Silence | None = None
    done: Instant | None = None
    cancelled: Cancelled | None = None


class StartDeadline(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begin a deadline that a rule of law sets. `began` is an instant with its offset, or a day.

    `rule` names the rule (`sirene.8.reply`); `actor` the party that must act, this party where left out.
    """

    rule: _RuleId
    case_kind: _CaseKind
    case: _CaseId
    began: str
    actor: _Party | None = None


class MeetDeadline(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Note that the act was done, at `done` (now, where left out)."""

    id: RecordId
    version: int
    done: str | None = None


class CancelDeadline(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a deadline off the register."""

    id: RecordId
    version: int
    reason: Cancelled


class ListDeadlines(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the register in the order of due times: what is at once first. `after` continues a page.

    It shows what was begun here and what other rooms have running: hit reports and messages of the bureau
    (`hit-report`, `message`), own alerts from the day of the warning before their review (`review`), and treaties whose
    end has been notified (`agreement`).
    """

    standing: Standing | None = None
    actor: _Party | None = None
    case_kind: _CaseKind | None = None
    case: _CaseId | None = None
    after: _Cursor | None = None
    limit: _Limit = 50


class AskDeadlineFigures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many deadlines of each party are running, due and breached now."""


class EraseDone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Erase what was met or cancelled and has been done with for three years, as logs are."""


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """How many deadlines went; `more` if others wait for the next call."""

    erased: int
    more: bool


class DeadlineView(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline with how it stands now."""

    deadline: Deadline
    standing: Standing


class DeadlinePage(msgspec.Struct, frozen=True, kw_only=True):
    """Deadlines; `next` continues the page, None at its end."""

    deadlines: tuple[DeadlineView, ...]
    next: str | None = None


class PartyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What one party has open."""

    actor: str
    running: int
    due: int
    breached: int


class DeadlineFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures per party, and the oldest instant at which a breached deadline was due."""

    parties: tuple[PartyFigures, ...]
    oldest_breach: Instant | None = None
