"""`node verify`: checks the ledger of a node that does not run, also of one that refuses to open because of it."""

from __future__ import annotations

import contextlib
import sys
from typing import BinaryIO

from sqlalchemy import Engine, inspect, select

from comity.adapters.sql.database import DATABASE, LEDGER
from comity.adapters.sql.engine import open_readers
from comity.adapters.sql.place import postgres
from comity.agreements.keys import Deed, replay
from comity.core.codec import decode_own_as
from comity.exchange.keys.tables import deed_table
from comity.ledger.errors import Corrupt, TornTail
from comity.ledger.file import LeavesFrame, scan
from comity.ledger.verify import Expected
from comity.node.bootstrap import ERASURE_RULES
from comity.node.directory import NodeDirectory
from comity.node.evidence import check_ledger, ledger_keys
from comity.node.identity_document import read_identity
from comity.oversight.records import Verification


def verify_node(directory: NodeDirectory) -> Verification:
    """Check every byte of the ledger file and every row; nothing is repaired or written.

    The caller holds the node's lock. Raises `NotFound` where no node is.
    """
    config = directory.read_config()
    identity = read_identity(directory)
    if config.database is None:
        readers = open_readers(directory.path / DATABASE, count=1)
    else:
        readers = postgres("connect").open_engine(config.database, count=1)
    try:
        chain = replay(config.node, identity.key, _deeds(readers, config.node))
        expected = Expected(node=config.node, keys=ledger_keys(chain), erasure_rules=ERASURE_RULES)
        with (directory.path / LEDGER).open("rb") as stream:
            size = sys.maxsize if config.database is None else _leaves(stream)
            return check_ledger(readers, stream, size, expected)
    finally:
        readers.dispose()


def _leaves(stream: BinaryIO) -> int:
    """Return how many leaves the file holds: other processes may have written rows since this one was stopped."""
    count = 0
    with contextlib.suppress(TornTail, Corrupt):  # the check itself tells where
        for frame in scan(stream):
            count += len(frame.hashes) if isinstance(frame, LeavesFrame) else 0
    stream.seek(0)
    return count


def _deeds(readers: Engine, node: str) -> tuple[Deed, ...]:
    """Return the deeds about the node's keys; none in a database from before there were any."""
    if not inspect(readers).has_table(deed_table.name):
        return ()
    query = select(deed_table.c.body).where(deed_table.c.node == node).order_by(deed_table.c.number)
    with readers.connect() as connection:
        return tuple(decode_own_as(bytes(row.body), Deed) for row in connection.execute(query))
