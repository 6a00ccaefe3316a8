"""Erasing content: a statement's body goes, its header and digest stay as evidence with the rule that erased it.

A withdrawn record leaves no content in any version; a version whose deletion date has passed leaves none by itself,
so that a copy ends even where no tombstone can arrive. What still waits for a peer then goes out as its digest only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import select

from comity.core.ids import RecordRef
from comity.core.ports import Amend, Delete, Update, Work
from comity.core.time import CivilDate, Instant
from comity.exchange import store
from comity.exchange.ports import Receiver
from comity.exchange.segment import Head, days_left, open_segment
from comity.exchange.store import Place, RecordKey

WITHDRAWN_RULE: Final = "withdrawn-by-owner"
DELETE_BY_RULE: Final = "deletion-date-passed"


def erase_records(work: Work, keys: Sequence[RecordKey], *, own: bool) -> None:
    """Erase the content of every stored statement of these records. Call it for tombstones, once in a work.

    `own` says on which side: records of this node that others hold, or copies of others' records.
    """
    current: dict[RecordKey, set[Place]] = {}
    if own:
        for key, held in store.holders(work, keys).items():
            current[key] = {each.place for each in held}
    else:
        current = {key: {known.place} for key, known in store.known_records(work, keys).items()}
    places: set[Place] = set()
    for key, here in current.items():
        earlier = store.version_places(work, key)
        places |= here | set(earlier)
        if earlier:
            work.change(Delete(store.version_table, {"record": key}))
    erase_places(work, places, WITHDRAWN_RULE)


def erase_places(work: Work, places: Iterable[Place], rule: str) -> None:
    """Erase the content at these places."""
    by_segment: dict[int, set[int]] = {}
    for place in places:
        by_segment.setdefault(place.segment, set()).add(place.item)
    work.change(*(_erasure(number, gone, work.recorded_at, rule) for number, gone in sorted(by_segment.items())))


def _erasure(number: int, gone: set[int], at: Instant, rule: str) -> Amend:
    """Return the change that erases items of a segment; done at the writing, since acts may erase in one at once."""

    def erase(values: tuple[object, ...]) -> dict[str, object]:
        digests, items, count = values
        segment = open_segment(bytes(digests), bytes(items), int(count))  # type: ignore[call-overload]  # as stored
        held = {place for place in gone if place < segment.count and segment.holds(place)}
        return {"items": segment.without(held, at, rule), "delete_by": days_left(segment, dict.fromkeys(held))}

    return Amend(store.segment_table, {"id": number}, ("digests", "items", "count"), erase)


def erase_due(work: Work, today: CivilDate, receivers: Mapping[str, Receiver], limit: int = 16) -> int:
    """Erase statements whose deletion date lies before `today`, with the subjects' copies of foreign records.

    Takes at most `limit` segments and returns how many statements it took: call again until 0. The law of the record
    may be stricter; its subject keeps that clock.
    """
    table = store.segment_table
    query = select(table).where(table.c.delete_by < today).order_by(table.c.delete_by, table.c.id).limit(limit)
    erased = 0
    for row in work.read(query):
        segment = open_segment(row.digests, row.items, row.count)
        due = {
            place: head
            for place in range(segment.count)
            if segment.holds(place)
            and (head := segment.head(place)) is not None
            and head.delete_by is not None
            and head.delete_by < today
        }
        if row.incoming:
            _erase_copies(work, row.id, due, receivers)
        work.change(_erasure(row.id, set(due), work.recorded_at, DELETE_BY_RULE))
        erased += len(due)
    if erased:
        work.record(erased=erased, rule=DELETE_BY_RULE)
    return erased


def _erase_copies(work: Work, segment: int, due: Mapping[int, Head], receivers: Mapping[str, Receiver]) -> None:
    """Have subjects erase the copies that are of these versions still, and remember the records as gone."""
    keys = {store.record_key(head.kind, head.id, head.owner): (place, head) for place, head in due.items()}
    for key, known in store.known_records(work, list(keys)).items():
        place, head = keys[key]
        if known.place != Place(segment, place) or known.tombstone:
            continue
        receiver = receivers.get(head.kind)
        if receiver is not None:
            receiver.erase(work, head.owner, RecordRef(kind=head.kind, id=head.id, version=head.version))
        work.change(Update(store.record_table, {"record": key}, {"tombstone": True}))
