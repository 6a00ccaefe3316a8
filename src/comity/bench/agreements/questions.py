"""Questions made by chance around what an agreement says: on its words and days, just beside them, and far off."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Final

from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.records import (
    And,
    Call,
    Compare,
    Condition,
    Every,
    FactValue,
    Holds,
    Kind,
    Literal,
    Not,
    Or,
    Some,
    Within,
    names_of,
)
from comity.agreements.prove.views import AgreementView
from comity.agreements.tables import tables
from comity.agreements.vocabulary import FIELDS
from comity.core.decision import Fact, Question
from comity.core.ids import Owner
from comity.core.time import DAY_US, Instant, date_of, parse_instant

_NOW: Final = parse_instant("2026-03-01T10:00:00Z")
_OUTSIDERS: Final = ("BRA", "IND")
_AUTHORITIES: Final = ("bureau", "border-police")
_FIELDS: Final = tuple(sorted(FIELDS))
_FEW: Final = 6


class Around:
    """What to draw from for one act of one agreement."""

    def __init__(self, view: AgreementView, condition: Condition, draw: random.Random) -> None:
        self.view = view
        self._draw = draw
        self._written = list(_literals(condition))
        self._facts = sorted(names_of(condition) & tables().names.facts.keys())
        self._parties = [party.code for party in view.parties]
        self._purposes = sorted({word for each in view.clauses for word in each.purposes or ()})
        self._roles = sorted({word for each in view.clauses for word in each.roles or ()})
        self._times = sorted(
            {
                *(t for party in view.parties for t in (party.since, party.until) if t is not None),
                *(t for each in view.clauses for t in (each.since, each.until) if t is not None),
            }
        )
        self._allowed = sorted(frozenset[str]().union(*(each.allowed for each in view.clauses)) & FIELDS)
        self._mandatory = sorted(frozenset[str]().union(*(each.mandatory for each in view.clauses)))

    def question(self) -> tuple[Question, Instant]:
        """Draw a question, and the instant at which it is asked."""
        draw = self._draw
        actor = Owner(party=self._party(), authority=draw.choice(_AUTHORITIES))
        sender = actor.party if draw.random() < 0.8 else self._party()  # noqa: PLR2004 - odds
        question = Question(
            stage=self.view.stage,
            operation=self.view.operation,
            category=self.view.category,
            purpose=self._one(self._purposes, tables().purposes, 0.85),
            actor=actor,
            role=None if draw.random() < 0.25 else self._one(self._roles, tables().roles, 0.8),  # noqa: PLR2004
            owner=self._owner(actor, sender),
            sender=sender if draw.random() < 0.9 else None,  # noqa: PLR2004
            receiver=self._party() if draw.random() < 0.85 else None,  # noqa: PLR2004
            fields=self._fields(),
            facts=tuple(self._asserted()),
        )
        return question, self._instant()

    def arrived(self) -> frozenset[str]:
        """Draw what has arrived of what clauses wait for."""
        waited = sorted({name for each in self.view.clauses for name in each.waits})
        return frozenset(name for name in waited if self._draw.random() < 0.7)  # noqa: PLR2004

    def _party(self) -> str:
        return self._one(self._parties, _OUTSIDERS, 0.93)

    def _one(self, near: list[str], far: Iterable[str], odds: float) -> str:
        others = list(far)
        return self._draw.choice(near if near and self._draw.random() < odds else others)

    def _owner(self, actor: Owner, sender: str) -> Owner | None:
        chance = self._draw.random()
        if chance < 0.45:  # noqa: PLR2004 - odds, as below
            return actor
        if chance < 0.7:  # noqa: PLR2004
            return Owner(party=self._party(), authority=self._draw.choice(_AUTHORITIES))
        return Owner(party=sender, authority=self._draw.choice(_AUTHORITIES)) if chance < 0.9 else None  # noqa: PLR2004

    def _instant(self) -> Instant:
        draw = self._draw
        if not self._times or draw.random() < 0.6:  # noqa: PLR2004
            return Instant(_NOW + draw.randrange(-DAY_US, DAY_US))
        return Instant(draw.choice(self._times) + draw.choice((-DAY_US, -1, 0, 1, DAY_US)))

    def _fields(self) -> tuple[str, ...]:
        draw = self._draw
        fields = set(self._mandatory) if draw.random() < 0.8 else set()  # noqa: PLR2004
        if self._allowed:
            fields |= set(draw.sample(self._allowed, draw.randrange(min(_FEW, len(self._allowed)) + 1)))
        if draw.random() < 0.1:  # noqa: PLR2004
            fields.add(draw.choice(_FIELDS))
        if fields and draw.random() < 0.15:  # noqa: PLR2004
            fields.discard(draw.choice(sorted(fields)))
        return tuple(sorted(fields))

    def _asserted(self) -> Iterator[Fact]:
        for name in self._facts:
            if self._draw.random() < 0.85:  # noqa: PLR2004
                yield Fact(name=name, value=self._value(name, tables().facts[name].type))

    def _value(self, name: str, kind: Kind) -> FactValue:
        draw = self._draw
        written = [value for found, value in self._written if found == name]
        if kind is Kind.BOOL:
            return draw.random() < 0.8  # noqa: PLR2004
        if kind is Kind.INT:
            return draw.choice([int(each) for each in written] or [0]) + draw.choice((-1, 0, 0, 1))
        if kind is Kind.INSTANT:
            return Instant(_NOW + draw.randrange(-DAY_US, DAY_US))
        if kind is Kind.DATE:
            return date_of(Instant(_NOW + draw.randrange(-900, 30) * DAY_US))
        texts = [str(each) for each in written] + self._parties + ["another"]
        if kind is Kind.TEXT:
            return draw.choice(texts)
        return tuple(draw.sample(sorted(set(texts)), draw.randrange(min(3, len(set(texts))) + 1)))


def _literals(condition: Condition) -> Iterator[tuple[str, bool | int | str]]:
    """Give each written value with the fact that it stands beside; the interesting values lie there."""
    match condition:
        case Not(inner):
            yield from _literals(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _literals(part)
        case Compare(_, left, right):
            for one, other in ((left, right), (right, left)):
                if isinstance(one, Literal) and not isinstance(other, Literal | Call):
                    yield other.name, one.value
        case Within(term, options) if not isinstance(term, Call):
            yield from ((term.name, option) for option in options if term.name not in RESERVED)
        case Holds(texts, Literal(value)):
            yield texts.name, value
        case Every(texts, options) | Some(texts, options) if texts.name not in RESERVED:
            yield from ((texts.name, option) for option in options)
        case _:
            return
