"""The network of a fault run: every link goes through here, and can be cut, or torn in the middle of its bytes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

_CHUNK = 1 << 14

Pair = tuple[str, str]
"""Who dials whom."""


@dataclass(slots=True)
class _Way:
    """One direction of dialling: where it leads, and what passes it now."""

    target: int
    port: int = 0
    cut: bool = False
    tear: bool = False
    torn: int = 0
    refused: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)


class Network:
    """Forwards connections between nodes, from a loop on a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._thread.start()
        self._ways: dict[Pair, _Way] = {}
        self._servers: list[asyncio.Server] = []

    def open_way(self, pair: Pair, target: int) -> int:
        """Open a port that leads one node to another's, and return it."""
        return self._run(self._open(pair, _Way(target)))

    def cut(self, party: str) -> None:
        """Cut a node off from all others, in both directions."""
        self._run(self._cut(party))

    def heal(self) -> None:
        """Let everything through again."""
        for way in self._ways.values():
            way.cut = False

    def tear(self, pair: Pair) -> None:
        """Break the connection in the middle of the next bytes that pass it."""
        self._ways[pair].tear = True

    def torn(self) -> int:
        """Return how many connections were torn."""
        return sum(way.torn for way in self._ways.values())

    def refused(self) -> int:
        """Return how many connections a cut broke or refused."""
        return sum(way.refused for way in self._ways.values())

    def close(self) -> None:
        """End everything."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, what: Coroutine[Any, Any, int]) -> int:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()

    async def _open(self, pair: Pair, way: _Way) -> int:
        async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _forward(way, reader, writer)

        server = await asyncio.start_server(forward, "127.0.0.1", 0)
        way.port = int(server.sockets[0].getsockname()[1])
        self._ways[pair] = way
        self._servers.append(server)
        return way.port

    async def _cut(self, party: str) -> int:
        for (dialler, dialled), way in self._ways.items():
            if party in {dialler, dialled}:
                way.cut = True
                way.refused += len(way.open) // 2
                for writer in tuple(way.open):
                    writer.close()
        return 0

    async def _close(self) -> int:
        for server in self._servers:
            server.close()
        for way in self._ways.values():
            for writer in tuple(way.open):
                writer.close()
        await asyncio.sleep(0.1)
        return 0


async def _forward(way: _Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if way.cut:
        way.refused += 1
        writer.close()
        return
    try:
        there, back = await asyncio.open_connection("127.0.0.1", way.target)
    except OSError:
        writer.close()
        return
    way.open |= {writer, back}
    try:
        await asyncio.gather(_pump(way, reader, back, may_tear=True), _pump(way, there, writer, may_tear=False))
    finally:
        way.open -= {writer, back}
        writer.close()
        back.close()


async def _pump(way: _Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, may_tear: bool) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            if may_tear and way.tear and len(data) > 1:
                way.tear = False
                way.torn += 1
                writer.write(data[: len(data) // 2])
                break
            writer.write(data)
            await writer.drain()
    writer.close()
