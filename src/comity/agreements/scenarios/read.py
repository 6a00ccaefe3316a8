"""Reading a scenario file: a table of comma-separated values, refused whole with row and column of what is wrong.

Columns that must stand: id, agreement, as_of, actor_party, actor_role, operation, purpose, category, facts. Columns
that may: topic, legal_basis, explanation, confidence, obligations, and what is expected (outcome, reason_code, due).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

import msgspec

from comity.agreements.scenarios.records import Expected, Row
from comity.agreements.scenarios.words import words
from comity.agreements.spoken import instant_of, moment_of
from comity.agreements.terms import Answer
from comity.core.codec import JsonValue
from comity.core.errors import BadInput, FieldProblem
from comity.core.said import say
from comity.core.time import Instant, format_instant

REQUIRED: Final = (
    "id",
    "agreement",
    "as_of",
    "actor_party",
    "actor_role",
    "operation",
    "purpose",
    "category",
    "facts",
)
_FILLED: Final = ("id", "as_of", "actor_party", "actor_role", "operation")
EXPECTED: Final = ("outcome", "reason_code", "due")
_ALLOWED: Final = frozenset({*REQUIRED, *EXPECTED, "topic", "obligations", "legal_basis", "explanation", "confidence"})
MAX_BYTES: Final = 16 * 1024 * 1024
MAX_ROWS: Final = 100_000


def read_scenarios(document: bytes) -> tuple[Row, ...]:
    """Read a scenario file.

    Raises BadInput with every problem at its place (`row 12 column facts`; the head is row 1): `scenarios.too-large`,
    `scenarios.not-utf8`, `scenarios.malformed`, `scenarios.columns` for the head, and for rows `scenarios.cells`,
    `scenarios.empty`, `scenarios.duplicate`, `scenarios.not-an-instant`, `scenarios.party`, `scenarios.facts`,
    `scenarios.expected`.
    """
    table = _table(document)
    head = next(table, (1, []))[1]
    _check_head(head)
    problems: list[FieldProblem] = []
    rows: list[Row] = []
    seen: set[str] = set()
    for number, cells in table:
        row = _row(number, head, cells, problems)
        if row is None:
            continue
        if row.id in seen:
            problems.append(_problem(number, "id", "duplicate", "This id stands twice."))
        seen.add(row.id)
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise BadInput("scenarios.too-large", say("More than %(most)s rows.", most=MAX_ROWS), field=f"row {number}")
    if problems:
        raise BadInput(problems[0].code, problems[0].message, problems=tuple(problems))
    return tuple(rows)


def _table(document: bytes) -> Iterator[tuple[int, list[str]]]:
    """Give the filled records with the number of the line on which each begins."""
    if len(document) > MAX_BYTES:
        raise BadInput("scenarios.too-large", say("The file is larger than %(most)s bytes.", most=MAX_BYTES))
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("scenarios.not-utf8", "The file is not UTF-8.", field=f"@{error.start}") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            place = f"row {number + 1}"
            raise BadInput("scenarios.malformed", "This is no well-formed record.", field=place) from None
        number += 1
        if cells:
            yield number, cells


def _check_head(head: list[str]) -> None:
    problems = [_problem(1, name, "columns", "This column is missing.") for name in REQUIRED if head.count(name) == 0]
    problems += [
        _problem(1, name if name.isascii() else "?", "columns", "This column is unknown, or stands twice.")
        for name in dict.fromkeys(head)
        if name not in _ALLOWED or head.count(name) > 1
    ]
    if problems:
        raise BadInput("scenarios.columns", "The head is not that of a scenario file.", problems=tuple(problems))


def _row(number: int, head: list[str], cells: list[str], problems: list[FieldProblem]) -> Row | None:
    if len(cells) != len(head):
        problems.append(_problem(number, str(len(cells)), "cells", f"The head has {len(head)} columns."))
        return None
    cell = {name: text.strip() for name, text in zip(head, cells, strict=True)}
    found = len(problems)
    problems += [_problem(number, name, "empty", "This cell may not be empty.") for name in _FILLED if not cell[name]]
    at = _instant(number, cell["as_of"], problems)
    party = words().party(cell["actor_party"])
    if cell["actor_party"] and party is None:
        problems.append(_problem(number, "actor_party", "party", "This is no party's code."))
    facts = _facts(number, cell["facts"], problems)
    expected = _expected(number, cell, problems)
    if len(problems) > found or party is None:
        return None
    return Row(
        id=cell["id"],
        agreement=cell["agreement"],
        at=at,
        party=party,
        role=cell["actor_role"],
        operation=cell["operation"],
        purpose=cell["purpose"],
        category=cell["category"],
        facts=facts,
        expected=expected,
    )


def _instant(number: int, text: str, problems: list[FieldProblem]) -> Instant:
    try:
        return instant_of(text) if text else Instant(0)
    except BadInput:
        message = "Expected an instant in UTC or with its offset, such as 2026-03-01T10:00:00Z."
        problems.append(_problem(number, "as_of", "not-an-instant", message))
        return Instant(0)


def _facts(number: int, text: str, problems: list[FieldProblem]) -> dict[str, JsonValue]:
    try:
        facts = msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        problems.append(_problem(number, "facts", "facts", "Expected one JSON object."))
        return {}
    return facts


def _expected(number: int, cell: dict[str, str], problems: list[FieldProblem]) -> Expected | None:
    if not cell.get("outcome"):
        return None
    if cell["outcome"] not in set(Answer):
        problems.append(_problem(number, "outcome", "expected", "This is no word for an outcome."))
    due = cell.get("due", "")
    try:
        moment = moment_of(due) if due else ""
        due = moment if isinstance(moment, str) else written(moment)
    except BadInput:
        problems.append(_problem(number, "due", "expected", "Expected a day, or an instant with its offset."))
    return Expected(outcome=cell["outcome"], reason_code=cell.get("reason_code", ""), due=due)


def written(instant: Instant) -> str:
    """Write an instant as scenario files do: whole seconds without a fraction."""
    text = format_instant(instant)
    return text.replace(".000000Z", "Z")


def _problem(number: int, column: str, code: str, message: str) -> FieldProblem:
    return FieldProblem(field=f"row {number} column {column}", code=f"scenarios.{code}", message=message)
