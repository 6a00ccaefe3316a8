"""The pages: what they show, how they refuse, what no page may do."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from comity.alerts.categories import CATEGORIES
from comity.core.errors import BadInput, FieldProblem, NotSignedIn, Pending, Refused
from comity.core.vocabulary import PERMISSIONS, Permission
from comity.surfaces.web.change_pages import CHANGES
from tests.support import page_room
from tests.support.site import Site, raising
from tests.support.training_answers import EXERCISE

ALERT = f"/alerts/FRA/{page_room.ALERT.id}"
PAGES = [
    "/account",
    "/check",
    f"/check/{page_room.CHECK}",
    "/desk",
    "/crossing-points",
    "/alerts",
    *(f"/alerts/new/{category}" for category in CATEGORIES),
    "/alerts/new/DIS?about=object",
    ALERT,
    f"{ALERT}/change",
    f"{ALERT}/extend",
    f"{ALERT}/tell-achieved",
    f"{ALERT}/keep",
    f"{ALERT}/history",
    f"{ALERT}/history?after=1",
    f"{ALERT}/delete",
    f"{ALERT}/holders",
    *(f"{ALERT}/beside/{part}" for part in ("links", "hiding", "identity", "place")),
    "/alerts/hits",
    "/alerts/waiting",
    "/vettings",
    "/held",
    "/protection",
    "/victims",
    "/inbox",
    f"/inbox/case/{'01k' + '2' * 23}",
    "/inbox/cases/sent",
    "/inbox/message/ITA/m1",
    "/inbox/figures",
    "/deadlines",
    "/deadlines?actor=FRA",
    "/questions",
    "/ledger",
    "/ledger/7",
    "/approvals",
    "/agreements",
    "/agreements/" + "a" * 64,
    "/agreements/" + "a" * 64 + "/why",
    "/agreements/" + "a" * 64 + "/notice",
    *("/agreements/" + "a" * 64 + f"/change/{act}" for act in CHANGES),
    "/agreements/new",
    "/peers",
    "/accounts",
    "/search-log",
    "/search-log/sample",
    "/search-log/figures",
    "/jobs",
    "/training",
    f"/training/{EXERCISE}",
]


class Outline(HTMLParser):
    """What a page is made of: headings, ids, labels, inputs, tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", [*PAGES, "/nowhere"])
def test_every_page_is_well_made_and_isolates_data(path: str, language: str) -> None:
    answer = Site().get(path, language)

    outline = Outline(answer.text)
    assert answer.status_code == (404 if path == "/nowhere" else 200), answer.text
    assert outline.all("html") == [{"lang": language, "dir": "ltr"}]
    assert len(outline.all("h1")) == 1
    scripts = [{"src": "/static/check.js", "defer": ""}] if path == "/check" else []
    assert outline.all("script", "style", "iframe") == scripts
    assert not [attributes for _, attributes in outline.tags if any(name.startswith("on") for name in attributes)]
    assert not [attributes for _, attributes in outline.tags if "style" in attributes]
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes["for"] for attributes in outline.all("label")}
    visible = [
        one for one in outline.all("input", "select", "textarea") if one.get("type") != "hidden" and "hidden" not in one
    ]
    assert {one["id"] for one in visible} <= labelled
    assert len(outline.all("caption")) == len(outline.all("table"))
    assert all(one.get("scope") in {"col", "row"} for one in outline.all("th"))
    described = {word for one in visible for word in one.get("aria-describedby", "").split()}
    assert described <= set(ids)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert answer.headers["cache-control"] == "no-store"
    assert ("EXERCICE" if language == "fr" else "EXERCISE") in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_hostile_text_from_data_is_shown_as_text_and_isolated(path: str) -> None:
    page = Site().get(path).text

    assert "<script" not in page.replace('<script src="/static/check.js" defer>', "")
    unisolated = re.sub(r"<bdi>[^<]*</bdi>", "", page)
    # Left are form inputs, which isolate by themselves: each says dir="auto".
    unisolated = re.sub(r'<input [^>]*dir="auto"[^>]*>|<(textarea|option) [^>]*dir="auto"[^>]*>[^<]*', "", unisolated)
    assert "\u202e" not in unisolated


def test_a_page_in_french_has_no_english_left_in_its_frame() -> None:
    page = Site().get("/check", "fr-CH, en;q=0.5").text

    assert "Contrôler une personne" in page
    assert "Sign out" not in page


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_sent_to_the_door(path: str) -> None:
    answer = Site(signed_in=False).get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_cannot_use() -> None:
    site = Site(signed_in=False)

    answer = site.send("/", "/", name="officer", password="correct horse")

    cookies = answer.headers.get_list("set-cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("comity-n0de="))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(session.split("; "))
    assert "Max-Age" not in session
    assert site.get("/").headers["location"] == "/check"


def test_over_https_the_cookie_is_bound_to_the_host() -> None:
    site = Site(signed_in=False, secure=True)

    answer = site.send("/", "/", name="officer", password="correct horse")

    session = next(cookie for cookie in answer.headers.get_list("set-cookie") if "__Host-comity-n0de=" in cookie)
    assert "Secure" in session


def test_a_wrong_password_shows_the_form_again_with_the_reason_and_without_the_password() -> None:
    site = Site(signed_in=False, session__open=raising(NotSignedIn("session.wrong", "Name or password is wrong.")))

    answer = site.send("/", "/", name="officer", password="correct horse")

    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "Name or password is wrong." in answer.text
    assert "correct horse" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.test"},
    ],
)
def test_a_form_from_another_site_is_refused(headers: dict[str, str]) -> None:
    site = Site()

    answer = site.send("/sign-out", "/account", headers)

    assert answer.status_code == 403
    assert site.runtime.commands("session.close") == []


def test_a_form_without_this_browsers_token_is_refused() -> None:
    site = Site()

    answer = site.post("/sign-out", {"form_token": "0" * 64})

    assert answer.status_code == 403
    assert site.runtime.commands("session.close") == []


def test_a_check_is_a_post_whose_result_stands_under_an_opaque_id() -> None:
    site = Site()

    answer = site.send(
        "/check",
        "/check",
        direction="entry",
        lane="third-country",
        crossing_point="Test port",
        document__category="passport",
        identity__surnames=" Te\u0301st ",
        justification="No document",
        case="7",
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"/check/{page_room.CHECK}")
    assert site.runtime.commands("crossing.check") == [
        {
            "direction": "entry",
            "lane": "third-country",
            "crossing_point": "Test port",
            "identity": {"surnames": " Te\u0301st "},
            "justification": "No document",
            "case": "7",
        }
    ]
    assert "T\u00e9st" not in site.log.getvalue()


def test_warnings_come_first_then_the_advice_then_reasons_then_evidence() -> None:
    page = Site().get(f"/check/{page_room.CHECK}").text

    places = [page.index(text) for text in ("Take care", "arrest.</strong>", "Reasons</h2>", "Evidence</h2>")]
    assert places == sorted(places)
    assert "Do not show or say this to the person." in page
    assert "Wanted for arrest (ARR)" in page
    assert "3 minutes" in page


@pytest.mark.parametrize(
    ("verdict", "operation"),
    [("confirmed", "crossing.confirm"), ("rejected", "crossing.reject"), ("cannot-tell", "crossing.cannot-tell")],
)
def test_the_officers_say_becomes_the_operation_of_its_verdict(verdict: str, operation: str) -> None:
    site = Site()
    page = f"/check/{page_room.CHECK}"

    answer = site.send(
        f"{page}/decide",
        page,
        alert=page_room.ALERT.id,
        version="1",
        reason="Other face",
        verdict=verdict,
        place="Test port",
        circumstances="At the gate",
        action_taken="referred",
    )

    assert answer.status_code == 303
    (command,) = site.runtime.commands(operation)
    assert isinstance(command, dict)
    assert (command["check"], command["alert"], command["version"]) == (page_room.CHECK, page_room.ALERT.id, 1)


def test_an_alert_form_becomes_one_command_with_its_repeated_records() -> None:
    site = Site()

    answer = site.send(
        "/alerts/new/ARR",
        "/alerts/new/ARR",
        purpose="police",
        data__person__surnames="Testperson",
        data__person__birth_date="1985",
        data__person__nationalities="UTO",
        data__reason="Synthetic",
        data__action="arrest_for_surrender",
        data__offence="Test offence",
        data__documents__0__number="L898902C3",
        data__documents__0__category="passport",
        data__documents__0__country="UTO",
        data__documents__1__number="",
        grounds__proportionality="A test",
        grounds__warrant_present="true",
    )

    (call, _), *_ = [pair for pair in site.runtime.calls if pair[0].operation == "alert.enter"]
    assert (answer.status_code, answer.headers["location"]) == (303, ALERT)
    assert call.purpose == "police"
    assert site.runtime.commands("alert.enter") == [
        {
            "category": "ARR",
            "data": {
                "person": {"surnames": "Testperson", "birth_date": "1985", "nationalities": ["UTO"]},
                "reason": "Synthetic",
                "action": "arrest_for_surrender",
                "offence": "Test offence",
                "documents": [{"number": "L898902C3", "category": "passport", "country": "UTO"}],
            },
            "grounds": {"proportionality": "A test", "warrant_present": True},
        }
    ]


def test_a_change_form_is_filled_in_and_loses_nothing_that_it_does_not_show() -> None:
    site = Site()
    page = site.get(f"{ALERT}/change").text

    site.send(
        f"{ALERT}/change",
        f"{ALERT}/change",
        version="1",
        data__person__surnames="Changed",
        data__person__birth_date="1985",
        data__reason="Synthetic",
        data__action="arrest_for_surrender",
        data__offence="Test offence",
    )

    assert 'value="L898902C3"' in page
    assert 'value="OTHER"' in page
    (command,) = site.runtime.commands("alert.change")
    assert isinstance(command, dict)
    assert command["data"]["person"]["birth_names"] == [{"surname": "OLDNAME"}]


def test_a_refused_form_comes_back_with_its_texts_and_a_problem_at_each_field() -> None:
    problems = (
        FieldProblem(field="$.data.person.birth_date", code="time.x", message="No such day."),
        FieldProblem(field="$.data.documents[0].number", code="text.x", message="Too long."),
    )
    site = Site(alert__enter=raising(BadInput("alert.bad-data", "Two fields are wrong.", problems=problems)))

    answer = site.send(
        "/alerts/new/ARR",
        "/alerts/new/ARR",
        data__person__surnames="Testperson",
        data__person__birth_date="1985-02-30",
        data__reason="Synthetic",
        data__action="arrest_for_surrender",
        data__offence="Test offence",
        data__documents__0__number="X",
        data__documents__0__category="passport",
        data__documents__0__country="UTO",
        grounds__proportionality="A test",
    )

    assert answer.status_code == 422
    assert 'value="Testperson"' in answer.text
    assert 'href="#f-data-person-birth_date"' in answer.text
    assert 'id="f-data-documents-0-number-problem"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2
    (summary,) = [one for one in Outline(answer.text).all("section") if one.get("role") == "alert"]
    assert {"autofocus", "tabindex"} <= set(summary)


def test_a_refusal_by_rule_tells_all_reasons_and_the_remedy() -> None:
    refused = Refused("alert.refused", "No clause permits it.", reasons=("PURPOSE", "ROLE"), remedy="Ask the bureau.")
    site = Site(alert__delete=raising(refused))

    answer = site.send(f"{ALERT}/delete", f"{ALERT}/delete", version="1", reason="withdrawn", confirmed="true")

    assert answer.status_code == 422
    assert all(text in answer.text for text in ("PURPOSE", "ROLE", "Ask the bureau."))


def test_an_act_that_waits_for_a_second_person_says_so() -> None:
    path = "/agreements/" + "a" * 64
    site = Site(agreement__sign=raising(Pending("ap9")))

    answer = site.send(path, path)

    assert answer.status_code == 202
    assert "Waiting for a second person" in answer.text
    assert "ap9" in answer.text


def test_a_double_click_carries_one_request_id() -> None:
    site = Site()
    inputs = dict(re.findall(r'name="(form_token|request_id)" value="([^"]+)"', site.get(f"{ALERT}/delete").text))

    for _ in range(2):
        site.post(f"{ALERT}/delete", inputs | {"version": "1", "reason": "withdrawn", "confirmed": "true"})

    ids = [call.request_id for call, _ in site.runtime.calls if call.operation == "alert.delete"]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_approvals_ledger_and_inbox_acts_reach_their_operations() -> None:
    site = Site()

    answers = [
        site.send("/approvals/ap1/approve", "/approvals"),
        site.send("/inbox/message/ITA/m1", "/inbox", version="1"),
        site.send(f"/inbox/case/{'01k' + '2' * 23}", "/inbox", version="1", place="Test port"),
        site.send("/ledger/verify", "/ledger"),
    ]

    assert [answer.status_code for answer in answers] == [303, 303, 303, 200]
    assert site.runtime.commands("approval.approve") == [{"approval": "ap1"}]
    assert site.runtime.commands("bureau.acknowledge") == [{"party": "ITA", "message": "m1", "version": 1}]
    assert "The ledger is whole" in answers[3].text


def test_the_chosen_language_is_kept() -> None:
    site = Site()

    site.send("/language", "/account", language="fr")

    assert "Mot de passe actuel" in site.get("/account", "en").text


def test_a_session_that_is_over_leads_to_the_door_and_is_forgotten() -> None:
    site = Site(signed_in=False)
    site.client.cookies.set("comity-n0de", "old", domain="node.test")

    answer = site.get("/check")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert 'comity-n0de=""' in answer.headers["set-cookie"]


def test_the_menu_offers_what_the_functions_cover() -> None:
    assert all(permission in Permission for permissions in PERMISSIONS.values() for permission in permissions)
    page = Site().get("/account").text

    assert all(f'href="{path}"' in page for path in ("/check", "/alerts", "/inbox", "/ledger", "/agreements"))


def test_the_style_sheet_is_ours_and_knows_no_left_or_right() -> None:
    sheet = Site().client.get("/static/comity.css")

    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert not re.search(r"(margin|padding|border|inset)-(left|right)|[\s;{](left|right|width|height):", sheet.text)
    again = Site().client.get("/static/comity.css", headers={"if-none-match": sheet.headers["etag"]})
    assert again.status_code == 304


def test_every_act_of_the_bureau_reaches_its_operation() -> None:
    site, case = Site(), "01k" + "2" * 23

    answers = [
        site.send(f"/inbox/case/{case}", "/inbox", version="1", place="Test port", act="save", identity=""),
        site.send(f"/inbox/case/{case}/return", "/inbox", version="1", text="Synthetic."),
        site.send(
            f"/inbox/case/{case}/return", "/inbox", not_a_hit="true", version="1", text="Synthetic.", confirmed="true"
        ),
        site.send(f"/inbox/case/{case}/file", "/inbox", version="1", reason="dealt-with"),
        site.send(f"/inbox/case/{case}/reopen", "/inbox", version="1"),
        site.send("/inbox/message/ITA/m1/answer", "/inbox", closes="true", version="1", text="Synthetic."),
        site.send("/inbox/message/ITA/m1/file", "/inbox", version="1", reason="other"),
        site.send(f"/questions/{case}", "/questions", version="1", text="Synthetic."),
    ]

    assert {answer.status_code for answer in answers} == {303}
    assert site.runtime.commands("bureau.edit") == [{"case": case, "version": 1, "place": "Test port", "clear": []}]
    said = {"case": case, "version": 1, "text": "Synthetic."}
    assert site.runtime.commands("bureau.return") == [said, {**said, "not_a_hit": True}]
    assert site.runtime.commands("bureau.file") == [
        {"item": case, "version": 1, "reason": "dealt-with"},
        {"item": "m1", "party": "ITA", "version": 1, "reason": "other"},
    ]
    assert site.runtime.commands("bureau.answer") == [
        {"party": "ITA", "message": "m1", "closes": True, "text": "Synthetic.", "version": 1}
    ]
    assert site.runtime.commands("bureau.reply") == [{"case": case, "text": "Synthetic.", "version": 1}]


def test_an_act_that_is_none_of_the_bureaus_is_not_found() -> None:
    site = Site()

    assert site.send("/inbox/case/c1/shred", "/inbox", version="1").status_code == 404
    assert site.get("/inbox/cases/shredded").status_code == 404
