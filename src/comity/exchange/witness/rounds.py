"""The witnessed: shows its newest checkpoint to each of its witnesses, with the proof that it continues the last one.

A witness that is silent holds nobody up: it is shown the next checkpoint, and how far behind it is can be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput, ComityError, Refused
from comity.core.ports import Actor, Row, Update, Work
from comity.core.time import SECOND_US, Instant
from comity.core.vocabulary import Purpose
from comity.exchange import store
from comity.exchange.modes.ports import Broker
from comity.exchange.records import Peer
from comity.exchange.witness.desk import Acts
from comity.exchange.witness.letters import TOPIC, GrowthLetter, Vouched
from comity.exchange.witness.tables import witness_table
from comity.ledger.checkpoint import parse_checkpoint
from comity.ledger.cosignature import holds, read_cosignature
from comity.ledger.tiles import Tiles

PATIENCE_S: Final = 3.0
ENTRIES: Final = 1000
PERIOD_US: Final = SECOND_US
AHEAD: Final = "witness.has-seen-more"
"""A witness saw a longer ledger than there is: an old backup was restored, or entries were cut off."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A node that was asked to witness this ledger, as it stands."""

    node: str
    size: int
    note: bytes | None
    line: bytes | None
    cosigned_at: Instant | None
    trouble: str | None
    appointed_at: Instant


def witnesses(work: Work) -> tuple[Witness, ...]:
    """Return who was asked to witness this ledger, in order of node."""
    return tuple(_witness(row) for row in work.read(select(witness_table).order_by(witness_table.c.node)))


def _witness(row: Row) -> Witness:
    return Witness(
        node=row.node,
        size=row.size,
        note=None if row.note is None else bytes(row.note),
        line=None if row.line is None else bytes(row.line),
        cosigned_at=None if row.cosigned_at is None else Instant(row.cosigned_at),
        trouble=row.trouble,
        appointed_at=Instant(row.appointed_at),
    )


class Pace:
    """When a checkpoint is due: a second after the last where anything was added since, or at a thousand entries."""

    def __init__(self, size: int, now: Instant) -> None:
        self._size = size
        self._at = now

    def is_due(self, size: int, now: Instant) -> bool:
        """Say whether one is due; it then counts as made."""
        added = size - self._size
        if added < ENTRIES and not (added > 0 and now - self._at >= PERIOD_US):
            return False
        self._size, self._at = size, now
        return True


@dataclass(frozen=True, slots=True)
class Rounds:
    """Shows checkpoints to witnesses, on behalf of the node's operator."""

    acts: Acts
    operator: Actor
    broker: Broker
    tiles: Tiles

    def show(self, note: bytes) -> int:
        """Show the checkpoint to every witness and keep what they sign; return how many vouched for it."""
        asked = self.acts.view(self.operator, Purpose.PEERING, lambda work: _asked(work, self._begin(note)))
        said = [(peer, witness, self._taken(peer, note, coming)) for peer, witness, coming in asked]
        if said:
            self.acts.tidy(self.operator, Purpose.PEERING, lambda work: _keep(work, said))
        return sum(each.line is not None for _, _, each in said)

    def _begin(self, note: bytes) -> Callable[[Peer, Witness], Future[bytes]]:
        size = parse_checkpoint(note).checkpoint.size

        def begin(peer: Peer, witness: Witness) -> Future[bytes]:
            old = witness.size
            proof = self.tiles.prove_growth(old, size) if old <= size else ()
            letter = GrowthLetter(old=old, proof=tuple(step.hex() for step in proof), note=note.decode())
            return self.broker.ask(peer, TOPIC, encode(letter), PATIENCE_S)

        return begin

    def _taken(self, peer: Peer, note: bytes, coming: Future[bytes]) -> _Said:
        signed = parse_checkpoint(note)
        size = signed.checkpoint.size
        try:
            vouched = decode_canonical_as(coming.result(PATIENCE_S), Vouched)
            if vouched.line is None:
                return _Said(
                    trouble=AHEAD if vouched.size > size else "witness.elsewhere", size=min(vouched.size, size)
                )
            cosigned = read_cosignature(vouched.line)
            if cosigned.witness != peer.node or not any(
                holds(cosigned, signed, key.public) for key in peer.card.keys if key.covers(_second(cosigned.at_s))
            ):
                raise Refused("witness.bad-cosignature", "The witness's line is not by its key.")
        except TimeoutError:
            return _Said(trouble="link.silent")
        except (ComityError, BadInput) as error:
            return _Said(trouble=error.code)
        return _Said(line=vouched.line.encode(), note=note, size=size)


@dataclass(frozen=True, slots=True)
class _Said:
    line: bytes | None = None
    note: bytes | None = None
    size: int | None = None
    trouble: str | None = None


def _second(at_s: int) -> Instant:
    """Return the end of a second: a key that began within it may have signed in it."""
    return Instant((at_s + 1) * SECOND_US - 1)


def _asked(work: Work, begin: Callable[[Peer, Witness], Future[bytes]]) -> list[tuple[Peer, Witness, Future[bytes]]]:
    found = [(store.find_peer(work, each.node), each) for each in witnesses(work)]
    return [(peer, each, begin(peer, each)) for peer, each in found if peer is not None]


def _keep(work: Work, said: list[tuple[Peer, Witness, _Said]]) -> None:
    for peer, _, one in said:
        values: dict[str, object] = {"trouble": one.trouble}
        if one.size is not None:
            values["size"] = one.size
        if one.line is not None:
            values |= {"line": one.line, "note": one.note, "cosigned_at": work.recorded_at}
        work.change(Update(witness_table, {"node": peer.node}, values))
