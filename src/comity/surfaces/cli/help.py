"""The pages that `--help` prints above a single operation, written without importing any room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.surfaces.cli.manifest import Entry

_WIDTH: Final = 30
_HEAD: Final = """usage: comity <subject> <verb> [--field value ...] [--json] [--node DIR|URL]

Sovereign nodes that exchange records only under signed agreements.
`comity <subject> <verb> --help` tells the fields of one command.
"""
_FOOT: Final = """
exit codes: 0 done, 1 refused by a rule, 2 bad input, 3 not permitted, 4 not reachable, 70 defect
environment: COMITY_NODE (which node), COMITY_DEBUG=1 (tracebacks), XDG_STATE_HOME (where sessions are kept)
"""


@dataclass(frozen=True, slots=True)
class LocalCommand:
    """A command of this machine, no operation of a node (`node init`, `demo`); `run` gets the rest of the line."""

    name: str
    summary: str
    run: Callable[[list[str]], int]


def overview(entries: Mapping[str, Entry], local: Sequence[LocalCommand]) -> str:
    """Write the first page: every command, grouped by subject."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for command in local:
        groups.setdefault(command.name.partition(" ")[0], []).append((command.name, command.summary))
    for entry in _shown(entries, local):
        groups.setdefault(entry.subject, []).append((f"{entry.subject} {entry.verb}", entry.summary))
    parts = [_HEAD]
    for subject, lines in groups.items():
        parts.append(f"\n{subject}\n" + "".join(f"  {name:<{_WIDTH}}  {summary}\n" for name, summary in lines))
    parts.append(_FOOT)
    return "".join(parts)


def _shown(entries: Mapping[str, Entry], local: Sequence[LocalCommand]) -> list[Entry]:
    """Return the operations that no command of this machine stands for."""
    taken = {command.name.replace(" ", ".") for command in local}
    return [entry for entry in entries.values() if entry.name not in taken]


def subject_page(subject: str, entries: Mapping[str, Entry], local: Sequence[LocalCommand]) -> str:
    """Write the verbs of one subject; empty if there are none."""
    lines = [(command.name, command.summary) for command in local if command.name.partition(" ")[0] == subject]
    lines += [
        (f"{subject} {entry.verb}", entry.summary) for entry in _shown(entries, local) if entry.subject == subject
    ]
    return "".join(f"  {name:<{_WIDTH}}  {summary}\n" for name, summary in lines)
