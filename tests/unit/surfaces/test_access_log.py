"""The access log: what is answered may be told a little late, what went wrong is told at once, nothing is left out."""

from __future__ import annotations

import asyncio
import io
import json

from comity.surfaces.http.log import AccessLog
from tests.support.fake_runtime import StillClock


class Telling(io.StringIO):
    """Tells when it was flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed = asyncio.Event()

    def flush(self) -> None:
        super().flush()
        self.flushed.set()


def answered(log: AccessLog, trace: str) -> None:
    log.request(operation="note.list", status=200, trace=trace, milliseconds=1)


def traces(stream: io.StringIO) -> list[str]:
    return [json.loads(line)["trace"] for line in stream.getvalue().splitlines()]


def test_lines_that_may_be_late_are_written_together_and_in_order() -> None:
    stream = Telling()
    log = AccessLog(stream, StillClock(), late_s=0.001)

    async def serve() -> None:
        answered(log, "a")
        answered(log, "b")
        assert traces(stream) == []
        await asyncio.wait_for(stream.flushed.wait(), 10)

    asyncio.run(serve())

    assert traces(stream) == ["a", "b"]


def test_a_defect_is_written_at_once_behind_what_came_before_it() -> None:
    stream = io.StringIO()
    log = AccessLog(stream, StillClock(), late_s=60)

    async def serve() -> None:
        answered(log, "a")
        log.defect(RuntimeError("no word of this"), trace="b")

    asyncio.run(serve())

    assert traces(stream) == ["a", "b"]
    assert "no word" not in stream.getvalue()


def test_what_waits_is_written_at_the_end() -> None:
    stream = io.StringIO()
    log = AccessLog(stream, StillClock(), late_s=60)

    async def serve() -> None:
        answered(log, "a")

    asyncio.run(serve())
    log.flush()

    assert traces(stream) == ["a"]
