"""Forms: what a browser sent, what was wrong with it, and the command that it means.

Input names are the command's own paths (`data.person.surnames`), so that a refusal finds its field without a table.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from comity.core.codec import JsonValue
from comity.core.errors import BadInput, ComityError, FieldProblem
from comity.core.said import Said
from comity.core.text import clean_text
from comity.surfaces.fields import assemble, fields_of
from comity.surfaces.web.labels import N_

Values: TypeAlias = Mapping[str, tuple[str, ...]]
REQUEST_FIELD: Final = "request_id"
_FIELDS_LIMIT: Final = 400
# The room for an agreement; shorter limits are the operations' own.
_TEXT_LIMIT: Final = 200_000
# A file in base64 (`uploads`); how large it may be, its operation says.
_FILE_LIMIT: Final = 1 << 21
_INDEX: Final = re.compile(r"\[(\d+)\]")
_PLACE: Final = re.compile(r"(.+) line (\d+)(?: column (\d+))?", re.ASCII)


class Problem(NamedTuple):
    """What is wrong with an input, and where in its text, counted from 1, if that is known."""

    message: str
    said: Said | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One form's texts by input name, with the problems of the last attempt by input name: one each, or all places.

    `request_id` goes with the form, so that a double click is one act.
    """

    values: Values = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    request_id: str = field(default_factory=lambda: secrets.token_hex(16))

    def text(self, name: str) -> str:
        """Give the first text of an input, empty if it was not sent."""
        return next(iter(self.values.get(name, ())), "")

    def texts(self, name: str) -> tuple[str, ...]:
        """Give every text of an input."""
        return self.values.get(name, ())

    def count(self, name: str) -> int:
        """Say how many records of a repeated one (`name.0.leaf`, `name.1.leaf`) are filled in."""
        filled = [key for key, texts in self.values.items() if key.startswith(f"{name}.") and any(texts)]
        found = {key[len(name) + 1 :].partition(".")[0] for key in filled}
        return max((int(number) + 1 for number in found if number.isdigit()), default=0)

    def command(self, record: type[msgspec.Struct], needed: Collection[str] = (), **given: str) -> dict[str, JsonValue]:
        """Build the command of a record type; `given` are texts that the page itself decides.

        `needed` names inputs that must be filled in beyond what the record asks for. Raises `BadInput` `form.missing`
        with every needed field that is empty, so that one look mends all of them.
        """
        fields = fields_of(record)
        values = {**self.values, **{name: (text,) for name, text in given.items()}}
        missing = tuple(
            FieldProblem(field=f"$.{field.path}", code="form.missing", message=N_("This is needed."))
            for field in fields
            if (field.required or field.path in needed) and not any(values.get(field.path, ())) and not field.items
        )
        if missing:
            raise BadInput("form.missing", "Something needed is missing.", problems=missing)
        return assemble(fields, values)

    def refused(self, error: ComityError) -> Form:
        """Return the form with the problems of an attempt, under a new request id: another attempt is another act."""
        problems: dict[str, tuple[Problem, ...]] = {}
        for told in error.problems:
            name, problem = _problem(told)
            before = problems.get(name, ())
            if not before or problem.line is not None:
                problems[name] = (*before, problem)
        return replace(self, problems=problems, request_id=secrets.token_hex(16))


def read_form(body: bytes) -> Form:
    """Read `application/x-www-form-urlencoded`; what screens cannot show is refused, and blank fields are empty.

    Texts stay as typed, but for line ends: CR LF is how forms write them.

    Raises `BadInput` `form.malformed` or what `clean_text` says, naming the input.
    """
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_LIMIT)
    except (ValueError, UnicodeDecodeError):
        raise BadInput("form.malformed", "The form cannot be read.") from None
    values: dict[str, tuple[str, ...]] = {}
    for name, text in pairs:
        limit = _FILE_LIMIT if name.endswith(".content") else _TEXT_LIMIT
        cleaned = clean_text(text, f"$.{name}" if name.isascii() else "$", limit, may_be_empty=True)
        values[name] = (*values.get(name, ()), text.replace("\r\n", "\n") if cleaned else "")
    request_id = next(iter(values.get(REQUEST_FIELD, ())), "") or secrets.token_hex(16)
    return Form(values=values, request_id=request_id)


def form_of(record: msgspec.Struct, prefix: str = "") -> Form:
    """Fill a form from a record, under `prefix`, to be changed by a person."""
    values: dict[str, tuple[str, ...]] = {}
    for name, text in _texts(record, prefix):
        values[name] = (*values.get(name, ()), text)
    return Form(values=values)


def _texts(value: object, name: str) -> Iterable[tuple[str, str]]:
    match value:
        case None:
            return
        case msgspec.Struct():
            # Not to_builtins, which leaves defaults out: a form that does not show one would offer another choice.
            for key in value.__struct_fields__:
                yield from _texts(getattr(value, key), f"{name}.{key}" if name else key)
        case bool():
            yield name, "true" if value else "false"
        case tuple():
            for number, inner in enumerate(value):
                yield from _texts(inner, f"{name}.{number}" if isinstance(inner, msgspec.Struct) else name)
        case _:
            yield name, str(value)


def _problem(told: FieldProblem) -> tuple[str, Problem]:
    """Return the input that a problem is about, and the problem."""
    name = _INDEX.sub(r".\1", told.field).removeprefix("$.")
    place = _PLACE.fullmatch(name)
    if place is None:
        return name, Problem(told.message, told.said)
    return place[1], Problem(told.message, told.said, int(place[2]), int(place[3]) if place[3] else None)
