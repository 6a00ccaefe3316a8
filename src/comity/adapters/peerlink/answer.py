"""The dialled end: greets, takes frames in, answers with receipts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final, TypeAlias

from comity.adapters.framing import Outlet, read_message, send_message
from comity.adapters.peerlink.messages import Message, message_of
from comity.adapters.peerlink.respond import respond
from comity.adapters.peerlink.side import Side
from comity.core.codec import encode
from comity.core.errors import BadInput, ComityError, Unreachable
from comity.core.ports import Work
from comity.exchange.equality import answer_compare
from comity.exchange.frame import Frame, read_frame
from comity.exchange.hello import (
    Hello,
    Problem,
    Pull,
    check_hello,
    make_hello,
    note_hello,
    read_hello,
    readable_kinds,
    write_hello,
)
from comity.exchange.inbox import FrameOutcome, Verdict, accept
from comity.exchange.intake import Read, read_items
from comity.exchange.receipt import sign_receipt, write_receipt
from comity.exchange.records import Peer

BUSY_RETRY_S: Final = 5
_WAITS_S: Final = {"exchange.clock-skew": 60, "exchange.key-unknown": 5}
"""A key that nobody has heard of yet is on its way: deeds travel beside the frames."""

_AHEAD: Final = 2
_SMALL_BYTES: Final = 1 << 15

Reply = tuple[Message, bytes]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A frame with its items read."""

    frame: Frame
    read: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A reply that is made already, and whether the connection ends with it."""

    reply: Reply
    ended: bool = False


_Made: TypeAlias = Prepared | _Said
"""What was made of a message on its way: a frame that was read, what is wrong with it, or the answer itself."""
_Ahead: TypeAlias = "asyncio.Queue[bytes | asyncio.Future[_Made] | None]"


async def answer(
    side: Side, peer: Peer, reader: asyncio.StreamReader, writer: Outlet, *, questions: bool = True
) -> None:
    """Serve one connection of a peer known by its certificate until it ends. Raises the errors that ended it.

    Without `questions`, where what is said is kept on its way, only deliveries are taken.
    """
    kind, payload = await read_message(reader, side.limits.answer_s)
    if message_of(kind) is Message.ASK and questions:
        await respond(side, peer, payload, (reader, writer))
        return
    if message_of(kind) is not Message.HELLO:
        raise BadInput("link.no-greeting", "The other side did not greet first.")
    await _reply(side, writer, await _welcome(side, peer, payload))
    await _serve(side, peer, reader, writer)


async def _serve(side: Side, peer: Peer, reader: asyncio.StreamReader, writer: Outlet) -> None:
    """Answer messages in order; the next frames are read and their signatures verified while one is being accepted."""
    waiting: _Ahead = asyncio.Queue(_AHEAD)
    reading = asyncio.create_task(_read_ahead(side, peer, reader, waiting))
    following = asyncio.create_task(waiting.get())
    try:
        while True:
            await asyncio.wait((reading, following), return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                reading.result()
                return
            prepared = following.result()
            following = asyncio.create_task(waiting.get())
            if prepared is None:
                await _reply(side, writer, (Message.PING, b""))
                continue
            reply, ended = await _answered(side, peer, prepared)
            await _reply(side, writer, reply)
            if ended:
                return
    finally:
        for task in (reading, following):
            task.cancel()
        await asyncio.gather(reading, following, return_exceptions=True)


async def _read_ahead(side: Side, peer: Peer, reader: asyncio.StreamReader, waiting: _Ahead) -> None:
    """Read messages and begin their preparation, until the stream ends."""
    loop = asyncio.get_running_loop()
    while True:
        side.state.heard[peer.node] = side.clock.now()
        kind, payload = await read_message(reader, side.limits.idle_s)
        match message_of(kind):
            case Message.PING:
                await waiting.put(None)
            case Message.COMPARE:
                await waiting.put(loop.run_in_executor(side.executor, _compared, side, peer, payload))
            case Message.FRAME if len(payload) < _SMALL_BYTES:
                await waiting.put(payload)
            case Message.FRAME:
                await waiting.put(loop.run_in_executor(side.executor, _prepare, peer, payload))
            case _:
                raise BadInput("link.unexpected-message", "The other side sent a message out of turn.")


async def _answered(side: Side, peer: Peer, came: bytes | asyncio.Future[_Made]) -> tuple[Reply, bool]:
    """Take a frame; a small one is read on the way, since going to another thread for it would cost more."""
    if isinstance(came, bytes):
        return await side.call(lambda: _take(side, peer, _prepare(peer, came)))
    made = await came
    return await side.call(lambda: _take(side, peer, made))


def problem(code: str, retry_after_s: int | None = None) -> Reply:
    """Return the message that says why something was not taken."""
    return Message.PROBLEM, encode(Problem(code=code, retry_after_s=retry_after_s))


async def _reply(side: Side, writer: Outlet, reply: Reply) -> None:
    await send_message(writer, *reply, side.limits.answer_s)


async def _welcome(side: Side, peer: Peer, payload: bytes) -> Reply:
    try:
        hello = read_hello(payload)
        check_hello(hello, peer, side.sending.home)
        side.state.offsets[peer.node] = hello.clock - side.clock.now()
        await side.act("exchange.hello", peer, lambda work: greet(side, work, peer, hello))
        ours = await side.view(peer, lambda work: own_hello(side, work, peer))
    except ComityError as error:
        return problem(error.code)
    return Message.WELCOME, write_hello(ours)


def greet(side: Side, work: Work, peer: Peer, hello: Hello) -> None:
    """Take a peer's hello or welcome in."""
    note_hello(work, peer, hello)
    side.greeted(work, peer, hello)


def own_hello(side: Side, work: Work, peer: Peer) -> Hello:
    """Return what we say to the peer."""
    kinds = readable_kinds(side.intake.receivers)
    return make_hello(work, peer, side.sending.home, kinds, side.peering(work, peer))


def _compared(side: Side, peer: Peer, payload: bytes) -> _Made:
    """Say what we hold of the peer's records otherwise than it believes."""
    try:
        return _Said((Message.COMPARED, side.acts.view(peer, lambda work: answer_compare(work, peer, payload))))
    except ComityError as error:
        return _Said(problem(error.code))


def _prepare(peer: Peer, payload: bytes) -> _Made:
    """Read a frame and what it holds, or return what is wrong with it."""
    try:
        frame = read_frame(payload)
        return Prepared(frame, read_items(frame, peer))
    except ComityError as error:
        return _Said(problem(error.code), ended=True)


def _take(side: Side, peer: Peer, made: _Made) -> tuple[Reply, bool]:
    """Return the reply to a message that was prepared, and whether the connection ends with it."""
    if isinstance(made, _Said):
        return made.reply, made.ended
    return _take_frame(side, peer, made.frame, made.read)


def _take_frame(side: Side, peer: Peer, frame: Frame, read: tuple[Read, ...]) -> tuple[Reply, bool]:
    """Accept one frame in as many works as it needs."""
    wait_s = side.over_quota(peer, len(read))
    if wait_s is not None:
        return problem("exchange.quota", wait_s), False
    try:
        outcome = _accept_whole(side, peer, frame, read)
    except Unreachable as error:
        return problem(error.code, BUSY_RETRY_S), False
    except ComityError as error:
        return problem(error.code), True
    if outcome.receipt is not None:
        return (Message.RECEIPT, write_receipt(sign_receipt(outcome.receipt, side.signer))), False
    if outcome.pull_from is not None:
        return (Message.PULL, encode(Pull(stream=frame.header.stream, next=outcome.pull_from))), False
    code = outcome.code or "exchange.rejected"
    return problem(code, _WAITS_S.get(code)), outcome.verdict is Verdict.FROZEN


def _accept_whole(side: Side, peer: Peer, frame: Frame, read: tuple[Read, ...]) -> FrameOutcome:
    while True:
        outcome = side.acts.act("exchange.accept", peer, lambda work: accept(work, frame, peer, side.intake, read))
        if not outcome.more:
            return outcome
