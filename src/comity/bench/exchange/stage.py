"""Two made-up nodes for measuring: keys, certificates, cards, and an agreement in force between them.

The agreement is the ready Schengen one among two parties, so that policy costs what it costs; its inquiry clause can
be made to want each statement signed alone. Everything about the records is synthetic.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from comity.adapters.keys_file import FileSigner
from comity.adapters.peerlink import make_certificate
from comity.agreements.compile import compile_agreement
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.records import Agreement, Clause
from comity.agreements.registry import Registry, Standing
from comity.agreements.sourced import Confidence
from comity.agreements.vocabulary import StatementSignature
from comity.core.codec import decode_as, encode
from comity.core.ids import NodeId
from comity.core.time import Instant
from comity.exchange.records import Address, Home, PeerCard, PeerKey, Profile
from comity.exchange.signing import SUITE, node_id

SENDER, RECEIVER = "FRA", "DEU"
AUTHORITY: Final = "police-aux-frontieres"
CATEGORY: Final = "INQ"
SPEC = "bench-node.json"


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """What a node process is told: who it is, whom it knows, and what it is to do with what arrives."""

    party: str
    port: int
    card: PeerCard
    peers: tuple[PeerCard, ...]
    signed_alone: bool
    alerts: bool
    created: Instant
    bound: tuple[str, ...] | None = None
    """The parties of the agreement, where not all of them are known here."""


def signer_of(party: str) -> FileSigner:
    """Return the signer of a made-up party; its key is worth nothing."""
    return FileSigner(hashlib.sha256(f"synthetic bench key of {party}".encode()).digest())


def home_of(party: str) -> Home:
    """Return the node of a made-up party as the wire shows it."""
    signer = signer_of(party)
    node = node_id(SUITE, signer.public_key)
    return Home(node=node, party=party, profile=Profile.EXERCISE, key=signer.key_id, suite=SUITE)


def lay_out(
    folder: Path, ports: dict[str, int], now: Instant, *, signed_alone: bool, alerts: bool, star: bool = False
) -> None:
    """Make a folder for each party with its certificate, key and specification.

    In a `star` the sender alone knows all; the others know just the sender.
    """
    cards = {party: make_card(folder / party, party, port, now) for party, port in ports.items()}
    for party, port in ports.items():
        known = [cards[SENDER]] if star and party != SENDER else cards.values()
        others = tuple(card for card in known if card.party != party)
        spec = Spec(
            party=party,
            port=port,
            card=cards[party],
            peers=others,
            signed_alone=signed_alone,
            alerts=alerts,
            created=now,
            bound=tuple(ports),
        )
        (folder / party / SPEC).write_bytes(encode(spec))


def read_spec(folder: Path) -> Spec:
    """Return what a node of `lay_out` is told."""
    return decode_as((folder / SPEC).read_bytes(), Spec)


def registry(parties: tuple[str, ...], *, signed_alone: bool) -> Registry:
    """Return the agreement between the parties, in force since long ago."""
    agreement = narrow_parties(load_instrument("schengen-sis"), sorted(parties))
    if signed_alone:
        agreement = msgspec.structs.replace(agreement, clauses=tuple(map(_alone, agreement.clauses)))
    return Registry.of((Standing(compile_agreement(agreement), Instant(0)),))


def lineage(parties: tuple[str, ...]) -> Agreement:
    """Return the agreement as a document."""
    return narrow_parties(load_instrument("schengen-sis"), sorted(parties))


def _alone(clause: Clause) -> Clause:
    if clause.statement_signature is None or CATEGORY not in clause.categories.value:
        return clause
    leaf = msgspec.structs.replace(
        clause.statement_signature, value=StatementSignature.SINGLE, confidence=Confidence.SYNTHETIC
    )
    return msgspec.structs.replace(clause, statement_signature=leaf)


def make_card(folder: Path, party: str, port: int, now: Instant) -> PeerCard:
    """Make a party's folder with certificate and key, and return the card that others trust."""
    folder.mkdir(parents=True)
    home, signer = home_of(party), signer_of(party)
    identity = make_certificate(home.node, now, hashlib.sha256(party.encode()).digest()[:16])
    (folder / "tls.pem").write_text(identity.certificate, encoding="ascii")
    key = folder / "tls.key"
    key.touch(mode=0o600)
    key.write_text(identity.private_key, encoding="ascii")
    return PeerCard(
        node=NodeId(home.node),
        party=party,
        profile=home.profile,
        fingerprint=identity.fingerprint,
        certificate=identity.certificate,
        addresses=(Address(host="127.0.0.1", port=port),),
        keys=(PeerKey(id=signer.key_id, suite=SUITE, public=signer.public_key, valid_from=Instant(0)),),
    )
