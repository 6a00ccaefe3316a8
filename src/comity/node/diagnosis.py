"""Looking a running node over: `comity.oversight.diagnosis.Inspector` on its parts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import select

from comity.adapters.peerlink.certificates import end_of
from comity.adapters.peerlink.side import LinkState
from comity.agreements.keys import Chain, Key
from comity.core.errors import BadInput
from comity.core.ports import Work
from comity.core.time import Instant
from comity.diplomacy.records import QueueItem
from comity.diplomacy.store import queue
from comity.exchange.keys.ring import Ring
from comity.exchange.keys.store import conflicts, own_chain, told
from comity.exchange.records import Peer, QueueState
from comity.exchange.store import peers
from comity.exchange.witness.rounds import Witness, witnesses
from comity.exchange.witness.tables import split_table
from comity.oversight.diagnosis.records import (
    CertificateFinding,
    ContradictionFinding,
    Findings,
    KeyFinding,
    PeerFinding,
    WitnessFinding,
)
from comity.oversight.store import sealing_key

_COUNTED = 1000
_NOT_UNDER_WAY = frozenset({QueueState.REFUSED.value, QueueState.PUT_OFF.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInspector:
    """What is asked where: the node's folder, its certificates by name, links, writer, index and keys."""

    folder: Path
    certificates: tuple[tuple[str, Path], ...]
    link: LinkState
    writer_queue: Callable[[], int]
    index_ready: Callable[[], bool]
    ledger_size: Callable[[], int]
    node: str
    first: Key
    ring: Ring

    def inspect(self, work: Work) -> Findings:
        """Return what is found now."""
        chain = own_chain(work, self.node, self.first)
        return Findings(
            now=work.recorded_at,
            free_bytes=shutil.disk_usage(self.folder).free,
            writer_queue=self.writer_queue(),
            search_log_key=sealing_key(work) is not None,
            index_ready=self.index_ready(),
            certificates=tuple(CertificateFinding(name=name, ends=_end_of(path)) for name, path in self.certificates),
            keys=self._keys(chain),
            peers=self._peers(work, chain.length),
            witnesses=tuple(self._witness(each) for each in witnesses(work)),
            contradictions=contradictions(work),
        )

    def _witness(self, found: Witness) -> WitnessFinding:
        behind = max(0, self.ledger_size() - found.size)
        return WitnessFinding(node=found.node, size=found.size, behind=behind, trouble=found.trouble)

    def _keys(self, chain: Chain) -> KeyFinding:
        lasting = [each.until for each in chain.spans if each.compromised_at is None]
        ends = None if None in lasting else max((each for each in lasting if each is not None), default=None)
        signs = self.ring.present().key_id if self.ring.counts else None
        return KeyFinding(signs=signs, rooted=chain.root is not None, ends=ends)

    def _peers(self, work: Work, deeds: int) -> tuple[PeerFinding, ...]:
        known, contradicted = told(work), conflicts(work)
        return tuple(
            msgspec.structs.replace(
                self._peer(work, peer),
                deeds_ahead=deeds - (known[peer.node].number if peer.node in known else 0),
                deeds_trouble=known[peer.node].trouble if peer.node in known else None,
                contradicted=peer.node in contradicted,
            )
            for peer in peers(work)
        )

    def _peer(self, work: Work, peer: Peer) -> PeerFinding:
        items, more = queue(work, peer.node, None, _COUNTED)
        refused = [item for item in items if item.state == QueueState.REFUSED.value]
        waiting = [item for item in items if item.state not in _NOT_UNDER_WAY]
        return PeerFinding(
            node=peer.node,
            party=peer.party,
            state=peer.state.value,
            reason=peer.frozen_reason,
            elsewhere=peer.node in self.link.elsewhere,
            reached=peer.node in self.link.connected,
            trouble=self.link.trouble.get(peer.node),
            offset_us=self.link.offsets.get(peer.node),
            waiting=len(waiting),
            more=more is not None,
            oldest=min((item.enqueued_at for item in waiting), default=None),
            why=_reasons(waiting),
            refused=len(refused),
            refusals=_reasons(refused),
        )


def contradictions(work: Work) -> tuple[ContradictionFinding, ...]:
    """Return which nodes contradicted themselves before this one as their witness."""
    rows = work.read(select(split_table.c.node, split_table.c.code).order_by(split_table.c.recorded_at))
    return tuple(ContradictionFinding(node=row.node, code=row.code) for row in rows)


def _reasons(items: Iterable[QueueItem]) -> tuple[str, ...]:
    return tuple(sorted({reason for item in items for reason in item.reasons}))


def _end_of(path: Path) -> Instant | None:
    try:
        return end_of(path.read_text("ascii"))
    except (OSError, ValueError, BadInput):
        return None
