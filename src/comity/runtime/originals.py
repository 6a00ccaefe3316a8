"""Texts as they came, beside the records whose fields hold them in another form; erased with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import sqlalchemy as sa

from comity.core import codec
from comity.core.door import Original, in_form
from comity.core.ids import RecordRef
from comity.core.ports import Change, Delete, Insert, RecordChanged, Work
from comity.core.time import Instant

METADATA = sa.MetaData()

TEXT_ORIGINAL = sa.Table(
    "text_original",
    METADATA,
    sa.Column("row", sa.String(26), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("id", sa.String(128), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("text_original_by_record", "kind", "id"),
)

_OF_RECORD = sa.select(TEXT_ORIGINAL.c.row, TEXT_ORIGINAL.c.body).where(
    TEXT_ORIGINAL.c.kind == sa.bindparam("kind"), TEXT_ORIGINAL.c.id == sa.bindparam("id")
)


def keep(work: Work, refs: Sequence[RecordRef], originals: Sequence[Original]) -> tuple[Change, ...]:
    """Return the changes that keep originals beside the record that an act is about: the first that it names."""
    if not refs:
        return ()
    ref = refs[0]
    return tuple(
        Insert(
            TEXT_ORIGINAL,
            {
                "row": work.new_id(),
                "kind": ref.kind,
                "id": ref.id,
                "version": ref.version,
                "recorded_at": work.recorded_at,
                "body": codec.encode(original),
            },
        )
        for original in originals
    )


def originals_of(work: Work, kind: str, record: str) -> tuple[Original, ...]:
    """Return what is kept beside a record, in order of coming."""
    rows = work.read(_OF_RECORD.order_by(TEXT_ORIGINAL.c.row), {"kind": kind, "id": record})
    return tuple(_read(row.body) for row in rows)


def follow(work: Work, change: RecordChanged) -> None:
    """Erase what a record no longer holds: everything when it goes, and texts that another version has replaced.

    Copies of other parties' records came without originals.
    """
    if change.from_peer or (change.version == 1 and change.record is not None):
        return
    rows = work.read(_OF_RECORD, {"kind": change.kind, "id": change.id})
    if not rows:
        return
    present = set() if change.record is None else set(_texts(msgspec.to_builtins(change.record)))
    work.change(
        *(Delete(TEXT_ORIGINAL, {"row": row.row}) for row in rows if in_form(_read(row.body).text) not in present)
    )


def erase_before(work: Work, kind: str, before: Instant) -> None:
    """Erase what is kept beside records of a kind that live for a set time, once that time is over."""
    columns = TEXT_ORIGINAL.c
    for row in work.read(sa.select(columns.row).where(columns.kind == kind, columns.recorded_at < before)):
        work.change(Delete(TEXT_ORIGINAL, {"row": row.row}))


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | tuple():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)


def _read(body: bytes) -> Original:
    return codec.decode_own_as(body, Original)
