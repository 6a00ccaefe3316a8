"""The input fields of a command record: one list that command line flags, form fields and help derive from.

A nested record gives dotted paths (`person.surname`); a tuple of plain values is one repeatable field; a tuple of
records is one repeatable field whose texts are JSON, or one field for each leaf of each record (`documents.0.number`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum, unique
from typing import Final, get_args, get_type_hints

import msgspec
from msgspec import inspect as shape

from comity.core import codec
from comity.core.codec import JsonValue
from comity.core.errors import BadInput, FieldProblem, problem_at
from comity.core.learning import described
from comity.core.said import say
from comity.core.time import Instant

_SECRET: Final = "password"  # noqa: S105 - the JSON Schema format of secrets (OpenAPI Specification 3.1, 4.4)
_ITEMS_LIMIT: Final = 64
_SHAPES: Final = {
    "^[0-9]{4}(-[0-9]{2}){0,2}$": "as far as known: YYYY, YYYY-MM or YYYY-MM-DD",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "YYYY-MM-DD",
    "^[A-Z]{3}$": "three capitals, such as FRA",
    "^[A-Z]{2,4}(-[A-Z])?$": "a category's code, such as ARR",
    "^[0-7][0-9a-hjkmnp-tv-z]{25}$": "a record's id of 26 signs",
    "^[0-9a-f]{64}$": "64 hex digits",
    "^[A-Z][A-Z0-9]{2,11}$": "a party's code, such as FRA",
    "^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "small letters and digits, joined by hyphens",
    "^[a-z][a-z0-9]*([.-][a-z0-9]+)*$": "small letters and digits, joined by dots or hyphens",
    "^[a-z][a-z0-9-]{0,39}$": "small letters, digits and hyphens",
}


@unique
class Sort(StrEnum):
    """How the text of a field is read."""

    TEXT = "text"
    INTEGER = "integer"
    TRUTH = "truth"
    JSON = "json"


class Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One leaf of a command record.

    `secret` fields are asked for without echo and never written in a command line. `items` are the leaves of each
    record of a repeated one. `limits` says in words what the type demands beyond its sort; `title` names the field
    for people, where somebody gave it a name.
    """

    path: str
    sort: Sort = Sort.TEXT
    required: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    secret: bool = False
    items: tuple[Field, ...] = ()
    limits: str = ""
    title: str = ""


def fields_of(record: type[msgspec.Struct]) -> tuple[Field, ...]:
    """List the leaves of a record in order of declaration."""
    whole = described(record)
    return tuple(_leaves(whole, "", needed=True)) if isinstance(whole, shape.StructType) else ()


def instants_of(record: type[msgspec.Struct]) -> frozenset[str]:
    """Name the fields of a record, at any depth, that hold instants, for whoever shows them to people."""
    found: set[str] = set()
    _find_instants(record, found, set())
    return frozenset(found)


def _find_instants(kind: object, found: set[str], seen: set[object]) -> None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind not in seen:
            seen.add(kind)
            for name, hint in get_type_hints(kind).items():
                if hint is Instant or Instant in get_args(hint):
                    found.add(name)
                _find_instants(hint, found, seen)
        return
    for inner in get_args(kind):
        _find_instants(inner, found, seen)


def assemble(fields: Iterable[Field], given: Mapping[str, Sequence[str]]) -> dict[str, JsonValue]:
    """Build the command's JSON object from texts by path; fields not given, or given empty, are left out.

    Raises `BadInput` `field.not-a-number`, `field.not-true-or-false`, `field.given-twice`, `field.not-a-choice`, or
    what the codec says of JSON; all bad fields are collected in one error. Whether what is needed is there, the
    record itself decides.
    """
    command: dict[str, JsonValue] = {}
    problems: list[FieldProblem] = []
    for field in fields:
        filled = [text for text in given.get(field.path, ()) if text]
        try:
            value = _value(field, filled) if filled else _items(field, given)
            if value is not None:
                _place(command, field.path.split("."), value)
        except BadInput as error:
            problems.extend(_problems(field.path, error))
    if problems:
        raise BadInput(problems[0].code, "Some fields cannot be read.", problems=tuple(problems))
    return command


def _leaves(record: shape.StructType, prefix: str, *, needed: bool) -> Iterable[Field]:
    for declared in record.fields:
        path = f"{prefix}{declared.encode_name}"
        secret = _is_secret(declared.type)
        kind, optional = _without_none(_bare(declared.type))
        required = needed and declared.required and not optional
        if isinstance(kind, shape.StructType) and kind.tag is None:
            yield from _leaves(kind, f"{path}.", needed=required)
        else:
            leaf = _leaf(kind, path, required=required, secret=secret)
            yield msgspec.structs.replace(leaf, limits=_limits(kind))


def _leaf(kind: shape.Type, path: str, *, required: bool, secret: bool) -> Field:
    if isinstance(kind, shape.VarTupleType):
        item = _bare(kind.item_type)
        sort, choices = _sort(item)
        items = tuple(_leaves(item, "", needed=True)) if isinstance(item, shape.StructType) else ()
        return Field(path=path, sort=sort, required=required, many=True, choices=choices, items=items)
    sort, choices = _sort(kind)
    return Field(path=path, sort=sort, required=required, choices=choices, secret=secret)


def _sort(kind: shape.Type) -> tuple[Sort, tuple[str, ...]]:
    match kind:
        case shape.EnumType():
            return Sort.TEXT, tuple(str(member.value) for member in kind.cls)
        case shape.LiteralType():
            return Sort.TEXT, tuple(str(value) for value in kind.values)
        case shape.IntType():
            return Sort.INTEGER, ()
        case shape.BoolType():
            return Sort.TRUTH, ()
        case shape.StrType() | shape.BytesType() | shape.DateType():
            return Sort.TEXT, ()
        case _:
            return Sort.JSON, ()


def _limits(kind: shape.Type) -> str:
    """Say what a text's length, a number's size or a text's shape must be; empty where anything goes."""
    match kind:
        case shape.VarTupleType():
            return _limits(_bare(kind.item_type))
        case shape.StrType(pattern=str() as pattern):
            return _SHAPES.get(pattern.replace("\\Z", "$"), "of a set form")
        case shape.StrType(min_length=low, max_length=high):
            return _between(low, high, "characters")
        case shape.IntType(ge=low, le=high):
            return _between(low, high, "").strip()
        case _:
            return ""


def _between(low: int | None, high: int | None, unit: str) -> str:
    if high is None:
        return f"at least {low} {unit}" if low is not None else ""
    return f"{low} to {high} {unit}" if low is not None else f"at most {high} {unit}"


def _bare(kind: shape.Type) -> shape.Type:
    return _bare(kind.type) if isinstance(kind, shape.Metadata) else kind


def _is_secret(kind: shape.Type) -> bool:
    """Find the mark of a secret, also under `X | None`."""
    match kind:
        case shape.Metadata():
            return (kind.extra_json_schema or {}).get("format") == _SECRET or _is_secret(kind.type)
        case shape.UnionType():
            return any(_is_secret(choice) for choice in kind.types)
        case _:
            return False


def _without_none(kind: shape.Type) -> tuple[shape.Type, bool]:
    """Look through `X | None`; a union of more stays whole and is read as JSON."""
    if not isinstance(kind, shape.UnionType):
        return kind, False
    rest = [_bare(choice) for choice in kind.types if not isinstance(choice, shape.NoneType)]
    return (rest[0] if len(rest) == 1 else kind), len(rest) < len(kind.types)


def _value(field: Field, texts: Sequence[str]) -> JsonValue:
    if field.many:
        return [_read(field, text) for text in texts[:_ITEMS_LIMIT]]
    if len(texts) > 1:
        raise BadInput("field.given-twice", "This field takes one value.")
    return _read(field, texts[0])


def _read(field: Field, text: str) -> JsonValue:
    match field.sort:
        case Sort.INTEGER:
            try:
                return int(text)
            except ValueError:
                raise BadInput("field.not-a-number", "Expected a whole number.") from None
        case Sort.TRUTH:
            if text not in {"true", "false"}:
                raise BadInput("field.not-true-or-false", "Expected true or false.")
            return text == "true"
        case Sort.JSON:
            return codec.decode(text.encode("utf-8", "surrogatepass"))
        case Sort.TEXT:
            if field.choices and text not in field.choices:
                raise BadInput("field.not-a-choice", say("Allowed: %(names)s.", names=", ".join(field.choices)))
            return text


def _items(field: Field, given: Mapping[str, Sequence[str]]) -> JsonValue:
    """Gather the records that `path.N.leaf` names give, in order of N; one with nothing filled in is none."""
    records: list[JsonValue] = []
    for number in range(_ITEMS_LIMIT if field.items else 0):
        prefix = f"{field.path}.{number}."
        texts = {name.removeprefix(prefix): texts for name, texts in given.items() if name.startswith(prefix)}
        try:
            record = assemble(field.items, texts)
        except BadInput as error:
            raise BadInput(error.code, error.words, problems=tuple(_problems(prefix[:-1], error))) from None
        if record:
            records.append(record)
        elif not texts:
            break
    return records or None


def _problems(path: str, error: BadInput) -> Iterable[FieldProblem]:
    """Say the places of an error below `path`; an offset inside a text is told as its field."""
    for problem in error.problems or (problem_at("$", error.code, error.words),):
        below = problem.field[1:] if problem.field.startswith("$.") else ""
        inside = below.startswith(f".{path}.") or below == f".{path}"
        yield msgspec.structs.replace(problem, field=f"${below if inside else f'.{path}{below}'}")


def _place(command: dict[str, JsonValue], steps: Sequence[str], value: JsonValue) -> None:
    for step in steps[:-1]:
        inner = command.setdefault(step, {})
        if not isinstance(inner, dict):
            raise BadInput("field.given-twice", "This field is given both as a whole and in parts.")
        command = inner
    command[steps[-1]] = value
