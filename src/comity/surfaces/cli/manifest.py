"""What the command line knows of the catalogue without importing any room: names, summaries and fields.

Importing every room costs more time than a person waits for `--help`, so a generated file, `manifest.json`, stands
beside this module; a test compares it with the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Final

import msgspec

from comity.core import codec
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


def entries_of(catalogue: Catalogue, titles: Mapping[str, str] = MappingProxyType({})) -> dict[str, Entry]:
    """Describe every operation of a catalogue, by name; `titles` names fields (`field.surnames`) for people."""
    return {declared.name: _entry(declared, titles) for declared in catalogue.values()}


def render(entries: Mapping[str, Entry]) -> bytes:
    """Write the manifest file's bytes: one line for each operation, so that a diff shows what changed."""
    lines = b",\n".join(msgspec.json.encode(entry) for entry in entries.values())
    return b"[\n" + lines + b"\n]\n"


def load() -> dict[str, Entry]:
    """Read the manifest that ships with this version."""
    text = resources.files(__package__ or "comity.surfaces.cli").joinpath(_FILE).read_bytes()
    return {entry.name: entry for entry in codec.quick(text, tuple[Entry, ...])}


def _titled(field: Field, titles: Mapping[str, str]) -> Field:
    steps = field.path.split(".")
    title = titles.get(f"field.{'.'.join(steps[-2:])}") or titles.get(f"field.{steps[-1]}", "")
    return msgspec.structs.replace(field, title=title)


def _entry(declared: AnyOperation, titles: Mapping[str, str]) -> Entry:
    return Entry(
        name=declared.name,
        summary=declared.summary,
        kind=declared.kind,
        purposes=tuple(str(purpose) for purpose in declared.purposes),
        four_eyes=declared.four_eyes,
        fields=tuple(_titled(field, titles) for field in fields_of(declared.command)),
        instants=tuple(sorted(instants_of(declared.result))),
    )
