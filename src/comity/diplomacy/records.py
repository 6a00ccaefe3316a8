"""Peers and agreements as people see them, and the messages by which agreements travel."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.agreements.identity import Authority
from comity.agreements.life.records import Happening
from comity.core.door import Verbatim
from comity.core.ids import AgreementId
from comity.core.time import Instant
from comity.exchange.records import Address, PeerState

AGREEMENT_KIND: Final = "agreement"
SIGNATURE_KIND: Final = "agreement-signature"
SCHEMA: Final = 1
PAGE_LIMIT: Final = 200
DOCUMENT_LIMIT: Final = 1_000_000

PageSize = Annotated[int, Meta(ge=1, le=PAGE_LIMIT)]
DocumentText = Annotated[str, Meta(min_length=2, max_length=DOCUMENT_LIMIT), Verbatim]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


@unique
class AgreementState(StrEnum):
    """How far an agreement version is.

    A draft of one's own, proposed with signatures missing, signed with its day or notifications to come, in force,
    in force but suspended as a whole, over.
    """

    DRAFT = "draft"
    PROPOSED = "proposed"
    SIGNED = "signed"
    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Event(Happening, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One turn in the life of a stored version; `notice` is the one it follows from."""

    sequence: int
    agreement: AgreementId
    notice: str | None = None


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Payload of an `agreement` statement: the canonical document as text. The record id is its SHA-256."""

    document: DocumentText


class SignatureNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Payload of an `agreement-signature` statement: signature and document, so that it never waits for the proposal.

    `signature` is a canonical `comity-agreement-signature/1` as text.
    """

    signature: Annotated[str, Meta(max_length=16_384)]
    document: DocumentText


class Trust(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Trust a node by its identity document.

    `fingerprint` is the SHA-256 of the TLS certificate (hex) as the peer's operator read it out: compared by other
    means than the one by which the document came.
    """

    document: DocumentText
    fingerprint: Hash | None = None


class ListPeers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every node that was ever trusted here."""


class PeerView(msgspec.Struct, frozen=True, kw_only=True):
    """A peer as the operator sees it; `peering` is the state of the peering agreement with it."""

    node: str
    party: str
    state: PeerState
    frozen_reason: str | None
    fingerprint: str
    addresses: tuple[Address, ...]
    authorities: tuple[Authority, ...]
    peering: AgreementState
    agreement: AgreementId


class PeerList(msgspec.Struct, frozen=True, kw_only=True):
    """Peers by node id."""

    peers: tuple[PeerView, ...]


class Distrust(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """End the peering with a node at once, and why."""

    node: str
    reason: Annotated[str, Meta(min_length=3, max_length=120)]


class ShowQueue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is not yet taken by peers; one peer only if `node` is given. `cursor` continues a page."""

    node: str | None = None
    limit: PageSize = 50
    cursor: str | None = None


class ShowStreams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far the streams with peers are, and whether both sides hold the same; one peer only if `node` is given."""

    node: str | None = None


class StreamView(msgspec.Struct, frozen=True, kw_only=True):
    """One stream with a peer: how far it is decided, in which life of it, and why the next item waits, if it does."""

    node: str
    stream: str
    direction: str
    position: int
    epoch: int
    held: tuple[str, ...]


class EqualityView(msgspec.Struct, frozen=True, kw_only=True):
    """The last comparison with a peer of what it holds with what this node believes; counts are records."""

    node: str
    checked_at: Instant
    wanted: bool
    equal: bool
    missing: int
    extra: int
    otherwise: int
    repaired: int


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """Streams in order of peer, direction and name, and the last comparison with each peer that had one."""

    streams: tuple[StreamView, ...]
    equality: tuple[EqualityView, ...]


class ComparePeer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask a peer whether it holds what this node believes it to hold, at the next quiet moment of the link."""

    node: str


class ShowHolders(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who holds one own record, by its kind, id and authority."""

    kind: str
    id: str
    authority: str


class HolderView(msgspec.Struct, frozen=True, kw_only=True):
    """What one peer has of an own record: `withdrawn` if that is a tombstone, and how it answered for it.

    `receipt` is the digest of its signed receipt. `stale`: it has not answered for more than a day.
    """

    node: str
    stream: str
    version: int
    withdrawn: bool
    state: str
    receipt: str | None
    stale: bool


class Holders(msgspec.Struct, frozen=True, kw_only=True):
    """Every peer that was ever sent the record, by node."""

    holders: tuple[HolderView, ...]


class QueueItem(msgspec.Struct, frozen=True, kw_only=True):
    """One statement that a peer has not stored: waiting, put off, deferred until `retry_at`, refused."""

    node: str
    stream: str
    sequence: int
    kind: str
    id: str
    version: int
    state: str
    reasons: tuple[str, ...]
    enqueued_at: Instant
    retry_at: Instant | None


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """Items in order of peer, stream and sequence."""

    items: tuple[QueueItem, ...]
    cursor: str | None


class Propose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Propose an agreement to its parties: YAML text, or a canonical document. Repeating it sends it again.

    A document whose `parent` is another proposal is a counter-proposal to it.
    """

    document: DocumentText


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Keep an agreement as a draft: checked, and sent to nobody."""

    document: DocumentText


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sign a version for the own party. Repeating it sends the signature again.

    `accept_unverified` lets a production node sign values whose source nobody read; that is logged.
    """

    agreement: Hash
    accept_unverified: bool = False


class ListAgreements(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of agreements by hash, after `cursor`; peering agreements only where asked for."""

    peering: bool = False
    limit: PageSize = 50
    cursor: Hash | None = None


class ShowAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show one version with its document."""

    agreement: Hash


class AgreementView(msgspec.Struct, frozen=True, kw_only=True):
    """A version and where it stands. `document` is canonical JSON text, in `agreement.show` only.

    `signed_by` and `missing` name parties; where it is between the authorities of one (`internal_to`), authorities.
    """

    agreement: AgreementId
    lineage: str
    version: int
    title: str
    form: str
    parties: tuple[str, ...]
    state: AgreementState
    signed_by: tuple[str, ...]
    missing: tuple[str, ...]
    in_force_since: Instant | None
    internal_to: str | None = None
    document: str | None = None


class AgreementPage(msgspec.Struct, frozen=True, kw_only=True):
    """Agreements by hash."""

    agreements: tuple[AgreementView, ...]
    cursor: AgreementId | None
