"""A node's place at a hub: what peers send it waits in JetStream, and what it answers goes back at once.

Messages to a node lie in a work queue until they are acknowledged, which happens behind the commit of what they
brought. Whoever greets does so at the node's common inbox; the process that answers names its own for the rest. Answers
need not be kept: without one, the dialler begins anew from what its outbox says.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig

from comity.adapters.framing import Outlet
from comity.adapters.hub.line import Line, Way
from comity.adapters.hub.place import HubPlace
from comity.adapters.hub.seal import Head, Secret, read_part, write_part
from comity.adapters.peerlink.side import LinkState
from comity.core.errors import BadInput, ComityError, Unreachable
from comity.exchange.records import Peer

Find: TypeAlias = Callable[[str], Peer | None]
"""Returns the trusted peer of a node id, None for strangers."""
Answer: TypeAlias = Callable[[Peer, asyncio.StreamReader, Outlet], Awaitable[None]]
"""Serves one conversation until it ends."""

_STREAM: Final = "COMITY"
_ANSWERS: Final = "comity.a."
_KEPT_S: Final = 600.0
_ACK_S: Final = 30.0
_FORGOTTEN_S: Final = 300.0
_BATCH: Final = 64
_FETCH_S: Final = 1.0
_AGAIN_S: Final = 0.2
_PUBLISH_S: Final = 5.0
_CHANCE_BYTES: Final = 16
_FLUSH_S: Final = 1
_ALIVE_S: Final = 1.0
_SILENT_S: Final = 4.0


class Hub:
    """Runs in one event loop. `key` is the private key of the node's TLS certificate as PEM."""

    def __init__(self, place: HubPlace, node: str, key: bytes, state: LinkState) -> None:
        self._place = place
        self._node = node
        self._key = key
        self._state = state
        self._process = os.urandom(8).hex()
        self._client: Client | None = None
        self._lines: dict[tuple[str, bytes], Line] = {}
        self._secrets: dict[str, Secret] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._find: Find = lambda _node: None
        self._answer: Answer = _nobody

    def carries(self, node: str) -> bool:
        """Say whether a peer is reached over the hub."""
        return node in self._place.peers

    async def start(self, find: Find, answer: Answer) -> None:
        """Begin to take part; a hub that is not there is waited for."""
        self._find, self._answer = find, answer
        self._spawn(self._take_part())

    async def close(self) -> None:
        """End every conversation; what was not answered stays in the hub."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            with contextlib.suppress(NatsError, OSError):
                if self._client.is_connected:
                    await self._client.flush(_FLUSH_S)
                await self._client.close()

    async def open(self, peer: Peer, attempt: int) -> tuple[asyncio.StreamReader, Outlet]:
        """Begin a conversation with a peer. Raises `Unreachable` where the hub is not there."""
        del attempt
        client = self._connected()
        session = os.urandom(_CHANCE_BYTES)
        inbox = f"{_ANSWERS}{self._node}.{session.hex()}"
        secret = self._secret(peer)
        way = Way(
            seal=secret.direction(session, b"", self._node, peer.node),
            head=Head(sender=self._node, session=session, number=0, inbox=inbox),
            subject=_inbox(peer.node),
        )
        line = Line(send=self._keep, way=way, reader=asyncio.StreamReader(), answering=False)

        async def came(message: Msg) -> None:
            await self._answered(line, peer, session, message)

        subscription = await client.subscribe(inbox, cb=came)
        line.ended = lambda: self._spawn(_quietly(subscription.unsubscribe()))
        return line.reader, line

    # --- what comes --------------------------------------------------------------------------------------------------

    async def _take_part(self) -> None:
        options: dict[str, object] = {}
        if self._place.credentials_file is not None:
            options["user_credentials"] = self._place.credentials_file
        self._client = await nats.connect(
            list(self._place.urls),
            name="comity",
            max_reconnect_attempts=-1,
            reconnect_time_wait=_AGAIN_S,
            error_cb=_unheard,
            **options,
        )
        await asyncio.gather(
            self._live(),
            self._consume(_inbox(self._node), f"hello-{self._node}"),
            self._consume(_inbox(self._node, self._process), f"process-{self._process}"),
        )

    async def _live(self) -> None:
        """Say each second that this process lives: whoever spoke with it must not wait for what died with it."""
        while True:
            with contextlib.suppress(Unreachable):
                await self._publish(_life(_inbox(self._node, self._process)), b"")
            await asyncio.sleep(_ALIVE_S)

    async def _watch(self, line: Line, inbox: str) -> None:
        """End a conversation whose answerer has not been heard of for some seconds."""
        heard = asyncio.Event()

        async def lives(_message: Msg) -> None:
            heard.set()

        with contextlib.suppress(NatsError, OSError, Unreachable):
            subscription = await self._connected().subscribe(_life(inbox), cb=lives)
            with contextlib.suppress(TimeoutError):
                while not line.over:
                    heard.clear()
                    await asyncio.wait_for(heard.wait(), _SILENT_S)
            await subscription.unsubscribe()
        line.end()

    async def _consume(self, subject: str, name: str) -> None:
        """Take what lies in an inbox, for ever; where the hub went away, go on when it is back."""
        config = ConsumerConfig(
            ack_policy=AckPolicy.EXPLICIT, ack_wait=_ACK_S, filter_subject=subject, inactive_threshold=_FORGOTTEN_S
        )
        while True:
            with contextlib.suppress(NatsError, OSError, Unreachable):
                stream = self._connected().jetstream()
                await stream.add_stream(
                    StreamConfig(
                        name=_STREAM,
                        subjects=["comity.q.>"],
                        retention=RetentionPolicy.WORK_QUEUE,
                        storage=StorageType.FILE,
                        max_age=_KEPT_S,
                    )
                )
                inbox = await stream.pull_subscribe(subject, durable=name, stream=_STREAM, config=config)
                while True:
                    with contextlib.suppress(NatsTimeout):
                        for message in await inbox.fetch(_BATCH, timeout=_FETCH_S):
                            await self._came(message)
            await asyncio.sleep(_AGAIN_S)

    async def _came(self, message: Msg) -> None:
        """Give a part to its conversation; what belongs to none is told so, and what nobody made is counted."""
        try:
            head, sealed = read_part(message.data)
            peer = self._find(head.sender)
            if peer is None:
                self._state.count_stranger()
            elif await self._taken(peer, head, sealed, message):
                return
            if head.inbox.startswith(_ANSWERS):
                await self._publish(head.inbox, _closing(self._node, head))
        except BadInput:
            self._state.count_stranger()
        await message.ack()

    async def _taken(self, peer: Peer, head: Head, sealed: bytes, message: Msg) -> bool:
        """Give a part to its conversation, a first one to a new one; say whether there is any."""
        line = self._lines.get((head.sender, head.session))
        fresh = line is None and head.number == 0
        if fresh:
            line = self._begin(peer, head)
        if line is None or line.over:
            return False
        await line.take(head, sealed, message.ack)
        if fresh:
            self._lines[head.sender, head.session] = line
            self._spawn(self._converse(peer, head, line))
        return True

    def _begin(self, peer: Peer, head: Head) -> Line:
        secret, chance = self._secret(peer), os.urandom(_CHANCE_BYTES)
        own = Head(
            sender=self._node,
            session=head.session,
            number=0,
            inbox=_inbox(self._node, self._process),
            answer=chance,
        )
        return Line(
            send=self._publish,
            way=Way(seal=secret.direction(head.session, chance, self._node, peer.node), head=own, subject=head.inbox),
            reader=asyncio.StreamReader(),
            answering=True,
            opens=secret.direction(head.session, b"", peer.node, self._node),
        )

    async def _converse(self, peer: Peer, head: Head, line: Line) -> None:
        try:
            # What went wrong is the dialler's to see in its own log; it begins anew.
            with contextlib.suppress(ComityError):
                await self._answer(peer, line.reader, line)
        finally:
            line.end()
            del self._lines[head.sender, head.session]
            with contextlib.suppress(Unreachable):
                await self._publish(head.inbox, _closing(self._node, head))

    async def _answered(self, line: Line, peer: Peer, session: bytes, message: Msg) -> None:
        """Take an answer in, or that there is nobody any more who would give one."""
        with contextlib.suppress(BadInput):  # not from the peer: as if it had not come
            head, sealed = read_part(message.data)
            if head.closed:
                line.end()
            elif line.came == 0 and head.number == 0:
                opens = self._secret(peer).direction(session, head.answer, peer.node, self._node)
                opens.open(head, sealed)
                line.opens, line.way.subject = opens, head.inbox
                self._spawn(self._watch(line, head.inbox))
                await line.take(head, sealed, _nothing)
            elif line.opens is not None:
                await line.take(head, sealed, _nothing)

    # --- what goes ---------------------------------------------------------------------------------------------------

    async def _keep(self, subject: str, data: bytes) -> None:
        """Have the hub keep a part until it is acknowledged."""
        try:
            await self._connected().jetstream().publish(subject, data, timeout=_PUBLISH_S, stream=_STREAM)
        except (NatsError, OSError):
            raise Unreachable("link.hub-silent", "The hub did not take a message.") from None

    async def _publish(self, subject: str, data: bytes) -> None:
        """Send a part to whoever hears it now."""
        try:
            await self._connected().publish(subject, data)
        except (NatsError, OSError):
            raise Unreachable("link.hub-silent", "The hub did not take a message.") from None

    def _connected(self) -> Client:
        if self._client is None or not self._client.is_connected:
            raise Unreachable("link.hub-down", "The hub is not reached.", remedy="Check its address and that it runs.")
        return self._client

    def _secret(self, peer: Peer) -> Secret:
        secret = self._secrets.get(peer.card.fingerprint)
        if secret is None:
            secret = self._secrets[peer.card.fingerprint] = Secret(self._key, peer.card.certificate)
        return secret

    def _spawn(self, doing: Awaitable[None]) -> None:
        task = asyncio.ensure_future(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _inbox(node: str, process: str = "hello") -> str:
    return f"comity.q.{node}.{process}"


def _life(inbox: str) -> str:
    return inbox.replace("comity.q.", "comity.l.", 1)


def _closing(node: str, head: Head) -> bytes:
    return write_part(Head(sender=node, session=head.session, number=0, inbox="", closed=True), b"")


async def _nobody(_peer: Peer, _reader: asyncio.StreamReader, _writer: Outlet) -> None:
    """Serve nobody before the start."""


async def _nothing() -> None:
    """Acknowledge nothing: answers are not kept."""


async def _unheard(_error: Exception) -> None:
    """Leave aside what the driver says of the connection: it connects anew, and the link's trouble is shown."""


async def _quietly(doing: Awaitable[None]) -> None:
    with contextlib.suppress(NatsError, OSError):
        await doing
