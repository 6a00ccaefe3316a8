"""The second line: sent, queued, taken by one, resolved with its safeguards, told back to who sent the person."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from comity.core.codec import encode
from comity.core.errors import BadInput, ComityError, Conflict, NotFound, NotPermitted, Refused
from comity.core.ports import Actor
from comity.core.time import HOUR_US, SECOND_US, date_of
from comity.crossings import referral_erasure, store
from comity.crossings.records import (
    Action,
    Advice,
    Answer,
    CannotTell,
    CheckView,
    Confirm,
    Resolution,
    Safeguards,
    ShowCheck,
    Undo,
)
from comity.crossings.referral_records import (
    ConfirmedMatch,
    Figures,
    ListMine,
    ListReferrals,
    NameReferral,
    NameRefusal,
    OpenReferral,
    Queue,
    QueueEntry,
    Referral,
    ReferralOutcome,
    ReferralReason,
    ReferralState,
    ReferralView,
    Refusal,
    RefusalGround,
    ResolveReferral,
    SentReferral,
    SentReferrals,
    ShowFigures,
    Urgency,
    WrittenRefusal,
)
from tests.support.house import call
from tests.support.second_line_post import (
    ANSWERED,
    ARREST,
    BOTH,
    LEAD,
    OFFICER,
    REFUSAL,
    SECOND,
    STRANGER,
    THIRD,
    Post,
    open_post,
)

WRITTEN = WrittenRefusal(
    grounds=(RefusalGround.NO_VISA,), facts="synthetic: no visa", appeal="Synthetic court, within 15 days"
)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_post(tmp_path) as opened:
        yield opened


def send(
    post: Post, reason: ReferralReason = ReferralReason.OFFICERS_DOUBT, who: Actor = OFFICER, name: str = "Nobody"
) -> SentReferral:
    advice = post.check(name, who=who)
    command = OpenReferral(check=advice.check, reason=reason, words="synthetic words")
    return post.run("referral.open", command, SentReferral, who)


def take(post: Post, referral: str, who: Actor = SECOND) -> ReferralView:
    return post.run("referral.take", NameReferral(referral=referral), ReferralView, who)


def resolve(post: Post, referral: str, outcome: ReferralOutcome, **more: object) -> Referral:
    command = ResolveReferral(referral=referral, outcome=outcome, reason="synthetic reason", **more)  # type: ignore[arg-type]  # test data
    return post.run("referral.resolve", command, Referral, SECOND)


def show(post: Post, referral: str) -> ReferralView:
    return post.run("referral.show", NameReferral(referral=referral), ReferralView, SECOND)


def mine(post: Post, who: Actor = OFFICER) -> tuple[SentReferral, ...]:
    return post.run("referral.mine", ListMine(), SentReferrals, who).referrals


def queue(post: Post, who: Actor = SECOND, point: str | None = None) -> Queue:
    return post.run("referral.queue", ListReferrals(crossing_point=point), Queue, who)


def test_a_person_without_any_match_is_sent_waits_and_the_officer_hears_what_came_of_it(post: Post) -> None:
    sent = send(post)
    assert (sent.state, sent.position, sent.outcome) == (ReferralState.WAITING, None, None)
    post.house.clock.move(90 * SECOND_US)
    waiting = mine(post)[0]
    take(post, sent.referral)
    resolve(post, sent.referral, ReferralOutcome.ALLOWED_ON)

    told = mine(post)[0]

    assert (waiting.position, waiting.waiting_s) == (1, 90)
    assert (told.state, told.outcome, told.waiting_s) == (ReferralState.RESOLVED, ReferralOutcome.ALLOWED_ON, 90)
    assert mine(post, THIRD) == ()


def test_protection_comes_before_enforcement_before_routine_and_then_arrival(post: Post) -> None:
    sent = []
    for reason in ("officers-doubt", "document-doubt", "fear-expressed", "child-alone", "document-doubt"):
        sent.append(send(post, ReferralReason(reason)).referral)
        post.house.clock.move(SECOND_US)

    shown = queue(post)

    assert [sent.index(one.referral) for one in shown.waiting] == [2, 3, 1, 4, 0]
    assert [one.position for one in shown.waiting] == [1, 2, 3, 4, 5]
    assert shown.waiting[0].urgency is Urgency.PROTECTION
    assert [one.position for one in mine(post)] == [4, 2, 1, 3, 5]


def test_the_queue_of_another_crossing_point_or_authority_is_another_one(post: Post) -> None:
    sent = send(post)

    assert [one.referral for one in queue(post, point="frcqf-1").waiting] == [sent.referral]
    assert queue(post, point="elsewhere").waiting == ()
    assert queue(post, STRANGER).waiting == ()
    with pytest.raises(NotFound):
        take(post, sent.referral, STRANGER)


def test_whoever_sent_the_person_is_not_the_second_line(post: Post) -> None:
    sent = send(post, who=BOTH)

    with pytest.raises(NotPermitted) as refused:
        take(post, sent.referral, BOTH)

    assert refused.value.code == "referral.own"
    assert queue(post, BOTH).waiting[0].own
    assert take(post, sent.referral).referral.taken_by == SECOND.user


def test_the_first_line_has_neither_queue_nor_take(post: Post) -> None:
    sent = send(post)

    for name, command in (("referral.queue", ListReferrals()), ("referral.take", NameReferral(referral=sent.referral))):
        with pytest.raises(NotPermitted) as refused:
            post.run(name, command, Queue)
        assert refused.value.code == "permission.missing"


def test_of_many_who_take_at_once_one_does(post: Post) -> None:
    sent = send(post)
    runtime = post.runtime()
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def grab(who: Actor) -> None:
        start.wait(10)
        try:
            runtime.run(call("referral.take", NameReferral(referral=sent.referral), purpose="borders"), who)
            outcomes.append("taken")
        except ComityError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=grab, args=(who,)) for who in (SECOND, THIRD) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["referral.taken"] * 7 + ["taken"]
    assert queue(post).waiting == ()


def test_what_was_taken_is_worked_on_by_its_taker_alone_and_goes_back_to_its_old_place(post: Post) -> None:
    first = send(post)
    post.house.clock.move(SECOND_US)
    send(post)
    take(post, first.referral)

    for name in ("referral.show", "referral.release"):
        with pytest.raises(NotPermitted) as refused:
            post.run(name, NameReferral(referral=first.referral), ReferralView, THIRD)
        assert refused.value.code == "referral.not-yours"
    assert queue(post, THIRD).taken_by_others == 1
    assert [one.referral for one in queue(post).mine] == [first.referral]
    post.run("referral.release", NameReferral(referral=first.referral), QueueEntry, SECOND)

    assert queue(post, THIRD).waiting[0].referral == first.referral


def test_what_a_colleague_left_behind_is_put_back_by_anybody_after_an_hour(post: Post) -> None:
    sent = send(post)
    take(post, sent.referral)
    post.house.clock.move(HOUR_US)

    post.run("referral.release", NameReferral(referral=sent.referral), QueueEntry, THIRD)

    assert take(post, sent.referral, THIRD).referral.taken_by == THIRD.user


@pytest.mark.parametrize(
    ("given", "safeguards", "code"),
    [
        (ReferralReason.OFFICERS_DOUBT, Safeguards(), "rights.fear-expressed"),
        (
            ReferralReason.OFFICERS_DOUBT,
            msgspec.structs.replace(ANSWERED, fear_expressed=Answer.YES),
            "rights.fear-expressed",
        ),
        (
            ReferralReason.OFFICERS_DOUBT,
            msgspec.structs.replace(ANSWERED, interpreter=Answer.UNKNOWN),
            "rights.safeguards-unanswered",
        ),
        (ReferralReason.FEAR_EXPRESSED, ANSWERED, "rights.fear-expressed"),
        (ReferralReason.CHILD_ALONE, ANSWERED, "rights.child-alone"),
    ],
)
def test_entry_is_not_refused_against_a_safeguard(
    post: Post, given: ReferralReason, safeguards: Safeguards, code: str
) -> None:
    sent = send(post, given)
    take(post, sent.referral)

    with pytest.raises(Refused) as refused:
        resolve(post, sent.referral, ReferralOutcome.ENTRY_REFUSED, safeguards=safeguards, refusal=WRITTEN)

    assert refused.value.code == code
    assert resolve(post, sent.referral, ReferralOutcome.ASYLUM_PROCEDURE).resolution is not None


def test_fear_told_after_the_person_was_taken_still_stands_against_a_refusal(post: Post) -> None:
    sent = send(post)
    take(post, sent.referral)
    again = post.run(
        "referral.open", OpenReferral(check=sent.check, reason=ReferralReason.FEAR_EXPRESSED), SentReferral
    )

    with pytest.raises(Refused):
        resolve(post, sent.referral, ReferralOutcome.ENTRY_REFUSED, safeguards=ANSWERED, refusal=WRITTEN)

    assert (again.referral, again.code) == (sent.referral, ReferralReason.FEAR_EXPRESSED)


def test_a_refusal_of_entry_is_written_with_grounds_and_appeal_and_outlives_the_check(post: Post) -> None:
    sent = send(post)
    take(post, sent.referral)
    with pytest.raises(BadInput) as missing:
        resolve(post, sent.referral, ReferralOutcome.ENTRY_REFUSED, safeguards=ANSWERED)
    done = resolve(post, sent.referral, ReferralOutcome.ENTRY_REFUSED, safeguards=ANSWERED, refusal=WRITTEN)
    assert done.resolution is not None
    assert done.resolution.refusal is not None
    command = NameRefusal(refusal=done.resolution.refusal)

    post.house.clock.move(25 * HOUR_US)
    with post.house.work(OFFICER) as work:
        store.erase_expired(work, work.recorded_at, 10)
    with post.house.work(OFFICER) as work:
        referral_erasure.erase_due(work, 10)
    refusal = post.run("referral.refusal", command, Refusal, THIRD)

    assert missing.value.code == "referral.refusal-needed"
    assert (refusal.grounds, refusal.appeal) == ((RefusalGround.NO_VISA,), WRITTEN.appeal)
    assert refusal.identity.surnames == "Nobody"
    assert refusal.delete_by == date_of(post.house.clock.now()).replace("2026-11-26", "2029-11-25")
    post.house.clock.move(3 * 366 * 24 * HOUR_US)
    with post.house.work(OFFICER) as work:
        assert referral_erasure.erase_due(work, 10) == 1
    with pytest.raises(NotFound):
        post.run("referral.refusal", command, Refusal, THIRD)


def test_what_could_not_be_told_at_the_counter_is_confirmed_behind_it_by_the_same_rules(post: Post) -> None:
    advice = post.by_document()
    left_open = CannotTell(check=advice.check, alert=ARREST.id, version=1, reason="synthetic: face unclear")
    post.run("crossing.cannot-tell", left_open, Resolution)
    (waiting,) = queue(post).waiting
    take(post, waiting.referral)
    match = ConfirmedMatch(
        alert=ARREST.id, version=1, circumstances="synthetic: fingerprints", action_taken=Action.ARRESTED
    )

    done = resolve(post, waiting.referral, ReferralOutcome.IDENTITY_CONFIRMED, safeguards=ANSWERED, match=match)

    (hit,) = post.hits()
    assert waiting.code is ReferralReason.CANNOT_TELL
    assert done.resolution is not None
    assert done.resolution.hit == hit.id
    (settled,) = show(post, done.referral).check.resolutions
    assert (settled.verdict.value, settled.version, settled.user) == ("confirmed", 2, SECOND.user)
    assert mine(post)[0].outcome is ReferralOutcome.IDENTITY_CONFIRMED


def test_another_person_is_told_of_the_match_and_makes_no_hit(post: Post) -> None:
    sent = send(post, ReferralReason.POSSIBLE_MATCH, name="Synthetic-Alpha")
    take(post, sent.referral)

    done = resolve(post, sent.referral, ReferralOutcome.OTHER_PERSON, match=ConfirmedMatch(alert=REFUSAL.id, version=1))

    assert [one.verdict.value for one in show(post, done.referral).check.resolutions] == ["rejected"]
    assert post.hits() == []


def test_what_the_second_line_settled_is_not_undone_at_the_counter(post: Post) -> None:
    sent = send(post, ReferralReason.POSSIBLE_MATCH, name="Synthetic-Alpha")
    take(post, sent.referral)
    resolve(post, sent.referral, ReferralOutcome.OTHER_PERSON, match=ConfirmedMatch(alert=REFUSAL.id, version=1))
    undo = Undo(check=sent.check, alert=REFUSAL.id, version=1, reason="synthetic: wrong click")

    with pytest.raises(Conflict) as refused:
        post.run("crossing.undo", undo, Resolution)

    assert refused.value.code == "crossing.settled-by-second-line"


def test_a_referral_with_a_further_reason_outlives_the_undoing_of_the_first(post: Post) -> None:
    advice = post.check("Synthetic-Alpha")
    left_open = CannotTell(check=advice.check, alert=REFUSAL.id, version=1, reason="synthetic: face unclear")
    post.run("crossing.cannot-tell", left_open, Resolution)
    fear = OpenReferral(check=advice.check, reason=ReferralReason.FEAR_EXPRESSED)
    post.run("referral.open", fear, SentReferral)

    undo = Undo(check=advice.check, alert=REFUSAL.id, version=1, reason="synthetic: wrong click")
    post.run("crossing.undo", undo, Resolution)

    assert [one.code for one in queue(post).waiting] == [ReferralReason.FEAR_EXPRESSED]


def test_refusing_entry_on_a_confirmed_match_needs_the_written_form_too(post: Post) -> None:
    sent = send(post, ReferralReason.POSSIBLE_MATCH, name="Synthetic-Alpha")
    take(post, sent.referral)
    match = ConfirmedMatch(alert=REFUSAL.id, version=1, action_taken=Action.ENTRY_REFUSED)
    outcome = ReferralOutcome.IDENTITY_CONFIRMED

    with pytest.raises(BadInput) as missing:
        resolve(post, sent.referral, outcome, safeguards=ANSWERED, match=match)
    written = msgspec.structs.replace(WRITTEN, grounds=(RefusalGround.ALERT,))
    done = resolve(post, sent.referral, outcome, safeguards=ANSWERED, match=match, refusal=written)

    assert missing.value.code == "referral.refusal-needed"
    assert done.resolution is not None
    assert done.resolution.refusal is not None
    assert len(post.hits()) == 1


def test_a_match_beside_an_outcome_that_decides_on_none_is_refused(post: Post) -> None:
    sent = send(post, name="Synthetic-Alpha")
    take(post, sent.referral)
    match = ConfirmedMatch(alert=REFUSAL.id, version=1)

    with pytest.raises(Refused) as refused:
        resolve(post, sent.referral, ReferralOutcome.ALLOWED_ON, match=match)

    assert refused.value.code == "referral.match-not-decided"


@pytest.mark.parametrize("reason", ["second-line", "cannot-tell"])
def test_an_officer_gives_no_reason_of_the_house(post: Post, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        send(post, ReferralReason(reason))

    assert refused.value.code == "referral.reason-not-given"


def test_what_was_resolved_is_told_for_the_rest_of_the_shift_and_then_erased(post: Post) -> None:
    sent = send(post)
    take(post, sent.referral)
    resolve(post, sent.referral, ReferralOutcome.ALLOWED_ON)
    post.house.clock.move(12 * HOUR_US)

    with post.house.work(OFFICER) as work:
        assert referral_erasure.erase_due(work, 10) == 1

    assert mine(post) == ()
    with post.house.work(OFFICER) as work:
        (row,) = work.read(sa.select(store.CROSSING_REFERRAL))
    assert (row.body, row.user, row.taken_by, row.state) == (None, None, None, "erased")


def test_who_still_waits_when_the_check_expires_is_erased_with_it(post: Post) -> None:
    sent = send(post)
    post.house.clock.move(24 * HOUR_US)
    with post.house.work(OFFICER) as work:
        store.erase_expired(work, work.recorded_at, 10)

    assert queue(post).waiting == ()
    with pytest.raises(NotFound):
        take(post, sent.referral)


def test_figures_tell_how_long_people_wait_and_nothing_else(post: Post) -> None:
    for wait_s in (60, 120, 600):
        sent = send(post)
        post.house.clock.move(wait_s * SECOND_US)
        take(post, sent.referral)
    send(post)
    post.house.clock.move(30 * SECOND_US)

    figures = post.run("referral.figures", ShowFigures(), Figures, LEAD)

    (point,) = figures.points
    assert (point.sent, point.waiting, point.longest_waiting_s) == (4, 1, 30)
    assert (point.median_s, point.p90_s) == (120, 600)
    assert b"Nobody" not in encode(figures)


def test_the_counter_confirms_its_own_matches_as_before(post: Post) -> None:
    advice: Advice = post.by_document()
    confirmed = Confirm(
        check=advice.check, alert=ARREST.id, version=1, place="x", circumstances="", action_taken=Action.LOCATED
    )

    post.run("crossing.confirm", confirmed, Resolution)

    view = post.run("crossing.show", ShowCheck(check=advice.check), CheckView)
    assert [one.verdict.value for one in view.resolutions] == ["confirmed"]
