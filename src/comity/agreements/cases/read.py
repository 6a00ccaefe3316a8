"""From the words of a case file to a question, and to what happened to the agreement before it was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comity.agreements.asserted import Assertions, fact_named, in_words, look, meant
from comity.agreements.cases.records import Asking, Case
from comity.agreements.cases.words import Words, vocabulary, words
from comity.agreements.expr.records import FactValue, Kind
from comity.agreements.life.clocks import runs_out
from comity.agreements.life.records import Happening, Turn
from comity.agreements.life.terms import terms_of
from comity.agreements.records import Agreement
from comity.agreements.scenarios.words import words as names
from comity.agreements.spoken import instant_of, key_of
from comity.agreements.tables import tables
from comity.agreements.terms import Effect
from comity.core.codec import JsonValue
from comity.core.codes import parse_party
from comity.core.decision import Question, Stage
from comity.core.errors import BadInput
from comity.core.ids import Owner
from comity.core.time import DAY_US, CivilDate, Instant, date_of, start_of_day

AUTHORITY: Final = "asked-about"
"""The authority of a party in a case that names none."""
_LONG_AGO: Final = Instant(0)
_ONWARD: Final = "onward"
_UNSTATED: Final = "unstated"
_GROUND: Final = "operation"
_LIKELY: Final = ("received", "operation", "person.core", "information", "assistance")
"""What an act is likely about where a case leaves it open, the likeliest first."""
_HELD: Final = frozenset({"use", "retain", "correct", "block", "erase", "find_error", "give_access"})
"""Acts of a party on data that came to it."""
_ENVELOPE: Final = frozenset(
    {
        "frm",
        "to",
        "at",
        "op",
        "category",
        "data",
        "purpose",
        "use",
        "actor_role",
        "role",
        "fields",
        "conditions",
        "agreement_state",
        "suspension_sent",
        "suspension_received",
        "suspended_clauses",
        "resumption_received",
        "denounced",
        "denunciation_received",
        "entered_into_force",
    }
)


def read_case(case: Case, agreement: Agreement) -> Asking:
    """Read a case under an agreement.

    Raises `BadInput` `cases.*` for a missing or malformed part of the envelope: operation, parties, instant.
    """
    return _Reading(case.request, agreement, words()).asking()


def parties_of(case: Case) -> frozenset[str]:
    """Return the two parties that a case speaks of, as far as it names any."""
    request = _plain(case.request, words())
    named = (request.get(side) for side in ("frm", "to"))
    return frozenset(names().party(text) or text for text in named if isinstance(text, str))


class _Reading:
    def __init__(self, request: dict[str, JsonValue], agreement: Agreement, table: Words) -> None:
        self._request = _plain(request, table)
        self._agreement = agreement
        self._words = table
        self._said = Assertions(self._meant)
        self._in_words = in_words(names().party, names().party_facts, names().values)

    def asking(self) -> Asking:
        first, second = self._party("frm"), self._party("to")
        at = self._moment("at")
        operation = self._operation()
        purpose = self._purpose()
        self._read_conditions()
        for key, value in self._request.items():
            if key not in _ENVELOPE:
                self._read_fact(key, value, at)
        self._read_change(purpose)
        # Data on hand went from the first party to the second, and it is the second that does something with them.
        held = operation in _HELD or operation == _ONWARD
        actor, other = (second, first) if held else (first, second)
        question = Question(
            stage=_stage(operation),
            operation=operation,
            category=self._category(operation),
            purpose=purpose,
            actor=Owner(party=actor, authority=AUTHORITY),
            role=self._role(),
            owner=Owner(party=other, authority=AUTHORITY) if held else None,
            sender=first if not held else None,
            receiver=other if not held else None,
            fields=self._fields(),
            facts=self._said.facts(),
        )
        happened = tuple(self._happenings(at, first, second))
        return Asking(question=question, at=at, happenings=happened, unread=tuple(self._said.unread))

    def _text(self, *keys: str) -> str | None:
        for key in keys:
            value = self._request.get(key)
            if isinstance(value, str):
                return value
        return None

    def _party(self, key: str) -> str:
        text = self._text(key) or ""
        return names().party(text) or str(parse_party(text, field=f"$.request.{key}"))

    def _moment(self, key: str) -> Instant:
        text = self._text(key)
        if text is None:
            raise BadInput("cases.no-instant", "A case says when it is asked.", field=f"$.request.{key}")
        return instant_of(text, field=f"$.request.{key}")

    def _operation(self) -> str:
        text = self._text("op")
        if text is None:
            raise BadInput("cases.no-operation", "A case says what is to be done.", field="$.request.op")
        found = meant(text, self._words.operations, vocabulary().operations)
        return found if found in tables().operations else look(names().operations, key_of(text))

    def _category(self, operation: str) -> str:
        """Return what is named, or else what the agreement's clauses on this operation are about."""
        about = self._about(operation)
        text = self._text("category", "data")
        if text is not None:
            named = meant(text, self._words.categories, vocabulary().categories)
            # An act on the ground is about the operation, whatever a file calls its subject.
            return _GROUND if about == {_GROUND} and named not in tables().categories else named
        usual = self._words.category_of_operation.get(operation)
        if usual in about or not about:
            return usual or _UNSTATED
        return next((each for each in _LIKELY if each in about), min(about))

    def _about(self, operation: str) -> set[str]:
        """Return the categories of the clauses that permit an operation, or of those that speak of it at all."""
        speaking = [clause for clause in self._agreement.clauses if operation in clause.operations.value]
        permitting = [clause for clause in speaking if clause.effect is None or clause.effect.value is Effect.PERMIT]
        return {category for clause in permitting or speaking for category in clause.categories.value}

    def _purpose(self) -> str:
        """Return the purpose named, or that of the agreement; a word in no list is another purpose than all listed."""
        text = self._text("use", "purpose")
        main = self._agreement.main_purpose
        if text is not None:
            purpose = meant(text, self._words.purposes, vocabulary().purposes)
        else:
            purpose = main.value if main is not None else "other_purpose"
        for name, truth in self._words.facts_of_purpose.get(purpose, {}).items():
            self._said.found[name] = truth
        return purpose if purpose in tables().purposes else "other_purpose"

    def _role(self) -> str | None:
        text = self._text("actor_role", "role")
        if text is None:
            return None
        found = meant(text, self._words.roles, vocabulary().roles)
        return found if found in tables().roles else look(names().roles, key_of(text))

    def _fields(self) -> tuple[str, ...]:
        return tuple(look(self._words.fields, name) for name in _texts(self._request.get("fields")))

    def _read_conditions(self) -> None:
        """Read the sender's conditions: those that bar a use, and those that would bind the receiver's law."""
        conditions = _texts(self._request.get("conditions"))
        if not conditions:
            return
        table = self._words.conditions
        barred: list[str] = []
        kept: list[str] = []
        for condition in conditions:
            start = next((each for each in table.bars if condition.startswith(each)), None)
            if start is not None:
                use = condition.removeprefix(start)
                barred.append(look(self._words.purposes, use))
                kept.append(condition)
                continue
            spoken = set(re.split(r"[^a-z0-9]+", condition.lower()))
            general = [name for name, marks in table.general.items() if spoken & set(marks)]
            kept.extend(general if general and spoken & {"receiver", "receiving", "recipient"} else [condition])
        self._said.found["use_conditions"] = tuple(kept)
        if barred:
            self._said.found["barred_uses"] = tuple(barred)

    def _read_fact(self, key: str, value: JsonValue, at: Instant) -> None:
        table = self._words
        if key in table.fullness and isinstance(value, list):
            self._said.take(key, table.fullness[key], value=bool(value))
        if key in table.units and isinstance(value, int | float):
            unit = table.units[key]
            self._said.take(key, unit.fact, value=int(value * unit.times))
        elif key in table.ages and isinstance(value, int):
            self._said.take(key, table.ages[key], value=days_before(date_of(at), value))
        elif key in table.choices and isinstance(value, str):
            choice = table.choices[key]
            self._said.take(key, choice.fact, value=key_of(value) in choice.words)
        elif key in table.says and value is True:
            self._said.take(key, table.says[key].fact, value=table.says[key].value)
        elif key in table.opposites and isinstance(value, bool):
            self._said.take(key, table.opposites[key], value=not value)
        elif key in table.given_for:
            return
        elif key in table.naming and isinstance(value, str) and self._is_truth(value):
            self._said.take(key, *self._meanings(value), value=True)
        elif value is not None and key not in table.says:
            self._said.take(key, *self._meanings(key), value=value)

    def _read_change(self, purpose: str) -> None:
        """Assert whether the act has another purpose than that the data were given for, where a case names that one."""
        given = self._text(*self._words.given_for)
        if given is not None:
            first = meant(given, self._words.purposes, vocabulary().purposes)
            self._said.take("given_for", "other_purpose", value=first != purpose)

    def _meanings(self, key: str) -> tuple[str, ...]:
        plain = key_of(key)
        if plain in self._words.facts:
            return self._words.facts[plain]
        named = look(names().facts, plain)
        return (named, plain) if named in tables().facts else (fact_named(plain),)

    def _is_truth(self, text: str) -> bool:
        known = (tables().facts.get(name) for name in self._meanings(text))
        return any(row is not None and row.type is Kind.BOOL for row in known)

    def _meant(self, name: str, value: FactValue) -> FactValue:
        """Return texts in the vocabulary's words: lists of purposes, categories, parties, values of single facts."""
        if isinstance(value, tuple):
            return tuple(look(self._words.purposes, text) for text in value)
        if isinstance(value, str) and tables().facts[name].type is Kind.TEXT and name not in names().party_facts:
            category = look(self._words.categories, value)
            if category != value:
                return category
        return self._in_words(name, value)

    # --- what happened to the agreement -----------------------------------------------------------------------------

    def _happenings(self, at: Instant, first: str, second: str) -> Iterator[Happening]:
        state = self._text("agreement_state") or "in_force"
        if state in self._words.before_force:
            return
        begun = self._when("entered_into_force") or _LONG_AGO
        yield _turn(Turn.BEGIN, begun)
        for word in (*_texts(self._request.get("notifications")), *_texts(self._request.get("arrangements"))):
            yield _turn(Turn.HEAR, begun, word=word)
        yield from self._pauses(at, state, first, second)
        end = self._end()
        if end is None and state in {"terminated", "ended", "denounced"}:
            end = at
        if end is not None:
            yield _turn(Turn.END, end)

    def _pauses(self, at: Instant, state: str, first: str, second: str) -> Iterator[Happening]:
        received = self._when("suspension_received")
        if received is None and state == "suspended":
            received = at
        clauses = self._clauses_named("suspended_clauses")
        if received is not None:
            yield _turn(Turn.SUSPEND, received, clauses, (first, second))
        resumed = self._when("resumption_received")
        if resumed is not None:
            yield _turn(Turn.RESUME, resumed, (), (first, second))

    def _end(self) -> Instant | None:
        sent = self._when("denounced")
        received = self._when("denunciation_received") or sent
        clock = terms_of(self._agreement).termination
        if sent is None and received is None:
            return None
        if clock is None:
            return received or sent
        return runs_out(clock, sent or received or _LONG_AGO, received)

    def _clauses_named(self, key: str) -> tuple[str, ...]:
        """Return the clauses of these ids, or of these articles."""
        wanted = _texts(self._request.get(key))
        return tuple(
            clause.id
            for clause in self._agreement.clauses
            if clause.id in wanted or any(is_of_article(clause.article.value, article) for article in wanted)
        )

    def _when(self, key: str) -> Instant | None:
        text = self._text(key)
        return None if text is None else instant_of(text, field=f"$.request.{key}")


def _plain(request: dict[str, JsonValue], table: Words) -> dict[str, JsonValue]:
    """Return a request with plain keys, the parts of every case under their own names unless these stand there too."""
    plain = {key_of(key): value for key, value in request.items()}
    return {key if (name := table.envelope.get(key, key)) in plain else name: plain[key] for key in plain}


def is_of_article(basis: str, article: str) -> bool:
    """Say whether a clause's basis ("SR 0.360.336.2 Art 4(1), 17") names the article ("4", "4.1", "Art 4")."""
    number = re.sub(r"^[Aa]rt\.?\s*", "", article).split(".")[0].split("(")[0].strip()
    named = re.search(r"Arts? (.*)$", basis)
    return (
        bool(number)
        and named is not None
        and re.search(rf"(?<![\d.(]){re.escape(number)}(?![\d])", named[1]) is not None
    )


def days_before(day: CivilDate, days: int) -> CivilDate:
    """Return the day that lies so many days before."""
    return date_of(Instant(start_of_day(day) - days * DAY_US))


def _stage(operation: str) -> Stage:
    if operation == _ONWARD:
        return Stage.ONWARD
    return Stage.USE if operation in _HELD else Stage.ACT


def _turn(
    turn: Turn,
    since: Instant,
    clauses: tuple[str, ...] = (),
    between: tuple[str, str] | None = None,
    word: str | None = None,
) -> Happening:
    by, towards = between or (None, None)
    return Happening(
        turn=turn, since=since, recorded_at=since, reason="case", clauses=clauses, by=by, towards=towards, word=word
    )


def _texts(value: JsonValue) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
