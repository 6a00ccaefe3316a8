"""Jobs: started inside a change set, worked on under a lease, resumed where the last committed step ended."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from comity.core import codec
from comity.core.commit import GuardFailed, OpenWork, WorkFactory, Writer
from comity.core.errors import ComityError, NotFound
from comity.core.ids import RecordId
from comity.core.job import AnyTask, Step
from comity.core.operation import Audit, Kind, operation
from comity.core.ports import Actor, Change, Insert, Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose
from comity.runtime import store
from comity.runtime.audit import entry_of
from comity.runtime.records import JobPage, JobRow, JobState, JobView, ListJobs, ShowJob

LEASE_US = 60_000_000


def enqueue(work: Work, task: str, argument: msgspec.Struct) -> RecordId:
    """Start a job with the change set of `work` (behind `Work.enqueue`)."""
    job_id = work.new_id()
    row = {
        "id": job_id,
        "task": task,
        "account": work.who.account,
        "argument": codec.encode(argument),
        "state": JobState.WAITING.value,
        "lease_until": 0,
        "turn": 0,
        "created_at": work.recorded_at,
        "updated_at": work.recorded_at,
    }
    work.change(Insert(store.job, row))
    work.record(job=job_id, task=task)
    return job_id


class JobRunner:
    """Works on the jobs of one node, one at a time. `who` is the actor of automatic acts (the node's operator).

    `worker` names this runner; no two that live at once may have the same name.
    """

    def __init__(self, works: WorkFactory, writer: Writer, tasks: Iterable[AnyTask], who: Actor, worker: str) -> None:
        self._works = works
        self._writer = writer
        self._tasks = {task.name: task for task in tasks}
        self._who = who
        self._worker = worker
        self._claimed: set[str] = set()

    def run_next(self) -> str | None:
        """Take the oldest open job and work on it to its end; return its id, or None if there was none to take.

        Returns early, leaving the job to whoever took it over, if the lease was lost in between.
        """
        claimed = self._claim()
        if claimed is None:
            return None
        self._claimed.add(claimed)
        while self._advance(claimed):
            pass
        self._claimed.discard(claimed)
        return claimed

    def _claim(self) -> str | None:
        with self._works.open(self._who, Purpose.ADMINISTRATION) as work:
            row = store.next_job(work, self._worker, self._claimed)
            if row is None:
                return None
            work.change(*self._turned(work, row, JobState.RUNNING, row.step))
            change_set = work.conclude(None)
        try:
            self._writer.commit(change_set).result()
        except GuardFailed:
            return None
        return row.id

    def _advance(self, job_id: str) -> bool:
        """Do one step; return whether another is due."""
        with self._works.open(self._who, Purpose.ADMINISTRATION) as work:
            row = store.find_job(work, job_id)
            if row is None or row.worker != self._worker or row.state is not JobState.RUNNING:
                return False
            try:
                step = self._step(work, row)
            except ComityError as error:
                work.forget()
                work.change(*self._turned(work, row, JobState.FAILED, row.step, error.code))
                change_set = work.conclude(self._entry(work, row, "failed", (error.code,)), f"job.{row.task}")
                more = False
            else:
                state = JobState.DONE if step.finished else JobState.RUNNING
                work.change(*self._turned(work, row, state, step))
                change_set = work.conclude(
                    self._entry(work, row, "done" if step.finished else "step"), f"job.{row.task}"
                )
                more = not step.finished
        try:
            self._writer.commit(change_set).result()
        except GuardFailed:
            # Something it read changed before the commit: nothing of the step stands, so do it again.
            return True
        return more

    def _entry(self, work: OpenWork, row: JobRow, outcome: str, reasons: tuple[str, ...] = ()) -> bytes:
        work.record(job=row.id)
        return entry_of(work, f"job.{row.task}", outcome, reasons)

    def _step(self, work: Work, row: JobRow) -> Step:
        task = self._tasks.get(row.task)
        if task is None:
            raise NotFound("job.task-unknown", "This node knows no such task.", field="$.task")
        return task.run(work, codec.decode_as(row.argument, task.argument), row.step)

    def _turned(
        self, work: Work, row: JobRow, state: JobState, step: Step | None, error: str | None = None
    ) -> tuple[Change, ...]:
        return store.turn_job(
            row,
            state=state.value,
            worker=self._worker,
            lease_until=work.recorded_at + LEASE_US,
            step=None if step is None else codec.encode(step),
            error_code=error,
            updated_at=work.recorded_at,
        )


def _view(row: JobRow) -> JobView:
    step = row.step or Step(done=0, total=None, place="", finished=False)
    return JobView(
        id=row.id,
        task=row.task,
        state=row.state,
        done=step.done,
        total=step.total,
        findings=step.findings,
        error_code=row.error_code,
        created_at=Instant(row.created_at),
        updated_at=Instant(row.updated_at),
    )


@operation(
    "job.show",
    permission=Permission.JOB_READ,
    purposes=(Purpose.ADMINISTRATION,),
    kind=Kind.READ,
    audit=Audit.NONE,
)
def show_job(work: Work, command: ShowJob) -> JobView:
    """Show how far a job has come."""
    row = store.find_job(work, command.id)
    if row is None:
        raise NotFound("job.unknown", "There is no such job.", field="$.id")
    return _view(row)


@operation(
    "job.list",
    permission=Permission.JOB_READ,
    purposes=(Purpose.ADMINISTRATION,),
    kind=Kind.READ,
    audit=Audit.NONE,
)
def list_jobs(work: Work, command: ListJobs) -> JobPage:
    """List jobs, newest first."""
    rows = store.jobs_page(work, command.before, command.limit)
    return JobPage(jobs=tuple(_view(row) for row in rows), next=rows[-1].id if len(rows) == command.limit else None)


OPERATIONS = (show_job, list_jobs)
