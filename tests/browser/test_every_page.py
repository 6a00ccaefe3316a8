"""Every page in a real browser, on a wide bright screen and a small dark one: readable, reachable, quiet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from comity.adapters.clock import SystemClock
from comity.alerts.categories import CATEGORIES
from comity.alerts.commands import AlertState, EnterAlert
from comity.bureau.commands import CasePage, Inbox
from comity.bureau.letters.commands import LetterPage
from comity.bureau.letters.records import Letter
from comity.bureau.records import Case
from comity.core.time import date_of
from comity.core.vocabulary import Purpose
from comity.crossings.records import Advice, Resolution
from comity.documents import compose_zone
from comity.exercise.federation import await_until
from comity.exercise.people import WANTED_CHECK
from comity.surfaces.web import site
from tests.support.browser import Driver, Reader, judged_by_axe, small_and_dark
from tests.support.browser_house import PASSPHRASE, BrowserHouse, enter_wanted, hold_exercise, hold_grant
from tests.support.categories import MINIMUM, grounds_for
from tests.support.second_line_stage import second_line_names
from tests.support.zones import PASSPORT, exchanged

pytestmark = pytest.mark.timeout(180)

NOBODY = ""
PAGES = {
    ("FRA", NOBODY): ["/"],
    ("FRA", "border-guard"): [
        "/check",
        "/desk",
        "/check/{open}",
        "/check/{decided}",
        "/check/{nothing}",
        "/check/{sent_on}",
        "/sent",
        "/boards",
        "/boards/{board}",
        "/questions",
        "/unchecked",
        "/unchecked/sheet",
        "/duty",
        "/approvals",
    ],
    ("FRA", "second-line"): [
        "/queue",
        "/queue/{taken}",
        "/queue/{resolved}",
        "/refusals/{refusal}",
        "/boards",
        "/victims",
    ],
    ("FRA", "training-lead"): ["/training", "/training/{exercise}"],
    ("FRA", "shift-lead"): ["/waiting-times"],
    ("FRA", "bureau-officer"): [
        "/inbox",
        "/inbox/case/{case}",
        "/inbox/case/{sent}",
        "/inbox/cases/sent",
        "/inbox/figures",
        "/alerts?own=false",
        "/alerts?protected=true",
        "/alerts/flags",
        "{alert}",
        "{alert}/flag",
        "{alert}/beside/links",
        "/vettings",
        "/held",
        "/letters",
        "/letters/new?recipient=DEU",
        "/letters/new/L?recipient=DEU",
        "/letters/new/REQ?recipient=DEU",
        "/letters/FRA/{letter}",
        "/letters/reciprocity",
        "/quality",
        "/quality/DEU",
        "/duty",
    ],
    ("DEU", "bureau-officer"): [
        "/inbox?all=true",
        "{alert}/tell-achieved",
        "{alert}/holders",
        "/inbox/message/FRA/{sent}",
        "/letters",
        "/letters/FRA/{letter}",
        "/inbox/figures",
        "/deadlines",
        "/deadlines?standing=breached",
    ],
    ("DEU", "alert-officer"): [
        "/alerts",
        "/alerts?own=true",
        *(f"/alerts/new/{category}" for category in CATEGORIES),
        "/alerts/new/DIS?about=object",
        "{thing}",
        "{thing}/change",
        "{thing}/keep",
        "{thing}/history",
        "{alert}",
        "{alert}/change",
        "{alert}/extend",
        "{alert}/delete",
        "{alert}/beside/links",
        "{alert}/beside/hiding",
        "{alert}/beside/identity",
        "{alert}/beside/place",
        "/alerts/hits",
        "/alerts/waiting",
        "/protection",
        "/nowhere",
    ],
    ("DEU", "treaty-officer-1"): [
        "/agreements",
        "/agreements/new",
        "/agreements/{agreement}",
        "/agreements/{agreement}/why",
        "/agreements/{agreement}/notice",
        "/agreements/{agreement}/change/accede",
        "/agreements/{agreement}/change/reserve",
        "/agreements/{agreement}/change/withdraw-reservation",
        "/agreements/{agreement}/change/opt-out",
        "/agreements/{peering}",
    ],
    ("DEU", "administrator-2"): [
        "/accounts",
        "/crossing-points",
        "/copies",
        "/approvals",
        "/peers",
        "/keys",
        "/diagnosis",
        "/jobs",
        "/ledger?newest=true",
        "/check",
    ],
    ("DEU", "supervisor"): [
        "/search-log",
        "/search-log/sample",
        "/search-log/figures",
        "/ledger",
        "/ledger/1",
        "/ledger?operation=alert.enter",
        "/account",
    ],
}
ROLES = {("DEU", "bureau-officer"): "SIRENE bureau"}
WHY = {"justification": "Exercise: no document", "case": "synthetic-1"}
SIDEWAYS = "return [...document.querySelectorAll('.wide')].some(one => one.scrollWidth > one.clientWidth)"
SHOWN_SMALL_AND_DARK = "return innerWidth === 360 && matchMedia('(prefers-color-scheme: dark)').matches"
TITLE = re.compile(".{4,} \N{EN DASH} Comity [A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Stage:
    """What there is to see: records by the names that `PAGES` calls them."""

    house: BrowserHouse
    names: dict[str, str]

    def pages(self) -> Iterator[tuple[str, str, str]]:
        for (party, person), paths in PAGES.items():
            for path in paths:
                yield party, person, path.format(**self.names)


@pytest.fixture(scope="module")
def stage(house: BrowserHouse) -> Stage:
    """Enter an alert, check for it, confirm it, and leave an act waiting."""
    alert = enter_wanted(house)
    hold_grant(house)
    sought = house.person("DEU", "alert-officer").client.call(
        "alert.enter",
        EnterAlert(category="OBJ", data=MINIMUM["OBJ"], grounds=grounds_for("OBJ")),
        AlertState,
        purpose=Purpose.POLICE,
    )
    guard = house.person("FRA", "border-guard").client
    checks = {
        name: guard.call("crossing.check", WANTED_CHECK, Advice, purpose=Purpose.BORDERS)
        for name in ("open", "decided", "reported")
    }
    nobody = {**WANTED_CHECK, "identity": {"surnames": "Synthetic-Nobody"}, "document": None, **WHY}
    nothing = guard.call("crossing.check", nobody, Advice, purpose=Purpose.BORDERS)
    confirmation = {
        "alert": alert.id,
        "version": alert.version,
        "place": "Exercise airport",
        "circumstances": "Exercise: passport and face agree with the alert.",
        "action_taken": "arrested",
        "safeguards": dict.fromkeys(("fear_expressed", "child_or_age_unknown", "vulnerable", "interpreter"), "no"),
    }
    hits = {
        name: guard.call(
            "crossing.confirm", {**confirmation, "check": checks[name].check}, Resolution, purpose=Purpose.BORDERS
        ).hit
        for name in ("decided", "reported")
    }
    bureau = house.person("FRA", "bureau-officer").client
    drafts = bureau.call("bureau.drafts", {}, CasePage, purpose=Purpose.POLICE).cases
    cases = {case.hit: case.id for case in drafts}
    sending = {"case": cases[str(hits["reported"])], "version": 1}
    sent = bureau.call("bureau.send", sending, Case, purpose=Purpose.POLICE).id
    await_until(partial(_received, house, sent), "the report lies in the issuer's inbox")
    letter = _letter(house, alert.id)
    exercise = hold_exercise(house)
    names = second_line_names(house) | {
        "exercise": exercise,
        "alert": f"/alerts/DEU/{alert.id}",
        "thing": f"/alerts/DEU/{sought.id}",
        "open": checks["open"].check,
        "decided": checks["decided"].check,
        "nothing": nothing.check,
        "case": cases[str(hits["decided"])],
        "sent": sent,
        "letter": letter,
        "agreement": house.agreement,
        "peering": house.peering("DEU"),
    }
    return Stage(house, names)


def _letter(house: BrowserHouse, alert: str) -> str:
    """Write a letter about the alert, wait until it lies at the other bureau, and begin the conversation."""
    writer, reader = (house.person(party, "bureau-officer").client for party in ("FRA", "DEU"))
    command = {
        "form": "L",
        "recipient": "DEU",
        "alert": alert,
        "subject": "Exercise: same description",
        "text": "Exercise: is it the same person?",
        "details": {"description": "No scar on the left hand."},
    }
    sent = writer.call("letter.send", command, Letter, purpose=Purpose.POLICE)

    def there() -> bool:
        page = reader.call("letter.list", {}, LetterPage, purpose=Purpose.POLICE)
        return any(each.letter.id == sent.id for each in page.letters)

    await_until(there, "the letter lies at the other bureau")
    said = {"party": "FRA", "letter": sent.id, "text": "Exercise: please answer today.", "officer": "Synthetic-Un"}
    writer.call("letter.remark", said, Letter, purpose=Purpose.POLICE)
    return sent.id


def _received(house: BrowserHouse, report: str) -> bool:
    bureau = house.person("DEU", "bureau-officer").client
    inbox = bureau.call("bureau.inbox", {"all": True}, Inbox, purpose=Purpose.POLICE)
    return any(message.id == report for message in inbox.messages)


def seen(driver: Driver, stage: Stage) -> Iterator[Reader]:
    """Show one page after the other to those who may see them."""
    signed_in = ("", NOBODY)
    for party, person, path in stage.pages():
        reader = Reader(driver, stage.house.url(party))
        if person == NOBODY:
            driver.delete_all_cookies()
        elif (party, person) != signed_in:
            password = stage.house.person(party, person).password
            reader.sign_in(person, password, ROLES.get((party, person), ""))
            signed_in = (party, person)
        reader.visit(path)
        yield reader


def test_every_page_that_is_served_stands_in_the_list() -> None:
    served = {path for method, path, _ in (*site._PAGES, *site._OPEN_PAGES) if method == "GET"}
    pages = [path for path in served if not path.endswith((".csv", ".jsonl", ".bin"))]
    patterns = {path: re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)) for path in pages}
    # The addresses of alerts stand in the stage's names whole.
    names = {"alert": "/alerts/DEU/id", "thing": "/alerts/DEU/id"}
    looked_at = {path.partition("?")[0].format_map(_Names(names)) for paths in PAGES.values() for path in paths}

    assert {path for path, pattern in patterns.items() if not any(map(pattern.fullmatch, looked_at))} == set()


class _Names(dict[str, str]):
    """Every other name is an id."""

    def __missing__(self, key: str) -> str:
        return "id"


def faults(reader: Reader) -> list[str]:
    """Say everything that is wrong with how a page is built or shown."""
    driver = reader.driver
    found = reader.violations() + reader.console()
    if reader.overflow() > 0:
        found.append(f"{reader.overflow()} pixels too wide")
    if driver.execute_script(SIDEWAYS):
        found.append("a table has to be moved sideways")
    if driver.find_element(By.TAG_NAME, "html").get_attribute("lang") != "en":
        found.append("language not said")
    if len(driver.find_elements(By.TAG_NAME, "h1")) != 1:
        found.append("not one h1")
    if not TITLE.fullmatch(driver.title):
        found.append(f"title is {driver.title}")
    if reader.heading == "There is nothing here" and reader.path != "/nowhere":
        found.append("no page at all")
    return [f"{reader.path}: {fault}" for fault in found]


def test_every_page_is_accessible_and_quiet_on_a_wide_bright_and_a_small_dark_screen(
    driver: Driver, stage: Stage
) -> None:
    found = []
    with judged_by_axe(driver):
        for reader in seen(driver, stage):
            found += faults(reader)
            with small_and_dark(driver):
                assert driver.execute_script(SHOWN_SMALL_AND_DARK)
                found += [f"small and dark: {fault}" for fault in faults(reader)]
                # No language of ours is written from right to left yet: the page is turned by hand.
                driver.execute_script("document.documentElement.dir = 'rtl'")
                if reader.overflow() > 0:
                    found.append(f"{reader.path}: too wide from right to left")

    assert found == []


def test_the_first_stop_of_the_keyboard_is_the_way_to_the_content(driver: Driver, stage: Stage) -> None:
    reader = Reader(driver, stage.house.url("DEU"))
    reader.sign_in("alert-officer", stage.house.person("DEU", "alert-officer").password)

    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    first = driver.switch_to.active_element
    words = first.text
    first.send_keys(Keys.ENTER)

    assert words == "Skip to content"
    assert driver.switch_to.active_element == driver.find_element(By.TAG_NAME, "main")


def test_a_refused_form_puts_the_keyboard_on_the_summary_whose_links_lead_to_the_fields(
    driver: Driver, stage: Stage
) -> None:
    reader = Reader(driver, stage.house.url("FRA"))
    reader.sign_in("border-guard", stage.house.person("FRA", "border-guard").password)
    reader.unfold("Detailed form")
    reader.choose("direction", "Entry")
    reader.choose("lane", "Transit")
    reader.type("crossing_point", "exercise-airport")
    reader.type("document.number", "X1")
    reader.type("identity.surnames", "Synthetic-Nobody")
    reader.type("identity.birth_date", "12.4.79")
    reader.submit("Check")

    summary = reader.focused("alert")
    broken = faults(reader)
    link = summary.find_element(By.TAG_NAME, "a")
    assert (summary.get_attribute("role"), link.text) == ("alert", "Date of birth")
    assert broken == []

    reader.press(link)

    assert reader.path.endswith("#f-identity-birth_date")
    driver.switch_to.active_element.send_keys(Keys.TAB)
    assert driver.find_element(By.NAME, "identity.surnames").get_attribute("value") == "Synthetic-Nobody"


def test_a_misread_zone_in_the_detailed_form_is_told_place_by_place(handheld: Driver, stage: Stage) -> None:
    reader = Reader(handheld, stage.house.url("FRA"))
    reader.sign_in("border-guard", stage.house.person("FRA", "border-guard").password)
    reader.visit("/check")
    misread = exchanged(tuple(compose_zone(PASSPORT).split("\n")), 2, 4, "I")
    reader.unfold("Detailed form")
    handheld.find_element(By.NAME, "zone").send_keys("\n".join(misread))
    reader.choose("direction", "Entry")
    reader.choose("lane", "Transit")
    reader.type("crossing_point", "exercise-airport")
    reader.submit("Check")

    summary = reader.focused("alert")
    links = {link.text for link in summary.find_elements(By.TAG_NAME, "a")}
    broken = faults(reader)
    kept = handheld.find_element(By.NAME, "zone").get_attribute("value")

    assert (summary.get_attribute("role"), links) == ("alert", {"Scanned zone"})
    assert "Line 2, column 4: Perhaps a misreading of" in summary.text
    assert kept == "\n".join(misread)
    assert broken == []


def test_the_opened_search_log_is_accessible_too(handheld: Driver, stage: Stage) -> None:
    reader = Reader(handheld, stage.house.url("FRA"))
    reader.sign_in("supervisor", stage.house.person("FRA", "supervisor").password)
    reader.visit("/search-log")
    reader.type("passphrase", PASSPHRASE)
    reader.submit("Show the searches")

    assert "Synthetic Marlow" in reader.text
    assert faults(reader) == []


def test_a_sample_of_the_search_log_is_accessible_and_marked(handheld: Driver, stage: Stage) -> None:
    reader = Reader(handheld, stage.house.url("FRA"))
    reader.sign_in("supervisor", stage.house.person("FRA", "supervisor").password)
    reader.visit("/search-log/sample")
    today = date_of(SystemClock().now())
    reader.type("since", today)
    reader.type("until", today)
    reader.type("passphrase", PASSPHRASE)
    reader.submit("Draw and show")
    broken = faults(reader)
    reader.choose("mark.0.verdict", "To be asked about")
    reader.type("mark.0.note", "Which case?")
    reader.type("passphrase", PASSPHRASE)
    reader.submit("Keep the marks and show")

    assert "Synthetic Marlow" in reader.text
    assert "1 search marked." in reader.text
    assert "Which case?" in reader.text
    assert "border-guard" in reader.text
    assert [*broken, *faults(reader)] == []


def test_french_is_chosen_and_kept(driver: Driver, stage: Stage) -> None:
    reader = Reader(driver, stage.house.url("FRA"))
    reader.sign_in("border-guard", stage.house.person("FRA", "border-guard").password)
    driver.find_element(By.ID, "f-language").send_keys("Fran")
    reader.submit("Change", within="footer")

    reader.visit(f"/check/{stage.names['open']}")

    shown = driver.find_element(By.TAG_NAME, "body").text
    assert driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == "fr"
    assert "EXERCICE" in shown
    assert "Prudence" in shown
    assert "Sign out" not in shown
    assert reader.overflow() == 0
