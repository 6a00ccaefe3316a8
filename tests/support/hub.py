"""A NATS server of the tests' own with JetStream: Debian's binary, a folder in memory, a free port of loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import schedule

_START_S = 20.0
_SETPRIV = shutil.which("setpriv") or "setpriv"  # ends the server with this process, however that ends


@dataclass
class HubServer:
    """A server that can be killed and started again on what it kept."""

    binary: str
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        command = [self.binary, "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self.folder / "kept")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([_SETPRIV, "--pdeathsig", "TERM", *command], stdout=log, stderr=log)
        deadline = time.monotonic() + _START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def kill(self) -> int:
        """End it as a power cut would, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        return self.process.wait(_START_S)


@contextlib.contextmanager
def running() -> Iterator[HubServer]:
    """Run a server until the block ends."""
    binary = shutil.which("nats-server", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    if binary is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no NATS server here; .ci/run installs Debian's package `nats-server`")
        pytest.skip("no NATS server here: install Debian's package `nats-server`")
    folder = Path(tempfile.mkdtemp(prefix="comity-nats-", dir=schedule.folder_in_memory()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = HubServer(binary, folder, probe.getsockname()[1])
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
