"""The first line's pages: a scanned zone in the place of typed fields, and entries of official lists beside alerts."""

from __future__ import annotations

import html
import re

import httpx2 as httpx
import msgspec
import pytest

from comity.bureau.commands import Inbox
from comity.bureau.records import MessageKind
from comity.core.ids import RecordId, RecordRef
from comity.core.time import CivilDate
from comity.crossings.finding_records import Evidence
from comity.crossings.listings import LISTING_MEASURES
from comity.crossings.records import Check, CheckView, Document, Identity, Lane, Match, Outcome
from comity.crossings.told_records import Fact, Told, Traced
from comity.crossings.zone import with_zone
from comity.documents import compose_zone
from comity.screening.listed import LISTING_KIND, Listed
from comity.screening.records import Band, Line, Weighed
from tests.support import fake_runtime, page_room
from tests.support.site import Site
from tests.support.zones import PASSPORT, exchanged

PAGE = f"/check/{page_room.CHECK}"
ZONE = tuple(compose_zone(PASSPORT).split("\n"))
WHERE = {"direction": "entry", "lane": "third-country", "crossing_point": "Test port"}
LISTED = RecordRef(kind=LISTING_KIND, id=RecordId("01k" + "5" * 23), version=3)


def listing(listed: Listed) -> Match:
    measure = next(one for one in LISTING_MEASURES if one.category == listed.value)
    return Match(
        alert=LISTED,
        owner=fake_runtime.OFFICER.owner,
        category=listed.value,
        action=measure.sentence,
        evidence=(Evidence(field="document", grade="number-only"), Evidence(field="nationality", grade="not-known")),
        separates=(),
        lane=Lane.THIRD_COUNTRY,
        must_not_show=False,
    )


def view(*matches: Match) -> CheckView:
    """A check that found these, with what the first of them asks for."""
    measure = next(one for one in LISTING_MEASURES if one.category == Listed.NO_ACTION.value)
    advice = msgspec.structs.replace(
        page_room.VIEW.advice,
        outcome=Outcome.POSSIBLE,
        sentence=matches[0].action,
        matches=matches,
        reasons=measure.reasons,
        obligations=("confirm-identity", "check-identity-theft", *measure.obligations),
        must_not_show=False,
    )
    return msgspec.structs.replace(page_room.VIEW, advice=advice)


def checked(command: Check) -> msgspec.Struct:
    """Read the zone as the node does."""
    with_zone(command, CivilDate("2026-11-25"))
    return page_room.VIEW.advice


def ask(site: Site, language: str = "en", **fields: str) -> httpx.Response:
    """Open the page of the question, and send it."""
    inputs = dict(re.findall(r'name="(form_token|request_id)" value="([^"]+)"', site.get("/check").text))
    given = {name.replace("__", "."): text for name, text in fields.items()}
    return site.post("/check", inputs | WHERE | given, {"accept-language": language})


def test_the_one_field_is_the_first_and_has_the_focus() -> None:
    page = Site().get("/check").text

    inputs = re.findall(r"<(?:input|select|textarea) [^>]*>", page[page.index('action="/check"') :])
    first = next(one for one in inputs if 'type="hidden"' not in one)
    assert 'name="scan"' in first
    assert " autofocus" in first
    assert 'autocomplete="off"' in first
    assert page.count(" autofocus") == 1


def test_a_scanned_zone_alone_makes_a_check() -> None:
    site = Site(crossing__check=checked)

    answer = ask(site, zone="\r\n".join(ZONE) + "\r\n", document__category="passport")

    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert site.runtime.commands("crossing.check") == [{**WHERE, "zone": "\n".join(ZONE) + "\n"}]
    assert PASSPORT.number not in site.log.getvalue()


def test_a_number_that_may_be_misread_is_looked_for_and_what_it_finds_cannot_be_confirmed() -> None:
    asked = Site()
    ask(asked, document__number="SYN1", document__category="passport", near="true")
    near = msgspec.structs.replace(
        listing(Listed.NO_ACTION), category="OBJ", evidence=(Evidence(field="object", grade="near"),)
    )
    found = msgspec.structs.replace(near, alert=RecordRef(kind="alert", id=LISTED.id, version=1))

    page = Site(crossing__show=lambda _: view(found)).get(PAGE).text

    (command,) = asked.runtime.commands("crossing.check")
    assert isinstance(command, dict)
    assert command["near"] is True
    assert "one character differs; read it again" in page
    assert 'value="rejected"' in page
    assert 'value="confirmed"' not in page
    assert "If confirmed" not in page


def test_an_empty_zone_is_no_zone() -> None:
    site = Site()

    ask(site, zone="", document__number="SYN1", document__category="passport")

    (command,) = site.runtime.commands("crossing.check")
    assert isinstance(command, dict)
    assert "zone" not in command


def test_a_misread_zone_comes_back_with_every_place_named_and_linked_to_its_field() -> None:
    site = Site(crossing__check=checked)
    misread = exchanged(ZONE, 2, 4, "I")

    page = ask(site, zone="\n".join(misread))

    assert page.status_code == 422
    summary = page.text[page.text.index('id="refusal"') : page.text.index("</section>")]
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>: (Line \d+, column \d+:) ', summary)
    assert {link[:2] for link in links} == {("#f-zone", "Scanned zone")}
    assert "Line 2, column 4:" in {place for _, _, place in links}
    assert "Perhaps a misreading of" in summary
    assert "Scan the document again" in summary
    assert 'aria-describedby="f-zone-problem f-zone-hint"' in page.text
    assert page.text.count('id="f-zone-problem"') == 1
    assert page.text.count(" autofocus") == 1
    assert misread[1] in html.unescape(page.text[page.text.index("<textarea") :])
    assert misread[1] not in site.log.getvalue()


def test_the_place_in_a_zone_is_named_in_the_readers_language() -> None:
    site = Site(crossing__check=checked)
    page = ask(site, "fr", zone="\n".join(exchanged(ZONE, 2, 4, "I"))).text

    assert "Ligne 2, colonne 4" in page
    assert "Line 2" not in page


def test_what_was_typed_and_disagrees_with_the_zone_is_linked_to_its_own_field() -> None:
    site = Site(crossing__check=checked)

    page = ask(site, zone="\n".join(ZONE), identity__surnames="Otherperson").text

    assert '<a href="#f-identity-surnames">Surnames</a>' in page
    assert "Clear the typed fields" in page


def test_listings_stand_after_alerts_under_what_they_ask_for() -> None:
    alert = page_room.VIEW.advice.matches[0]
    site = Site(crossing__show=lambda _: view(listing(Listed.NO_ACTION), alert))

    page = site.get(PAGE).text

    headings = re.findall(r'<h3 id="match-\d">(.*?)</h3>', page)
    assert headings[0].startswith("Wanted for arrest (ARR)")
    assert headings[1] == "Listed, no border action: let the person go on and inform the competent authority."
    assert "No alert matched." not in page
    assert "Inform the competent authority" in page
    assert "same number; the issuer is another or not known" in page
    assert "not known" in page


@pytest.mark.parametrize("listed", Listed)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_listing_shows_words_and_no_code(listed: Listed, language: str) -> None:
    site = Site(crossing__show=lambda _: view(listing(listed)))

    page = site.get(PAGE, language).text

    shown = re.sub(r"<[^>]+>", "", page[page.index("<main") :])
    assert listed.value not in shown
    assert "LISTED" not in shown
    assert not re.search(r"number.only|inform.competent.authority|identity.theft\b", shown)


def test_in_french_the_reasons_of_a_listing_are_french() -> None:
    page = Site(crossing__show=lambda _: view(listing(Listed.NO_ACTION))).get(PAGE, "fr").text

    assert "Cette inscription n\u2019interdit pas de voyager, ou pas \u00e0 cette personne." in page
    assert "This listing bans no travel" not in page


def test_with_a_listing_alone_the_page_says_that_no_alert_matched() -> None:
    page = Site(crossing__show=lambda _: view(listing(Listed.NO_ACTION))).get(PAGE).text

    assert "No alert matched." in page


def test_a_listing_is_confirmed_without_the_questions_of_a_decision_against_the_person() -> None:
    site = Site(crossing__show=lambda _: view(listing(Listed.TRAVEL_BAN)))
    page = site.get(PAGE).text

    answer = site.send(
        f"{PAGE}/decide",
        PAGE,
        alert=LISTED.id,
        version="3",
        party="FRA",
        verdict="confirmed",
        place="Test port",
        circumstances="At the gate",
        action_taken="referred",
    )

    assert "safeguards." not in page
    assert "no hit is reported abroad" in page
    assert re.findall(r'<option value="([a-z-]+)">', page[page.index('name="action_taken"') :])[:2] == [
        "referred",
        "allowed-on",
    ]
    assert answer.status_code == 303
    (command,) = site.runtime.commands("crossing.confirm")
    assert isinstance(command, dict)
    assert (command["alert"], command["version"], "safeguards" in command) == (LISTED.id, 3, False)


@pytest.mark.parametrize(
    ("category", "asked", "spared"),
    [
        ("DIS", {"route", "companions", "children"}, {"consent"}),
        ("MIS-N", {"consent"}, {"route"}),
        ("REF", set(), {"route"}),
    ],
)
def test_the_officer_is_asked_only_for_what_a_report_of_the_category_may_say(
    category: str, asked: set[str], spared: set[str]
) -> None:
    match = msgspec.structs.replace(page_room.VIEW.advice.matches[0], category=category)
    site = Site(crossing__show=lambda _: view(match))

    page = site.get(PAGE).text

    named = set(re.findall(r'name="observed\.([a-z_]+)"', page))
    assert asked <= named
    assert not spared & named


def test_the_inbox_names_a_listed_person_and_the_listing() -> None:
    answer = page_room.ANSWERS["bureau.inbox"](None)
    assert isinstance(answer, Inbox)
    met = msgspec.structs.replace(answer.messages[0], kind=MessageKind.LISTED, category=Listed.OTHER_LAW.value)
    site = Site(bureau__inbox=lambda _: Inbox(messages=(met,), cursor=None, clocks=answer.clocks))

    page = site.get("/inbox").text

    assert "Listed person met: Listed by the law of another State, " in page
    assert "<p>Listed entry " in page
    assert Listed.OTHER_LAW.value not in page


def test_the_search_log_names_a_listing_that_was_shown() -> None:
    found = page_room.ANSWERS["search-log.read"](None)
    assert isinstance(found, msgspec.Struct)
    entries = tuple(msgspec.structs.replace(one, found=(LISTED,)) for one in getattr(found, "entries", ()))
    site = Site(search_log__read=lambda _: msgspec.structs.replace(found, entries=entries))

    page = site.send("/search-log", "/search-log", passphrase="correct horse battery").text

    assert f"Listed entry <code><bdi>{LISTED.id}</bdi></code>" in page


def test_what_was_searched_and_what_the_record_says_stand_side_by_side() -> None:
    asked = msgspec.structs.replace(
        page_room.VIEW.question,
        identity=Identity(surnames="Synthetic-Alfa", birth_date="1980"),
        document=Document(country="UTO", number="SYN1"),
    )
    facts = (Fact(field="name", values=("Synthetic-Alpha, Test", "Synthetic-Other")), Fact(field="document", values=()))
    match = msgspec.structs.replace(
        page_room.VIEW.advice.matches[0],
        evidence=tuple(Evidence(field=field, grade="similar") for field in ("name", "birth_date", "document")),
    )
    advice = msgspec.structs.replace(page_room.VIEW.advice, matches=(match,))
    told = (Told(alert=match.alert, owner=match.owner, facts=facts),)
    shown = msgspec.structs.replace(page_room.VIEW, advice=advice, question=asked, told=told)

    page = Site(crossing__show=lambda _: shown).get(PAGE).text
    rows = [re.sub(r"\s*<[^>]+>\s*", "|", row) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", page)]

    assert re.search(r"Name\|+Synthetic-Alfa\|+Synthetic-Alpha, Test\|+Synthetic-Other\|+similar", rows[0])
    assert re.search(r"Date of birth\|+1980\|+.*similar", rows[1])
    assert re.search(r"Document\|+UTO SYN1\|+", rows[2])


def test_a_record_that_moved_on_is_shown_with_its_evidence_alone() -> None:
    moved_on = msgspec.structs.replace(page_room.VIEW, told=())

    page = Site(crossing__show=lambda _: moved_on).get(PAGE)

    assert page.status_code == 200
    assert "similar" in page.text


WEIGHED = Weighed(
    evidence_mbit=26_052,
    prior_mbit=-27_288,
    probability_ppm=297_900,
    band=Band.SECOND_LINE,
    lines=(Line(code="name.agreeing-words", weight_mbit=14_000), Line(code="birth-date.same-date", weight_mbit=12_052)),
    persons=16_384,
    model="1",
    flags=("name.single-word",),
)


def test_every_line_of_a_weight_stands_on_the_page_with_what_was_compared_and_the_sum() -> None:
    match = msgspec.structs.replace(page_room.VIEW.advice.matches[0], weighed=WEIGHED)
    advice = msgspec.structs.replace(page_room.VIEW.advice, matches=(match,))
    traced = (
        Traced(code="name.agreeing-words", weight_mbit=14_000, inputs=("alfa ~ <b>alpha</b>",)),
        Traced(code="birth-date.same-date", weight_mbit=12_052),
    )
    told = (Told(alert=match.alert, owner=match.owner, facts=(), traced=traced),)
    shown = msgspec.structs.replace(page_room.VIEW, advice=advice, told=told)

    page = Site(crossing__show=lambda _: shown).get(PAGE).text

    assert "Weight of the evidence: for the second line to look at" in page
    assert "alfa ~ &lt;b&gt;alpha&lt;/b&gt;" in page
    numbers = [float(number) for number in re.findall(r"<bdi>([+-][0-9]+\.[0-9]{3})</bdi>", page)]
    assert numbers == [14.0, 12.052, 26.052, -27.288]
    assert "one of 16384 persons" in page
    assert "<bdi>29.79 %</bdi>" in page
    assert "A name has one word only." in page


def test_a_weight_is_shown_without_what_was_compared_where_the_record_moved_on() -> None:
    match = msgspec.structs.replace(page_room.VIEW.advice.matches[0], weighed=WEIGHED)
    advice = msgspec.structs.replace(page_room.VIEW.advice, matches=(match,))
    shown = msgspec.structs.replace(page_room.VIEW, advice=advice, told=())

    page = Site(crossing__show=lambda _: shown).get(PAGE).text

    assert "+26.052" in page
    assert "Date of birth: same" in page
