"""A person at the border: found, advised on, decided by the officer, reported to nobody but the own bureau."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest

from comity.agreements.registry import Registry
from comity.alerts.records import ALERT_KIND, HIT_KIND
from comity.alerts.store import erase_alert, replace_alert
from comity.core.codec import decode_as
from comity.core.errors import BadInput, Conflict, NotFound, Refused
from comity.core.ports import RecordChanged, Work
from comity.core.time import HOUR_US
from comity.core.vocabulary import Function, Role
from comity.crossings import store
from comity.crossings.finding_records import Freshness
from comity.crossings.operations import Around, make_operations
from comity.crossings.records import (
    Action,
    Answer,
    CannotTell,
    CheckView,
    Outcome,
    Reject,
    Resolution,
    ShowCheck,
    Verdict,
)
from comity.screening.index.simple import SimpleIndex
from tests.support.border_post import (
    ALPHA,
    ANSWERED,
    ARREST,
    COLLEAGUE,
    FRENCH,
    GERMAN,
    OFFICER,
    REFUSAL,
    STRANGER,
    Post,
    by_document,
    by_name,
    confirmation,
)
from tests.support.house import actor


def test_a_person_under_a_partners_alert_is_found_and_advised_on(post: Post) -> None:
    advice = post.check(ALPHA)

    (match,) = advice.matches
    assert (match.owner, match.category, match.action.code) == (GERMAN, "REF", "ref.refuse-entry")
    assert advice.outcome is Outcome.POSSIBLE
    assert [(each.field, each.grade) for each in match.evidence] == [("name", "exact"), ("birth_date", "exact")]


def test_a_document_number_alone_finds_the_alert_and_the_warnings_come_first(post: Post) -> None:
    advice = post.check(by_document())

    assert [match.category for match in advice.matches] == ["ARR"]
    assert advice.warnings == ("armed", "violent")


def test_nobody_found_in_answering_sources_is_a_no_hit(post: Post) -> None:
    assert post.check(by_document("SYN000000")).outcome is Outcome.NO_HIT


def test_a_silent_partner_never_reads_no_hit(post: Post) -> None:
    post.sources.last["POL"] = None

    advice = post.check(by_document("SYN000000"))

    assert (advice.outcome, advice.freshness) == (Outcome.UNKNOWN, Freshness.NOTHING)


def test_each_source_is_named_with_its_age(post: Post) -> None:
    advice = post.check(by_document("SYN000000"))

    assert [(each.party, each.freshness, each.age_s) for each in advice.sources] == [
        ("FRA", Freshness.LIVE, None),
        ("DEU", Freshness.COPY, 60),
    ]


def test_a_peer_under_no_agreement_is_no_source_and_its_silence_says_nothing(post: Post) -> None:
    post.sources.last["ITA"] = None

    advice = post.check(by_document("SYN000000"))

    assert advice.outcome is Outcome.NO_HIT
    assert "ITA" not in [each.party for each in advice.sources]


def test_an_officer_whose_role_opens_no_category_learns_nothing_and_not_a_no_hit(post: Post) -> None:
    goods = actor("FRA", "douane", Function.FIRST_LINE, role=Role.CUSTOMS_GOODS, name="synthetic-4")

    advice = post.check(by_document(), goods)

    assert (advice.outcome, advice.matches, advice.freshness) == (Outcome.UNKNOWN, (), Freshness.NOTHING)


def test_what_may_not_be_seen_leaves_no_trace(post: Post) -> None:
    policeman = actor("FRA", "police-nationale", Function.FIRST_LINE, role=Role.POLICE, name="synthetic-5")

    hidden = post.check(ALPHA, policeman, "police")
    absent = post.check(by_name("Synthetic-Nobody", "1980-02-03"), policeman, "police")

    assert msgspec.structs.replace(absent, check=hidden.check) == hidden
    assert post.house.searches[-2].found == ()


def test_without_an_agreement_only_own_alerts_are_seen(post: Post) -> None:
    post.registry = Registry.of(())

    partner = post.check(ALPHA)
    own = post.check(by_name("Synthetic-Gamma", "1990-07-08"))

    assert partner.matches == ()
    assert [match.owner for match in own.matches] == [FRENCH]


def test_the_owners_note_of_free_movement_prevails_over_the_lane(post: Post) -> None:
    advice = post.check(by_name("Quetzal-Synthetic", "1960-01-02"))

    assert (advice.outcome, advice.sentence.code) == (Outcome.REFER, "ref.consult-free-movement")
    with pytest.raises(Refused) as refusal_of_refusal:
        post.run("crossing.confirm", confirmation(advice, Action.ENTRY_REFUSED))
    assert refusal_of_refusal.value.code == "crossing.action-not-given"


def test_every_search_is_logged_with_what_was_shown(post: Post) -> None:
    advice = post.check(ALPHA)

    (search,) = post.house.searches
    assert search.search == advice.check
    assert b"Synthetic-Alpha" in search.terms
    assert search.found == (advice.matches[0].alert,)
    assert search.justification == "synthetic: no document"


def test_a_search_that_cannot_be_logged_is_not_made(post: Post) -> None:
    def no_key(_work: Work, _search: object) -> None:
        raise Refused("search-log.no-supervisor-key", "No search without log.")

    post.house.log_search = no_key

    with pytest.raises(Refused):
        post.check(ALPHA)


def test_a_confirmed_match_becomes_a_hit_and_other_rooms_hear_of_it(post: Post) -> None:
    heard: list[RecordChanged] = []
    post.house.projections = {**post.house.projections, HIT_KIND: (lambda _work, change: heard.append(change),)}
    advice = post.check(ALPHA)

    resolution = decode_as(post.run("crossing.confirm", confirmation(advice, Action.ENTRY_REFUSED)), Resolution)

    (hit,) = post.hits()
    assert (resolution.verdict, resolution.hit) == (Verdict.CONFIRMED, hit.id)
    assert (hit.alert_owner, hit.found_by, hit.check) == (GERMAN, OFFICER.owner, advice.check)
    assert [change.kind for change in heard] == [HIT_KIND]
    assert post.house.published == []


@pytest.mark.parametrize("fear", [Answer.YES, Answer.UNKNOWN])
def test_fear_or_no_answer_blocks_a_refusal_and_leaves_no_hit(post: Post, fear: Answer) -> None:
    advice = post.check(ALPHA)
    asked = msgspec.structs.replace(ANSWERED, fear_expressed=fear)

    with pytest.raises(Refused) as refusal_of_refusal:
        post.run("crossing.confirm", confirmation(advice, Action.ENTRY_REFUSED, asked))

    assert refusal_of_refusal.value.code == "rights.fear-expressed"
    assert post.hits() == []


def test_with_fear_expressed_the_match_can_be_confirmed_and_the_person_referred(post: Post) -> None:
    advice = post.check(ALPHA)
    asked = msgspec.structs.replace(ANSWERED, fear_expressed=Answer.YES)

    post.run("crossing.confirm", confirmation(advice, Action.REFERRED, asked))

    (hit,) = post.hits()
    assert hit.action_taken == "referred"
    assert "fear" not in msgspec.json.encode(hit).decode()


def test_an_alert_that_changed_since_the_check_is_not_decided_on(post: Post) -> None:
    advice = post.check(ALPHA)
    with post.house.work(OFFICER) as work:
        work.change(*replace_alert(REFUSAL, msgspec.structs.replace(REFUSAL, version=2)))

    for name, command in (
        ("crossing.confirm", confirmation(advice, Action.REFERRED)),
        ("crossing.reject", Reject(check=advice.check, alert=REFUSAL.id, version=1, reason="taller")),
    ):
        with pytest.raises(Conflict) as conflict:
            post.run(name, command)
        assert conflict.value.code == "crossing.alert-moved-on"
    assert post.hits() == []


def test_a_withdrawn_alert_is_not_decided_on(post: Post) -> None:
    advice = post.check(ALPHA)
    with post.house.work(OFFICER) as work:
        work.change(*erase_alert(REFUSAL))

    with pytest.raises(Conflict):
        post.run("crossing.confirm", confirmation(advice, Action.REFERRED))


def test_a_match_is_decided_on_once(post: Post) -> None:
    advice = post.check(ALPHA)
    post.run("crossing.reject", Reject(check=advice.check, alert=REFUSAL.id, version=1, reason="taller, other eyes"))

    with pytest.raises(Conflict) as conflict:
        post.run("crossing.confirm", confirmation(advice, Action.REFERRED))

    assert conflict.value.code == "crossing.already-decided"
    assert post.hits() == []


def test_who_cannot_tell_sends_the_person_to_the_second_line_with_the_reason(post: Post) -> None:
    advice = post.check(ALPHA)

    said = decode_as(
        post.run(
            "crossing.cannot-tell", CannotTell(check=advice.check, alert=REFUSAL.id, version=1, reason="photo unclear")
        ),
        Resolution,
    )

    assert said.verdict is Verdict.CANNOT_TELL
    with post.house.work(OFFICER) as work:
        (row,) = work.read(store.CROSSING_REFERRAL.select())
    assert (row.id, row.state, row.check) == (said.referral, "waiting", advice.check)


def test_a_match_that_was_not_shown_cannot_be_confirmed(post: Post) -> None:
    advice = post.check(ALPHA)
    other = msgspec.structs.replace(confirmation(advice, Action.ARRESTED), alert=ARREST.id)

    with pytest.raises(NotFound):
        post.run("crossing.confirm", other)


def test_a_reason_is_needed(post: Post) -> None:
    advice = post.check(ALPHA)

    with pytest.raises(BadInput):
        post.run("crossing.reject", Reject(check=advice.check, alert=REFUSAL.id, version=1, reason=" "))


def test_a_colleague_sees_the_check_and_what_was_decided_but_no_other_authority_does(post: Post) -> None:
    advice = post.check(ALPHA)
    post.run("crossing.reject", Reject(check=advice.check, alert=REFUSAL.id, version=1, reason="taller"))

    view = decode_as(post.run("crossing.show", ShowCheck(check=advice.check), COLLEAGUE), CheckView)

    assert view.advice == advice
    assert [each.verdict for each in view.resolutions] == [Verdict.REJECTED]
    with pytest.raises(NotFound):
        post.run("crossing.show", ShowCheck(check=advice.check), STRANGER)


def test_a_check_expires_after_a_day_and_is_erased_then(post: Post) -> None:
    advice = post.check(ALPHA)
    post.run("crossing.reject", Reject(check=advice.check, alert=REFUSAL.id, version=1, reason="taller"))
    post.house.clock.move(24 * HOUR_US)

    with pytest.raises(Refused) as expired:
        post.run("crossing.show", ShowCheck(check=advice.check))
    with post.house.work(OFFICER) as work:
        erased = store.erase_expired(work, work.recorded_at, 100)

    assert (expired.value.code, erased) == ("crossing.expired", 1)
    with post.house.work(OFFICER) as work:
        bodies = {row.id: row.body for row in work.read(store.CROSSING_CHECK.select())}
        resolved = [row.body for row in work.read(store.CROSSING_RESOLUTION.select())]
    assert bodies[advice.check] is None
    assert resolved == [None]


def test_an_alert_that_goes_leaves_the_index_with_the_same_change(post: Post) -> None:
    with post.house.work(OFFICER) as work:
        work.change(*erase_alert(REFUSAL))
        work.emit(RecordChanged(kind=ALERT_KIND, id=REFUSAL.id, owner=GERMAN, version=2, record=None))

    assert post.check(ALPHA).outcome is Outcome.NO_HIT


def test_nobody_searches_for_themselves_and_nothing_is_looked_up(post: Post) -> None:
    def oneself(_work: Work, numbers: Iterable[str], surnames: str | None, birth_date: str | None) -> bool:
        return (tuple(numbers), surnames, birth_date) == ((), "Synthetic-Alpha", "1980-02-03")

    post.operations = make_operations(SimpleIndex(), Around(partners=post.sources, oneself=oneself))

    with pytest.raises(Refused) as refusal:
        post.check(ALPHA)

    assert refusal.value.code == "crossing.self-search"
    assert post.house.searches == []
    assert len(post.check(by_document()).matches) == 1
