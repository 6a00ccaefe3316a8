"""Witnesses over real TLS: a ledger that grows is vouched for, one that shows two histories is caught with evidence."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from comity.adapters.peerlink import Lines, Topic, contexts
from comity.adapters.sql.tables import ledger_entry
from comity.core.ports import Insert
from comity.core.vocabulary import Purpose
from comity.exchange.peers import trust_peer
from comity.exchange.records import PeerState
from comity.exchange.witness.desk import WitnessDesk
from comity.exchange.witness.letters import TOPIC
from comity.exchange.witness.rounds import Rounds, Witness, witnesses
from comity.exchange.witness.tables import split_table, witness_table, witnessed_table
from comity.ledger.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from comity.ledger.cosignature import read_cosignature, vouchers
from comity.ledger.tiles import Tiles
from comity.runtime.acts import Acts
from tests.support.house import actor, permit_all
from tests.support.linked import Linked, linked_pair

pytestmark = pytest.mark.enable_socket


def leaves(count: int, word: str = "entry") -> list[bytes]:
    return [sha256(f"{word} {number}".encode()).digest() for number in range(count)]


@dataclass
class Stage:
    """France's ledger, witnessed by Germany."""

    ledger: Linked
    witness: Linked
    lines: Lines
    held: list[bytes] = field(default_factory=list)

    def note(self) -> bytes:
        home = self.ledger.node.home
        root = Tiles(self._read).root(len(self.held))
        return sign_checkpoint(Checkpoint(origin=home.node, size=len(self.held), root=root), self.ledger.node.signer)

    async def show(self) -> int:
        house = self.ledger.node.house
        acts = Acts(house.works(), house.database.writer)
        # Each showing is by a process that remembers nothing.
        rounds = Rounds(acts, actor("FRA"), self.lines, Tiles(self._read))
        return await asyncio.to_thread(rounds.show, self.note())

    def _read(self, low: int, high: int) -> list[bytes]:
        return self.held[low:high]

    def standing(self) -> Witness:
        with self.ledger.node.house.works().open(actor("FRA"), Purpose.PEERING) as work:
            return witnesses(work)[0]

    def evidence(self) -> list[dict[str, object]]:
        return self.witness.node.rows(split_table)


@contextlib.asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    async with linked_pair(folder) as (fra, deu):
        await fra.trust(deu)
        await deu.trust(fra)
        house = deu.node.house
        house.decide = permit_all
        desk = WitnessDesk(deu.node.home, deu.node.signer, house.clock, Acts(house.works(), house.database.writer))
        deu.topics[TOPIC] = Topic(desk.answer)
        with fra.node.house.work(actor("FRA")) as work:
            row = {"node": deu.node.home.node, "appointed_at": work.recorded_at, "size": 0}
            empty = dict.fromkeys(("note", "line", "cosigned_at", "trouble"))
            work.change(Insert(witness_table, {**row, **empty}))
        lines = Lines(contexts(fra.files.certificate, fra.files.key))
        try:
            yield Stage(fra, deu, lines)
        finally:
            await lines.close()


def test_a_ledger_that_grows_is_vouched_for_and_anybody_can_check_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            for size in (0, 1, 7, 700, 700, 1500):
                here.held = leaves(size)
                assert await here.show() == 1

            standing = here.standing()
            assert (standing.size, standing.trouble) == (1500, None)
            assert standing.note is not None
            assert standing.line is not None
            trusted: dict[str, bytes] = {here.witness.node.home.node: here.witness.node.signer.public_key}
            cosigned = read_cosignature(standing.line.decode())
            assert vouchers(parse_checkpoint(standing.note), [cosigned], trusted) == frozenset(trusted)
            # Two that witness each other would never rest if vouching were itself an entry.
            assert not any('"witness' in str(row["entry"]) for row in here.witness.node.rows(ledger_entry))

    asyncio.run(story())


def test_two_histories_of_one_size_are_caught_kept_as_evidence_and_freeze_the_peer(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.held = leaves(10)
            await here.show()
            honest = here.note()
            here.held = leaves(9) + leaves(1, "forged")

            vouched = await here.show()

            assert vouched == 0
            assert here.standing().trouble == "ledger.split-view"
            (kept,) = here.evidence()
            assert (kept["code"], kept["seen"], kept["shown"]) == ("ledger.split-view", honest, here.note())
            assert here.witness.node.peer(here.ledger.node.home.node).state is PeerState.FROZEN

    asyncio.run(story())


def test_a_longer_history_that_does_not_continue_the_one_seen_is_not_vouched_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.held = leaves(10)
            await here.show()
            here.held = leaves(9) + leaves(5, "forged")

            vouched = await here.show()

            assert vouched == 0
            assert here.standing().trouble == "ledger.unproved"
            assert [each["code"] for each in here.evidence()] == ["ledger.unproved"]

    asyncio.run(story())


def test_a_ledger_that_was_cut_off_or_restored_from_an_old_copy_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.held = leaves(10)
            await here.show()
            here.held = leaves(6)

            assert await here.show() == 0
            assert here.standing().trouble == "witness.has-seen-more"
            here.held = leaves(11)
            assert [await here.show(), await here.show()] == [0, 1]

    asyncio.run(story())


def test_a_witness_that_is_away_holds_nothing_up_and_catches_up(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.held = leaves(3)
            await here.show()
            await here.witness.down()
            here.held = leaves(300)
            away = await here.show()
            trouble = here.standing().trouble
            await here.witness.up()
            await here.witness.link._follow_once()  # type: ignore[union-attr]  # it is up

            assert (away, trouble) in {(0, "link.closed"), (0, "link.refused")}
            async with asyncio.timeout(10):
                while await here.show() != 1:
                    pass
            assert here.standing().size == 300

    asyncio.run(story())


def test_without_a_peering_in_force_nobody_is_witnessed(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.witness.node.house.decide = here.witness.node.policy.decide
            house = here.witness.node.house
            desk = WitnessDesk(
                here.witness.node.home,
                here.witness.node.signer,
                house.clock,
                Acts(house.works(), house.database.writer),
            )
            here.witness.topics[TOPIC] = Topic(desk.answer)
            here.held = leaves(3)

            assert await here.show() == 0
            assert here.standing().trouble == "NOT_BOUND"
            assert here.witness.node.rows(witnessed_table) == []

    asyncio.run(story())


def test_a_checkpoint_by_another_key_is_not_vouched_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.held = leaves(3)
            card = here.ledger.node.card
            expired = tuple(msgspec.structs.replace(key, valid_until=key.valid_from) for key in card.keys)
            with here.witness.node.house.work(actor("DEU")) as work:
                newer = msgspec.structs.replace(here.ledger.card, keys=expired)
                trust_peer(work, newer, b"synthetic identity", here.witness.node.home)
            await here.witness.link._follow_once()  # type: ignore[union-attr]  # it is up

            assert await here.show() == 0
            assert here.standing().trouble == "ledger.bad-checkpoint"

    asyncio.run(story())
