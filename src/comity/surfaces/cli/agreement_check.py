"""`comity agreement check`: an agreement before the gate, from files alone."""

from __future__ import annotations

import msgspec

from comity.agreements.gate import GateReport, check_gate
from comity.surfaces.cli.agreement_files import agreement_of
from comity.surfaces.cli.arguments import Parser
from comity.surfaces.cli.exit_codes import DONE, REFUSED
from comity.surfaces.cli.main import Shell


def check(argv: list[str], shell: Shell) -> int:
    """Print what each check of the gate comes to; the exit code is 1 where one failed."""
    parser = Parser(
        prog="comity agreement check",
        description="Check what must hold before an agreement may govern: vocabulary, floor, contradictions, proofs.",
    )
    parser.add_argument("agreement", metavar="FILE|NAME", help="a document, or a ready agreement")
    parser.add_argument("--parent", metavar="FILE|NAME", help="the agreement that an annex narrows")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    parent = agreement_of(given.parent) if given.parent else None
    report = check_gate(agreement_of(given.agreement), parent=parent)
    shell.out.write(_document(report) if given.json else _page(report))
    return REFUSED if report.failed else DONE


def _document(report: GateReport) -> str:
    return msgspec.json.encode({"proved": report.proved, "checks": report.checks}).decode() + "\n"


def _page(report: GateReport) -> str:
    lines: list[str] = []
    for each in report.checks:
        lines.append(f"{each.finding.value:<11} {each.name}")
        lines += [f"    {problem.field}: {problem.message}" for problem in each.problems]
    return "\n".join(lines) + "\n"
