"""Alerts whose last day has passed go by themselves: own ones with a tombstone to peers, copies in silence.

Reg (EU) 2018/1861 Art 39(5), 2018/1862 Art 53(7). So do own
alerts whose purpose the bureau said was achieved, once the authority's days to reply have passed in silence (2018/1861
Art 39(7)). A copy goes even if its owner cannot be reached.
"""

from __future__ import annotations

from comity.alerts import operations, store
from comity.alerts.records import ALERT_KIND, DeletionReason
from comity.core.ports import RecordChanged, Work
from comity.core.time import CivilDate, date_of

BATCH = 200


def expire(work: Work, as_of: CivilDate | None = None) -> int:
    """Delete up to 200 alerts that are past their deletion date at legal time or on a given day; return how many.

    Call again, each time in a work of its own, until it returns 0.
    """
    rows = work.read(store.past_statement(as_of or date_of(work.at), BATCH))
    for row in rows:
        record = store.alert_of(row)
        if row.own:
            silent = record.delete_by < record.review_date
            reason = DeletionReason.PURPOSE_ACHIEVED if silent else DeletionReason.REVIEW_EXPIRED
            operations.withdraw(work, record, reason)
            continue
        work.change(*store.erase_alert(record))
        work.emit(
            RecordChanged(
                kind=ALERT_KIND, id=record.id, owner=record.owner, version=record.version, record=None, from_peer=True
            )
        )
    if rows:
        work.record(expired=len(rows))
    return len(rows)
