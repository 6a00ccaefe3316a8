"""A PostgreSQL server of the tests' own: Debian's binaries, a folder in memory, a socket in it; one for a whole run.

Several workers of one run share it; each test has a schema of its own in it. Set `CI=true` and it must be there.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from comity.adapters.sql.place import Place
from tests.support import schedule

_numbers = itertools.count(1)
_PLACES = (Path("/usr/lib/postgresql"), Path("/usr/local/pgsql"))
_START_S = 30.0
_USER = "nobody"


def binary(name: str) -> Path | None:
    """Return one of the server's programs: the newest of Debian's, else what is on the path."""
    versions = sorted(
        (path for place in _PLACES for path in place.glob("*/bin") if (path / name).exists()),
        key=lambda path: float(path.parent.name) if path.parent.name.replace(".", "").isdigit() else 0,
    )
    if versions:
        return versions[-1] / name
    found = shutil.which(name)
    return None if found is None else Path(found)


@dataclass
class Server:
    """A server in a folder, which can be stopped, killed and started again."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def url(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://comity@/{name}?host={self.folder}"

    def place(self) -> Place:
        """Make an empty database."""
        name = f"t{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        return Place(url=self.url(name))

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {"fsync": "off", "listen_addresses": "", "unix_socket_directories": self.folder}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(binary("postgres")), "-D", str(self.folder / "data"), *options]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen([*_as_nobody(), *command], stdout=log, stderr=log, cwd="/")
        self.process = process
        deadline = time.monotonic() + _START_S
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self, number: int = signal.SIGINT) -> None:
        """End it: at once, but in order; with SIGQUIT as a power cut would."""
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(_START_S)


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Run a server of one's own until the block ends."""
    initdb, postgres = binary("initdb"), binary("postgres")
    if initdb is None or postgres is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no PostgreSQL server here; .ci/run installs Debian's package `postgresql`")
        pytest.skip("no PostgreSQL server here: install Debian's package `postgresql`")
    folder = Path(tempfile.mkdtemp(prefix="comity-pg-", dir=schedule.folder_in_memory()))
    folder.chmod(0o755)
    if os.getuid() == 0:
        shutil.chown(folder, _USER)
    made = [str(initdb), "-D", str(folder / "data"), "-U", "comity", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    subprocess.run([*_as_nobody(), *made], check=True, capture_output=True, cwd="/")
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _as_nobody() -> list[str]:
    """Return what starts a program that root may not run, and ends it when this process ends however it does."""
    user = ["--reuid", _USER, "--clear-groups"] if os.getuid() == 0 else []
    return ["setpriv", *user, "--pdeathsig", "INT"]
