"""Searching again: only data still held, each person a logged search, what is new once, under a clause."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.core.errors import NotFound, Refused
from comity.core.time import HOUR_US, Instant
from comity.core.vocabulary import Function
from comity.crossings.records import CheckView, Reject, ShowCheck
from comity.crossings.rescreen import store as runs
from comity.crossings.rescreen.operations import make_operations
from comity.crossings.rescreen.records import NATIONAL, Rescreen, RescreenHit, RescreenRun, RescreenShown, ShowRescreen
from comity.crossings.store import erase_expired
from comity.screening import SimpleIndex
from tests.support.alerts import person, refusal
from tests.support.border_post import (
    FRENCH,
    GERMAN,
    OFFICER,
    Post,
    alert,
    by_name,
    enter,
    open_post,
)
from tests.support.house import actor

SECOND = actor("FRA", "police-aux-frontieres", Function.SECOND_LINE, name="synthetic-second")
STRANGER = actor("FRA", "douane", Function.SECOND_LINE, name="synthetic-stranger")
DELTA = alert(11, GERMAN, "REF", refusal(person("Synthetic-Delta", "1991-02-03")))
OWN_DELTA = alert(12, FRENCH, "REF", refusal(person("Synthetic-Delta", "1991-02-03")))
ASKED = by_name("Synthetic-Delta", "1991-02-03")
OTHER = by_name("Synthetic-Nobody", "1992-03-04")


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_post(tmp_path) as opened:
        opened.operations = (*opened.operations, *make_operations(SimpleIndex(), opened.sources))
        yield opened


def again(post: Post, clause: str = "search-border", run: str | None = None, batch: int = 50) -> RescreenRun:
    command = Rescreen(clause=clause, justification="synthetic: lists changed", run=run, batch=batch)
    return post.ask("crossing.rescreen", command, RescreenRun, SECOND)


def hits(post: Post, run: RescreenRun) -> tuple[RescreenHit, ...]:
    return post.ask("crossing.show-rescreen", ShowRescreen(run=run.run), RescreenShown, SECOND).hits


def test_somebody_alerted_after_the_check_is_found_with_message_and_version(post: Post) -> None:
    earlier = post.check(ASKED)
    post.check(OTHER)
    enter(post.house, DELTA)
    logged = len(post.house.searches)

    run = again(post)

    assert (run.total, run.done, run.finished) == (2, 2, True)
    assert (run.counts.searched, run.counts.changed, run.counts.unchanged, run.counts.matches) == (2, 1, 1, 1)
    (hit,) = hits(post, run)
    assert (hit.earlier, hit.alert.id, hit.alert.version) == (earlier.check, DELTA.id, 1)
    assert hit.band is not None
    assert len(post.house.searches) == logged + 2
    said = Reject(check=hit.check, alert=hit.alert.id, version=1, reason="synthetic: another person")
    post.run("crossing.reject", said)
    view = post.ask("crossing.show", ShowCheck(check=hit.check), CheckView)
    assert view.advice.expires == earlier.expires
    assert len(view.resolutions) == 1


def test_what_was_found_before_is_not_told_again(post: Post) -> None:
    post.check(ASKED)
    enter(post.house, DELTA)
    first = again(post)

    second = again(post)

    assert (first.counts.matches, second.counts.matches) == (1, 0)
    assert second.counts.searched == 1


def test_a_run_goes_on_where_its_last_batch_ended(post: Post) -> None:
    for number in range(5):
        post.check(by_name(f"Synthetic-Other{number}", "1992-03-04"))
    post.check(ASKED)
    enter(post.house, DELTA)

    steps = [again(post, batch=2)]
    while not steps[-1].finished:
        steps.append(again(post, run=steps[-1].run, batch=2))

    assert [step.done for step in steps] == [2, 4, 6, 6]
    assert steps[-1].counts.matches == 1
    with pytest.raises(Refused) as refused:
        again(post, run=steps[-1].run)
    assert refused.value.code == "rescreen.finished"


def test_data_that_are_held_no_more_are_not_searched_for(post: Post) -> None:
    post.check(ASKED)
    with post.house.work(OFFICER) as work:
        erase_expired(work, Instant(work.recorded_at + 25 * HOUR_US), 10)
    enter(post.house, DELTA)

    run = again(post)

    assert (run.total, run.counts.searched, run.finished) == (0, 0, True)


def test_a_clause_opens_what_it_opens_and_own_alerts_are_a_national_matter(post: Post) -> None:
    post.check(ASKED)
    enter(post.house, DELTA)
    enter(post.house, OWN_DELTA)

    under_clause, national = again(post), again(post, NATIONAL)

    assert [hit.owner for hit in hits(post, under_clause)] == [GERMAN]
    assert [hit.owner for hit in hits(post, national)] == [FRENCH]


def test_a_clause_that_opens_nothing_is_refused(post: Post) -> None:
    with pytest.raises(Refused) as refused:
        again(post, "no-such-clause")

    assert refused.value.code == "rescreen.clause-not-open"


def test_a_run_keeps_its_clause_and_is_the_own_authoritys(post: Post) -> None:
    for number in range(3):
        post.check(by_name(f"Synthetic-Other{number}", "1992-03-04"))
    run = again(post, batch=1)

    with pytest.raises(Refused) as other:
        again(post, NATIONAL, run=run.run)
    with pytest.raises(NotFound):
        post.ask("crossing.show-rescreen", ShowRescreen(run=run.run), RescreenShown, who=STRANGER)

    assert other.value.code == "rescreen.other-clause"


def test_a_run_goes_with_its_checks(post: Post) -> None:
    post.check(ASKED)
    enter(post.house, DELTA)
    run = again(post)

    post.house.clock.move(25 * HOUR_US)
    with post.house.work(OFFICER) as work:
        assert runs.drop_expired(work, 10) == 1

    with pytest.raises(NotFound):
        hits(post, run)
