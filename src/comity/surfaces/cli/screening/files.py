"""`comity screening index`, `search` and `rescreen`: bases of files, without a node.

For lists and travellers that may lawfully lie in files: whoever runs these answers for that, and nothing is logged.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from comity.adapters.clock import SystemClock
from comity.core.time import date_of
from comity.screening.files.base import FileBase, FileFound, FileHit, build_base
from comity.screening.files.reading import read_persons
from comity.screening.files.rescreen import Forms, Outcome, rescreen_file
from comity.screening.ftm import entity_of
from comity.screening.records import Paper, Person
from comity.surfaces.cli.arguments import Parser

_EVERY: Final = 1.0
_BITS: Final = 1000


def index(argv: Sequence[str]) -> int:
    """Run `comity screening index`."""
    parser = Parser(
        prog="comity screening index",
        description="Build an index of persons: followthemoney entities or the short form in JSON lines, or CSV.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--index", required=True, type=Path, metavar="FOLDER", help="where the index lies")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    built = build_base(given.index, read_persons(given.file), _progress("persons"))
    if given.json:
        sys.stdout.write(msgspec.json.encode(built).decode() + "\n")
    else:
        sys.stdout.write(
            f"{built.entries} persons in {built.rows} rows, {built.vocabulary} parts of names; "
            f"{built.nameless} without a name that can be compared\n"
        )
    return 0


def search(argv: Sequence[str]) -> int:
    """Run `comity screening search`."""
    parser = Parser(
        prog="comity screening search",
        description="Search an index for one person and show what every feature weighs. Several of a flag give several "
        "values.",
    )
    parser.add_argument("--index", required=True, type=Path, metavar="FOLDER")
    for flag in ("name", "born", "country", "document"):
        parser.add_argument(f"--{flag}", action="append", default=[])
    parser.add_argument("--sex", default="", choices=("", "M", "F"))
    parser.add_argument("--weak", action="store_true", help="show those too who are too weak for the second line")
    parser.add_argument("--json", action="store_true", help="print one JSON document, hits as followthemoney entities")
    given = parser.parse_args(argv)
    person = Person(
        names=tuple(given.name),
        birth_dates=tuple(given.born),
        countries=tuple(given.country),
        sex=given.sex,
        papers=tuple(Paper(number=number) for number in given.document),
    )
    found = FileBase(given.index).search(person, weak=given.weak, latest_year=_this_year())
    sys.stdout.write(_as_json(found) if given.json else _page(found))
    return 0


def rescreen(argv: Sequence[str]) -> int:
    """Run `comity screening rescreen`."""
    parser = Parser(
        prog="comity screening rescreen",
        description="Search an index for every person of a file. What was cut short goes on where it was: the output "
        "tells how far it came.",
    )
    parser.add_argument("travellers", type=Path, metavar="TRAVELLERS")
    parser.add_argument("--against", required=True, type=Path, metavar="FOLDER", help="an index, or a file to index")
    parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="hits, .jsonl or .csv")
    parser.add_argument(
        "--processes", type=int, choices=range(1, 65), metavar="N", help="side by side; one a core else"
    )
    parser.add_argument("--json", action="store_true", help="print the counts as one JSON document")
    given = parser.parse_args(argv)
    form = Forms.CSV if given.output.suffix == ".csv" else Forms.JSON_LINES
    base, progress = _base(given.against), _progress("travellers")
    processes = given.processes or len(os.sched_getaffinity(0))
    outcome = rescreen_file(given.travellers, base, given.output, form, progress, processes=processes)
    if given.json:
        sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")
    else:
        sys.stdout.write(_told(outcome))
    return 0


def _base(against: Path) -> FileBase:
    if against.is_dir():
        return FileBase(against)
    folder = against.with_name(f"{against.name}.index")
    if not folder.exists():
        build_base(folder, read_persons(against), _progress("persons"))
    return FileBase(folder)


def _this_year() -> int:
    return int(date_of(SystemClock().now())[:4])


class _progress:  # noqa: N801 - called as a function is
    """Tells a terminal once a second how far something is."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._told = time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self._told >= _EVERY and sys.stderr.isatty():
            self._told = now
            sys.stderr.write(f"\r{done} {self._what}")
            sys.stderr.flush()


def _as_json(found: FileFound) -> str:
    hits = [
        {
            **msgspec.to_builtins(entity_of(hit.person, hit.id)),
            "score": hit.weighed.probability_ppm / 1_000_000,
            "band": hit.weighed.band.value,
            "evidence_bits": hit.weighed.evidence_mbit / _BITS,
            "features": [
                {"code": one.code, "inputs": one.inputs, "weight_bits": one.weight_mbit / _BITS} for one in hit.features
            ],
            "model": hit.weighed.model,
            "flags": hit.weighed.flags,
        }
        for hit in found.hits
    ]
    whole = {"results": hits, "limit_reached": found.limit_reached, "flags": found.flags}
    return msgspec.json.encode(whole).decode() + "\n"


def _page(found: FileFound) -> str:
    lines = [line for hit in found.hits for line in _hit(hit)] or ["nobody found"]
    lines += ["there may be more: the search stopped early"] if found.limit_reached else []
    return "\n".join([*lines, *(f"note: {flag}" for flag in found.flags)]) + "\n"


def _hit(hit: FileHit) -> list[str]:
    weighed = hit.weighed
    share = weighed.probability_ppm / 10_000
    head = f"{hit.id}: {'; '.join(hit.person.names)} {' '.join(hit.person.birth_dates)}".rstrip()
    sums = f"{weighed.evidence_mbit / _BITS:+8.3f}  evidence in bits ({weighed.band}, probability {share:.2f} %)"
    return [
        head,
        *(f"  {one.weight_mbit / _BITS:+8.3f}  {one.code}  {', '.join(one.inputs)}".rstrip() for one in hit.features),
        f"  {sums}",
    ]


def _told(outcome: Outcome) -> str:
    refused = "".join(f"  refused: {code} {count}\n" for code, count in sorted(outcome.refused.items()))
    return (
        f"{outcome.travellers} travellers, {outcome.with_hits} with hits, {outcome.hits} hits, "
        f"{outcome.incomplete} searches stopped early\n{refused}"
    )
