"""When a ledger cannot be written its exchange stops, both ways and for questions too, and goes on from there after."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from comity.adapters.peerlink import Switchboard
from comity.core.errors import Refused, Unreachable
from comity.core.vocabulary import Purpose
from comity.exchange.modes.asking import TOPIC
from comity.exchange.modes.records import Said
from comity.exchange.queue import unstored
from tests.scenario.test_questions import SECRET, stage
from tests.support.exchange_nodes import Node
from tests.support.house import actor
from tests.support.linked import changed, until

pytestmark = pytest.mark.enable_socket


def waiting(sender: Node, receiver: Node) -> list[str]:
    """Return the ids of what the receiver has not acknowledged."""
    with sender.house.works().open(actor("FRA"), Purpose.PEERING) as work:
        found = unstored(work, receiver.home.node, None, 10)
    return [each.head.id for each in found if each.head is not None]


class FullDisk:
    """Lets the ledger's file take no byte more, and counts how often that struck."""

    def __init__(self, node: Node) -> None:
        self.struck = 0
        self.broken, loop = asyncio.Event(), asyncio.get_running_loop()

        def tell(_error: str) -> None:
            loop.call_soon_threadsafe(self.broken.set)

        node.house.database.writer.on_break(tell)
        node.house.database.ledger._write = self._refuse  # type: ignore[method-assign]  # the fault

    def _refuse(self, data: bytes) -> None:
        del data
        self.struck += 1
        raise OSError(28, "no space left")


def test_a_receiver_whose_ledger_cannot_be_written_takes_nothing_and_answers_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, slot_s=0) as here:
            here.notes.held = {SECRET: frozenset()}
            sender, receiver = here.asker.node, here.owner.node
            arrived = changed(receiver, "test_note")
            await asyncio.to_thread(sender.publish, "n1", 1, "before")
            await until(lambda: "n1" in receiver.notes(), arrived)
            fault = FullDisk(receiver)
            # The group that meets the fault stands in the database; nothing after it does.
            await asyncio.to_thread(sender.publish, "n2", 1, "meets it")
            await asyncio.wait_for(fault.broken.wait(), 10)

            await asyncio.to_thread(sender.publish, "n3", 1, "after it")
            said = [await here.says(SECRET) for _ in range(3)]

            assert fault.struck >= 1
            assert {each for each, _ in said} == {Said.UNKNOWN}
            assert "n3" not in receiver.notes()
            assert waiting(sender, receiver)[-1:] == ["n3"]

    asyncio.run(story())


def test_a_sender_whose_ledger_cannot_be_written_sends_nothing_more(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, slot_s=0) as here:
            sender, receiver = here.asker.node, here.owner.node
            fault = FullDisk(sender)
            # It is told at once, or the receipt for it cannot be entered: whichever the writer comes to first.
            with contextlib.suppress(Unreachable):
                await asyncio.to_thread(sender.publish, "n1", 1, "meets it")
            await asyncio.wait_for(fault.broken.wait(), 10)

            with pytest.raises(Unreachable):
                await asyncio.to_thread(sender.publish, "n2", 1, "after it")
            with pytest.raises(Unreachable):
                await asyncio.to_thread(here.ask, SECRET)

            assert fault.struck >= 1
            assert "n2" not in receiver.notes()

    asyncio.run(story())


def test_no_question_leaves_a_node_that_knows_its_ledger_broken(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path, slot_s=0) as here:
            broken = False
            switchboard = Switchboard(lambda: broken)
            switchboard.connect(here.lines)
            peer = await asyncio.to_thread(here.asker.node.peer, here.owner.node.home.node)
            with pytest.raises(Refused, match="does not answer"):
                await asyncio.wrap_future(switchboard.ask(peer, "no such topic", b"", 5))

            broken = True
            failure = switchboard.ask(peer, TOPIC, b"", 5).exception(0)

            assert isinstance(failure, Unreachable)
            assert failure.code == "ledger.cannot-write"

    asyncio.run(story())
