"""Blind look-ups over real TLS: hits equal the plain join, a change shows, the owner's budget and policy hold."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from comity.adapters.blind_psi import PsiAsker, PsiOwner
from comity.adapters.peerlink import Lines, Topic, contexts
from comity.agreements.vocabulary import Mode
from comity.core.ports import Work
from comity.core.vocabulary import Purpose
from comity.exchange.modes import blinding
from comity.exchange.modes.answering import Answering
from comity.exchange.modes.asking import Asking
from comity.exchange.modes.blind_letters import TOPIC
from comity.exchange.modes.blinding import BlindSets
from comity.exchange.modes.looking import FRESH_US, BlindLooker, Looked
from comity.exchange.modes.records import Wish
from comity.exchange.modes.tally import Tally
from comity.runtime.acts import Acts
from tests.scenario.test_questions import Books, entries, kept_in
from tests.support.house import actor
from tests.support.linked import Linked, linked_pair

pytestmark = pytest.mark.enable_socket


@dataclass
class Keys:
    """The owner's keys."""

    held: frozenset[str] = frozenset()
    asked: int = 0

    def keys(self, work: Work, category: str) -> Iterable[str]:
        del work, category
        self.asked += 1
        return self.held


@dataclass
class Stage:
    """France looks up at Germany."""

    asker: Linked
    owner: Linked
    looker: BlindLooker
    sets: BlindSets
    answering: Answering
    keys: Keys
    books: Books = field(default_factory=Books)

    async def look(self, *keys: str) -> Looked:
        def act() -> Looked:
            house = self.asker.node.house
            wish = Wish(party="DEU", operation="query", category="NOTE", kind="blind", terms={})
            acts = Acts(house.works(), house.database.writer)
            return acts.act("test.look", actor("FRA"), Purpose.BORDERS, lambda work: self.looker.look(work, wish, keys))

        return await asyncio.to_thread(act)

    async def refresh(self) -> int:
        node = self.owner.node
        acts = Acts(node.house.works(), node.house.database.writer)
        self.sets.age()
        return await asyncio.to_thread(self.sets.refresh, lambda read: acts.view(actor("DEU"), Purpose.PEERING, read))

    def new_process(self) -> None:
        """Have the owner begin anew, as after a start."""
        self.sets = BlindSets(self.answering, {"NOTE": self.keys}, lambda: PsiOwner(()))
        self.owner.topics[TOPIC] = Topic(self.sets.answer)


@contextlib.asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    async with linked_pair(folder) as (fra, deu):
        await fra.trust(deu)
        await deu.trust(fra)
        books, keys, node = Books(mode=Mode.BLIND), Keys(), deu.node
        answering = Answering(
            home=node.home,
            signer=node.signer,
            clock=node.house.clock,
            terms=books,
            acts=node.acts,
            finders={},
            tally=Tally(1000),
        )
        lines = Lines(contexts(fra.files.certificate, fra.files.key))
        asking = Asking(
            home=fra.node.home,
            signer=fra.node.signer,
            clock=fra.node.house.clock,
            terms=books,
            broker=lines,
            patience_s=5,
        )
        sets = BlindSets(answering, {"NOTE": keys}, lambda: PsiOwner(()))
        deu.topics[TOPIC] = Topic(sets.answer)
        try:
            yield Stage(fra, deu, BlindLooker(asking, PsiAsker), sets, answering, keys, books)
        finally:
            await lines.close()


def test_hits_equal_the_plain_join_and_the_owner_stores_and_learns_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.keys.held = frozenset(f"document:DEU:{number}" for number in range(300))
            asked = ("document:DEU:7", "document:DEU:299", "document:DEU:Synthetic-Quimby")

            early = await here.look(*asked)
            made = await here.refresh()
            looked = await here.look(*asked)

            assert (early.hits, early.reason) == (None, "blind.preparing")
            assert made > 100
            assert looked.hits == here.keys.held & frozenset(asked)
            for node in (here.asker.node, here.owner.node):
                node.house.database.erase_for_good()
            assert kept_in(tmp_path, "document:DEU") == []
            told = [entry for entry in entries(here.owner.node) if '"exchange.answer-blind"' in entry]
            assert '"keys":32' in told[-1]

    asyncio.run(story())


def test_a_change_shows_without_making_the_set_anew(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.keys.held = frozenset(f"document:DEU:{number}" for number in range(300))
            await here.look("any")
            await here.refresh()
            before = await here.look("document:DEU:7", "new")

            here.keys.held = (here.keys.held - {"document:DEU:7"}) | {"new"}
            made = await here.refresh()
            at_once = await here.look("document:DEU:7", "new")
            here.asker.node.house.clock.move(FRESH_US)
            after = await here.look("document:DEU:7", "new")

            assert before.hits == frozenset({"document:DEU:7"})
            assert made <= 2
            # Until the copy is asked for again it says what it said; half a minute at most with the owner's own round.
            assert at_once.hits == before.hits
            assert after.hits == frozenset({"new"})

    asyncio.run(story())


def test_an_owner_that_began_anew_is_noticed_and_no_answer_is_wrong(tmp_path: Path) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.keys.held = frozenset({"a", "b"})
            await here.look("a")
            await here.refresh()
            before = await here.look("a", "c")

            here.new_process()
            preparing = await here.look("a", "c")
            await here.refresh()
            after = await here.look("a", "c")

            assert (preparing.hits, preparing.reason) == (None, "blind.preparing")
            assert before.hits == after.hits == frozenset({"a"})

    asyncio.run(story())


def test_budget_and_policy_of_the_owner_end_what_may_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with stage(tmp_path) as here:
            here.keys.held = frozenset({"a"})
            await here.look("a")
            await here.refresh()
            first = await here.look("a")
            monkeypatch.setattr(blinding, "KEYS_A_DAY", 63)
            spent = await here.look("a")
            monkeypatch.setattr(blinding, "KEYS_A_DAY", 1000)
            here.owner.node.policy.suspended = True
            suspended = await here.look("a")
            here.books.mode = Mode.QUERY
            other_mode = await here.look("a")

            assert first.hits == frozenset({"a"})
            assert (spent.hits, spent.reason) == (None, "blind.budget")
            assert (suspended.hits, suspended.reason) == (None, "NOT_IN_FORCE")
            assert (other_mode.hits, other_mode.reason) == (None, "question.not-permitted")

    asyncio.run(story())
