"""Tables of the bureau: cases, inbox, answers; `rank` orders a page by legal urgency.

Columns beside a body serve finding, clocks and erasure, and hold nothing about a person.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

_OPEN: Final = sa.text("ended IS NULL")
"""What still has to be done is counted for every look at the work list, however much is done."""

BUREAU_CASE: Final = sa.Table(
    "bureau_case",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("rank", sa.BigInteger, nullable=False),
    sa.Column("hit", sa.String(26), nullable=False),
    sa.Column("alert_party", sa.String(12), nullable=False),
    sa.Column("alert", sa.String(26), nullable=False),
    sa.Column("erase_by", sa.String(10), nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("due", sa.BigInteger, nullable=True),
    sa.Column("ended", sa.BigInteger, nullable=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("acknowledged", sa.BigInteger, nullable=True),
    sa.Column("answered", sa.BigInteger, nullable=True),
    sa.Index("bureau_case_by_rank", "party", "state", "rank", "id"),
    sa.Index("bureau_case_by_hit", "hit"),
    sa.Index("bureau_case_by_alert", "alert_party", "alert"),
    sa.Index("bureau_case_by_end", "erase_by"),
    sa.Index("bureau_case_open", "party", "urgent", "due", "since", sqlite_where=_OPEN, postgresql_where=_OPEN),
)
"""`state`, `acknowledged` and `answered` rule over the body: answers of one delivery set them without reading it."""

BUREAU_MESSAGE: Final = sa.Table(
    "bureau_message",
    METADATA,
    sa.Column("sender_party", sa.String(12), primary_key=True),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("recipient_party", sa.String(12), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("rank", sa.BigInteger, nullable=False),
    sa.Column("alert_party", sa.String(12), nullable=False),
    sa.Column("alert", sa.String(26), nullable=False),
    sa.Column("erase_by", sa.String(10), nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("due", sa.BigInteger, nullable=True),
    sa.Column("ended", sa.BigInteger, nullable=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("bureau_message_by_rank", "recipient_party", "state", "rank", "id"),
    sa.Index("bureau_message_by_alert", "alert_party", "alert"),
    sa.Index("bureau_message_by_end", "erase_by"),
    sa.Index(
        "bureau_message_open", "recipient_party", "urgent", "due", "since", sqlite_where=_OPEN, postgresql_where=_OPEN
    ),
)
"""The sender's party stands in the key, so that no party can occupy another's ids."""

BUREAU_OUTCOME: Final = sa.Table(
    "bureau_outcome",
    METADATA,
    sa.Column("hit", sa.String(26), primary_key=True),
    sa.Column("officer", sa.String(64), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("erase_by", sa.String(10), nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("bureau_outcome_by_officer", "officer", "at"),
    sa.Index("bureau_outcome_by_end", "erase_by"),
)
"""What the officer who confirmed a hit was told of it; `officer` is a user number."""

BUREAU_ANSWER: Final = sa.Table(
    "bureau_answer",
    METADATA,
    sa.Column("sender_party", sa.String(12), primary_key=True),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("report", sa.String(26), nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("bureau_answer_by_report", "report", "id"),
)
"""Answers of other parties' bureaux to reports of ours; `report` is the own case."""
