"""What an exercise node signs counts for nothing on a node of production: identity, greeting, statement, agreement."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.agreements.identity import identity_bytes
from comity.agreements.load import agreement_id, canonical_bytes
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.signing import sign_agreement
from comity.agreements.vocabulary import Profile as IdentityProfile
from comity.core.codec import encode
from comity.core.errors import BadInput, Refused
from comity.core.ids import NodeId, Owner
from comity.core.ports import Work
from comity.core.vocabulary import Purpose, Role
from comity.diplomacy import store as diplomacy_store
from comity.diplomacy.peer_operations import trust
from comity.diplomacy.receivers import make_receivers
from comity.diplomacy.records import SIGNATURE_KIND, SignatureNotice, Trust
from comity.diplomacy.services import Services
from comity.exchange import store as exchange_store
from comity.exchange.hello import Hello, check_hello
from comity.exchange.inbox import Verdict
from comity.exchange.ports import Applied, Item
from comity.exchange.records import Home, Profile, Status
from comity.exchange.statement import Statement
from tests.support.agreements import make_test_identity
from tests.support.exchange_nodes import Node, Policy, open_node
from tests.support.hostile_peer import HostilePeer
from tests.support.house import NOON, House, actor, open_house

OPERATOR = actor("FRA", "ministry", role=Role.NODE_OPERATOR)


def services_of(party: str, seed: int, profile: IdentityProfile) -> Services:
    identity, signer = make_test_identity(party, seed, profile=profile)
    home = Home(
        node=NodeId(identity.node),
        party=party,
        profile=Profile(profile.value),
        key=identity.key.id,
        suite=identity.key.suite,
    )
    return Services(identity=identity, home=home, signer=signer)


OWN = services_of("FRA", 1, IdentityProfile.PRODUCTION)
TRUSTED = services_of("DEU", 2, IdentityProfile.PRODUCTION)
TRAINEES = services_of("DEU", 3, IdentityProfile.EXERCISE)


@pytest.fixture
def production(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, exchange_store.METADATA, diplomacy_store.METADATA) as house:
        with house.work(OPERATOR, Purpose.PEERING) as work:
            trust(work, Trust(document=identity_bytes(TRUSTED.identity).decode()), OWN)
        house.published.clear()
        yield house


@contextlib.contextmanager
def two_of_production(folder: Path) -> Iterator[HostilePeer]:
    law = {"DEU": ("text",), "FRA": ("text",)}
    with (
        open_node(folder / "fra", "FRA", Policy(dict(law)), Profile.PRODUCTION) as fra,
        open_node(folder / "deu", "DEU", Policy(dict(law)), Profile.PRODUCTION) as deu,
    ):
        fra.trust(deu.card)
        deu.trust(fra.card)
        yield HostilePeer(own=fra, victim=deu)


def stored(node: Node) -> list[dict[str, object]]:
    return [*node.statements(), *node.rows(exchange_store.record_table)]


def test_the_identity_of_an_exercise_node_is_never_trusted(production: House) -> None:
    document = identity_bytes(TRAINEES.identity).decode()

    with production.works().open(OPERATOR, Purpose.PEERING) as work, pytest.raises(Refused) as refused:
        trust(work, Trust(document=document), OWN)

    assert refused.value.code == "peering.profile"
    with production.works().open(OPERATOR, Purpose.PEERING) as work:
        assert diplomacy_store.identity_bytes(work, TRAINEES.identity.node) is None


def test_a_greeting_out_of_an_exercise_is_refused(production: House) -> None:
    with production.works().open(OPERATOR, Purpose.PEERING) as work:
        peer = exchange_store.get_peer(work, NodeId(TRUSTED.identity.node))
    hello = Hello(node=peer.node, party="DEU", profile=Profile.EXERCISE, kinds=(), streams=(), peering=None, clock=NOON)

    with pytest.raises(Refused) as refused:
        check_hello(hello, peer, OWN.home)

    assert refused.value.code == "exchange.profiles-differ"


def test_a_statement_out_of_an_exercise_is_refused_for_good(tmp_path: Path) -> None:
    with two_of_production(tmp_path) as peer:
        outcome = peer.send(peer.frame(peer.statement(profile=Profile.EXERCISE)))

        assert outcome.verdict is Verdict.DECIDED
        assert outcome.receipt is not None
        (item,) = outcome.receipt.outcomes
        assert (item.status, item.reasons) == (Status.REFUSED, ("exchange.profiles-differ",))
        assert stored(peer.victim) == []


def test_a_frame_sealed_with_the_key_of_an_exercise_is_not_taken(tmp_path: Path) -> None:
    with (
        two_of_production(tmp_path) as peer,
        open_node(tmp_path / "training", "ITA", Policy({})) as training,
    ):
        sealed = peer.frame(peer.statement())
        forged = HostilePeer(own=training, victim=peer.victim).resigned(sealed)

        outcome = peer.send(forged)

        assert outcome.verdict is Verdict.REJECTED
        assert stored(peer.victim) == []


def hand_in(work: Work, signer: Services, node: str) -> Applied:
    """Carry a signature of `signer`'s key in the name of a node, as the trusted peer's link would."""
    treaty = narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA"))
    signed = sign_agreement(agreement_id(treaty), party="DEU", node=node, at=NOON, signer=signer.signer)
    notice = SignatureNotice(document=canonical_bytes(treaty).decode(), signature=encode(signed).decode())
    peer = exchange_store.get_peer(work, NodeId(TRUSTED.identity.node))
    statement = Statement(
        agreement="0" * 64,
        clause="peering",
        owner=Owner(party="DEU", authority="test-police"),
        operation="sign",
        category="PEERING",
        purpose=Purpose.PEERING,
        kind=SIGNATURE_KIND,
        schema=1,
        id="s1",
        version=1,
        previous=None,
        issued=NOON,
        expires=None,
        delete_by=None,
        classification="restricted",
        conditions=(),
        key=TRUSTED.home.key,
        suite=TRUSTED.home.suite,
        profile=Profile.PRODUCTION,
        node=peer.node,
        payload=msgspec.to_builtins(notice),
    )
    item = Item(statement=statement, digest="0" * 64, own_signature=b"", peer=peer, stream="peering", known_version=0)
    return make_receivers(OWN)[SIGNATURE_KIND].apply(work, item)


def signatures(house: House) -> list[str]:
    with house.works().open(OPERATOR, Purpose.PEERING) as work:
        rows = work.read(diplomacy_store.AGREEMENT_SIGNATURE.select())
    return [row.party for row in rows if row.party == "DEU"]


def test_an_agreement_signed_by_an_exercise_node_binds_nobody(production: House) -> None:
    with production.work(OPERATOR, Purpose.PEERING) as work:
        applied = hand_in(work, TRAINEES, TRAINEES.identity.node)

    assert (applied.status, applied.reasons) == (Status.REFUSED, ("agreement.not-the-signer",))
    assert signatures(production) == []


def test_an_exercise_key_does_not_sign_in_the_name_of_the_trusted_node(production: House) -> None:
    with production.works().open(OPERATOR, Purpose.PEERING) as work, pytest.raises(BadInput) as refused:
        hand_in(work, TRAINEES, TRUSTED.identity.node)

    assert refused.value.code.startswith("signature.")
    assert signatures(production) == []


def test_the_right_key_signs(production: House) -> None:
    with production.work(OPERATOR, Purpose.PEERING) as work:
        applied = hand_in(work, TRUSTED, TRUSTED.identity.node)

    assert applied.status is Status.STORED
    assert signatures(production) == ["DEU"]
