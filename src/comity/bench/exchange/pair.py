"""Two node processes on loopback, and what the measurements ask of them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from comity.adapters.clock import SystemClock
from comity.bench.exchange.orders import Answer, Order
from comity.bench.exchange.stage import RECEIVER, SENDER, lay_out
from comity.bench.process import cpu_s
from comity.core import codec
from comity.core.errors import Defect
from comity.exercise.process import free_ports

_STOP_S = 30


class Controlled:
    """A node process and the pipe to it."""

    def __init__(self, folder: Path) -> None:
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "comity.bench.exchange.node", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise Defect("bench.pipe", "A node of the measurement has no pipe.")
        self._to, self._from = self._process.stdin, self._process.stdout
        self._folder = folder
        self.listen()

    def ask(self, order: Order) -> Answer:
        """Have it do something and return what came of it."""
        self.tell(order)
        return self.listen()

    def tell(self, order: Order) -> None:
        """Have it do something; its answer is read by the next `listen`."""
        self._to.write(msgspec.json.encode(order) + b"\n")
        self._to.flush()

    def cpu_s(self) -> float:
        """Return the seconds of CPU that it has used."""
        return cpu_s(self._process.pid)

    def listen(self) -> Answer:
        """Return what came of the last order."""
        line = self._from.readline()
        if not line:
            tail = (self._folder / "log").read_text("utf-8")[-2000:]
            raise Defect("bench.node-ended", f"A node of the measurement ended: {tail}")
        return codec.quick(line, Answer)

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(OSError):
            self._to.close()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._from.close()
        self._log.close()


@dataclass(frozen=True, slots=True)
class Pair:
    """A sender and a receiver that trust each other."""

    sender: Controlled
    receiver: Controlled

    def cpu_s(self) -> tuple[float, float]:
        """Return the seconds of CPU that each has used."""
        return self.sender.cpu_s(), self.receiver.cpu_s()


@contextlib.contextmanager
def fan(folder: Path, parties: Sequence[str]) -> Iterator[tuple[Controlled, tuple[Controlled, ...]]]:
    """Start a sender of alerts and a receiver for each of the parties, which know just the sender; warm them up."""
    ports = dict(zip((SENDER, *parties), free_ports(len(parties) + 1), strict=True))
    lay_out(folder, ports, SystemClock().now(), signed_alone=False, alerts=True, star=True)
    with contextlib.ExitStack() as closing:
        nodes = [closing.enter_context(contextlib.closing(Controlled(folder / party))) for party in (*parties, SENDER)]
        nodes[-1].ask(Order(do="warm", count=1))
        yield nodes[-1], tuple(nodes[:-1])


@contextlib.contextmanager
def pair(folder: Path, *, signed_alone: bool = False, alerts: bool = False) -> Iterator[Pair]:
    """Start two nodes and warm them up."""
    ports = dict(zip((SENDER, RECEIVER), free_ports(2), strict=True))
    lay_out(folder, ports, SystemClock().now(), signed_alone=signed_alone, alerts=alerts)
    with contextlib.ExitStack() as closing:
        nodes = []
        for party in (RECEIVER, SENDER):
            node = Controlled(folder / party)
            closing.callback(node.close)
            nodes.append(node)
        made = Pair(nodes[1], nodes[0])
        made.sender.ask(Order(do="warm"))
        yield made


__all__ = ["Answer", "Controlled", "Order", "Pair", "fan", "pair"]
