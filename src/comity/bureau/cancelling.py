"""What the bureau does when an officer takes back a hit: an unsent draft goes; what was sent or taken on stands."""

from __future__ import annotations

import sqlalchemy as sa

from comity.bureau import store, tables
from comity.bureau.records import CaseState, MessageState
from comity.core.errors import Conflict
from comity.core.ids import RecordRef
from comity.core.ports import Delete, Guard, RecordChanged, Work


def cancel_draft(work: Work, change: RecordChanged) -> None:
    """Remove the draft or the note of a hit that was withdrawn.

    Raises `Conflict` `bureau.report-sent` where the issuer knows of it already, `bureau.message-taken-on` as
    `cancel_note` does.
    """
    columns = tables.BUREAU_CASE.c
    rows = work.read(
        sa.select(columns.id, columns.state, columns.version).where(
            columns.hit == change.id, columns.party == change.owner.party
        )
    )
    for row in rows:
        if row.state not in {CaseState.DRAFT.value, CaseState.RETURNED.value}:
            raise Conflict(
                "bureau.report-sent",
                "The report of this hit was sent to the issuing State.",
                field="$.alert",
                remedy="Have the own bureau send a correction.",
            )
        key = {"id": row.id}
        work.change(Guard(tables.BUREAU_CASE, key, {"version": row.version}), Delete(tables.BUREAU_CASE, key))
        work.record(RecordRef(kind="bureau-case", id=row.id, version=row.version + 1))
    if not rows:
        cancel_note(work, change)


def cancel_note(work: Work, change: RecordChanged) -> None:
    """Remove a note to the own bureau that nobody has taken on; raises `Conflict` `bureau.message-taken-on`."""
    note = store.find_message(work, change.owner.party, change.id)
    if note is None:
        return
    if note.state is not MessageState.NEW:
        raise Conflict(
            "bureau.message-taken-on",
            "The own bureau has taken this on.",
            field="$.alert",
            remedy="Tell the bureau, who corrects it.",
        )
    key = {"sender_party": note.sender.party, "id": note.id}
    work.change(Guard(tables.BUREAU_MESSAGE, key, {"version": note.version}))
    store.erase_message(work, note.sender.party, note.id)
