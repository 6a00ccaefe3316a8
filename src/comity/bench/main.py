"""The command line of benches: `comity bench <name> [--json] [--scale S] [--only FIGURE]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from comity.bench import harness, present
from comity.bench.catalogue import BENCHES
from comity.bench.harness import Bench
from comity.bench.progress import Progress
from comity.bench.records import Scale
from comity.core.errors import BadInput
from comity.surfaces.cli.arguments import Parser

_DONE, _BAD_INPUT = 0, 2
# Not the system's folder for temporary files: that one is often kept in memory, where nothing is durable.
_PLACE = Path("/var/tmp")  # noqa: S108 - the folder made in it has a random name and mode 0700


def main(argv: Sequence[str], benches: Sequence[Bench] = BENCHES) -> int:
    """Run one bench, print its report on stdout and return the exit code: 0 also where a goal is unmet, 2 bad input."""
    try:
        asked = _parser(benches).parse_args(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else _BAD_INPUT
    bench = next(each for each in benches if each.name == asked.bench)
    try:
        report = harness.run(bench, asked.scale, asked.only, asked.place, Progress(sys.stderr), asked.seed)
    except BadInput as error:
        sys.stderr.write(f"comity bench: {error} {error.remedy}\n")
        return _BAD_INPUT
    sys.stdout.write(f"{present.as_json(report) if asked.json else present.as_table(report)}\n")
    return _DONE


def _parser(benches: Sequence[Bench]) -> argparse.ArgumentParser:
    listed = "\n".join(f"  {bench.name:<12} {bench.summary}" for bench in benches)
    parser = Parser(
        prog="comity bench",
        description="Measure, beside the goals and beside peers or floors of the same run.",
        epilog=f"benches:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("bench", choices=[bench.name for bench in benches], metavar="NAME", help="one of those below")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    parser.add_argument(
        "--scale",
        type=Scale,
        choices=list(Scale),
        default=Scale.SMALL,
        metavar="SCALE",
        help="small ends within a minute (default); goals are judged at full; screening has 1M, 10M, sis, 100M as well",
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="FIGURE", help="this figure, or all of a subject; repeatable"
    )
    parser.add_argument(
        "--place", type=Path, default=_PLACE, metavar="DIR", help=f"folder on the disk to measure (default {_PLACE})"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="what chance follows where there is any (1)")
    return parser
