"""The dialled end: greets, takes frames in, answers with receipts."""

from __future__ import annotations

import asyncio
import functools
from typing import Final

from comity.adapters.framing import read_message, send_message
from comity.adapters.peerlink.messages import Message, message_of
from comity.adapters.peerlink.side import Side
from comity.core.codec import encode
from comity.core.errors import BadInput, ComityError, Unreachable
from comity.core.ports import Work
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
from comity.exchange.receipt import sign_receipt, write_receipt
from comity.exchange.records import Peer

BUSY_RETRY_S: Final = 5
_WAITS: Final = frozenset({"exchange.clock-skew", "exchange.key-unknown"})
_WAIT_S: Final = 60

Reply = tuple[Message, bytes]


async def answer(side: Side, peer: Peer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection of a peer known by its certificate until it ends. Raises the errors that ended it."""
    kind, payload = await read_message(reader, side.limits.answer_s)
    if message_of(kind) is not Message.HELLO:
        raise BadInput("link.no-greeting", "The other side did not greet first.")
    await _reply(side, writer, await _welcome(side, peer, payload))
    while True:
        side.state.heard[peer.node] = side.clock.now()
        kind, payload = await read_message(reader, side.limits.idle_s)
        match message_of(kind):
            case Message.PING:
                await _reply(side, writer, (Message.PING, b""))
            case Message.FRAME:
                reply, ended = await side.call(functools.partial(_take, side, peer, payload))
                await _reply(side, writer, reply)
                if ended:
                    return
            case _:
                raise BadInput("link.unexpected-message", "The other side sent a message out of turn.")


def problem(code: str, retry_after_s: int | None = None) -> Reply:
    """Return the message that says why something was not taken."""
    return Message.PROBLEM, encode(Problem(code=code, retry_after_s=retry_after_s))


async def _reply(side: Side, writer: asyncio.StreamWriter, reply: Reply) -> None:
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


def _take(side: Side, peer: Peer, payload: bytes) -> tuple[Reply, bool]:
    """Accept one frame in as many works as it needs; return the reply, and whether the connection ends with it."""
    try:
        frame = read_frame(payload)
        outcome = _accept_whole(side, peer, frame)
    except Unreachable as error:
        return problem(error.code, BUSY_RETRY_S), False
    except ComityError as error:
        return problem(error.code), True
    if outcome.receipt is not None:
        return (Message.RECEIPT, write_receipt(sign_receipt(outcome.receipt, side.signer))), False
    if outcome.pull_from is not None:
        return (Message.PULL, encode(Pull(stream=frame.header.stream, next=outcome.pull_from))), False
    code = outcome.code or "exchange.rejected"
    return problem(code, _WAIT_S if code in _WAITS else None), outcome.verdict is Verdict.FROZEN


def _accept_whole(side: Side, peer: Peer, frame: Frame) -> FrameOutcome:
    while True:
        outcome = side.acts.act("exchange.accept", peer, lambda work: accept(work, frame, peer, side.intake))
        if not outcome.more:
            return outcome
