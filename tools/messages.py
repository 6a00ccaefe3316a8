"""Every text of the pages that can be translated, and which ones a language lacks.

    python -m tools.messages fr        # prints the messages that fr lacks, as a .po fragment to fill in

The texts come from the templates, from `N_` and `_` in the code, from the sentences of advice and of scores, which are
data, and from the errors that somebody at a page can meet.
"""

from __future__ import annotations

import ast
import pkgutil
import re
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from comity import crossings
from comity.core.decision import Reason
from comity.crossings.asking import LaneDuty
from comity.crossings.records import Measure, Sentence
from comity.documents.rules import SAYINGS
from comity.oversight.diagnosis.texts import TEXTS
from comity.training.rules import POINTS
from comity.training.scenario import scenarios

_WEB = Path(__file__).resolve().parent.parent / "src" / "comity" / "surfaces" / "web"
_SOURCE = _WEB.parent.parent
_ROOMS_WITH_PAGES = (
    "agreements",
    "alerts",
    "bureau",
    "core",
    "crossings",
    "deadlines",
    "diplomacy",
    "documents",
    "exchange",
    "identity",
    "oversight",
    "runtime",
    "training",
    "surfaces/fields.py",
    "surfaces/http",
    "surfaces/web",
)
# Read by command line and API alone: files of cases and of law, and what describes the API to programs.
_NO_PAGES = tuple(
    _SOURCE / place
    for place in (
        "agreements/cases",
        "agreements/explain",
        "agreements/law",
        "agreements/scenarios",
        "surfaces/http/metrics.py",
        "surfaces/http/openapi.py",
    )
)
_SENTENCE = re.compile(r"(?:[A-Z]|%\()[^\n\\]* [^\n\\]*(?:\.|%\(\w+\)s)")
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def wanted() -> Catalog:
    """Collect every message, with its plural where it counts."""
    catalog = Catalog(project="Comity", charset="utf-8")
    found = extract_from_dir(str(_WEB), _METHODS, _OPTIONS, keywords=_KEYWORDS)
    for file, line, message, comments, _ in found:
        catalog.add(message, None, [(file, line)], auto_comments=comments)
    for text in sentences():
        catalog.add(text, None, [("crossings", 0)])
    for text in refusals():
        catalog.add(text, None, [("errors", 0)])
    for text in (*POINTS.values(), *lessons()):
        catalog.add(text, None, [("training", 0)])
    for says in TEXTS.values():
        for text in filter(None, says):
            catalog.add(text, None, [("diagnosis", 0)])
    return catalog


def lessons() -> Iterable[str]:
    """List what exercises tell: titles, what travellers say, and why something was right."""
    for scenario in scenarios():
        yield scenario.title
        for part in scenario.travellers:
            yield from (part.presents.says, part.why)


def refusals() -> Iterable[str]:
    """List what errors say that a page can show, and what to do then: every sentence in the code of those rooms.

    Errors are often made by a helper that is handed the sentence, so it is known by its looks: a capital first, a full
    stop last. A sentence with values is the template that `say` takes.
    """
    for place in _ROOMS_WITH_PAGES:
        for file in _files(_SOURCE / place):
            tree = ast.parse(file.read_text("utf-8"))
            spoken_of = set(_docstrings(tree))
            yield from (
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node not in spoken_of
                and _SENTENCE.fullmatch(node.value)
            )
    yield from (text for text, _ in SAYINGS.values())


def put_together() -> list[str]:
    """List sentences of those rooms that are put together with their values, so that nobody can translate them."""
    return [
        f"{file.name}:{node.lineno}"
        for place in _ROOMS_WITH_PAGES
        for file in _files(_SOURCE / place)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr) and _SENTENCE.fullmatch(_outline(node))
    ]


def _outline(node: ast.JoinedStr) -> str:
    parts = (part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
    return "".join(part for part in parts if isinstance(part, str))


def _files(place: Path) -> list[Path]:
    if place.suffix:
        return [place]
    return sorted(file for file in place.rglob("*.py") if not any(file.is_relative_to(each) for each in _NO_PAGES))


def _docstrings(tree: ast.Module) -> Iterable[ast.Constant]:
    """List the texts that stand alone as statements, and the parts of texts that are put together."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))


def sentences() -> Iterable[str]:
    """List the sentences and reasons of advice that the first line reads, wherever the crossings keep them."""
    for module in pkgutil.iter_modules(crossings.__path__, f"{crossings.__name__}."):
        for value in vars(import_module(module.name)).values():
            yield from _sentences_in(value)


def _sentences_in(value: object) -> Iterable[str]:
    match value:
        case Sentence() | Reason() | LaneDuty():
            yield value.text
        case Measure():
            yield from _sentences_in((value.sentence, *value.reasons))
        case dict():
            yield from _sentences_in(tuple(value.values()))
        case tuple():
            for inner in value:
                yield from _sentences_in(inner)


def known(language: str) -> Catalog:
    """Read the messages of one language."""
    with (_WEB / "locale" / language / "LC_MESSAGES" / "comity.po").open("rb") as stream:
        return read_po(stream, locale=language)


def lacking(language: str) -> list[str | tuple[str, ...]]:
    """List the messages that a language has no words for, or only part of their plural forms."""
    have = {message.id: message.string for message in known(language) if message.id and not message.fuzzy}
    lacks: list[str | tuple[str, ...]] = []
    for message in wanted():
        identity = message.id if isinstance(message.id, str) else tuple(message.id)
        string = have.get(identity)
        if identity and not (string if isinstance(string, str) else string and all(string)):
            lacks.append(identity)
    return lacks


def main(language: str) -> int:
    """Print what is lacking; the exit code says whether anything is."""
    missing = lacking(language)
    fragment = Catalog(locale=language, charset="utf-8")
    for identity in missing:
        fragment.add(identity)
    if missing:
        write_po(sys.stdout.buffer, fragment, omit_header=True, width=0)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
