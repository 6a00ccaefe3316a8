"""The peer link of a node: one listener, and one dialler for each trusted peer; both follow trust as it changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from comity.adapters.framing import Outlet
from comity.adapters.peerlink.answer import answer
from comity.adapters.peerlink.dial import Dialler, Open, by_tls
from comity.adapters.peerlink.side import LinkState, Side
from comity.adapters.peerlink.tls import client_context, fingerprint_at, server_context, trust
from comity.core.errors import ComityError, Unreachable
from comity.exchange.records import Peer, PeerState


@dataclass(frozen=True, slots=True)
class Files:
    """Where the node's TLS certificate and private key stand."""

    certificate: Path
    key: Path


class Carrier(Protocol):
    """A way to peers other than their own addresses: `comity.adapters.hub`."""

    def carries(self, node: str) -> bool:
        """Say whether a peer is reached that way."""
        ...

    async def start(
        self,
        find: Callable[[str], Peer | None],
        answer: Callable[[Peer, asyncio.StreamReader, Outlet], Awaitable[None]],
    ) -> None:
        """Begin to take part: `find` knows trusted peers, `answer` serves a conversation that one began."""
        ...

    async def open(self, peer: Peer, attempt: int) -> tuple[asyncio.StreamReader, Outlet]:
        """Begin a conversation. Raises `Unreachable`."""
        ...

    async def close(self) -> None:
        """End all of it."""
        ...


class PeerLink:
    """Runs in one event loop. `directory` reads all peers, blocking; it is called in the pool.

    Bootstrap subscribes `wake` to commits on `exchange_outbox` and `refresh` to commits on `exchange_peer`. `dials`
    says of a peer's node whether it is for this process to dial it; callers are answered in any case.
    """

    def __init__(
        self,
        side: Side,
        files: Files,
        directory: Callable[[], tuple[Peer, ...]],
        dials: Callable[[str], bool] = lambda _node: True,
        hub: Carrier | None = None,
    ) -> None:
        self._side = side
        self._files = files
        self._directory = directory
        self._dials = dials
        self._hub = hub
        self._context = server_context(files.certificate, files.key, side.state.count_stranger)
        self._anchors: set[str] = set()
        self._peers: dict[str, Peer] = {}
        self._diallers: dict[str, tuple[Dialler, asyncio.Task[None]]] = {}
        self._callers: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._follower: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def state(self) -> LinkState:
        """Counters and standing of the links."""
        return self._side.state

    async def start(self, host: str, port: int) -> int:
        """Listen, dial every trusted peer, and return the port. Raises `Unreachable` `link.cannot-listen`."""
        self._loop = asyncio.get_running_loop()
        await self._follow_once()
        try:
            self._server = await asyncio.start_server(
                self._called, host, port, ssl=self._context, ssl_handshake_timeout=self._side.limits.dial_s
            )
        except OSError:
            raise Unreachable(
                "link.cannot-listen", "The peer port cannot be opened.", remedy="Check whether something else uses it."
            ) from None
        self._follower = asyncio.create_task(self._follow())
        if self._hub is not None:
            await self._hub.start(self._trusted, self._greeted_at_hub)
        return int(self._server.sockets[0].getsockname()[1])

    def wake(self) -> None:
        """Say that something was enqueued. Safe from any thread."""
        self._call(self._wake_diallers)

    def refresh(self) -> None:
        """Say that peers changed. Safe from any thread."""
        self._call(self._changed.set)

    async def close(self) -> None:
        """Stop listening and dialling; acts under way end in the pool."""
        if self._hub is not None:
            await self._hub.close()
        if self._server is not None:
            self._server.close()
        tasks = [task for _, task in self._diallers.values()]
        if self._follower is not None:
            tasks.append(self._follower)
        for task in tasks:
            task.cancel()
        callers = tuple(self._callers)
        for writer in callers:
            writer.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._side.limits.dial_s):
                await asyncio.gather(*(writer.wait_closed() for writer in callers), return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()
        self._loop = None

    def _call(self, what: Callable[[], None]) -> None:
        loop = self._loop
        # A commit may come while the loop ends; then there is nobody left to wake.
        if loop is not None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(what)

    def _wake_diallers(self) -> None:
        for dialler, _ in self._diallers.values():
            dialler.wake()

    async def _follow(self) -> None:
        while True:
            await self._changed.wait()
            await self._follow_once()

    async def _follow_once(self) -> None:
        """Bring anchors, known callers and diallers in line with the trusted peers."""
        self._changed.clear()
        peers = await self._side.call(self._directory)
        trusted: dict[str, Peer] = {peer.node: peer for peer in peers if peer.state is PeerState.TRUSTED}
        self._peers = {peer.card.fingerprint: peer for peer in trusted.values()}
        fresh = {peer.card.certificate for peer in trusted.values()} - self._anchors
        trust(self._context, sorted(fresh))
        self._anchors |= fresh
        self.state.elsewhere = {node for node in trusted if not self._dials(node)}
        for node in self.state.elsewhere:
            self.state.trouble.pop(node, None)
        for node, (dialler, task) in tuple(self._diallers.items()):
            if node not in trusted or trusted[node].card != dialler.peer.card or not self._dials(node):
                task.cancel()
                del self._diallers[node]
        for node, peer in trusted.items():
            if node not in self._diallers and self._dials(node):
                self._dial(peer)

    def _dial(self, peer: Peer) -> None:
        if self._hub is not None and self._hub.carries(peer.node):
            open_: Open = self._hub.open
        else:
            context = client_context(self._files.certificate, self._files.key, peer.card.certificate)
            open_ = by_tls(context, self._side.limits.dial_s)
        dialler = Dialler(self._side, peer, open_)
        task = asyncio.create_task(dialler.run())
        task.add_done_callback(lambda ended: self._ended(peer.node, ended))
        self._diallers[peer.node] = (dialler, task)

    def _ended(self, node: str, task: asyncio.Task[None]) -> None:
        """Show a dialler that died of a defect, and dial anew at the next change; its text may hold anything."""
        if not task.cancelled() and task.exception() is not None:
            self.state.trouble[node] = "link.defect"
            self._diallers.pop(node, None)

    def _trusted(self, node: str) -> Peer | None:
        return next((peer for peer in self._peers.values() if peer.node == node), None)

    async def _greeted_at_hub(self, peer: Peer, reader: asyncio.StreamReader, writer: Outlet) -> None:
        """Serve a peer that speaks over the hub, for deliveries only: a question must not be kept."""
        if peer.node in self._diallers:
            self._diallers[peer.node][0].hurry()
        await answer(self._side, peer, reader, writer, questions=False)

    async def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a caller whose certificate is that of a trusted peer; anyone else is dropped and only counted."""
        peer = self._peers.get(fingerprint_at(writer.get_extra_info("ssl_object")) or "")
        self._callers.add(writer)
        try:
            if peer is None or len(self._callers) > self._side.limits.connections:
                self.state.count_stranger()
                return
            if peer.node in self._diallers:
                self._diallers[peer.node][0].hurry()
            # What went wrong is the caller's to see in its own log; it dials again.
            with contextlib.suppress(ComityError):
                await answer(self._side, peer, reader, writer)
        finally:
            self._callers.discard(writer)
            writer.close()
