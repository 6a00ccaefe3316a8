"""Reading and writing the pages of what was parted with after the end of an agreement."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from comity.core.ids import RecordId
from comity.core.ports import Guard, Insert, Update, Work
from comity.core.time import Instant
from comity.diplomacy.disposal_records import Disposal, DisposalReceipt, DisposalView, How
from comity.diplomacy.tables import AGREEMENT_DISPOSAL
from comity.exchange.records import Peer

OUT = "out"
IN = "in"


def add_page(work: Work, disposal: Disposal, peer: Peer, direction: str, receipt: DisposalReceipt | None) -> None:
    """Store a page that is not there yet; content is not kept in it."""
    key = {"id": disposal.id, "direction": direction}
    row = {
        **key,
        "agreement": disposal.agreement,
        "node": peer.node,
        "party": peer.party,
        "how": disposal.how.value,
        "records": len(disposal.records),
        "differing": None if receipt is None else receipt.differing,
        "parted_at": disposal.at,
        "received_at": None if receipt is None else receipt.received_at,
    }
    work.change(Guard(AGREEMENT_DISPOSAL, key, None), Insert(AGREEMENT_DISPOSAL, row))


def find_how(work: Work, disposal: str, node: str) -> How | None:
    """Return how an own page to this node parted with its records; None where there is no such page."""
    columns = AGREEMENT_DISPOSAL.c
    query = sa.select(columns.how).where(columns.id == disposal, columns.direction == OUT, columns.node == node)
    rows = work.read(query)
    return How(rows[0].how) if rows else None


def note_receipt(work: Work, receipt: DisposalReceipt) -> None:
    """Note the owner's answer to an own page."""
    values = {"differing": receipt.differing, "received_at": receipt.received_at}
    work.change(Update(AGREEMENT_DISPOSAL, {"id": receipt.disposal, "direction": OUT}, values))


def pages(work: Work, agreements: Iterable[str]) -> dict[str, list[DisposalView]]:
    """Return the pages under these agreements by node, in the order of parting."""
    columns = AGREEMENT_DISPOSAL.c
    query = sa.select(AGREEMENT_DISPOSAL).where(columns.agreement.in_(tuple(agreements)))
    found: dict[str, list[DisposalView]] = {}
    for row in work.read(query.order_by(columns.parted_at, columns.id)):
        view = DisposalView(
            id=RecordId(row.id),
            outgoing=row.direction == OUT,
            how=How(row.how),
            records=row.records,
            differing=row.differing,
            parted_at=Instant(row.parted_at),
            received_at=None if row.received_at is None else Instant(row.received_at),
        )
        found.setdefault(row.node, []).append(view)
    return found
