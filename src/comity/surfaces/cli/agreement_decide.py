"""`comity agreement decide`: questions of law in a file, answered without a node."""

from __future__ import annotations

from pathlib import Path

import msgspec

from comity.agreements.scenarios import Score, Verdict, judge, read_scenarios, score
from comity.core.errors import NotFound
from comity.surfaces.cli.agreement_files import agreement_between, agreement_of, cases
from comity.surfaces.cli.arguments import Parser
from comity.surfaces.cli.exit_codes import DONE
from comity.surfaces.cli.main import Shell


def run(argv: list[str], *, shell: Shell) -> int:
    """Run the command: 0 whatever the scenarios answer, 1 for a case not answered as expected, 2 for a broken file.

    With `--json` one document: `results`, and the score where the file says what it expects.
    """
    parser = Parser(
        prog="comity agreement decide",
        description="Answer the questions of a file by agreements and law; score it where it says what it expects.",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--scenarios", metavar="FILE.csv", help="a table of scenarios of law; columns: see the manual")
    source.add_argument("--cases", metavar="FILE.jsonl", help="cases of one treaty, one JSON object a line")
    parser.add_argument(
        "--agreement",
        metavar="NAME|FILE",
        help="the treaty of --cases; else that of their parties",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    if given.cases:
        agreement = agreement_of(given.agreement) if given.agreement else agreement_between(given.cases)
        return cases(given.cases, agreement, shell, as_json=given.json)
    rows = read_scenarios(_bytes(Path(given.scenarios)))
    verdicts = tuple(judge(row) for row in rows)
    scored = score(rows, verdicts)
    shell.out.write(_document(verdicts, scored) if given.json else _page(verdicts, scored))
    return DONE


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise NotFound("cli.no-such-file", "The file cannot be read.", field="--scenarios") from None


def _document(verdicts: tuple[Verdict, ...], scored: Score | None) -> str:
    document: dict[str, object] = {"results": verdicts}
    if scored is not None:
        document["score"] = scored
    return msgspec.json.encode(document).decode() + "\n"


def _page(verdicts: tuple[Verdict, ...], scored: Score | None) -> str:
    lines: list[str] = []
    for verdict in verdicts:
        due = f"  due {verdict.due}" if verdict.due else ""
        lines.append(f"{verdict.id}  {verdict.outcome}  {verdict.reason_code}{due}")
        lines += [f"    {sentence}" for sentence in verdict.obligations]
        lines.append(f"    basis: {'; '.join(verdict.basis)}")
        if verdict.unread:
            lines.append(f"    facts no rule knows: {', '.join(verdict.unread)}")
    if scored is not None:
        lines.append(f"{scored.matched} of {scored.rows} as expected on outcome, reason and due together")
        lines += [
            f"    {miss.id}: expected {' '.join(miss.expected)}, got {' '.join(miss.got)}" for miss in scored.misses
        ]
    return "\n".join(lines) + "\n"
