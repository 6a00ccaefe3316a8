"""`comity agreement explain`, `diff` and the cases of `decide`: what agreements say, from files alone."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final

import msgspec

from comity.agreements.cases.file import read_cases
from comity.agreements.cases.read import parties_of
from comity.agreements.cases.records import CaseAnswer
from comity.agreements.cases.score import answer_cases
from comity.agreements.explain.agreement import explain, lines_of_text
from comity.agreements.explain.difference import compare, lines_of_difference
from comity.agreements.explain.tongue import LANGUAGES, tongue
from comity.agreements.law.compile import house_rulebook
from comity.agreements.load import parse_agreement, read_agreement
from comity.agreements.ready import instrument_names, load_instrument
from comity.agreements.records import Agreement
from comity.core.errors import BadInput
from comity.surfaces.cli.arguments import Parser
from comity.surfaces.cli.exit_codes import DONE, REFUSED
from comity.surfaces.cli.main import Shell

_LIMIT: Final = 64 << 20


def cases(name: str, agreement: Agreement, shell: Shell, *, as_json: bool) -> int:
    """Answer a file of cases under one agreement; the exit code is 1 where an answer is not the one expected."""
    answers = answer_cases(read_cases(_read(name)), agreement, house_rulebook())
    scored = [each for each in answers if each.right is not None]
    right = sum(each.right is True for each in scored)
    if as_json:
        document = {"agreement": agreement.id, "results": answers, "scored": len(scored), "right": right}
        shell.out.write(msgspec.json.encode(document).decode() + "\n")
    else:
        shell.out.write("".join(f"{_line(each)}\n" for each in answers))
        shell.out.write(f"{right} of {len(scored)} as expected\n" if scored else "")
    return DONE if right == len(scored) else REFUSED


def explain_agreement(argv: list[str], shell: Shell) -> int:
    """Print an agreement in plain language."""
    parser = Parser(prog="comity agreement explain", description="Tell in plain language what each party may and must.")
    parser.add_argument("agreement", metavar="FILE|NAME", help="a document, or a ready agreement")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--party", metavar="CODE", help="for this party only")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    agreement = agreement_of(given.agreement)
    if given.party and agreement.party(given.party) is None:
        codes = ", ".join(party.code for party in agreement.parties)
        raise BadInput("explain.no-such-party", "This is no party of it.", remedy=f"Its parties are: {codes}.")
    found = explain(agreement, given.language, given.party)
    if given.json:
        shell.out.write(msgspec.json.encode(found).decode() + "\n")
    else:
        shell.out.write("".join(f"{line}\n" for line in lines_of_text(found)))
    return DONE


def diff(argv: list[str], shell: Shell) -> int:
    """Print what differs in decisions between two versions, by examples."""
    parser = Parser(
        prog="comity agreement diff",
        description="Show by example what a second version decides otherwise than a first.",
    )
    parser.add_argument("first", metavar="A", help="a document, or a ready agreement")
    parser.add_argument("second", metavar="B", help="another one")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--most", type=int, default=40, metavar="N", help="how many examples (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(argv)
    found = compare(agreement_of(given.first), agreement_of(given.second), most=given.most)
    if given.json:
        shell.out.write(msgspec.json.encode(found).decode() + "\n")
    else:
        lines = lines_of_difference(found, tongue(given.language))
        shell.out.write("".join(f"{line}\n" for line in lines))
    return DONE


def agreement_of(name: str) -> Agreement:
    """Return a ready agreement, or the one in a file: YAML, or a canonical document.

    A ready one is named by its id, the only beginning of one (`che-usa`), or the number of its text (`0.360.336.2`).
    Raises `BadInput` `agreement.no-such-file`, and as the readers do.
    """
    plain = name.lower()
    if plain in instrument_names():
        return load_instrument(plain)
    meant = [ready for ready in instrument_names() if name and ready.startswith(f"{plain}-")]
    meant = meant or [ready for ready in instrument_names() if _is_text(load_instrument(ready), name)]
    if len(meant) == 1:
        return load_instrument(meant[0])
    document = _read(name).strip()
    return parse_agreement(document) if document.startswith(b"{") else read_agreement(document)


def agreement_between(name: str) -> Agreement:
    """Return the ready agreement that cases are about.

    That is the one whose text the file is named after (`0.360.136.1.cases.jsonl`), or else the narrowest between the
    two parties that the cases speak of most. Raises `BadInput` `cases.which-agreement` where that is not exactly one.
    """
    ready = [load_instrument(each) for each in instrument_names()]
    named = [each for each in ready if _is_named_after(Path(name).name, each)]
    if len(named) == 1:
        return named[0]
    pairs = Counter(parties_of(case) for case in read_cases(_read(name)))
    spoken = max(pairs, key=lambda pair: (pairs[pair], sorted(pair)), default=frozenset[str]())
    fitting = [each for each in ready if spoken <= {party.code for party in each.parties}]
    narrowest = min((len(each.parties) for each in fitting), default=0)
    found = [each for each in fitting if len(each.parties) == narrowest]
    if len(found) != 1:
        known = ", ".join(instrument_names())
        raise BadInput(
            "cases.which-agreement",
            "The cases do not say by their parties which agreement they are about.",
            remedy=f"Name it with --agreement: one of {known}, or a file.",
        )
    return found[0]


def _is_text(agreement: Agreement, name: str) -> bool:
    return any(name in {basis.value, basis.value.removeprefix("SR ")} for basis in agreement.legal_basis)


def _is_named_after(file: str, agreement: Agreement) -> bool:
    """Say whether a file's name holds the number of an agreement's text, and not that of a longer number."""
    numbers = (re.sub(r"^SR ", "", basis.value) for basis in agreement.legal_basis)
    return any(re.search(rf"(?<![\d.]){re.escape(each)}(?!\.?\d)", file) for each in numbers if each[:1].isdigit())


def _read(name: str) -> bytes:
    try:
        document = Path(name).read_bytes()
    except OSError:
        known = ", ".join(instrument_names())
        raise BadInput(
            "agreement.no-such-file",
            "This file cannot be read.",
            field="FILE",
            remedy=f"Ready agreements are: {known}.",
        ) from None
    if len(document) > _LIMIT:
        raise BadInput("agreement.too-large", "This file is too large.", field="FILE")
    return document


def _line(answer: CaseAnswer) -> str:
    verdict = {None: "", True: "as expected", False: f"EXPECTED {answer.expect}"}[answer.right]
    reasons = ", ".join(answer.reasons)
    return f"{answer.id:<12} {answer.outcome:<7} {answer.effect:<17} {reasons}  [{'; '.join(answer.basis)}]  {verdict}"
