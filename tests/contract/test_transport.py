"""What carries deliveries between nodes, run on each way there is: a framed TLS link, and a hub with JetStream."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from nats.aio.msg import Msg

from comity.adapters.hub import hub as hub_of_a_node
from comity.adapters.hub.seal import Head, Secret, read_part
from comity.core.errors import BadInput
from comity.exchange import store
from tests.support import hub
from tests.support.hub import HubServer
from tests.support.linked import Linked, changed, linked_pair, until, write_identity

pytestmark = pytest.mark.enable_socket
Story: TypeAlias = Callable[[Linked, Linked], Coroutine[None, None, None]]


@pytest.fixture(scope="module")
def server() -> Iterator[HubServer]:
    with hub.running() as running:
        yield running


@pytest.fixture(params=["tls", "hub"])
def url(request: pytest.FixtureRequest) -> str | None:
    """The hub's URL; None for links of their own."""
    if request.param == "tls":
        return None
    running: HubServer = request.getfixturevalue("server")
    return running.url


def tell(folder: Path, url: str | None, story: Story) -> None:
    async def told() -> None:
        async with linked_pair(folder, url) as (fra, deu):
            await fra.trust(deu)
            await deu.trust(fra)
            await story(fra, deu)

    asyncio.run(told())


async def publish(node: Linked, first: int, last: int) -> None:
    for number in range(first, last + 1):
        await asyncio.to_thread(node.node.publish, f"n{number}", 1, f"text {number}")


def test_what_is_published_arrives_is_settled_and_withdrawn(tmp_path: Path, url: str | None) -> None:
    async def story(fra: Linked, deu: Linked) -> None:
        arrived, settled = changed(deu.node, "test_note"), changed(fra.node, "exchange_receipt")

        await publish(fra, 1, 20)
        await until(lambda: len(deu.node.notes()) == 20, arrived)
        await asyncio.to_thread(fra.node.publish, "n1", 2, None)
        await until(lambda: "n1" not in deu.node.notes(), arrived)

        await until(lambda: _settled(fra) == 21, settled)
        assert fra.link is not None
        assert deu.node.home.node in fra.link.state.connected

    tell(tmp_path, url, story)


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


def _settled(node: Linked) -> int:
    return sum(_int(row["last"]) - _int(row["first"]) + 1 for row in node.node.rows(store.receipt_table))


def test_both_directions_go_on_at_once(tmp_path: Path, url: str | None) -> None:
    async def story(fra: Linked, deu: Linked) -> None:
        at_deu, at_fra = changed(deu.node, "test_note"), changed(fra.node, "test_note")

        await asyncio.gather(publish(fra, 1, 10), publish(deu, 101, 110))

        await until(lambda: len(deu.node.notes()) == 10, at_deu)
        await until(lambda: len(fra.node.notes()) == 10, at_fra)
        assert set(deu.node.notes()) == {f"n{number}" for number in range(1, 11)}
        assert set(fra.node.notes()) == {f"n{number}" for number in range(101, 111)}

    tell(tmp_path, url, story)


def test_what_is_published_while_the_receiver_is_away_arrives_once_it_is_back(tmp_path: Path, url: str | None) -> None:
    async def story(fra: Linked, deu: Linked) -> None:
        arrived = changed(deu.node, "test_note")
        await publish(fra, 1, 1)
        await until(lambda: len(deu.node.notes()) == 1, arrived)
        await deu.down()

        await publish(fra, 2, 12)
        await deu.up()

        await until(lambda: len(deu.node.notes()) == 12, arrived)
        items = [_int(row["count"]) for row in deu.node.rows(store.segment_table) if row["incoming"]]
        assert sum(items) == 12

    tell(tmp_path, url, story)


def test_a_stranger_brings_nothing_and_is_counted(tmp_path: Path, url: str | None) -> None:
    async def told() -> None:
        async with linked_pair(tmp_path, url) as (fra, deu):
            await fra.trust(deu)  # DEU does not trust FRA
            assert deu.link is not None
            await publish(fra, 1, 2)

            async with asyncio.timeout(10):
                while not deu.link.state.strangers:  # noqa: ASYNC110 - a plain counter signals nothing
                    await asyncio.sleep(0.01)

            assert deu.node.rows(store.frame_table) == []
            assert deu.node.notes() == {}

    asyncio.run(told())


def test_a_hub_that_is_killed_and_started_again_loses_nothing(tmp_path: Path) -> None:
    with hub.running() as server:

        async def story(fra: Linked, deu: Linked) -> None:
            arrived = changed(deu.node, "test_note")
            publishing = asyncio.create_task(publish(fra, 1, 60))
            await until(lambda: len(deu.node.notes()) >= 10, arrived)

            code = await asyncio.to_thread(server.kill)
            present = len(deu.node.notes())
            await publishing
            waiting = 60 - len(deu.node.notes())
            await asyncio.to_thread(server.start)

            assert code == -9
            assert present < 60
            assert waiting > 0, "the kill struck while things were on their way"
            await until(lambda: len(deu.node.notes()) == 60, arrived)
            items = [_int(row["count"]) for row in deu.node.rows(store.segment_table) if row["incoming"]]
            assert sum(items) == 60

        tell(tmp_path, server.url, story)


def test_what_the_hub_brings_twice_is_taken_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_of_a_node, "_ACK_S", 0.2)
    acknowledge, dropped, redelivered = Msg.ack, itertools.count(), asyncio.Event()

    async def lose_at_first(message: Msg) -> None:
        if message.metadata.num_delivered and message.metadata.num_delivered > 1:
            redelivered.set()
        elif next(dropped) < 5:
            return
        await acknowledge(message)

    monkeypatch.setattr(Msg, "ack", lose_at_first)
    with hub.running() as server:

        async def story(fra: Linked, deu: Linked) -> None:
            arrived = changed(deu.node, "test_note")
            await publish(fra, 1, 10)
            await until(lambda: len(deu.node.notes()) == 10, arrived)

            await asyncio.wait_for(redelivered.wait(), 10)
            await publish(fra, 11, 11)
            await until(lambda: len(deu.node.notes()) == 11, arrived)

            items = [_int(row["count"]) for row in deu.node.rows(store.segment_table) if row["incoming"]]
            assert sum(items) == 11

        tell(tmp_path, server.url, story)


def test_the_hub_sees_nothing_of_what_it_carries_and_a_changed_part_is_not_opened(tmp_path: Path) -> None:
    secrets = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        secrets.append(write_identity(tmp_path / name, name))
    (a, a_files), (b, b_files) = secrets
    head = Head(sender="a", session=b"s" * 16, number=3, inbox="comity.a.a")
    speaks = Secret(a_files.key.read_bytes(), b.certificate).direction(head.session, b"", "a", "b")
    hears = Secret(b_files.key.read_bytes(), a.certificate).direction(head.session, b"", "a", "b")

    part = speaks.seal(head, b"synthetic content")

    named, sealed = read_part(part)
    assert b"synthetic" not in part
    assert (named, hears.open(named, sealed)) == (head, b"synthetic content")
    other = Secret(b_files.key.read_bytes(), a.certificate).direction(head.session, b"", "b", "a")
    moved = Head(sender="a", session=b"s" * 16, number=4, inbox="comity.a.a")
    for opens, told, content in (
        (other, named, sealed),
        (hears, moved, sealed),
        (hears, named, sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(BadInput):
            opens.open(told, content)
