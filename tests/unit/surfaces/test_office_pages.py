"""Pages of those who run and watch a node: accounts, the search log, agreements, peers, the ledger."""

from __future__ import annotations

import re

import msgspec
import pytest

from comity.alerts.records import IdentityCategory
from comity.core.errors import BadInput, Conflict, NotPermitted, Pending, Refused
from comity.core.said import say
from comity.diplomacy.records import AgreementState
from comity.surfaces.web.forms import Form, form_of
from comity.surfaces.web.show import Show
from comity.surfaces.web.words import load_words
from tests.support import page_room
from tests.support.site import Site, raising


def test_a_new_accounts_password_is_shown_once_and_stands_in_no_address() -> None:
    site = Site()

    answer = site.send("/accounts/create", "/accounts", name="new.officer", authority="police-aux-frontieres")

    assert answer.status_code == 200
    assert "once only" in answer.text
    assert "once only" not in site.get("/accounts").text
    assert site.runtime.commands("account.create") == [{"name": "new.officer", "authority": "police-aux-frontieres"}]


def test_a_grant_says_that_it_waits_for_a_second_administrator() -> None:
    site = Site(account__grant=raising(Pending("ap9")))

    answer = site.send("/accounts/grant", "/accounts", account="new.officer", function="first_line")

    assert answer.status_code == 202
    assert 'role="status"' in answer.text
    assert 'role="alert"' not in answer.text
    assert 'aria-label="Main menu"' in answer.text


@pytest.mark.parametrize("act", ["revoke-function", "disable"])
def test_acts_against_an_account_go_back_to_the_list(act: str) -> None:
    site = Site()

    answer = site.send(f"/accounts/{act}", "/accounts", account="new.officer", function="first_line", confirmed="true")

    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts")
    assert len(site.runtime.commands(f"account.{act}")) == 1


def test_an_act_that_accounts_do_not_have_is_nothing() -> None:
    assert Site().send("/accounts/rename", "/accounts", account="new.officer").status_code == 404


def test_a_refused_act_opens_its_form_again_with_what_was_typed() -> None:
    problem = BadInput("account.name", "Not a name.", field="$.account")
    site = Site(account__disable=raising(problem))

    page = site.send("/accounts/disable", "/accounts", account="No Such", confirmed="true").text

    assert 'value="No Such"' in page
    assert 'href="#f-account"' in page
    assert page.count('id="f-account"') == 1


def test_the_search_log_opens_with_a_passphrase_that_is_not_repeated() -> None:
    site = Site()

    answer = site.send("/search-log", "/search-log", passphrase="correct horse battery", since="2026-11-01")

    assert answer.status_code == 200
    assert "Check a person" in answer.text
    assert "March 1985" in answer.text
    assert "correct horse battery" not in answer.text
    assert "correct horse battery" not in site.log.getvalue()
    assert "<script" not in answer.text
    assert site.runtime.commands("search-log.read") == [{"passphrase": "correct horse battery", "since": "2026-11-01"}]


def test_a_wrong_passphrase_is_told_without_repeating_it() -> None:
    site = Site(search_log__read=raising(NotPermitted("search-log.passphrase", "The passphrase opens no key.")))

    answer = site.send("/search-log", "/search-log", passphrase="correct horse battery")

    assert answer.status_code == 403
    assert "The passphrase opens no key." in answer.text
    assert "correct horse battery" not in answer.text


def test_a_sample_is_drawn_marked_and_given_as_a_file_and_the_passphrase_is_not_repeated() -> None:
    site = Site()
    days = {"since": "2026-11-01", "until": "2026-11-02"}
    marks = {
        "mark.0.search": "01k" + "3" * 23,
        "mark.0.verdict": "question",
        "mark.0.note": "Which case?",
        "mark.1.search": "01k" + "4" * 23,
        "mark.1.verdict": "",
        "mark.2.search": "01k" + "5" * 23,
        "mark.2.verdict": "justified",
    }
    drawing = {**days, "passphrase": "correct horse battery"}

    shown = site.send("/search-log/sample", "/search-log/sample", None, **drawing)
    marked = site.send("/search-log/sample", "/search-log/sample", None, **drawing, **marks)
    file = site.send("/search-log/sample", "/search-log/sample", None, **drawing, act="file")

    assert (shown.status_code, marked.status_code, file.status_code) == (200, 200, 200)
    assert "5eed" in shown.text
    assert "2 searches marked." in marked.text
    assert file.headers["content-type"].startswith("text/csv")
    assert site.runtime.commands("search-log.mark") == [
        {
            "search": "01k" + "3" * 23,
            "verdict": "question",
            "note": "Which case?",
            "more": [{"search": "01k" + "5" * 23, "verdict": "justified"}],
        }
    ]
    assert "correct horse battery" not in shown.text + marked.text + site.log.getvalue()


def test_searches_are_counted_without_a_passphrase() -> None:
    site = Site()

    page = site.send("/search-log/figures", "/search-log/figures", since="2026-11-01", until="2026-11-02")

    assert page.status_code == 200
    assert "333" in page.text
    assert site.runtime.commands("search-log.figures") == [{"since": "2026-11-01", "until": "2026-11-02"}]


def test_a_new_key_needs_the_same_passphrase_twice() -> None:
    site = Site()

    refused = site.send("/search-log/key", "/search-log", passphrase="correct horse battery", again="other")
    made = site.send(
        "/search-log/key", "/search-log", passphrase="correct horse battery", again="correct horse battery"
    )

    assert (refused.status_code, made.status_code) == (400, 200)
    assert "ab12" in made.text
    assert site.runtime.commands("search-log.set-key") == [{"passphrase": "correct horse battery"}]


def test_an_agreement_is_proposed_by_its_document_and_shown() -> None:
    site = Site()
    document = "title: x\nparties:\n" + "  - a: b\n" * 3000

    answer = site.send("/agreements/new", "/agreements/new", document=document)

    assert (answer.status_code, answer.headers["location"]) == (303, "/agreements/" + "a" * 64)
    assert site.runtime.commands("agreement.propose") == [{"document": document}]


def test_an_agreement_reads_as_parties_clauses_and_periods() -> None:
    page = Site().get("/agreements/" + "a" * 64).text

    assert "You may enter a record: wanted for arrest for surrender or extradition." in page
    assert "Only if: an arrest warrant or equal document exists." in page
    assert "France (FRA)" in page
    assert "5 years" in page
    assert "What no clause permits is forbidden." in page


def test_an_agreement_shows_what_happened_to_it_and_what_runs_under_it() -> None:
    page = Site().get("/agreements/" + "a" * 64).text

    assert "What runs under this agreement, partner by partner" in page
    assert "Law has changed" in page
    assert "enter-arr" in page


def test_an_agreement_speaks_french() -> None:
    page = Site().get("/agreements/" + "a" * 64, "fr").text

    assert "Échanges en cours" in page
    assert "Seulement si" in page


def test_why_is_answered_with_article_and_day_and_asks_for_what_is_known() -> None:
    site = Site()
    path = "/agreements/" + "a" * 64 + "/why"

    answer = site.send(
        path,
        path,
        operation="enter",
        category="ARR",
        purpose="police",
        other="ITA",
        day="2026-03-01",
        fact__warrant_present="no",
        fact__quota="",
    )

    assert answer.status_code == 200
    assert "No: it is not allowed" in answer.text
    assert "A condition of the clause is not met." in answer.text
    assert "Art 26" in answer.text
    assert "an arrest warrant or equal document exists" in answer.text
    assert site.runtime.commands("agreement.ask") == [
        {
            "agreement": "a" * 64,
            "operation": "enter",
            "category": "ARR",
            "purpose": "police",
            "other": "ITA",
            "day": "2026-03-01",
            "facts": [{"name": "warrant_present", "value": "no"}],
        }
    ]


def test_a_question_without_its_parts_is_sent_back() -> None:
    path = "/agreements/" + "a" * 64 + "/why"

    answer = Site().send(path, path, operation="enter")

    assert answer.status_code == 422
    assert "This is needed." in answer.text


def test_notice_is_given_by_form() -> None:
    site = Site()
    path = "/agreements/" + "a" * 64

    answer = site.send(f"{path}/suspend", f"{path}/notice", ground="law-changed", clauses="enter-arr")

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert site.runtime.commands("agreement.suspend") == [
        {"agreement": "a" * 64, "ground": "law-changed", "clauses": ["enter-arr"]}
    ]


def test_a_further_party_is_proposed_by_form() -> None:
    site = Site()
    path = "/agreements/" + "a" * 64 + "/change/accede"

    answer = site.send(
        path, path, party="ITA", accession="2027-01-01", roles="police", source="Protocol, Art 2", confidence="verified"
    )

    assert answer.status_code == 303
    assert site.runtime.commands("agreement.accede") == [
        {
            "agreement": "a" * 64,
            "party": "ITA",
            "accession": "2027-01-01",
            "roles": ["police"],
            "source": "Protocol, Art 2",
            "confidence": "verified",
        }
    ]


def test_a_change_says_what_is_missing_and_one_of_no_kind_is_not_found() -> None:
    site = Site()
    path = "/agreements/" + "a" * 64 + "/change/"

    incomplete = site.send(path + "reserve", path + "reserve", id="no-arrests")

    assert incomplete.status_code == 422
    assert site.get(path + "annul").status_code == 404


def test_a_notice_of_no_kind_is_not_found() -> None:
    path = "/agreements/" + "a" * 64

    assert Site().send(f"{path}/annul", f"{path}/notice").status_code == 404


def test_peers_are_trusted_and_no_longer_trusted_by_form() -> None:
    site = Site()

    trusted = site.send("/peers/trust", "/peers", document='{"schema": "comity-identity/1"}')
    ended = site.send("/peers/distrust", "/peers", node="p33r", reason="Key lost", confirmed="true")

    assert (trusted.status_code, ended.status_code) == (303, 303)
    assert site.runtime.commands("peer.trust") == [{"document": '{"schema": "comity-identity/1"}'}]
    assert site.runtime.commands("peer.distrust") == [{"node": "p33r", "reason": "Key lost"}]
    assert "exchange.clock-skew" in site.get("/peers").text


@pytest.mark.parametrize(
    ("query", "command"),
    [
        ("", {}),
        ("?after=7", {"after": 7}),
        ("?after=-1&operation=nothing", {}),
        ("?operation=alert.enter", {"operation": "alert.enter"}),
        ("?newest=true", {"after": 70}),
    ],
)
def test_the_ledger_is_looked_through_by_act_and_number(query: str, command: dict[str, object]) -> None:
    site = Site()

    site.get(f"/ledger{query}")

    assert site.runtime.commands("ledger.list") == [command]


def test_every_needed_field_that_is_empty_is_told_at_once_in_order_of_the_form() -> None:
    answer = Site().send("/alerts/new/ARR", "/alerts/new/ARR", data__person__forenames="Test")

    places = [answer.text.index(f'href="#f-{name}"') for name in ("data-person-surnames", "data-reason", "data-action")]
    assert answer.status_code == 422
    assert places == sorted(places)


def test_a_form_of_a_record_says_also_what_the_record_holds_by_default() -> None:
    form: Form = form_of(page_room.RECORD.data, "data")

    assert form.text("data.identity_category") == IdentityCategory.NOT_CONFIRMED.value
    assert form.text("data.documents.0.number") == "L898902C3"
    assert form.texts("data.person.nationalities") == ("UTO", "ITA")


def test_the_form_of_a_notice_names_clauses_in_words_and_sends_their_ids() -> None:
    shown = msgspec.structs.replace(page_room._AGREEMENT, state=AgreementState.IN_FORCE)
    page = Site(agreement__show=lambda _: shown).get("/agreements/" + "a" * 64 + "/notice", "fr").text
    labels = dict(
        re.findall(r'<input type="checkbox" [^>]*name="clauses" value="([^"]+)"[^>]*>\s*<label[^>]*>([^<]+)', page)
    )

    assert "enter-arr" in labels
    assert all(words != clause and " " in words for clause, words in labels.items())


def test_a_refusal_tells_its_reasons_in_the_readers_words_with_their_codes() -> None:
    refused = Refused("agreement.refused", "No.", reasons=("ROLE_NOT_AUTHORISED", "CODE_OF_NO_TABLE"))
    site = Site(agreement__sign=raising(refused))
    path = "/agreements/" + "a" * 64

    english = site.send(path, path).text
    french = site.send(path, path, {"accept-language": "fr"}).text

    assert (
        "The authority&#39;s role is not among those authorised. <code><bdi>ROLE_NOT_AUTHORISED</bdi></code>" in english
    )
    assert "<li><bdi>CODE_OF_NO_TABLE</bdi></li>" in english
    assert "ROLE_NOT_AUTHORISED" in french
    assert "among those authorised" not in french


def test_what_a_decision_says_is_told_in_french() -> None:
    said = "The authority's role is not among those authorised."

    told = Show(load_words("fr")).told(said)

    assert said not in told
    assert 'lang="en"' not in told


def test_a_missing_permission_names_the_act_in_words() -> None:
    error = NotPermitted(
        "permission.missing",
        say(
            "%(operation)s needs the permission %(permission)s, which your functions do not give.",
            operation="peer.trust",
            permission="peer.manage",
        ),
    )

    page = Site(peer__trust=raising(error)).send("/peers/trust", "/peers", document="{}").text

    assert "peer.manage" in page
    assert "peer.trust" not in page.partition('class="small"')[0]


def test_a_broken_document_is_told_by_line_and_its_link_leads_to_the_text() -> None:
    error = BadInput("yaml.malformed", "The text is not well-formed YAML here.", field="$.title (line 7, column 3)")

    page = Site(agreement__propose=raising(error)).send("/agreements/new", "/agreements/new", document="a: [").text

    assert 'href="#f-document"' in page
    assert "Line 7, column 3: " in page
    assert 'aria-invalid="true"' in page


def test_a_reason_that_names_a_fact_says_it_in_words_and_each_reason_once() -> None:
    said = "A condition of the clause is not met. It is: warrant_present."
    refused = Refused("agreement.condition-unmet", said, reasons=("CONDITION_UNMET", "CONDITION_UNMET"))
    path = "/agreements/" + "a" * 64

    page = Site(agreement__sign=raising(refused)).send(path, path).text

    assert "It is: an arrest warrant or equal document exists." in page
    assert page.count("CONDITION_UNMET") == 1
    assert "warrant_present" not in page.partition('id="refusal"')[2].partition("</section>")[0]


def test_a_record_that_moved_on_says_what_to_do_though_its_version_stands_in_no_input() -> None:
    moved = Conflict("agreement.changed-since", "It moved on.", field="$.version")
    path = "/agreements/" + "a" * 64

    page = Site(agreement__sign=raising(moved)).send(path, path).text

    assert "Read the current version and decide again." in page
