"""A wrong click: taken back by a further operation, with everything it set going, and nothing forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from comity.bureau.projections import PROJECTIONS as BUREAU_PROJECTIONS
from comity.bureau.tables import BUREAU_CASE, BUREAU_MESSAGE
from comity.bureau.tables import METADATA as BUREAU_TABLES
from comity.core.errors import BadInput, Conflict, Refused
from comity.core.ports import Update
from comity.core.time import HOUR_US
from comity.crossings import store
from comity.crossings.records import (
    Action,
    Advice,
    Answer,
    CannotTell,
    CheckView,
    Reject,
    Resolution,
    Safeguards,
    ShowCheck,
    Undo,
    Verdict,
)
from tests.support.border_post import ALPHA, COLLEAGUE, OFFICER, Post, by_name, confirmation, open_post


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A post with a bureau that hears of hits."""
    with open_post(tmp_path, BUREAU_TABLES) as opened:
        reactions = {kind: (react,) for kind, react in BUREAU_PROJECTIONS.items()}
        opened.house.projections = {**opened.house.projections, **reactions}
        yield opened


def undo(post: Post, advice: Advice, reason: str = "clicked the wrong one") -> Resolution:
    match = advice.matches[0]
    command = Undo(check=advice.check, alert=match.alert.id, version=match.alert.version, reason=reason)
    return post.ask("crossing.undo", command, Resolution)


def rows(post: Post, table: sa.Table) -> int:
    with post.house.work(OFFICER) as work:
        return len(work.read(sa.select(table)))


def test_a_confirmation_is_taken_back_with_its_hit_and_the_unsent_draft(post: Post) -> None:
    advice = post.check(ALPHA)
    post.run("crossing.confirm", confirmation(advice, Action.REFERRED))
    assert (len(post.hits()), rows(post, BUREAU_CASE)) == (1, 1)

    said = undo(post, advice)

    assert (said.verdict, said.version) == (Verdict.UNDONE, 2)
    assert (post.hits(), rows(post, BUREAU_CASE)) == ([], 0)


def test_what_was_said_before_stays_on_record_and_the_match_can_be_decided_anew(post: Post) -> None:
    advice = post.check(ALPHA)
    post.run("crossing.confirm", confirmation(advice, Action.REFERRED))
    undo(post, advice)
    match = advice.matches[0]
    post.run("crossing.reject", Reject(check=advice.check, alert=match.alert.id, version=1, reason="taller"), COLLEAGUE)

    (said,) = post.ask("crossing.show", ShowCheck(check=advice.check), CheckView).resolutions

    assert (said.verdict, said.version, said.user) == (Verdict.REJECTED, 3, COLLEAGUE.user)
    assert [(each.verdict, each.user, each.reason) for each in said.earlier] == [
        (Verdict.CONFIRMED, OFFICER.user, ""),
        (Verdict.UNDONE, OFFICER.user, "clicked the wrong one"),
    ]


def test_a_report_that_was_sent_is_corrected_and_not_undone(post: Post) -> None:
    advice = post.check(ALPHA)
    post.run("crossing.confirm", confirmation(advice, Action.REFERRED))
    with post.house.work(OFFICER) as work:
        (row,) = work.read(sa.select(BUREAU_CASE.c.id))
        work.change(Update(BUREAU_CASE, {"id": row.id}, {"state": "sent"}))

    with pytest.raises(Conflict) as conflict:
        undo(post, advice)

    assert conflict.value.code == "bureau.report-sent"
    assert "correction" in conflict.value.remedy
    assert len(post.hits()) == 1


def test_a_hit_on_an_own_alert_takes_its_note_along(post: Post) -> None:
    advice = post.check(by_name("Synthetic-Gamma", "1990-07-08"))
    post.run("crossing.confirm", confirmation(advice, Action.REFERRED))
    assert rows(post, BUREAU_MESSAGE) == 1

    undo(post, advice)

    assert rows(post, BUREAU_MESSAGE) == 0


def test_a_waiting_referral_leaves_the_queue_with_its_content(post: Post) -> None:
    advice = post.check(ALPHA)
    command = CannotTell(check=advice.check, alert=advice.matches[0].alert.id, version=1, reason="photo unclear")
    post.run("crossing.cannot-tell", command)

    undo(post, advice)

    with post.house.work(OFFICER) as work:
        (row,) = work.read(sa.select(store.CROSSING_REFERRAL.c.state, store.CROSSING_REFERRAL.c.body))
    assert tuple(row) == ("withdrawn", None)


def test_a_referral_that_was_taken_on_is_settled_by_the_second_line(post: Post) -> None:
    advice = post.check(ALPHA)
    command = CannotTell(check=advice.check, alert=advice.matches[0].alert.id, version=1, reason="photo unclear")
    said = post.ask("crossing.cannot-tell", command, Resolution)
    with post.house.work(OFFICER) as work:
        work.change(Update(store.CROSSING_REFERRAL, {"id": said.referral}, {"state": "taken"}))

    with pytest.raises(Conflict) as conflict:
        undo(post, advice)

    assert conflict.value.code == "crossing.referral-taken"


def test_nothing_decided_is_nothing_to_undo_also_after_an_undoing(post: Post) -> None:
    advice = post.check(ALPHA)
    with pytest.raises(Conflict) as conflict:
        undo(post, advice)
    assert conflict.value.code == "crossing.nothing-to-undo"

    post.run("crossing.confirm", confirmation(advice, Action.REFERRED))
    undo(post, advice)
    with pytest.raises(Conflict):
        undo(post, advice)


def test_an_undoing_needs_a_reason_and_a_check_that_lives(post: Post) -> None:
    advice = post.check(ALPHA)
    post.run("crossing.confirm", confirmation(advice, Action.REFERRED))

    with pytest.raises(BadInput):
        undo(post, advice, " ")
    post.house.clock.move(24 * HOUR_US)
    with pytest.raises(Refused) as expired:
        undo(post, advice)
    assert expired.value.code == "crossing.expired"


def test_the_answers_oblige_and_stay_at_the_check(post: Post) -> None:
    advice = post.check(ALPHA)
    asked = Safeguards(
        fear_expressed=Answer.YES, child_or_age_unknown=Answer.YES, vulnerable=Answer.NO, interpreter=Answer.YES
    )

    said = post.ask("crossing.confirm", confirmation(advice, Action.REFERRED, asked), Resolution)

    assert said.obligations == ("asylum-procedure", "best-interests-of-the-child", "call-interpreter")
    with post.house.work(OFFICER) as work:
        (row,) = work.read(sa.select(BUREAU_CASE.c.body))
    assert not {b"asylum", b"fear", b"child"} & {word for word in (b"asylum", b"fear", b"child") if word in row.body}
