"""The dialled end of a connection on which a peer asks: answers come as they are ready, several at once."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from comity.adapters.framing import Outlet, read_message, send_message
from comity.adapters.peerlink.messages import Message, message_of
from comity.adapters.peerlink.side import Side
from comity.adapters.peerlink.topics import (
    RETRY_S,
    Asked,
    read_asked,
    write_problem,
    write_told,
)
from comity.adapters.slots import until_slot
from comity.core.errors import BadInput, ComityError, Unreachable
from comity.exchange.records import Peer

_AT_ONCE: Final = 16


async def respond(side: Side, peer: Peer, first: bytes, streams: tuple[asyncio.StreamReader, Outlet]) -> None:
    """Answer the peer's questions until it hangs up. Raises the error that ended the connection."""
    reader, writer = streams
    room, writing = asyncio.Semaphore(_AT_ONCE), asyncio.Lock()
    tasks: set[asyncio.Task[None]] = set()

    async def one(asked: Asked) -> None:
        try:
            payload = await _answered(side, peer, asked)
            # Whoever asked may have gone meanwhile; the reading end notices.
            with contextlib.suppress(Unreachable):
                async with writing:
                    await send_message(writer, Message.TOLD, payload, side.limits.answer_s)
        finally:
            room.release()

    payload = first
    try:
        while True:
            asked = read_asked(payload)
            await room.acquire()
            task = asyncio.create_task(one(asked))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            number, payload = await read_message(reader, side.limits.idle_s)
            if message_of(number) is not Message.ASK:
                raise BadInput("link.unexpected-message", "The other side sent a message out of turn.")
    finally:
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _answered(side: Side, peer: Peer, asked: Asked) -> bytes:
    """Return the answer's bytes, at its time."""
    loop = asyncio.get_running_loop()
    came = loop.time()
    topic = side.topics.get(asked.topic)
    if topic is None:
        return write_problem(asked.number, "link.unknown-topic")
    try:
        payload = write_told(asked.number, await side.call_topic(lambda: topic.answer(peer, asked.body)))
    except Unreachable as error:
        payload = write_problem(asked.number, error.code, RETRY_S)
    except ComityError as error:
        payload = write_problem(asked.number, error.code)
    if topic.slot_s > 0:
        await until_slot(came, topic.slot_s)
    return payload
