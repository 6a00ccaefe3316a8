"""Reading files of law: strict, with typed errors that name file, rule, line and column."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterable
from typing import Final, TypeAlias

import msgspec

from comity.agreements.law.records import Rule
from comity.agreements.law.rules import problems_of_rule
from comity.agreements.tables import Tables, tables, yaml_files
from comity.agreements.yaml_reader import Node, TextTree, read_own_text_tree
from comity.core import codec
from comity.core.codec_problems import refuse_content
from comity.core.errors import BadInput, FieldProblem
from comity.core.learning import learn
from comity.core.said import say

SCHEMA: Final = "comity-law/1"
_ROOM: Final = importlib.resources.files("comity.agreements") / "law"
_DEFAULTS: Final = (
    "instrument",
    "binds",
    "applies",
    "regime",
    "confidence",
    "purposes",
    "actors",
    "operations",
    "categories",
)
_HEAD: Final = frozenset({"schema", "title", "rules", *_DEFAULTS})

_Members: TypeAlias = "dict[str, Node]"


def read_law(document: bytes, known: Tables | None = None, *, name: str = "$") -> tuple[Rule, ...]:
    """Read one file of law: `schema: comity-law/1`, defaults for its rules (instrument, binds, applies ...), `rules`.

    Raises `BadInput`: what the YAML reader raises; `codec.*` for a wrong shape; `law.unknown-word`,
    `law.unknown-list`, `law.unknown-code`, `law.unknown-obligation`; `expression.*`; `law.no-scenarios` for a rule
    without a scenario each way; `law.duplicate` for an id that stands twice.
    """
    tree = read_own_text_tree(document)
    learn(Rule)
    head, rows = _parts(tree, name)
    rules = tuple(_rule(head, row, f"$.rules[{index}]", tree, name) for index, row in enumerate(rows))
    _refuse_duplicates(rules, name)
    for index, rule in enumerate(rules):
        problems = problems_of_rule(rule, known or tables())
        if problems:
            raise BadInput(
                problems[0].code,
                problems[0].message,
                problems=tuple(_placed(problem, rule, f"$.rules[{index}]", tree, name) for problem in problems),
            )
    return rules


@functools.cache
def house_law() -> tuple[Rule, ...]:
    """Return the law that comes with the house, read once, in the order of file names; the floor stands apart."""
    return read_folder("instruments")


def read_folder(name: str) -> tuple[Rule, ...]:
    """Read all files of law in a folder of the house; raises as `read_law`."""
    paths = yaml_files(_ROOM / name)
    rules = tuple(rule for path in paths for rule in read_law(path.read_bytes(), name=path.name))
    _refuse_duplicates(rules, name)
    return rules


def _parts(tree: TextTree, name: str) -> tuple[_Members, list[Node]]:
    root = tree.root
    if not isinstance(root, dict) or root.get("schema") != SCHEMA:
        raise BadInput("law.schema", say("A file of law begins with schema: %(schema)s.", schema=SCHEMA), field=name)
    rows = root.get("rules")
    unknown = sorted(set(root) - _HEAD)
    if unknown or not isinstance(rows, list):
        place = unknown[0] if unknown else "rules"
        raise BadInput(
            "codec.unknown-field", "A file of law has a head and a list of rules.", field=f"{name} $.{place}"
        )
    return {key: root[key] for key in _DEFAULTS if key in root}, rows


def _rule(head: _Members, row: Node, path: str, tree: TextTree, name: str) -> Rule:
    if not isinstance(row, dict):
        raise BadInput("codec.wrong-type", "A rule is a mapping.", field=f"{name} {path} ({tree.at(path)})")
    members = _stated({**head, **row})
    if "scenarios" not in row:
        members["scenarios"] = []  # told as a rule without scenarios, not as a missing member
    try:
        return codec.convert(members, Rule, strict=False)
    except msgspec.ValidationError as error:
        refusal = refuse_content(error)
        inner = refusal.problems[0].field.removeprefix("$") if refusal.problems else ""
        place = f"{name} {path}{inner} ({tree.at(path + inner)})"
        raise BadInput(refusal.code, refusal.message, field=place) from None


def _stated(node: _Members) -> _Members:
    """Leave out members written as `null`: nothing is stated there."""
    return {
        key: _stated(value) if isinstance(value, dict) and key != "facts" else value
        for key, value in node.items()
        if value != "null"
    }


def _refuse_duplicates(rules: Iterable[Rule], name: str) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise BadInput("law.duplicate", "Two rules have one id.", field=f"{name} {rule.id}")
        seen.add(rule.id)


def _placed(problem: FieldProblem, rule: Rule, path: str, tree: TextTree, name: str) -> FieldProblem:
    inner = problem.field.removeprefix("$")
    where = f"{name} {rule.id}{inner} ({tree.at(path + inner.split(' ')[0])})"
    return FieldProblem(field=where, code=problem.code, message=problem.message)
