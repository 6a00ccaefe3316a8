"""What nothing brings back is asked twice: once by its form, once by a page that says what goes."""

from __future__ import annotations

import re

import pytest

from comity.surfaces.web.confirm import ASKED_TWICE
from comity.surfaces.web.site import _PAGES
from tests.support import page_room
from tests.support.site import Site
from tests.support.training_answers import EXERCISE

ALERT = f"/alerts/FRA/{page_room.ALERT.id}"
CASE = "/inbox/case/" + "01k" + "2" * 23
ACTS = [
    (f"{ALERT}/delete", ALERT, "alert.delete", {"version": "1", "reason": "withdrawn"}),
    (f"{CASE}/return", CASE, "bureau.return", {"version": "1", "not_a_hit": "true", "text": "Synthetic."}),
    *((f"/training/{EXERCISE}/{act}", f"/training/{EXERCISE}", f"training.{act}", {}) for act in ("undo", "reset")),
    *((f"/training/{EXERCISE}/{act}", f"/training/{EXERCISE}", f"training.{act}", {}) for act in ("close", "erase")),
    ("/peers/distrust", "/peers", "peer.distrust", {"node": "p33r", "reason": "Key lost"}),
    ("/accounts/disable", "/accounts", "account.disable", {"account": "new.officer"}),
]


def inputs_of(page: str) -> dict[str, str]:
    main = page.partition("<main")[2].partition("</main>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))


@pytest.mark.parametrize(("path", "page", "operation", "fields"), ACTS)
def test_the_first_press_only_asks_and_the_second_acts_with_what_was_filled_in(
    path: str, page: str, operation: str, fields: dict[str, str]
) -> None:
    site = Site()

    asked = site.send(path, page, None, **fields)
    before = site.runtime.commands(operation)
    again = inputs_of(asked.text)
    done = site.post(path, again | {"confirmed": "true"})

    assert asked.status_code == 200
    assert f'href="{page}"' in asked.text
    assert before == []
    assert fields.items() <= again.items()
    assert done.status_code == 303
    assert len(site.runtime.commands(operation)) == 1


def test_a_second_press_of_the_yes_carries_the_request_id_of_the_form_that_began_it() -> None:
    site = Site()

    asked = site.send(f"{ALERT}/delete", f"{ALERT}/delete", version="1", reason="withdrawn", request_id="once")
    again = inputs_of(asked.text)
    for _ in range(2):
        site.post(f"{ALERT}/delete", again | {"confirmed": "true"})

    ids = {call.request_id for call, _ in site.runtime.calls if call.operation == "alert.delete"}
    assert ids == {"once"}


def test_what_a_colleague_can_answer_is_asked_once() -> None:
    site = Site()

    answer = site.send(f"{CASE}/return", CASE, version="1", text="Synthetic.")

    assert answer.status_code == 303


def test_an_input_of_data_stands_in_the_question_as_text() -> None:
    hostile = '"><script>alert(1)</script>'

    asked = Site().send("/peers/distrust", "/peers", node="p33r", reason=hostile)

    assert "<script" not in asked.text
    assert "&lt;script&gt;" in asked.text


def test_every_question_belongs_to_a_route_that_is_served() -> None:
    posts = {path for method, path, _ in _PAGES if method == "POST"}

    assert {route for route, _ in ASKED_TWICE} <= posts


@pytest.mark.parametrize("field", ["language", "theme"])
def test_choosing_language_or_light_leads_back_to_the_page_it_was_chosen_on(field: str) -> None:
    site = Site()
    page = site.get("/alerts?own=true").text
    back = re.findall(r'name="back" value="([^"]*)"', page)

    chosen = {"language": "fr", "theme": "dark"}[field]
    answer = site.send(f"/{field}", "/alerts", None, back=back[0], **{field: chosen})

    assert set(back) == {"/alerts?own=true"}
    assert answer.headers["location"] == "/alerts?own=true"


@pytest.mark.parametrize(
    "address", ["", "//elsewhere.test/", "https://elsewhere.test/", "/\\elsewhere.test", "alerts", "/a\r\nb"]
)
def test_an_address_that_is_not_of_this_node_leads_to_the_start(address: str) -> None:
    answer = Site().send("/theme", "/alerts", back=address, theme="dark")

    assert answer.headers["location"] == "/"
