"""Reference pages that are made from the code.

    python -m tools.docs           # writes docs/operations.md anew

A test compares the page with the catalogue.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Final

from comity.core.operation import AnyOperation, Kind
from comity.core.personal import personal_paths
from comity.surfaces.cli.arguments import flag_of
from comity.surfaces.cli.manifest import entries_of
from comity.surfaces.fields import Field, Sort
from tools.manifest import catalogue

FILE: Final = Path(__file__).resolve().parent.parent / "docs" / "operations.md"

_HEAD: Final = """# Operations

Everything that can be asked of a node, made from the catalogue by `python -m tools.docs`; do not edit.

Each operation is one command record and one function. On the command line it is `./comity SUBJECT VERB`, over HTTP a
`POST /v1/SUBJECT/VERB` with `{"request_id": ..., "purpose": ..., "command": {...}}`; `/openapi.json` of a running node
describes the records. A *change* needs a request id (the command line makes one); a *search* is sealed in the search
log. *Four eyes*: held until a second person of the same authority approves. A purpose may be left out where there is
one only. Fields marked † hold personal data.
"""


def render() -> str:
    """Write the page."""
    parts = [_HEAD]
    entries = entries_of(catalogue())
    for subject, group in groupby(catalogue().values(), key=lambda declared: declared.subject):
        parts.append(f"\n## {subject}\n")
        parts.extend(_section(declared, entries[declared.name].fields) for declared in group)
    return "".join(parts)


def _section(declared: AnyOperation, fields: tuple[Field, ...]) -> str:
    permission = (
        f"`{declared.permission.value}`" if declared.permission else "none (open to callers who are nobody yet)"
    )
    facts = [
        f"Kind: {declared.kind.value}",
        f"permission: {permission}",
        f"purpose: {', '.join(purpose.value for purpose in declared.purposes)}",
    ]
    if declared.four_eyes:
        facts.append("**four eyes**")
    if declared.kind is Kind.CHANGE and not declared.replayable:
        facts.append("answer given once, never repeated")
    lines = [f"\n### {declared.name}\n", f"\n{declared.summary}\n", f"\n{'; '.join(facts)}.\n"]
    if fields:
        lines.append("\n| field | value | |\n|---|---|---|\n")
        lines.extend(_rows(fields, personal_paths(declared.command)))
    return "".join(lines)


def _rows(fields: Iterable[Field], personal: tuple[str, ...]) -> Iterable[str]:
    for field in fields:
        mark = " †" if any(_covers(path, field.path) for path in personal) else ""
        flag = f"{flag_of(field)}-file" if field.secret else flag_of(field)
        many = ", repeatable" if field.many else ""
        yield f"| `{flag}`{mark} | {_value(field)}{many} | {'needed' if field.required else ''} |\n"


def _value(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices)
    if field.secret:
        return "secret, from a file or asked for"
    return {Sort.TEXT: "text", Sort.INTEGER: "number", Sort.TRUTH: "true or false", Sort.JSON: "JSON"}[field.sort]


def _covers(personal: str, field: str) -> bool:
    """Say whether a marked JSON path is the field or above it, or inside it (as in a field given as JSON)."""
    marked = personal.removeprefix("$.").replace("[]", "")
    return field == marked or field.startswith(f"{marked}.") or marked.startswith(f"{field}.")


def main() -> int:
    """Write the file."""
    FILE.write_text(render(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
