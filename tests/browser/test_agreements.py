"""An agreement at a real browser: what it says, what runs under it, and why one may or may not, on any day."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By

from tests.support.browser import Driver, Reader
from tests.support.browser_house import BrowserHouse, enter_wanted

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def officer(driver: Driver, house: BrowserHouse) -> Reader:
    """A treaty officer, after an alert has crossed under the agreement."""
    enter_wanted(house)
    reader = Reader(driver, house.url("DEU"))
    reader.sign_in("treaty-officer-1", house.person("DEU", "treaty-officer-1").password)
    return reader


def choose_language(reader: Reader, name: str) -> None:
    """Choose the language of the pages at the foot of one."""
    picked = reader.driver.find_element(By.ID, "f-language")
    picked.send_keys(name)
    reader.follow(lambda: picked.find_element(By.XPATH, "..//button").click())


def test_the_page_of_an_agreement_tells_clauses_state_and_what_runs(officer: Reader, house: BrowserHouse) -> None:
    officer.visit(f"/agreements/{house.agreement}")

    assert "In force" in officer.text
    assert "France (FRA)" in officer.text
    assert "You may enter a record: wanted for arrest for surrender or extradition." in officer.text
    assert officer.violations() == []


def test_why_not_is_answered_with_article_and_what_is_known_of_the_case(officer: Reader, house: BrowserHouse) -> None:
    officer.visit(f"/agreements/{house.agreement}")
    officer.open("Why may I, why may I not")
    officer.choose("operation", "enter a record")
    officer.choose("category", "wanted for arrest for surrender or extradition")
    officer.choose("purpose", "police and judicial cooperation")
    officer.choose("other", "France")
    officer.choose("role", "judicial authority")
    officer.submit("Ask")
    first = officer.text

    assert "No: it is not allowed" in first
    assert "A condition of the clause is not met." in first
    assert officer.violations() == []

    officer.choose("fact.warrant_present", "Yes")
    officer.submit("Ask")

    assert "Yes: it is allowed" in officer.text
    assert "Reg (EU) 2018/1862 Art 26" in officer.text
    assert officer.violations() == []


def test_a_day_before_the_agreement_is_answered_by_what_held_then(officer: Reader, house: BrowserHouse) -> None:
    officer.visit(f"/agreements/{house.agreement}/why")
    officer.choose("operation", "enter a record")
    officer.choose("category", "wanted for arrest for surrender or extradition")
    officer.choose("purpose", "police and judicial cooperation")
    officer.choose("other", "France")
    officer.type("day", "2019-05-01")
    officer.submit("Ask")

    assert "No: it is not allowed" in officer.text
    assert "1 May 2019" in officer.text


def test_it_is_read_in_french_too(officer: Reader, house: BrowserHouse) -> None:
    choose_language(officer, "Français")
    officer.visit(f"/agreements/{house.agreement}/why")
    officer.choose("operation", "introduire un enregistrement")
    officer.choose("category", "personne recherchée en vue d'une arrestation aux fins de remise ou d'extradition")
    officer.choose("purpose", "coopération policière et judiciaire")
    officer.choose("other", "France")
    officer.submit("Demander")
    french = officer.text

    assert "Non : ce n'est pas permis" in french
    assert "Une condition de la clause n'est pas remplie." in french
    assert officer.violations() == []
    choose_language(officer, "English")
