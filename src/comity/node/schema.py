"""All tables of a node's database, gathered from the rooms that own them."""

from __future__ import annotations

from sqlalchemy import MetaData

import comity.adapters.sql.tables
import comity.exchange.keys.tables  # its tables are the exchange's
import comity.runtime.originals
import comity.runtime.store
from comity.alerts import store as alerts
from comity.bureau import tables as bureau
from comity.bureau.duty import store as duty
from comity.bureau.letters import tables as letters
from comity.bureau.lists import store as lists
from comity.bureau.lists.bans import store as bans
from comity.crossings import tables as crossings
from comity.deadlines import store as deadlines
from comity.diplomacy import tables as diplomacy
from comity.exchange import store as exchange
from comity.exchange.witness import tables as witnesses
from comity.identity import store as identity
from comity.oversight import store as oversight
from comity.screening import store as screening
from comity.training import store as training

METADATA: tuple[MetaData, ...] = (
    comity.adapters.sql.tables.METADATA,
    comity.runtime.store.METADATA,
    comity.runtime.originals.METADATA,
    exchange.METADATA,
    witnesses.METADATA,
    deadlines.METADATA,
    identity.METADATA,
    diplomacy.METADATA,
    alerts.METADATA,
    screening.METADATA,
    crossings.METADATA,
    bureau.METADATA,
    letters.METADATA,
    duty.METADATA,
    lists.METADATA,
    bans.METADATA,
    oversight.METADATA,
    training.METADATA,
)
"""What the newest schema version must hold; a test compares it with a migrated database."""
