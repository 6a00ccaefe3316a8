"""From a line of arguments to a call: the parser of one operation, derived from its fields."""

from __future__ import annotations

import argparse
import re
import secrets
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NoReturn, TextIO

import msgspec

from comity.core import codec
from comity.core.codec import JsonValue
from comity.core.errors import BadInput
from comity.core.operation import Kind
from comity.core.time import parse_instant
from comity.runtime.records import Call
from comity.surfaces.cli.manifest import Entry
from comity.surfaces.fields import Field, Sort, assemble

AskSecret = Callable[[str], str]
FROM_A_FILE: Final = {"node.trust": "document"}
"""Commands that take a bare FILE, and the field that it gives: `node trust FILE`, as the local operator."""
_COMMON: Final = ("json", "node", "local", "request-id", "purpose", "from-file", "read", "help")
_AS_OF: Final = "as_of"
"""A command with an instant of its own of this name takes the flag for it: it asks about a time, and acts in none."""
_FILE_LIMIT: Final = 8 << 20
_QUOTED: Final = re.compile(r": ['\"]")


class _WholeWords(argparse.HelpFormatter):
    """Breaks no line at a hyphen: a value such as `entry-refused` is there to be copied."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False, break_long_words=False)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = self._split_lines(text, width - len(indent))
        return "\n".join(indent + line for line in lines)


class Parser(argparse.ArgumentParser):
    """A parser that refuses as the rest of the house does, instead of ending the process."""

    def __init__(
        self,
        *,
        prog: str,
        description: str,
        usage: str | None = None,
        epilog: str | None = None,
        allow_abbrev: bool = True,
        formatter_class: type[argparse.HelpFormatter] = _WholeWords,
    ) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=epilog,
            allow_abbrev=allow_abbrev,
            formatter_class=formatter_class,
        )

    def error(self, message: str) -> NoReturn:
        """Raise `BadInput` with what argparse found, before any quoted value."""
        # argparse shows the value as Python writes it: in double quotes where it holds an apostrophe.
        plain = _QUOTED.split(message, maxsplit=1)[0]
        if plain.startswith("unrecognized arguments:"):
            # Words that no option takes may be anything, a password too: only the names of options are told.
            options = [word.partition("=")[0] for word in plain.split() if word.startswith("--")]
            plain = f"unrecognized arguments: {', '.join(options)}" if options else "unrecognized arguments"
        # What may be chosen stands last, behind whatever was given.
        choices = (
            message.rpartition(" (choose from ")[2].rstrip(")").replace("'", "") if "invalid choice" in plain else ""
        )
        remedy = f"Choose from: {choices}." if choices else f"See {self.prog} --help."
        raise BadInput("cli.usage", f"{plain[:1].upper()}{plain[1:]}.", remedy=remedy)


def parser_of(entry: Entry) -> Parser:
    """Build the parser of one operation."""
    epilog = "A second person must approve this before it takes effect." if entry.four_eyes else None
    prog = f"comity {entry.subject} {entry.verb}"
    short = "FILE | " if entry.name in FROM_A_FILE else ""
    usage = f"{prog} {short}[--field value ...] [--json] [--node DIR|URL]"
    parser = Parser(prog=prog, usage=usage, description=entry.summary, epilog=epilog, allow_abbrev=False)
    fields = parser.add_argument_group("fields") if entry.fields else parser
    # What is needed first; the command itself is read by name.
    for field in sorted(entry.fields, key=lambda field: not field.required):
        _add(fields, field)
    common = parser.add_argument_group("of every command")
    common.add_argument("--json", action="store_true", help="print one JSON document")
    common.add_argument("--node", metavar="DIR|URL", help="which node; else COMITY_NODE")
    common.add_argument("--local", action="store_true", help="act as this user's account, not in the kept session")
    common.add_argument("--purpose", metavar="|".join(entry.purposes), help="why; needed where there is a choice")
    if not _asks_about_a_time(entry):
        common.add_argument("--as-of", metavar="INSTANT", help="legal time of the act (exercise nodes)")
    common.add_argument("--request-id", metavar="ID", help="name of this attempt, for a retry; else random")
    common.add_argument("--from-file", metavar="FILE|-", help="the whole command as JSON; flags go on top")
    common.add_argument("--read", metavar="FIELD=FILE", action="append", default=[], help="one field from a file")
    return parser


def call_of(entry: Entry, given: argparse.Namespace, ask_secret: AskSecret, stdin: TextIO = sys.stdin) -> Call:
    """Make the call that the arguments mean; asks for secrets that are needed and given by no file.

    Raises `BadInput` for what cannot be read.
    """
    command = _from_file(given.from_file, stdin) if given.from_file else {}
    _merge(command, assemble(entry.fields, _texts(entry, given)))
    for field in entry.fields:
        if field.secret:
            _add_secret(command, field, getattr(given, f"{field.path}@file"), ask_secret)
    request_id: str | None = given.request_id
    if request_id is None and entry.kind is Kind.CHANGE:
        request_id = secrets.token_hex(16)
    return Call(
        operation=entry.name,
        command=msgspec.json.encode(command),
        request_id=request_id,
        purpose=given.purpose,
        at=None if _asks_about_a_time(entry) or given.as_of is None else parse_instant(given.as_of, field="--as-of"),
    )


def _asks_about_a_time(entry: Entry) -> bool:
    return any(field.path == _AS_OF for field in entry.fields)


def flag_of(field: Field) -> str:
    """Name a field's flag; one that would hide a flag of every command gets `command.` before it."""
    name = field.path.replace("_", "-")
    return f"--command.{name}" if name in _COMMON else f"--{name}"


def _add(parser: argparse.ArgumentParser | argparse._ArgumentGroup, field: Field) -> None:
    flag, told = flag_of(field), _help(field)
    if field.secret:
        parser.add_argument(f"{flag}-file", dest=f"{field.path}@file", metavar="FILE", help=told)
        return
    metavar = _METAVARS[field.sort]
    if field.many:
        parser.add_argument(flag, dest=field.path, action="append", metavar=metavar, help=told)
    elif field.sort is Sort.TRUTH:
        parser.add_argument(flag, dest=field.path, nargs="?", const="true", metavar="true|false", help=told)
    else:
        parser.add_argument(flag, dest=field.path, metavar=metavar, help=told)


def _help(field: Field) -> str:
    """Say what a field is, what it takes, and whether it must be there."""
    said = [field.title, field.limits]
    if field.choices:
        said.append(f"one of {', '.join(field.choices)}")
    if field.items:
        said.append(f"a record of {', '.join(item.path for item in field.items)}")
    if field.many:
        said.append("may be repeated")
    if field.secret:
        said.append("else asked for")
    said.append("needed" if field.required else "optional")
    return "; ".join(part for part in said if part).replace("%", "%%")


_METAVARS: Final = {Sort.TEXT: "TEXT", Sort.INTEGER: "NUMBER", Sort.TRUTH: "true|false", Sort.JSON: "JSON"}


def _texts(entry: Entry, given: argparse.Namespace) -> Mapping[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for field in entry.fields:
        value: list[str] | str | None = getattr(given, field.path, None)
        if value is not None:
            texts[field.path] = [value] if isinstance(value, str) else value
    for pair in given.read:
        name, _, file = pair.partition("=")
        path = name.replace("-", "_")
        if path not in {field.path for field in entry.fields}:
            raise BadInput("cli.unknown-field", "The command has no such field.", field="--read")
        texts.setdefault(path, []).append(read_text(Path(file), "--read"))
    return texts


def read_text(file: Path, place: str) -> str:
    """Read a UTF-8 file of at most 8 MiB; raises `BadInput` naming the argument that named it."""
    try:
        with file.open("rb") as stream:
            content = stream.read(_FILE_LIMIT + 1)
        if len(content) > _FILE_LIMIT:
            raise BadInput("cli.file-too-large", f"The file is larger than {_FILE_LIMIT} bytes.", field=place)
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput("cli.file-unreadable", "The file cannot be read as UTF-8 text.", field=place) from None


def _from_file(name: str, stdin: TextIO) -> dict[str, JsonValue]:
    text = stdin.read(_FILE_LIMIT + 1) if name == "-" else read_text(Path(name), "--from-file")
    command = codec.decode(text.encode("utf-8", "surrogatepass"), max_bytes=_FILE_LIMIT)
    if not isinstance(command, dict):
        raise BadInput("cli.not-an-object", "The file must hold one JSON object.", field="--from-file")
    return command


def _merge(command: dict[str, JsonValue], on_top: dict[str, JsonValue]) -> None:
    for name, value in on_top.items():
        below = command.get(name)
        if isinstance(below, dict) and isinstance(value, dict):
            _merge(below, value)
        else:
            command[name] = value


def _add_secret(command: dict[str, JsonValue], field: Field, file: str | None, ask_secret: AskSecret) -> None:
    if file is not None:
        secret = read_text(Path(file), f"{flag_of(field)}-file").rstrip("\r\n")
    elif field.required and field.path not in command:
        secret = ask_secret(field.path.replace("_", " ").capitalize() + ": ")
    else:
        return
    _merge(command, assemble([field], {field.path: [secret]}))
