"""Searching a mapped index: a question from the names, then the runs of rows that its date leads to."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

import numpy as np

from comity.screening.index.mapped import ask, dates, retrieve
from comity.screening.index.mapped.build import PURPOSE
from comity.screening.index.mapped.dates import DAYS, PartialDate
from comity.screening.index.mapped.expand import expand
from comity.screening.index.mapped.layout import Opened, check_arrays, open_file
from comity.screening.index.mapped.records import Limits, Near, Nearest, Wanted
from comity.screening.index.mapped.shapes import ASKED_TOKENS, Question, Rows, Scratch, Vocabulary, question, scratch
from comity.screening.index.mapped.tokens import tokens_of_text
from comity.screening.index.mapped.types import Longs

_PLAUSIBLE: Final = 0.6
"""The share of a name's own value from which a candidate that was left out must be told of."""


class Tools:
    """Scratch of one thread."""

    def __init__(self) -> None:
        self.question: Question = question()
        self.scratch: Scratch = scratch()
        self.state: Longs = np.zeros(8, np.int64)
        self.worth: Longs = np.zeros(257, np.int64)
        self.part: Longs = np.zeros(3, np.int64)


class PersonIndex:
    """An open index of persons. Any number of threads may search at once."""

    def __init__(self, opened: Opened, limits: Limits | None = None) -> None:
        arrays = opened.arrays
        self.opened = opened
        self.limits = limits or Limits()
        self.vocabulary = Vocabulary(*(arrays[name] for name in Vocabulary._fields))
        self.rows = Rows(*(arrays[name] for name in Rows._fields))
        self._threads = threading.local()

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

    def tools(self) -> Tools:
        """Return the scratch of this thread."""
        tools: Tools | None = getattr(self._threads, "tools", None)
        if tools is None:
            tools = self._threads.tools = Tools()
        return tools

    def search(self, wanted: Wanted) -> Nearest:
        """Return who may be meant by any of the names."""
        if len(wanted.names) == 1:
            return self._one_name(wanted.names[0], wanted.date)
        best: dict[int, Near] = {}
        each = [self._one_name(name, wanted.date) for name in wanted.names]
        for near in (near for nearest in each for near in nearest.found):
            if near.number not in best or best[near.number].value < near.value:
                best[near.number] = near
        ranked = sorted(best.values(), key=lambda near: (-near.value, near.row))
        return Nearest(
            found=tuple(ranked[: self.limits.candidates]),
            limit_reached=any(nearest.limit_reached for nearest in each) or len(ranked) > self.limits.candidates,
            looked_at=sum(nearest.looked_at for nearest in each),
        )

    def _one_name(self, name: str, date: PartialDate | None) -> Nearest:
        tools = self.tools()
        if not self._ask(tools, tokens_of_text(name)):
            return Nearest(found=(), limit_reached=False, looked_at=0)
        retrieve.begin(tools.scratch, tools.state)
        tools.state[retrieve.KEEP] = self.limits.candidates
        tools.state[retrieve.SINGLES] = self.limits.singles
        if date is None:
            self._anywhere(tools, 0, self.size, (0, 0))
        else:
            self._with_date(tools, date)
        retrieve.settle(tools.scratch, tools.state)
        return self._result(tools)

    def _ask(self, tools: Tools, tokens: tuple[str, ...]) -> bool:
        """Make the question; False where there is nothing to ask for."""
        ask.clear(tools.question)
        for token in self._rarest(tokens):
            text = np.frombuffer(token.encode(), np.uint8)
            count, cut = expand(self.vocabulary, tools.scratch, text, self.limits.expansions)
            tools.part[:] = (count, self.size, cut)
            ask.add_part(self.vocabulary, tools.scratch, tools.question, tools.part, tools.worth)
        ask.line_up(tools.question, tools.worth)
        return bool(tokens)

    def _rarest(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        return tokens if len(tokens) <= ASKED_TOKENS else tuple(sorted(tokens, key=len)[-ASKED_TOKENS:])

    def _with_date(self, tools: Tools, date: PartialDate) -> None:
        days = self.rows.days
        day_first = dates.is_day_first(date)
        year = dates.slot_of(date.year) * DAYS
        for run in dates.runs_of(date):
            same, other = run.same, run.exchanged if date.day != date.month else run.same
            worth = np.array((same, other, 255) if day_first else (other, same, 255), np.int64)
            low, high = int(days[run.key]), int(days[run.key + 1])
            if high - low > self.limits.run:
                retrieve.by_parts(self.rows, tools.question, tools.scratch, tools.state, low, high, worth)
            elif high > low:
                retrieve.scan(self.rows, tools.question, tools.scratch, tools.state, low, high, worth)
        self._anywhere(tools, int(days[year]), int(days[year + DAYS]), (dates.SAME_YEAR, dates.SAME_YEAR))
        self._anywhere(tools, 0, int(days[1]), (dates.NO_DATE, dates.NO_DATE))

    def _anywhere(self, tools: Tools, low: int, high: int, worth: tuple[int, int], single: int = 80) -> None:
        if high > low:
            values = np.array((*worth, single), np.int64)
            retrieve.by_parts(self.rows, tools.question, tools.scratch, tools.state, low, high, values)

    def _result(self, tools: Tools) -> Nearest:
        state = tools.state
        count = int(state[retrieve.COUNT])
        rows = tools.scratch.rows[:count]
        numbers = self.rows.numbers[rows].tolist()
        scores = tools.scratch.scores[:count].tolist()
        wanted = self.limits.candidates
        found: dict[int, Near] = {}
        beyond = 0
        for number, row, value in zip(numbers, rows.tolist(), scores, strict=True):
            if number in found:
                continue
            if len(found) == wanted:
                beyond = value
                break
            found[number] = Near(number, row, value)
        plausible = _PLAUSIBLE * int(tools.question.facts[retrieve.OWN_VALUE])
        return Nearest(
            found=tuple(found.values()),
            limit_reached=beyond >= plausible and beyond > 0,
            looked_at=int(state[retrieve.LOOKED]),
        )
