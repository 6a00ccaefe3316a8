"""After the end of an agreement: parting with what others sent, telling them, and answering when they do.

A page erases here and tells the owner in one act. What is handed back is the owner's own statements; they go when the
owner has answered, at the latest on the page's deletion date.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import sqlalchemy as sa

from comity.agreements.load import agreement_id
from comity.agreements.vocabulary import Category, Operation, Termination
from comity.core.codec import decode_as, decode_canonical_as, encode
from comity.core.ids import Owner, RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Publication, Work
from comity.core.time import add_period, date_of
from comity.core.vocabulary import Permission, Purpose
from comity.diplomacy import disposal_store, rules, store
from comity.diplomacy.disposal_records import (
    DISPOSAL_KIND,
    DISPOSAL_RECEIPT_KIND,
    Aftermath,
    Afterwards,
    Disposal,
    DisposalMessage,
    DisposalReceipt,
    DisposalReceiptMessage,
    How,
    PartedRecord,
    ShowAftermath,
)
from comity.diplomacy.ending import Ended, endings
from comity.diplomacy.records import SCHEMA
from comity.diplomacy.services import Services
from comity.diplomacy.tables import AGREEMENT_DISPOSAL
from comity.exchange.disposal import Parted, agree, gone_out, part_with, still_held, still_out
from comity.exchange.erasure import erase_records
from comity.exchange.ports import Applied, Item, Receiver, deferred, refused, stored
from comity.exchange.records import Peer
from comity.exchange.store import peers, record_key

_RETRY_S: Final = 5
_CONTENT_KEPT: Final = "P30D"
_READERS: Final = tuple(Purpose)


def ended_here(work: Work, services: Services) -> tuple[Ended, ...]:
    """Return the agreements under which this node may hold nothing of some or all others any more."""
    return endings(store.with_events(work), services.party, work.recorded_at)


def part(work: Work, peer: Peer, ended: Ended, services: Services, receivers: Mapping[str, Receiver]) -> int:
    """Part with the next page of what a peer sent under an ended agreement; return how many records it was.

    Call it again until it returns 0. Those whom the end does not concern keep what they have.
    """
    if ended.parties is not None and peer.party not in ended.parties:
        return 0
    how = How.RETURNED if ended.how is Termination.RETURN else How.DELETED
    parted = part_with(work, peer, ended.agreement, receivers, keep_content=how is How.RETURNED)
    if not parted:
        return 0
    page = Disposal(
        id=work.new_id(),
        agreement=ended.agreement,
        party=services.party,
        how=how,
        at=work.recorded_at,
        records=tuple(_record(each) for each in parted),
    )
    disposal_store.add_page(work, page, peer, disposal_store.OUT, None)
    work.record(disposal=page.id, how=how.value, records=len(parted), agreement=ended.agreement)
    _publish(work, services.owner, peer, page)
    return len(parted)


def _record(parted: Parted) -> PartedRecord:
    return PartedRecord(
        kind=parted.kind,
        id=parted.id,
        authority=parted.authority,
        version=parted.version,
        digest=parted.digest,
        content=parted.content,
    )


def _publish(work: Work, owner: Owner, peer: Peer, said: Disposal | DisposalReceipt) -> None:
    is_page = isinstance(said, Disposal)
    text = encode(said).decode()
    until = add_period(date_of(work.recorded_at), _CONTENT_KEPT) if is_page else None
    work.publish(
        Publication(
            kind=DISPOSAL_KIND if is_page else DISPOSAL_RECEIPT_KIND,
            id=said.id if isinstance(said, Disposal) else said.disposal,
            owner=owner,
            category=Category.PEERING.value,
            operation=Operation.RECEIPT.value,
            purpose=Purpose.PEERING,
            version=1,
            schema=SCHEMA,
            payload=DisposalMessage(notice=text) if is_page else DisposalReceiptMessage(receipt=text),
            issued=work.recorded_at,
            delete_by=until,
            recipients=(peer.node,),
        )
    )


class DisposalReceiver:
    """`comity.exchange.ports.Receiver` for pages: compared with what was sent, counted as taken back, answered."""

    schemas = (SCHEMA,)

    def __init__(self, services: Services) -> None:
        self._services = services

    def apply(self, work: Work, item: Item) -> Applied:
        """Compare a page with what its sender was sent, and answer how much of it agrees."""
        statement = item.statement
        if statement.payload is None:
            return stored()
        message = decode_as(encode(statement.payload), DisposalMessage)
        page = decode_canonical_as(message.notice.encode(), Disposal, max_bytes=1 << 20)
        if (page.id, page.party) != (statement.id, statement.owner.party):
            return refused("agreement.not-the-sender")
        found = store.find(work, page.agreement)
        if found is None:
            return deferred("UNKNOWN_AGREEMENT", _RETRY_S)
        rules.check_treaty(found.agreement, self._services.party, page.party)
        intact = [each for each in page.records if _is_intact(each, page.how)]
        parted = [Parted(each.kind, each.id, each.authority, each.version, each.digest, None) for each in intact]
        agreed, differing = agree(work, item.peer, page.agreement, parted, self._services.party)
        receipt = DisposalReceipt(
            disposal=page.id,
            agreement=page.agreement,
            party=self._services.party,
            received_at=work.recorded_at,
            agreed=agreed,
            differing=differing + len(page.records) - len(intact),
        )
        disposal_store.add_page(work, page, item.peer, disposal_store.IN, receipt)
        work.record(disposal=page.id, how=page.how.value, agreed=agreed, differing=receipt.differing)
        _publish(work, self._services.owner, item.peer, receipt)
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every page of others held, ordered."""
        columns = AGREEMENT_DISPOSAL.c
        query = sa.select(columns.id).where(columns.direction == disposal_store.IN).order_by(columns.id)
        return tuple(RecordRef(kind=DISPOSAL_KIND, id=row.id, version=1) for row in work.read(query))

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Keep the counts: the content lay in the statement alone."""


class DisposalReceiptReceiver:
    """`comity.exchange.ports.Receiver` for owners' answers to own pages."""

    schemas = (SCHEMA,)

    def __init__(self, services: Services) -> None:
        self._services = services

    def apply(self, work: Work, item: Item) -> Applied:
        """Note the answer, and erase what was handed back with the page."""
        statement = item.statement
        if statement.payload is None:
            return refused("agreement.not-withdrawn")
        message = decode_as(encode(statement.payload), DisposalReceiptMessage)
        receipt = decode_canonical_as(message.receipt.encode(), DisposalReceipt)
        if (receipt.disposal, receipt.party) != (statement.id, statement.owner.party):
            return refused("agreement.not-the-sender")
        how = disposal_store.find_how(work, receipt.disposal, item.peer.node)
        if how is None:
            return refused("agreement.no-such-disposal")
        disposal_store.note_receipt(work, receipt)
        erase_records(work, [record_key(DISPOSAL_KIND, receipt.disposal, self._services.owner)], own=True)
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every answer of others held, ordered."""
        columns = AGREEMENT_DISPOSAL.c
        answered = sa.and_(columns.direction == disposal_store.OUT, columns.received_at.is_not(None))
        rows = work.read(sa.select(columns.id).where(answered).order_by(columns.id))
        return tuple(RecordRef(kind=DISPOSAL_RECEIPT_KIND, id=row.id, version=1) for row in rows)

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Keep it: it proves what became of data."""


def aftermath_operations(services: Services) -> tuple[AnyOperation, ...]:
    """Return the operation that shows what became of data."""

    @operation("agreement.aftermath", permission=Permission.AGREEMENT_READ, purposes=_READERS, kind=Kind.READ)
    def show_aftermath(work: Work, command: ShowAftermath) -> Aftermath:
        """Show what became of the data exchanged under an agreement once it had ended, partner by partner."""
        found = store.get(work, command.agreement).agreement
        versions = tuple(agreement_id(each.agreement) for each in store.of_lineage(work, found.id))
        told = disposal_store.pages(work, versions)
        over = [each for each in ended_here(work, services) if each.lineage == found.id]
        codes = {party.code for party in found.parties}
        partners = sorted(
            (peer for peer in peers(work) if peer.party in codes), key=lambda each: (each.party, each.node)
        )
        return Aftermath(
            agreement=command.agreement,
            lineage=found.id,
            terms=found.termination.value.value,
            ended_since=over[0].since if over else None,
            partners=tuple(
                Afterwards(
                    node=peer.node,
                    party=peer.party,
                    held=still_held(work, peer, versions),
                    out=still_out(work, peer, versions),
                    taken_back=gone_out(work, peer, versions),
                    pages=tuple(told.get(peer.node, ())),
                )
                for peer in partners
            ),
        )

    return (show_aftermath,)


def _is_intact(record: PartedRecord, how: How) -> bool:
    """Say whether a page bears out what it says: what is handed back is there, byte for byte."""
    if how is How.DELETED:
        return record.content is None
    return record.content is not None and sha256(record.content.encode()).hexdigest() == record.digest
