"""Tables of the runtime: answers kept for repeated requests, and jobs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, select

from comity.core.ids import AccountId, RequestId
from comity.core.ports import Delete, Insert, Work
from comity.core.time import Instant
from comity.runtime.records import KeptAnswer

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
    Column("worker", String(64)),
    Column("lease_until", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("result", LargeBinary),
    Column("error_code", String(80)),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("job_by_state", "state", "created_at"),
)


def find_answer(work: Work, account: AccountId, request: RequestId) -> KeptAnswer | None:
    """Return what was answered to this request of this account, if anything is kept."""
    query = select(request_answer).where(request_answer.c.account == account, request_answer.c.request == request)
    rows = work.read(query)
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
