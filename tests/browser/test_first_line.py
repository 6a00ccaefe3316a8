"""A shift at the counter: a desk chosen once, a scanner that types, a note that nobody else reads; keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from comity.crossings.desk.records import DeskShown
from comity.documents import compose_zone
from tests.support.browser import Driver, Reader
from tests.support.browser_house import BrowserHouse
from tests.support.zones import PASSPORT, exchanged

pytestmark = [pytest.mark.xdist_group("nodes"), pytest.mark.timeout(180)]

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


@pytest.mark.parametrize("text", ["".join(LINES), "CSQU3054383"])
def test_what_has_check_digits_needs_no_enter(reader: Reader, text: str) -> None:
    open_desk(reader)

    wedge(reader, text, end="")

    assert reader.path.startswith("/check/")


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
