"""An alert whose purpose is achieved: the bureau tells, the authority keeps it or silence lets it go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.alerts import METADATA, OPERATIONS, achieved, expire
from comity.alerts.achieved import ACHIEVEMENTS, Achievement, AchievementNotice
from comity.alerts.categories import CATEGORIES, category_of
from comity.alerts.commands import AlertState, ChangeAlert, EnterAlert, ExtendAlert, KeepAlert, ShowAlert, TellAchieved
from comity.alerts.duties import REVIEWS
from comity.alerts.records import AlertShown
from comity.alerts.rules import PURPOSE_IN_DOUBT, last_day_of_minority, review_date
from comity.core import codec
from comity.core.errors import BadInput, ComityError, Conflict, NotFound, NotPermitted, Refused
from comity.core.ports import Actor
from comity.core.time import CivilDate, Instant, Period, add_period, age_on
from comity.core.vocabulary import Function
from comity.deadlines.records import ListDeadlines
from comity.runtime.run import Runtime
from tests.support.alerts import arrest, grounds
from tests.support.categories import MINIMUM
from tests.support.house import House, actor, call, open_house

DAY_US = 86_400_000_000
OFFICER = actor("FRA", "court", Function.ALERT_OFFICER)
OTHER = actor("FRA", "police", Function.ALERT_OFFICER, name="synthetic-2")
BUREAU = actor("FRA", "sirene", Function.BUREAU_OFFICER, name="synthetic-3")
STRANGER = actor("DEU", "sirene", Function.BUREAU_OFFICER, name="synthetic-4")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as opened:
        yield opened


@pytest.fixture
def runtime(house: House) -> Iterator[Runtime]:
    opened = house.runtime(OPERATIONS)
    yield opened
    opened.close()


def act(runtime: Runtime, operation: str, command: msgspec.Struct, who: Actor) -> AlertState:
    return codec.decode_as(runtime.run(call(operation, command, purpose="police"), who).body, AlertState)


def show(runtime: Runtime, alert: str) -> AlertShown:
    body = runtime.run(call("alert.show", ShowAlert(id=alert), purpose="police"), OFFICER).body
    return codec.decode_as(body, AlertShown)


@pytest.fixture
def entered(runtime: Runtime) -> AlertState:
    return act(runtime, "alert.enter", EnterAlert(category="ARR", data=arrest(), grounds=grounds()), OFFICER)


@pytest.fixture
def told(runtime: Runtime, entered: AlertState) -> AlertState:
    return tell(runtime, entered)


def tell(
    runtime: Runtime, state: AlertState, what: Achievement = Achievement.SURRENDERED, who: Actor = BUREAU
) -> AlertState:
    return act(runtime, "alert.tell-achieved", TellAchieved(id=state.id, version=state.version, what=what), who)


def test_told_that_the_purpose_is_achieved_an_alert_goes_after_fifteen_days_everywhere(
    house: House, told: AlertState
) -> None:
    assert (told.version, told.review_date, told.delete_by) == (2, "2031-11-25", "2026-12-10")
    assert (house.published[-1].operation, house.published[-1].delete_by) == ("change", "2026-12-10")


def test_without_a_reply_it_is_deleted_when_the_last_day_has_passed_and_not_before(
    house: House, runtime: Runtime, told: AlertState
) -> None:
    house.clock.move(15 * DAY_US)
    with house.work(OFFICER) as work:
        kept = expire(work)
    house.clock.move(DAY_US)
    with house.work(OFFICER) as work:
        gone = expire(work)

    assert (kept, gone) == (0, 1)
    assert house.published[-1].payload is None
    with pytest.raises(NotFound):
        show(runtime, told.id)


def test_a_reasoned_reply_keeps_it_until_its_review_date(runtime: Runtime, told: AlertState) -> None:
    kept = act(
        runtime,
        "alert.keep",
        KeepAlert(id=told.id, version=2, reason="Exercise: the surrender was refused by the court."),
        OFFICER,
    )

    assert (kept.version, kept.delete_by) == (3, kept.review_date)
    (message,) = show(runtime, told.id).told
    assert (message.what, message.open) == (Achievement.SURRENDERED, False)
    assert tell(runtime, kept).version == 4


@pytest.mark.parametrize(
    ("who", "reason", "error"),
    [(OTHER, "Exercise: another authority asks.", NotPermitted), (OFFICER, "no", Refused)],
    ids=["another-authority", "no-reason"],
)
def test_nobody_else_and_nothing_unreasoned_keeps_it(
    runtime: Runtime, told: AlertState, who: Actor, reason: str, error: type[ComityError]
) -> None:
    with pytest.raises(error):
        act(runtime, "alert.keep", KeepAlert(id=told.id, version=2, reason=reason), who)


def test_what_was_not_told_is_not_kept(runtime: Runtime, entered: AlertState) -> None:
    with pytest.raises(Conflict) as caught:
        act(runtime, "alert.keep", KeepAlert(id=entered.id, version=1, reason="Exercise: it is needed."), OFFICER)

    assert caught.value.code == "alert.nothing-told"


def test_it_is_told_once_by_the_own_bureau_and_for_a_reason_of_its_category(
    runtime: Runtime, entered: AlertState
) -> None:
    with pytest.raises(BadInput) as wrong:
        tell(runtime, entered, Achievement.SEIZED)
    with pytest.raises(NotFound):
        tell(runtime, entered, who=STRANGER)
    with pytest.raises(NotPermitted):
        tell(runtime, entered, who=OFFICER)
    again = tell(runtime, entered)
    with pytest.raises(Conflict) as twice:
        tell(runtime, again)
    with pytest.raises(Conflict) as stale:
        tell(runtime, entered)

    assert wrong.value.code == "alert.no-achievement"
    assert (twice.value.code, stale.value.code) == ("alert.already-told", "alert.changed-since")


def test_a_change_meanwhile_does_not_stop_the_clock_and_an_extension_has_to_wait(
    runtime: Runtime, told: AlertState
) -> None:
    data = msgspec.structs.replace(arrest(), offence="synthetic")
    changed = act(runtime, "alert.change", ChangeAlert(id=told.id, version=2, data=data), OFFICER)
    with pytest.raises(Refused) as caught:
        act(
            runtime,
            "alert.extend",
            ExtendAlert(
                id=told.id, version=3, until=CivilDate("2031-11-26"), assessment="Exercise: still sought for this."
            ),
            OFFICER,
        )

    assert changed.delete_by == "2026-12-10"
    assert (caught.value.problems[0].field, caught.value.message) == ("$.id", PURPOSE_IN_DOUBT.text)


def test_the_register_shows_until_when_a_reply_counts(house: House, told: AlertState) -> None:
    with house.work(OFFICER) as work:
        (deadline,) = REVIEWS.page(work, ListDeadlines(), None)

    assert (deadline.case, deadline.rule, deadline.due_on) == (told.id, "sis-purpose-achieved", "2026-12-10")


def test_every_category_says_what_ends_its_purpose() -> None:
    assert set(ACHIEVEMENTS) == set(CATEGORIES)
    assert all(ACHIEVEMENTS.values())


@given(
    review=st.dates().map(lambda day: CivilDate(day.isoformat())),
    at=st.integers(0, 4 * 10**15).map(Instant),
    replies=st.lists(st.booleans(), max_size=4),
)
def test_only_an_open_message_shortens_and_nothing_ever_lengthens(
    review: CivilDate, at: Instant, replies: list[bool]
) -> None:
    messages = tuple(
        AchievementNotice(at=at, what=Achievement.LOCATED, kept="synthetic reply" if kept else None) for kept in replies
    )

    last = achieved.delete_by(review, messages)

    waits = bool(replies) and not replies[-1]
    assert last == (min(review, messages[-1].last_day) if waits else review)


@given(
    born=st.dates(dt.date(2008, 11, 27), dt.date(2026, 11, 25)).map(lambda day: CivilDate(day.isoformat())),
    code=st.sampled_from(["CHI-A", "CHI-T"]),
)
def test_an_alert_on_a_child_ends_with_childhood(born: CivilDate, code: str) -> None:
    entered = CivilDate("2026-11-25")
    least = MINIMUM[code]
    assert least.person is not None
    data = msgspec.structs.replace(least, person=msgspec.structs.replace(least.person, birth_date=born))

    last = review_date(category_of(code), entered, data)

    assert entered <= last <= "2027-11-25"
    assert age_on(born, last) < 18
    assert last == "2027-11-25" or age_on(born, add_period(last, Period(days=1))) == 18


def test_childhood_of_one_born_on_a_leap_day_or_in_a_year_ends_as_late_as_it_may() -> None:
    least = MINIMUM["CHI-A"]
    assert least.person is not None
    ends = {
        born: last_day_of_minority(
            category_of("CHI-A"),
            msgspec.structs.replace(least, person=msgspec.structs.replace(least.person, birth_date=born)),
        )
        for born in ("2008-02-29", "2010", "2010-05")
    }

    assert ends == {"2008-02-29": "2026-02-28", "2010": "2028-12-30", "2010-05": "2028-05-30"}
