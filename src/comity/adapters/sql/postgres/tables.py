"""What processes over one database share beside the rooms' tables: who wrote last, what changed, who does what."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, MetaData, String, Table, func

METADATA: Final = MetaData()

HEAD: Final = Table(
    "store_head",
    METADATA,
    # One row. Whoever writes holds its lock, so that one process writes at a time and the ledger has one order.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("node", String(26)),
    # Counts the committed groups.
    Column("version", BigInteger, nullable=False),
)

CHANGE: Final = Table(
    "store_change",
    METADATA,
    # By which group each table was changed last, by which rows in it were changed or deleted, and up to which its
    # file was written anew since.
    Column("name", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("overwritten", BigInteger, nullable=False),
    Column("rewritten", BigInteger, nullable=False, server_default="0"),
)

GROUP: Final = Table(
    "store_group",
    METADATA,
    # The latest groups: who wrote them, and which rows they changed in tables that other processes keep in memory.
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("process", String(32), nullable=False),
    # Primary keys by table, as JSON; null for a table: any of its rows.
    Column("keys", LargeBinary),
    Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)

LEASE: Final = Table(
    "store_lease",
    METADATA,
    # Work that one process does at a time: until when, by the server's clock.
    Column("name", String(64), primary_key=True),
    Column("process", String(32), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)
