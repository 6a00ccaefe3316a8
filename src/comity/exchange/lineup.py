"""Lining statements up: each distinct statement is written once, and peers get runs of them, numbered at commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import msgspec

from comity.core.ports import Guard, Insert, InsertMany, Publication, Update, Work
from comity.core.time import CivilDate
from comity.exchange import store
from comity.exchange.put_off import put_off
from comity.exchange.records import Home
from comity.exchange.segment import UNSIGNED, ItemKind, earliest, part_head, write_picks
from comity.exchange.statement import Statement
from comity.exchange.store import OUT, Holder, Place, RecordKey, Route
from comity.exchange.streams import MAX_RUN
from comity.exchange.template import Template

FULL_SEGMENT_BYTES: Final = 2 << 20
_HOLDER_COLUMNS: Final = ("record", "route", "version", "tombstone", "digest", "segment", "place")


class Delivery(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One statement for one peer. `payload` None is a tombstone; `held` is what the peer had before.

    `waits`: the agreement is suspended, so that it is kept and lined up when that is over.
    """

    route: Route
    schema: int
    operation: str
    conditions: tuple[str, ...]
    fields: tuple[str, ...]
    payload: dict[str, object] | None
    held: Holder | None
    waits: bool = False


@dataclass(slots=True)
class _Open:
    """The segment being filled."""

    number: int
    digests: list[bytes] = field(default_factory=list)
    items: list[bytes] = field(default_factory=list)
    days: set[CivilDate] = field(default_factory=set)
    runs: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    size: int = 0


class Lineup:
    """Collects the deliveries of one act and puts them into its work."""

    def __init__(self, work: Work, home: Home, epoch: int) -> None:
        self._work = work
        self._home = home
        self._epoch = epoch
        self._open: _Open | None = None
        self._last: tuple[Publication | None, dict[tuple[object, ...], tuple[bytes, Place]]] = (None, {})
        self._templates: dict[tuple[object, ...], Template] = {}
        self._routes: dict[Route, int] = {}
        self._fresh: list[tuple[object, ...]] = []
        self._changed: list[Guard | Update] = []
        self._earlier: list[tuple[RecordKey, Place]] = []
        self._put_off: list[tuple[RecordKey, Route, Place]] = []
        self.offered = 0
        self.recalled = 0

    def add(self, publication: Publication, key: RecordKey, delivery: Delivery) -> None:
        """Add what one peer gets of a publication; deliveries of one publication come one after the other."""
        name, place = self._stated(publication, delivery)
        route = delivery.route
        number = self._routes.get(route)
        if number is None:
            number = self._routes[route] = store.route_id(route)
        tombstone = delivery.payload is None
        if delivery.waits:
            self._put_off.append((key, route, place))
        else:
            run = (route.peer, route.stream, f"{publication.kind}@{delivery.schema}")
            self._opened().runs.setdefault(run, []).append(place.item)
            self.offered += not tombstone
            self.recalled += tombstone
        row = (key, number, publication.version, tombstone, name, *place)
        held = delivery.held
        if held is None:
            # No guard: the primary key refuses a second first version, and its act runs again.
            self._fresh.append(row)
            return
        self._replace(held, row)

    def flush(self) -> None:
        """Put everything into the work."""
        self._close()
        if self._routes:
            self._work.change(store.insert_routes(self._routes))
        if self._fresh:
            self._work.change(InsertMany(store.holder_table, _HOLDER_COLUMNS, self._fresh, late=True))
        if self._earlier:
            self._work.change(store.insert_versions(self._earlier))
        for key, route, place in self._put_off:
            put_off(self._work, key, route, place, self._epoch)
        self._work.change(*self._changed)

    @property
    def put_off(self) -> int:
        """How many statements were kept for when a suspension is over."""
        return len(self._put_off)

    def _replace(self, held: Holder, row: tuple[object, ...]) -> None:
        key = {"record": held.record, "route": store.route_id(held.route)}
        values = dict(zip(_HOLDER_COLUMNS, row, strict=True))
        self._earlier.append((held.record, held.place))
        del values["record"]
        self._changed.append(Guard(store.holder_table, key, {"digest": held.digest}))
        self._changed.append(Update(store.holder_table, key, values))

    def _stated(self, publication: Publication, delivery: Delivery) -> tuple[bytes, Place]:
        """Return digest and place of the statement, which peers that may see the same share."""
        if self._last[0] is not publication:
            # All that is said about one publication lies in one segment.
            if self._open is not None and (
                len(self._open.digests) >= MAX_RUN // 2 or self._open.size > FULL_SEGMENT_BYTES
            ):
                self._close()
            self._last = (publication, {})
        made = self._last[1]
        route, held = delivery.route, delivery.held
        previous = held.digest if held else None
        named = (route.agreement, route.clause, delivery.conditions, delivery.fields)
        alike = (*named, previous, delivery.operation, delivery.schema)
        found = made.get(alike)
        if found is None:
            found = made[alike] = self._put(self._written(publication, delivery), publication)
        return found

    def _put(self, raw: bytes, publication: Publication) -> tuple[bytes, Place]:
        opened = self._opened()
        name = sha256(raw).digest()
        place = Place(opened.number, len(opened.digests))
        opened.digests.append(name)
        opened.items += (part_head(ItemKind.STATEMENT, len(raw)), raw, UNSIGNED)
        opened.size += len(raw)
        if publication.delete_by is not None and publication.payload is not None:
            opened.days.add(publication.delete_by)
        return name, place

    def _opened(self) -> _Open:
        if self._open is None:
            self._open = _Open(store.segment_id(self._work))
        return self._open

    def _close(self) -> None:
        opened, self._open = self._open, None
        if opened is None or not opened.digests:
            return
        work, count = self._work, len(opened.digests)
        content = (b"".join(opened.digests), b"".join(opened.items), count)
        work.change(
            store.insert_segment(work, opened.number, content, incoming=False, delete_by=earliest(opened.days)),
            self._streams(opened.runs),
        )
        for (peer, stream, reads), places in opened.runs.items():
            row = {
                "peer": peer,
                "stream": stream,
                "count": len(places),
                "segment": opened.number,
                "picks": write_picks(places, count),
                "reads": reads,
                "epoch": self._epoch,
                "enqueued_at": work.recorded_at,
            }
            counter = f"outbox/{peer}/{stream}"
            work.change(Insert(store.outbox_table, row, counter=counter, column="first", span=len(places)))

    def _streams(self, runs: Iterable[tuple[str, str, str]]) -> InsertMany:
        """Make the rows of streams that have none yet."""
        rows = [(peer, stream, OUT, 0, 1) for peer, stream in dict.fromkeys(run[:2] for run in runs)]
        columns = ("peer", "stream", "direction", "position", "epoch")
        return InsertMany(store.stream_table, columns, rows, absent_only=True)

    def _written(self, publication: Publication, delivery: Delivery) -> bytes:
        """Return the bytes of the statement."""
        route, previous = delivery.route, delivery.held.digest.hex() if delivery.held else None
        said = (route.agreement, route.clause, delivery.conditions, delivery.operation, delivery.schema)
        days = (publication.expires, publication.delete_by)
        words = (publication.category, publication.purpose, publication.classification)
        alike = (publication.kind, publication.owner, *words, *days, *said)
        template = self._templates.get(alike)
        if template is None:
            template = self._templates[alike] = Template(self._model(publication, delivery))
        return template.write(publication.id, publication.version, publication.issued, delivery.payload, previous)

    def _model(self, publication: Publication, delivery: Delivery) -> Statement:
        """Return a statement that all others like it differ from in id, instant, payload, predecessor and version."""
        home = self._home
        return Statement(
            agreement=delivery.route.agreement,
            clause=delivery.route.clause,
            owner=publication.owner,
            operation=delivery.operation,
            category=publication.category,
            purpose=publication.purpose,
            kind=publication.kind,
            schema=delivery.schema,
            id=publication.id,
            version=publication.version,
            previous=None,
            issued=publication.issued,
            expires=publication.expires,
            delete_by=publication.delete_by,
            classification=publication.classification,
            conditions=delivery.conditions,
            key=home.key,
            suite=home.suite,
            profile=home.profile,
            node=home.node,
            payload=None,
        )
