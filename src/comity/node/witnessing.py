"""Checkpoints of the node's ledger each second, and showing them to its witnesses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select

from comity.adapters.sql.database import Database
from comity.adapters.sql.tables import ledger_entry
from comity.exchange.witness.rounds import Pace, Rounds
from comity.ledger.tiles import Tiles
from comity.node.bootstrap import Node


class Witnessing:
    """Makes checkpoints as they fall due; shows the newest, and only that, to whoever witnesses."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._pace = Pace(0, node.clock.now())
        self._newest: bytes | None = None
        self._shown: bytes | None = None
        self._rounds = Rounds(node.acts, node.operator, node.modes.switchboard, Tiles(leaves_of(node.database)))

    def checkpoint(self) -> None:
        """Sign the present state where something was added since the last time."""
        ledger = self._node.database.ledger
        if self._pace.is_due(ledger.size, self._node.clock.now()):
            self._newest = ledger.checkpoint(self._node.signer)

    def show(self) -> None:
        """Show the newest checkpoint to all witnesses, once."""
        newest = self._newest
        if newest is not None and newest is not self._shown:
            self._rounds.show(newest)
            self._shown = newest


def leaves_of(database: Database) -> Callable[[int, int], Sequence[bytes]]:
    """Return how to read a run of leaf hashes from a node's rows."""
    columns = ledger_entry.c

    def read(low: int, high: int) -> Sequence[bytes]:
        query = select(columns.leaf).where(columns.sequence >= low, columns.sequence < high).order_by(columns.sequence)
        with database.readers.connect() as connection:
            return [bytes(row.leaf) for row in connection.execute(query)]

    return read
