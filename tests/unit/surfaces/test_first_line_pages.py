"""The first line's pages: one field, a desk, a wrong click, and nothing to see for whoever looks over the counter."""

from __future__ import annotations

import re

import httpx2 as httpx
import msgspec
import pytest

from comity.core.errors import BadInput, FieldProblem, Refused
from comity.core.time import CivilDate
from comity.crossings import records as crossings
from comity.crossings.asking import Cleared, LaneDuty, ScanKind, Thing, ThingKind
from comity.crossings.desk.records import DeskShown
from comity.crossings.finding_records import Freshness, SourceAge
from comity.crossings.records import Advice, CheckView, Document, Identity, Match, Outcome, Sentence, Verdict
from tests.support import page_room
from tests.support.site import Site, raising

PAGE = f"/check/{page_room.CHECK}"
ADVICE = page_room.VIEW.advice
(MATCH,) = ADVICE.matches


def view(advice: Advice = ADVICE, **changes: object) -> CheckView:
    changed: CheckView = msgspec.structs.replace(page_room.VIEW, advice=advice, **changes)
    return changed


def act(site: Site, path: str, **fields: str) -> httpx.Response:
    """Open the result's page, and send a form about its match."""
    named = {"alert": page_room.ALERT.id, "version": "1", "party": "ITA"}
    return site.send(f"{PAGE}/{path}", PAGE, None, **named, **fields)


def advice(**changes: object) -> Advice:
    changed: Advice = msgspec.structs.replace(ADVICE, **changes)
    return changed


def shown(given: CheckView, language: str = "en") -> str:
    return Site(crossing__show=lambda _: given).get(PAGE, language).text


def match(**changes: object) -> Match:
    changed: Match = msgspec.structs.replace(MATCH, must_not_show=False, **changes)
    return changed


DISCREET = advice(outcome=Outcome.POSSIBLE)
REFERRED = advice(
    outcome=Outcome.REFER,
    must_not_show=False,
    warnings=(),
    sentence=Sentence(code="ref.inland", text="Something else."),
    matches=(match(category="REF"), match(category="REFX", alert=msgspec.structs.replace(page_room.ALERT, version=2))),
    obligations=("contact-bureau", "consult-issuer-at-once"),
)
OPEN = advice(must_not_show=False)


def counter(page: str) -> str:
    """Return what a closed note leaves to see."""
    inside = re.compile(
        r'(<details class="private">\s*<summary>.*?</summary>).*?(</details>\s*(?=<section|<p><a))', re.DOTALL
    )
    seen, count = inside.subn(r"\1\2", page)
    assert count == 1
    return re.sub(r'name="(form_token|request_id)" value="[^"]+"', "", seen)


def test_over_the_counter_a_discreet_match_looks_like_any_referral_to_the_letter() -> None:
    assert counter(shown(view(DISCREET))) == counter(shown(view(REFERRED)))


@pytest.mark.parametrize("given", [DISCREET, REFERRED])
def test_the_note_is_closed_until_opened_and_says_everything_inside(given: Advice) -> None:
    page = shown(view(given))

    outside = counter(page)
    assert "<title>Result of the check" in outside
    for told in (given.sentence.text, "Wanted for arrest", "Armed", "Do not show or say", "Refusal"):
        assert told not in outside
    assert given.sentence.text in page


def test_what_is_no_secret_is_open_with_the_warnings_before_the_advice() -> None:
    page = shown(view(OPEN))

    assert '<details class="private"' not in page
    places = [page.index(text) for text in ("Take care: Armed", "<h1", "Reasons</h2>")]
    assert places == sorted(places)


def test_a_refused_decision_comes_back_with_its_note_open() -> None:
    site = Site(
        crossing__show=lambda _: view(DISCREET),
        crossing__reject=raising(BadInput("text.empty", "Text is missing.", field="$.reason")),
    )

    page = act(site, "decide", verdict="rejected")

    assert page.status_code == 422
    assert '<details class="private" open>' in page.text


def test_fear_offers_the_asylum_procedure_with_the_answers_that_were_given() -> None:
    refusal = Refused("rights.fear-expressed", "Nobody is refused.", field="$.safeguards.fear_expressed")
    site = Site(crossing__show=lambda _: view(OPEN), crossing__confirm=raising(refusal))
    sent = {
        "verdict": "confirmed",
        "action_taken": "entry-refused",
        "place": "Test port",
        "circumstances": "At the gate",
        "safeguards__fear_expressed": "yes",
    }

    page = act(site, "decide", **sent).text

    offer = page[page.index('-asylum"') : page.index("Confirm, and refer to the asylum procedure")]
    for name, value in (("action_taken", "referred"), ("verdict", "confirmed"), ("safeguards.fear_expressed", "yes")):
        assert f'name="{name}" value="{value}"' in offer
    assert page_room.ALERT.id in offer


def test_a_decision_can_be_taken_back_with_a_reason() -> None:
    said = crossings.Resolution(
        check=page_room.CHECK,
        alert=page_room.ALERT,
        alert_owner=page_room.ITALY,
        verdict=Verdict.REJECTED,
        version=1,
        user="u",
        at=page_room.NOW,
    )
    site = Site(crossing__show=lambda _: view(OPEN, resolutions=(said,)))

    answer = act(site, "undo", reason="Wrong click")

    assert "Undo the decision" in site.get(PAGE).text
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert site.runtime.commands("crossing.undo") == [
        {"check": page_room.CHECK, "alert": page_room.ALERT.id, "version": 1, "party": "ITA", "reason": "Wrong click"}
    ]


def test_what_was_undone_is_open_again_and_its_history_is_shown() -> None:
    before = crossings.EarlierSay(verdict=Verdict.CONFIRMED, user="u", at=page_room.NOW, reason="first thought")
    undone = crossings.Resolution(
        check=page_room.CHECK,
        alert=page_room.ALERT,
        alert_owner=page_room.ITALY,
        verdict=Verdict.UNDONE,
        version=2,
        user="u",
        at=page_room.NOW,
        earlier=(before,),
    )

    page = shown(view(OPEN, resolutions=(undone,)))

    assert "Record the decision" in page
    assert "first thought" in page


def test_a_cleared_match_says_when_and_why() -> None:
    known = Cleared(on=CivilDate("2026-11-20"), reason="taller")

    page = shown(view(advice(must_not_show=False, matches=(match(cleared=known),))))

    assert "Found to be another person before, on" in page
    assert "taller" in page
    assert "20 November 2026" in page


@pytest.mark.parametrize(
    ("freshness", "sources", "said"),
    [
        (Freshness.LIVE, (SourceAge(party="FRA", freshness=Freshness.LIVE),), "Live"),
        (Freshness.COPY, (SourceAge(party="ITA", freshness=Freshness.COPY, age_s=190),), "Copy</span> 3 minutes"),
        (Freshness.NOTHING, (SourceAge(party="ITA", freshness=Freshness.NOTHING),), "Data are missing"),
    ],
)
def test_the_age_of_the_data_stands_under_the_advice(
    freshness: Freshness, sources: tuple[SourceAge, ...], said: str
) -> None:
    page = shown(view(advice(must_not_show=False, freshness=freshness, sources=sources, outcome=Outcome.UNKNOWN)))

    under = page[page.index("</h1>") : page.index("Reasons</h2>")]
    assert said in under
    assert "Nothing found" not in page


def test_where_nothing_was_found_the_way_to_the_next_person_has_the_focus() -> None:
    found, nothing = shown(view(OPEN)), shown(view(advice(must_not_show=False, matches=())))

    assert re.search(r'<a class="button" href="/check" autofocus>', nothing)
    assert " autofocus" not in found
    assert (found.count("Check the next person"), nothing.count("Check the next person")) == (1, 1)


def test_what_the_lane_asks_for_and_a_nationality_of_another_lane_are_said() -> None:
    duty = LaneDuty(code="lane.stay", text="Days already used of the authorised stay.", source="Art 8", confidence="x")
    note = Sentence(code="lane.free-movement-national", text="The nationality is that of another lane.")

    page = shown(view(advice(must_not_show=False, lane_duties=(duty,), notes=(note,))))

    assert "Days already used of the authorised stay." in page
    assert "The nationality is that of another lane." in page


PLATE = Thing(kind=ThingKind.PLATE, number="SY-NT 1")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"taken_as": (ScanKind.DOCUMENT,), "document": Document(number="SYN1")}, "SYN1"),
        ({"taken_as": (ScanKind.PLATE,), "things": (PLATE,)}, "SY-NT 1"),
        (
            {
                "taken_as": (ScanKind.NAME,),
                "identity": Identity(surnames="Synthetic", forenames="A", birth_date="1980"),
                "justification": "lost",
                "case": "7",
            },
            "Synthetic, A; 1980",
        ),
    ],
)
def test_the_page_says_what_the_text_was_taken_for_and_lets_it_be_corrected(
    asked: dict[str, object], text: str
) -> None:
    question = msgspec.structs.replace(page_room.VIEW.question, **asked)
    site = Site(crossing__show=lambda _: view(OPEN, question=question))
    page = site.get(PAGE).text

    form = page[page.index("Searched as") : page.index("Search again")]
    hidden = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
    assert hidden["scan"] == text
    assert {"direction", "lane", "crossing_point"} <= set(hidden)
    assert ("justification" in hidden) == (asked.get("justification") is not None)


def test_a_zone_is_nothing_else() -> None:
    question = msgspec.structs.replace(page_room.VIEW.question, taken_as=(ScanKind.ZONE,))

    page = shown(view(OPEN, question=question))

    assert "machine-readable zone" in page
    assert "Search again" not in page


def test_one_scanned_field_is_a_whole_check() -> None:
    site = Site()

    site.send("/check", "/check", scan="SYN1234567")

    assert site.runtime.commands("crossing.check") == [{"scan": "SYN1234567"}]


def test_without_a_desk_the_page_leads_to_it() -> None:
    page = Site(desk__show=lambda _: DeskShown(desk=None)).get("/check").text

    assert "No desk is open." in page
    assert page.count('href="/desk"') == 2


def test_a_search_by_name_that_lacks_its_case_opens_the_place_for_it() -> None:
    problem = FieldProblem(field="$.case", code="crossing.case-needed", message="Needed.")
    error = BadInput("crossing.case-needed", "A case is needed.", problems=(problem,))
    site = Site(crossing__check=raising(error))

    page = site.send("/check", "/check", scan="Synthetic, Anna").text

    assert re.search(r"<details open>\s*<summary>Search by name", page)
    assert re.search(r"<details>\s*<summary>Detailed form", page)
    assert 'value="Synthetic, Anna"' in page


def test_a_desk_is_opened_and_closed_by_forms() -> None:
    site = Site()

    opened = site.send("/desk", "/desk", crossing_point="test-port", direction="entry", lane="transit", conveyance="")
    closed = site.send("/desk/close", "/desk")

    assert (opened.headers["location"], closed.headers["location"]) == ("/check", "/desk")
    assert site.runtime.commands("desk.open") == [
        {"crossing_point": "test-port", "direction": "entry", "lane": "transit"}
    ]
    assert len(site.runtime.commands("desk.close")) == 1


def test_crossing_points_are_added_and_retired_by_forms() -> None:
    site = Site()

    site.send("/crossing-points/add", "/crossing-points", code="new-port", name="New", kind="sea")
    site.send("/crossing-points/retire", "/crossing-points", code="test-port")
    unknown = site.send("/crossing-points/sell", "/crossing-points", code="test-port")

    assert site.runtime.commands("crossing-point.add") == [{"code": "new-port", "name": "New", "kind": "sea"}]
    assert site.runtime.commands("crossing-point.retire") == [{"code": "test-port"}]
    assert unknown.status_code == 404


def test_the_night_screen_is_chosen_and_kept() -> None:
    site = Site()
    assert "data-theme" not in site.get("/check").text

    site.send("/theme", "/check", theme="dark")
    assert 'data-theme="dark"' in site.get("/check").text
    assert "Day screen" in site.get("/check").text

    site.send("/theme", "/check", theme="sepia")
    assert 'data-theme="dark"' in site.get("/check").text


def test_the_script_is_small_comes_from_here_and_is_allowed_by_the_policy() -> None:
    answer = Site().get("/static/check.js")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert len(answer.content) < 4096
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
