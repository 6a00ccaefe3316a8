"""Keeping what was accepted of a frame: one segment for its items, and its records moved to their new versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from comity.core.ids import RecordRef
from comity.core.ports import Guard, InsertMany, Update, Work
from comity.core.time import CivilDate
from comity.exchange import store
from comity.exchange.erasure import WITHDRAWN_RULE, erase_places
from comity.exchange.intake import Read
from comity.exchange.segment import UNSIGNED, ItemKind, earliest, part_head, write_part
from comity.exchange.statement import Statement
from comity.exchange.store import Known, Place, RecordKey, Route

_NAMED: Final = 16
_RECORD_COLUMNS: Final = ("record", "version", "tombstone", "digest", "route", "segment", "place")


@dataclass(slots=True)
class Keeping:
    """The segment of one pass over a frame while it grows.

    Every item that is decided for good has a digest and a part in it, in order: a kept item its bytes, any other the
    word that they are withheld. `refs` name the first kept records for the ledger.
    """

    work: Work
    peer: str
    stream: str
    segment: int
    touched: set[RecordKey] = field(default_factory=set)
    refs: list[RecordRef] = field(default_factory=list)
    _parts: list[bytes] = field(default_factory=list)
    _digests: list[bytes] = field(default_factory=list)
    _days: set[CivilDate] = field(default_factory=set)
    _fresh: list[tuple[object, ...]] = field(default_factory=list)
    _routes: dict[tuple[str, str], int] = field(default_factory=dict)
    _earlier: list[tuple[RecordKey, Place]] = field(default_factory=list)
    _gone: set[Place] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._digests)

    def pass_over(self, read: Read) -> None:
        """Take the place of an item that is decided without being news: refused, or stored before."""
        self._parts.append(write_part(ItemKind.WITHHELD, read.item.digest, b""))
        self._digests.append(read.item.digest)

    def keep(self, read: Read, statement: Statement, known: Known | None) -> None:
        """Keep the statement and move the record from the version `known` to its own."""
        key, item = read.key, read.item
        self.touched.add(key)
        place = Place(self.segment, len(self._digests))
        body, signature = item.body or b"", item.signature
        signed = UNSIGNED if not signature else len(signature).to_bytes(2, "big") + signature
        self._parts += (part_head(ItemKind.STATEMENT, len(body)), body, signed)
        self._digests.append(item.digest)
        tombstone = statement.payload is None
        if statement.delete_by is not None and not tombstone:
            self._days.add(statement.delete_by)
        way = (statement.agreement, statement.clause)
        route = self._routes.get(way)
        if route is None:
            route = self._routes[way] = store.route_id(Route(self.peer, self.stream, *way))
        row = (key, statement.version, tombstone, item.digest, route, *place)
        if known is None:
            # No guard: the primary key refuses a second first version, and its act runs again.
            self._fresh.append(row)
        else:
            self._replace(known, row)
        if tombstone:
            self._forget(key, known)
        if len(self.refs) < _NAMED:
            self.refs.append(RecordRef(kind=statement.kind, id=statement.id, version=statement.version))

    def conclude(self) -> None:
        """Put everything that was kept into the work."""
        work = self.work
        content = (b"".join(self._digests), b"".join(self._parts), len(self._digests))
        work.change(store.insert_segment(work, self.segment, content, incoming=True, delete_by=earliest(self._days)))
        if self._fresh:
            work.change(InsertMany(store.record_table, _RECORD_COLUMNS, self._fresh, late=True))
        if self._routes:
            work.change(store.insert_routes(Route(self.peer, self.stream, *way) for way in self._routes))
        if self._earlier:
            work.change(store.insert_versions(self._earlier))
        if self._gone:
            erase_places(work, self._gone, WITHDRAWN_RULE)

    def _replace(self, known: Known, row: tuple[object, ...]) -> None:
        key = {"record": known.record}
        values = dict(zip(_RECORD_COLUMNS[1:], row[1:], strict=True))
        self.work.change(
            Guard(store.record_table, key, {"version": known.version}), Update(store.record_table, key, values)
        )
        if not values["tombstone"]:
            self._earlier.append((known.record, known.place))

    def _forget(self, key: RecordKey, known: Known | None) -> None:
        """Erase every stored version of a withdrawn record."""
        if known is not None:
            self._gone |= {known.place, *store.version_places(self.work, key)}
