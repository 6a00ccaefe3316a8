"""Erasing content: a statement's body goes, its header and digest stay as evidence with the rule that erased it.

A withdrawn record leaves no content in any version; a version whose deletion date has passed leaves none by itself,
so that a copy ends even where no tombstone can arrive. What still waits for a peer then goes out as its digest only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from comity.core.ids import RecordRef
from comity.core.ports import Row, Update, Work
from comity.core.time import CivilDate
from comity.exchange.ports import Receiver
from comity.exchange.store import RecordKey, erase_statement, record_table, statement_table

WITHDRAWN_RULE: Final = "withdrawn-by-owner"
DELETE_BY_RULE: Final = "deletion-date-passed"


def erase_versions(work: Work, key: RecordKey) -> int:
    """Erase the content of every stored statement of a record; return how many had any. Call it for a tombstone."""
    kind, record, party, authority = key
    table = statement_table
    query = select(table.c.digest).where(
        table.c.kind == kind,
        table.c.id == record,
        table.c.owner_party == party,
        table.c.owner_authority == authority,
        table.c.body.is_not(None),
    )
    rows = work.read(query)
    work.change(*(erase_statement(row.digest, work.recorded_at, WITHDRAWN_RULE) for row in rows))
    return len(rows)


def erase_due(work: Work, today: CivilDate, receivers: Mapping[str, Receiver], limit: int = 200) -> int:
    """Erase statements whose deletion date lies before `today`, with the subjects' copies of foreign records.

    Takes at most `limit` and returns how many it took: call again until 0. The law of the record may be stricter; its
    subject keeps that clock.
    """
    table = statement_table
    query = (
        select(table)
        .where(table.c.delete_by < today, table.c.body.is_not(None))
        .order_by(table.c.delete_by, table.c.digest)
        .limit(limit)
    )
    rows = work.read(query)
    for row in rows:
        if row.incoming:
            _erase_copy(work, row, receivers)
        work.change(erase_statement(row.digest, work.recorded_at, DELETE_BY_RULE))
    if rows:
        work.record(erased=len(rows), rule=DELETE_BY_RULE)
    return len(rows)


def _erase_copy(work: Work, row: Row, receivers: Mapping[str, Receiver]) -> None:
    """Have the subject erase its copy if this is the version it holds, and remember the record as gone."""
    place = {
        "kind": row.kind,
        "id": row.id,
        "owner_party": row.owner_party,
        "owner_authority": row.owner_authority,
    }
    table = record_table
    current = work.read(
        select(table.c.digest).where(*(table.c[name] == value for name, value in place.items())),
    )
    if not current or current[0].digest != row.digest:
        return
    receiver = receivers.get(row.kind)
    if receiver is not None:
        receiver.erase(work, RecordRef(kind=row.kind, id=row.id, version=row.version))
    work.change(Update(record_table, place, {"tombstone": True}))
