"""Tables and statements of protection orders and victims; every person is a digest here."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table, select

from comity.alerts.beside_tables import METADATA
from comity.alerts.care.records import Order, Somebody, VictimRecord, VictimState
from comity.alerts.subjects import name_key
from comity.core.codec import decode_own_as, encode
from comity.core.ports import Delete, Insert, Update, Work
from comity.core.time import CivilDate

ORDER: Final = Table(
    "protection_order",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("protected", String(64), nullable=False),
    Column("against", String(64), nullable=False),
    Column("until", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("protection_order_by_pair", "protected", "against"),
    Index("protection_order_by_end", "until"),
)
VICTIM: Final = Table(
    "victim",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("authority", String(48), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("reflection_until", String(10), nullable=False),
    Column("erase_by", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("victim_by_subject", "subject"),
    Index("victim_by_erasure", "erase_by"),
)
# Asked for every match of a check; there are few of them and they change seldom.
_REFLECTING: Final = select(VICTIM.c.subject, VICTIM.c.reflection_until).execution_options(kept=True)


def digest_of(who: Somebody) -> str:
    """Return the digest by which a person is known again."""
    return name_key(who.surnames, who.forenames or "", who.birth_date)


def orders_between(work: Work, protected: Collection[str], against: str, today: CivilDate) -> bool:
    """Say whether an order keeps this person away from one of those protected."""
    query = select(ORDER.c.id).where(
        ORDER.c.protected.in_(tuple(protected)), ORDER.c.against == against, ORDER.c.until >= today
    )
    return bool(work.read(query.limit(1)))


def orders(work: Work, today: CivilDate, limit: int) -> tuple[Order, ...]:
    """Return the orders that stand, by the day on which they end."""
    query = select(ORDER.c.body).where(ORDER.c.until >= today).order_by(ORDER.c.until, ORDER.c.id).limit(limit)
    return tuple(decode_own_as(bytes(row.body), Order) for row in work.read(query))


def find_order(work: Work, order: str) -> Order | None:
    """Return an order."""
    rows = work.read(select(ORDER.c.body).where(ORDER.c.id == order))
    return decode_own_as(bytes(rows[0].body), Order) if rows else None


def insert_order(made: Order) -> Insert:
    """Return the change that records an order."""
    row = {name: getattr(made, name) for name in ("id", "protected", "against", "until")}
    return Insert(ORDER, {**row, "body": encode(made)})


def delete_order(order: str) -> Delete:
    """Return the change that takes an order out."""
    return Delete(ORDER, {"id": order})


def reflecting(work: Work, subjects: Collection[str], today: CivilDate) -> bool:
    """Say whether one of these subjects is a victim whose time to reflect runs."""
    return any(row.reflection_until >= today and row.subject in subjects for row in work.read(_REFLECTING))


def is_victim(work: Work, subjects: Collection[str]) -> bool:
    """Say whether one of these subjects is recorded as a victim."""
    return any(row.subject in subjects for row in work.read(_REFLECTING))


def find_victim(work: Work, victim: str) -> VictimRecord | None:
    """Return a victim's record."""
    rows = work.read(select(VICTIM.c.body).where(VICTIM.c.id == victim))
    return decode_own_as(bytes(rows[0].body), VictimRecord) if rows else None


def victims(work: Work, authority: str, limit: int) -> tuple[VictimRecord, ...]:
    """Return an authority's records, the one whose time ends first."""
    query = select(VICTIM.c.body).where(VICTIM.c.authority == authority)
    rows = work.read(query.order_by(VICTIM.c.reflection_until, VICTIM.c.id).limit(limit))
    return tuple(decode_own_as(bytes(row.body), VictimRecord) for row in rows)


def insert_victim(made: VictimRecord) -> Insert:
    """Return the change that adds a record."""
    return Insert(VICTIM, {"id": made.id, **_columns(made)})


def replace_victim(made: VictimRecord) -> Update:
    """Return the change that puts a record in the place of the one before."""
    return Update(VICTIM, {"id": made.id}, _columns(made))


def erase_past(work: Work, today: CivilDate, limit: int) -> int:
    """Erase orders that have ended and records of victims whose last day is over; return how many."""
    gone = work.read(select(ORDER.c.id).where(ORDER.c.until < today).limit(limit))
    over = work.read(select(VICTIM.c.id).where(VICTIM.c.erase_by < today).limit(limit))
    work.change(*(Delete(ORDER, {"id": row.id}) for row in gone), *(Delete(VICTIM, {"id": row.id}) for row in over))
    return len(gone) + len(over)


def _columns(made: VictimRecord) -> dict[str, object]:
    return {
        "authority": made.owner.authority,
        "subject": made.subject,
        "reflection_until": made.reflection_until if made.state is VictimState.REFLECTING else "",
        "erase_by": made.erase_by,
        "body": encode(made),
    }
