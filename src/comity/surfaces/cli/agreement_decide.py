"""`comity agreement decide`: questions of law in a file, answered without a node."""

from __future__ import annotations

from pathlib import Path

import msgspec

from comity.agreements.scenarios import Score, Verdict, judge, read_scenarios, score
from comity.core.errors import NotFound
from comity.surfaces.cli.arguments import Parser
from comity.surfaces.cli.exit_codes import DONE
from comity.surfaces.cli.main import Shell


def run(argv: list[str], *, shell: Shell) -> int:
    """Run the command: 0 whatever the answers are, 2 where the file cannot be read.

    With `--json` one document: `results`, and `score` where the file says what it expects.
    """
    parser = Parser(
        prog="comity agreement decide",
        description="Answer a table of scenarios by the rules of law; score it where it says what it expects.",
    )
    parser.add_argument("--scenarios", required=True, metavar="FILE.csv", help="the table; its columns: see the manual")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
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
