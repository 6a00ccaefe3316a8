"""Words that clauses and rules of law share: what they do, what an answer is called, when something is due."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.agreements.clocks.night import NightHours
from comity.agreements.clocks.records import Clock, Silence


@unique
class Effect(StrEnum):
    """What a rule or clause does where it fires."""

    PERMIT = "permit"
    DENY = "deny"
    REFER = "refer"
    DUTY = "duty"
    DEADLINE = "deadline"
    RETENTION = "retention"


@unique
class Answer(StrEnum):
    """The words of an answer, `effect` of a decision."""

    ALLOW = "allow"
    ALLOW_CONDITIONS = "allow_conditions"
    FLAG = "flag"
    SUBSTITUTE_ACTION = "substitute_action"
    DENY = "deny"
    REFUSE_CONDITION = "refuse_condition"
    REFER_HUMAN = "refer_human"
    CONSULT_FIRST = "consult_first"
    NOTIFY = "notify"
    DISPUTE = "dispute"
    PRIORITISE = "prioritise"
    OVERDUE = "overdue"
    DELETE = "delete"
    KEEP = "keep"
    OBLIGATION = "obligation"
    NONE = "none"
    """Nothing is said: of scenarios in which a rule does not fire."""


@unique
class When(StrEnum):
    """Whether a rule with a time limit fires while it runs, after it has passed, or in both."""

    RUNNING = "running"
    PASSED = "passed"
    ALWAYS = "always"


@unique
class WhoseDays(StrEnum):
    """Whose holidays and weekends count in working days."""

    ACTOR = "actor"
    OWNER = "owner"
    SENDER = "sender"
    RECEIVER = "receiver"


FactOrPeriod = Annotated[
    str, msgspec.Meta(pattern=r"^(P(?=.)([0-9]+[YMWD])*(T[0-9]+H([0-9]+M)?|T[0-9]+M)?|[a-z][a-z0-9_]{0,63})\Z")
]
FactOrAt = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}\Z")]


class DueRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """When something is due: counted by `clock` from the fact `start` over `limit` (a period, or a fact with one).

    `start` is written `from` and may be `at`, the instant asked about. At once has no limit. `before` counts backwards
    from the start. `done` names the fact that says when it was done: what was done in time has not passed, however late
    it is asked about. `silence` says what an expired limit means. A rule whose start is not known is not due, and
    neither running nor passed. `not_counted` are hours of the night that a clock of hours leaves out, by the local time
    that the fact `time_zone` names, or else that of whose days count.
    """

    clock: Clock
    start: FactOrAt = msgspec.field(default="at", name="from")
    limit: FactOrPeriod | None = None
    when: When = When.ALWAYS
    silence: Silence | None = None
    before: bool = False
    done: FactOrAt | None = None
    whose: WhoseDays = WhoseDays.ACTOR
    not_counted: NightHours | None = None
