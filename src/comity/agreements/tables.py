"""The closed word lists, as tables: operations, categories, purposes, roles, fields, facts, reasons, duties, lists.

They stand in `law/tables/*.yaml` and `facts/*.yaml`: any number of files, each naming the table it adds rows to. A new
treaty brings its words in a file of its own and needs no code. A word may stand in one file only.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

import msgspec

from comity.agreements.clocks.night import NightHours
from comity.agreements.expr.names import RESERVED, Names
from comity.agreements.expr.records import Kind
from comity.agreements.sourced import Confidence, Kebab, ListName, Text, Word
from comity.agreements.yaml_reader import read_own_text_tree
from comity.core.codec_problems import refuse_content
from comity.core.errors import BadInput
from comity.core.learning import learn

_ROOM: Final = importlib.resources.files("comity.agreements")
_FOLDERS: Final = ("law/tables", "facts")

FactName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}\Z")]
FieldName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?\Z", max_length=64)]
ObligationId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*\Z", max_length=96)]
AnyWord: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=96)]
Scope: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^@?[A-Za-z][A-Za-z0-9_.-]{0,63}\Z")]
Scopes: TypeAlias = tuple[Scope, ...]


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: Text
    confidence: Confidence
    meaning: Text | None = None


class OperationRow(_Row, frozen=True, kw_only=True):
    """An operation. `protects` marks what no clause and no suspension may stop (rescue, child protection).

    `hands_over` marks acts that put a person into another party's hands, over which the floor stands. `asks` marks
    questions to another party: the one who is asked gives data, the one who asks receives them.
    """

    id: Word
    protects: bool = False
    hands_over: bool = False
    asks: bool = False


class CategoryRow(_Row, frozen=True, kw_only=True):
    """A record category, with the purpose its records are kept for where it has one.

    `closed` means that only the roles which the table of roles lists for it may use it, whatever an agreement says.
    `protects` marks records that a child may be missing from: no suspension stops their exchange.
    """

    id: Word
    purpose: Word | None = None
    closed: bool = False
    protects: bool = False


class PurposeRow(_Row, frozen=True, kw_only=True):
    """A purpose; `protects` as for operations."""

    id: Word
    protects: bool = False


class RoleRow(_Row, frozen=True, kw_only=True):
    """A legal role, and which of the closed categories it may use for which purposes."""

    id: Word
    categories: Scopes = ()
    purposes: Scopes = ()


class FieldRow(_Row, frozen=True, kw_only=True):
    """A data field that agreements may allow, in the group of records it belongs to."""

    id: FieldName
    group: Kebab


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How full hours are counted: from a fact to another one or to the time asked about, but for some of each night."""

    since: FactName = msgspec.field(name="from")
    until: FactName = msgspec.field(name="to")
    without: NightHours


class FactRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fact that may be asserted: `floor` marks those that the floor bars stand on.

    What is `counted` follows from its instants where these are known, whatever else is asserted of it.
    """

    id: FactName
    type: Kind
    meaning: Text
    floor: bool = False
    counted: Counted | None = None


class ReasonRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reason code and its sentence. `rank` orders strictness: the lower the stricter; equal ranks by code."""

    id: Word
    text: Text
    rank: Annotated[int, msgspec.Meta(ge=0, le=9999)]


class ObligationRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A duty that comes with a decision: its id, and the sentence a person reads."""

    id: ObligationId
    text: Text


class ListRow(_Row, frozen=True, kw_only=True):
    """A member of a named closed list."""

    id: AnyWord


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class OperationFile(_File, frozen=True, kw_only=True, tag_field="table", tag="operations"):
    """Rows of the table of operations."""

    rows: tuple[OperationRow, ...]


class CategoryFile(_File, frozen=True, kw_only=True, tag_field="table", tag="categories"):
    """Rows of the table of record categories."""

    rows: tuple[CategoryRow, ...]


class PurposeFile(_File, frozen=True, kw_only=True, tag_field="table", tag="purposes"):
    """Rows of the table of purposes."""

    rows: tuple[PurposeRow, ...]


class RoleFile(_File, frozen=True, kw_only=True, tag_field="table", tag="roles"):
    """Rows of the table of roles."""

    rows: tuple[RoleRow, ...]


class FieldFile(_File, frozen=True, kw_only=True, tag_field="table", tag="fields"):
    """Rows of the table of data fields."""

    rows: tuple[FieldRow, ...]


class FactFile(_File, frozen=True, kw_only=True, tag_field="table", tag="facts"):
    """Rows of the vocabulary of facts."""

    rows: tuple[FactRow, ...]


class ReasonFile(_File, frozen=True, kw_only=True, tag_field="table", tag="reasons"):
    """Rows of the table of reason codes."""

    rows: tuple[ReasonRow, ...]


class ObligationFile(_File, frozen=True, kw_only=True, tag_field="table", tag="obligations"):
    """Rows of the table of obligations."""

    rows: tuple[ObligationRow, ...]


class ListFile(_File, frozen=True, kw_only=True, tag_field="table", tag="list"):
    """One named closed list, `@name` in conditions and scopes; `includes` takes in other lists whole."""

    name: FactName
    rows: tuple[ListRow, ...] = ()
    includes: tuple[ListName, ...] = ()
    of: Literal["categories", "operations", "purposes", "roles", "fields", "parties"] | None = None


TableFile: TypeAlias = (
    OperationFile
    | CategoryFile
    | PurposeFile
    | RoleFile
    | FieldFile
    | FactFile
    | ReasonFile
    | ObligationFile
    | ListFile
)

F = TypeVar("F", bound=TableFile)


@dataclass(frozen=True, slots=True)
class Tables:
    """All closed word lists together."""

    operations: Mapping[str, OperationRow] = field(default_factory=dict)
    categories: Mapping[str, CategoryRow] = field(default_factory=dict)
    purposes: Mapping[str, PurposeRow] = field(default_factory=dict)
    roles: Mapping[str, RoleRow] = field(default_factory=dict)
    fields: Mapping[str, FieldRow] = field(default_factory=dict)
    facts: Mapping[str, FactRow] = field(default_factory=dict)
    reasons: Mapping[str, ReasonRow] = field(default_factory=dict)
    obligations: Mapping[str, ObligationRow] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Names = field(init=False)
    """What conditions may be made of."""

    def __post_init__(self) -> None:
        """Make the names once."""
        object.__setattr__(self, "names", Names({name: row.type for name, row in self.facts.items()}, self.lists))

    def spread(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """Return the words meant by words and `@lists`; raises `BadInput` `tables.unknown-list`."""
        found: list[str] = []
        for scope in scopes:
            if scope.startswith("@"):
                found += _members(scope, self.lists)
            else:
                found.append(scope)
        return tuple(dict.fromkeys(found))


def read_table(document: bytes, *, name: str = "$") -> TableFile:
    """Read one table file; raises `BadInput` naming file, path, line and column."""
    tree = read_own_text_tree(document)
    learn(TableFile)
    try:
        table: TableFile = msgspec.convert(tree.root, TableFile, strict=False)
    except msgspec.ValidationError as error:
        refusal = refuse_content(error)
        path = refusal.problems[0].field if refusal.problems else "$"
        raise BadInput(refusal.code, refusal.message, field=f"{name} {path} ({tree.at(path)})") from None
    return table


def join_tables(files: Iterable[tuple[str, TableFile]]) -> Tables:
    """Join table files into one set of closed lists.

    Raises `BadInput`: `tables.duplicate` for a word that stands twice, `tables.reserved` for a fact with the name of
    a part of every question, `tables.unknown-list` for a list taken in that does not exist.
    """
    given = list(files)
    facts: dict[str, FactRow] = _rows(FactFile, given)
    for name in facts:
        if name in RESERVED:
            raise BadInput("tables.reserved", "This name belongs to every question.", field=f"facts {name}")
    tables = Tables(
        operations=_rows(OperationFile, given),
        categories=_rows(CategoryFile, given),
        purposes=_rows(PurposeFile, given),
        roles=_rows(RoleFile, given),
        fields=_rows(FieldFile, given),
        facts=facts,
        reasons=_rows(ReasonFile, given),
        obligations=_rows(ObligationFile, given),
        lists=_lists([(name, file) for name, file in given if isinstance(file, ListFile)]),
    )
    _check_words(tables, given)
    return tables


@functools.cache
def tables() -> Tables:
    """Return the tables that come with the house, read once."""
    return join_tables((path.name, read_table(path.read_bytes(), name=path.name)) for path in _table_files())


def yaml_files(folder: Traversable) -> Iterator[Traversable]:
    """Give the YAML files of a folder in the order of their names."""
    yield from sorted((each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name)


def _table_files() -> Iterator[Traversable]:
    for folder in _FOLDERS:
        yield from yaml_files(_ROOM.joinpath(folder))


def _rows(kind: type[F], files: list[tuple[str, TableFile]]) -> dict[str, Any]:
    """Join the rows of one kind of file; the kind says what rows they are."""
    found: dict[str, Any] = {}
    for name, file in files:
        for row in file.rows if isinstance(file, kind) else ():
            key = f"{row.group} {row.id}" if isinstance(row, FieldRow) else row.id
            if key in found:
                raise BadInput("tables.duplicate", "This word stands in two places.", field=f"{name} {row.id}")
            found[key] = row
    return found


def _lists(files: list[tuple[str, ListFile]]) -> dict[str, tuple[str, ...]]:
    by_name = {file.name: file for _, file in files}
    for name, file in files:
        if by_name[file.name] is not file:
            raise BadInput("tables.duplicate", "Two lists have one name.", field=f"{name} {file.name}")
    spread: dict[str, tuple[str, ...]] = {}
    for name in by_name:
        _spread_list(name, by_name, spread, ())
    return spread


def _spread_list(
    name: str, files: Mapping[str, ListFile], spread: dict[str, tuple[str, ...]], above: tuple[str, ...]
) -> tuple[str, ...]:
    if name in spread:
        return spread[name]
    if name not in files or name in above:
        raise BadInput("tables.unknown-list", "There is no such list, or it takes itself in.", field=f"@{name}")
    members = [row.id for row in files[name].rows]
    for other in files[name].includes:
        members += _spread_list(other.removeprefix("@"), files, spread, (*above, name))
    spread[name] = tuple(dict.fromkeys(members))
    return spread[name]


def _members(scope: str, lists: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found = lists.get(scope[1:])
    if found is None:
        raise BadInput("tables.unknown-list", "There is no closed list of that name.", field=scope)
    return found


def _check_words(found: Tables, files: list[tuple[str, TableFile]]) -> None:
    """Refuse a table whose rows speak of words that no table holds."""
    for row in found.categories.values():
        _require(found.purposes, (row.purpose,) if row.purpose else (), f"categories {row.id}")
    for role in found.roles.values():
        _require(found.categories, found.spread(role.categories), f"roles {role.id}")
        _require(found.purposes, found.spread(role.purposes), f"roles {role.id}")
    for name, file in files:
        if isinstance(file, ListFile) and file.of not in {None, "parties"}:
            _require(getattr(found, str(file.of)), found.lists[file.name], f"{name} @{file.name}")


def _require(known: Mapping[str, object], words: Iterable[str], place: str) -> None:
    for word in words:
        if word not in known:
            raise BadInput("tables.unknown-word", "This word is in no table of its kind.", field=f"{place} {word}")
