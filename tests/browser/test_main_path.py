"""The main path of the house as its people walk it: real browser, real nodes, keyboard and forms only."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from comity.alerts.commands import AlertPage
from comity.core.vocabulary import Purpose
from tests.support.browser import Driver, Reader
from tests.support.browser_house import PASSPHRASE, BrowserHouse

pytestmark = pytest.mark.timeout(180)

SURNAME = "Synthetic-Keyboard"
NUMBER = "K7654321"
PASSWORD = "a password of nobody in particular"


def at(driver: Driver, house: BrowserHouse, party: str, name: str, role: str = "") -> Reader:
    reader = Reader(driver, house.url(party))
    password = PASSWORD if name == house.newcomer.name else house.person(party, name).password
    reader.sign_in(name, password, role)
    return reader


def test_an_alert_crosses_the_border_by_forms_and_keyboard_alone(driver: Driver, house: BrowserHouse) -> None:
    first_sign_in(driver, house)
    alert = enter(driver, house)
    find_and_confirm(driver, house)
    report(driver, house, alert)
    receive(driver, house, alert)
    correct_and_withdraw(driver, house, alert)
    assert find(driver, house, "Nothing was found") == "Nothing was found in the data named below."


def first_sign_in(driver: Driver, house: BrowserHouse) -> None:
    reader = Reader(driver, house.url("DEU"))
    reader.sign_in(house.newcomer.name, house.newcomer.one_time_password)
    assert reader.path == "/account"
    assert "Choose your own password before you go on." in reader.text
    reader.visit("/alerts")
    assert "You may not do this" in reader.heading
    reader.visit("/account")
    reader.type("current", house.newcomer.one_time_password)
    reader.type("new", PASSWORD)
    reader.submit("Change password")
    assert reader.heading == "Sign in"


def enter(driver: Driver, house: BrowserHouse) -> str:
    """Enter an alert and return its id."""
    reader = at(driver, house, "DEU", house.newcomer.name)
    assert reader.path == "/alerts"
    reader.open("Enter: Wanted for arrest (ARR)")
    write_alert(reader, SURNAME)
    reader.type("data.documents.0.number", NUMBER)
    reader.choose("data.documents.0.category", "Passport")
    reader.type("data.documents.0.country", "XXA")
    reader.tick("Armed")
    finish_alert(reader)
    reader.submit("Enter the alert")
    assert SURNAME in reader.heading
    assert "Armed" in reader.text
    return reader.path.rpartition("/")[2]


def write_alert(reader: Reader, surname: str) -> None:
    reader.type("data.person.surnames", surname)
    reader.type("data.person.forenames", "Test")
    reader.type("data.person.birth_date", "1980-02-03")
    reader.type("data.person.nationalities", "XXA")


def finish_alert(reader: Reader) -> None:
    reader.choose("data.action", "Arrest for surrender")
    reader.type("data.decision_reference", "EXERCISE-EAW-2")
    reader.type("data.offence", "Exercise: forgery")
    reader.type("data.reason", "Exercise: surrender on a warrant")
    reader.type("grounds.proportionality", "Exercise: serious offence.")
    reader.tick("A warrant is present")


def find(driver: Driver, house: BrowserHouse, awaited: str) -> str:
    """Check the person at the border until the advice begins as awaited; return the advice."""
    reader = at(driver, house, "FRA", "border-guard")
    for _ in range(20):
        reader.visit("/check")
        reader.unfold("Detailed form")
        reader.choose("direction", "Entry")
        reader.choose("lane", "Third country")
        reader.type("crossing_point", "exercise-airport")
        reader.type("document.number", NUMBER)
        reader.type("document.country", "XXA")
        reader.type("identity.surnames", SURNAME)
        reader.type("identity.birth_date", "1980-02-03")
        reader.submit("Check")
        advice = reader.heading.splitlines()[-1]
        if advice.startswith(awaited):
            return advice
    pytest.fail(f"The check never said: {awaited}")


def find_and_confirm(driver: Driver, house: BrowserHouse) -> None:
    advice = find(driver, house, "If the identity is confirmed")
    assert "arrest for surrender" in advice
    reader = Reader(driver, house.url("FRA"))
    assert SURNAME not in driver.current_url
    assert NUMBER not in driver.current_url
    assert "Armed" in reader.text
    reader.tick("Yes, confirmed")
    reader.choose("action_taken", "Arrested")
    reader.type("circumstances", "Exercise: face and passport agree.")
    for question in ("fear_expressed", "child_or_age_unknown", "vulnerable", "interpreter"):
        reader.choose(f"safeguards.{question}", "No")
    reader.submit("Record the decision")
    assert "Decided: Confirmed, Arrested" in reader.text


def report(driver: Driver, house: BrowserHouse, alert: str) -> None:
    reader = at(driver, house, "FRA", "bureau-officer")
    assert reader.path == "/inbox"
    links = driver.find_elements(By.CSS_SELECTOR, "main th a")
    for address in [str(link.get_attribute("href")) for link in links]:
        driver.get(address)
        if alert in reader.text:
            break
    assert alert in reader.text
    reader.type("remarks", "Exercise: please arrange the surrender.")
    reader.submit("Send")
    assert "Sent" in reader.text


def receive(driver: Driver, house: BrowserHouse, alert: str) -> None:
    reader = at(driver, house, "DEU", "bureau-officer", role="SIRENE bureau")
    assert reader.path == "/inbox"
    reader.again_until(lambda: alert in reader.text, "the report lies in the issuer's inbox")
    about = driver.find_element(By.XPATH, f"//article[contains(., '{alert}')]//h3//a")
    driver.get(str(about.get_attribute("href")))
    assert "please arrange the surrender" in reader.text
    reader.submit("Take on")
    reader.type("text", "Exercise: an escort is on its way.")
    reader.submit("Send the answer")
    assert "Answered" in reader.text
    reader.visit("/inbox")
    assert alert not in reader.text


def correct_and_withdraw(driver: Driver, house: BrowserHouse, alert: str) -> None:
    reader = at(driver, house, "DEU", house.newcomer.name)
    reader.visit(f"/alerts/DEU/{alert}")
    reader.open("Change")
    assert "Identity not confirmed" in driver.find_element(By.NAME, "data.identity_category").text
    reader.tick("Violent")
    reader.submit("Save the change")
    assert "Armed, Violent" in reader.text
    assert "Identity not confirmed" in reader.text
    reader.open("Delete")
    reader.choose("reason", "Purpose achieved")
    reader.submit("Delete")
    assert reader.heading == "Delete this alert?"
    assert reader.violations() == []
    reader.submit("Yes, delete the alert")
    assert reader.path == "/alerts"
    assert SURNAME not in reader.text


def test_two_administrators_grant_a_function_for_a_second_authority(driver: Driver, house: BrowserHouse) -> None:
    first = at(driver, house, "DEU", "administrator-1")
    first.press(driver.find_element(By.XPATH, "//summary[normalize-space()='Grant a function']"))
    form = driver.find_element(By.CSS_SELECTOR, "form[action='/accounts/grant']")
    field, function = form.find_element(By.NAME, "account"), form.find_element(By.NAME, "function")
    field.send_keys("treaty-officer-2")
    form.find_element(By.NAME, "authority").send_keys("Bundespolizei")
    function.send_keys("First line")
    first.submit("Grant a function")
    assert first.heading == "Waiting for a second person"

    second = at(driver, house, "DEU", "administrator-2")
    second.visit("/approvals")
    waiting = [article.text for article in driver.find_elements(By.CSS_SELECTOR, "main article")]
    number = next(place for place, text in enumerate(waiting, 1) if "treaty-officer-2" in text)
    assert "First line" in waiting[number - 1]
    second.submit("Approve", number=number)
    assert "treaty-officer-2" not in second.text

    second.visit("/accounts")
    assert "Bundespolizei: First line" in second.text

    holder = at(driver, house, "DEU", "treaty-officer-2")
    assert "Name one of the authorities" in holder.text
    holder.type("password", house.person("DEU", "treaty-officer-2").password)
    holder.type("authority", "bundespolizei")
    holder.submit("Sign in")
    assert holder.path == "/check"


def test_the_supervisor_verifies_the_ledger_and_opens_the_search_log(driver: Driver, house: BrowserHouse) -> None:
    find(driver, house, "")
    reader = at(driver, house, "FRA", "supervisor")

    reader.visit("/ledger")
    reader.submit("Verify every byte")
    whole = "The ledger is whole" in reader.text
    reader.visit("/search-log")
    reader.type("passphrase", PASSPHRASE)
    reader.submit("Show the searches")

    assert whole
    assert SURNAME in reader.text
    assert NUMBER in reader.text
    assert PASSPHRASE not in driver.page_source
    assert reader.path == "/search-log"


def test_a_button_pressed_twice_acts_once(driver: Driver, house: BrowserHouse) -> None:
    reader = at(driver, house, "DEU", "alert-officer")
    reader.visit("/alerts/new/ARR")
    write_alert(reader, "Synthetic-Twice")
    finish_alert(reader)

    button = driver.find_element(By.XPATH, "//main//button[normalize-space()='Enter the alert']")
    reader.follow(lambda: ActionChains(driver).double_click(button).perform())

    officer = house.person("DEU", "alert-officer").client
    officer.close()  # the node hung up on the idle connection
    listed = officer.call("alert.list", {}, AlertPage, purpose=Purpose.POLICE).alerts
    assert [line.surnames for line in listed].count("Synthetic-Twice") == 1
    assert "Synthetic-Twice" in reader.heading


def test_after_signing_out_the_back_button_shows_nothing(driver: Driver, house: BrowserHouse) -> None:
    reader = at(driver, house, "DEU", "alert-officer")
    reader.visit("/alerts/new/ARR")
    reader.visit("/alerts")
    reader.sign_out()

    driver.back()

    assert reader.heading == "Sign in"
    assert "Synthetic" not in driver.page_source
