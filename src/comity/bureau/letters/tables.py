"""Tables of letters and of the lines of their threads; columns beside a body are for finding, clocks and erasure."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

_OPEN: Final = sa.text("ended IS NULL")

BUREAU_LETTER: Final = sa.Table(
    "bureau_letter",
    METADATA,
    sa.Column("sender_party", sa.String(12), primary_key=True),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("recipient_party", sa.String(12), nullable=False),
    sa.Column("form", sa.String(8), nullable=False),
    sa.Column("category", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("alert_party", sa.String(12), nullable=True),
    sa.Column("alert", sa.String(26), nullable=True),
    sa.Column("rank", sa.BigInteger, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("due", sa.BigInteger, nullable=True),
    sa.Column("ended", sa.BigInteger, nullable=True),
    sa.Column("answered", sa.BigInteger, nullable=True),
    sa.Column("answer", sa.String(40), nullable=True),
    sa.Column("erase_by", sa.String(10), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("bureau_letter_by_rank", "state", "rank", "id"),
    sa.Index("bureau_letter_by_alert", "alert_party", "alert"),
    sa.Index("bureau_letter_by_end", "erase_by"),
    sa.Index(
        "bureau_letter_open", "recipient_party", "urgent", "due", "since", sqlite_where=_OPEN, postgresql_where=_OPEN
    ),
)
"""The sender's party stands in the key. `due` is the last instant in time; `ended` when the answer came, or without."""

BUREAU_LETTER_LINE: Final = sa.Table(
    "bureau_letter_line",
    METADATA,
    sa.Column("sender_party", sa.String(12), primary_key=True),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("letter_party", sa.String(12), nullable=False),
    sa.Column("letter", sa.String(26), nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("bureau_letter_line_by_letter", "letter_party", "letter", "id"),
)
"""`letter_party` and `letter` name the letter by its sender and number."""

BUREAU_HELD_BACK: Final = sa.Table(
    "bureau_held_back",
    METADATA,
    sa.Column("print", sa.String(64), primary_key=True),
    sa.Column("giver", sa.String(12), primary_key=True),
    sa.Column("source", sa.String(26), primary_key=True),
    sa.Column("letter", sa.String(26), nullable=False),
    sa.Index("bureau_held_back_by_source", "giver", "source"),
    sa.Index("bureau_held_back_by_letter", "giver", "letter"),
)
"""Prints of what received reports hold back; `source` is the letter itself or a later line of it."""

BUREAU_CONSULTATION: Final = sa.Table(
    "bureau_consultation",
    METADATA,
    sa.Column("waiting", sa.String(26), primary_key=True),
    sa.Column("alert_party", sa.String(12), primary_key=True),
    sa.Column("alert", sa.String(26), primary_key=True),
    sa.Column("category", sa.String(8), nullable=False),
    sa.Column("form", sa.String(8), nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("letter", sa.String(26), nullable=True),
    sa.Column("answer", sa.String(40), nullable=True),
    sa.Index("bureau_consultation_by_alert", "alert_party", "alert"),
    sa.Index("bureau_consultation_by_letter", "letter"),
)
"""Numbers alone: which request waits for which letter about which alert of another party."""
