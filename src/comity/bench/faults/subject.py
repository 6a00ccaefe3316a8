"""The subject of a fault run: its receiver keeps every effect in the order in which it happened, so that all show."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, MetaData, String, Table, select

from comity.bench.exchange.stage import AUTHORITY, CATEGORY
from comity.bench.exchange.subject import NullPayload
from comity.core.ids import Owner, RecordRef
from comity.core.ports import Insert, Publication, Work
from comity.core.vocabulary import Purpose
from comity.exchange.ports import Applied, Item, stored

KIND: Final = "bench-effect"
METADATA = MetaData()
_LIVES: Final = 3

effect_table = Table(
    "bench_effect",
    METADATA,
    # In commit order; nothing else is unique, so that an effect that happens twice is there twice.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", String(3), nullable=False),
    Column("id", String(64), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)


class Effect(msgspec.Struct, frozen=True):
    """One application of one version at one node."""

    owner: str
    id: str
    version: int
    gone: bool
    recorded_at: int


class EffectReceiver:
    """`comity.exchange.ports.Receiver` that notes each application."""

    schemas = (1,)

    def apply(self, work: Work, item: Item) -> Applied:
        """Note it."""
        said = item.statement
        row = {
            "owner": said.owner.party,
            "id": said.id,
            "version": said.version,
            "gone": said.payload is None,
            "recorded_at": work.recorded_at,
        }
        work.change(Insert(effect_table, row, counter="bench-effect", column="number"))
        return stored()

    def snapshot(self, work: Work) -> tuple[RecordRef, ...]:
        """Hold nothing but the notes."""
        del work
        return ()

    def erase(self, work: Work, owner: Owner, ref: RecordRef) -> None:
        """Leave the notes as they are."""


def effects(work: Work) -> tuple[Effect, ...]:
    """Return every effect in the order in which it happened."""
    rows = work.read(select(effect_table).order_by(effect_table.c.number))
    return tuple(Effect(row.owner, row.id, row.version, bool(row.gone), row.recorded_at) for row in rows)


def is_gone(version: int) -> bool:
    """Say whether this version is a tombstone."""
    return version % _LIVES == 0


def version_of(work: Work, party: str, number: int, records: int) -> Publication:
    """Return publication `number` of a party: `records` records take turns, each time in their next version.

    Every third version is a tombstone, and the one behind it a lawful re-entry.
    """
    version = number // records + 1
    name = f"r{number % records:06}"
    payload = NullPayload(action="inquiry_check", reason=f"Synthetic {name} version {version}", offence="none")
    return Publication(
        kind=KIND,
        id=name,
        owner=Owner(party=party, authority=AUTHORITY),
        category=CATEGORY,
        operation="enter" if version == 1 else "change",
        purpose=Purpose.POLICE,
        version=version,
        schema=1,
        payload=None if is_gone(version) else payload,
        issued=work.recorded_at,
    )
