"""From a row of a file to a question: words by the table of other names, facts by the kinds of the vocabulary.

What a file asserts of lists (alerts that exist, a queue) is told to the rules as what they ask about: categories of
own and of other alerts, whether an urgent case waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from comity.agreements.asserted import Assertions, fact_named, in_words
from comity.agreements.expr.records import FactValue, Kind
from comity.agreements.scenarios.records import Row
from comity.agreements.scenarios.words import OPERATION, ROLE, named, word_in, words
from comity.agreements.spoken import key_of, time_of
from comity.agreements.tables import tables
from comity.core.codec import JsonValue
from comity.core.decision import Fact, Question, Stage
from comity.core.ids import Owner
from comity.core.time import CivilDate, Instant, add_period

NO_CATEGORY: Final = "NONE"
ANY_PURPOSE: Final = "any"
_AUTHORITY: Final = "scenario"
_LISTS: Final = frozenset(
    {
        "existing",
        "queue",
        "expected_order",
        "fields",
        "clock",
        "start",
        "object",
        "system",
        "original_purpose",
        "new_purpose",
        "decision_valid_until",
    }
)
_OWN_EVENTS: Final = frozenset({"purpose_achieved_notice", "alert_deleted"})
"""Events that change what is asked: they are named, or did not happen."""
_ALERTING: Final = frozenset({"send_alert", "receive_alert"})
_YEARS_OF_SHORT_REVIEW: Final = "P3Y"


def question_of(row: Row) -> tuple[Question, tuple[str, ...]]:
    """Return the question a row puts, and the names of facts in it that the vocabulary does not know."""
    said = _facts(row)
    category = _category(row)
    question = Question(
        stage=Stage.ACT,
        operation=named(OPERATION, row.operation),
        category=category,
        purpose=key_of(row.purpose) or ANY_PURPOSE,
        actor=Owner(party=row.party, authority=_AUTHORITY),
        role=named(ROLE, row.role),
        fields=_fields(row, category),
        facts=said.facts(),
    )
    return question, tuple(sorted(said.unread))


def with_start(question: Question, row: Row, starts: frozenset[str]) -> Question:
    """Let the `start` that a row states stand for what the limits of rules count from, where it names none of that.

    `starts` are the facts from which the limits of the rules asked count.
    """
    start = row.facts.get("start")
    if not isinstance(start, str) or starts & {fact.name for fact in question.facts}:
        return question
    kinds = tables().names.facts
    read = {name: time_of(kinds[name], start) for name in starts - _OWN_EVENTS if name in kinds}
    more = tuple(Fact(name=name, value=value) for name, value in sorted(read.items()) if value is not None)
    return msgspec.structs.replace(question, facts=question.facts + more)


def lineages_of(row: Row) -> frozenset[str]:
    """Name the treaty that a row speaks of."""
    named = key_of(row.agreement)
    return frozenset({words().agreements.get(named, named.replace("_", "-"))})


def _category(row: Row) -> str:
    """Return the category named, or the system that the row is about by what it says of it."""
    if row.category:
        named = words().categories.get(key_of(row.category), row.category.upper().replace("_", "-"))
        return named if named in tables().categories else row.category
    spoken = (row.facts.get("system"), row.facts.get("record"), row.agreement, row.purpose)
    known = (words().systems.get(key_of(each)) for each in spoken if isinstance(each, str))
    return next((each for each in known if each is not None), NO_CATEGORY)


def _fields(row: Row, category: str) -> tuple[str, ...]:
    """Return the data fields a row names: what alerts carry by the names that payloads have, others as they stand."""
    given = row.facts.get("fields")
    if not isinstance(given, list):
        return ()
    names = [str(name) for name in given]
    if category in tables().lists["alerts"] or named(OPERATION, row.operation) in _ALERTING:
        names = [words().fields.get(key_of(name), name) for name in names]
    return tuple(dict.fromkeys(names))


def _facts(row: Row) -> Assertions:
    table = words()
    said = Assertions(in_words(table.party, table.party_facts, table.values, table.exact_facts))
    for name, value in row.facts.items():
        if name not in _LISTS and value is not None:
            said.take(name, *_meanings(name), value=value)
    _take_object(said.found, row.facts)
    _take_existing(said.found, row)
    _take_queue(said.found, row.facts)
    _take_validity(said.found, row.facts)
    _take_purposes(said.found, row.facts)
    return said


def _meanings(name: str) -> tuple[str, ...]:
    table = words()
    meant = fact_named(word_in(table.facts, name))
    return (meant, *table.also.get(meant, ()))


def _take_object(found: dict[str, FactValue], facts: Mapping[str, JsonValue]) -> None:
    named = facts.get("object")
    if isinstance(named, str) and "object_point" not in found:
        point = words().values["object_point"].get(named.lower())
        if point is not None:
            found["object_point"] = point


def _take_existing(found: dict[str, FactValue], row: Row) -> None:
    """Tell own alerts on the subject from those of others; an alert without issuer is another State's."""
    given = row.facts.get("existing")
    if not isinstance(given, list):
        return
    own: list[str] = []
    others: list[str] = []
    for each in given:
        category, issuer = (each.get("category"), each.get("issuer")) if isinstance(each, dict) else (each, None)
        party = words().party(str(issuer)) if issuer is not None else None
        (own if party == row.party else others).append(str(category))
    if own:
        found["existing_own"] = tuple(own)
    if others:
        found["existing_others"] = tuple(others)


def _take_queue(found: dict[str, FactValue], facts: Mapping[str, JsonValue]) -> None:
    given = facts.get("queue")
    if not isinstance(given, list):
        return
    waiting = [each for each in given if isinstance(each, dict)]
    found["urgent_waiting"] = any(_is_urgent(each) for each in waiting)
    arrivals = [time_of(Kind.INSTANT, str(each["received"])) for each in waiting if "received" in each]
    known = [Instant(each) for each in arrivals if isinstance(each, int)]
    if known:
        found["oldest_received"] = min(known)


def _is_urgent(waiting: Mapping[str, JsonValue]) -> bool:
    marked = any(waiting.get(mark) is True for mark in ("urgent", "terrorism", "marked_urgent"))
    return marked or str(waiting.get("category")) in tables().lists["urgent_alerts"]


def _take_purposes(found: dict[str, FactValue], facts: Mapping[str, JsonValue]) -> None:
    """Tell that data are used for another purpose, where a row names the old purpose and the new one."""
    old, new = facts.get("original_purpose"), facts.get("new_purpose")
    if isinstance(old, str) and isinstance(new, str):
        found["other_purpose"] = old != new


def _take_validity(found: dict[str, FactValue], facts: Mapping[str, JsonValue]) -> None:
    """Tell whether a decision outlasts three years from entry, where its last day is given instead of its years."""
    until, entered = facts.get("decision_valid_until"), found.get("entered")
    if not isinstance(until, str) or not isinstance(entered, str):
        return
    day = time_of(Kind.DATE, until)
    if isinstance(day, str):
        found["decision_outlasts_three_years"] = day > add_period(CivilDate(entered), _YEARS_OF_SHORT_REVIEW)
