"""Hygiene of the whole suite, nothing of any subject.

Unit and property tests may not open network sockets. Chance is seeded with one number, printed on top of each run and
taken back with ``--hypothesis-seed``. Reference material lies outside the project: tests that need it ask for
``comity_data`` and skip where it is absent, except in CI, where they fail.
"""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from comity.screening.index.mapped import warm
from tests.support import postgres, schedule

TESTS = Path(__file__).resolve().parent
SOCKETLESS = frozenset({"unit", "property"})

# Machines are shared and slow at times: a deadline an example would only report that. The blob repeats a failure.
hypothesis.settings.register_profile("default", deadline=None, print_blob=True)
hypothesis.settings.register_profile("thorough", parent=hypothesis.settings.get_profile("default"), max_examples=2000)
hypothesis.settings.load_profile("default")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # Before hypothesis reads it; workers of xdist get the chosen number with the other options.
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(secrets.randbelow(2**32))
    # Read when the first test asks for a folder; the folders of workers lie in this one.
    place = schedule.folder_in_memory()
    if place is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))
    # After a change of a kernel: before any test's time runs, and before workers would all do the same.
    if not hasattr(config, "workerinput") and not warm.is_warm():
        subprocess.run((sys.executable, "-m", warm.__name__), check=True, cwd=TESTS.parent)


def pytest_report_header(config: pytest.Config) -> str:
    return f"random seed, to repeat this run: --hypothesis-seed={config.option.hypothesis_seed}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    return schedule.workers()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    if config.getoption("dist") != "loadfile":
        return None
    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = schedule.unit_of
    return scheduler


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: schedule.rank(item.path.relative_to(TESTS).parts[0]))
    for item in items:
        if item.path.relative_to(TESTS).parts[0] in SOCKETLESS:
            item.add_marker(pytest.mark.disable_socket)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Chance for one test: repeatable from the printed seed, whatever else runs beside it."""
    return random.Random(f"{request.config.option.hypothesis_seed} {request.node.nodeid}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server for the whole run; skipped where none is installed, except in CI, where that fails."""
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def comity_data() -> Path:
    """The folder of reference material that holds ``data/``: ``COMITY_DATA``, else ``shared`` beside the project."""
    place = Path(os.environ.get("COMITY_DATA") or TESTS.parent.parent / "shared")
    if not (place / "data").is_dir():
        message = "no reference material: set COMITY_DATA to the folder that contains data/"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return place
