"""Tables of deeds: this node's and its peers', who has acknowledged how many, and what contradicts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from comity.exchange.tables import METADATA

deed_table = Table(
    "exchange_key_deed",
    METADATA,
    # Whose keys it is about: this node, or a peer.
    Column("node", String(26), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)

told_table = Table(
    "exchange_key_told",
    METADATA,
    # How many of this node's deeds the peer has acknowledged, and its signed acknowledgement.
    Column("peer", String(26), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("receipt", LargeBinary),
    # Why it did not take them the last time, by code; none where it did.
    Column("trouble", String(80)),
    Column("recorded_at", BigInteger, nullable=False),
)

conflict_table = Table(
    "exchange_key_conflict",
    METADATA,
    # Two deeds of one number, both signed: the evidence, kept for good.
    Column("node", String(26), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
)
