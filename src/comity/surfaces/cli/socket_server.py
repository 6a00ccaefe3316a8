"""The local socket of a running node: the command line's way in beside HTTP, for users the kernel vouches for."""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from comity.core import codec
from comity.core.errors import BadInput, ComityError, Defect, NotPermitted
from comity.core.ports import Actor
from comity.core.time import parse_instant
from comity.runtime.records import Call
from comity.surfaces.cli.socket_wire import HEAD, MAX_PAYLOAD, Message, SocketCall, pack, unpack_head
from comity.surfaces.failures import describe
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.log import AccessLog
from comity.surfaces.ports import Authenticate

LocalActor: TypeAlias = Callable[[int], Actor | None]
"""Gives the actor bound to a user id of this machine, None if that user is bound to nobody."""

_CREDENTIALS: Final = struct.Struct("3i")  # pid, uid, gid: struct ucred of Linux
_IDLE_S: Final = 30


class SocketServer:
    """Serves calls on one Unix socket, through the same caller as HTTP, so that one bound holds for both."""

    def __init__(
        self,
        caller: Caller,
        authenticate: Authenticate,
        local_actor: LocalActor,
        log: AccessLog,
        *,
        exercise: bool = False,
    ) -> None:
        self._caller = caller
        self._authenticate = authenticate
        self._local_actor = local_actor
        self._log = log
        self._answered = Message.EXERCISE_ANSWER if exercise else Message.ANSWER

    async def listen(self, path: Path) -> asyncio.Server:
        """Bind `path`, readable by its owner only, and serve until the returned server is closed.

        A socket left by a node that died is replaced; the caller holds the node's lock, so no other node lives.
        """
        return await asyncio.start_unix_server(self._serve, sock=_bind(path), limit=MAX_PAYLOAD)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_IDLE_S):
                message, length = unpack_head(await reader.readexactly(HEAD.size))
                payload = await reader.readexactly(length)
            writer.write(await self._answer(message, payload, _peer_uid(writer)))
            await writer.drain()
        except (ComityError, asyncio.IncompleteReadError, TimeoutError, ConnectionError):
            pass  # Whoever called speaks another language or went away: there is nobody to tell.
        finally:
            writer.close()

    async def _answer(self, message: Message, payload: bytes, uid: int) -> bytes:
        trace = secrets.token_hex(8)
        try:
            asked = _read(message, payload)
            answer = await self._caller.run(_call(asked), lambda: self._sign_in(asked.token, uid))
            return pack(self._answered, answer.body)
        except ComityError as error:
            return pack(Message.FAILURE, msgspec.json.encode(describe(error, trace)))
        except Exception as error:  # noqa: BLE001 - the outermost loop of the socket: the process outlives one call
            self._log.defect(error, trace=trace)
            defect = Defect("socket.defect", "This node made a mistake; the call was not answered.")
            return pack(Message.FAILURE, msgspec.json.encode(describe(defect, trace)))

    def _sign_in(self, token: str | None, uid: int) -> Actor:
        local = self._local_actor(uid)
        if local is None:
            raise NotPermitted("socket.unbound-user", "This user of the machine is bound to no account of the node.")
        return local if token is None else self._authenticate(token)


def _read(message: Message, payload: bytes) -> SocketCall:
    if message is not Message.CALL:
        raise BadInput("socket.type", "Only calls are taken here.")
    return codec.decode_as(payload, SocketCall, max_bytes=MAX_PAYLOAD)


def _bind(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    path.chmod(0o600)
    return listening


def _call(asked: SocketCall) -> Call:
    return Call(
        operation=asked.operation,
        command=msgspec.json.encode(asked.command),
        request_id=asked.request_id,
        purpose=asked.purpose,
        at=None if asked.at is None else parse_instant(asked.at, field="$.at"),
    )


def _peer_uid(writer: asyncio.StreamWriter) -> int:
    line: socket.socket = writer.get_extra_info("socket")
    uid: int = _CREDENTIALS.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))[1]
    return uid
