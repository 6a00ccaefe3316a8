"""A question as conditions read it: its own parts and its facts by name, gathered once and only when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from comity.agreements.clocks.night import counted
from comity.agreements.dues import local_zone
from comity.agreements.expr.facts import gather
from comity.agreements.expr.records import FactValue, Kind
from comity.agreements.tables import Counted, tables
from comity.core.decision import Question
from comity.core.errors import BadInput
from comity.core.time import HOUR_US, Instant

_KINDS: Final[dict[str, Kind]] = {name: row.type for name, row in tables().facts.items()}


_COUNTED: Final = {name: row.counted for name, row in tables().facts.items() if row.counted is not None}
CLOCK: Final = "at"
"""The name under which conditions read the time asked about."""
_TIMED: Final = frozenset({CLOCK, *_COUNTED})
ACT_NAMES: Final = frozenset({"actor.party", "actor.role", "category", "operation", "purpose"})


def act_facts(question: Question) -> dict[str, FactValue]:
    """Return the part of `gather_question` that tells the act: those of `ACT_NAMES` that are known."""
    found: dict[str, FactValue] = {
        "actor.party": question.actor.party,
        "category": question.category,
        "operation": question.operation,
        "purpose": str(question.purpose),
    }
    if question.role is not None:
        found["actor.role"] = str(question.role)
    return found


def gather_question(question: Question, at: Instant) -> dict[str, FactValue]:
    """Return everything that a condition may read of a question, by name; what is not known is left out."""
    found = gather(question.facts, _KINDS) if question.facts else {}
    actor, owner = question.actor, question.owner
    found["actor.party"] = actor.party
    found["actor.authority"] = actor.authority
    found["stage"] = question.stage.value
    found["category"] = question.category
    found["operation"] = question.operation
    found["purpose"] = str(question.purpose)
    found[CLOCK] = at
    found["fields"] = question.fields
    if question.role is not None:
        found["actor.role"] = str(question.role)
    if owner is not None:
        found["owner.party"] = owner.party
        found["owner.authority"] = owner.authority
    if question.sender is not None:
        found["sender"] = question.sender
    if question.receiver is not None:
        found["receiver"] = question.receiver
    for name, how in _COUNTED.items():
        if how.since in found:
            _count(found, name, how, at)
    return found


def _count(found: dict[str, FactValue], name: str, how: Counted, at: Instant) -> None:
    """Put the full hours in the place of what is asserted; where no time zone is known, that stands."""
    since, until = found[how.since], found.get(how.until, at)
    try:
        zone = local_zone(found, "actor.party")
    except BadInput:
        return
    if zone is not None and isinstance(since, int) and isinstance(until, int):
        found[name] = counted(Instant(since), Instant(min(until, at)), how.without, zone) // HOUR_US


class Asked:
    """A question at an instant, with its facts gathered at most once."""

    __slots__ = ("_facts", "at", "question")

    def __init__(self, question: Question, at: Instant) -> None:
        self.question = question
        self.at = at
        self._facts: dict[str, FactValue] | None = None

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """What conditions read."""
        if self._facts is None:
            self._facts = gather_question(self.question, self.at)
        return self._facts


class Watched(Asked):
    """A question that notices whether any condition read the clock."""

    __slots__ = ("_watched",)

    def __init__(self, question: Question, at: Instant) -> None:
        super().__init__(question, at)
        self._watched = _WatchedFacts(self)

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """What conditions read."""
        return self._watched

    @property
    def clock_read(self) -> bool:
        """Whether another time, with all else the same, could have made a condition answer otherwise."""
        return self._watched.clock_read


class _WatchedFacts(Mapping[str, FactValue]):
    def __init__(self, asked: Asked) -> None:
        self._facts = gather_question(asked.question, asked.at)
        self.clock_read = False

    def __getitem__(self, name: str) -> FactValue:
        self.clock_read = self.clock_read or name in _TIMED
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)
