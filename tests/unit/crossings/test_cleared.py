"""A match that was found to be another person is known next time: on this document, alert and version, at home only."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from comity.alerts.records import ALERT_KIND, AlertRecord
from comity.alerts.store import replace_alert
from comity.core.ports import RecordChanged
from comity.core.time import CivilDate
from comity.crossings.cleared import CROSSING_CLEARED, drop_past
from comity.crossings.projections import CLEARING
from comity.crossings.records import Advice, Check, Direction, Document, Identity, Lane, Outcome, Reject, Undo
from tests.support.border_post import COLLEAGUE, GERMAN, OFFICER, REFUSAL, STRANGER, Post

DOCUMENT = Document(country="XXA", number="OTHER 4711-1")
QUESTION = Check(
    direction=Direction.ENTRY,
    crossing_point="frcqf-1",
    lane=Lane.THIRD_COUNTRY,
    identity=Identity(surnames="Synthetic-Alpha", forenames="Test Anna", birth_date="1980-02-03"),
    document=DOCUMENT,
)
WHY = "taller, other eyes"


def rejected(post: Post) -> Advice:
    advice = post.check(QUESTION)
    match = advice.matches[0]
    post.run("crossing.reject", Reject(check=advice.check, alert=match.alert.id, version=1, reason=WHY))
    return advice


def with_number(number: str) -> Check:
    return msgspec.structs.replace(QUESTION, document=msgspec.structs.replace(DOCUMENT, number=number))


def kept(post: Post) -> int:
    with post.house.work(OFFICER) as work:
        return len(work.read(sa.select(CROSSING_CLEARED)))


def put(post: Post, version: int, **data: object) -> None:
    """Bring a newer version of the alert, as its owner sends it."""
    newer: AlertRecord = msgspec.structs.replace(REFUSAL, version=version, **data)
    with post.house.work(OFFICER) as work:
        work.change(*replace_alert(REFUSAL, newer))
        work.emit(RecordChanged(kind=ALERT_KIND, id=newer.id, owner=GERMAN, version=version, record=newer))


def test_a_cleared_match_is_shown_with_day_and_reason_and_said_to_be_known(post: Post) -> None:
    rejected(post)

    advice = post.check(with_number("other47111"), COLLEAGUE)

    (match,) = advice.matches
    assert match.cleared is not None
    assert (match.cleared.on, match.cleared.reason) == ("2026-11-25", WHY)
    assert (advice.outcome, advice.sentence.code) == (Outcome.POSSIBLE, "check.cleared-before")


def test_another_document_or_another_authority_knows_nothing_of_it(post: Post) -> None:
    rejected(post)

    assert [match.cleared for match in post.check(with_number("OTHER2")).matches] == [None]
    assert [match.cleared for match in post.check(QUESTION, STRANGER).matches] == [None]


def test_a_newer_version_of_the_alert_ends_it_and_nothing_is_kept(post: Post) -> None:
    rejected(post)
    post.house.projections = {ALERT_KIND: (*post.house.projections[ALERT_KIND], CLEARING[ALERT_KIND])}

    put(post, 2)

    assert [match.cleared for match in post.check(QUESTION).matches] == [None]
    assert kept(post) == 0


def test_a_newer_version_is_not_cleared_even_where_the_row_still_stands(post: Post) -> None:
    rejected(post)

    put(post, 2)

    assert kept(post) == 1
    assert [match.cleared for match in post.check(QUESTION).matches] == [None]


def test_it_is_kept_to_the_alerts_review_date_and_no_longer(post: Post) -> None:
    rejected(post)

    with post.house.work(OFFICER) as work:
        drop_past(work, REFUSAL.review_date)
    assert kept(post) == 1
    with post.house.work(OFFICER) as work:
        drop_past(work, CivilDate("2029-11-02"))
    assert kept(post) == 0


def test_undoing_the_rejection_takes_it_back(post: Post) -> None:
    advice = rejected(post)
    post.run("crossing.undo", Undo(check=advice.check, alert=REFUSAL.id, version=1, reason="wrong click"))

    assert [match.cleared for match in post.check(QUESTION).matches] == [None]
    assert kept(post) == 0


def test_without_a_document_nobody_is_cleared(post: Post) -> None:
    question = msgspec.structs.replace(QUESTION, document=None, justification="lost", case="synthetic-1")
    advice = post.check(question)
    post.run("crossing.reject", Reject(check=advice.check, alert=REFUSAL.id, version=1, reason=WHY))

    assert kept(post) == 0


def test_the_document_is_kept_as_a_digest_only(post: Post) -> None:
    rejected(post)

    with post.house.work(OFFICER) as work:
        (row,) = work.read(sa.select(CROSSING_CLEARED))
    assert "4711" not in "".join(str(value) for value in row)
