"""Flags on the pages: who is offered one, what the form asks, what it sends, how it is lifted."""

from __future__ import annotations

import msgspec

from comity.alerts.flag_words import FlagGround, FlagLine, JudicialGround
from comity.alerts.records import AlertShown
from comity.core.errors import Refused
from comity.core.time import CivilDate
from tests.support import page_room
from tests.support.site import Site, raising

PATH = f"/alerts/ITA/{page_room.ALERT.id}"
FOREIGN: AlertShown = msgspec.structs.replace(page_room.RECORD, owner=page_room.ITALY, told=())
LINE = FlagLine(party="FRA", ground=FlagGround.NATIONAL_LAW, judicial=None, day=CivilDate("2026-03-01"))


def site_with(record: AlertShown = FOREIGN, **more: object) -> Site:
    return Site(alert__show=lambda _command: record, **more)  # type: ignore[arg-type]  # answers


def test_a_bureau_is_offered_a_flag_on_a_foreign_alert_of_a_flaggable_category_alone() -> None:
    link = f'href="{PATH}/flag"'
    thing = msgspec.structs.replace(FOREIGN, category="OBJ")

    assert link in site_with().get(PATH).text
    assert link not in site_with(thing).get(PATH).text
    assert "/flag" not in site_with(page_room.RECORD).get(f"/alerts/FRA/{page_room.ALERT.id}").text


def test_the_form_of_a_flag_asks_for_a_judicial_ground_where_somebody_would_be_arrested() -> None:
    check = msgspec.structs.replace(FOREIGN, category="DIS")

    assert 'name="judicial"' in site_with().get(f"{PATH}/flag").text
    assert 'name="judicial"' not in site_with(check).get(f"{PATH}/flag").text


def test_a_flag_is_sent_as_it_was_filled_in() -> None:
    site = site_with()

    answer = site.send(
        f"{PATH}/flag",
        f"{PATH}/flag",
        ground="national_law",
        judicial="judicial_refusal",
        vetted_by="a court",
        vetting="Surrender was refused for good.",
    )

    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    assert site.runtime.commands("alert.flag") == [
        {
            "party": "ITA",
            "id": page_room.ALERT.id,
            "ground": "national_law",
            "judicial": "judicial_refusal",
            "vetted_by": "a court",
            "vetting": "Surrender was refused for good.",
        }
    ]


def test_a_flag_that_is_refused_keeps_what_was_filled_in() -> None:
    site = site_with(alert__flag=raising(Refused("agreement.flag-needs-judicial", "No.", reasons=())))

    answer = site.send(f"{PATH}/flag", f"{PATH}/flag", ground="national_law", vetted_by="a court", vetting="x y z")

    assert answer.status_code == 422
    assert 'value="a court"' in answer.text


def test_a_flag_that_stands_is_shown_and_lifted() -> None:
    flagged = msgspec.structs.replace(
        FOREIGN, flags=(LINE, msgspec.structs.replace(LINE, party="DEU", judicial=JudicialGround.REFUSAL_OBVIOUS))
    )
    site = site_with(flagged)

    page, form = site.get(PATH).text, site.get(f"{PATH}/flag").text
    answer = site.send(f"{PATH}/unflag", f"{PATH}/flag")

    assert "Execution will obviously be refused" in page
    assert "Lift the flag" in form
    assert 'name="ground"' not in form
    assert answer.status_code == 303
    assert site.runtime.commands("alert.unflag") == [{"party": "ITA", "id": page_room.ALERT.id}]


def test_the_list_of_flags_pages_on_and_names_both_sides() -> None:
    page = Site().get("/alerts/flags").text

    assert "Italy" in page
    assert "Against national law" in page
    assert "/alerts/flags?after=cur" in page
