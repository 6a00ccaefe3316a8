"""The write-ahead log is copied back beside the acts, and begins anew."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.adapters.sql.checkpoint import Checkpoints, copy_back, next_wait
from comity.adapters.sql.engine import WriteConnection, open_writer

ROWS = 40


@pytest.mark.parametrize(
    ("waited_s", "pages", "then_s"),
    [
        (0.5, 12_000, 0.5),
        (2.0, 6_000, 4.0),
        (4.0, 48_000, 1.0),
        (0.5, 1_000_000, 0.5),
        (0.5, 10, 2.0),
        (29.0, 0, 30.0),
    ],
)
def test_the_less_is_written_the_longer_it_waits_but_never_by_leaps(waited_s: float, pages: int, then_s: float) -> None:
    assert next_wait(waited_s, pages) == then_s


@pytest.fixture
def write(tmp_path: Path) -> Iterator[WriteConnection]:
    made = WriteConnection(open_writer(tmp_path / "comity.sqlite"))
    with made.writing() as driver:
        driver.execute("CREATE TABLE box (content BLOB)")
    yield made
    made.close()


def put(write: WriteConnection, count: int) -> None:
    for _ in range(count):
        with write.writing() as driver:
            driver.execute("INSERT INTO box VALUES (zeroblob(9000))")


@pytest.mark.parametrize("long", [10, 1000])
def test_what_was_committed_is_copied_and_the_log_begins_anew(
    tmp_path: Path, write: WriteConnection, long: int
) -> None:
    path = tmp_path / "comity.sqlite"
    before = path.stat().st_size
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as own:
        put(write, ROWS)

        first, _ = copy_back(own, write, long)

        assert path.stat().st_size > before + ROWS * 9000
        put(write, 1)
        second, _ = copy_back(own, write, long)
        assert second < first
        assert own.execute("SELECT count(*) FROM box").fetchone() == (ROWS + 1,)


def test_a_reader_is_not_waited_for(tmp_path: Path, write: WriteConnection) -> None:
    path = tmp_path / "comity.sqlite"
    with (
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as own,
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader,
    ):
        put(write, 1)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM box").fetchone() == (1,)
        put(write, ROWS)

        copy_back(own, write, 10)

        assert reader.execute("SELECT count(*) FROM box").fetchone() == (1,)


def test_the_thread_ends_when_told(tmp_path: Path, write: WriteConnection) -> None:
    checkpoints = Checkpoints(tmp_path / "comity.sqlite", write)

    checkpoints.stop()

    assert "comity-checkpoints" not in {thread.name for thread in threading.enumerate()}
