"""Declared operations: one frozen command record and one function, with the rules of asking for it.

`@operation(...)` returns a value and registers nothing; each room lists its own in `OPERATIONS`. HTTP endpoint, OpenAPI
page, command line, web form and ledger line derive from the declaration.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Generic, TypeAlias, TypeVar, get_type_hints

import msgspec

from comity.core.errors import NotFound
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose

C = TypeVar("C", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)

_NAME = re.compile(r"[a-z][a-z-]*\.[a-z][a-z-]*\Z")


@unique
class Kind(StrEnum):
    """How an operation touches data: changes need a request id; searches are sealed in the search log."""

    READ = "read"
    SEARCH = "search"
    CHANGE = "change"


@unique
class Audit(StrEnum):
    """What the ledger keeps: nothing (public or own data), or an entry for each call."""

    NONE = "none"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[C, R]):
    """One thing that can be asked of a node.

    `name` is `subject.verb`, the same word in URL, CLI, screen and ledger. `permission` None: open to callers who are
    nobody yet (signing in). `four_eyes`: held until a second person approves. `replayable` False: the answer holds a
    secret and is given once, never kept for a repeated request id.
    """

    name: str
    summary: str
    command: type[C]
    result: type[R]
    run: Callable[[Work, C], R]
    permission: Permission | None
    purposes: tuple[Purpose, ...]
    kind: Kind
    four_eyes: bool
    replayable: bool
    audit: Audit

    @property
    def subject(self) -> str:
        """The part before the dot."""
        return self.name.partition(".")[0]

    @property
    def verb(self) -> str:
        """The part after the dot."""
        return self.name.partition(".")[2]


AnyOperation: TypeAlias = Operation[Any, Any]
"""An operation of whatever records; `Any`, because a command type is both taken and given back."""


def operation(
    name: str,
    *,
    permission: Permission | None,
    purposes: tuple[Purpose, ...],
    kind: Kind = Kind.CHANGE,
    four_eyes: bool = False,
    replayable: bool = True,
    audit: Audit = Audit.ENTRY,
) -> Callable[[Callable[[Work, C], R]], Operation[C, R]]:
    """Declare the function below as the operation `name`; its docstring's first line becomes the summary.

    The function takes the work and one command record, and returns one result record; both types are read from its
    annotations. Raises `TypeError` at import for a malformed declaration: a programmer's mistake, found at start.
    """

    def declare(function: Callable[[Work, C], R]) -> Operation[C, R]:
        hints = get_type_hints(function)
        command, result = list(hints.values())[1], hints["return"]
        summary = (inspect.getdoc(function) or "").partition("\n")[0]
        if not _NAME.match(name) or not summary or not issubclass(command, msgspec.Struct):
            message = f"operation {name!r} needs a subject.verb name, a docstring and a command record"
            raise TypeError(message)
        return Operation(
            name=name,
            summary=summary,
            command=command,
            result=result,
            run=function,
            permission=permission,
            purposes=purposes,
            kind=kind,
            four_eyes=four_eyes,
            replayable=replayable,
            audit=audit,
        )

    return declare


class Catalogue(Mapping[str, AnyOperation]):
    """Every operation of a node by name, in order of declaration."""

    def __init__(self, operations: Iterable[AnyOperation]) -> None:
        self._by_name: dict[str, AnyOperation] = {}
        for declared in operations:
            if declared.name in self._by_name:
                message = f"operation {declared.name!r} is declared twice"
                raise TypeError(message)
            self._by_name[declared.name] = declared

    def __contains__(self, name: object) -> bool:
        """Whether the node has it; the mapping's own way expects a `KeyError`."""
        return name in self._by_name

    def __getitem__(self, name: str) -> AnyOperation:
        """Return the operation, or raise `NotFound` with the names that come near."""
        found = self._by_name.get(name)
        if found is None:
            raise NotFound("operation.unknown", "There is no such operation.", field="$.operation")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)
