from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from comity.core import codec
from comity.core.errors import Refused
from comity.core.job import Step, Task
from comity.core.ports import Insert, Work
from comity.core.vocabulary import Function, Purpose
from comity.runtime import jobs
from comity.runtime.jobs import LEASE_US, JobRunner
from comity.runtime.records import JobState, JobView
from tests.support import shelf
from tests.support.house import House, actor, call, open_house

NODE = actor("FRA", "node", name="node")
CLERK = actor("FRA", "police-aux-frontieres", Function.ALERT_OFFICER)


class Count(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    upto: int
    break_at: int | None = None


class Crash(BaseException):
    """What kill -9 looks like from inside: nothing after it runs."""


def fill(work: Work, argument: Count, last: Step | None) -> Step:
    """Put one box a step."""
    done = 0 if last is None else last.done
    if done == argument.break_at:
        raise Refused("box.broken", "The shelf broke.")
    work.change(Insert(shelf.box, {"id": f"box-{done}", "version": 1, "content": "x"}))
    return Step(done=done + 1, total=argument.upto, place="", finished=done + 1 == argument.upto)


FILL = Task("box.fill", Count, fill)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, shelf.METADATA) as opened:
        yield opened


def runner(house: House, task: Task[Count] = FILL, worker: str = "one") -> JobRunner:
    return JobRunner(house.works(), house.database.writer, (task,), NODE, worker)


def start(house: House, argument: Count) -> str:
    with house.work(CLERK) as work:
        return work.enqueue("box.fill", argument)


def show(house: House, job_id: str) -> JobView:
    runtime = house.runtime(jobs.OPERATIONS)
    answer = runtime.run(call("job.show", {"id": job_id}), CLERK)
    runtime.close()
    return codec.decode_as(answer.body, JobView)


def boxes(house: House) -> list[str]:
    with house.works().open(CLERK, Purpose.BORDERS) as work:
        return sorted(row.id for row in work.read(select(shelf.box)))


def test_a_job_runs_step_by_step_to_its_end_and_shows_its_progress(house: House) -> None:
    job_id = start(house, Count(upto=3))
    before = show(house, job_id)

    ran = runner(house).run_next()

    after = show(house, job_id)
    assert ran == job_id
    assert (before.state, before.done, before.total) == (JobState.WAITING, 0, None)
    assert (after.state, after.done, after.total) == (JobState.DONE, 3, 3)
    assert boxes(house) == ["box-0", "box-1", "box-2"]
    assert runner(house).run_next() is None


def test_a_job_that_lost_its_worker_goes_on_after_the_last_committed_step(house: House) -> None:
    job_id = start(house, Count(upto=4))
    steps: list[int] = []

    def dies_at_the_third(work: Work, argument: Count, last: Step | None) -> Step:
        step = fill(work, argument, last)
        steps.append(step.done)
        if step.done == 3:
            raise Crash
        return step

    with pytest.raises(Crash):
        runner(house, Task("box.fill", Count, dies_at_the_third)).run_next()
    too_early = runner(house, worker="two").run_next()
    house.clock.move(LEASE_US + 1)
    taken_over = runner(house, worker="two").run_next()

    assert steps == [1, 2, 3]
    assert too_early is None
    assert taken_over == job_id
    assert boxes(house) == ["box-0", "box-1", "box-2", "box-3"]
    assert show(house, job_id).state is JobState.DONE


def test_a_worker_that_comes_back_under_its_name_goes_on_without_waiting_for_its_lease(house: House) -> None:
    job_id = start(house, Count(upto=2))

    def dies(work: Work, argument: Count, last: Step | None) -> Step:
        if last is not None:
            raise Crash
        return fill(work, argument, last)

    with pytest.raises(Crash):
        runner(house, Task("box.fill", Count, dies)).run_next()
    again = runner(house).run_next()

    assert again == job_id
    assert boxes(house) == ["box-0", "box-1"]


def test_a_worker_whose_job_was_taken_over_stops_and_changes_nothing(house: House) -> None:
    job_id = start(house, Count(upto=3))

    def is_overtaken(work: Work, argument: Count, last: Step | None) -> Step:
        if last is None:
            house.clock.move(LEASE_US + 1)
            assert runner(house, worker="two").run_next() == job_id
        return fill(work, argument, last)

    runner(house, Task("box.fill", Count, is_overtaken), worker="one").run_next()

    assert boxes(house) == ["box-0", "box-1", "box-2"]
    assert show(house, job_id).state is JobState.DONE


def test_a_step_that_is_refused_ends_the_job_with_its_code_and_keeps_the_steps_before(house: House) -> None:
    job_id = start(house, Count(upto=3, break_at=1))

    runner(house).run_next()

    after = show(house, job_id)
    assert (after.state, after.error_code, after.done) == (JobState.FAILED, "box.broken", 1)
    assert boxes(house) == ["box-0"]


def test_a_job_of_an_unknown_task_fails_instead_of_waiting_for_ever(house: House) -> None:
    with house.work(CLERK) as work:
        job_id = work.enqueue("box.unheard-of", Count(upto=1))

    runner(house).run_next()

    assert show(house, job_id).error_code == "job.task-unknown"
