"""Valid JSON for any command record, with one text field set to whatever a test wants: walked by its types."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import hypothesis
import msgspec
import msgspec.inspect as shape
from hypothesis import strategies as st

JSON = str | int | bool | float | None | list["JSON"] | dict[str, "JSON"]


@dataclass(frozen=True)
class Place:
    """One text field of a command: `path` names fields, and `[]` the items of a list."""

    command: type[msgspec.Struct]
    path: tuple[str, ...]
    kind: tuple[object, ...]
    """What kind of text field it is: its bounds, pattern and format."""

    @property
    def json_path(self) -> str:
        return "$" + "".join("[0]" if step == "[]" else f".{step}" for step in self.path)

    def filled(self, text: str) -> bytes:
        """Return a command as JSON whose other fields are valid and as few as can be."""
        return self.written(msgspec.json.encode(text))

    def written(self, text: bytes) -> bytes:
        """Return the same with the text as JSON has it, quotes included."""
        before, after = _around(self.command, self.path)
        return before + text + after

    def read(self, command: object) -> object:
        """Return what a record holds at this place."""
        for step in self.path:
            command = command[0] if step == "[]" else getattr(command, step)  # type: ignore[index]  # a tuple by its type
        return command


@functools.cache
def _around(command: type[msgspec.Struct], path: tuple[str, ...]) -> tuple[bytes, bytes]:
    before, after = msgspec.json.encode(_sample(shape.type_info(command), path, _MARK)).split(
        b'"' + _MARK.encode() + b'"'
    )
    return before, after


def text_places(command: type[msgspec.Struct]) -> tuple[Place, ...]:
    """Return every text field of a command, at any depth."""
    return tuple(Place(command, path, kind) for path, kind in _texts(shape.type_info(command), (), ""))


def _texts(kind: shape.Type, path: tuple[str, ...], form: str) -> Iterator[tuple[tuple[str, ...], tuple[object, ...]]]:
    match kind:
        case shape.Metadata():
            schema = kind.extra_json_schema or {}
            yield from _texts(kind.type, path, str(schema.get("format", form)))
        case shape.StrType():
            yield path, (kind.min_length, kind.max_length, kind.pattern, form)
        case shape.UnionType():
            for choice in kind.types:
                yield from _texts(choice, path, form)
        case shape.StructType():
            for field in kind.fields:
                yield from _texts(field.type, (*path, field.encode_name), "")
        case shape.VarTupleType() | shape.ListType():
            yield from _texts(kind.item_type, (*path, "[]"), "")
        case _:
            return


def _sample(kind: shape.Type, path: tuple[str, ...], text: str) -> JSON:
    """Make a value of a type; where `path` leads into it, with `text` at its end."""
    match kind:
        case shape.Metadata():
            return _sample(kind.type, path, text)
        case shape.StrType():
            return text if not path and text is not _UNSET else _text_like(kind)
        case shape.UnionType():
            return _of_union(kind, path, text)
        case shape.StructType():
            return {
                field.encode_name: _sample(field.type, path[1:], text)
                if path and path[0] == field.encode_name
                else _sample(field.type, (), _UNSET)
                for field in kind.fields
                if field.required or (path and path[0] == field.encode_name)
            }
        case shape.VarTupleType() | shape.ListType():
            count = max(kind.min_length or 0, 1 if path else 0)
            return [_sample(kind.item_type, path[1:] if path else (), text if path else _UNSET) for _ in range(count)]
        case _:
            return _plain(kind)


_UNSET = "\0unset"
_MARK = "here-the-text"


def _of_union(kind: shape.UnionType, path: tuple[str, ...], text: str) -> JSON:
    choices = [choice for choice in kind.types if not isinstance(choice, shape.NoneType)]
    if len(choices) < len(kind.types) and not path and text is _UNSET:
        return None
    if not path and text is not _UNSET:
        choices = [choice for choice in choices if _holds_text(choice)] or choices
    return _sample(choices[0], path, text)


def _holds_text(kind: shape.Type) -> bool:
    return isinstance(kind.type if isinstance(kind, shape.Metadata) else kind, shape.StrType)


def _plain(kind: shape.Type) -> JSON:
    match kind:
        case shape.EnumType():
            return str(next(iter(kind.cls)).value)
        case shape.LiteralType():
            value = kind.values[0]
            return value if isinstance(value, (str, int)) else None
        case shape.BoolType():
            return True
        case shape.IntType():
            return int(kind.ge or (kind.gt + 1 if kind.gt is not None else 1))
        case shape.NoneType():
            return None
        case shape.DictType():
            return {}
        case _:
            message = f"no sample for {kind}"
            raise AssertionError(message)


def _text_like(kind: shape.StrType) -> str:
    return _matching(kind.pattern) if kind.pattern else "x" * max(kind.min_length or 0, 1)


@functools.cache
def _matching(pattern: str) -> str:
    """Return a short text that a pattern takes."""
    texts = st.from_regex(pattern, alphabet=st.characters(codec="ascii"))
    return hypothesis.find(texts, lambda text: "\n" not in text, settings=_FIRST_FOUND)


# What hypothesis tries first is the simplest already; making it smaller yet would take seconds a pattern.
_FIRST_FOUND = hypothesis.settings(phases=[hypothesis.Phase.generate], derandomize=True, database=None)
