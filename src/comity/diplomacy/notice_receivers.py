"""Notices of other parties and receipts of notices: taken in the order of the stream whose force they change."""

from __future__ import annotations

import sqlalchemy as sa

from comity.agreements.life.terms import terms_of
from comity.agreements.vocabulary import Category, Operation
from comity.core.codec import decode_as, decode_canonical_as, encode
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.ports import Publication, Work
from comity.core.vocabulary import Purpose
from comity.diplomacy import notice_rules, notice_store, rules, store, tables
from comity.diplomacy.notices import (
    NOTICE_KIND,
    NOTICE_RECEIPT_KIND,
    Notice,
    NoticeMessage,
    NoticeReceipt,
    NoticeView,
    ReceiptMessage,
)
from comity.diplomacy.records import SCHEMA
from comity.diplomacy.services import Services
from comity.diplomacy.signatures import is_signed
from comity.diplomacy.turns import follow
from comity.exchange.ports import Applied, Item, deferred, refused, stored

_RETRY_S = 5


class NoticeReceiver:
    """`comity.exchange.ports.Receiver` for notices: kept, acted on, and acknowledged to all parties."""

    schemas = (SCHEMA,)

    def __init__(self, services: Services) -> None:
        self._services = services

    def apply(self, work: Work, item: Item) -> Applied:
        """Take a notice in from the moment of its receipt, and say to all parties when that was."""
        statement = item.statement
        if statement.payload is None:
            return refused("agreement.not-withdrawn")
        message = decode_as(encode(statement.payload), NoticeMessage)
        notice = decode_canonical_as(message.notice.encode(), Notice)
        if (notice.id, notice.party) != (statement.id, statement.owner.party):
            return refused("agreement.not-the-sender")
        found = store.find(work, notice.agreement)
        if found is None:
            return deferred("UNKNOWN_AGREEMENT", _RETRY_S)
        if item.stream != found.agreement.id:
            return refused("agreement.wrong-stream")
        rules.check_treaty(found.agreement, self._services.party, notice.party)
        state = rules.standing_of(found.events, work.recorded_at, proposed=True, signed=is_signed(found))
        notice_rules.check_notice(notice, terms_of(found.agreement), state, found.events)
        receipt = NoticeReceipt(
            notice=notice.id, agreement=notice.agreement, party=self._services.party, received_at=work.recorded_at
        )
        notice_store.add_notice(work, notice)
        notice_store.add_receipt(work, receipt)
        early = notice_store.receipts_of(work, notice.agreement, notice.id)
        store.claim(work, found)
        views = (*notice_store.notices(work, notice.agreement), NoticeView(notice=notice, receipts=(*early, receipt)))
        follow(work, found, views)
        work.record(notice=notice.kind.value, ground=notice.ground.value)
        self._acknowledge(work, found, receipt)
        return stored(turns=True)

    def _acknowledge(self, work: Work, found: store.Stored, receipt: NoticeReceipt) -> None:
        work.publish(
            Publication(
                kind=NOTICE_RECEIPT_KIND,
                id=receipt_record(receipt.notice, receipt.party),
                owner=self._services.owner,
                category=Category.PEERING.value,
                operation=Operation.RECEIPT.value,
                purpose=Purpose.PEERING,
                version=1,
                schema=SCHEMA,
                payload=ReceiptMessage(receipt=encode(receipt).decode()),
                issued=work.recorded_at,
                recipients=rules.others(found.agreement, self._services.party),
                stream=found.agreement.id,
            )
        )

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every notice of others held, ordered."""
        table = tables.AGREEMENT_NOTICE.c
        rows = work.read(sa.select(table.id).where(table.party != self._services.party).order_by(table.id))
        return tuple(RecordRef(kind=NOTICE_KIND, id=row.id, version=1) for row in rows)

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Keep it: a notice holds no personal data, and what was decided after it must stay explicable."""


class NoticeReceiptReceiver:
    """`comity.exchange.ports.Receiver` for receipts of notices."""

    schemas = (SCHEMA,)

    def __init__(self, services: Services) -> None:
        self._services = services

    def apply(self, work: Work, item: Item) -> Applied:
        """Take in when a party received a notice, and let follow what counts from that."""
        statement = item.statement
        if statement.payload is None:
            return refused("agreement.not-withdrawn")
        message = decode_as(encode(statement.payload), ReceiptMessage)
        receipt = decode_canonical_as(message.receipt.encode(), NoticeReceipt)
        if receipt.party != statement.owner.party or statement.id != receipt_record(receipt.notice, receipt.party):
            return refused("agreement.not-the-sender")
        found = store.find(work, receipt.agreement)
        if found is None:
            return deferred("UNKNOWN_AGREEMENT", _RETRY_S)
        rules.check_treaty(found.agreement, self._services.party, receipt.party)
        views = notice_store.notices(work, receipt.agreement)
        about = next((view.notice for view in views if view.notice.id == receipt.notice), None)
        if about is not None and receipt.received_at < about.sent_at:
            return refused("agreement.received-before-sent")
        notice_store.add_receipt(work, receipt)
        store.claim(work, found)
        follow(work, found, tuple(_with(view, receipt) for view in views))
        return stored(turns=True)

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Return every receipt of others held, ordered."""
        table = tables.AGREEMENT_NOTICE_RECEIPT.c
        query = sa.select(table.notice, table.party).where(table.party != self._services.party)
        rows = work.read(query.order_by(table.notice, table.party))
        return tuple(
            RecordRef(kind=NOTICE_RECEIPT_KIND, id=receipt_record(RecordId(row.notice), row.party), version=1)
            for row in rows
        )

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Keep it: treaties count from it."""


def receipt_record(notice: RecordId, party: str) -> str:
    """Return the record id of a party's receipt of a notice."""
    return f"{notice}.{party}"


def _with(view: NoticeView, receipt: NoticeReceipt) -> NoticeView:
    if view.notice.id != receipt.notice:
        return view
    return NoticeView(notice=view.notice, receipts=(*view.receipts, receipt))
