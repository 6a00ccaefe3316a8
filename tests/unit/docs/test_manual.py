from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from comity.surfaces.cli.arguments import parser_of
from comity.surfaces.cli.manifest import load
from tests.support.manual import PAGES, ROOT, anchors_of, commands_of, links_of
from tools import docs

ENTRIES = load()
TOKEN = {"--pkcs11-module", "--pkcs11-token", "--pkcs11-key", "--pkcs11-pin-file"}
SERVER = {"--database", "--database-password-file", "--peer-address"}
LOCAL = {
    ("demo",): {"--no-serve", "--directory"},
    ("doctor",): {"--node", "--json", "--local"},
    ("bench",): {"--json", "--scale", "--only"},
    ("test",): set(),
    ("check",): set(),
    ("node", "init"): {"--party", "--authority", "--profile", "--host", "--http", "--peer", "--json", *TOKEN, *SERVER},
    ("node", "join"): {"--from", "--host", "--http", "--peer", "--json"},
    ("node", "serve"): set(),
    ("node", "back-up"): {"--to", "--days", "--json"},
    ("node", "restore"): {"--erasures", "--json"},
    ("node", "export-identity"): {"--output"},
    ("agreement", "ready"): {"--parties"},
    ("agreement", "check"): {"--parent", "--json"},
    ("agreement", "explain"): {"--language", "--party", "--json"},
    ("agreement", "diff"): {"--language", "--most", "--json"},
    ("agreement", "decide"): {"--scenarios", "--cases", "--agreement", "--json"},
    ("node", "verify"): {"--json"},
    ("copy", "device", "make"): {"--identity", "--passphrase-file"},
    ("copy", "device", "show"): set(),
    ("copy", "check"): {
        *("--device", "--user", "--surnames", "--forenames", "--birth-date", "--nationality", "--document"),
        *("--document-country", "--plate", "--justification", "--passphrase-file", "--notes", "--json"),
    },
    ("keys", "root", "make"): {"--suite", "--passphrase-file"},
    ("keys", "root", "show"): set(),
    ("keys", "root", "sign"): {"--request", "--output", "--yes", "--passphrase-file"},
    ("list", "import"): {"--format", "--node", "--local", "--no-wait", "--json"},
    ("screening", "train"): {"--data", "--output", "--version"},
    ("screening", "explain"): {"--asked-name", "--held-name", "--asked-born", "--held-born", "--base", "--json"},
    ("screening", "evaluate"): {"--pairs", "--scores", "--model", "--json"},
}
GENERIC = {("SUBJECT", "VERB"), ("ANYTHING", "ELSE")}


def flags(words: tuple[str, ...]) -> set[str]:
    return {word for word in words if word.startswith("--")}


def unknown_in(words: tuple[str, ...]) -> str | None:
    """Say what is wrong with a command line of the manual, None if nothing is."""
    for name, known in LOCAL.items():
        if words[: len(name)] == name:
            return next(iter(sorted(flags(words) - known)), None)
    if words[:2] in GENERIC:
        return None
    if words[:2] == ("node", "trust"):
        return next(iter(sorted(flags(words) - {"--node", "--json"})), None)
    entry = ENTRIES.get(".".join(words[:2]))
    if entry is None:
        return "no such command"
    known = {option for action in parser_of(entry)._actions for option in action.option_strings}
    return next(iter(sorted(flags(words) - known)), None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_in_the_manual_exists_with_its_flags(page: Path) -> None:
    commands = tuple(commands_of(page.read_text("utf-8")))

    wrong = {" ".join(words): unknown_in(words) for words in commands if unknown_in(words) is not None}

    assert wrong == {}


def test_the_tour_is_read_as_commands() -> None:
    commands = tuple(commands_of((ROOT / "README.md").read_text("utf-8")))

    assert len(commands) > 25
    assert any(words[:2] == ("alert", "enter") and "--grounds.warrant-present" in words for words in commands)
    assert any(words[:2] == ("approval", "list") for words in commands)


def test_commands_of_full_length_are_accepted_by_their_parsers() -> None:
    commands = tuple(commands_of((ROOT / "README.md").read_text("utf-8")))
    operated = [words for words in commands if ".".join(words[:2]) in ENTRIES and words[:2] != ("node", "trust")]

    for words in operated:
        parser_of(ENTRIES[".".join(words[:2])]).parse_args(list(words[2:]))

    assert operated


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_resolve(page: Path) -> None:
    broken = []
    for link in links_of(page.read_text("utf-8")):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors_of(target.read_text("utf-8"))):
            broken.append(link)

    assert broken == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(links_of((folder / "README.md").read_text("utf-8")))

    assert listed == {page.name for page in folder.glob("0*.md")}


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=lambda page: page.stem)
def test_a_decision_tells_context_choice_and_consequences(page: Path) -> None:
    anchors = anchors_of(page.read_text("utf-8"))

    assert {"context", "choice", "consequences"} <= anchors


def path_table() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "path.md").read_text("utf-8")
    return re.findall(r"^\| `([\w.]+)` \| `([\w.]+)` \|", text, re.MULTILINE)


@pytest.mark.parametrize(("symbol", "module"), path_table())
def test_a_symbol_on_the_path_stands_where_the_table_says(symbol: str, module: str) -> None:
    found: object = importlib.import_module(module)
    for part in symbol.split("."):
        found = getattr(found, part)

    # What is only imported there is named by another module; an operation is a value and has none of its own.
    assert getattr(found, "__module__", module) in {module, "comity.core.operation"}


def test_symbols_told_on_the_path_are_in_its_table() -> None:
    text = (ROOT / "docs" / "path.md").read_text("utf-8")
    told = set(re.findall(r"`([A-Za-z_.]+)`", text.partition("| symbol |")[0]))
    known = {symbol for symbol, _ in path_table()} | {symbol.partition(".")[0] for symbol, _ in path_table()}

    seams = {name for name in told if name.startswith(("Work.", "Stage.", "crossing."))}
    assert told - known - seams - {"SqlWork.conclude"} == set()


def test_the_reference_of_operations_is_that_of_the_catalogue() -> None:
    written = docs.FILE.read_text("utf-8")

    assert written == docs.render()


def test_the_architecture_names_every_room() -> None:
    told = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "architecture.md").read_text("utf-8")))

    rooms = {folder.parent.name for folder in (ROOT / "src" / "comity").glob("*/__init__.py")}

    assert rooms - told == set()
