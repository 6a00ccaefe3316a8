"""Parties with real storage and the diplomacy room, whose messages a test carries by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from comity.agreements.identity import Authority, identity_bytes
from comity.agreements.load import canonical_bytes
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.records import Agreement
from comity.core.codec import decode_as
from comity.core.ids import NodeId
from comity.core.operation import AnyOperation
from comity.core.ports import Publication, Work
from comity.core.vocabulary import Function, Purpose, Role
from comity.diplomacy import store
from comity.diplomacy.operations import make_operations
from comity.diplomacy.receivers import make_receivers
from comity.diplomacy.records import (
    AgreementState,
    AgreementView,
    PeerView,
    Propose,
    ShowAgreement,
    Sign,
    Trust,
)
from comity.diplomacy.services import Services
from comity.diplomacy.signatures import (
    accept_peering_signature,
    own_peering_signature,
)
from comity.exchange import store as exchange_store
from comity.exchange.ports import Applied, Item
from comity.exchange.records import Home
from comity.exchange.records import Profile as WireProfile
from comity.exchange.statement import Statement
from tests.support.agreements import POLICE, make_test_identity
from tests.support.house import House, actor, call, open_house

PARTIES = {"FRA": 1, "DEU": 2, "ITA": 3}
"""Seeds of synthetic nodes."""


@dataclass
class Node:
    """One party's house with the diplomacy room in it."""

    house: House
    services: Services
    operations: tuple[AnyOperation, ...]
    sent: list[Publication] = field(default_factory=list)

    @property
    def party(self) -> str:
        return self.services.party

    def act(
        self, name: str, command: msgspec.Struct, kind: type[msgspec.Struct], purpose: str, authority: str = "ministry"
    ) -> msgspec.Struct:
        """Run an operation; a four-eyes one directly, as the second person's approval does."""
        who = actor(
            self.party,
            authority,
            Function.TREATY_OFFICER,
            Function.ADMINISTRATOR,
            role=Role.NODE_OPERATOR,
        )
        declared = {each.name: each for each in self.operations}[name]
        if not declared.four_eyes:
            return decode_as(
                self.house.runtime(self.operations).run(call(name, command, purpose=purpose), who).body, kind
            )
        with self.house.work(who, Purpose(purpose)) as work:
            result = declared.run(work, command)
        assert isinstance(result, kind)
        return result

    @contextlib.contextmanager
    def work(self) -> Iterator[Work]:
        with self.house.work(actor(self.party, "ministry", role=Role.NODE_OPERATOR), Purpose.PEERING) as work:
            yield work

    def receive(self, sender: Node, publication: Publication) -> Applied:
        with self.work() as work:
            peer = exchange_store.get_peer(work, sender.services.identity.node)
            item = Item(
                statement=statement_of(sender, publication),
                digest="0" * 64,
                own_signature=b"",
                peer=peer,
                stream=publication.stream or "peering",
                known_version=0,
            )
            return make_receivers(self.services)[publication.kind].apply(work, item)


def statement_of(sender: Node, publication: Publication) -> Statement:
    payload = msgspec.to_builtins(publication.payload) if publication.payload else None
    return Statement(
        agreement="0" * 64,
        clause="peering",
        owner=publication.owner,
        operation=publication.operation,
        category=publication.category,
        purpose=publication.purpose,
        kind=publication.kind,
        schema=publication.schema,
        id=publication.id,
        version=publication.version,
        previous=None,
        issued=publication.issued,
        expires=None,
        delete_by=None,
        classification=publication.classification,
        conditions=(),
        key=sender.services.home.key,
        suite=sender.services.home.suite,
        profile=sender.services.home.profile,
        node=sender.services.home.node,
        payload=payload,
    )


def make_node(
    folder: Path, party: str, stack: contextlib.ExitStack, authorities: tuple[Authority, ...] = (POLICE,)
) -> Node:
    folder.mkdir()
    identity, signer = make_test_identity(party, PARTIES[party], authorities=authorities)
    home = Home(
        node=NodeId(identity.node),
        party=party,
        profile=WireProfile.EXERCISE,
        key=identity.key.id,
        suite=identity.key.suite,
    )
    services = Services(identity=identity, home=home, signer=signer)
    house = stack.enter_context(open_house(folder, exchange_store.METADATA, store.METADATA))
    node = Node(house=house, services=services, operations=make_operations(services))
    house.published = node.sent
    return node


def trusts(one: Node, other: Node) -> PeerView:
    document = identity_bytes(other.services.identity).decode()
    view = one.act("peer.trust", Trust(document=document), PeerView, "administration")
    assert isinstance(view, PeerView)
    return view


def greets(one: Node, other: Node) -> AgreementState:
    """Carry one's hello to the other, with its signature under the peering agreement."""
    with one.work() as work:
        signed = own_peering_signature(work, other.services.identity.node, one.services)
    assert signed is not None
    with other.work() as work:
        return accept_peering_signature(work, one.services.identity.node, signed, other.services)


def befriend(one: Node, other: Node) -> None:
    trusts(one, other)
    trusts(other, one)
    greets(one, other)
    greets(other, one)


def treaty() -> Agreement:
    return narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA", "ITA"))


def propose(node: Node, agreement: Agreement | None = None) -> AgreementView:
    document = canonical_bytes(agreement or treaty()).decode()
    view = node.act("agreement.propose", Propose(document=document), AgreementView, "peering")
    assert isinstance(view, AgreementView)
    return view


def sign(node: Node, agreement: str) -> AgreementView:
    view = node.act("agreement.sign", Sign(agreement=agreement), AgreementView, "peering")
    assert isinstance(view, AgreementView)
    return view


def show(node: Node, agreement: str) -> AgreementView:
    view = node.act("agreement.show", ShowAgreement(agreement=agreement), AgreementView, "peering")
    assert isinstance(view, AgreementView)
    return view


def carry(sender: Node, *receivers: Node) -> list[Applied]:
    """Take everything that was published to the receivers, as the exchange would."""
    outcomes = [receiver.receive(sender, publication) for publication in sender.sent for receiver in receivers]
    sender.sent.clear()
    return outcomes
