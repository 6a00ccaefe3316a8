"""The identity document of a node, `comity-identity/1`: who it is, by which keys it is known, where it is reached.

Canonical JSON, signed by a key of the node over everything but the signature. Trusting it is an act of two operators
who compare fingerprints by other means; from then on the keys in it are the node.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Final, Literal

import msgspec

from comity.agreements.keys import MOST_DEEDS, Chain, Deed, Key, Mark, SecondText, holds, mark, replay
from comity.agreements.signatures import SUITE, SignatureText, key_id, node_id
from comity.agreements.sourced import Hash, Kebab, PartyCode, Text, Words
from comity.agreements.vocabulary import Profile
from comity.core.codec import decode_canonical_as, encode
from comity.core.codes import parse_party
from comity.core.errors import BadInput
from comity.core.hashing import digest
from comity.core.ports import Signer
from comity.core.said import say
from comity.core.time import Instant
from comity.core.vocabulary import Role

SCHEMA: Final = "comity-identity/1"
MAX_BYTES: Final = 8 << 20
_PEM: Final = re.compile(r"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)\n-----END CERTIFICATE-----\n?")


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An authority that a node holds records for, with its legal roles."""

    id: Kebab
    name: Text
    roles: Words[Role]


class Tls(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The certificate a node shows on the peer port (PEM), and the SHA-256 of its DER, which peers pin."""

    fingerprint: Hash
    certificate: Annotated[str, msgspec.Meta(max_length=8192)]


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the peer port is reached."""

    host: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.:-]{1,253}\Z")]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]


class IdentityBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Everything that is signed.

    `key` is the node's first, from which its name follows. Where the node has a root, `deeds` lead from it to the
    present keys, and `signed_by` names the one of them that signed this document.
    """

    schema: Literal["comity-identity/1"]
    party: PartyCode
    authorities: Annotated[tuple[Authority, ...], msgspec.Meta(min_length=1, max_length=100)]
    node: Text
    profile: Profile
    key: Key
    tls: Tls
    addresses: Annotated[tuple[Address, ...], msgspec.Meta(max_length=16)]
    issued: Instant
    deeds: Annotated[tuple[Deed, ...], msgspec.Meta(max_length=MOST_DEEDS)] = ()
    signed_by: Text | None = None


class Identity(IdentityBody, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A signed identity document; `second` is the other half of the signature where a pair signed."""

    signature: SignatureText
    second: SecondText | None = None

    @property
    def chain(self) -> Chain:
        """The node's keys."""
        return replay(self.node, self.key, self.deeds)


def make_identity(body: IdentityBody, signer: Signer) -> Identity:
    """Sign an identity document; raises `BadInput` as `parse_identity` does, so that no node exports a broken one."""
    left = mark(signer, _signed_bytes(body))
    members = {name: getattr(body, name) for name in IdentityBody.__struct_fields__}
    return _sound(Identity(**members, signature=left.first, second=left.second))


def parse_identity(document: bytes) -> Identity:
    """Read an identity document from its canonical bytes and check it against itself.

    Raises `BadInput`: `codec.*`; `codes.unknown-party`; `identity.node`, `identity.key` where an id does not follow
    from the key; `identity.fingerprint` if it is another certificate's; `keys.*` for deeds that do not follow from the
    first key; `identity.signer`, `signature.*` where it is not signed by a key that counted.
    """
    return _sound(decode_canonical_as(document, Identity, max_bytes=MAX_BYTES))


def identity_bytes(identity: Identity) -> bytes:
    """Return the canonical bytes, as exported."""
    return encode(identity)


def _sound(identity: Identity) -> Identity:
    parse_party(identity.party, field="$.party")
    public = bytes.fromhex(identity.key.public)
    if identity.key.suite != SUITE or identity.key.second is not None:
        raise BadInput("signature.suite", say("The one signature suite is %(suite)s.", suite=SUITE), field="$.suite")
    if identity.key.id != key_id(identity.key.suite, public):
        raise BadInput("identity.key", "The key id does not follow from the key.", field="$.key.id")
    if identity.node != node_id(identity.key.suite, public):
        raise BadInput("identity.node", "The node id does not follow from the key.", field="$.node")
    if identity.tls.fingerprint != certificate_fingerprint(identity.tls.certificate):
        raise BadInput("identity.fingerprint", "The fingerprint is not the certificate's.", field="$.tls.fingerprint")
    span = identity.chain.span(identity.signed_by or identity.key.id)
    if span is None or not span.covers(identity.issued):
        raise BadInput("identity.signer", "The key that signed did not count then.", field="$.signed_by")
    if not holds(Mark(first=identity.signature, second=identity.second), span.key, _signed_bytes(identity)):
        raise BadInput(
            "signature.wrong",
            "The signature does not fit the document and the key.",
            field="$.signature",
            remedy="Ask the signer for the document again; it was changed, or signed with another key.",
        )
    return identity


def _signed_bytes(body: IdentityBody) -> bytes:
    return encode(IdentityBody(**{name: getattr(body, name) for name in IdentityBody.__struct_fields__}))


def certificate_fingerprint(pem: str) -> str:
    """Return the SHA-256 (hex) of the DER in a PEM text of exactly one certificate.

    Raises `BadInput` `identity.certificate` for anything else.
    """
    found = _PEM.fullmatch(pem)
    try:
        der = base64.b64decode(found[1].replace("\n", ""), validate=True) if found else b""
    except binascii.Error:
        der = b""
    if not der:
        raise BadInput("identity.certificate", "Expected one certificate in PEM.", field="$.tls.certificate")
    return digest(der)
