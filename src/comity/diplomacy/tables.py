"""Tables of agreements: immutable versions, signatures, the turns of their force, notices and their receipts."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

AGREEMENT: Final = sa.Table(
    "agreement",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("lineage", sa.String(96), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("peering", sa.Boolean, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    # Counts signatures and turns of force, so that two that come together do not both overlook the other.
    sa.Column("changes", sa.Integer, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    # When it was first proposed, by us or to us; none for a draft of our own.
    sa.Column("proposed_at", sa.BigInteger, nullable=True),
)

AGREEMENT_SIGNATURE: Final = sa.Table(
    "agreement_signature",
    METADATA,
    sa.Column("agreement", sa.String(64), primary_key=True),
    sa.Column("node", sa.String(26), primary_key=True),
    # The authority that signed, inside one party; empty between parties.
    sa.Column("authority", sa.String(96), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
)

AGREEMENT_EVENT: Final = sa.Table(
    "agreement_event",
    METADATA,
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("agreement", sa.String(64), nullable=False, index=True),
    sa.Column("turn", sa.String(8), nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.String(120), nullable=False),
    # The rest of the happening: clauses, parties, word, and the notice it follows from.
    sa.Column("detail", sa.LargeBinary, nullable=True),
)

AGREEMENT_NOTICE: Final = sa.Table(
    "agreement_notice",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("agreement", sa.String(64), nullable=False, index=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
)

AGREEMENT_NOTICE_RECEIPT: Final = sa.Table(
    "agreement_notice_receipt",
    METADATA,
    sa.Column("notice", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("agreement", sa.String(64), nullable=False, index=True),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
)

AGREEMENT_DISPOSAL: Final = sa.Table(
    "agreement_disposal",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    # `out`: this node parted with what a partner had sent; `in`: a partner did with what this one had sent.
    sa.Column("direction", sa.String(3), primary_key=True),
    sa.Column("agreement", sa.String(64), nullable=False, index=True),
    sa.Column("node", sa.String(26), nullable=False),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("how", sa.String(8), nullable=False),
    sa.Column("records", sa.Integer, nullable=False),
    # How many of them the owner finds to be other than what it had sent; none until it has answered.
    sa.Column("differing", sa.Integer, nullable=True),
    sa.Column("parted_at", sa.BigInteger, nullable=False),
    sa.Column("received_at", sa.BigInteger, nullable=True),
)
