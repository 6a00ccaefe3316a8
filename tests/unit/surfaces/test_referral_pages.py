"""Pages of the second line: the queue, one person, the written refusal, and what the counter sees of it."""

from __future__ import annotations

import re

import msgspec
import pytest

from comity.core.errors import Conflict
from comity.crossings.referral_records import Origin, ReferralOutcome, ReferralState, ReferralView, SentReferrals
from tests.support import page_room, second_line_room
from tests.support.second_line_room import HOSTILE, OTHER, REFERRAL, REFUSAL_ID, SENT
from tests.support.site import Site, raising

CHECK = f"/check/{page_room.CHECK}"
BEHIND = f"/queue/{REFERRAL}"


@pytest.mark.parametrize("path", ["/queue", "/sent", BEHIND, f"/refusals/{REFUSAL_ID}", "/waiting-times", CHECK])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_show_what_is_there_and_escape_it(path: str, language: str) -> None:
    answer = Site().get(path, language)

    assert answer.status_code == 200
    assert HOSTILE not in answer.text
    assert "<script" not in answer.text


def test_the_queue_offers_to_take_all_but_those_whom_the_reader_sent() -> None:
    page = Site().get("/queue").text

    assert f'action="/queue/{REFERRAL}/take"' in page
    assert f'action="/queue/{OTHER}/take"' not in page
    assert "moved up, waits long" in page
    assert "2 persons are with colleagues." in page


def test_queue_and_sent_load_by_themselves_for_ten_minutes_and_can_be_stopped() -> None:
    site = Site()

    assert site.get("/queue").headers["refresh"] == "15; url=/queue?round=1"
    assert site.get("/queue?crossing_point=a&round=2").headers["refresh"] == "15; url=/queue?crossing_point=a&round=3"
    assert site.get("/sent?round=39").headers["refresh"] == "15; url=/sent?round=40"
    for path in ("/sent?round=40", "/sent?still=true", "/queue?round=-1", "/queue?round=99999"):
        assert "refresh" not in site.get(path).headers


def test_when_everybody_is_finished_nothing_loads_by_itself() -> None:
    done = msgspec.structs.replace(
        SENT, state=ReferralState.RESOLVED, position=None, outcome=ReferralOutcome.FINISHED, resolved_at=SENT.sent_at
    )
    answer = Site(referral__mine=lambda _: SentReferrals(referrals=(done,))).get("/sent")

    assert "refresh" not in answer.headers
    assert "Finished" in answer.text


def test_taking_leads_to_the_person_and_a_colleague_who_was_faster_is_told() -> None:
    site = Site()
    assert site.send(f"{BEHIND}/take", "/queue").headers["location"] == BEHIND

    late = Site(referral__take=raising(Conflict("referral.taken", "A colleague took this one before.")))
    answer = late.send(f"{BEHIND}/take", "/queue")

    assert answer.status_code == 409
    assert "A colleague took this one before." in answer.text


def test_resolving_sends_match_safeguards_and_the_written_part() -> None:
    site = Site()
    match = page_room.VIEW.advice.matches[0]

    answer = site.send(
        f"{BEHIND}/resolve",
        BEHIND,
        outcome="identity-confirmed",
        reason="synthetic",
        chosen=f"{match.owner.party}.{match.alert.id}",
        match__action_taken="arrested",
        match__place="Test port",
        safeguards__fear_expressed="no",
        refusal__grounds="H",
        refusal__facts="synthetic",
        refusal__appeal="Synthetic court",
    )

    assert answer.headers["location"] == BEHIND
    (command,) = site.runtime.commands("referral.resolve")
    assert command == {
        "referral": REFERRAL,
        "outcome": "identity-confirmed",
        "reason": "synthetic",
        "safeguards": {"fear_expressed": "no"},
        "match": {
            "alert": match.alert.id,
            "version": 1,
            "party": "ITA",
            "action_taken": "arrested",
            "place": "Test port",
        },
        "refusal": {"grounds": ["H"], "facts": "synthetic", "appeal": "Synthetic court"},
    }


def test_without_a_chosen_match_none_is_sent() -> None:
    site = Site()

    site.send(f"{BEHIND}/resolve", BEHIND, outcome="allowed-on", reason="synthetic", match__place="Test port")

    (command,) = site.runtime.commands("referral.resolve")
    assert isinstance(command, dict)
    assert "match" not in command
    assert "refusal" not in command


def test_the_counter_sends_somebody_on_with_a_reason_from_the_check() -> None:
    site = Site()

    answer = site.send(f"{CHECK}/refer", CHECK, reason="fear-expressed", words="synthetic")

    assert answer.headers["location"] == CHECK
    (command,) = site.runtime.commands("referral.open")
    assert command == {"check": page_room.CHECK, "reason": "fear-expressed", "words": "synthetic"}
    page = site.get(CHECK).text
    assert 'value="second-line"' not in page
    assert "Waiting, place 2" in page


def test_the_written_refusal_has_grounds_facts_and_the_right_to_appeal() -> None:
    page = Site().get(f"/refusals/{REFUSAL_ID}", "fr").text

    assert "<strong>C</strong>" in page
    assert "recours" in page


def test_the_rate_is_set_and_a_bad_one_told_beside_its_field() -> None:
    site = Site()
    site.send("/waiting-times", "/waiting-times", crossing_point="Test port", per_thousand="5")
    answer = site.send("/waiting-times", "/waiting-times", crossing_point="Test port", per_thousand="many")

    assert site.runtime.commands("referral.set-rate") == [{"crossing_point": "Test port", "per_thousand": 5}]
    assert answer.status_code == 422
    assert 'id="f-per_thousand-problem"' in answer.text
    assert second_line_room.FIGURES.points


def left_closed(view: ReferralView) -> str:
    """Return what the page shows of a person taken, while its note is closed."""
    page = Site(referral__show=lambda _: view).get(BEHIND).text
    before, note = page.split('<details class="private">')
    return re.sub(r'value="[0-9a-f]{32,}', "", before + note[note.rindex("</details>") :])


def test_a_closed_note_leaves_nothing_to_tell_a_discreet_match_from_chance() -> None:
    found = second_line_room.view(page_room.VIEW)
    nothing = msgspec.structs.replace(page_room.VIEW.advice, matches=(), warnings=(), must_not_show=False)
    drawn = second_line_room.view(msgspec.structs.replace(page_room.VIEW, advice=nothing))
    discreet = msgspec.structs.replace(found, referral=msgspec.structs.replace(found.referral, origin=Origin.DISCREET))
    random = msgspec.structs.replace(drawn, referral=msgspec.structs.replace(drawn.referral, origin=Origin.RANDOM))

    assert left_closed(discreet) == left_closed(random)
    assert "Wanted for arrest" not in left_closed(discreet)
