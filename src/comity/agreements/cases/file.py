"""Case files: one JSON object a line (JSON Lines)."""

from __future__ import annotations

from collections.abc import Iterator

from comity.agreements.cases.records import Case
from comity.core.codec import JsonValue, decode
from comity.core.errors import BadInput
from comity.core.said import say

MOST_BYTES = 50_000_000


def read_cases(document: bytes) -> tuple[Case, ...]:
    """Read a file of cases; empty lines say nothing.

    Raises `BadInput` `cases.too-large`, `cases.malformed`, `cases.duplicate`, each with its line.
    """
    if len(document) > MOST_BYTES:
        raise BadInput("cases.too-large", say("A file of cases has at most %(most)s bytes.", most=MOST_BYTES))
    found: dict[str, Case] = {}
    for case, place in _cases(document):
        if case.id in found:
            raise BadInput("cases.duplicate", "Two cases have one id.", field=place)
        found[case.id] = case
    return tuple(found.values())


def _cases(document: bytes) -> Iterator[tuple[Case, str]]:
    for number, line in enumerate(document.splitlines(), 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            row = decode(line)
        except BadInput as error:
            raise BadInput("cases.malformed", "This line is no JSON object.", field=place) from error
        yield _case(row, place), place


def _case(row: JsonValue, place: str) -> Case:
    request = row.get("request") if isinstance(row, dict) else None
    name = row.get("id") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(request, dict) or not isinstance(name, str):
        raise BadInput("cases.malformed", "A case has an id and a request.", field=place)
    return Case(id=name, request=request, article=_text(row, "article"), expect=_text(row, "expect"))


def _text(row: dict[str, JsonValue], key: str) -> str | None:
    value = row.get(key)
    return value if isinstance(value, str) else None
