"""Chance and a discreet match look alike at the counter, and chance knows nothing of whom it picks."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.core.codec import encode
from comity.core.errors import NotFound
from comity.crossings import referral_rules, second_line
from comity.crossings.finding_records import Candidate as Found
from comity.crossings.records import Action, Advice, Check, CheckView, Confirm, Outcome, ShowCheck
from comity.crossings.referral_records import (
    ConfirmedMatch,
    Figures,
    ListMine,
    ListReferrals,
    NameReferral,
    OpenReferral,
    Origin,
    Queue,
    Rate,
    Referral,
    ReferralOutcome,
    ReferralReason,
    ReferralView,
    ResolveReferral,
    SentReferral,
    SentReferrals,
    SetRate,
    ShowFigures,
)
from tests.support.second_line_post import ARREST, LEAD, POINT, SECOND, Post, open_post


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A post where arrests stand for whatever category must not be known at the counter."""
    monkeypatch.setattr(referral_rules, "is_discreet", discreet)
    with open_post(tmp_path) as opened:
        set_rate(opened, 1000)
        yield opened


def discreet(_question: Check, one: Found) -> bool:
    return one.category == "ARR"


def set_rate(post: Post, per_thousand: int) -> Rate:
    return post.run("referral.set-rate", SetRate(crossing_point=POINT, per_thousand=per_thousand), Rate, LEAD)


def stripped(advice: Advice) -> bytes:
    """The advice without what differs from one call to the next for everybody."""
    return encode(msgspec.structs.replace(advice, check=ARREST.id, referral=advice.referral and ARREST.id))


def take(post: Post, advice: Advice) -> ReferralView:
    return post.run("referral.take", NameReferral(referral=str(advice.referral)), ReferralView, SECOND)


def test_a_discreet_match_reads_at_the_counter_as_chance_does(post: Post) -> None:
    matched = post.by_document()
    drawn = post.by_document("SYN000000")

    assert stripped(matched) == stripped(drawn)
    assert (matched.outcome, matched.sentence.code, matched.matches) == (Outcome.REFER, "second-line", ())
    assert not matched.must_not_show
    sent = post.run("referral.mine", ListMine(), SentReferrals).referrals
    assert {one.code for one in sent} == {ReferralReason.SECOND_LINE}
    waiting = post.run("referral.queue", ListReferrals(), Queue, SECOND).waiting
    assert len({(one.code, one.urgency) for one in waiting}) == 1


def test_shown_again_the_check_tells_no_more(post: Post) -> None:
    advice = post.by_document()

    view = post.run("crossing.show", ShowCheck(check=advice.check), CheckView)

    assert view.advice == advice
    assert ARREST.id.encode() not in encode(view)


def test_the_search_log_holds_what_the_counter_does_not_see(post: Post) -> None:
    post.by_document()

    (search,) = post.house.searches
    assert [ref.id for ref in search.found] == [ARREST.id]


def test_the_counter_cannot_decide_on_a_match_that_it_does_not_see(post: Post) -> None:
    advice = post.by_document()
    guessed = Confirm(
        check=advice.check, alert=ARREST.id, version=1, place="x", circumstances="", action_taken=Action.ARRESTED
    )

    with pytest.raises(NotFound):
        post.run("crossing.confirm", guessed, CheckView)


def test_who_took_the_referral_sees_why_and_confirms_and_the_counter_reads_finished(post: Post) -> None:
    advice = post.by_document()
    view = take(post, advice)
    match = ConfirmedMatch(alert=ARREST.id, version=1, action_taken=Action.LOCATED)
    command = ResolveReferral(
        referral=view.referral.referral, outcome=ReferralOutcome.IDENTITY_CONFIRMED, reason="synthetic", match=match
    )

    post.run("referral.resolve", command, Referral, SECOND)

    assert view.referral.origin is Origin.DISCREET
    assert [one.alert.id for one in view.check.advice.matches] == [ARREST.id]
    assert len(post.hits()) == 1
    told = post.run("referral.mine", ListMine(), SentReferrals).referrals[0]
    assert told.outcome is ReferralOutcome.FINISHED
    shown = post.run("crossing.show", ShowCheck(check=advice.check), CheckView)
    assert shown.resolutions == ()


def test_a_person_whom_chance_sent_is_told_as_finished_too(post: Post) -> None:
    view = take(post, post.by_document("SYN000000"))
    command = ResolveReferral(referral=view.referral.referral, outcome=ReferralOutcome.ALLOWED_ON, reason="synthetic")

    post.run("referral.resolve", command, Referral, SECOND)

    assert view.referral.origin is Origin.RANDOM
    told = post.run("referral.mine", ListMine(), SentReferrals).referrals[0]
    assert told.outcome is ReferralOutcome.FINISHED


def test_whoever_law_does_not_open_the_match_to_reads_that_the_house_chose(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    advice = post.by_document()
    monkeypatch.setattr("comity.crossings.referrals._may_see", lambda _work, _match: False)

    view = take(post, advice)

    assert view.referral.origin is Origin.HOUSE
    assert view.check.advice.matches == ()
    assert ARREST.id.encode() not in encode(view)


def test_chance_takes_nothing_but_random_bytes_and_the_rate() -> None:
    parameters = inspect.signature(referral_rules.is_drawn).parameters

    assert {name: each.annotation for name, each in parameters.items()} == {"chance": "bytes", "per_thousand": "int"}
    source = inspect.getsource(second_line.send_on)
    drawing = next(line for line in source.splitlines() if "is_drawn" in line)
    assert "question" not in drawing
    assert "findings" not in drawing
    assert source.count("question.crossing_point") == 2


@pytest.mark.parametrize(("per_thousand", "expected"), [(0, 0), (1, 10), (250, 2500), (1000, 10_000)])
def test_of_evenly_spread_chances_just_the_rate_is_drawn(per_thousand: int, expected: int) -> None:
    chances = (number.to_bytes(8, "big") for number in range(10_000))

    assert sum(referral_rules.is_drawn(chance, per_thousand) for chance in chances) == expected


def test_a_rate_of_nothing_sends_nobody_and_the_rate_is_of_its_crossing_point(post: Post) -> None:
    assert post.run("referral.figures", ShowFigures(), Figures, LEAD).points[0].per_thousand == 1000
    assert set_rate(post, 0).version == 2

    assert post.by_document("SYN000000").referral is None
    assert post.by_document("SYN000000").outcome is Outcome.NO_HIT


def test_where_chance_sends_nobody_a_discreet_match_stays_with_the_counter(post: Post) -> None:
    set_rate(post, 0)

    advice = post.by_document()

    assert [one.alert.id for one in advice.matches] == [ARREST.id]
    assert advice.referral is None


def test_fear_expressed_by_somebody_whom_the_house_sent_comes_first(post: Post) -> None:
    advice = post.by_document()
    command = OpenReferral(check=advice.check, reason=ReferralReason.FEAR_EXPRESSED, words="synthetic")

    sent = post.run("referral.open", command, SentReferral)

    assert sent.referral == advice.referral
    view = take(post, advice)
    assert (view.referral.code, view.referral.origin) == (ReferralReason.FEAR_EXPRESSED, Origin.DISCREET)


def test_one_that_is_flagged_sends_nobody_on_and_is_not_shown_where_others_are_not(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(referral_rules, "is_drawn", lambda _chance, _rate: False)
    monkeypatch.setattr("comity.crossings.search.own_flags", lambda _work: {("DEU", ARREST.id)})

    flagged, nobody = post.by_document(), post.by_document("SYN000000")

    assert stripped(flagged) == stripped(nobody)
    assert (flagged.outcome, flagged.matches, flagged.referral) == (Outcome.NO_HIT, (), None)
