"""The node's own identity document: what it shows to those who are asked to trust it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.adapters.peerlink.certificates import fingerprint_of
from comity.agreements.identity import (
    Address,
    Identity,
    IdentityBody,
    Tls,
    identity_bytes,
    make_identity,
    parse_identity,
)
from comity.agreements.identity import Authority as StatedAuthority
from comity.agreements.keys import Deed, Key
from comity.agreements.vocabulary import Profile
from comity.core.errors import NotFound
from comity.core.ports import Signer
from comity.core.time import Instant
from comity.identity.records import Authority
from comity.node.config import NodeConfig
from comity.node.directory import NodeDirectory


@dataclass(frozen=True, slots=True)
class Hand:
    """The key that signs now, and how it follows from the node's first."""

    signer: Signer
    first: Key
    deeds: tuple[Deed, ...] = ()


def state_identity(
    directory: NodeDirectory, config: NodeConfig, hand: Hand, authorities: Iterable[Authority], now: Instant
) -> Identity:
    """Make, sign and keep the identity document for the node's present authorities and keys."""
    certificate = directory.tls_certificate.read_text("ascii")
    body = IdentityBody(
        schema="comity-identity/1",
        party=config.party,
        authorities=tuple(
            StatedAuthority(id=authority.id, name=authority.name, roles=authority.roles) for authority in authorities
        ),
        node=config.node,
        profile=Profile(config.profile),
        key=hand.first,
        tls=Tls(fingerprint=fingerprint_of(certificate), certificate=certificate),
        addresses=tuple(Address(host=one.host, port=one.port) for one in config.told_addresses()),
        issued=now,
        deeds=hand.deeds,
        signed_by=None if hand.signer.key_id == hand.first.id else hand.signer.key_id,
    )
    identity = make_identity(body, hand.signer)
    part = directory.identity_file.with_suffix(".part")
    part.write_bytes(identity_bytes(identity))
    part.replace(directory.identity_file)
    return identity


def read_identity(directory: NodeDirectory) -> Identity:
    """Return the kept identity document. Raises `NotFound` for a node that was never founded to its end."""
    try:
        document = directory.identity_file.read_bytes()
    except FileNotFoundError:
        raise NotFound(
            "node.unfounded",
            "This node was never founded to its end.",
            remedy="Remove the directory and run `comity node init` again.",
        ) from None
    return parse_identity(document)


def is_current(identity: Identity, hand: Hand, authorities: Iterable[Authority]) -> bool:
    """Say whether the document states just these authorities and keys, and is signed by the present one."""
    if identity.deeds != hand.deeds or (identity.signed_by or identity.key.id) != hand.signer.key_id:
        return False
    stated = {(authority.id, authority.name, authority.roles) for authority in identity.authorities}
    return stated == {(authority.id, authority.name, authority.roles) for authority in authorities}
