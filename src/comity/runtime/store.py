"""Tables of the runtime: answers kept for repeated requests, and jobs."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    or_,
    select,
)

from comity.core import codec
from comity.core.ids import AccountId, RequestId
from comity.core.job import Step
from comity.core.ports import Delete, Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.runtime.records import JobRow, JobState, KeptAnswer

METADATA = MetaData()

request_answer = Table(
    "request_answer",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("request", String(64), primary_key=True),
    Column("command_digest", String(64), nullable=False),
    # None: the answer held a secret and was given once only.
    Column("answer", LargeBinary),
    # The approval that a second person must give first.
    Column("pending", String(26)),
    Column("answered_at", BigInteger, nullable=False, index=True),
)

job = Table(
    "job",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("task", String(80), nullable=False),
    Column("account", String(64), nullable=False),
    # Identifiers and options only: a job row never holds personal data.
    Column("argument", LargeBinary, nullable=False),
    Column("state", String(12), nullable=False),
    # Who works on it and until when; after that another may take it over. `turn` guards each step.
    Column("worker", String(64)),
    Column("lease_until", BigInteger, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("step", LargeBinary),
    Column("error_code", String(80)),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("job_by_state", "state", "created_at"),
)

# Asked by every change; building the statement anew would take longer than running it.
_ANSWER = select(request_answer).where(
    request_answer.c.account == bindparam("account"), request_answer.c.request == bindparam("request")
)


def job_row(row: Row) -> JobRow:
    """Return a job as a record."""
    return JobRow(
        id=row.id,
        task=row.task,
        account=row.account,
        argument=row.argument,
        state=JobState(row.state),
        worker=row.worker,
        lease_until=Instant(row.lease_until),
        turn=row.turn,
        step=None if row.step is None else codec.decode_as(row.step, Step),
        error_code=row.error_code,
        created_at=Instant(row.created_at),
        updated_at=Instant(row.updated_at),
    )


def find_job(work: Work, job_id: str) -> JobRow | None:
    """Return one job, if there is one."""
    rows = work.read(select(job).where(job.c.id == job_id))
    return job_row(rows[0]) if rows else None


def next_job(work: Work, worker: str, claimed: Collection[str]) -> JobRow | None:
    """Return the oldest job that nobody works on: waiting, or running with a lease that has ended.

    A job left running under the worker's own name, which it has not `claimed` in this life, is free at once: whoever
    bore the name before is dead.
    """
    open_states = (JobState.WAITING.value, JobState.RUNNING.value)
    left_behind = and_(job.c.worker == worker, job.c.id.not_in(claimed))
    free = or_(job.c.lease_until < work.recorded_at, left_behind)
    query = select(job).where(job.c.state.in_(open_states), free)
    rows = work.read(query.order_by(job.c.created_at, job.c.id).limit(1))
    return job_row(rows[0]) if rows else None


def jobs_page(work: Work, before: str | None, limit: int) -> tuple[JobRow, ...]:
    """Return jobs, newest first, older than the id `before`."""
    query = select(job) if before is None else select(job).where(job.c.id < before)
    return tuple(job_row(row) for row in work.read(query.order_by(job.c.id.desc()).limit(limit)))


def turn_job(row: JobRow, **values: object) -> tuple[Guard, Update]:
    """Return the guarded change of one job by whoever has its turn."""
    key = {"id": row.id}
    return Guard(job, key, {"turn": row.turn}), Update(job, key, {**values, "turn": row.turn + 1})


def find_answer(work: Work, account: AccountId, request: RequestId) -> KeptAnswer | None:
    """Return what was answered to this request of this account, if anything is kept."""
    rows = work.read(_ANSWER, {"account": account, "request": request})
    if not rows:
        return None
    row = rows[0]
    return KeptAnswer(
        command_digest=row.command_digest, answer=row.answer, pending=row.pending, answered_at=Instant(row.answered_at)
    )


def keep_answer(account: AccountId, request: RequestId, kept: KeptAnswer) -> Insert:
    """Return the change that keeps an answer; a second one for the same request breaks the primary key."""
    row = {
        "account": account,
        "request": request,
        "command_digest": kept.command_digest,
        "answer": kept.answer,
        "pending": kept.pending,
        "answered_at": kept.answered_at,
    }
    return Insert(request_answer, row)


def drop_answer(account: AccountId, request: RequestId) -> Delete:
    """Return the change that forgets a kept answer."""
    return Delete(request_answer, {"account": account, "request": request})


def drop_answers_before(work: Work, answered_before: int, limit: int = 5000) -> tuple[Delete, ...]:
    """Return the changes that forget the oldest answers given before an instant, at most `limit` of them."""
    columns = (request_answer.c.account, request_answer.c.request)
    query = select(*columns).where(request_answer.c.answered_at < answered_before)
    rows = work.read(query.order_by(request_answer.c.answered_at).limit(limit))
    return tuple(drop_answer(row.account, row.request) for row in rows)
