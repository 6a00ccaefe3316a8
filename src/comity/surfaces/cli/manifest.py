"""What the command line knows of the catalogue without importing any room: names, summaries and fields.

Importing every room costs more time than a person waits for `--help`, so a generated file, `manifest.json`, stands
beside this module; a test compares it with the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Final

import msgspec

from comity.core.operation import AnyOperation, Catalogue, Kind
from comity.surfaces.fields import Field, fields_of, instants_of

_FILE: Final = "manifest.json"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One operation as the command line needs it. `instants` are names of result fields that hold instants."""

    name: str
    summary: str
    kind: Kind
    purposes: tuple[str, ...]
    four_eyes: bool
    fields: tuple[Field, ...]
    instants: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The part before the dot."""
        return self.name.partition(".")[0]

    @property
    def verb(self) -> str:
        """The part after the dot."""
        return self.name.partition(".")[2]


def entries_of(catalogue: Catalogue) -> dict[str, Entry]:
    """Describe every operation of a catalogue, by name."""
    return {declared.name: _entry(declared) for declared in catalogue.values()}


def render(entries: Mapping[str, Entry]) -> bytes:
    """Write the manifest file's bytes: one line for each operation, so that a diff shows what changed."""
    lines = b",\n".join(msgspec.json.encode(entry) for entry in entries.values())
    return b"[\n" + lines + b"\n]\n"


def load() -> dict[str, Entry]:
    """Read the manifest that ships with this version."""
    text = resources.files(__package__ or "comity.surfaces.cli").joinpath(_FILE).read_bytes()
    return {entry.name: entry for entry in msgspec.json.decode(text, type=tuple[Entry, ...])}


def _entry(declared: AnyOperation) -> Entry:
    return Entry(
        name=declared.name,
        summary=declared.summary,
        kind=declared.kind,
        purposes=tuple(str(purpose) for purpose in declared.purposes),
        four_eyes=declared.four_eyes,
        fields=fields_of(declared.command),
        instants=tuple(sorted(instants_of(declared.result))),
    )
