"""The commands `node back-up` and `node restore`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from comity.adapters.clock import SystemClock
from comity.core.codec import encode
from comity.node import backups
from comity.node.directory import NodeDirectory
from comity.surfaces.cli.arguments import Parser


def back_up(argv: list[str]) -> int:
    """Run `comity node back-up`."""
    parser = Parser(
        prog="comity node back-up",
        description="Copy a node's database and ledger file, running or not. A backup is of use until its last day; "
        "those past it are removed. Keys are not in it.",
    )
    parser.add_argument("directory", metavar="DIR", help="the node's directory")
    parser.add_argument("--to", required=True, metavar="FOLDER", help="where the node's backups lie")
    parser.add_argument(
        "--days", type=int, default=backups.KEPT_DAYS, help=f"last day: so many from today, at most {backups.MOST_DAYS}"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    made = backups.back_up(_directory(given), Path(given.to).resolve(), SystemClock(), given.days)
    removed = "".join(f"removed, past its last day: {name}\n" for name in made.removed)
    told = f"{made.folder}\nto be gone after {made.last_day}\n{removed}"
    sys.stdout.write(encode(made).decode() + "\n" if given.json else told)
    return 0


def restore(argv: list[str]) -> int:
    """Run `comity node restore`."""
    parser = Parser(
        prog="comity node restore",
        description="Put a backup in the place of a lost database. What was erased since it was made is erased again; "
        "without the list of it nothing is restored.",
    )
    parser.add_argument("backup", metavar="BACKUP", help="folder that `node back-up` made")
    parser.add_argument("directory", metavar="DIR", help="the node's directory, with keys and configuration")
    parser.add_argument("--erasures", metavar="FILE", help="the node's erasures.log, where DIR has lost it")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    directory = _directory(given)
    erasures = None if given.erasures is None else Path(given.erasures).resolve()
    with directory.locked():
        done = backups.restore(Path(given.backup).resolve(), directory, SystemClock(), erasures)
    told = f"restored as of {done.made_at}; {done.erased_again} erasures since then done again\n"
    sys.stdout.write(encode(done).decode() + "\n" if given.json else told)
    return 0


def _directory(given: argparse.Namespace) -> NodeDirectory:
    return NodeDirectory(Path(given.directory).resolve())
