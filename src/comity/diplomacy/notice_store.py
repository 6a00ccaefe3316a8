"""Reading and writing notices between parties and their receipts."""

from __future__ import annotations

import sqlalchemy as sa

from comity.core.codec import decode_as, encode
from comity.core.ports import Guard, Insert, Work
from comity.diplomacy.notices import Notice, NoticeReceipt, NoticeView
from comity.diplomacy.records import SCHEMA
from comity.diplomacy.tables import AGREEMENT_NOTICE, AGREEMENT_NOTICE_RECEIPT


def notices(work: Work, agreement: str) -> tuple[NoticeView, ...]:
    """Return the notices about a version with their receipts, in the order they were sent."""
    said = AGREEMENT_NOTICE.c
    rows = work.read(sa.select(said.body).where(said.agreement == agreement).order_by(said.id))
    receipts = _receipts(work, agreement)
    found = [decode_as(bytes(row.body), Notice) for row in rows]
    return tuple(
        NoticeView(notice=each, receipts=tuple(receipt for receipt in receipts if receipt.notice == each.id))
        for each in sorted(found, key=lambda each: (each.sent_at, each.id))
    )


def add_notice(work: Work, notice: Notice) -> None:
    """Store a notice that is not there yet."""
    row = {
        "id": notice.id,
        "agreement": notice.agreement,
        "party": notice.party,
        "schema": SCHEMA,
        "body": encode(notice),
        "recorded_at": work.recorded_at,
    }
    work.change(Guard(AGREEMENT_NOTICE, {"id": notice.id}, None), Insert(AGREEMENT_NOTICE, row))


def add_receipt(work: Work, receipt: NoticeReceipt) -> None:
    """Store a receipt that is not there yet; its notice may come later."""
    key = {"notice": receipt.notice, "party": receipt.party}
    row = {
        **key,
        "agreement": receipt.agreement,
        "schema": SCHEMA,
        "body": encode(receipt),
        "recorded_at": work.recorded_at,
    }
    work.change(Guard(AGREEMENT_NOTICE_RECEIPT, key, None), Insert(AGREEMENT_NOTICE_RECEIPT, row))


def receipts_of(work: Work, agreement: str, notice: str) -> tuple[NoticeReceipt, ...]:
    """Return the receipts of one notice, also where they came before it."""
    return tuple(each for each in _receipts(work, agreement) if each.notice == notice)


def _receipts(work: Work, agreement: str) -> tuple[NoticeReceipt, ...]:
    given = AGREEMENT_NOTICE_RECEIPT.c
    query = sa.select(given.body).where(given.agreement == agreement).order_by(given.notice, given.party)
    return tuple(decode_as(bytes(row.body), NoticeReceipt) for row in work.read(query))
