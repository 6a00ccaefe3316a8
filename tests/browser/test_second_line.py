"""The second line and a board in a real browser, with the keyboard: sent on, taken, resolved, told back."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By

from comity.core.vocabulary import Purpose
from comity.crossings.records import Advice
from tests.support.browser import Driver, Reader
from tests.support.browser_house import BrowserHouse
from tests.support.second_line_stage import POINT

pytestmark = pytest.mark.timeout(180)

LINES = "surnames,document_number\nSynthetic-Anna,SYN900001\nSynthetic-Boris,SYN900002\n,\n"


NOTE = "//summary[.='Note for officers']"
"""Closed at first: whoever is checked may look on."""


def signed_in(driver: Driver, house: BrowserHouse, person: str) -> Reader:
    reader = Reader(driver, house.url("FRA"))
    reader.sign_in(person, house.person("FRA", person).password)
    return reader


def test_a_person_is_sent_on_taken_and_resolved_and_the_counter_reads_what_came_of_it(
    driver: Driver, house: BrowserHouse
) -> None:
    reader = signed_in(driver, house, "border-guard")
    check = checked(house)
    reader.visit(check)
    reader.press(driver.find_element(By.XPATH, "//summary[.='Send to the second line']"))
    reader.choose("reason", "Fear expressed")
    reader.submit("Send on")
    sent = reader.text

    reader = signed_in(driver, house, "second-line")
    reader.visit("/queue")
    first = driver.find_element(By.XPATH, "//table[caption='Waiting, the next first']/tbody/tr[1]").text
    reader.submit("Take " + call_in(sent))
    closed = reader.text
    reader.press(driver.find_element(By.XPATH, NOTE))
    reader.choose("outcome", "Asylum procedure")
    reader.type("reason", "Exercise: fear of return.")
    reader.submit("Record what came of it")
    reader.press(driver.find_element(By.XPATH, NOTE))
    resolved = reader.text

    reader = signed_in(driver, house, "border-guard")
    reader.visit(check)
    assert "Waiting, place 1" in sent
    assert "What the check found" not in closed
    assert "Fear expressed" in first
    assert "Decided: Asylum procedure" in resolved
    assert "Asylum procedure" in driver.find_element(By.CSS_SELECTOR, "[aria-labelledby=second-line]").text


def checked(house: BrowserHouse) -> str:
    """The page of a check on somebody whom nobody seeks."""
    question = {
        "direction": "entry",
        "lane": "third-country",
        "crossing_point": POINT,
        "document": {"number": "SYN900000"},
    }
    guard = house.person("FRA", "border-guard").client
    return f"/check/{guard.call('crossing.check', question, Advice, purpose=Purpose.BORDERS).check}"


def call_in(text: str) -> str:
    """The mark by which the person is called, as the counter shows it."""
    return next(line for line in text.splitlines() if line.startswith("Call ")).split()[1].rstrip(":")


def test_a_pasted_list_is_looked_through_checked_and_shown_on_a_small_screen(
    handheld: Driver, house: BrowserHouse
) -> None:
    reader = signed_in(handheld, house, "border-guard")
    reader.visit("/boards")
    reader.type("conveyance", "Exercise ferry")
    reader.type("crossing_point", POINT)
    reader.choose("direction", "Entry")
    reader.choose("lane", "Third country")
    reader.type("lines", LINES)
    reader.submit("Look through it first")
    preview = reader.text
    reader.submit("Check the list")

    assert "2 rows can be checked." in preview
    assert "Rows that cannot be checked" in preview
    assert "Synthetic-Anna" in reader.text
    assert "1 not checked" in reader.text
    assert reader.overflow() == 0
    assert reader.violations() == []
