"""Two nodes come to trust each other, and a treaty comes into force only when every party has signed it."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.decide import decide
from comity.agreements.identity import Identity, identity_bytes
from comity.agreements.load import agreement_id, canonical_bytes
from comity.agreements.ready import instrument_text, load_instrument, narrow_parties
from comity.agreements.signing import AgreementSignature
from comity.agreements.vocabulary import Profile
from comity.core.codec import decode_as, encode
from comity.core.commit import ChangeSet, GuardFailed
from comity.core.decision import Question, Stage
from comity.core.errors import BadInput, NotFound, Refused
from comity.core.ids import AgreementId, Owner
from comity.core.time import SECOND_US, Instant
from comity.core.vocabulary import Purpose, Role
from comity.diplomacy.peer_operations import trust
from comity.diplomacy.records import (
    AgreementPage,
    AgreementState,
    AgreementView,
    Distrust,
    ListAgreements,
    ListPeers,
    PeerList,
    PeerView,
    Propose,
    Trust,
)
from comity.diplomacy.registry import AgreementBook, load_registry
from comity.diplomacy.signatures import (
    accept_peering_signature,
    own_peering_signature,
    take_signatures,
    verified,
)
from comity.exchange.records import Status
from tests.support.agreements import make_test_identity
from tests.support.diplomacy import Node, befriend, carry, greets, propose, show, sign, treaty, trusts
from tests.support.house import actor


def may_search(node: Node) -> bool:
    with node.work() as work:
        question = Question(
            stage=Stage.USE,
            operation="search",
            category="REF",
            purpose=Purpose.BORDERS,
            actor=Owner(party=node.party, authority="border-police"),
            role=Role.BORDER_GUARD,
            owner=Owner(party="DEU", authority="bundespolizei"),
        )
        return decide(question, work.at, work.recorded_at, load_registry(work)).permitted


# peers


def test_peering_is_in_force_only_when_both_trust_and_both_signatures_arrived(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]

    first = trusts(france, germany)
    second = trusts(germany, france)
    arrived = greets(france, germany)

    assert first.agreement == second.agreement
    assert (first.peering, second.peering) == (AgreementState.PROPOSED, AgreementState.PROPOSED)
    assert arrived is AgreementState.IN_FORCE
    assert greets(germany, france) is AgreementState.IN_FORCE


def test_trusting_twice_changes_nothing(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    with france.work() as work:
        before = AgreementBook("FRA").epoch(work)

    again = trusts(france, germany)

    assert again.peering is AgreementState.IN_FORCE
    with france.work() as work:
        assert AgreementBook("FRA").epoch(work) == before


def test_a_node_does_not_trust_itself(nodes: dict[str, Node]) -> None:
    with pytest.raises(Refused) as refusal:
        trusts(nodes["FRA"], nodes["FRA"])

    assert refusal.value.code == "exchange.own-node"


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        (make_test_identity("FRA", 9)[0], "peering.same-party"),
        (make_test_identity("DEU", 9, profile=Profile.PRODUCTION)[0], "peering.profile"),
    ],
)
def test_nodes_that_may_not_peer_are_refused(nodes: dict[str, Node], identity: Identity, code: str) -> None:
    france = nodes["FRA"]
    command = Trust(document=identity_bytes(identity).decode())

    with pytest.raises(Refused) as refusal, france.work() as work:
        trust(work, command, france.services)

    assert refusal.value.code == code


def test_a_document_that_was_altered_is_refused(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    altered = identity_bytes(nodes["DEU"].services.identity).replace(b"node.example", b"evil.example")

    with pytest.raises(BadInput) as refusal, france.work() as work:
        trust(work, Trust(document=altered.decode()), france.services)

    assert refusal.value.code == "signature.wrong"


def test_a_fingerprint_that_was_read_out_otherwise_is_refused(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    document = identity_bytes(nodes["DEU"].services.identity).decode()

    with pytest.raises(Refused) as refusal, france.work() as work:
        trust(work, Trust(document=document, fingerprint="0" * 64), france.services)

    assert refusal.value.code == "peering.fingerprint-differs"


def test_distrust_ends_the_peering_at_once_and_only_a_person_resumes_it(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    node = germany.services.identity.node

    france.act("peer.distrust", Distrust(node=node, reason="key-lost"), PeerView, "administration")
    after_distrust = france.act("peer.list", ListPeers(), PeerList, "administration")
    repeated = greets(germany, france)
    france.house.clock.move(SECOND_US)
    resumed = trusts(france, germany)

    assert isinstance(after_distrust, PeerList)
    assert [(peer.state, peer.peering) for peer in after_distrust.peers] == [("distrusted", AgreementState.ENDED)]
    assert repeated is AgreementState.ENDED
    assert resumed.peering is AgreementState.IN_FORCE


def test_a_signature_of_another_node_is_not_taken_for_the_peers(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    befriend(france, germany)
    befriend(france, italy)
    with germany.work() as work:
        signed = own_peering_signature(work, france.services.identity.node, germany.services)
    assert signed is not None
    forged = msgspec.structs.replace(signed, party="ITA", node=italy.services.identity.node)

    for signature in (signed, forged):
        with pytest.raises(BadInput), france.work() as work:
            accept_peering_signature(work, italy.services.identity.node, signature, france.services)


# treaties


def test_a_treaty_is_in_force_only_with_the_last_signature_at_every_node(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    befriend(france, germany)
    befriend(france, italy)
    befriend(germany, italy)

    proposed = propose(france)
    assert all(outcome.status is Status.STORED for outcome in carry(france, germany, italy))
    sign(france, proposed.agreement)
    carry(france, germany, italy)
    sign(germany, proposed.agreement)
    carry(germany, france, italy)
    assert not may_search(france)
    last = sign(italy, proposed.agreement)
    carry(italy, france, germany)

    assert last.state is AgreementState.IN_FORCE
    assert last.in_force_since == show(italy, proposed.agreement).in_force_since
    for node in nodes.values():
        seen = show(node, proposed.agreement)
        assert (seen.state, seen.missing) == (AgreementState.IN_FORCE, ())
        assert seen.signed_by == seen.parties
    assert may_search(france)


def test_two_last_signatures_that_come_together_do_not_overlook_each_other(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    befriend(france, italy)
    befriend(germany, italy)
    befriend(france, germany)
    proposed = propose(italy)
    sign(italy, proposed.agreement)

    def taken(signer: Node) -> ChangeSet:
        """Take a signature in on a snapshot that holds neither of the two."""
        with italy.house.works().open(actor("ITA", "ministry"), Purpose.PEERING) as work:
            signed = signer.services.sign(work, AgreementId(proposed.agreement))
            take_signatures(work, treaty(), verified(work, signed, italy.services))
            return work.conclude(None)

    both = [taken(france), taken(germany)]
    committed = [italy.house.database.writer.submit(change_set).exception() for change_set in both]
    again = italy.house.database.writer.submit(taken(germany)).exception()

    assert [type(outcome) for outcome in committed] == [type(None), GuardFailed]
    assert again is None
    assert show(italy, proposed.agreement).state is AgreementState.IN_FORCE


def test_the_name_of_an_agreement_is_its_content_everywhere(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)

    proposed = propose(france)
    carry(france, germany)
    seen = show(germany, proposed.agreement)

    assert proposed.agreement == agreement_id(treaty())
    assert seen.document == canonical_bytes(treaty()).decode()


def test_a_proposal_under_another_name_is_refused(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    propose(france)
    (publication,) = france.sent

    outcome = germany.receive(france, msgspec.structs.replace(publication, id="0" * 64))

    assert (outcome.status, outcome.reasons) == (Status.REFUSED, ("agreement.hash-differs",))


def test_a_proposal_among_others_is_refused(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    foreign = narrow_parties(load_instrument("schengen-sis"), ("FRA", "ITA"))
    propose(france, foreign)
    (publication,) = france.sent

    with pytest.raises(Refused) as refusal:
        germany.receive(france, publication)

    assert refusal.value.code == "agreement.not-a-party"
    assert publication.recipients == ("ITA",)


def test_a_signature_that_arrives_before_the_proposal_is_taken_with_its_document(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    befriend(france, germany)
    befriend(germany, italy)
    proposed = propose(france)
    carry(france, germany)
    sign(germany, proposed.agreement)

    (outcome,) = carry(germany, italy)

    assert outcome.status is Status.STORED
    assert show(italy, proposed.agreement).signed_by == ("DEU",)


def test_nobody_signs_for_another_party(nodes: dict[str, Node]) -> None:
    france, germany, italy = nodes["FRA"], nodes["DEU"], nodes["ITA"]
    befriend(france, germany)
    befriend(france, italy)
    befriend(germany, italy)
    proposed = propose(france)
    carry(france, germany, italy)
    sign(germany, proposed.agreement)
    (publication,) = germany.sent
    by_italy = msgspec.structs.replace(publication, owner=Owner(party="ITA", authority="ministry"))

    outcome = france.receive(italy, by_italy)

    assert (outcome.status, outcome.reasons) == (Status.REFUSED, ("agreement.not-the-signer",))
    assert show(france, proposed.agreement).signed_by == ()


def test_a_forged_signature_is_refused(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    proposed = propose(france)
    carry(france, germany)
    sign(germany, proposed.agreement)
    (publication,) = germany.sent
    notice = publication.payload
    assert notice is not None
    signed = decode_as(getattr(notice, "signature").encode(), AgreementSignature)  # noqa: B009
    forged = msgspec.structs.replace(signed, at=Instant(signed.at + 1))

    with pytest.raises(BadInput) as refusal:
        france.receive(
            germany,
            msgspec.structs.replace(
                publication, payload=msgspec.structs.replace(notice, signature=encode(forged).decode())
            ),
        )

    assert refusal.value.code == "signature.wrong"
    assert show(france, proposed.agreement).signed_by == ()


def test_signing_again_sends_the_same_signature_again(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    proposed = propose(france)
    france.sent.clear()

    sign(france, proposed.agreement)
    france.house.clock.move(SECOND_US)
    sign(france, proposed.agreement)

    first, again = france.sent
    assert first.payload == again.payload


def test_a_peering_agreement_is_never_proposed(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    page = france.act("agreement.list", ListAgreements(peering=True), AgreementPage, "peering")
    assert isinstance(page, AgreementPage)
    document = show(france, page.agreements[0].agreement).document
    assert document is not None

    with pytest.raises(Refused) as refusal:
        france.act("agreement.propose", Propose(document=document), AgreementView, "peering")

    assert refusal.value.code == "agreement.peering-not-proposed"


def test_a_broken_document_is_refused_with_its_places(nodes: dict[str, Node]) -> None:
    text = instrument_text("schengen-sis").decode().replace("source:", "sauce:", 1)

    with pytest.raises(BadInput) as refusal:
        nodes["FRA"].act("agreement.propose", Propose(document=text), AgreementView, "peering")

    assert refusal.value.problems


def test_an_agreement_nobody_knows_is_not_found(nodes: dict[str, Node]) -> None:
    with pytest.raises(NotFound):
        show(nodes["FRA"], "0" * 64)


def test_an_amendment_ends_the_version_before(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    befriend(france, germany)
    base = narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA"))
    amended = msgspec.structs.replace(base, version=base.version + 1, parent=agreement_id(base))
    for agreement in (base, amended):
        france.house.clock.move(SECOND_US)
        germany.house.clock.move(SECOND_US)
        name = propose(france, agreement).agreement
        carry(france, germany)
        sign(france, name)
        carry(france, germany)
        sign(germany, name)
        carry(germany, france)

    assert show(france, agreement_id(base)).state is AgreementState.ENDED
    assert show(france, agreement_id(amended)).state is AgreementState.IN_FORCE
    with france.work() as work:
        assert AgreementBook("FRA").stream(work, agreement_id(amended)) == base.id
