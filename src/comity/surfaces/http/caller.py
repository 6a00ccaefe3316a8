"""From the event loop to the runtime and back, through a bounded pool: a flood waits outside, not in memory."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeAlias

from comity.core.errors import ComityError, Defect, Unreachable
from comity.core.ports import Actor
from comity.runtime.records import Answer, Call
from comity.surfaces.http.metrics import Metrics
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.ports import Authenticate, Runtime

Tell: TypeAlias = Callable[[Answer | None, BaseException | None], None]
"""Takes the answer of a call or its error, in whichever thread it ends."""


class Caller:
    """Signs callers in and runs their operations off the event loop."""

    def __init__(self, runtime: Runtime, authenticate: Authenticate, settings: HttpSettings, metrics: Metrics) -> None:
        self.runtime = runtime
        self.metrics = metrics
        self._authenticate = authenticate
        self._pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="call")
        self._room = settings.threads + settings.waiting

    async def call(self, call: Call, token: str | None) -> Answer:
        """Run one operation for the holder of `token`, and return when its changes are durable; raises as `run`."""
        return await self.run(call, lambda: self._authenticate(token))

    async def run(self, call: Call, sign_in: Callable[[], Actor]) -> Answer:
        """Run one operation for whoever `sign_in` names; both off the event loop.

        Raises what the operation raises, `NotSignedIn` for a session that is over, and `Unreachable` `http.too-busy`
        if too many calls wait already.
        """
        # Read and written on the event loop only, so no lock.
        if self._room <= 0:
            raise Unreachable("http.too-busy", "This node has too many calls waiting.", remedy="Try again in a moment.")
        self._room -= 1
        try:
            loop = asyncio.get_running_loop()
            waiting: asyncio.Future[Answer] = loop.create_future()
            # A caller who goes away ends the waiting only: what was begun is finished.
            self._pool.submit(self._start, call, sign_in, partial(_tell, loop, waiting))
            answer = await waiting
        except ComityError as error:
            self.metrics.refused(self._label(call), error)
            raise
        finally:
            self._room += 1
        self.metrics.done(call.operation, replayed=answer.replayed)
        return answer

    async def sign_in(self, token: str | None) -> Actor:
        """Say who holds `token`; raises `NotSignedIn` for a session that is over."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._authenticate, token)

    def close(self) -> None:
        """Let running calls end and take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, call: Call, sign_in: Callable[[], Actor], tell: Tell) -> None:
        """Begin the call; whichever thread ends it wakes the event loop, once."""
        try:
            begun = self.runtime.start(call, sign_in())
        except BaseException as error:  # noqa: BLE001 - told to the waiter, who would wait for ever
            tell(None, error)
        else:
            begun.add_done_callback(partial(_hand_on, tell))

    def _label(self, call: Call) -> str:
        """Name the operation in a counter; what a caller invented gets no series of its own."""
        return call.operation if call.operation in self.runtime.catalogue else "unknown"


def _hand_on(tell: Tell, begun: Future[Answer]) -> None:
    error = begun.exception()
    tell(begun.result() if error is None else None, error)


def _tell(
    loop: asyncio.AbstractEventLoop, waiting: asyncio.Future[Answer], answer: Answer | None, error: BaseException | None
) -> None:
    with contextlib.suppress(RuntimeError):  # the loop ended meanwhile, and with it whoever waited
        loop.call_soon_threadsafe(_settle, waiting, answer, error)


def _settle(waiting: asyncio.Future[Answer], answer: Answer | None, error: BaseException | None) -> None:
    if waiting.done():
        return
    if answer is not None:
        waiting.set_result(answer)
    else:
        waiting.set_exception(error or Defect("http.no-answer", "The call ended without an answer."))
