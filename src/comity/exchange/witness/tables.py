"""Tables of witnesses: who vouches for this ledger, whose ledgers this node vouches for, and what contradicts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table

METADATA: Final = MetaData()

witness_table = Table(
    "ledger_witness",
    METADATA,
    # A node that was asked to witness this ledger, and the newest checkpoint that it vouched for.
    Column("node", String(26), primary_key=True),
    Column("appointed_at", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("note", LargeBinary),
    Column("line", LargeBinary),
    Column("cosigned_at", BigInteger),
    # Why it did not vouch the last time, by code; none where it did.
    Column("trouble", String(80)),
)

witnessed_table = Table(
    "witnessed_ledger",
    METADATA,
    # The newest checkpoint of a peer's ledger that this node vouched for.
    Column("node", String(26), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

split_table = Table(
    "witness_split",
    METADATA,
    # Two checkpoints of one ledger that do not continue each other: the evidence, kept for good.
    Column("node", String(26), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("code", String(80), nullable=False),
    Column("seen", LargeBinary, nullable=False),
    Column("shown", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)
