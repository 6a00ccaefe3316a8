"""Tables of devices and copies, and what a copy holds while it can be opened."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.core.errors import NotFound
from comity.core.ids import Owner
from comity.core.ports import Delete, Guard, Insert, InsertMany, RecordChanged, Row, Update, Work
from comity.core.time import DAY_US, Instant
from comity.crossings.copies.records import CopyHeader, CopyLine, CopyState, CopyView, DeviceView
from comity.crossings.store import METADATA

KEPT_US: Final = 90 * DAY_US
"""How long a copy stays on the inventory after its end."""

DEVICE: Final = sa.Table(
    "offline_device",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("crossing_point", sa.String(32), nullable=False),
    sa.Column("label", sa.String(80), nullable=False),
    sa.Column("registered_at", sa.BigInteger, nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
)

COPY: Final = sa.Table(
    "offline_copy",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("crossing_point", sa.String(32), nullable=False),
    sa.Column("device", sa.String(64), nullable=False),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("ends", sa.BigInteger, nullable=False, index=True),
    sa.Column("records", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    # Opens what was checked on it; the device has the other half.
    sa.Column("report_private", sa.LargeBinary, nullable=False),
    sa.Column("checks", sa.Integer, nullable=False),
    sa.Column("last_check", sa.String(64), nullable=False),
    sa.Column("reported_at", sa.BigInteger),
)

COPY_RECORD: Final = sa.Table(
    "offline_copy_record",
    METADATA,
    # What a copy holds, until its end; `changed` where that is no longer so.
    sa.Column("copy", sa.String(26), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("changed", sa.Boolean, nullable=False),
    sa.Index("offline_copy_record_by_record", "kind", "party", "id"),
)

_HELD: Final = sa.select(COPY_RECORD.c.copy).where(
    COPY_RECORD.c.kind == sa.bindparam("kind"),
    COPY_RECORD.c.party == sa.bindparam("party"),
    COPY_RECORD.c.id == sa.bindparam("id"),
)
_ANY: Final = sa.select(sa.exists().where(COPY_RECORD.c.copy != "").label("any")).execution_options(kept=True)
_COLUMNS: Final = ("copy", "kind", "party", "id", "version", "changed")


def find_device(work: Work, key: str) -> Row | None:
    """Return a device's row, None where it was never registered."""
    rows = work.read(sa.select(DEVICE).where(DEVICE.c.key == key))
    return rows[0] if rows else None


def get_device(work: Work, owner: Owner, key: str) -> Row:
    """Return a device of an authority that is in use; raises `NotFound` `copy.no-device`."""
    row = find_device(work, key)
    if row is None or row.retired or (row.party, row.authority) != (owner.party, owner.authority):
        raise NotFound(
            "copy.no-device",
            "The authority has no such device in use.",
            field="$.key",
            remedy="Register it first (copy register-device); see `copy list`.",
        )
    return row


def add_device(work: Work, owner: Owner, key: str, point: str, label: str) -> None:
    """Register a device."""
    row = {
        "key": key,
        "party": owner.party,
        "authority": owner.authority,
        "crossing_point": point,
        "label": label,
        "registered_at": work.recorded_at,
        "retired": False,
    }
    work.change(Guard(DEVICE, {"key": key}, None), Insert(DEVICE, row))


def devices(work: Work) -> tuple[DeviceView, ...]:
    """Return every device ever registered, by crossing point."""
    rows = work.read(sa.select(DEVICE).order_by(DEVICE.c.crossing_point, DEVICE.c.key))
    return tuple(
        DeviceView(
            key=row.key,
            crossing_point=row.crossing_point,
            label=row.label,
            registered_at=Instant(row.registered_at),
            retired=row.retired,
        )
        for row in rows
    )


def add_copy(work: Work, header: CopyHeader, lines: tuple[CopyLine, ...], report_private: bytes) -> None:
    """Enter a copy on the inventory, with what it holds."""
    row = {
        "id": header.copy,
        "party": header.party,
        "authority": header.authority,
        "crossing_point": header.crossing_point,
        "device": header.device,
        "made_at": header.made,
        "made_by": work.who.user,
        "ends": header.ends,
        "records": header.records,
        "digest": header.digest,
        "report_private": report_private,
        "checks": 0,
        "last_check": "",
        "reported_at": None,
    }
    held = [(header.copy, line.kind, line.owner.party, line.id, line.version, False) for line in lines]
    work.change(Insert(COPY, row))
    if held:
        work.change(InsertMany(COPY_RECORD, _COLUMNS, held))


def get_copy(work: Work, owner: Owner, copy: str) -> Row:
    """Return a copy's row; raises `NotFound` `copy.not-found`."""
    rows = work.read(sa.select(COPY).where(COPY.c.id == copy))
    if not rows or (rows[0].party, rows[0].authority) != (owner.party, owner.authority):
        raise NotFound("copy.not-found", "The authority made no such copy.", field="$.copy", remedy="See `copy list`.")
    return rows[0]


def note_report(work: Work, row: Row, checks: int, last: str) -> None:
    """Note how far the checks on a copy were reported."""
    work.change(
        Guard(COPY, {"id": row.id}, {"checks": row.checks}),
        Update(COPY, {"id": row.id}, {"checks": checks, "last_check": last, "reported_at": work.recorded_at}),
    )


def mark_stale(work: Work, change: RecordChanged) -> None:
    """Mark every copy that holds a record which changed or was withdrawn."""
    if not work.read(_ANY)[0].any:
        return
    key = {"kind": change.kind, "party": change.owner.party, "id": change.id}
    for row in work.read(_HELD, key):
        work.change(Update(COPY_RECORD, {"copy": row.copy, **key}, {"changed": True}))


def copies(work: Work) -> tuple[CopyView, ...]:
    """Return the inventory of copies, newest first."""
    changed = {
        row.copy: row.number
        for row in work.read(
            sa.select(COPY_RECORD.c.copy, sa.func.count().label("number"))
            .where(COPY_RECORD.c.changed.is_(True))
            .group_by(COPY_RECORD.c.copy)
        )
    }
    rows = work.read(sa.select(COPY).order_by(COPY.c.made_at.desc(), COPY.c.id))
    return tuple(_view(row, changed.get(row.id, 0), work.recorded_at) for row in rows)


def _view(row: Row, changed: int, now: Instant) -> CopyView:
    current = CopyState.STALE if changed else CopyState.CURRENT
    return CopyView(
        copy=row.id,
        crossing_point=row.crossing_point,
        authority=row.authority,
        device=row.device,
        made=Instant(row.made_at),
        made_by=row.made_by,
        ends=Instant(row.ends),
        records=row.records,
        state=CopyState.ENDED if row.ends <= now else current,
        changed=changed,
        checks=row.checks,
        reported_at=None if row.reported_at is None else Instant(row.reported_at),
    )


def forget(work: Work, limit: int) -> None:
    """Drop what ended copies held, and copies that ended long ago."""
    ended = sa.select(COPY.c.id, COPY.c.ends).where(COPY.c.ends <= work.recorded_at).order_by(COPY.c.ends).limit(limit)
    for row in work.read(ended):
        work.change(Delete(COPY_RECORD, {"copy": row.id}))
        if row.ends + KEPT_US <= work.recorded_at:
            work.change(Delete(COPY, {"id": row.id}))
