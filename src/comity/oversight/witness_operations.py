"""Appointing witnesses of the ledger, and seeing what they say."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from comity.core.errors import Conflict, NotFound, Refused
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Delete, Guard, Insert, Work
from comity.core.said import say
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose
from comity.exchange.records import PeerState
from comity.exchange.store import find_peer, get_peer
from comity.exchange.witness.rounds import witnesses
from comity.exchange.witness.tables import split_table, witness_table, witnessed_table
from comity.oversight.witness_records import (
    MOST_WITNESSES,
    AppointWitness,
    ContradictionView,
    DismissWitness,
    ListWitnesses,
    WitnessedView,
    Witnesses,
    WitnessView,
)

_PURPOSES = (Purpose.ADMINISTRATION,)
_READERS = (Purpose.SUPERVISION, Purpose.ADMINISTRATION)


@operation("witness.appoint", permission=Permission.PEER_MANAGE, purposes=_PURPOSES)
def appoint(work: Work, command: AppointWitness) -> Witnesses:
    """Have a trusted node witness this node's ledger from the next checkpoint on."""
    peer = get_peer(work, command.node)
    if peer.state is not PeerState.TRUSTED:
        raise Refused("exchange.peer-not-trusted", "This peer is not trusted.", field="$.node")
    present = witnesses(work)
    if any(each.node == command.node for each in present):
        raise Conflict("witness.appointed", "This node is a witness already.", field="$.node")
    if len(present) >= MOST_WITNESSES:
        raise Refused(
            "witness.enough",
            say("A ledger has %(most)s witnesses at most.", most=MOST_WITNESSES),
            remedy="Dismiss one first.",
        )
    row = {"node": command.node, "appointed_at": work.recorded_at, "size": 0}
    empty = dict.fromkeys(("note", "line", "cosigned_at", "trouble"))
    work.change(Guard(witness_table, {"node": command.node}, None), Insert(witness_table, {**row, **empty}))
    work.record(peer=command.node)
    return _shown(work)


@operation("witness.dismiss", permission=Permission.PEER_MANAGE, purposes=_PURPOSES)
def dismiss(work: Work, command: DismissWitness) -> Witnesses:
    """Show a witness no more checkpoints; what it vouched for stays true."""
    if all(each.node != command.node for each in witnesses(work)):
        raise NotFound("witness.not-found", "This node is no witness here.", field="$.node")
    work.change(Delete(witness_table, {"node": command.node}))
    work.record(peer=command.node)
    return _shown(work)


@operation("witness.list", permission=Permission.LEDGER_READ, purposes=_READERS, kind=Kind.READ)
def list_witnesses(work: Work, command: ListWitnesses) -> Witnesses:  # noqa: ARG001 - every operation takes a command
    """Show who vouches for this ledger and how far, whose ledgers this node vouches for, and contradictions."""
    return _shown(work)


OPERATIONS: Final[tuple[AnyOperation, ...]] = (appoint, dismiss, list_witnesses)


def _shown(work: Work) -> Witnesses:
    """Return all as it stood when the act began: what the act itself changes shows the next time."""
    return Witnesses(
        witnesses=tuple(
            WitnessView(
                node=each.node,
                party=_party(work, each.node),
                size=each.size,
                cosigned_at=each.cosigned_at,
                trouble=each.trouble,
                note=_text(each.note),
                line=_text(each.line),
            )
            for each in witnesses(work)
        ),
        witnessed=tuple(
            WitnessedView(node=row.node, party=_party(work, row.node), size=row.size, seen_at=Instant(row.seen_at))
            for row in work.read(select(witnessed_table).order_by(witnessed_table.c.node))
        ),
        contradictions=tuple(
            ContradictionView(
                node=row.node,
                code=row.code,
                seen=bytes(row.seen).decode("utf-8", "replace"),
                shown=bytes(row.shown).decode("utf-8", "replace"),
                recorded_at=Instant(row.recorded_at),
            )
            for row in work.read(select(split_table).order_by(split_table.c.recorded_at))
        ),
    )


def _party(work: Work, node: str) -> str | None:
    peer = find_peer(work, node)
    return None if peer is None else peer.party


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8")
