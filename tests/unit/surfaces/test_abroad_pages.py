"""What is asked of other parties, on the page of a check: the answer, and the question that comes first."""

from __future__ import annotations

from comity.core.errors import Refused
from tests.support import page_room
from tests.support.site import Site, raising

PAGE = f"/check/{page_room.CHECK}"


def test_the_page_shows_who_was_asked_what_was_answered_and_asks_about_fear_before_asking_more() -> None:
    shown = Site().get(PAGE).text

    assert "Asked of other parties" in shown
    assert "it holds something" in shown
    assert "Not asked yet: ask the person about fear first" in shown
    assert 'name="party" value="PHL"' in shown
    assert 'name="party" value="USA"' not in shown


def test_asking_by_hand_says_what_the_person_said_about_fear() -> None:
    site = Site()

    answer = site.send(f"{PAGE}/ask-abroad", PAGE, party="PHL", fear_expressed="no")

    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert site.runtime.commands("crossing.ask-abroad") == [
        {"check": page_room.CHECK, "party": "PHL", "fear_expressed": "no"}
    ]


def test_who_fears_that_state_is_not_named_to_it_and_the_page_says_why() -> None:
    refusal = Refused("rights.fear-expressed", "Nobody is named to a State whom they may fear.")
    site = Site(crossing__ask_abroad=raising(refusal))

    answer = site.send(f"{PAGE}/ask-abroad", PAGE, party="PHL", fear_expressed="yes")

    assert answer.status_code == 422
    assert "Nobody is named to a State whom they may fear." in answer.text
