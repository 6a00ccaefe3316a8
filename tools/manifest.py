"""The list of operations that the command line ships with, so that `--help` imports no room.

    python -m tools.manifest           # writes src/comity/surfaces/cli/manifest.json anew

A test compares the file with the catalogue.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from comity.core.operation import Catalogue
from comity.crossings.operations import Around
from comity.node import rooms
from comity.surfaces.cli.manifest import entries_of, render
from comity.surfaces.web.labels import LABELS

FILE = Path(__file__).resolve().parent.parent / "src" / "comity" / "surfaces" / "cli" / "manifest.json"


def catalogue() -> Catalogue:
    """Declare every operation of a node, without a node: what they would work with is not asked for at declaration."""
    nothing: Any = None
    anybody: Any = SimpleNamespace(asking=nothing)
    around = Around(partners=nothing, abroad=anybody, blind=anybody)
    return Catalogue(rooms.operations(nothing, nothing, around, nothing, nothing, nothing, exercise=True))


def main() -> int:
    """Write the file."""
    FILE.write_bytes(render(entries_of(catalogue(), LABELS)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
