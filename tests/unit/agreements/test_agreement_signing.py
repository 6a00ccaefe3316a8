"""Identity documents, signatures under agreements, peering."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import decide
from comity.agreements.identity import identity_bytes, parse_identity
from comity.agreements.load import agreement_id, canonical_bytes, parse_agreement, require_verified
from comity.agreements.peering import make_peering
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.registry import Registry, Standing
from comity.agreements.signatures import check_signature
from comity.agreements.signing import (
    Verified,
    in_force,
    in_force_since,
    missing_signatures,
    sign_agreement,
    verify_signature,
)
from comity.agreements.vocabulary import PEERING_OPERATIONS, Profile
from comity.core.codec import encode
from comity.core.decision import Question, Stage
from comity.core.errors import BadInput, Refused
from comity.core.ids import Owner
from comity.core.time import Instant, parse_instant
from comity.core.vocabulary import Purpose
from tests.support.agreements import AT, make_test_identity

GERMAN, GERMAN_KEY = make_test_identity("DEU", 1)
FRENCH, FRENCH_KEY = make_test_identity("FRA", 2)


def signed(version: str, party: str, at: Instant = AT) -> Verified:
    identity, signer = (GERMAN, GERMAN_KEY) if party == "DEU" else (FRENCH, FRENCH_KEY)
    signature = sign_agreement(version, party=party, node=identity.node, at=at, signer=signer)  # type: ignore[arg-type]
    return verify_signature(signature, identity)


def test_an_identity_document_survives_export() -> None:
    assert parse_identity(identity_bytes(GERMAN)) == GERMAN


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"party": "FRA"}, "signature.wrong"),
        ({"party": "ZZZ"}, "codes.unknown-party"),
        ({"addresses": ()}, "signature.wrong"),
        ({"profile": Profile.PRODUCTION}, "signature.wrong"),
        ({"node": FRENCH.node}, "identity.node"),
        ({"key": FRENCH.key}, "identity.node"),
        ({"key": msgspec.structs.replace(GERMAN.key, id="0" * 16)}, "identity.key"),
        ({"tls": msgspec.structs.replace(GERMAN.tls, fingerprint="0" * 64)}, "identity.fingerprint"),
        ({"tls": msgspec.structs.replace(GERMAN.tls, certificate="none")}, "identity.certificate"),
        (
            {
                "tls": msgspec.structs.replace(
                    GERMAN.tls,
                    certificate="-----BEGIN CERTIFICATE-----\nAAAAA\n-----END CERTIFICATE-----\n",
                )
            },
            "identity.certificate",
        ),
        ({"signature": "0" * 128}, "signature.wrong"),
    ],
)
def test_a_changed_identity_document_is_refused(changes: dict[str, object], code: str) -> None:
    document = encode(msgspec.structs.replace(GERMAN, **changes))

    with pytest.raises(BadInput) as caught:
        parse_identity(document)

    assert caught.value.code == code


def test_an_agreement_is_in_force_when_all_parties_signed_and_its_day_has_come() -> None:
    agreement = narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA"))
    version = agreement_id(agreement)
    later = Instant(AT + 5)

    one = [signed(version, "DEU")]
    both = [*one, signed(version, "FRA", later)]

    assert missing_signatures(agreement, one) == ("FRA",)
    assert not in_force(agreement, one, later)
    assert missing_signatures(agreement, both) == ()
    assert in_force_since(agreement, both) == later
    assert in_force(agreement, both, later)
    assert not in_force(agreement, both, AT)


def test_an_early_signature_waits_for_the_day_of_the_agreement() -> None:
    agreement = narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA"))
    early = parse_instant("2020-01-01T00:00:00Z")
    signatures = [signed(agreement_id(agreement), party, early) for party in ("DEU", "FRA")]

    assert in_force_since(agreement, signatures) == parse_instant("2023-03-07T00:00:00Z")


def test_a_signature_under_another_version_counts_for_nothing() -> None:
    agreement = narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA"))

    assert missing_signatures(agreement, [signed("0" * 64, "DEU")]) == ("FRA", "DEU")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"party": "FRA"}, "signature.signer"),
        ({"node": FRENCH.node}, "signature.signer"),
        ({"key": FRENCH.key.id}, "signature.signer"),
        ({"at": Instant(AT + 1)}, "signature.wrong"),
        ({"agreement": "1" * 64}, "signature.wrong"),
    ],
)
def test_a_changed_signature_is_refused(changes: dict[str, object], code: str) -> None:
    genuine = signed("0" * 64, "DEU").signed

    with pytest.raises(BadInput) as caught:
        verify_signature(msgspec.structs.replace(genuine, **changes), GERMAN)

    assert caught.value.code == code


def test_both_sides_make_the_same_peering_agreement() -> None:
    peering = make_peering(GERMAN, FRENCH)

    assert agreement_id(peering) == agreement_id(make_peering(FRENCH, GERMAN))
    assert parse_agreement(canonical_bytes(peering)) == peering
    assert require_verified(peering, profile=Profile.PRODUCTION) == ()


def test_new_addresses_do_not_change_the_peering() -> None:
    moved = msgspec.structs.replace(GERMAN, addresses=(), issued=Instant(AT + 1))

    assert make_peering(moved, FRENCH) == make_peering(GERMAN, FRENCH)


def test_only_the_nodes_named_sign_a_peering() -> None:
    peering = make_peering(GERMAN, FRENCH)
    version = agreement_id(peering)
    other, other_key = make_test_identity("DEU", 3)
    foreign = verify_signature(sign_agreement(version, party="DEU", node=other.node, at=AT, signer=other_key), other)

    assert missing_signatures(peering, [foreign, signed(version, "FRA")]) == ("DEU",)
    assert in_force(peering, [signed(version, "DEU"), signed(version, "FRA")], AT)


def test_exercise_and_production_never_peer_nor_does_a_party_with_itself() -> None:
    production, _ = make_test_identity("FRA", 4, profile=Profile.PRODUCTION)
    second, _ = make_test_identity("DEU", 5)

    for other, code in ((production, "peering.profile"), (second, "peering.same-party")):
        with pytest.raises(Refused) as caught:
            make_peering(GERMAN, other)

        assert caught.value.code == code


@pytest.mark.parametrize("stage", [Stage.ACT, Stage.ENQUEUE, Stage.TRANSMIT, Stage.RECEIPT])
def test_peering_permits_its_closed_list_and_nothing_else(stage: Stage) -> None:
    compiled = compile_agreement(make_peering(GERMAN, FRENCH))
    registry = Registry.of([Standing(compiled, Instant(0))])
    owner = Owner(party="DEU", authority="test-police")
    question = Question(
        stage=stage,
        operation="hello",
        category="PEERING",
        purpose=Purpose.PEERING,
        actor=owner,
        owner=owner,
        sender="DEU",
        receiver="FRA",
    )

    for operation in PEERING_OPERATIONS:
        assert decide(msgspec.structs.replace(question, operation=operation.value), AT, AT, registry).permitted
    for changes in ({"operation": "enter"}, {"category": "ARR"}, {"purpose": Purpose.POLICE}, {"receiver": "POL"}):
        assert not decide(msgspec.structs.replace(question, **changes), AT, AT, registry).permitted


def test_a_suite_other_than_the_one_rule_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        check_signature(b"", "0" * 128, "rsa", b"")

    assert caught.value.code == "signature.suite"
