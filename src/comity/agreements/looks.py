"""Looks: questions of use that assert nothing, compiled to their answer for one epoch of agreements and law.

A border check asks some twenty of them (one a category and owner), the same all day. What answers them is fixed by the
agreements, by the law, and by which of these stand at the time asked about and at the time of knowing: between two
moments at which anything in them begins, ends or becomes known, only a condition that reads the clock itself could
answer otherwise, and what such a condition answered is not kept. A look is still put, answered and logged each time;
what it rests on is compiled once an epoch, and goes when an agreement comes, changes or goes.
"""

from __future__ import annotations

import typing
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Final

import msgspec

from comity.agreements.decide import decide, decide_watched
from comity.agreements.floor import HANDING_OVER
from comity.agreements.registry import Registry
from comity.agreements.rulebook import Rulebook
from comity.core.decision import Decision, Question, Stage
from comity.core.time import Instant

_LAYOUTS: Final[dict[type, tuple[tuple[str, bool], ...]]] = {}
_MOST: Final = 4096
"""Answers held at once; strangers' words must not fill the memory."""


class Looks:
    """Answers questions by one state of agreements and law, exactly as `decide` does."""

    def __init__(self, agreements: Registry, law: Rulebook) -> None:
        self.agreements = agreements
        self._law = law
        self._moments = sorted({*moments_of(agreements.by_id), *moments_of(law.rules)})
        self._compiled: dict[tuple[Question, int, int], Decision] = {}
        self._newest: tuple[Instant | None, int] = (None, 0)

    def answer(self, question: Question, at: Instant, known_at: Instant) -> Decision:
        """Answer a question at legal time `at`, by what was known at `known_at`."""
        if not _is_look(question):
            return decide(question, at, known_at, self.agreements, self._law)
        epoch = self._epoch(at)
        key = (question, epoch, epoch if known_at == at else self._epoch(known_at))
        found = self._compiled.get(key)
        if found is None:
            found, clock_read = decide_watched(question, at, known_at, self.agreements, self._law)
            if not clock_read:
                self._keep(key, found)
        return found

    def _epoch(self, at: Instant) -> int:
        """Number the stretch of time that `at` lies in; a moment itself is a stretch of its own."""
        # One act puts all its questions at one instant.
        newest, epoch = self._newest
        if newest != at:
            epoch = bisect_left(self._moments, at) + bisect_right(self._moments, at)
            self._newest = (at, epoch)
        return epoch

    def _keep(self, key: tuple[Question, int, int], decision: Decision) -> None:
        if len(self._compiled) >= _MOST:
            self._compiled.clear()
        self._compiled[key] = decision


def _is_look(question: Question) -> bool:
    return question.stage is Stage.USE and not question.facts and question.operation not in HANDING_OVER


def moments_of(value: object) -> Iterator[Instant]:
    """Find every instant that the records in `value` hold, by the types that their fields declare."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from moments_of(each)
        return
    layout = _timed_fields(value.__class__)
    for name, timed in layout:
        inner = getattr(value, name)
        if not timed:
            yield from moments_of(inner)
        elif inner is not None:
            yield inner
    if not layout and isinstance(value, tuple | list | frozenset | set):
        for each in value:
            yield from moments_of(each)


def _timed_fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a record type, and which of them hold an instant; nothing for what is no record."""
    layout = _LAYOUTS.get(kind)
    if layout is None:
        layout = _LAYOUTS[kind] = tuple(_read_layout(kind))
    return layout


def _read_layout(kind: type) -> Iterator[tuple[str, bool]]:
    if is_dataclass(kind):
        names = tuple(each.name for each in fields(kind))
    elif issubclass(kind, msgspec.Struct):
        names = kind.__struct_fields__
    else:
        names = getattr(kind, "_fields", ())
    hints = typing.get_type_hints(kind) if names else {}
    for name in names:
        yield name, hints[name] is Instant or Instant in typing.get_args(hints[name])
