"""Keys between two parties: installed, told to peers, taken in once; contradictions are kept, ends are registered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from comity.adapters.keys_file import FileSigner
from comity.adapters.keys_hybrid import HybridSigner
from comity.agreements.identity import identity_bytes
from comity.agreements.keys import Deed, body_bytes, mark
from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput, Refused
from comity.core.ports import Signer, Work
from comity.core.time import DAY_US
from comity.deadlines.records import ListDeadlines, Standing
from comity.diplomacy.key_duties import KeyDuties
from comity.diplomacy.key_records import (
    DeedRequest,
    InstallDeeds,
    KeyState,
    RequestKey,
    RequestRevocation,
    RequestRoot,
    ShowKeys,
)
from comity.diplomacy.operations import make_operations
from comity.diplomacy.records import PeerView, Trust
from comity.diplomacy.services import Services
from comity.exchange.keys.desk import CONTRADICTION, DeedDesk
from comity.exchange.keys.letters import DeedsLetter, DeedsTaken
from comity.exchange.keys.store import conflicts, deeds_of
from comity.exchange.modes.letter import read_letter
from comity.exchange.records import Peer, PeerState
from comity.exchange.store import get_peer
from tests.support.diplomacy import Node, befriend, make_node
from tests.support.house import permit_all
from tests.support.roots import Root

T = TypeVar("T")


class MemoryShelf:
    """Keys that live as long as the test."""

    def __init__(self, *hands: Signer) -> None:
        self.hands = {hand.public_key: hand for hand in hands}

    def make(self, *, hybrid: bool) -> Signer:
        first = FileSigner(bytes([len(self.hands) + 100]) * 32)
        made: Signer = HybridSigner(first, b"\7" * 32) if hybrid else first
        self.hands[made.public_key] = made
        return made

    def holds(self, public: bytes) -> bool:
        return public in self.hands


@dataclass
class Pair:
    """A German node with a root, and a French one that trusts it."""

    deu: Node
    fra: Node
    root: Root
    shelf: MemoryShelf = field(default_factory=MemoryShelf)

    def ask(self, name: str, command: msgspec.Struct) -> DeedRequest:
        asked = self.deu.act(f"keys.{name}", command, DeedRequest, "administration")
        assert isinstance(asked, DeedRequest)
        return asked

    def install(self, asked: DeedRequest) -> KeyState:
        command = InstallDeeds(document=self.root.sign(asked.document))
        state = self.deu.act("keys.install", command, KeyState, "administration")
        assert isinstance(state, KeyState)
        return state

    def deeds(self) -> tuple[Deed, ...]:
        with self.deu.work() as work:
            return deeds_of(work, self.deu.services.identity.node)

    def tell(self, *deeds: Deed) -> DeedsTaken:
        services = self.fra.services
        desk = DeedDesk(services.home, services.signer, self.fra.house.clock, DirectActs(self.fra))
        answer = desk.answer(self.peer(), encode(DeedsLetter(deeds=deeds or self.deeds())))
        return read_letter(answer, DeedsTaken)[0]

    def peer(self) -> Peer:
        with self.fra.work() as work:
            return get_peer(work, self.deu.services.identity.node)


class DirectActs:
    """Runs a peer's acts in the house of the node it speaks to."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def act(self, name: str, peer: Peer, do: Callable[[Work], T]) -> T:
        del name, peer
        with self._node.work() as work:
            return do(work)

    def view(self, peer: Peer, do: Callable[[Work], T]) -> T:
        return self.act("", peer, do)


@pytest.fixture(name="pair")
def made_pair(tmp_path: Path) -> Iterator[Pair]:
    with contextlib.ExitStack() as stack:
        deu, fra = make_node(tmp_path / "deu", "DEU", stack), make_node(tmp_path / "fra", "FRA", stack)
        shelf = MemoryShelf(deu.services.signer)
        services = deu.services
        deu.services = Services(services.identity, services.home, services.signer, services.signer, shelf)
        deu.operations = make_operations(deu.services)
        befriend(deu, fra)
        fra.house.decide = permit_all
        pair = Pair(deu, fra, Root(tmp_path), shelf)
        pair.install(pair.ask("request-root", RequestRoot(root=pair.root.public)))
        yield pair


def test_a_root_takes_over_certifies_and_takes_back(pair: Pair) -> None:
    asked = pair.ask("request", RequestKey(hybrid=True, days=30))
    state = pair.install(asked)
    gone = pair.install(pair.ask("request-revocation", RequestRevocation(key=asked.key, reason="lost in a fire")))

    assert (state.root, state.deeds) == (pair.root.key.id, 2)
    assert [(key.signs, key.here) for key in state.keys] == [(False, True), (True, True)]
    assert [key.signs for key in gone.keys] == [True, False]
    assert gone.keys[1].compromised_at is not None


@pytest.mark.parametrize(
    ("name", "command", "code"),
    [
        ("request-root", RequestRoot(root="{}"), "keys.has-root"),
        ("request-revocation", RequestRevocation(key="0" * 16, reason="lost"), "keys.unknown"),
    ],
)
def test_what_cannot_be_asked_for_is_told_at_once(pair: Pair, name: str, command: msgspec.Struct, code: str) -> None:
    with pytest.raises((BadInput, Refused)) as refusal:
        pair.ask(name, command)

    assert refusal.value.code == code


def test_a_node_without_a_root_cannot_ask_for_keys(pair: Pair) -> None:
    with pytest.raises(Refused) as refusal:
        pair.fra.act("keys.request", RequestKey(), DeedRequest, "administration")

    assert refusal.value.code == "keys.no-root"


def test_a_peer_takes_deeds_once_and_acknowledges_them_each_time(pair: Pair) -> None:
    asked = pair.ask("request", RequestKey())
    pair.install(asked)

    late = pair.tell(pair.deeds()[1])
    first, again = pair.tell(), pair.tell()

    assert (late.number, first.number, again.number) == (0, 2, 2)
    assert (first.digest, first.node) == (again.digest, pair.deu.services.identity.node)
    assert [key.id for key in pair.peer().card.keys][1:] == [asked.key]
    seen = pair.fra.act("keys.show", ShowKeys(), KeyState, "administration")
    assert isinstance(seen, KeyState)
    assert [(each.deeds, each.keys[1].signs) for each in seen.peers] == [(2, True)]


def test_two_deeds_of_one_number_freeze_the_peer_and_are_kept(pair: Pair, tmp_path: Path) -> None:
    pair.tell()
    held = pair.deeds()[0]
    other = msgspec.structs.replace(held, valid_until=held.issued + DAY_US)
    message = body_bytes(other)
    forged = msgspec.structs.replace(
        other, own=mark(pair.deu.services.signer, message), root=mark(pair.root.hand, message)
    )

    with pytest.raises(BadInput):
        pair.tell(other)
    assert pair.peer().state is PeerState.TRUSTED
    with pytest.raises(Refused) as refusal:
        pair.tell(forged)

    assert refusal.value.code == CONTRADICTION
    assert (pair.peer().state, pair.peer().frozen_reason) == (PeerState.FROZEN, CONTRADICTION)
    with pair.fra.work() as work:
        assert conflicts(work) == {pair.deu.services.identity.node}
        assert deeds_of(work, pair.deu.services.identity.node) == (held,)


def test_a_second_deed_of_a_number_is_not_installed_at_home_either(pair: Pair) -> None:
    held = pair.deeds()[0]
    other = msgspec.structs.replace(held, valid_until=held.issued + DAY_US)

    with pytest.raises(Refused) as refusal:
        pair.deu.act("keys.install", InstallDeeds(document=encode(other).decode()), KeyState, "administration")

    assert refusal.value.code == "keys.contradiction"


def test_who_trusts_a_node_later_learns_its_keys_from_its_document(pair: Pair) -> None:
    asked = pair.ask("request", RequestKey())
    pair.install(asked)
    hand = pair.shelf.hands[bytes.fromhex(decode_canonical_as(asked.document.encode(), Deed).key.public)]
    plain = pair.deu.services.identity
    body = msgspec.structs.replace(plain, deeds=pair.deeds(), signed_by=asked.key, issued=pair.deeds()[1].issued)
    from comity.agreements.identity import IdentityBody, make_identity  # noqa: PLC0415 - here alone

    members = {name: getattr(body, name) for name in IdentityBody.__struct_fields__}
    document = identity_bytes(make_identity(IdentityBody(**members), hand)).decode()

    pair.fra.act("peer.trust", Trust(document=document), PeerView, "administration")

    assert [key.id for key in pair.peer().card.keys] == [plain.key.id, asked.key]
    assert pair.tell().number == 2


def test_the_end_of_a_key_is_on_the_register_until_another_follows(pair: Pair) -> None:
    duties = KeyDuties(pair.deu.services)

    def standings() -> dict[str, Standing]:
        with pair.deu.work() as work:
            found = duties.page(work, ListDeadlines(), None)
            due = duties.page(work, ListDeadlines(standing=Standing.DUE), None)
            late = duties.page(work, ListDeadlines(standing=Standing.BREACHED), None)
        marks = dict.fromkeys((each.rule for each in found), Standing.RUNNING)
        marks |= dict.fromkeys((each.rule for each in due), Standing.DUE)
        return marks | dict.fromkeys((each.rule for each in late), Standing.BREACHED)

    assert set(standings().values()) == {Standing.RUNNING}
    pair.deu.house.clock.move(62 * DAY_US - 1)
    assert standings()["keys.renew-4-weeks"] is Standing.DUE
    pair.deu.house.clock.move(21 * DAY_US)
    assert [standings()[rule] for rule in ("keys.renew-4-weeks", "keys.renew-1-week")] == [
        Standing.BREACHED,
        Standing.DUE,
    ]
    pair.install(pair.ask("request", RequestKey()))
    assert set(standings().values()) == {Standing.RUNNING}
