"""The mapped index behind the room's own seam: it knows who may be meant, and the store says who is.

As with the index in memory, rows are read only for those that are left over, on the searcher's own snapshot. A changed
record gets a new number; the old one stays until it is forgotten, because a search under way may still be on a snapshot
that holds it. So what was withdrawn, rolled back or overtaken is never found, and what the snapshot holds always is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import msgspec

from comity.core import codec
from comity.core.ports import Change as RowChange
from comity.core.ports import Delete, Insert, InsertMany, Row
from comity.screening import rules, store
from comity.screening.index.mapped.build import entry_lines
from comity.screening.index.mapped.build_keys import key_lines
from comity.screening.index.mapped.dates import PartialDate, read_date
from comity.screening.index.mapped.folder import MappedIndex, build_folder, log_of, read_current
from comity.screening.index.mapped.keys import NumberOf, pack
from comity.screening.index.mapped.live import Change, LogWriter
from comity.screening.index.mapped.records import Entry, Limits, Wanted
from comity.screening.index.mapped.refs import Ref, Refs, write_refs
from comity.screening.index.simple import CANDIDATE_LIMIT, candidate_of
from comity.screening.ports import Read
from comity.screening.records import Candidate, Found, Probe, SubjectName
from comity.screening.weighing import Weighing

_ANY_KEY: Final = 0
READ_LIMIT: Final = 1000
"""Most rows one search compares; who is found by a number goes first."""


class _Named(msgspec.Struct, frozen=True):
    """As much of a stored subject as the index of persons takes."""

    names: tuple[SubjectName, ...]
    birth_dates: tuple[str, ...] = ()


class MappedRoomIndex:
    """`comity.screening.ports.ScreeningIndex` on a mapped index in `folder`.

    `lay_out` builds it from a snapshot; from then on `take` hears of every change of the index's tables before it is
    committed, and `forget` lets go of what was overtaken. One process writes; others open the same folder to search.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self._folder = folder
        self._limits = limits
        self._lock = threading.Lock()
        self._index: MappedIndex | None = None
        self._log: LogWriter | None = None
        self._refs: Refs | None = None
        self._since: list[Ref] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._overtaken: list[int] = []
        self._waiting: list[int] = []

    def lay_out(self, read: Read) -> None:
        """Build the index from a snapshot, hear of changes from now on, and answer from it."""
        with self._lock:
            if self._log is not None:
                self._log.close()
            rows = list(store.all_entries(read))
            self._numbers = {(row.kind, row.party, row.id): number for number, row in enumerate(rows)}
            before = read_current(self._folder)
            generation = 1 if before is None else before.generation + 1
            self._folder.mkdir(parents=True, exist_ok=True)
            write_refs((_ref(row) for row in rows), self._folder / f"refs-{generation}.cix")
            build_folder(self._folder, entry_lines(_entries(rows)), key_lines(self._keys(read)))
            if before is not None:
                (self._folder / f"refs-{before.generation}.cix").unlink(missing_ok=True)
            self._refs = Refs.open(self._folder / f"refs-{generation}.cix")
            self._since, self._overtaken, self._waiting = [], [], []
            self._log = log_of(self._folder)
            self._index = MappedIndex(self._folder, self._limits)

    def take(self, changes: Iterable[RowChange]) -> None:
        """Note changes of the index's tables, one act's at a time; to be called by the writer before it commits."""
        if self._log is None or self._refs is None:
            return
        entries: list[Mapping[str, object]] = []
        keys: dict[tuple[object, ...], list[str]] = {}
        for change in changes:
            if isinstance(change, Insert) and change.table is store.ENTRY:
                entries.append(change.row)
            elif isinstance(change, InsertMany) and change.table is store.KEY:
                for identity, key in store.keys_in(change):
                    keys.setdefault(identity, []).append(key)
            elif isinstance(change, Delete) and change.table is store.ENTRY:
                self._overtake(_identity(change.key))
        with self._lock:
            for row in entries:
                self._add(row, keys.get(_identity(row), ()))

    def forget(self) -> None:
        """Let go of entries that went or were overtaken before the last call; to be called now and then."""
        with self._lock:
            gone, self._waiting, self._overtaken = self._waiting, self._overtaken, []
            if self._log is not None:
                for number in gone:
                    self._log.add(Change(number=number))

    def search(self, read: Read, probe: Probe) -> Found:
        """Return candidates with evidence; see the protocol."""
        if self._index is None:
            raise RuntimeError("lay_out comes before search")
        numbers, cut_short = self._choose(self._index, probe)
        known = {ref: None for number in numbers if _asked_for(probe, ref := self._ref_of(number))}
        chosen = list(known)
        weighing = Weighing(probe, lambda: len(self._numbers))
        found = [one for ref in chosen[:READ_LIMIT] if (one := _candidate(read, probe, ref, weighing)) is not None]
        found.sort(key=rules.strength)
        return Found(
            candidates=tuple(found[:CANDIDATE_LIMIT]),
            limit_reached=cut_short or len(chosen) > READ_LIMIT or len(found) > CANDIDATE_LIMIT,
        )

    def close(self) -> None:
        """Let go of the log, so that another process may write it."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def _choose(self, index: MappedIndex, probe: Probe) -> tuple[list[int], bool]:
        numbers: dict[int, None] = {}
        for key in rules.strong_keys(probe):
            if not rules.is_by_name(key):
                numbers.update(dict.fromkeys(index.find(_ANY_KEY, key)))
        names = tuple(f"{name.surname} {name.forenames}" for name in probe.names)
        if not names:
            return list(numbers), False
        nearest = index.search(Wanted(names=names, date=_date(probe.birth_date)))
        numbers.update(dict.fromkeys(near.number for near in nearest.found))
        return list(numbers), nearest.limit_reached

    def _ref_of(self, number: int) -> Ref:
        refs = cast("Refs", self._refs)
        return refs[number] if number < len(refs) else self._since[number - len(refs)]

    def _overtake(self, identity: tuple[object, ...]) -> None:
        number = self._numbers.pop(identity, None)
        if number is not None:
            self._overtaken.append(number)

    def _add(self, row: Mapping[str, object], keys: Sequence[str]) -> None:
        refs, log = cast("Refs", self._refs), cast("LogWriter", self._log)
        number = len(refs) + len(self._since)
        self._numbers[_identity(row)] = number
        kind, party, record, category = (str(row[name]) for name in ("kind", "party", "id", "category"))
        expires = cast("str | None", row["expires"])
        self._since.append(Ref(kind, party, record, cast("int", row["version"]), category, expires))
        entry = _entry(number, cast("bytes", row["body"]))
        packed = tuple(pack(_ANY_KEY, key) for key in keys if _is_exact(key))
        log.add(Change(number=number, names=entry.names, dates=entry.dates, keys=packed))

    def _keys(self, read: Read) -> Iterator[NumberOf]:
        for row in store.all_keys(read):
            if _is_exact(row.key):
                yield NumberOf(kind=_ANY_KEY, text=row.key, number=self._numbers[row.kind, row.party, row.id])


def _is_exact(key: str) -> bool:
    return rules.is_searched(key) and not rules.is_by_name(key)


def _identity(row: Mapping[str, object]) -> tuple[object, ...]:
    return row["kind"], row["party"], row["id"]


def _ref(row: Row) -> Ref:
    return Ref(row.kind, row.party, row.id, row.version, row.category, row.expires)


def _entries(rows: Iterable[Row]) -> Iterator[Entry]:
    for number, row in enumerate(rows):
        yield _entry(number, row.body)


def _entry(number: int, body: bytes) -> Entry:
    subject = codec.decode_own_as(body, _Named)
    return Entry(
        number=number,
        names=tuple(f"{name.surname} {name.forenames}" for name in subject.names),
        dates=subject.birth_dates,
    )


def _date(text: str | None) -> PartialDate | None:
    return None if text is None else read_date(text)


def _asked_for(probe: Probe, ref: Ref) -> bool:
    if ref.expires is not None and ref.expires < probe.on:
        return False
    if probe.kinds and ref.kind not in probe.kinds:
        return False
    return not probe.categories or ref.category in probe.categories


def _candidate(read: Read, probe: Probe, ref: Ref, weighing: Weighing) -> Candidate | None:
    row = store.find_entry(read, ref.kind, ref.party, ref.id)
    if row is None or row.version != ref.version:
        return None
    return candidate_of(probe, row, weighing)
