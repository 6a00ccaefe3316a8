"""YAML as text only: `NO` is Norway, `1e3` is three characters, nothing is guessed.

Reads parser events, so no alias is ever expanded and no tag ever builds an object. Refused: anchors, aliases, tags,
duplicate keys, keys that are not plain text, several documents, and what is larger or deeper than the caps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

import yaml

from comity.core.errors import BadInput
from comity.core.said import Said, say

Node: TypeAlias = "str | list[Node] | dict[str, Node]"

MAX_BYTES: Final = 512 * 1024
MAX_DEPTH: Final = 12
MAX_NODES: Final = 50_000
_MAX_KEY: Final = 64


@dataclass(frozen=True, slots=True)
class TextTree:
    """What a document says, all leaves text, and where each place stands: JSON path to (line, column), from 1."""

    root: Node
    places: dict[str, tuple[int, int]]

    def at(self, path: str) -> str:
        """Tell where `path`, or the nearest place above it, stands in the document."""
        while path not in self.places and len(path) > 1:
            path = path[: max(path.rfind("."), path.rfind("["))]
        line, column = self.places.get(path, (1, 1))
        return f"line {line}, column {column}"


def read_text_tree(document: bytes) -> TextTree:
    """Read one YAML document.

    Raises `BadInput`: `yaml.too-large`, `yaml.not-utf8`, `yaml.malformed`, `yaml.too-deep`, `yaml.alias`, `yaml.tag`,
    `yaml.duplicate-key`, `yaml.bad-key`, `yaml.empty`, `yaml.several-documents`; each says line and column.
    """
    return _read(document, yaml.BaseLoader)


def _read(document: bytes, loader: type[yaml.BaseLoader]) -> TextTree:
    if len(document) > MAX_BYTES:
        raise BadInput("yaml.too-large", say("The document is larger than %(most)s bytes.", most=MAX_BYTES))
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("yaml.not-utf8", "The document is not UTF-8.", field=f"@{error.start}") from None
    try:
        return _Reader(yaml.parse(text, Loader=loader)).read()
    except yaml.MarkedYAMLError as error:
        raise _refusal("yaml.malformed", "The text is not well-formed YAML here.", error.problem_mark) from None
    except yaml.reader.ReaderError as error:
        raise BadInput("yaml.malformed", "A character is not allowed in YAML.", field=f"@{error.position}") from None
    except (RecursionError, ValueError):
        raise BadInput("yaml.malformed", "YAML is malformed.", field="line 1, column 1") from None


def read_own_text_tree(document: bytes) -> TextTree:
    """Read a file that came with the house: the same rules, by the faster parser of the library where it has one."""
    return _read(document, getattr(yaml, "CBaseLoader", yaml.BaseLoader))


class _Mark(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


def _refusal(code: str, message: str | Said, mark: _Mark | None) -> BadInput:
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "line 1, column 1"
    return BadInput(code, message, field=place, remedy="Correct the document at that place and load it again.")


@dataclass(slots=True)
class _Reader:
    events: Iterator[yaml.Event]
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def read(self) -> TextTree:
        """Read the only document."""
        next(self.events)  # start of the stream
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            raise _refusal("yaml.empty", "The document is empty.", start.start_mark)
        root = self._node(next(self.events), "$", 1)
        next(self.events)  # end of the document
        more = next(self.events)
        if not isinstance(more, yaml.StreamEndEvent):
            raise _refusal("yaml.several-documents", "Only one document may stand in a file.", more.start_mark)
        return TextTree(root, self.places)

    def _node(self, event: yaml.Event, path: str, depth: int) -> Node:
        self._check(event, depth)
        mark: _Mark | None = event.start_mark
        if mark is not None:
            self.places[path] = (mark.line + 1, mark.column + 1)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: str, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, f"{path}[{len(items)}]", depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> Node:
        members: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event, depth)
            if key in members:
                raise _refusal("yaml.duplicate-key", "A mapping names one key twice.", event.start_mark)
            members[key] = self._node(next(self.events), f"{path}.{key}", depth + 1)
        return members

    def _key(self, event: yaml.Event, depth: int) -> str:
        self._check(event, depth)
        name = event.value if isinstance(event, yaml.ScalarEvent) else ""
        if not (0 < len(name) <= _MAX_KEY and name.isascii() and name.isidentifier()):
            raise _refusal("yaml.bad-key", "A key is one plain word.", event.start_mark)
        return str(name)

    def _check(self, event: yaml.Event, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refusal("yaml.alias", "Anchors and aliases are not allowed.", event.start_mark)
        if getattr(event, "tag", None):
            raise _refusal("yaml.tag", "Tags are not allowed.", event.start_mark)
        if depth > MAX_DEPTH:
            raise _refusal(
                "yaml.too-deep", say("Nested deeper than %(most)s levels.", most=MAX_DEPTH), event.start_mark
            )
        if len(self.places) > MAX_NODES:
            raise _refusal("yaml.too-large", say("More than %(most)s values.", most=MAX_NODES), event.start_mark)
