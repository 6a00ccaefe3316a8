"""Small makers for tests of agreements: a synthetic node with keys, its identity, questions with sound defaults."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterable

import msgspec
import nacl.signing

from comity.agreements.compile import Compiled, compile_agreement
from comity.agreements.identity import (
    Address,
    Authority,
    Identity,
    IdentityBody,
    Tls,
    certificate_fingerprint,
    make_identity,
)
from comity.agreements.keys import Key
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.records import Agreement
from comity.agreements.registry import Registry, Standing
from comity.agreements.signatures import SUITE, key_id, node_id
from comity.agreements.vocabulary import Profile
from comity.core.decision import Question, Stage
from comity.core.ids import Owner
from comity.core.time import Instant, parse_instant
from comity.core.vocabulary import Purpose, Role

AT = parse_instant("2026-03-01T10:00:00Z")
BEGINNING = Instant(0)
GERMANY = Owner(party="DEU", authority="bundeskriminalamt")
FRANCE = Owner(party="FRA", authority="police-aux-frontieres")
IRELAND = Owner(party="IRL", authority="garda")
FRENCH_BUREAU = Owner(party="FRA", authority="bureau")
ARREST_FIELDS = ("action", "offence", "person.birth_date", "person.surnames", "reason")
REFUSAL_FIELDS = (
    "action",
    "decision_reference",
    "ground_category",
    "person.birth_date",
    "person.surnames",
    "reason",
)
REPORT_FIELDS = ("action_taken", "alert.id", "found_at", "place")


class TestSigner:
    """A signer over a key made from one seed byte."""

    __test__ = False

    def __init__(self, seed: int) -> None:
        self._key = nacl.signing.SigningKey(bytes([seed]) * 32)

    @property
    def suite(self) -> str:
        return SUITE

    @property
    def public_key(self) -> bytes:
        return bytes(self._key.verify_key)

    @property
    def key_id(self) -> str:
        return key_id(SUITE, self.public_key)

    def sign(self, message: bytes) -> bytes:
        return bytes(self._key.sign(message).signature)


POLICE = Authority(id="test-police", name="Synthetic police", roles=(Role.POLICE,))


def make_test_identity(
    party: str, seed: int, *, profile: Profile = Profile.EXERCISE, authorities: tuple[Authority, ...] = (POLICE,)
) -> tuple[Identity, TestSigner]:
    """Make a synthetic node of `party`; its certificate is only shaped like one."""
    signer = TestSigner(seed)
    pem = f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(bytes([seed]) * 40).decode()}\n-----END CERTIFICATE-----\n"
    body = IdentityBody(
        schema="comity-identity/1",
        party=party,
        authorities=authorities,
        node=node_id(SUITE, signer.public_key),
        profile=profile,
        key=Key(id=signer.key_id, suite=SUITE, public=signer.public_key.hex()),
        tls=Tls(fingerprint=certificate_fingerprint(pem), certificate=pem),
        addresses=(Address(host="node.example", port=7443),),
        issued=AT,
    )
    return make_identity(body, signer), signer


@functools.cache
def schengen() -> Agreement:
    """The ready agreement among four of its parties."""
    return narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA", "POL", "IRL"))


def registry_of(agreements: Iterable[Agreement], since: Instant = BEGINNING) -> Registry:
    """All of them in force."""
    return Registry.of([Standing(compile_agreement(agreement), since) for agreement in agreements])


@functools.cache
def schengen_registry() -> Registry:
    return registry_of([schengen()])


def schengen_compiled() -> Compiled:
    return compile_agreement(schengen())


def arrest_statement(stage: Stage = Stage.ENQUEUE, **changes: object) -> Question:
    """Germany's new arrest alert on its way to France."""
    question = Question(
        stage=stage,
        operation="enter",
        category="ARR",
        purpose=Purpose.POLICE,
        actor=GERMANY,
        owner=GERMANY,
        sender="DEU",
        receiver="FRA",
        fields=ARREST_FIELDS,
    )
    return msgspec.structs.replace(question, **changes)


def refusal_statement(stage: Stage = Stage.ENQUEUE, **changes: object) -> Question:
    """Germany's new refusal alert on its way to France."""
    return arrest_statement(
        stage, **{"category": "REF", "purpose": Purpose.BORDERS, "fields": REFUSAL_FIELDS, **changes}
    )


def border_search(category: str = "REF", **changes: object) -> Question:
    """A French border guard searches German alerts at the border."""
    question = Question(
        stage=Stage.USE,
        operation="search",
        category=category,
        purpose=Purpose.BORDERS,
        actor=FRANCE,
        role=Role.BORDER_GUARD,
        owner=GERMANY,
    )
    return msgspec.structs.replace(question, **changes)
