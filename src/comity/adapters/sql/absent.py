"""What a table certainly does not hold: most of what an exchange asks about is new, and looking for it costs a page.

A Bloom filter over the keys of a table, in words of 64 bits. A store says by `execution_options(absent={"column":
("parameter", ...)})` that its select returns no row for a value of these parameters that the column does not hold;
several columns are one key. The filter is begun when a select was asked often, so a quiet node has none. It is told of
new keys before their commit, and read once whole in the background: until then everything may be there. What is deleted
stays in it and costs the look that it cost before.
"""

from __future__ import annotations

import itertools
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Final, TypeAlias

from comity.core.ports import Change, Insert, InsertMany

Watch: TypeAlias = Callable[[frozenset[str], Callable[[Sequence[Change]], None]], None]
"""`comity.core.ports.Writer.watch`."""
Scan: TypeAlias = Callable[[str, tuple[str, ...]], Iterable[Sequence[object]]]
"""Yields the values of these columns of all rows of a table, in batches, after all that is being written."""

_FIRST_WORDS: Final = 1 << 15
_MOST_WORDS: Final = 1 << 24  # 128 MiB, some 30 million keys; with more of them, ever more are looked for in vain
_KEYS_A_WORD: Final = 2
_AFTER: Final = 4096
"""How often a select is asked before its filter is worth beginning."""


class Filter:
    """A growing set of hashes: what it says is absent was never added."""

    def __init__(self, words: int = _FIRST_WORDS) -> None:
        self._levels = [array("Q", bytes(8 * words))]
        self._room = words * _KEYS_A_WORD
        self._adding = threading.Lock()

    def add(self, hashes: Iterable[int]) -> None:
        """Add hashes of 64 bits, signed or not."""
        with self._adding:
            for number in hashes:
                if self._room <= 0:
                    self._grow()
                words = self._levels[-1]
                words[number & (len(words) - 1)] |= _bits(number)
                self._room -= 1

    def may_hold(self, number: int) -> bool:
        """Say whether the hash may have been added."""
        bits = 1 << (number >> 40 & 63) | 1 << (number >> 46 & 63) | 1 << (number >> 52 & 63)
        # The newest level is the largest by far: what is there is most likely found in it first.
        for words in reversed(self._levels):  # noqa: SIM110 - a generator costs more than the look
            if words[number & (len(words) - 1)] & bits == bits:
                return True
        return False

    def _grow(self) -> None:
        last = len(self._levels[-1])
        words = min(last * 4, _MOST_WORDS - sum(map(len, self._levels)))
        if words >= last:
            self._levels.append(array("Q", bytes(8 * words)))
            self._room = words * _KEYS_A_WORD
        else:
            self._room = 1 << 62


def _bits(number: int) -> int:
    return 1 << (number >> 40 & 63) | 1 << (number >> 46 & 63) | 1 << (number >> 52 & 63)


class Keys:
    """The keys of one table, by some of its columns."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._filter = Filter()
        self._whole = False

    @property
    def whole(self) -> bool:
        """Whether all that the table held has been taken in."""
        return self._whole

    def take(self, changes: Sequence[Change]) -> None:
        """Note what is about to be added."""
        for change in changes:
            if isinstance(change, Insert):
                self._filter.add((hash(tuple([change.row[name] for name in self._columns])),))
            elif isinstance(change, InsertMany):
                take = _taker([change.columns.index(name) for name in self._columns])
                self._filter.add(hash(take(row)) for row in change.rows)

    def read(self, scan: Iterable[Sequence[object]]) -> None:
        """Take in all that the table held; from then on it can tell what is absent."""
        rows = iter(scan)
        # A lock is held while adding, so a little at a time.
        while part := [hash(tuple(row)) for row in itertools.islice(rows, 1000)]:
            self._filter.add(part)
        self._whole = True

    def lacks(self, key: tuple[object, ...]) -> bool:
        """Say whether the table certainly holds no row of this key."""
        return self._whole and not self._filter.may_hold(hash(key))


class Absent:
    """Answers for one select. Counts how often it is asked, and begins its filter when that was often."""

    def __init__(self, known: KnownKeys, table: str, named: Mapping[str, Sequence[str]], names: Sequence[str]) -> None:
        self._known = known
        self.table = table
        self._columns = tuple(named)
        self._asked = 0
        self._keys: Keys | None = None
        # For each key asked about: the places of its parts among the parameters.
        self._places = [tuple(map(list(names).index, part)) for part in zip(*named.values(), strict=True)]
        self._plain = self._places == [(place,) for place in range(len(names))]

    def asked(self, values: Sequence[object]) -> list[object]:
        """Return the keys that are asked about; of one column, its values."""
        if len(self._columns) == 1:
            return [values[place] for (place,) in self._places if values[place] is not None]
        return [tuple([values[place] for place in places]) for places in self._places]

    def narrowed(self, values: Sequence[object]) -> Sequence[object] | None:
        """Return the parameters without what is certainly absent; None where nothing of it can be there."""
        keys = self._keys
        if keys is None:
            self._asked += len(self._places)
            if self._asked < _AFTER:
                return values
            keys = self._keys = self._known.of(self.table, self._columns)
        if len(self._places) == 1:
            (places,) = self._places
            return None if keys.lacks(tuple([values[place] for place in places])) else values
        if self._plain:
            lacks = keys.lacks
            # Nothing equals None: so are lists filled up to their length.
            narrowed = [None if value is None or lacks((value,)) else value for value in values]
            return narrowed if narrowed.count(None) < len(narrowed) else None
        gone = [places for places in self._places if keys.lacks(tuple([values[place] for place in places]))]
        if len(gone) == len(self._places):
            return None
        left = list(values)
        for places in gone:
            for place in places:
                left[place] = None
        return left


class KnownKeys:
    """The filters of a database, one for each table and columns asked about."""

    def __init__(self, watch: Watch, scan: Scan) -> None:
        self._watch = watch
        self._scan = scan
        self._made: dict[tuple[str, tuple[str, ...]], Keys] = {}
        self._making = threading.Lock()

    def of(self, table: str, columns: tuple[str, ...]) -> Keys:
        """Return the filter of these columns, which is being read when it is new."""
        with self._making:
            keys = self._made.get((table, columns))
            if keys is None:
                keys = self._made[table, columns] = Keys(columns)
                self._watch(frozenset({table}), keys.take)
                read = partial(self._read, keys, table, columns)
                threading.Thread(target=read, name="comity-keys", daemon=True).start()
            return keys

    def sure(self, table: str, columns: tuple[str, ...]) -> Callable[[tuple[object, ...]], bool] | None:
        """Return what says of a key that a table certainly lacks it; None where that cannot be said of any yet."""
        keys = self._made.get((table, columns))
        return keys.lacks if keys is not None and keys.whole else None

    def _read(self, keys: Keys, table: str, columns: tuple[str, ...]) -> None:
        keys.read(self._scan(table, columns))


def _taker(places: Sequence[int]) -> Callable[[Sequence[object]], tuple[object, ...]]:
    if len(places) == 1:
        (place,) = places
        return lambda row: (row[place],)
    return itemgetter(*places)
