"""Check and alert pages as a right-to-left reader would have them, with Arabic and Hebrew names; and on paper.

No catalogue of the pages is written from right to left yet, so the direction is set as such a one would set it.
`COMITY_SHOTS` names a folder in which the pages are kept as pictures for people to look at.
"""

from __future__ import annotations

import base64
import copy
import os
from pathlib import Path
from typing import Any, Final

import pytest
from selenium.webdriver.common.by import By

from comity.alerts.commands import AlertState
from comity.core.vocabulary import Purpose
from comity.crossings.records import Advice
from comity.exercise.federation import await_until
from comity.exercise.people import WANTED, WANTED_CHECK
from tests.support.browser import Driver, Reader
from tests.support.browser_house import BrowserHouse

pytestmark = pytest.mark.timeout(180)

ARABIC: Final = "\u0627\u0635\u0637\u0646\u0627\u0639\u064a \u0627\u0644\u0647\u0627\u0634\u0645\u064a"
HEBREW: Final = "\u05e1\u05d9\u05e0\u05ea\u05d8\u05d9 \u05dc\u05d5\u05d9"
TURN: Final = "document.documentElement.dir = 'rtl'"
PHYSICAL: Final = r"""
const found = [];
const look = rules => { for (const rule of rules) {
  if (rule.cssRules && rule.cssRules.length) look(rule.cssRules);
  const said = rule.selectorText ? rule.cssText : '';
  const side = /[\s;{](margin|padding|border)-(left|right)|[\s;{](left|right):|(text-align|float): (left|right)/;
  if (side.test(said)) found.push(said);
} };
for (const sheet of document.styleSheets) look(sheet.cssRules);
return found;
"""
"""Rules that name a side of the screen instead of a side of the text."""
SIDES: Final = """
const main = document.querySelector('main').getBoundingClientRect();
const words = document.createRange();
words.selectNodeContents(document.querySelector('h1'));
const heading = words.getBoundingClientRect();
const left = heading.left - main.left, right = main.right - heading.right;
return arguments[0] === 'left' ? [left, right] : [right, left];
"""
BARE: Final = r"""
const found = [];
const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
for (let node = walk.nextNode(); node; node = walk.nextNode()) {
  const foreign = /[\u0590-\u06ff]/.test(node.data) || /[0-9a-z]{20,}|R7654321/.test(node.data);
  if (foreign && !node.parentElement.closest('bdi, option, input, textarea, select')) found.push(node.data.trim());
}
return found;
"""
"""Names in another script, numbers of documents and ids that are not isolated."""


def arabic(record: dict[str, object]) -> dict[str, Any]:
    """The exercise's record with synthetic people whose names run from right to left."""
    made: dict[str, Any] = copy.deepcopy(record)
    person = made["data"]["person"] if "data" in made else made["identity"]
    person |= {"surnames": ARABIC, "forenames": HEBREW, "birth_date": "1981-09-03"}
    if "data" in made:
        person["aliases"] = [{"surname": "Synthetic-Hashemi", "forenames": ARABIC}]
        made["data"]["documents"][0]["number"] = "R7654321"
    else:
        made["document"]["number"] = "R7654321"
    return made


@pytest.fixture(scope="module")
def pages(house: BrowserHouse) -> dict[str, tuple[str, str, str]]:
    """Who looks at which page: an alert, a form, a question and the answer to it."""
    officer = house.person("DEU", "alert-officer").client
    guard = house.person("FRA", "border-guard").client
    for idle in (officer, guard):
        # Whoever was here before left its connection too long ago.
        idle.close()
    alert = officer.call("alert.enter", arabic(WANTED), AlertState, purpose=Purpose.POLICE)

    def found() -> Advice:
        return guard.call("crossing.check", arabic(WANTED_CHECK), Advice, purpose=Purpose.BORDERS)

    await_until(lambda: bool(found().matches), "the guard finds the alert")
    return {
        "alert": ("DEU", "alert-officer", f"/alerts/DEU/{alert.id}"),
        "alert-change": ("DEU", "alert-officer", f"/alerts/DEU/{alert.id}/change"),
        "check": ("FRA", "border-guard", "/check"),
        "check-result": ("FRA", "border-guard", f"/check/{found().check}"),
    }


def show(driver: Driver, house: BrowserHouse, page: tuple[str, str, str]) -> Reader:
    party, person, path = page
    reader = Reader(driver, house.url(party))
    reader.sign_in(person, house.person(party, person).password)
    reader.visit(path)
    return reader


def keep(driver: Driver, name: str) -> None:
    """Keep the whole page as a picture, where somebody asked for pictures."""
    folder = os.environ.get("COMITY_SHOTS")
    if folder:
        whole = {"captureBeyondViewport": True, "format": "png"}
        picture = driver.execute_cdp_cmd("Page.captureScreenshot", whole)
        (Path(folder) / f"{name}.png").write_bytes(base64.b64decode(picture["data"]))


NAMES = ("alert", "alert-change", "check", "check-result")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wide", [True, False], ids=["wide", "handheld"])
def test_a_page_turned_round_is_a_mirror_image_and_reads_well(
    driver: Driver, handheld: Driver, house: BrowserHouse, pages: dict[str, tuple[str, str, str]], name: str, wide: bool
) -> None:
    browser = driver if wide else handheld
    reader = show(browser, house, pages[name])
    before_start, before_end = browser.execute_script(SIDES, "left")

    browser.execute_script(TURN)

    start, end = browser.execute_script(SIDES, "right")
    keep(browser, f"rtl-{name}-{'wide' if wide else 'handheld'}")
    assert reader.overflow() <= 0
    assert reader.violations() == []
    assert abs(start - before_start) < 2, "the heading begins as far from the other side"
    assert browser.execute_script(PHYSICAL) == []
    assert end >= 0
    assert before_end >= 0


@pytest.mark.parametrize("name", ["alert", "check-result"])
def test_names_numbers_and_codes_stand_apart_from_the_direction_around_them(
    driver: Driver, house: BrowserHouse, pages: dict[str, tuple[str, str, str]], name: str
) -> None:
    show(driver, house, pages[name])
    driver.execute_script(TURN)

    bare = driver.execute_script(BARE)

    assert bare == []


def test_the_alert_shows_both_scripts_unharmed(
    driver: Driver, house: BrowserHouse, pages: dict[str, tuple[str, str, str]]
) -> None:
    reader = show(driver, house, pages["alert"])

    assert ARABIC in reader.heading
    assert HEBREW in reader.heading
    assert "R7654321" in reader.text


@pytest.mark.parametrize("name", ["alert", "check-result"])
def test_paper_keeps_the_banner_and_the_content_and_drops_what_can_only_be_pressed(
    driver: Driver, house: BrowserHouse, pages: dict[str, tuple[str, str, str]], name: str
) -> None:
    reader = show(driver, house, pages[name])
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        keep(driver, f"print-{name}")
        banner = driver.find_element(By.CLASS_NAME, "exercise")
        pressed = [one for one in driver.find_elements(By.CSS_SELECTOR, "button, nav a, .button") if one.is_displayed()]
        inside = driver.execute_script("return getComputedStyle(document.body).color")

        assert banner.is_displayed()
        assert "synthetic" in banner.text
        assert pressed == []
        assert inside == "rgb(0, 0, 0)"
        assert len(reader.text) > 200
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
