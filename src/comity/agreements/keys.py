"""The keys of a node: an offline root certifies online keys, for at most 90 days, and takes them back.

Deeds (`comity-key-deed/1`) are numbered without gaps, each names the digest of the one before, and the root signs
each. The first names the root and is signed by the node's first key too: who trusts that key follows it to the root,
and from there to whatever comes after. A node without deeds has its first key alone, which then has no end.

A key of the hybrid suite is a pair: Ed25519, and ML-DSA-65 beside it. Where a pair signs, both signatures must hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum, unique
from typing import Annotated, Final, Literal, NoReturn

import msgspec
import nacl.exceptions
import nacl.signing

from comity.agreements.signatures import SUITE, SignatureText, key_id
from comity.agreements.sourced import Hash, Text
from comity.core import mldsa
from comity.core.codec import encode
from comity.core.errors import BadInput
from comity.core.hashing import digest
from comity.core.ports import SecondSigner, Signer
from comity.core.said import say
from comity.core.time import DAY_US, Instant

SCHEMA: Final = "comity-key-deed/1"
HYBRID: Final = "ed25519+ml-dsa-65"
MOST_DAYS: Final = 90
MOST_DEEDS: Final = 500
_MOST_US: Final = MOST_DAYS * DAY_US

SecondKeyText = Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f]{{{2 * mldsa.PUBLIC_KEY_BYTES}}}\Z")]
SecondText = Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f]{{{2 * mldsa.SIGNATURE_BYTES}}}\Z")]
"""A raw ML-DSA-65 signature in hex."""


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A signing key: its id, suite and raw public key in hex; in the hybrid suite the ML-DSA-65 key as well."""

    id: Text
    suite: Text
    public: Hash
    second: SecondKeyText | None = None


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a key leaves under a document: an Ed25519 signature, and by a pair an ML-DSA-65 signature too."""

    first: SignatureText
    second: SecondText | None = None


@unique
class Act(StrEnum):
    """What a deed does: name the root, certify an online key, take a key back."""

    ESTABLISH = "establish"
    CERTIFY = "certify"
    REVOKE = "revoke"


class DeedBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is signed. `key` is the root, the key certified, or the key taken back.

    `valid_from` and `valid_until` bound a certified key; `valid_until` of the first deed bounds the node's first key.
    `compromised_at`: since when somebody else may have had a key that is taken back.
    """

    schema: Literal["comity-key-deed/1"]
    node: Text
    number: Annotated[int, msgspec.Meta(ge=1, le=MOST_DEEDS)]
    previous: Hash | None = None
    act: Act
    key: Key
    issued: Instant
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    compromised_at: Instant | None = None
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=120)] | None = None


class Deed(DeedBody, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A deed; without `root` it is a request that the root has not signed yet.

    `own` is by the node's first key under the first deed, by the certified key itself under a certificate: it shows
    that whoever asks holds it.
    """

    own: Mark | None = None
    root: Mark | None = None


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """When a key counts: from `since` until before `until`; since `compromised_at` it is nobody's word any more."""

    key: Key
    since: Instant
    until: Instant | None
    compromised_at: Instant | None = None

    def covers(self, moment: Instant) -> bool:
        """Say whether the key may have signed at this moment."""
        if moment < self.since or (self.until is not None and moment >= self.until):
            return False
        return self.compromised_at is None or moment < self.compromised_at


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """A node's keys as its deeds leave them, oldest first; `digests` name the deeds in order."""

    node: str
    root: Key | None
    spans: tuple[Span, ...]
    digests: tuple[str, ...] = ()
    issued: Instant = Instant(0)

    @property
    def length(self) -> int:
        """How many deeds there are."""
        return len(self.digests)

    def span(self, name: str) -> Span | None:
        """Return the key of this id."""
        return next((each for each in self.spans if each.key.id == name), None)

    def newest(self, at: Instant) -> Span | None:
        """Return the key that signs at an instant: of those that count, the one certified last."""
        return next((each for each in reversed(self.spans) if each.covers(at)), None)


def key_of(signer: Signer) -> Key:
    """Return the public side of a signer."""
    if isinstance(signer, SecondSigner):
        return make_key(signer.public_key, signer.second_key)
    return make_key(signer.public_key)


def make_key(public: bytes, second: bytes | None = None) -> Key:
    """Name a key: by its Ed25519 half alone, or by both halves of a pair."""
    if second is None:
        return Key(id=key_id(SUITE, public), suite=SUITE, public=public.hex())
    return Key(id=key_id(HYBRID, public + second), suite=HYBRID, public=public.hex(), second=second.hex())


def mark(signer: Signer, message: bytes) -> Mark:
    """Sign with every half of a key."""
    second = signer.sign_second(message).hex() if isinstance(signer, SecondSigner) else None
    return Mark(first=signer.sign(message).hex(), second=second)


def holds(left: Mark, key: Key, message: bytes) -> bool:
    """Say whether a mark is this key's: by a pair only if both signatures hold, by a single key only if it is one."""
    if (left.second is None) is not (key.second is None):
        return False
    try:
        nacl.signing.VerifyKey(bytes.fromhex(key.public)).verify(message, bytes.fromhex(left.first))
    except (nacl.exceptions.CryptoError, ValueError):
        return False
    if left.second is None or key.second is None:
        return True
    return mldsa.is_signed(bytes.fromhex(key.second), message, bytes.fromhex(left.second))


def body_bytes(deed: DeedBody) -> bytes:
    """Return the canonical bytes that the marks under a deed cover."""
    return encode(DeedBody(**{name: getattr(deed, name) for name in DeedBody.__struct_fields__}))


def deed_digest(deed: Deed) -> str:
    """Name a deed: the SHA-256 of what is signed, so that no other mark makes another deed of it."""
    return digest(body_bytes(deed))


def begin(node: str, first: Key) -> Chain:
    """Return the keys of a node without deeds: its first key, without an end."""
    return Chain(node=node, root=None, spans=(Span(key=first, since=Instant(0), until=None),))


def replay(node: str, first: Key, deeds: Iterable[Deed]) -> Chain:
    """Return what a node's deeds leave. Raises `BadInput` as `extend`."""
    chain = begin(node, first)
    for deed in deeds:
        chain = extend(chain, deed)
    return chain


def extend(chain: Chain, deed: Deed) -> Chain:
    """Return the keys after one more deed.

    Raises `BadInput`: `keys.another-node`, `keys.out-of-order` where it does not continue the deeds before it,
    `keys.unsigned`, `keys.wrong-mark`, `keys.period` for times that do not fit, `keys.unknown`, `keys.known-already`,
    `keys.id` where an id does not follow from its key.
    """
    if deed.node != chain.node:
        _bad("keys.another-node", "The deed is about another node's keys.", "$.node")
    before = chain.digests[-1] if chain.digests else None
    if deed.number != chain.length + 1 or deed.previous != before or deed.issued < chain.issued:
        _bad("keys.out-of-order", "The deed does not continue those before it.", "$.number")
    if deed.key != _named(deed.key):
        _bad("keys.id", "The key id does not follow from the key.", "$.key.id")
    _check_marks(chain, deed)
    after = {Act.ESTABLISH: _established, Act.CERTIFY: _certified, Act.REVOKE: _revoked}[deed.act](chain, deed)
    return msgspec.structs.replace(after, digests=(*chain.digests, deed_digest(deed)), issued=deed.issued)


def _named(key: Key) -> Key:
    second = None if key.second is None else bytes.fromhex(key.second)
    return make_key(bytes.fromhex(key.public), second)


def _check_marks(chain: Chain, deed: Deed) -> None:
    establishes = deed.act is Act.ESTABLISH
    root = deed.key if establishes else chain.root
    if root is None or establishes is (chain.root is not None):
        _bad("keys.out-of-order", "A node names its root once, before anything else.", "$.act")
    message = body_bytes(deed)
    if deed.root is None:
        _bad("keys.unsigned", "The root has not signed this deed.", "$.root")
    if not holds(deed.root, root, message):
        _bad("keys.wrong-mark", "The signature is not the root's.", "$.root")
    if deed.act is Act.REVOKE:
        return
    own = chain.spans[0].key if establishes else deed.key
    if deed.own is None or not holds(deed.own, own, message):
        _bad("keys.wrong-mark", "The signature is not by the key that must show itself.", "$.own")


def _established(chain: Chain, deed: Deed) -> Chain:
    if deed.valid_until is None or not deed.issued < deed.valid_until <= deed.issued + _MOST_US:
        _bad_period()
    (first,) = chain.spans
    return msgspec.structs.replace(
        chain, root=deed.key, spans=(msgspec.structs.replace(first, until=deed.valid_until),)
    )


def _certified(chain: Chain, deed: Deed) -> Chain:
    since, until = deed.valid_from, deed.valid_until
    if since is None or until is None or not deed.issued <= since < until <= since + _MOST_US:
        _bad_period()
    same = {each.key.public for each in chain.spans} | {chain.root.public if chain.root else ""}
    if deed.key.public in same:
        _bad("keys.known-already", "This key was certified before; a key is certified once.", "$.key")
    span = Span(key=deed.key, since=since, until=until)
    return msgspec.structs.replace(chain, spans=(*chain.spans, span))


def _revoked(chain: Chain, deed: Deed) -> Chain:
    found = chain.span(deed.key.id)
    if found is None or found.key != deed.key:
        _bad("keys.unknown", "The node has no such key.", "$.key")
    if found.compromised_at is not None:
        _bad("keys.known-already", "This key was taken back before.", "$.key")
    if deed.compromised_at is None or deed.compromised_at > deed.issued or deed.reason is None:
        _bad_period()
    gone = msgspec.structs.replace(found, compromised_at=deed.compromised_at)
    spans = tuple(gone if each is found else each for each in chain.spans)
    return msgspec.structs.replace(chain, spans=spans)


def _bad_period() -> NoReturn:
    raise BadInput(
        "keys.period",
        say("The times do not fit: an online key counts for at most %(days)s days.", days=MOST_DAYS),
        field="$.valid_until",
        remedy="Ask for the deed again with times that follow each other.",
    )


def _bad(code: str, message: str, field: str) -> NoReturn:
    raise BadInput(code, message, field=field, remedy="Make the request anew on the node, and have the root sign it.")
