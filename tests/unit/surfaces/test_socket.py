"""The local socket: the same calls and errors as elsewhere, for users that the kernel vouches for."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.core.errors import ComityError, NotPermitted, NotSignedIn, Refused
from comity.core.ports import Actor
from comity.runtime.records import Call
from comity.surfaces.cli.socket_client import SocketTransport
from comity.surfaces.cli.socket_server import SocketServer
from comity.surfaces.cli.socket_wire import Message, pack, unpack_head
from comity.surfaces.failures import trace_of
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.log import AccessLog
from comity.surfaces.http.metrics import Metrics
from comity.surfaces.http.settings import HttpSettings
from tests.support.fake_runtime import OFFICER, TOKEN, FakeRuntime, Respond, StillClock, authenticate
from tests.support.sample_room import CATALOGUE, NoteList

LIST = Call(operation="note.list", command=b"{}")
EMPTY = NoteList(notes=())


def serve(
    path: Path,
    talk: Callable[[SocketTransport], object],
    respond: Respond = lambda _: EMPTY,
    local: Actor | None = OFFICER,
) -> tuple[object, FakeRuntime]:
    """Serve one node's socket while `talk` runs in a thread."""
    runtime = FakeRuntime(CATALOGUE, {"note.list": respond})
    settings = HttpSettings(node="n", party="FRA", profile="exercise", secret=b"s", clock=StillClock())
    caller = Caller(runtime, authenticate, settings, Metrics())
    server = SocketServer(
        caller,
        authenticate,
        lambda uid: local if uid == os.getuid() else None,
        AccessLog(io.StringIO(), StillClock()),
        exercise=True,
    )

    async def run() -> object:
        listening = await server.listen(path)
        async with listening:
            return await asyncio.to_thread(talk, SocketTransport(path))

    try:
        return asyncio.run(run()), runtime
    finally:
        caller.close()


def refusal(transport: SocketTransport, token: str | None = None) -> ComityError:
    with pytest.raises(ComityError) as caught:
        transport.send(LIST, token)
    return caught.value


def test_the_local_user_acts_as_the_account_that_is_bound_to_it(tmp_path: Path) -> None:
    answer, runtime = serve(tmp_path / "api.sock", lambda transport: transport.send(LIST, None))

    assert answer == b'{"next":null,"notes":[]}'
    assert runtime.calls[0][1] == OFFICER


def test_a_session_goes_before_the_local_account(tmp_path: Path) -> None:
    _, runtime = serve(tmp_path / "api.sock", lambda transport: transport.send(LIST, TOKEN))
    error, _ = serve(tmp_path / "api.sock", lambda transport: refusal(transport, "old"))

    assert runtime.calls[0][1] == authenticate(TOKEN)
    assert isinstance(error, NotSignedIn)


def test_a_user_bound_to_nobody_is_refused(tmp_path: Path) -> None:
    error, runtime = serve(tmp_path / "api.sock", refusal, local=None)

    assert isinstance(error, NotPermitted)
    assert runtime.calls == []


def test_a_refusal_arrives_whole_with_its_trace(tmp_path: Path) -> None:
    def respond(_: object) -> NoteList:
        raise Refused("rule.x", "A rule.", reasons=("A", "B"))

    error, _ = serve(tmp_path / "api.sock", refusal, respond)

    assert isinstance(error, Refused)
    assert error.reasons == ("A", "B")
    assert len(trace_of(error) or "") == 16


def test_the_socket_is_for_its_owner_and_replaces_one_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    path.write_bytes(b"")

    mode, _ = serve(path, lambda _: path.stat().st_mode & 0o777)

    assert mode == 0o600


def test_a_message_too_large_or_unknown_is_refused_at_its_head() -> None:
    assert unpack_head(pack(Message.CALL, b"abc")[:5]) == (Message.CALL, 3)
    for head in (b"\xff\xff\xff\xff\x41", b"\x00\x00\x00\x01\x00"):
        with pytest.raises(ComityError):
            unpack_head(head)


def test_a_node_of_an_exercise_says_so_with_its_answer(tmp_path: Path) -> None:
    asked: list[SocketTransport] = []

    def talk(transport: SocketTransport) -> object:
        asked.append(transport)
        return transport.send(LIST, TOKEN)

    serve(tmp_path / "api.sock", talk)

    assert asked[0].exercise
