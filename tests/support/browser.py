"""A person at a real browser: reads pages, fills forms and presses buttons with the keyboard alone."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Final, TypeAlias

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

Driver: TypeAlias = webdriver.Chrome
HANDHELD: Final = 360
_PATIENCE_S: Final = 15.0
_TABS: Final = 120
_LOOK_S: Final = 0.02
_DARK: Final = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}


def open_driver(width: int = 1280, *, dark: bool = False) -> Driver:
    """Start a browser; skips, or fails where everything must be there, if this machine has none."""
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        missing = "no chromium and chromedriver here (Debian: chromium, chromium-driver)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en"):
        options.add_argument(flag)
    options.add_argument(f"--window-size={max(width, 600)},900")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if width < 600:
        metrics = {"width": width, "height": 740, "pixelRatio": 1.0, "touch": True}
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    if dark:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", _DARK)
    return driver


@contextmanager
def small_and_dark(driver: Driver) -> Iterator[None]:
    """Show the present page of a wide bright browser on a small dark screen that is touched, for a while."""
    metrics = {"width": HANDHELD, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", _DARK)
    yield
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@contextmanager
def judged_by_axe(driver: Driver) -> Iterator[None]:
    """Give each page axe-core as it is opened: quicker than sending half a megabyte to every page."""
    added = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _axe()})
    yield
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


@cache
def _axe() -> str:
    return resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")


class Reader:
    """One person at one node."""

    def __init__(self, driver: Driver, url: str) -> None:
        self.driver = driver
        self.url = url

    def visit(self, path: str) -> None:
        self.driver.get(self.url + path)

    @property
    def text(self) -> str:
        """What stands in the page's main part."""
        return self.driver.find_element(By.TAG_NAME, "main").text

    @property
    def heading(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "h1").text

    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.url)

    def sign_in(self, name: str, password: str, role: str = "") -> None:
        """Sign in from the door, whoever was signed in before in this browser."""
        self.driver.delete_all_cookies()
        self.visit("/")
        self.type("name", name)
        self.type("password", password)
        if role:
            self.press(self.driver.find_element(By.TAG_NAME, "summary"))
            self.choose("role", role)
        self.submit("Sign in")

    def sign_out(self) -> None:
        self.submit("Sign out", within="header")

    def type(self, name: str, text: str) -> None:
        """Put text in the place of what stands in an input."""
        field = self._tab_to(self._field(name))
        field.send_keys(Keys.CONTROL + "a")
        field.send_keys(text)

    def choose(self, name: str, words: str) -> None:
        """Choose in a list by typing the words of the choice."""
        field = self._tab_to(self._field(name))
        field.send_keys(words)
        shown = field.find_element(By.CSS_SELECTOR, "option:checked").text
        assert shown == words, f"{name}: {shown}"

    def unfold(self, words: str) -> None:
        """Open what is folded under these words, unless it is open."""
        place = f"//main//summary[normalize-space()='{words}']"
        summary = self.driver.find_element(By.XPATH, place)
        if summary.find_element(By.XPATH, "..").get_attribute("open") is None:
            self.press(summary)

    def tick(self, label: str) -> None:
        """Tick a box, or choose a radio button, by its label."""
        found = self.driver.find_element(By.XPATH, f"//main//label[normalize-space()='{label}']")
        box = self.driver.find_element(By.ID, str(found.get_attribute("for")))
        if box.get_attribute("type") == "radio":
            self._tab_to_group(box)
        else:
            self._tab_to(box)
        self._keys(Keys.SPACE)
        assert box.is_selected()

    def submit(self, words: str, within: str = "main", number: int = 1) -> None:
        """Press the button of these words, and wait for the page that follows."""
        place = f"(//{within}//button[normalize-space()='{words}'])[{number}]"
        self.follow(lambda: self.press(self.driver.find_element(By.XPATH, place)))

    def open(self, words: str) -> None:
        """Follow the link of these words."""
        link = self.driver.find_element(By.XPATH, f"//main//a[normalize-space()='{words}']")
        self.follow(lambda: self.press(link))

    def press(self, element: WebElement) -> None:
        """Reach a button, link or summary with the tabulator and press Enter."""
        self._tab_to(element)
        self._keys(Keys.ENTER)

    def follow(self, act: Callable[[], None]) -> None:
        """Do what leads to another page and wait until that is there."""
        self.driver.execute_script("window.left = true")
        act()
        until(self._arrived, "the next page is there")

    def again_until(self, seen: Callable[[], bool], what: str) -> None:
        """Load the page anew until it shows what is waited for: pages do not change by themselves."""

        def look() -> bool:
            self.driver.refresh()
            return seen()

        until(look, what)

    def console(self) -> list[str]:
        """Give what the browser complained of since last asked; refused forms' own statuses are no complaint."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's own
        loud = [entry for entry in entries if entry["level"] in {"WARNING", "SEVERE"}]
        return [str(entry["message"]) for entry in loud if entry["source"] != "network"]

    def violations(self) -> list[str]:
        """Give the accessibility rules (axe-core) that the page breaks, with the elements that break them."""
        if not self.driver.execute_script("return 'axe' in window"):
            self.driver.execute_script(_axe())
        found = self.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run({resultTypes: ['violations']})"
            ".then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target).join(' | '))))"
        )
        return [str(one) for one in found]

    def overflow(self) -> int:
        """Say by how many pixels the page is wider than the screen."""
        script = "const e = document.documentElement; return e.scrollWidth - e.clientWidth"
        return int(self.driver.execute_script(script))

    def focused(self, role: str) -> WebElement:
        """Give the element of a role to which the page moves the keyboard, once it has."""
        active = self.driver.switch_to
        until(lambda: active.active_element.get_attribute("role") == role, f"the keyboard is on the {role}")
        return active.active_element

    def _field(self, name: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, f'main [name="{name}"]:not([type="hidden"])')

    def _tab_to(self, element: WebElement) -> WebElement:
        for _ in range(_TABS):
            if self.driver.switch_to.active_element == element:
                return element
            self._keys(Keys.TAB)
        pytest.fail(f"The keyboard does not reach {element.tag_name} {element.text or element.get_attribute('name')}.")

    def _tab_to_group(self, radio: WebElement) -> None:
        """Reach a radio button: the tabulator stops once for its group, arrows move inside."""
        name = radio.get_attribute("name")
        for _ in range(_TABS):
            active = self.driver.switch_to.active_element
            if active == radio:
                return
            inside = active.get_attribute("name") == name and active.get_attribute("type") == "radio"
            self._keys(Keys.ARROW_DOWN if inside else Keys.TAB)
        pytest.fail("The keyboard does not reach the radio button.")

    def _keys(self, keys: str) -> None:
        ActionChains(self.driver, duration=0).send_keys(keys).perform()

    def _arrived(self) -> bool:
        return bool(self.driver.execute_script("return !window.left && document.readyState === 'complete'"))


def until(seen: Callable[[], bool], what: str) -> None:
    """Look again and again until `seen` says yes: a browser tells from outside only what it shows."""
    begun = time.monotonic()
    while True:
        try:
            if seen():
                return
        except WebDriverException:
            # Between two pages there is none to ask.
            if time.monotonic() - begun > _PATIENCE_S:
                raise
        if time.monotonic() - begun > _PATIENCE_S:
            pytest.fail(f"Waited {_PATIENCE_S:.0f} s in vain until {what}.")
        time.sleep(_LOOK_S)
