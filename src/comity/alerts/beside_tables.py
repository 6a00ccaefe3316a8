"""Tables of what stands beside alerts: pictures, subjects of copies, what waits, what is held back, what is refused."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, String, Table

METADATA: Final = MetaData()
"""The metadata of the whole room."""

_PARTY, _ID, _CATEGORY, _DIGEST = 12, 26, 8, 64

PICTURE: Final = Table(
    "alert_picture",
    METADATA,
    Column("party", String(_PARTY), primary_key=True),
    Column("id", String(_ID), primary_key=True),
    Column("sha256", String(_DIGEST), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""The bytes of an alert's photographs and copies of documents; they go with it."""

KNOWN: Final = Table(
    "alert_known",
    METADATA,
    Column("subject", String(_DIGEST), primary_key=True),
    Column("party", String(_PARTY), primary_key=True),
    Column("id", String(_ID), primary_key=True),
    Column("category", String(_CATEGORY), nullable=False),
    Index("alert_known_by_alert", "party", "id"),
)
"""Who is the subject of which copy, as digests: looked up before an own alert is entered."""

HELD: Final = Table(
    "alert_held",
    METADATA,
    Column("party", String(_PARTY), primary_key=True),
    Column("id", String(_ID), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("erase_by", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("alert_held_by_state", "state", "since"),
)
"""Copies that the screening on receipt held back, and what a person decided about them."""

REFUSAL: Final = Table(
    "alert_refusal",
    METADATA,
    Column("party", String(_PARTY), primary_key=True),
    Column("category", String(_CATEGORY), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Issuers (or `*`) and categories (or `*`) from which this party takes no alerts."""

VETTING: Final = Table(
    "alert_vetting",
    METADATA,
    Column("party", String(_PARTY), primary_key=True),
    Column("id", String(_ID), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("alert_vetting_by_state", "state", "since"),
)
"""Foreign arrest alerts, each to be looked at once by an own authority: may the person be arrested here?"""

WAITING: Final = Table(
    "alert_waiting",
    METADATA,
    Column("id", String(_ID), primary_key=True),
    Column("authority", String(48), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("erase_by", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("alert_waiting_by_erasure", "erase_by"),
)
"""Own requests that give way to another State's alert and wait at home."""

LINK_HIDDEN: Final = Table(
    "alert_link_hidden",
    METADATA,
    Column("party", String(_PARTY), primary_key=True),
    Column("id", String(_ID), primary_key=True),
    Column("since", BigInteger, nullable=False),
)
"""Alerts of other parties whose links this party does not show, since they offend its law."""
