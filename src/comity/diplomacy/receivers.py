"""Proposals and signatures of peers: the hash must be the content's, the signature the party's own."""

from __future__ import annotations

import sqlalchemy as sa

from comity.agreements.load import agreement_id, parse_agreement
from comity.agreements.signing import AgreementSignature
from comity.core.codec import decode_as, decode_canonical_as, encode
from comity.core.ids import Owner, RecordRef
from comity.core.ports import RecordChanged, Work
from comity.diplomacy import rules, store
from comity.diplomacy.disposal import DisposalReceiptReceiver, DisposalReceiver
from comity.diplomacy.disposal_records import DISPOSAL_KIND, DISPOSAL_RECEIPT_KIND
from comity.diplomacy.notice_receivers import NoticeReceiptReceiver, NoticeReceiver
from comity.diplomacy.notices import NOTICE_KIND, NOTICE_RECEIPT_KIND
from comity.diplomacy.records import AGREEMENT_KIND, SCHEMA, SIGNATURE_KIND, Proposal, SignatureNotice
from comity.diplomacy.services import Services
from comity.diplomacy.signatures import take_signatures, verified
from comity.diplomacy.turns import check_lineage
from comity.exchange.ports import Applied, Item, Receiver, refused, stored


class ProposalReceiver:
    """`comity.exchange.ports.Receiver` for proposals."""

    schemas = (SCHEMA,)

    def __init__(self, services: Services) -> None:
        self._party = services.party

    def apply(self, work: Work, item: Item) -> Applied:
        """Store the proposed version. Nothing is withdrawn: what was proposed once is evidence."""
        statement = item.statement
        if statement.payload is None:
            return refused("agreement.not-withdrawn")
        proposal = decode_as(encode(statement.payload), Proposal)
        agreement = parse_agreement(proposal.document.encode())
        if agreement_id(agreement) != statement.id:
            return refused("agreement.hash-differs")
        rules.check_treaty(agreement, self._party, statement.owner.party)
        found = store.find(work, statement.id)
        if found is None:
            check_lineage(work, agreement)
            store.add_agreement(work, agreement)
        else:
            store.note_proposed(work, found)
        _tell(work, item, AGREEMENT_KIND, proposal)
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every treaty version held, whoever proposed it, ordered."""
        columns = store.AGREEMENT.c
        rows = work.read(sa.select(columns.hash).where(columns.peering.is_(False)).order_by(columns.hash))
        return tuple(RecordRef(kind=AGREEMENT_KIND, id=row.hash, version=1) for row in rows)

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Keep it: an agreement holds no personal data, and what was decided under it must stay explicable."""


class SignatureReceiver:
    """`comity.exchange.ports.Receiver` for signatures."""

    schemas = (SCHEMA,)

    def __init__(self, services: Services) -> None:
        self._services = services

    def apply(self, work: Work, item: Item) -> Applied:
        """Check and store a party's signature, with the version itself where its proposal is still on the way."""
        statement = item.statement
        if statement.payload is None:
            return refused("agreement.not-withdrawn")
        notice = decode_as(encode(statement.payload), SignatureNotice)
        agreement = parse_agreement(notice.document.encode())
        signed = decode_canonical_as(notice.signature.encode(), AgreementSignature)
        if signed.agreement != agreement_id(agreement):
            return refused("agreement.hash-differs")
        if (signed.party, signed.node) != (statement.owner.party, item.peer.node):
            return refused("agreement.not-the-signer")
        rules.check_treaty(agreement, self._services.party, signed.party)
        if store.find(work, signed.agreement) is None:
            check_lineage(work, agreement)
        take_signatures(work, agreement, verified(work, signed, self._services))
        _tell(work, item, SIGNATURE_KIND, notice)
        return stored(turns=True)

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every signature of others held, ordered."""
        columns = store.AGREEMENT_SIGNATURE.c
        rows = work.read(
            sa.select(columns.agreement, columns.party)
            .where(columns.party != self._services.party)
            .order_by(columns.agreement, columns.party)
        )
        return tuple(
            RecordRef(kind=SIGNATURE_KIND, id=signature_record(row.agreement, row.party), version=1) for row in rows
        )

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Keep it: a signature binds its party also when the exchange is over."""


def signature_record(agreement: str, party: str) -> str:
    """Return the record id of a party's signature under a version."""
    return f"{agreement}.{party}"


def make_receivers(services: Services) -> dict[str, Receiver]:
    """Return the receivers of this room by record kind."""
    return {
        AGREEMENT_KIND: ProposalReceiver(services),
        SIGNATURE_KIND: SignatureReceiver(services),
        NOTICE_KIND: NoticeReceiver(services),
        NOTICE_RECEIPT_KIND: NoticeReceiptReceiver(services),
        DISPOSAL_KIND: DisposalReceiver(services),
        DISPOSAL_RECEIPT_KIND: DisposalReceiptReceiver(services),
    }


def _tell(work: Work, item: Item, kind: str, record: Proposal | SignatureNotice) -> None:
    statement = item.statement
    work.emit(
        RecordChanged(
            kind=kind, id=statement.id, owner=statement.owner, version=statement.version, record=record, from_peer=True
        )
    )
