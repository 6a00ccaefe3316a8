"""Deeds about keys: what continues a chain, what does not, and what a pair's two signatures are worth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.adapters.keys_file import FileSigner
from comity.adapters.keys_hybrid import HybridSigner, create_second, load_second
from comity.adapters.keys_root import open_root, read_log, sign_deed
from comity.agreements.identity import IdentityBody, identity_bytes, make_identity, parse_identity
from comity.agreements.keys import (
    HYBRID,
    SCHEMA,
    Act,
    Chain,
    Deed,
    DeedBody,
    Key,
    begin,
    body_bytes,
    deed_digest,
    extend,
    holds,
    key_of,
    mark,
    replay,
)
from comity.agreements.load import agreement_id
from comity.agreements.signatures import node_id
from comity.agreements.signing import Verified, missing_signatures, sign_agreement, verify_signature
from comity.agreements.sourced import Confidence, Sourced
from comity.agreements.vocabulary import SignatureSuite
from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput, Refused
from comity.core.ids import AgreementId
from comity.core.ports import Signer
from comity.core.time import DAY_US, Instant
from tests.support.agreements import AT, make_test_identity, schengen
from tests.support.roots import PASSPHRASE, Root

FIRST = FileSigner(b"\1" * 32)
ROOT = HybridSigner(FileSigner(b"\2" * 32), b"\3" * 32)
ONLINE = FileSigner(b"\4" * 32)
PAIR = HybridSigner(FileSigner(b"\5" * 32), b"\6" * 32)
NODE = node_id("ed25519", FIRST.public_key)
NOW = Instant(AT + 10)
END = Instant(NOW + 90 * DAY_US)


def deed(chain: Chain, act: Act, key: Key, own: Signer | None, root: Signer = ROOT, **more: Any) -> Deed:  # noqa: ANN401 - fields of the deed
    body = DeedBody(
        schema=SCHEMA,
        node=chain.node,
        number=chain.length + 1,
        previous=chain.digests[-1] if chain.digests else None,
        act=act,
        key=key,
        **{"issued": max(NOW, chain.issued), **more},
    )
    members = {name: getattr(body, name) for name in DeedBody.__struct_fields__}
    message = body_bytes(body)
    return Deed(**members, own=mark(own, message) if own else None, root=mark(root, message))


def established() -> tuple[Deed, ...]:
    return (deed(begin(NODE, key_of(FIRST)), Act.ESTABLISH, key_of(ROOT), FIRST, valid_until=END),)


def certified(hand: Signer = ONLINE, before: tuple[Deed, ...] | None = None, **more: Any) -> tuple[Deed, ...]:  # noqa: ANN401 - as above
    deeds = before or established()
    times = {"valid_from": NOW, "valid_until": END, **more}
    return (*deeds, deed(chain_of(deeds), Act.CERTIFY, key_of(hand), hand, **times))


def revoked(hand: Signer = ONLINE, before: tuple[Deed, ...] | None = None, **more: Any) -> tuple[Deed, ...]:  # noqa: ANN401 - as above
    deeds = before or certified()
    said = {"compromised_at": NOW, "reason": "stolen", **more}
    return (*deeds, deed(chain_of(deeds), Act.REVOKE, key_of(hand), None, **said))


def chain_of(deeds: tuple[Deed, ...]) -> Chain:
    return replay(NODE, key_of(FIRST), deeds)


def test_a_node_without_deeds_has_its_first_key_without_end() -> None:
    chain = chain_of(())

    assert chain.root is None
    assert chain.newest(Instant(1 << 50)) == chain.spans[0]


def test_the_key_certified_last_signs_and_both_count_while_they_overlap() -> None:
    chain = chain_of(certified(PAIR, certified(valid_from=Instant(NOW + 5))))

    assert [span.key.id for span in chain.spans] == [FIRST.key_id, ONLINE.key_id, PAIR.key_id]
    assert chain.newest(NOW).key == key_of(PAIR)  # type: ignore[union-attr]  # there is one
    assert all(span.covers(Instant(NOW + 6)) for span in chain.spans)
    assert not any(span.covers(END) for span in chain.spans[:1])
    assert chain.spans[2].key.suite == HYBRID


def test_a_key_that_was_taken_back_counts_up_to_when_it_may_have_been_stolen() -> None:
    chain = chain_of(revoked(before=certified(issued=NOW), compromised_at=Instant(NOW), issued=Instant(NOW + 3)))

    assert not chain.spans[1].covers(NOW)
    assert chain.newest(NOW) == chain.spans[0]


BROKEN: dict[str, tuple[Callable[[], tuple[Deed, ...]], str]] = {
    "another node": (lambda: (msgspec.structs.replace(established()[0], node="x"),), "keys.another-node"),
    "a gap": (lambda: certified()[1:], "keys.out-of-order"),
    "twice": (lambda: (*established(), established()[0]), "keys.out-of-order"),
    "issued before the last": (lambda: certified(issued=Instant(NOW - 1)), "keys.out-of-order"),
    "no root's mark": (lambda: (msgspec.structs.replace(established()[0], root=None),), "keys.unsigned"),
    "no own mark": (lambda: (msgspec.structs.replace(established()[0], own=None),), "keys.wrong-mark"),
    "too long": (lambda: certified(valid_until=Instant(END + 1)), "keys.period"),
    "no end": (lambda: certified(valid_until=None), "keys.period"),
    "back-dated": (lambda: certified(valid_from=Instant(NOW - 1)), "keys.period"),
    "the first key too long": (
        lambda: (deed(chain_of(()), Act.ESTABLISH, key_of(ROOT), FIRST, valid_until=Instant(END + 1)),),
        "keys.period",
    ),
    "one key twice": (lambda: certified(before=certified()), "keys.known-already"),
    "the root online": (lambda: certified(ROOT), "keys.known-already"),
    "taken back twice": (lambda: revoked(before=revoked()), "keys.known-already"),
    "an unknown key": (lambda: revoked(PAIR), "keys.unknown"),
    "stolen in the future": (lambda: revoked(compromised_at=Instant(NOW + 1)), "keys.period"),
    "signed by an online key": (
        lambda: (*established(), deed(chain_of(established()), Act.REVOKE, key_of(FIRST), None, root=ONLINE)),
        "keys.wrong-mark",
    ),
    "a wrong id": (
        lambda: (*established(), deed(chain_of(established()), Act.CERTIFY, changed(key_of(ONLINE)), ONLINE)),
        "keys.id",
    ),
}


def changed(key: Key) -> Key:
    return msgspec.structs.replace(key, id="0" * 16)


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_follow_is_refused_by_code(name: str) -> None:
    make, code = BROKEN[name]
    with pytest.raises(BadInput) as refusal:
        chain_of(make())

    assert refusal.value.code == code


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_byte_of_a_deed_can_be_changed(place: int, mask: int) -> None:
    raw = encode(DEED)
    at = place % len(raw)
    altered = raw[:at] + bytes([raw[at] ^ mask]) + raw[at + 1 :]

    with pytest.raises(BadInput):
        extend(chain_of(established()), decode_canonical_as(altered, Deed))


DEED = certified()[1]


def test_a_pair_signs_twice_and_neither_half_alone_is_its_word() -> None:
    both = mark(PAIR, b"message")

    assert holds(both, key_of(PAIR), b"message")
    assert not holds(both, key_of(PAIR), b"messagf")
    assert not holds(msgspec.structs.replace(both, second=None), key_of(PAIR), b"message")
    assert not holds(msgspec.structs.replace(both, second=mark(ROOT, b"message").second), key_of(PAIR), b"message")
    assert not holds(both, key_of(FileSigner(b"\5" * 32)), b"message")


def test_the_second_half_is_kept_in_a_file_of_its_own(tmp_path: Path) -> None:
    made = create_second(tmp_path / "a.second", ONLINE, b"\7" * 32)

    assert load_second(tmp_path / "a.second", ONLINE).second_key == made.second_key
    assert made.key_id != ONLINE.key_id


def test_an_identity_document_is_signed_by_the_key_of_its_day_and_leads_to_it() -> None:
    plain, _ = make_test_identity("DEU", 1)
    members = {name: getattr(plain, name) for name in IdentityBody.__struct_fields__}
    own = {"node": NODE, "key": key_of(FIRST), "issued": Instant(NOW + 1)}
    body = IdentityBody(**{**members, **own, "deeds": certified(PAIR), "signed_by": PAIR.key_id})

    identity = parse_identity(identity_bytes(make_identity(body, PAIR)))

    assert identity.chain.spans[-1].key == key_of(PAIR)
    with pytest.raises(BadInput, match="signature"):
        parse_identity(identity_bytes(msgspec.structs.replace(identity, second=None)))
    with pytest.raises(BadInput) as unknown:
        make_identity(msgspec.structs.replace(body, signed_by=ONLINE.key_id), ONLINE)
    assert unknown.value.code == "identity.signer"


@pytest.mark.parametrize(
    ("deeds", "at", "change", "code"),
    [
        (certified(PAIR), NOW, {}, ""),
        (certified(PAIR), NOW, {"second": None}, "signature.suite"),
        (certified(PAIR), NOW, {"suite": "ed25519", "second": None}, "signature.suite"),
        (certified(PAIR), Instant(NOW - 1), {}, "signature.key-ended"),
        (revoked(PAIR, certified(PAIR)), Instant(NOW - 1), {}, "signature.key-revoked"),
        (established(), NOW, {}, "signature.signer"),
    ],
)
def test_a_pair_signs_agreements_whole_in_its_time_or_not_at_all(
    deeds: tuple[Deed, ...], at: Instant, change: dict[str, object], code: str
) -> None:
    plain, _ = make_test_identity("DEU", 1)
    identity = msgspec.structs.replace(plain, node=NODE, key=key_of(FIRST), deeds=deeds)
    signed = sign_agreement(AgreementId("a" * 64), party="DEU", node=NODE, at=at, signer=PAIR)

    assert signed.suite == HYBRID
    if not code:
        assert verify_signature(signed, identity).signed == signed
        return
    with pytest.raises(BadInput) as refusal:
        verify_signature(msgspec.structs.replace(signed, **change), identity)
    assert refusal.value.code == code


def test_a_root_signs_one_deed_of_each_number_and_remembers_it(tmp_path: Path) -> None:
    root = Root(tmp_path, hybrid=False)
    chain = chain_of(())
    asked = msgspec.structs.replace(deed(chain, Act.ESTABLISH, root.key, FIRST, valid_until=END), root=None)

    signed = sign_deed(root.path, root.hand, asked)

    assert extend(chain, signed).root == root.key
    assert sign_deed(root.path, root.hand, asked) == signed
    other = msgspec.structs.replace(asked, valid_until=Instant(END - 1))
    with pytest.raises(Refused) as refusal:
        sign_deed(root.path, root.hand, other)
    assert refusal.value.code == "keys.contradiction"
    with pytest.raises(BadInput):
        sign_deed(root.path, root.hand, signed)
    assert [deed_digest(each) for each in read_log(tmp_path / "root.key.deeds")] == [deed_digest(signed)]


def test_a_root_opens_to_its_passphrase_only(tmp_path: Path) -> None:
    root = Root(tmp_path)

    assert key_of(open_root(root.path, PASSPHRASE)) == root.key
    with pytest.raises(Refused) as refusal:
        open_root(root.path, "another passphrase")
    assert refusal.value.code == "keys.wrong-passphrase"


def test_an_agreement_that_states_pairs_is_not_in_force_by_single_signatures() -> None:
    suite = Sourced(value=SignatureSuite.HYBRID, source="house rule", confidence=Confidence.SYNTHETIC)
    version = msgspec.structs.replace(schengen(), signature_suite=suite)
    name, parties = agreement_id(version), tuple(party.code for party in version.parties)

    def signed(party: str, hand: Signer) -> Verified:
        return Verified(signed=sign_agreement(name, party=party, node=NODE, at=NOW, signer=hand))

    whole = [signed(party, PAIR) for party in parties]
    assert missing_signatures(version, whole) == ()
    assert missing_signatures(version, [*whole[1:], signed(parties[0], ONLINE)]) == parties[:1]
    assert missing_signatures(schengen(), [signed(party, PAIR) for party in parties]) == parties
