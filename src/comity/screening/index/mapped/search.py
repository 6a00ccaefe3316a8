"""Searching a mapped index: a question from the names, then the runs of rows that its date leads to."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from comity.screening.index.mapped import ask, dates, retrieve
from comity.screening.index.mapped.build import PURPOSE
from comity.screening.index.mapped.dates import DAYS, KEYS, UNDATED, PartialDate, Run
from comity.screening.index.mapped.expand import expand
from comity.screening.index.mapped.layout import Opened, check_arrays, open_file, read_ahead
from comity.screening.index.mapped.phonetic import sound
from comity.screening.index.mapped.recent import Since
from comity.screening.index.mapped.records import Limits, Near, Nearest, Wanted
from comity.screening.index.mapped.shapes import ASKED_TOKENS, Question, Rows, Scratch, Vocabulary, question, scratch
from comity.screening.index.mapped.tokens import Readings, readings_of_text
from comity.screening.index.mapped.types import Bytes, Ids, Longs
from comity.screening.names.endings import other_endings

Meanings: TypeAlias = tuple[Ids, Bytes]
"""Numbers of stored name parts, and how alike each is to one asked for."""
_WAYS_KEPT: Final = 1 << 15
_ALONE: Final = 80
"""What a part of a name is worth, at least, to have its rows looked at for itself alone: a thousandth of all rows."""
_NEVER_ALONE: Final = 256
_PLAUSIBLE: Final = 0.6
"""The share of a name's own value from which a candidate that was left out must be told of."""


class Tools:
    """Scratch of one thread."""

    def __init__(self) -> None:
        self.question: Question = question()
        self.scratch: Scratch = scratch()
        self.state: Longs = np.zeros(8, np.int64)
        self.worth: Longs = np.zeros(257, np.int64)


class PersonIndex:
    """An open index of persons. Any number of threads may search at once."""

    def __init__(self, opened: Opened, limits: Limits | None = None) -> None:
        arrays = opened.arrays
        self.opened = opened
        self.limits = limits or Limits()
        self.vocabulary = Vocabulary(*(arrays[name] for name in Vocabulary._fields))
        self.rows = Rows(*(arrays[name] for name in Rows._fields))
        self.since = Since(self.vocabulary)
        self._threads = threading.local()
        self._meant: dict[str, Meanings] = {}
        # By date and whether a name has one part only: a month's travellers share some thousand dates.
        self._ways: dict[tuple[PartialDate | None, int, bool], Longs] = {}

    @classmethod
    def open(cls, path: Path, limits: Limits | None = None) -> PersonIndex:
        """Open an index file. Raises as `open_file`."""
        return cls(open_file(path, PURPOSE), limits)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows.numbers)

    def check(self) -> None:
        """Read all of it and compare with its checksums. Raises `DamagedIndex`."""
        check_arrays(self.opened)

    def warm_up(self) -> None:
        """Read the file from beginning to end, once, so that searches find it in memory."""
        read_ahead(self.opened, tuple(self.opened.arrays))

    def tools(self) -> Tools:
        """Return the scratch of this thread."""
        tools: Tools | None = getattr(self._threads, "tools", None)
        if tools is None:
            tools = self._threads.tools = Tools()
        return tools

    def search(self, wanted: Wanted) -> Nearest:
        """Return who may be meant by any of the names."""
        if len(wanted.names) == 1:
            return self._one_name(wanted.names[0], wanted)
        best: dict[int, Near] = {}
        each = [self._one_name(name, wanted) for name in wanted.names]
        for near in (near for nearest in each for near in nearest.found):
            if near.number not in best or best[near.number].value < near.value:
                best[near.number] = near
        ranked = sorted(best.values(), key=lambda near: (-near.value, near.row))
        return Nearest(
            found=tuple(ranked[: self.limits.candidates]),
            limit_reached=any(nearest.limit_reached for nearest in each) or len(ranked) > self.limits.candidates,
            looked_at=sum(nearest.looked_at for nearest in each),
        )

    def _one_name(self, name: str, wanted: Wanted) -> Nearest:
        tools = self.tools()
        parts = readings_of_text(name)
        if not self._ask(tools, parts):
            return Nearest(found=(), limit_reached=False, looked_at=0)
        tools.state[retrieve.KEEP] = self.limits.candidates
        tools.state[retrieve.SINGLES] = self.limits.singles
        tools.state[retrieve.POSTINGS] = self.limits.postings
        # Taken once: a change that comes meanwhile may make room anew.
        since, recent = self.since, self.since.rows
        retrieve.look(
            self.rows, recent, tools.question, tools.scratch, tools.state, self._runs(wanted, self._alone(parts))
        )
        return self._result(tools, since)

    def ways(self, wanted: Wanted) -> Longs:
        """Return the runs of rows that a search for a name of several parts looks through, as `retrieve` reads them."""
        return self._runs(wanted, _ALONE)

    def _ask(self, tools: Tools, parts: tuple[Readings, ...]) -> bool:
        """Make the question; False where there is nothing to ask for."""
        ask.clear(tools.question)
        since = self.since
        for readings in _rarest(parts):
            found, likeness = _united([self._meanings(tools, since, reading) for reading in readings])
            ask.add_part(since.counts, found, likeness, self.size + since.size, tools.question, tools.worth)
        ask.line_up(tools.question, tools.worth)
        return bool(parts)

    def _meanings(self, tools: Tools, since: Since, token: str) -> Meanings:
        """Return what a name part may mean, those included that came since."""
        settled = self._settled(tools, token)
        if not since.parts:
            return settled
        text = np.frombuffer(token.encode(), np.uint8)
        tools.scratch.sound[0] = sound(text, 0, len(text), tools.scratch.sound[1:])
        more = since.meanings(token, tools.scratch.sound, tools.scratch.grid)
        return np.concatenate((settled[0], more[0])), np.concatenate((settled[1], more[1]))

    def _settled(self, tools: Tools, token: str) -> Meanings:
        """Return what a name part may mean in the file.

        Kept, because names are as unevenly spread among travellers as among alerts.
        """
        kept = self._meant.get(token)
        if kept is None:
            text = np.frombuffer(token.encode(), np.uint8)
            forms = np.frombuffer("".join(f"{form}\0" for form in other_endings(token)).encode(), np.uint8)
            count, _ = expand(self.vocabulary, tools.scratch, text, forms, self.limits.expansions)
            kept = tools.scratch.found[:count].copy(), tools.scratch.likeness[:count].copy()
            if len(self._meant) >= self.limits.kept:
                self._meant = {}
            self._meant[token] = kept
        return kept

    def _alone(self, parts: tuple[Readings, ...]) -> int:
        """Return the least value of a part that is looked up for itself alone; one that is the whole name always is."""
        return 0 if len(set(parts)) == 1 else min(_ALONE, ask.eighths(max(1, self.size)) // 2)

    def _runs(self, wanted: Wanted, alone: int) -> Longs:
        """Return the runs of rows to look through, in the form that `retrieve.look` takes; kept, for nothing moves."""
        date, agreeing = wanted.date, wanted.agreeing
        kept = self._ways.get((date, alone, agreeing))
        if kept is None:
            if agreeing and date is not None and date.day:
                kept = np.array([self._run(run, date) for run in dates.agreeing_runs(date)], np.int64)
            else:
                kept = self._lay_runs(date, alone)
            if len(self._ways) >= _WAYS_KEPT:
                self._ways = {}
            self._ways[date, alone, agreeing] = kept
        return kept

    def _lay_runs(self, date: PartialDate | None, alone: int) -> Longs:
        days = self.rows.days
        if date is None:
            return np.array([(0, self.size, 0, 0, alone, retrieve.BY_PARTS, 0, KEYS)], np.int64)
        year = dates.slot_of(date.year) * DAYS
        runs = [self._run(run, date) for run in dates.runs_of(date)]
        in_year = dates.SAME_YEAR if date.day else dates.ONLY_YEAR
        for first, last, worth in ((year, year + DAYS - 1, in_year), (UNDATED, UNDATED, dates.NO_DATE)):
            low, high = int(days[first]), int(days[last + 1])
            runs.append((low, high, worth, worth, alone, retrieve.BY_PARTS, first, last))
        runs.append((0, self.size, dates.OTHER_DATE, dates.OTHER_DATE, alone, retrieve.BY_RARE_PARTS, 0, KEYS))
        return np.array(runs, np.int64)

    def _run(self, run: Run, date: PartialDate) -> tuple[int, ...]:
        low, high = int(self.rows.days[run.key]), int(self.rows.days[run.key + 1])
        same, other = run.same, run.same if date.day == date.month else run.exchanged
        if not dates.is_day_first(date):
            same, other = other, same
        way = retrieve.SCAN_ALL if run.same == dates.SAME_DAY else retrieve.SCAN
        if high - low > self.limits.run:
            way = retrieve.BY_PARTS
        return low, high, same, other, _NEVER_ALONE, way, run.key, run.key

    def _result(self, tools: Tools, since: Since) -> Nearest:
        state = tools.state
        count = int(state[retrieve.COUNT])
        rows = tools.scratch.rows[:count].astype(np.int64)
        fresh = rows >= self.size
        numbers = self.rows.numbers[np.where(fresh, 0, rows)] if self.size else np.zeros(count, np.uint32)
        if fresh.any():
            numbers[fresh] = since.numbers[rows[fresh] - self.size]
        scores = tools.scratch.scores[:count].tolist()
        found: dict[int, Near] = {}
        beyond = 0
        for number, row, value, is_fresh in zip(numbers.tolist(), rows.tolist(), scores, fresh.tolist(), strict=True):
            if number in found or (number in since.overtaken and not is_fresh):
                continue
            if len(found) == self.limits.candidates:
                beyond = value - retrieve.ZERO
                break
            found[number] = Near(number, row, value - retrieve.ZERO)
        return Nearest(
            found=tuple(found.values()),
            limit_reached=self._is_cut(tools, beyond, len(found)),
            looked_at=int(state[retrieve.LOOKED]),
        )

    def _is_cut(self, tools: Tools, beyond: int, found: int) -> bool:
        """Say whether somebody was left out who agrees well enough to be told of."""
        state, own = tools.state, int(tools.question.facts[retrieve.OWN_VALUE])
        if found < self.limits.candidates:
            # Rows that no longer count stood in the way of others.
            return bool(state[retrieve.FLOOR] > 0 and state[retrieve.COUNT] >= self.limits.candidates)
        return beyond > 0 and beyond >= _PLAUSIBLE * own


def _rarest(parts: tuple[Readings, ...]) -> tuple[Readings, ...]:
    """Return at most eight parts: of longer names the longest, which are the rarest as a rule."""
    return parts if len(parts) <= ASKED_TOKENS else tuple(sorted(parts, key=lambda each: len(each[0]))[-ASKED_TOKENS:])


def _united(each: list[Meanings]) -> Meanings:
    """Return the meanings of all readings of a part, each once and as alike as its best reading."""
    if len(each) == 1:
        return each[0]
    best: dict[int, int] = {}
    for found, likeness in each:
        for number, alike in zip(found.tolist(), likeness.tolist(), strict=True):
            best[number] = max(alike, best.get(number, 0))
    return np.array(list(best), np.uint32), np.array(list(best.values()), np.uint8)
