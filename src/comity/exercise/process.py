"""Real node processes: made by `node init`, run by `node serve`, ended by signals to the process that was started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from comity.core import codec
from comity.core.errors import Unreachable
from comity.node.founding import FoundedNode
from comity.node.joining import Joined

_START_S = 30.0
_STOP_S = 20.0
_LOG_TAIL = 20


@dataclass(slots=True)
class NodeProcess:
    """One node: its directory, who it is, and the process that runs it, if one does.

    `program` is the module that serves it: the product's own command line unless something is to be measured inside.
    """

    directory: Path
    founded: FoundedNode
    log: Path
    program: str = "comity"
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    lines: list[str] = field(default_factory=list)

    @property
    def party(self) -> str:
        """The node's party."""
        return self.founded.party

    @property
    def url(self) -> str:
        """Where its API and pages are."""
        return f"http://{self.founded.http}"

    @property
    def pid(self) -> int:
        """The running process. Raises `Unreachable` where none runs."""
        if self.process is None:
            raise Unreachable("exercise.node-down", f"No node of {self.party} runs.")
        return self.process.pid

    def start(self) -> None:
        """Start the process and return once it says that it is ready.

        Raises `Unreachable` if it ends or stays silent.
        """
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", self.program, "node", "serve", str(self.directory)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.process = process
        ready = threading.Event()
        threading.Thread(target=self._follow, args=(process, ready), daemon=True).start()
        if not ready.wait(_START_S) or process.poll() is not None:
            self.kill()
            tail = " | ".join(self.lines[-_LOG_TAIL:])
            raise Unreachable("exercise.node-down", f"The node of {self.party} did not start: {tail}")
        self.started_s = time.monotonic() - begun

    def stop(self) -> int:
        """Ask the process to end, wait for it, and return its exit code; 0 if none runs."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End the process as a power cut would (SIGKILL) and return its exit code."""
        return self._end(signal.SIGKILL)

    def rss_mib(self) -> float:
        """Return the resident memory of the running process in MiB."""
        if self.process is None:
            return 0.0
        for line in Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def _end(self, number: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(number)
        try:
            return process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            # Aborted rather than killed: a process that does not end tells in its log where its threads stand.
            process.send_signal(signal.SIGABRT)
            return process.wait(_STOP_S)

    def _follow(self, process: subprocess.Popen[bytes], ready: threading.Event) -> None:
        """Copy the node's log to its file; the first `node.ready`, or the end, wakes whoever started it."""
        if process.stderr is None:
            return
        with self.log.open("ab") as kept:
            for line in process.stderr:
                kept.write(line)
                kept.flush()
                if not ready.is_set():
                    self.lines.append(line.decode(errors="replace").strip())
                    if b'"event":"node.ready"' in line:
                        ready.set()
        process.stderr.close()
        ready.set()


def found(
    directory: Path, party: str, authorities: Sequence[str], *, database: str = "", ports: Sequence[int] = ()
) -> NodeProcess:
    """Make a node by `comity node init` on free ports of loopback.

    With `database`, a URL, its rows are there, and peers are told to find it at `ports`, the first of which is its own.
    """
    http, own = free_ports(2)
    peer, *_ = told = ports or (own,)
    command = ["init", str(directory), "--party", party]
    for authority in authorities:
        command += ["--authority", authority]
    if database:
        command += ["--database", database]
        command += [part for port in told for part in ("--peer-address", f"127.0.0.1:{port}")]
    founded = codec.quick(_made(command, http, peer), FoundedNode)
    return NodeProcess(directory=directory, founded=founded, log=directory / "node.log")


def join(beside: NodeProcess, directory: Path, peer: int) -> NodeProcess:
    """Make a further process of a node by `comity node join`."""
    (http,) = free_ports(1)
    made = codec.quick(_made(["join", str(directory), "--from", str(beside.directory)], http, peer), Joined)
    founded = msgspec.structs.replace(beside.founded, directory=made.directory, http=made.http, peer=made.peer)
    return NodeProcess(directory=directory, founded=founded, log=directory / "node.log")


def _made(command: Sequence[str], http: int, peer: int) -> bytes:
    """Run a command that makes a directory and return what it says."""
    words = [sys.executable, "-m", "comity", "node", *command, "--http", str(http), "--peer", str(peer), "--json"]
    done = subprocess.run(words, capture_output=True, check=False, env=dict(os.environ))
    if done.returncode != 0:
        raise Unreachable(
            "exercise.init-failed", f"node {command[0]} ended with {done.returncode}: {done.stderr.decode()}"
        )
    return done.stdout


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that were free a moment ago."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()
