"""Pages of protection, of what came in and waits for a person, and of what stands beside an alert."""

from __future__ import annotations

import msgspec
import pytest

from comity.alerts.attached import AlertLink, Media, Picture, PictureKind
from comity.alerts.care.records import Orders, Victims
from comity.alerts.held_store import HeldState
from comity.alerts.receiving import HeldPage, Refusals
from comity.alerts.vetting import VettingPage
from comity.alerts.waiting import Waiting, WaitingPage
from comity.bureau.unit_hits import UnitHitPage
from comity.core.errors import BadInput, Refused
from comity.diplomacy.records import Holders
from tests.support import page_room
from tests.support.site import Site, raising

NUMBER = page_room.ALERT.id
ALERT = f"/alerts/FRA/{NUMBER}"
WHO = {"requester__who__surnames": "Synthetic", "requester__who__birth_date": "1980-01-01"}


@pytest.mark.parametrize(
    ("path", "operation", "nothing", "words"),
    [
        ("/vettings", "alert__vettings", VettingPage(vettings=(), next=None), "No arrest alert stands here"),
        ("/held", "alert__held", HeldPage(held=(), next=None), "No copy stands here"),
        ("/held", "alert__refusals", Refusals(refusals=()), "Alerts of every issuer and category are taken"),
        ("/protection", "protection__orders", Orders(orders=()), "No order stands here"),
        ("/victims", "victim__list", Victims(victims=()), "Nobody is recorded here"),
        ("/alerts/hits", "bureau__unit_hits", UnitHitPage(hits=()), "Nobody has reported a hit"),
        ("/alerts/waiting", "alert__waiting", WaitingPage(waiting=()), "No request waits"),
    ],
)
def test_an_empty_page_says_so_and_what_fills_it(path: str, operation: str, nothing: object, words: str) -> None:
    assert words in Site(**{operation: lambda _: nothing}).get(path).text  # type: ignore[arg-type]  # answers


@pytest.mark.parametrize(
    ("page", "act", "operation", "fields"),
    [
        ("/vettings", "vet", "alert.vet", {"party": "ITA", "id": NUMBER, "vetted_by": "a court", "found": "Nothing."}),
        (
            "/held",
            "decide",
            "alert.decide-held",
            {"party": "ITA", "id": NUMBER, "found": "ordinary", "reviewed_by": "a", "reasons": "A fraud."},
        ),
        ("/held", "accept-from", "alert.accept-from", {"category": "DIS"}),
        ("/protection", "lift", "protection.lift-order", {"id": NUMBER}),
        ("/victims", "prolong", "victim.prolong", {"id": NUMBER, "until": "2027-03-01"}),
        ("/alerts/waiting", "drop", "alert.drop-waiting", {"id": NUMBER}),
    ],
)
def test_an_act_is_sent_as_it_was_filled_in_and_leads_back(
    page: str, act: str, operation: str, fields: dict[str, str]
) -> None:
    site = Site()

    answer = site.send(f"{page}/{act}", page, None, **fields)

    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert site.runtime.commands(operation) == [fields]


def test_an_entered_request_leads_to_its_alert_and_one_that_may_not_be_says_why() -> None:
    assert Site().send("/alerts/waiting/enter", "/alerts/waiting", id=NUMBER).headers["location"] == ALERT
    site = Site(alert__enter_waiting=raising(Refused("INCOMPATIBLE_ALERT", "Consult its bureau first.")))
    refused = site.send("/alerts/waiting/enter", "/alerts/waiting", id=NUMBER)
    assert refused.status_code == 422
    assert "Consult its bureau first." in refused.text


def test_what_needs_a_second_person_waits_for_one() -> None:
    fields = {"category": "DIS", "basis": "The court forbade it."}
    site = Site()

    assert site.send("/held/refuse-from", "/held", None, **fields).status_code == 303
    assert site.runtime.commands("alert.refuse-from") == [fields]


def test_links_are_made_and_taken_away_by_the_owner_and_hidden_by_others() -> None:
    linked = msgspec.structs.replace(
        page_room.RECORD,
        data=msgspec.structs.replace(page_room.RECORD.data, links=(AlertLink(party="ITA", id=NUMBER),)),
    )
    site = Site(alert__show=lambda _: linked)
    page = f"{ALERT}/beside/links"

    answer = site.send(f"{ALERT}/beside/link", page, version="1", to_party="ITA", to_id=NUMBER, need="One case.")

    assert answer.headers["location"] == page
    (sent,) = site.runtime.commands("alert.link")
    assert sent == {"id": NUMBER, "version": 1, "to_party": "ITA", "to_id": NUMBER, "need": "One case."}
    assert "/beside/unlink" in site.get(page).text
    foreign = msgspec.structs.replace(linked, owner=page_room.ITALY)
    others = Site(alert__show=lambda _: foreign).get(f"/alerts/ITA/{NUMBER}/beside/links").text
    assert "/beside/hide-links" in others
    assert "/beside/link" not in others.replace("/beside/links", "")


def test_the_victim_of_a_misused_identity_is_shown_after_the_need_and_stands_in_no_address() -> None:
    site = Site()
    page = f"{ALERT}/beside/identity"

    assert "Consent of" not in site.get(page).text
    shown = site.send(f"{ALERT}/beside/show-victim", page, need="Two travellers bear the name.")

    assert shown.status_code == 200
    assert "Consent of" in shown.text
    (asked,) = site.runtime.commands("alert.show-victim")
    assert asked == {"party": "FRA", "id": NUMBER, "need": "Two travellers bear the name."}


def test_who_asks_for_a_place_is_told_what_may_be_said_and_a_refusal_stays_on_the_page() -> None:
    missing = msgspec.structs.replace(page_room.RECORD, category="MIS-P")
    page = f"{ALERT}/beside/place"
    site = Site(alert__show=lambda _: missing)

    told = site.send(f"{ALERT}/beside/ask-place", page, None, requester__relation="parent", **WHO)

    assert "That the person was located may be told" in told.text
    broken = Site(alert__show=lambda _: missing, protection__ask_place=raising(BadInput("x.y", "It cannot be read.")))
    again = broken.send(f"{ALERT}/beside/ask-place", page, None, requester__relation="parent", **WHO)
    assert (again.status_code, "It cannot be read." in again.text) == (400, True)


def test_an_alert_leads_to_what_there_is_beside_it_and_nothing_else() -> None:
    missing = msgspec.structs.replace(page_room.RECORD, category="MIS-P")

    arrest, other = Site().get(ALERT).text, Site(alert__show=lambda _: missing).get(ALERT).text

    assert [part for part in ("links", "hiding", "identity", "place") if f"/beside/{part}" in arrest] == [
        "links",
        "hiding",
        "identity",
    ]
    assert [part for part in ("links", "hiding", "identity", "place") if f"/beside/{part}" in other] == [
        "links",
        "identity",
        "place",
    ]
    assert Site().get(f"{ALERT}/beside/nothing").status_code == 404
    assert Site().send("/held/nothing", "/held").status_code == 404


def test_an_alert_that_another_states_stands_against_can_be_kept_waiting_from_the_form() -> None:
    refusal = Refused("alert.refused", "Consult its bureau first.", reasons=("INCOMPATIBLE_ALERT",))
    site = Site(alert__enter=raising(refusal))
    form = "/alerts/new/ARR"
    filled = {
        "data__action": "arrest_for_surrender",
        "data__person__surnames": "Synthetic",
        "data__person__birth_date": "1980-01-01",
        "data__reason": "synthetic",
        "data__offence": "synthetic",
        "data__decision_reference": "SYN-1",
        "data__identity_category": "not_confirmed",
        "grounds__proportionality": "A trial waits.",
        "grounds__warrant_present": "true",
    }

    refused = site.send(form, form, None, **filled)
    kept = site.send(f"{form}/wait", form, None, **filled)

    assert f'formaction="{form}/wait' in refused.text
    assert (kept.status_code, kept.headers["location"]) == (303, "/alerts/waiting")
    (command,) = site.runtime.commands("alert.wait")
    assert isinstance(command, dict)
    assert command["category"] == "ARR"


def test_a_change_made_with_the_form_keeps_the_pictures_that_it_does_not_show() -> None:
    picture = Picture(kind=PictureKind.FACE, sha256="ab" * 32, media=Media.PNG, content=b"\x89PNG\r\n\x1a\n")
    data = msgspec.structs.replace(page_room.RECORD.data, photographs=(picture,))
    site = Site(alert__show=lambda _: msgspec.structs.replace(page_room.RECORD, data=data))

    site.send(
        f"{ALERT}/change",
        f"{ALERT}/change",
        version="1",
        data__person__surnames="Changed",
        data__person__birth_date="1985",
        data__reason="Synthetic",
        data__action="arrest_for_surrender",
        data__offence="synthetic",
        data__decision_reference="SYN-1",
    )

    (command,) = site.runtime.commands("alert.change")
    assert isinstance(command, dict)
    assert command["data"]["photographs"] == [{"kind": "face", "sha256": "ab" * 32, "media": "png"}]


def test_lists_leave_as_files_without_names() -> None:
    answer = Site().get("/vettings/vettings.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines()[0] == "party,alert,category,state,since"
    assert NUMBER in answer.text


def test_who_holds_an_alert_leaves_as_a_file_and_where_nobody_does_the_page_says_so() -> None:
    nobody = Site(peer__holders=lambda _: Holders(holders=())).get(f"{ALERT}/holders").text
    file = Site().get(f"{ALERT}/holders.csv").text

    assert "No partner was sent this alert" in nobody
    assert file.splitlines()[0] == "party,node,version,withdrawn,state,receipt"
    assert "ab" * 32 in file


def test_a_copy_that_was_decided_on_offers_no_second_decision() -> None:
    assert "/held/decide" in Site().get("/held").text
    assert "/held/decide" not in Site().get(f"/held?state={HeldState.RELEASED.value}").text


def test_a_request_that_nothing_stands_against_any_more_says_so() -> None:
    free = Waiting(id=NUMBER, category="ARR", since=page_room.NOW, erase_by=page_room.RECORD.delete_by, behind=())

    page = Site(alert__waiting=lambda _: WaitingPage(waiting=(free,))).get("/alerts/waiting").text

    assert "Nothing is in the way any more" in page


def test_hits_on_the_own_alerts_ask_to_delete_or_keep_and_their_file_names_no_place() -> None:
    page, file = Site().get("/alerts/hits").text, Site().get("/alerts/hits.csv").text

    assert page.count(f'href="/alerts/FRA/{NUMBER}/delete"') == 2
    assert page.count(f'href="/alerts/FRA/{NUMBER}/keep"') == page.count(f'href="/alerts/FRA/{NUMBER}/extend"') == 1
    assert [line.split(",")[5] for line in file.splitlines()[1:]] == ["delete-or-keep", "reply", "none"]
    assert "script" not in file
