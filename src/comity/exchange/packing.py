"""Packing: what one frame takes of a stream's runs, asked about again where agreements changed meanwhile.

A segment that goes whole, as it lies, is not taken apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.core.hashing import DIGEST_BYTES
from comity.core.ports import Row, Work
from comity.exchange import store
from comity.exchange.frame import FULL_FRAME_BYTES, MAX_ITEMS
from comity.exchange.outbox import Sending, may_still_go, transmit_question
from comity.exchange.records import Peer
from comity.exchange.rules import UNSETTLED
from comity.exchange.segment import FrameItem, ItemKind, Segment, are_plain, read_parts, read_picks, write_item
from comity.exchange.statement import read_own_statement


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes next to a peer: consecutive items of one stream from sequence `first` on.

    `body` are the items as a frame carries them, so that a stored segment goes out as it lies.
    """

    stream: str
    epoch: int
    first: int
    digests: tuple[bytes, ...]
    body: bytes

    @property
    def count(self) -> int:
        """How many items it holds."""
        return len(self.digests)

    @property
    def last(self) -> int:
        """The last sequence in it."""
        return self.first + self.count - 1

    @property
    def items(self) -> tuple[FrameItem, ...]:
        """The items one by one."""
        parts, _ = read_parts(self.body, 0, self.count, len(self.body))
        return tuple(
            FrameItem(name, body if kind == ItemKind.STATEMENT else None, signature)
            for name, (kind, body, signature) in zip(self.digests, parts, strict=True)
        )


def is_parked(reads: str, peer: Peer) -> bool:
    """Say whether the peer cannot read items of this `kind@schema`."""
    return peer.kinds is not None and reads not in peer.kinds


def take(work: Work, peer: Peer, after: int, rows: list[Row], sending: Sending) -> tuple[list[bytes], list[bytes]]:
    """Return digests and bytes of what one frame takes: of as many runs as the peer can read, until it is full."""
    epoch = sending.agreements.epoch(work)
    digests: list[bytes] = []
    pieces: list[bytes] = []
    size = 0
    for row in rows:
        if is_parked(row.reads, peer):
            break
        whole = _whole(work, row, after) if row.epoch == epoch else None
        if whole is not None and len(digests) + row.count <= MAX_ITEMS and size + len(whole[1]) <= FULL_FRAME_BYTES:
            names, items = whole
            digests += [names[at : at + DIGEST_BYTES] for at in range(0, len(names), DIGEST_BYTES)]
            pieces.append(items)
            size += len(items)
            continue
        for _, item in unpacked(work, after, (row,)):
            size += len(item.body or item.digest)
            if len(digests) == MAX_ITEMS or (digests and size > FULL_FRAME_BYTES):
                return digests, pieces
            asked = item if row.epoch == epoch else _asked_again(work, item, peer, sending)
            if asked is None:
                return digests, pieces
            digests.append(asked.digest)
            pieces.append(write_item(asked))
    return digests, pieces


def _whole(work: Work, row: Row, after: int) -> tuple[bytes, bytes] | None:
    """Return digests and items of a run that takes all of a segment as it lies; None for any other."""
    if row.picks is not None or row.first <= after:
        return None
    found = work.read(store.SEGMENT, {"id": row.segment})
    if not found or found[0].count != row.count or not are_plain(found[0].items, row.count):
        return None
    return found[0].digests, found[0].items


def unpacked(work: Work, after: int, rows: Iterable[Row]) -> Iterator[tuple[int, FrameItem]]:
    """Return sequence and item of everything behind `after` in these runs, which begin with the one that holds it."""
    opened: dict[int, Segment] = {}
    for row in rows:
        if row.segment not in opened:
            found = store.find_segment(work, row.segment)
            if found is None:
                return
            opened[row.segment] = found[0]
        segment = opened[row.segment]
        for offset, place in enumerate(read_picks(row.picks, row.count)):
            sequence = row.first + offset
            if sequence > after:
                yield sequence, segment.item(place)


def _asked_again(work: Work, item: FrameItem, peer: Peer, sending: Sending) -> FrameItem | None:
    """Ask the policy anew; return the item, its digest where it may not go, None where it waits for its agreement.

    One that is suspended goes as its digest too, so that its stream goes on: the notice of resumption travels in it.
    The receipt for it puts the item off (`again.note_put_off`).
    """
    if item.body is None:
        return item
    statement = read_own_statement(item.body)
    if statement.tombstone:
        return item
    decision = work.decide(transmit_question(statement, peer, sending.home))
    if may_still_go(decision, statement):
        return item
    return None if UNSETTLED & set(decision.codes[:1]) else FrameItem(item.digest, None)
