"""A shift at the counter: a desk chosen once, a scanner that types, a note that nobody else reads; keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from comity.alerts.commands import AlertState
from comity.core.vocabulary import Purpose
from comity.crossings.desk.records import DeskShown
from comity.crossings.records import Advice
from comity.documents import compose_zone
from comity.documents.records import ZoneFields, ZoneFormat
from comity.exercise.client import Client
from comity.exercise.federation import await_until
from comity.exercise.people import REFUSED
from comity.identity.commands import SessionOpened
from tests.support.browser import Driver, Reader
from tests.support.browser_house import BrowserHouse
from tests.support.zones import PASSPORT, exchanged

pytestmark = pytest.mark.timeout(180)

LINES = tuple(compose_zone(PASSPORT).split("\n"))
WHERE = {"direction": "inland", "crossing_point": "exercise-airport", "lane": "third-country"}


@pytest.fixture
def reader(driver: Driver, house: BrowserHouse) -> Iterator[Reader]:
    yield from guard_at(driver, house)


@pytest.fixture
def small(handheld: Driver, house: BrowserHouse) -> Iterator[Reader]:
    yield from guard_at(handheld, house)


def guard_at(driver: Driver, house: BrowserHouse) -> Iterator[Reader]:
    guard = house.person("FRA", "border-guard")
    reader = Reader(driver, house.url("FRA"))
    reader.sign_in("border-guard", guard.password)
    yield reader
    guard.client.close()
    guard.client.call("desk.close", {}, DeskShown)


def open_desk(reader: Reader) -> None:
    reader.visit("/desk")
    reader.choose("crossing_point", "Exercise airport (Air)")
    reader.choose("direction", "Entry")
    reader.choose("lane", "Third country")
    reader.type("conveyance", "EX 123")
    reader.submit("Open the desk")


def wedge(reader: Reader, *lines: str, end: str = Keys.ENTER) -> None:
    """Type as a keyboard-wedge scanner does: where the cursor stands, with Enter behind each line."""
    assert reader.driver.switch_to.active_element.get_attribute("name") == "scan"

    def scan() -> None:
        for line in lines:
            reader.driver.switch_to.active_element.send_keys(line + end)

    reader.follow(scan)


def test_a_desk_is_chosen_once_and_a_scanned_zone_goes_by_itself(reader: Reader) -> None:
    open_desk(reader)
    assert reader.path == "/check"
    assert "Exercise airport Air, Entry, Third country, EX 123" in reader.text

    wedge(reader, *LINES)

    assert reader.path.startswith("/check/")
    assert "machine-readable zone" in reader.text
    assert "purpose of the stay" in reader.text.casefold()


FORMS: dict[ZoneFormat, dict[str, object]] = {
    ZoneFormat.TD1: {"document_code": "I", "optional_data": ("", "")},
    ZoneFormat.TD2: {"document_code": "I"},
    ZoneFormat.TD3: {},
    ZoneFormat.MRV_A: {"document_code": "V"},
    ZoneFormat.MRV_B: {"document_code": "V"},
}


def test_what_has_check_digits_needs_no_enter_in_any_format(reader: Reader) -> None:
    open_desk(reader)
    for form, differs in FORMS.items():
        fields: ZoneFields = msgspec.structs.replace(PASSPORT, format=form, **differs)
        wedge(reader, compose_zone(fields).replace("\n", ""), end="")

        assert reader.path.startswith("/check/"), form
        assert "machine-readable zone" in reader.text, form
        reader.visit("/check")

    wedge(reader, "CSQU3054383", end="")
    assert "container number" in reader.text


def test_a_misread_zone_waits_for_enter_and_is_told_place_by_place(small: Reader) -> None:
    open_desk(small)

    wedge(small, *exchanged(LINES, 2, 4, "I"))

    summary = small.driver.switch_to.active_element
    assert summary.get_attribute("role") == "alert"
    assert "Line 2, column 4: Perhaps a misreading of" in summary.text
    assert (small.violations(), small.overflow(), small.console()) == ([], 0, [])


def test_a_name_takes_reason_and_case_and_a_plate_is_corrected_to_a_document(small: Reader) -> None:
    open_desk(small)
    wedge(small, "Synthetic-Nobody, Anna; 1980-02-03")
    small.type("justification", "Exercise: papers lost")
    small.type("case", "EX-1")
    small.submit("Check")
    assert small.heading.splitlines()[-1] == "Nothing was found in the data named below."
    assert "name" in small.text

    small.open("Check the next person")
    wedge(small, "EX-CZ 77")
    assert "number plate, document number" in small.text
    small.choose("taken_as", "document number")
    small.submit("Search again")
    assert "number plate," not in small.text
    assert (small.violations(), small.overflow(), small.console()) == ([], 0, [])


def test_without_a_desk_the_refusal_says_what_to_do(reader: Reader) -> None:
    reader.visit("/check")

    wedge(reader, "X9999999")

    assert "Open a desk for the shift" in reader.text


DISCREET: dict[str, object] = {
    "category": "DIS",
    "data": {
        "person": {"surnames": "Synthetic-Watched", "forenames": "Test", "birth_date": "1981-02-03"},
        "reason": "Exercise: planning of a serious crime",
        "action": "discreet_check",
        "warnings": ["armed"],
        "decision_reference": "EXERCISE-DIS-1",
    },
    "grounds": {"proportionality": "Exercise: serious crime.", "serious_crime": True},
}
WATCHED = {"surnames": "Synthetic-Watched", "forenames": "Test", "birth_date": "1981-02-03"}
BANNED = {"surnames": "Synthetic-Okonedo", "forenames": "Ada", "birth_date": "1990-11-02"}


@pytest.fixture(scope="module")
def results(house: BrowserHouse) -> dict[str, str]:
    """Enter somebody who is watched and somebody who is refused; return the pages of a check of each."""
    officer, guard = policeman(house), house.person("FRA", "border-guard").client
    found = {}
    for name, entered, purpose, identity in (
        ("discreet", DISCREET, Purpose.POLICE, WATCHED),
        ("referral", REFUSED, Purpose.BORDERS, BANNED),
    ):
        alert = officer.call("alert.enter", entered, AlertState, purpose=purpose)
        command: dict[str, object] = {**WHERE, "identity": identity, "document": {"number": f"EX{name}"}}
        found[name] = ask_until_found(guard, command, alert)
    officer.close()
    return found


def policeman(house: BrowserHouse) -> Client:
    """Sign the alert officer in as police, who enter checks and refusals alike."""
    client = Client(house.url("DEU"))
    password = house.person("DEU", "alert-officer").password
    command = {"name": "alert-officer", "password": password, "role": "police"}
    client.token = client.call("session.open", command, SessionOpened).token
    return client


def ask_until_found(guard: Client, command: dict[str, object], alert: AlertState) -> str:
    """Check until the alert has arrived, and return the path of the result."""
    answers: list[Advice] = []

    def is_found() -> bool:
        answers.append(guard.call("crossing.check", command, Advice, purpose=Purpose.BORDERS))
        return alert.id in {match.alert.id for match in answers[-1].matches}

    await_until(is_found, "the alert is found")
    return f"/check/{answers[-1].check}"


def looked_at(reader: Reader) -> str:
    """Return what stands on the screen, without the numbers and times that tell one check from another."""
    return re.sub(r"\b01[0-9a-z]{24}\b|\d{2}:\d{2}:\d{2}|\d+ minutes?|under a minute", "", reader.text)


def test_who_looks_over_the_counter_cannot_tell_a_discreet_match_from_a_referral(
    reader: Reader, results: dict[str, str]
) -> None:
    seen = {}
    for name, path in results.items():
        reader.visit(path)
        box = reader.driver.find_element(By.TAG_NAME, "main").rect
        seen[name] = (looked_at(reader), reader.driver.title, box["height"], box["width"])

    assert seen["discreet"] == seen["referral"]
    assert not {"Watched", "Armed", "DIS", "Discreet"} & set(re.findall(r"\w+", seen["discreet"][0]))


def test_the_note_opens_by_keyboard_with_the_warnings_first_and_never_prints(
    reader: Reader, results: dict[str, str]
) -> None:
    reader.visit(results["discreet"])
    reader.unfold("Note for officers")
    opened = reader.text
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    printed = reader.text
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    broken = (reader.violations(), reader.overflow(), reader.console())

    assert opened.index("Take care: Armed") < opened.index("Discreet check: go on as in any routine check")
    assert "Do not show or say this to the person." in opened
    assert "Armed" not in printed
    assert "iscreet" not in printed
    assert "Note for officers" not in printed
    assert broken == ([], 0, [])


def test_the_night_screen_is_chosen_by_hand_and_kept(reader: Reader, results: dict[str, str]) -> None:
    def ground() -> str:
        return str(reader.driver.execute_script("return getComputedStyle(document.documentElement).backgroundColor"))

    reader.visit(results["discreet"])
    bright = ground()
    reader.submit("Night screen", within="footer")
    reader.visit(results["discreet"])
    dark, broken = ground(), reader.violations()
    reader.submit("Day screen", within="footer")

    assert (bright, dark, ground()) == ("rgb(255, 255, 255)", "rgb(17, 21, 27)", "rgb(255, 255, 255)")
    assert broken == []


def test_a_wrong_click_is_taken_back_by_keyboard(small: Reader, results: dict[str, str]) -> None:
    small.visit(results["referral"])
    small.unfold("Note for officers")
    small.tick("No, another person")
    small.type("reason", "Exercise: taller")
    small.submit("Record the decision")
    small.unfold("Note for officers")
    assert "Decided: Rejected" in small.text
    small.unfold("That was a mistake")
    small.type("reason", "Exercise: wrong click")
    small.submit("Undo the decision")
    small.unfold("Note for officers")

    assert "Rejected" in small.text
    assert "Record the decision" in small.text
    assert (small.violations(), small.overflow(), small.console()) == ([], 0, [])
