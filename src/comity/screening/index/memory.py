"""The index in memory: it knows who may be meant, and the store says who is.

Rows are read only for the few entries that keys and names leave over, and each is compared on the searcher's own
snapshot: so what was withdrawn, rolled back or overtaken is never found, and what the snapshot holds always is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, cast

import msgspec
from rapidfuzz import fuzz, process

from comity.core import codec
from comity.core.ports import Change, Delete, Insert, InsertMany, Row
from comity.screening import rules, store
from comity.screening.index.shelf import Held, Shelf
from comity.screening.index.simple import CANDIDATE_LIMIT, SimpleIndex, candidate_of
from comity.screening.ports import Read, ScreeningIndex
from comity.screening.records import Candidate, Found, Probe, SubjectName
from comity.screening.weighing import Weighing

READ_LIMIT: Final = 1000
"""Most rows one search compares; what only its name speaks for is left out first."""

_LOOK_LIMIT: Final = 50_000
_SLACK: Final = 0.05
_FULL_DATE: Final = 10
_STALE_SHARE: Final = 4
_STALE_LEAST: Final = 20_000


class MemoryIndex:
    """`comity.screening.ports.ScreeningIndex` for some million entries of one process.

    `take` hears of every change of the index's tables before it is committed; `build` lays the index out from a
    snapshot, and again when much has changed since. Until the first has ended, searches go to the index on SQL.
    """

    def __init__(self, meanwhile: ScreeningIndex | None = None) -> None:
        self._meanwhile = meanwhile or SimpleIndex()
        self._shelf: Shelf | None = None
        self._shelves: tuple[Shelf, ...] = ()
        self._going: dict[tuple[object, ...], int | None] = {}
        self._gone: dict[tuple[object, ...], int | None] = {}
        self._building = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether searches are answered from memory."""
        return self._shelf is not None

    @property
    def stale(self) -> bool:
        """Whether so much has changed that it should be built (again)."""
        shelf = self._shelf
        return shelf is None or shelf.moved > max(_STALE_LEAST, len(shelf.held) // _STALE_SHARE)

    def take(self, changes: Iterable[Change]) -> None:
        """Note changes of the index's tables, one act's at a time; to be called by the writer before it commits.

        Noted too early is never wrong, because the snapshot decides; noted too late would be.
        """
        shelves = self._shelves
        if not shelves:
            return
        entries, keys, gone = _sorted_out(changes)
        going = self._going
        going.update(dict.fromkeys(gone))
        for row in entries:
            if _identity(row) in going:
                going[_identity(row)] = cast("int", row["version"])
        noted = [(_held(codec.convert(row, _Entry)), keys.get(_identity(row), ())) for row in entries]
        for shelf in shelves:
            shelf.moved += len(gone)
            shelf.alive -= len(gone)
            for entry, its_keys in noted:
                shelf.put(entry, its_keys)
                shelf.moved += 1

    def follow(self, read: Read, keys: Iterable[tuple[object, ...]] | None) -> None:
        """Note entries that another process of the node changed, on a snapshot that holds the change; None: any entry.

        After that last, searches go to the index on SQL until it is laid out anew.
        """
        if keys is None:
            self._shelf, self._shelves = None, ()
            return
        for kind, party, name in keys:
            self.take(store.present(read, kind, party, name))

    def forget(self) -> None:
        """Forget the names of entries that went or were overtaken before the last call; to be called now and then.

        Not at once: a search that began before may still be on a snapshot that holds them.
        """
        if len(self._shelves) != 1:
            return  # one is being laid out, from a snapshot that may hold what has gone since
        gone, self._gone, self._going = self._gone, self._going, {}
        if gone:
            self._shelves[0].forget(gone)

    def begin(self) -> Shelf:
        """Return an empty shelf that hears of every change from now on; lay it out from a snapshot begun after this."""
        shelf = Shelf()
        self._shelves = (*self._shelves, shelf)
        return shelf

    def lay_out(self, shelf: Shelf, read: Read) -> None:
        """Fill a shelf from a snapshot and answer from it."""
        entries, places = _entries(read)
        shelf.lay_out(entries, _keys(read, places))
        if shelf in self._shelves:
            self._shelf = shelf
            self._shelves = (shelf,)

    def drop(self, shelf: Shelf) -> None:
        """Give up a shelf that could not be laid out."""
        self._shelves = tuple(each for each in self._shelves if each is not shelf)

    def search(self, read: Read, probe: Probe) -> Found:
        """Return candidates with evidence; see the protocol."""
        shelf = self._shelf
        if shelf is None:
            return self._meanwhile.search(read, probe)
        chosen, cut_short = _choose(shelf, probe)
        # One record may stand there in several versions, of which the snapshot holds one.
        known = {(held.kind, held.party, held.id, held.version): held for held in chosen}
        weighing = Weighing(probe, lambda: shelf.alive)
        found = [one for held in known.values() if (one := _candidate(read, probe, held, weighing)) is not None]
        found.sort(key=rules.strength)
        return Found(candidates=tuple(found[:CANDIDATE_LIMIT]), limit_reached=cut_short or len(found) > CANDIDATE_LIMIT)


class _Entry(msgspec.Struct, frozen=True):
    """A row of the table of entries."""

    kind: str
    party: str
    id: str
    version: int
    category: str
    expires: str | None
    body: bytes


class _Compared(msgspec.Struct, frozen=True):
    """As much of a stored subject as a first look needs."""

    names: tuple[SubjectName, ...]
    birth_dates: tuple[str, ...] = ()


def _sorted_out(
    changes: Iterable[Change],
) -> tuple[list[Mapping[str, object]], dict[tuple[object, ...], list[str]], list[tuple[object, ...]]]:
    """Return the entries that come, the keys of each, and which entries go."""
    entries: list[Mapping[str, object]] = []
    keys: dict[tuple[object, ...], list[str]] = {}
    gone: list[tuple[object, ...]] = []
    for change in changes:
        if isinstance(change, InsertMany) and change.table is store.KEY:
            for identity, key in store.keys_in(change):
                keys.setdefault(identity, []).append(key)
        elif isinstance(change, Insert) and change.table is store.ENTRY:
            entries.append(change.row)
        elif isinstance(change, Delete) and change.table is store.ENTRY:
            gone.append(_identity(change.key))
    return entries, keys, gone


def _identity(row: Mapping[str, object]) -> tuple[object, ...]:
    return row["kind"], row["party"], row["id"]


def _held(row: _Entry | Row) -> Held:
    subject = codec.decode_own_as(row.body, _Compared)
    return Held(
        kind=row.kind,
        party=row.party,
        id=row.id,
        version=row.version,
        category=row.category,
        expires=row.expires,
        names=tuple(rules.sorted_names(subject.names)),
        dated=bool(subject.birth_dates),
        partial=any(len(date) < _FULL_DATE for date in subject.birth_dates),
        foreign=rules.has_other_script(subject.names),
    )


def _entries(read: Read) -> tuple[list[Held], dict[tuple[str, str, str], int]]:
    entries: list[Held] = []
    places: dict[tuple[str, str, str], int] = {}
    for row in store.all_entries(read):
        places[row.kind, row.party, row.id] = len(entries)
        entries.append(_held(row))
    return entries, places


def _keys(read: Read, places: Mapping[tuple[str, str, str], int]) -> Iterator[tuple[str, int]]:
    for row in store.all_keys(read):
        if rules.is_searched(row.key):
            yield row.key, places[row.kind, row.party, row.id]


# --- choosing whom to read -----------------------------------------------------------------------------------------


def _choose(shelf: Shelf, probe: Probe) -> tuple[list[Held], bool]:
    """Return who is to be compared in full, strongest grounds first, and whether any was left out."""
    sure: dict[int, None] = {}
    dated: set[int] = set()
    strong: set[int] = set()
    for key in rules.strong_keys(probe):
        found = shelf.find(key)
        if not rules.is_by_name(key):
            sure.update(dict.fromkeys(found))
        elif rules.is_by_date(key):
            dated.update(found)
        else:
            strong.update(found)
    named, cut_short = _named(shelf, probe)
    # Of these the date may agree in part.
    dated |= strong & shelf.partial if _is_full(probe.birth_date) else strong
    dated.difference_update(sure)
    rest = strong.union(named).difference(dated, sure)
    asked = rules.sorted_names(probe.names)
    held = shelf.held
    chosen = [held[place] for place in sure]
    on_date = [held[place] for place in dated]
    chosen += _near(asked, on_date, lambda _: rules.NAME_AGREES)
    if probe.names and on_date:
        foreign = rules.has_other_script(probe.names)
        chosen += [one for one in on_date if one.foreign is not foreign and one.names]
    chosen += _near(asked, [held[place] for place in rest], partial(_floor, probe))
    chosen = [one for one in chosen if _asked_for(probe, one)]
    return chosen[:READ_LIMIT], cut_short or len(chosen) > READ_LIMIT


def _named(shelf: Shelf, probe: Probe) -> tuple[list[int], bool]:
    """Return places by words of names, those of the rarest words first, and whether that was too many."""
    runs = sorted((shelf.find(key) for key in rules.name_keys(probe)), key=len)
    places = [place for run in runs for place in run]
    return places[:_LOOK_LIMIT], len(places) > _LOOK_LIMIT


def _near(asked: Sequence[str], seen: Sequence[Held], floor: Callable[[Held], int]) -> list[Held]:
    """Return those of whom a name reaches their floor, nearest first."""
    if not seen:
        return []
    names = [name for held in seen for name in held.names]
    owners = [held for held in seen for _ in held.names]
    lowest = min(rules.NAME_ALONE, floor(seen[0])) / rules.THOUSANDTHS - _SLACK
    best: dict[int, float] = {}
    for one in asked:
        for _, score, at in process.extract(one, names, scorer=fuzz.ratio, score_cutoff=lowest, limit=None):
            best[at] = max(score, best.get(at, 0.0))
    ranked = sorted(
        (-score, at) for at, score in best.items() if score >= floor(owners[at]) / rules.THOUSANDTHS - _SLACK
    )
    return [owners[at] for _, at in ranked]


def _floor(probe: Probe, held: Held) -> int:
    """Return the likeness below which somebody whose date does not agree is no candidate."""
    return rules.NAME_AGAINST_DATE if held.dated and probe.birth_date is not None else rules.NAME_ALONE


def _is_full(date: str | None) -> bool:
    return date is not None and len(date) == _FULL_DATE


def _asked_for(probe: Probe, held: Held) -> bool:
    if held.expires is not None and held.expires < probe.on:
        return False
    if probe.kinds and held.kind not in probe.kinds:
        return False
    return not probe.categories or held.category in probe.categories


def _candidate(read: Read, probe: Probe, held: Held, weighing: Weighing) -> Candidate | None:
    row = store.find_entry(read, held.kind, held.party, held.id)
    if row is None or row.version != held.version:
        return None
    return candidate_of(probe, row, weighing)
