"""Two nodes and three browsers for all tests of this folder, which therefore run on one worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.browser import HANDHELD, Driver, open_driver
from tests.support.browser_house import BrowserHouse, open_house


@pytest.fixture(scope="package")
def driver() -> Iterator[Driver]:
    opened = open_driver()
    yield opened
    opened.quit()


@pytest.fixture(scope="package")
def handheld() -> Iterator[Driver]:
    """A small screen that asks for dark pages."""
    opened = open_driver(HANDHELD, dark=True)
    yield opened
    opened.quit()


@pytest.fixture(scope="package")
def house(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserHouse]:
    """The nodes; after the browser, so that a machine without one does not start them for nothing."""
    assert driver.title is not None
    opened = open_house(tmp_path_factory.mktemp("house"))
    yield opened
    opened.close()
