"""Example questions made from clauses: one that a clause permits where that can be found, and its near neighbours.

Nothing is asked at random: facts take the values that the clause's own conditions name, and those next to them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import msgspec

from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.python import Predicate, compile_condition
from comity.agreements.expr.records import (
    And,
    Call,
    Compare,
    Condition,
    Every,
    FactValue,
    Holds,
    Kind,
    Known,
    Literal,
    Name,
    Not,
    Or,
    Some,
    Term,
    Within,
    names_of,
)
from comity.agreements.life.rules import BEGINNING
from comity.agreements.records import Agreement, Clause
from comity.agreements.tables import tables
from comity.agreements.vocabulary import Mode, Scope
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import BadInput
from comity.core.ids import Owner
from comity.core.time import DAY_US, CivilDate, Instant, add_period, date_of, days_between, start_of_day

AUTHORITY: Final = "asked-about"
_MOST_TRIES: Final = 4000
_NOWHERE: Final = "elsewhere"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ONWARD: Final = "onward"

_Values: TypeAlias = "dict[str, tuple[FactValue | None, ...]]"
_Frame: TypeAlias = "dict[str, FactValue]"
_Option: TypeAlias = "tuple[str, tuple[FactValue, ...]]"


def examples_of(agreement: Agreement, clause: Clause, at: Instant) -> Iterator[Question]:
    """Give questions about a clause: for each of its acts a permitted one, and one step away from it each way."""
    conditions = _conditions_of(clause)
    frame = _frame(agreement, clause, at)
    values = _values(conditions, frame) | _starts(clause, at)
    facts = _satisfying(conditions, values, frame)
    for operation, category in itertools.product(clause.operations.value, clause.categories.value):
        base = _question(agreement, clause, operation, category)
        if base is None:
            continue
        asked = _with(base, facts)
        yield asked
        yield from _neighbours(asked, facts, values)
        yield from _scopes(asked, agreement, clause)


def onward_examples(agreement: Agreement) -> Iterator[Question]:
    """Give questions about handing received data on to a third State, in each form of consent."""
    first, second = agreement.parties[0].code, agreement.parties[-1].code
    if first == second:
        return
    asked = Question(
        stage=Stage.ONWARD,
        operation=_ONWARD,
        category="received",
        purpose=agreement.main_purpose.value if agreement.main_purpose else "other_purpose",
        actor=Owner(party=second, authority=AUTHORITY),
        owner=Owner(party=first, authority=AUTHORITY),
    )
    forms: tuple[FactValue | None, ...] = ("oral", "written", "documented_prior", None)
    for form, safe, consent in itertools.product(forms, (True, False, None), (True, None)):
        told = {"consent_form": form, "safeguards": safe, "issuer_consent": consent}
        yield _with(asked, {name: value for name, value in told.items() if value is not None})


def _starts(clause: Clause, at: Instant) -> _Values:
    """Return the days a time limit may have begun on so that it ends about now, where a clause has one."""
    due = clause.due.value if clause.due is not None else None
    if due is None or due.limit is None or not due.limit.startswith("P") or due.start not in tables().facts:
        return {}
    try:
        length = days_between(date_of(at), add_period(date_of(at), due.limit))
    except BadInput:
        return {}  # counted in hours, not in days
    days = [date_of(Instant(at - (length + step) * DAY_US)) for step in range(-2, 3)]
    return {due.start: (*(str(day) for day in days), None)}


def _frame(agreement: Agreement, clause: Clause, at: Instant) -> _Frame:
    """Return what conditions read of every question, as the first example of the clause has it."""
    sides = _sides(agreement, clause, clause.operations.value[0])
    return {
        "at": at,
        "purpose": clause.purposes.value[0],
        "operation": clause.operations.value[0],
        "category": clause.categories.value[0],
        "stage": Stage.ACT.value,
        "fields": (),
        "actor.party": sides[0] if sides else agreement.parties[0].code,
        "actor.authority": AUTHORITY,
    }


def _question(agreement: Agreement, clause: Clause, operation: str, category: str) -> Question | None:
    sides = _sides(agreement, clause, operation)
    if sides is None:
        return None
    actor, other = sides
    local = clause.mode.value is Mode.LOCAL
    onward = operation == _ONWARD
    owner = Owner(party=other, authority=AUTHORITY)
    return Question(
        stage=Stage.ONWARD if onward else Stage.USE if local else Stage.ACT,
        operation=operation,
        category=category,
        purpose=clause.purposes.value[0],
        actor=Owner(party=actor, authority=AUTHORITY),
        role=clause.roles.value[0] if clause.roles else None,
        owner=owner if local or onward else None,
        receiver=None if local or onward else other,
    )


def _sides(agreement: Agreement, clause: Clause, operation: str) -> tuple[str, str] | None:
    """Name who acts and who is on the other side; None where the clause leaves no two parties."""
    codes = [party.code for party in agreement.parties]
    givers = codes if isinstance(clause.givers.value, Scope) else list(clause.givers.value)
    receivers = codes if isinstance(clause.receivers.value, Scope) else list(clause.receivers.value)
    row = tables().operations.get(operation)
    turned = clause.mode.value is Mode.LOCAL or (row is not None and row.asks)
    first, second = (receivers, givers) if turned else (givers, receivers)
    return next(((one, other) for one in first for other in second if one != other), None)


def _conditions_of(clause: Clause) -> tuple[Condition, ...]:
    known = tables()
    written = [clause.condition.value] if clause.condition is not None else []
    written += [required.condition.value for required in clause.requires]
    named = clause.conditions.value if clause.conditions else ()
    return tuple(parse_condition(text, known.names) for text in (*written, *named))


def _with(question: Question, facts: Mapping[str, FactValue]) -> Question:
    """Put facts into a question; the purpose and the role a condition names are set where they stand."""
    changed = question
    purpose, role = facts.get("purpose"), facts.get("actor.role")
    if isinstance(purpose, str):
        changed = msgspec.structs.replace(changed, purpose=purpose)
    if isinstance(role, str):
        changed = msgspec.structs.replace(changed, role=role)
    told = tuple(Fact(name=name, value=value) for name, value in sorted(facts.items()) if name not in RESERVED)
    return msgspec.structs.replace(changed, facts=told)


def _neighbours(asked: Question, facts: Mapping[str, FactValue], values: _Values) -> Iterator[Question]:
    """Give the questions that differ from one in a single fact."""
    for name, options in values.items():
        for option in options:
            if option == facts.get(name):
                continue
            changed = {key: value for key, value in facts.items() if key != name}
            if option is not None:
                changed[name] = option
            yield _with(asked, changed)


def _scopes(asked: Question, agreement: Agreement, clause: Clause) -> Iterator[Question]:
    """Give the questions that differ in purpose, role or data fields."""
    for purpose in clause.purposes.value[1:]:
        yield msgspec.structs.replace(asked, purpose=purpose)
    for role in clause.roles.value[1:] if clause.roles else ():
        yield msgspec.structs.replace(asked, role=role)
    if clause.roles is not None:
        yield msgspec.structs.replace(asked, role=None)
    for fields in agreement.field_lists:
        if fields.id in clause.fields and fields.category == asked.category:
            for name in (each for group in fields.allowed for each in group.value):
                yield msgspec.structs.replace(asked, fields=(name,))


def _satisfying(conditions: Iterable[Condition], values: _Values, frame: _Frame) -> dict[str, FactValue]:
    """Return facts under which as many of the conditions hold as can be made to hold one after the other."""
    held: list[Predicate] = []
    chosen: dict[str, FactValue] = {}
    for condition in conditions:
        test = compile_condition(condition)
        read = names_of(condition)
        found = _searched(test, held, chosen, {name: values[name] for name in values if name in read}, frame)
        if found is not None:
            chosen = found
            held.append(test)
    return chosen


def _searched(
    test: Predicate, held: list[Predicate], chosen: dict[str, FactValue], values: _Values, frame: _Frame
) -> dict[str, FactValue] | None:
    names = sorted(values)
    tries = itertools.product(*(values[name] for name in names))
    for options in itertools.islice(tries, _MOST_TRIES):
        facts = {name: value for name, value in chosen.items() if name not in values}
        facts |= {name: value for name, value in zip(names, options, strict=True) if value is not None}
        seen = {**frame, **facts}
        if test(seen) and all(each(seen) for each in held):
            return facts
    return None


def _values(conditions: Iterable[Condition], frame: _Frame) -> _Values:
    """Return for each fact the values that matter: those written beside it, those next to them, and none at all."""
    found: dict[str, dict[FactValue | None, None]] = {}
    for condition in conditions:
        for name, options in _written(condition, frame):
            found.setdefault(name, {None: None}).update(dict.fromkeys(options))
    return {name: (*(each for each in options if each is not None), None) for name, options in found.items()}


def _written(condition: Condition, frame: _Frame) -> Iterator[_Option]:
    """Give the facts of a condition, each with values that matter to it."""
    match condition:
        case Not(inner):
            yield from _written(inner, frame)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _written(part, frame)
        case Known(term):
            yield from _any_value(term, _at(frame))
        case Compare(_, left, right):
            yield from _compared(left, right, _at(frame))
            yield from _compared(right, left, _at(frame))
        case _:
            yield from _listed(condition, frame)


def _at(frame: _Frame) -> Instant:
    at = frame["at"]
    return Instant(at) if isinstance(at, int) else BEGINNING


def _listed(condition: Condition, frame: _Frame) -> Iterator[_Option]:
    """Give the facts that are looked for in a list, or that are one, with what is in it and what is not."""
    match condition:
        case Within(term, options) if isinstance(term, Name):
            yield term.name, (*options, *((_NOWHERE,) if term.kind is Kind.TEXT else ()))
        case Holds(texts, term):
            value = str(term.value) if isinstance(term, Literal) else str(frame.get(term.name, _NOWHERE))
            yield texts.name, ((value,), ())
        case Every(texts, options) | Some(texts, options):
            yield texts.name, (tuple(options[:1]), (_NOWHERE,), ())
        case _:
            return


def _compared(one: Term, other: Term, at: Instant) -> Iterator[_Option]:
    if isinstance(one, Call):
        days = other.value if isinstance(other, Literal) and isinstance(other.value, int) else 0
        for argument in one.arguments:
            yield from _around(argument, at, days)
    elif isinstance(one, Name) and isinstance(other, Literal):
        yield one.name, tuple(_near(other.value))
    elif isinstance(one, Name):
        yield from _any_value(one, at)


def _around(term: Name | Literal, at: Instant, days: int) -> Iterator[_Option]:
    if not isinstance(term, Name) or term.name in RESERVED:
        return
    moments = [Instant(at - (days + step) * DAY_US) for step in (-1, 0, 1)]
    if term.kind is Kind.INSTANT:
        yield term.name, tuple(moments)
    else:
        yield term.name, tuple(str(date_of(moment)) for moment in moments)


def _any_value(term: Name | Call, at: Instant) -> Iterator[_Option]:
    if isinstance(term, Call):
        for argument in term.arguments:
            yield from _around(argument, at, 0)
        return
    samples: dict[Kind, tuple[FactValue, ...]] = {
        Kind.BOOL: (True, False),
        Kind.INT: (0, 1),
        Kind.TEXT: (_NOWHERE,),
        Kind.DATE: (str(date_of(at)),),
        Kind.INSTANT: (at,),
        Kind.TEXTS: ((_NOWHERE,), ()),
    }
    yield term.name, samples[term.kind]


def _near(value: FactValue) -> Iterator[FactValue]:
    if isinstance(value, bool):
        yield from (value, not value)
    elif isinstance(value, int):
        yield from (value, value + 1, value - 1)
    elif isinstance(value, str):
        yield value
        if _DAY.fullmatch(value):
            day = start_of_day(CivilDate(value))
            yield from (str(date_of(Instant(day + step * DAY_US))) for step in (-1, 1))
        else:
            yield _NOWHERE
