"""`comity crossing rescreen`: goes through a run of searching again, batch by batch, and goes on with one cut short."""

from __future__ import annotations

import argparse
import csv
from typing import TextIO

import msgspec

from comity.crossings.rescreen.records import MOST_AT_ONCE, Rescreen, RescreenRun, RescreenShown, ShowRescreen
from comity.surfaces.cli.arguments import Parser
from comity.surfaces.cli.exit_codes import DONE
from comity.surfaces.cli.line import Line
from comity.surfaces.cli.main import Shell
from comity.surfaces.cli.output import render_result, with_instants
from comity.surfaces.cli.reach import OpenNode, node_of, reach
from comity.surfaces.cli.sessions import SessionFiles

_INSTANTS = frozenset({"begun_at", "updated_at"})


def run(argv: list[str], *, open_node: OpenNode, shell: Shell) -> int:
    """Run the command."""
    given = _parser().parse_args(argv)
    node = node_of(given.node, shell.environment)
    token = None if given.local else SessionFiles(shell.environment).load(node)
    with reach(node, open_node) as transport:
        line = Line(transport, token, given.purpose)
        ended = _go_through(line, given, shell)
        shown = line.ask("crossing.show-rescreen", ShowRescreen(run=ended.run), RescreenShown)
    _write(shown, given, shell.out)
    return DONE


def _go_through(line: Line, given: argparse.Namespace, shell: Shell) -> RescreenRun:
    """Ask for batch after batch; each stands by itself, so that what is cut short goes on where it was."""
    on_terminal = shell.err.isatty()
    name: str | None = given.run
    while True:
        command = Rescreen(
            clause=given.clause, justification=given.justification, case=given.case, run=name, batch=given.batch
        )
        seen = line.ask("crossing.rescreen", command, RescreenRun, change=True)
        if name is None:
            shell.err.write(f"run {seen.run}\n")
        name = seen.run
        if on_terminal:
            shell.err.write(f"\r{seen.done} of {seen.total} checks, {seen.counts.matches} new matches")
            shell.err.flush()
        if seen.finished:
            if on_terminal:
                shell.err.write("\n")
            return seen


def _write(shown: RescreenShown, given: argparse.Namespace, out: TextIO) -> None:
    if given.csv:
        writer = csv.writer(out)
        writer.writerow(
            ["run", "earlier_check", "check", "kind", "owner", "alert", "version", "category", "band", "bits"]
        )
        for hit in shown.hits:
            bits = "" if hit.evidence_mbit is None else f"{hit.evidence_mbit / 1000:.3f}"
            alert = (hit.alert.kind, hit.owner.party, hit.alert.id, hit.alert.version, hit.category)
            writer.writerow([shown.run.run, hit.earlier, hit.check, *alert, hit.band.value if hit.band else "", bits])
    elif given.json:
        out.write(msgspec.json.encode(shown).decode() + "\n")
    else:
        out.write(render_result(with_instants(msgspec.json.decode(msgspec.json.encode(shown)), _INSTANTS)))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="comity crossing rescreen",
        description="Search again for the persons of open checks of the own authority. Each is a logged search; "
        "what is new gets a check of its own, in which a person decides.",
        epilog="What was cut short goes on with --run.",
        allow_abbrev=False,
    )
    parser.add_argument("--clause", required=True, help="the clause that opens the searches, or national")
    parser.add_argument("--justification", required=True, help="why, for the search log")
    parser.add_argument("--case", default="", help="number of the case")
    parser.add_argument("--purpose", required=True, choices=("borders", "police"))
    parser.add_argument("--run", help="go on with a run that was cut short")
    parser.add_argument("--batch", type=int, default=50, metavar=f"1..{MOST_AT_ONCE}", help="persons in one act")
    parser.add_argument("--node", metavar="DIR|URL", help="which node; else COMITY_NODE")
    parser.add_argument("--local", action="store_true", help="act as this user's account, not in the kept session")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--csv", action="store_true", help="print the new matches as CSV")
    return parser
