"""Turning to the next signing key when its time comes, and telling peers of deeds."""

from __future__ import annotations

import threading

from comity.agreements.keys import Chain
from comity.core.ports import Work
from comity.core.vocabulary import Purpose
from comity.exchange.keys.rounds import DeedRounds
from comity.exchange.keys.store import own_chain
from comity.exchange.keys.tables import deed_table
from comity.node.bootstrap import Node, state_keys


class KeyTurning:
    """Follows the node's deeds as they are installed, and the clock."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._aged = threading.Event()
        node.database.writer.subscribe(frozenset({deed_table.name}), self._aged.set)
        self._rounds = DeedRounds(
            node.acts, node.operator, node.modes.switchboard, node.clock, node.config.node, node.identity.key
        )

    def look(self) -> None:
        """Turn to the key that is to sign now, enter that in the ledger, and state the identity document anew."""
        node, aged = self._node, self._aged.is_set()
        if aged:
            self._aged.clear()
            node.ring.take(node.acts.view(node.operator, Purpose.ADMINISTRATION, self._chain))
        turned = node.ring.turn()
        if turned:
            name = node.ring.present().key_id if node.ring.counts else "none"

            def enter(work: Work) -> None:
                work.record(key=name)

            node.acts.act("keys.turned", node.operator, Purpose.ADMINISTRATION, enter)
        if turned or aged:
            state_keys(node.directory, node.config, node.clock, node.ring, node.database)

    def tell(self) -> None:
        """Tell peers of deeds that they have not acknowledged."""
        self._rounds.tell()

    def _chain(self, work: Work) -> Chain:
        return own_chain(work, self._node.config.node, self._node.identity.key)
