"""What a peer has not got although it was lined up: put off by a suspension, and lined up again when that is over.

A suspended item goes out as its digest only, so that its stream, and the notice of resumption in it, goes on. What was
not given stands in a table of its own. When the force of agreements turns, each of these is asked about once more;
what may go now is lined up again as it was, and what has a newer version meanwhile is left to that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from comity.agreements.reasons import Code
from comity.core.ports import Change, Delete, Insert, Row, Update, Work
from comity.exchange import store, streams
from comity.exchange.intake import WITHHELD
from comity.exchange.outbox import Sending, may_still_go, transmit_question
from comity.exchange.put_off import put_off, unasked
from comity.exchange.records import ItemOutcome, Peer, PeerState, StreamPosition
from comity.exchange.segment import Segment, read_picks, write_picks
from comity.exchange.statement import read_own_statement
from comity.exchange.store import Holder, Place
from comity.exchange.tables import outbox_table, put_off_table

PAGE: Final = 256
COMES_BACK: Final = frozenset({WITHHELD, Code.SUSPENDED.value})
"""What an item may be refused with for a reason that can pass."""


def line_up_again(work: Work, peer: Peer, wanted: Iterable[tuple[str, Place]], epoch: int) -> None:
    """Queue stored statements once more, as they were, each on the stream named with it.

    What is erased by now is left out.
    """
    opened: dict[int, Segment] = {}
    runs: dict[tuple[str, int, str], list[int]] = {}
    for stream, place in wanted:
        segment = _opened(work, place.segment, opened)
        head = None if segment is None else segment.head(place.item)
        if head is not None:
            runs.setdefault((stream, place.segment, f"{head.kind}@{head.schema}"), []).append(place.item)
    for (stream, number, reads), items in sorted(runs.items()):
        row = {
            "peer": peer.node,
            "stream": stream,
            "count": len(items),
            "segment": number,
            "picks": write_picks(sorted(items), opened[number].count),
            "reads": reads,
            "epoch": epoch,
            "enqueued_at": work.recorded_at,
        }
        work.change(Insert(outbox_table, row, counter=f"outbox/{peer.node}/{stream}", column="first", span=len(items)))


def note_put_off(work: Work, peer: Peer, at: StreamPosition, said: Sequence[ItemOutcome]) -> None:
    """Remember of a receipt's outcomes those that a suspension caused: these items are not lost, they wait."""
    waiting = [each.sequence for each in said if each.sequence > at.received and COMES_BACK & set(each.reasons[:1])]
    if not waiting:
        return
    opened: dict[int, Segment] = {}
    count = 0
    for sequence in waiting:
        place = _place(work, peer, at.stream, sequence)
        segment = None if place is None else _opened(work, place.segment, opened)
        head = None if segment is None or place is None else segment.head(place.item)
        if head is None or place is None:
            continue
        key = store.record_key(head.kind, head.id, head.owner)
        for held in store.holders(work, (key,)).get(key, ()):
            if held.route.peer == peer.node and held.place == place and not held.tombstone:
                put_off(work, key, held.route, place)
                count += 1
    if count:
        work.record(put_off=count)


def is_waiting(work: Work, peer: Peer, sending: Sending) -> bool:
    """Say whether something that was put off is to be asked about again under the agreements as they stand."""
    return peer.state is PeerState.TRUSTED and bool(unasked(work, peer, sending.agreements.epoch(work), 1))


def take_up(work: Work, peer: Peer, sending: Sending, page: int = PAGE) -> int:
    """Ask about the next page of what was put off and line up what may go; return how many were looked at.

    Call it again until it returns 0: each is asked about once a turn of agreements.
    """
    epoch = sending.agreements.epoch(work)
    rows = unasked(work, peer, epoch, page)
    holders = store.holders(work, [row.record for row in rows])
    opened: dict[int, Segment] = {}
    again: list[tuple[str, Place]] = []
    for row in rows:
        held = next((one for one in holders.get(row.record, ()) if store.route_id(one.route) == row.route), None)
        change, goes = _judged(work, row, held, (peer, sending, epoch), opened)
        work.change(change)
        if goes and held is not None:
            again.append((held.route.stream, held.place))
    line_up_again(work, peer, again, epoch)
    if rows:
        work.record(peer=peer.node, looked_at=len(rows), lined_up=len(again))
    return len(rows)


def _judged(
    work: Work, row: Row, held: Holder | None, asking: tuple[Peer, Sending, int], opened: dict[int, Segment]
) -> tuple[Change, bool]:
    """Return what becomes of a row, and whether its statement goes out now."""
    peer, sending, epoch = asking
    key = {"record": row.record, "route": row.route}
    place = Place(row.segment, row.place)
    if held is None or held.tombstone or held.place != place:
        return Delete(put_off_table, key), False
    segment = _opened(work, place.segment, opened)
    body = None if segment is None else segment.item(place.item).body
    if body is None:
        return Delete(put_off_table, key), False
    statement = read_own_statement(body)
    if may_still_go(work.decide(transmit_question(statement, peer, sending.home)), statement):
        return Delete(put_off_table, key), True
    return Update(put_off_table, key, {"epoch": epoch}), False


def _place(work: Work, peer: Peer, stream: str, sequence: int) -> Place | None:
    """Return where the statement that was lined up under a sequence lies."""
    rows = streams.runs(work, peer.node, stream, sequence - 1, 1)
    if not rows:
        return None
    row = rows[0]
    return Place(row.segment, read_picks(row.picks, row.count)[sequence - row.first])


def _opened(work: Work, number: int, opened: dict[int, Segment]) -> Segment | None:
    if number not in opened:
        found = store.find_segment(work, number)
        if found is None:
            return None
        opened[number] = found[0]
    return opened[number]
