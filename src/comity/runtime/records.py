"""What goes into the runtime and comes out: calls, answers, ledger entries, jobs."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.ids import Owner, RecordRef
from comity.core.job import Step
from comity.core.time import Instant


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request to run an operation, as every surface hands it in.

    `command` is JSON of the operation's command record. `request_id` is needed for changes; `purpose` may be left out
    where the operation allows exactly one. `at` moves legal time and is refused on production nodes.
    """

    operation: str
    command: bytes
    request_id: str | None = None
    purpose: str | None = None
    at: Instant | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a call, as record and as canonical JSON; `replayed` if an earlier call of this request made it."""

    result: msgspec.Struct
    body: bytes
    replayed: bool = False


class KeptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept for repeated requests: the answer (None where it held a secret), or the approval it waits for."""

    command_digest: str
    answer: bytes | None
    pending: str | None
    answered_at: Instant


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the ledger's leaf commits to: who did what, for which purpose, when, to which records, under which law.

    After Directive (EU) 2016/680 Art 25 and Reg (EU) 2018/1861 Art 12. No values of personal data: records stand as
    ids and versions, persons as user numbers; the whole entry is erasable.
    """

    operation: str
    outcome: str
    user: str
    owner: Owner
    purpose: str
    at: Instant
    recorded_at: Instant
    records: tuple[RecordRef, ...] = ()
    facts: dict[str, str | int | bool] = {}
    agreements: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@unique
class JobState(StrEnum):
    """Life of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    """A job as stored. `turn` counts its changes; whoever holds the newest turn may make the next."""

    id: str
    task: str
    account: str
    argument: bytes
    state: JobState
    worker: str | None
    lease_until: Instant
    turn: int
    step: Step | None
    error_code: str | None
    created_at: Instant
    updated_at: Instant


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job as shown: task, state, progress, counts found, and the error's code if it failed."""

    id: str
    task: str
    state: JobState
    done: int
    total: int | None
    findings: dict[str, int]
    error_code: str | None
    created_at: Instant
    updated_at: Instant


class ShowJob(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which job to show."""

    id: str


class ListJobs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of jobs, newest first; `before` is the last id of the page before."""

    before: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs, newest first; `next` is the `before` of the next page, None at the end."""

    jobs: tuple[JobView, ...]
    next: str | None
