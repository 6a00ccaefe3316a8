"""Tables that belong to no room: the ledger's rows and the writer's gapless counters."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()

ledger_entry = Table(
    "ledger_entry",
    METADATA,
    # Counts from 0, in commit order: the leaf's index in the Merkle tree.
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary(32), nullable=False),
    # Salt, entry and user are the erasable part; leaf, times and rule stay as evidence.
    Column("salt", LargeBinary(16)),
    Column("entry", LargeBinary),
    Column("user", String(64)),
    Column("recorded_at", BigInteger, nullable=False),
    # Which act it was; names nobody, so it outlives the entry.
    Column("operation", String(80), nullable=False, server_default=""),
    Column("erased_at", BigInteger),
    Column("erased_rule", String(120)),
    Index("ledger_entry_by_operation", "operation", "sequence"),
)

counter = Table(
    "counter",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

unplaced = Table(
    "unplaced",
    METADATA,
    # Pieces of rows of a table that are not in their places yet, in commit order; see `comity.adapters.sql.late`.
    Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
