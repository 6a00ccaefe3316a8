"""What retention takes away on a day: told everywhere, done by hand in exercises only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.alerts import METADATA, OPERATIONS
from comity.alerts.commands import EnterAlert, Sweep, SweepAlerts
from comity.alerts.sweeping import make_operations
from comity.alerts.tasks import EXPIRE, ExpireAlerts, expire_alerts
from comity.core import codec
from comity.core.errors import BadInput
from comity.core.job import Step
from comity.core.vocabulary import Function
from comity.runtime.run import Runtime
from comity.surfaces.cli.arguments import call_of, parser_of
from comity.surfaces.cli.manifest import load
from tests.support.alerts import arrest, grounds, refusal
from tests.support.house import House, actor, call, open_house

OFFICER = actor("FRA", "court", Function.ALERT_OFFICER)
BUREAU = actor("FRA", "sirene", Function.BUREAU_OFFICER, name="synthetic-3")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as opened:
        yield opened


def entered(house: House, *, exercise: bool) -> Runtime:
    runtime = house.runtime((*OPERATIONS, *make_operations(exercise=exercise)))
    for category, data in (("REF", refusal()), ("ARR", arrest())):
        command = EnterAlert(category=category, data=data, grounds=grounds())
        runtime.run(call("alert.enter", command, purpose="police"), OFFICER)
    return runtime


def sweep(runtime: Runtime, as_of: str | None, *, dry_run: bool = False) -> Sweep:
    command = SweepAlerts(as_of=as_of, dry_run=dry_run)
    return codec.decode_as(runtime.run(call("alert.sweep", command, purpose="police"), BUREAU).body, Sweep)


@pytest.mark.parametrize(
    ("as_of", "past", "lines"),
    [
        (None, 0, []),
        ("2029-07-24T23:59:59Z", 0, []),
        ("2029-07-25T00:00:00Z", 0, [("REF", 0, 1)]),
        ("2029-11-25T23:59:59Z", 0, [("REF", 0, 1)]),
        ("2029-11-26T00:00:00Z", 1, [("REF", 1, 0)]),
        ("2031-08-01T00:00:00Z", 1, [("ARR", 0, 1), ("REF", 1, 0)]),
    ],
)
@pytest.mark.parametrize("exercise", [True, False], ids=["exercise", "production"])
def test_it_tells_what_is_past_and_what_is_warned_of_on_a_day(
    house: House, as_of: str | None, past: int, lines: list[tuple[str, int, int]], *, exercise: bool
) -> None:
    runtime = entered(house, exercise=exercise)

    told = sweep(runtime, as_of, dry_run=True)

    runtime.close()
    assert (told.past, told.job) == (past, None)
    assert [(line.category, line.past, line.warned) for line in told.lines] == lines


def test_in_an_exercise_it_acts_by_a_job(house: House) -> None:
    runtime = entered(house, exercise=True)

    told = sweep(runtime, "2029-11-26T00:00:00Z")
    steps = []
    last: Step | None = None
    while last is None or not last.finished:
        with house.work(OFFICER) as work:
            last = expire_alerts(work, ExpireAlerts(as_of=told.day), last)
            steps.append(last)
    after = sweep(runtime, "2029-11-26T00:00:00Z")

    runtime.close()
    assert told.job is not None
    assert steps[-1].findings == {"deleted": 1}
    assert (after.past, after.job) == (0, None)


def test_a_node_of_production_never_acts_on_another_day(house: House) -> None:
    runtime = entered(house, exercise=False)

    told = sweep(runtime, "2029-11-26T00:00:00Z")

    runtime.close()
    assert (told.past, told.job) == (1, None)


def test_what_is_no_instant_is_refused(house: House) -> None:
    runtime = entered(house, exercise=True)

    with pytest.raises(BadInput) as caught:
        sweep(runtime, "tomorrow")

    runtime.close()
    assert caught.value.problems[0].field == "$.as_of"


def test_the_job_is_the_one_that_runs_by_itself() -> None:
    assert codec.decode_as(b"{}", ExpireAlerts) == ExpireAlerts()
    assert EXPIRE == "alert.expire"


def test_on_the_command_line_the_instant_is_asked_about_and_is_not_the_time_of_the_act() -> None:
    entry = load()["alert.sweep"]

    made = call_of(entry, parser_of(entry).parse_args(["--as-of", "2029-11-26T00:00:00Z", "--dry-run"]), str)

    assert codec.decode_as(made.command, SweepAlerts) == SweepAlerts(as_of="2029-11-26T00:00:00Z", dry_run=True)
    assert made.at is None
