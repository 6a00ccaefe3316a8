"""The command line's one way through: which command, which node, one call, one result or one error."""

from __future__ import annotations

import getpass
import shutil
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

import msgspec

from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound, Unreachable
from comity.runtime.records import Call
from comity.surfaces.cli import help as pages
from comity.surfaces.cli.arguments import AskSecret, call_of, parser_of
from comity.surfaces.cli.exit_codes import DEFECT, DONE, REFUSED, exit_code_of
from comity.surfaces.cli.help import LocalCommand
from comity.surfaces.cli.manifest import Entry
from comity.surfaces.cli.output import render_error, render_result, with_instants
from comity.surfaces.cli.reach import OpenNode, node_of, reach
from comity.surfaces.cli.sessions import SessionFiles
from comity.surfaces.failures import describe, trace_of

_HELP: Final = frozenset({"-h", "--help", "help"})
_INTERRUPTED: Final = 130
_BANNER: Final = "EXERCISE \u2013 synthetic data\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What the process gives a command: its streams, its environment and a way to ask for a secret without echo.

    `columns` is the width of the terminal, None where the output goes elsewhere.
    """

    environment: Mapping[str, str]
    out: TextIO
    err: TextIO
    stdin: TextIO
    ask_secret: AskSecret
    columns: int | None = None


def shell_of_process(environment: Mapping[str, str]) -> Shell:
    """Give the shell of this very process."""
    return Shell(
        environment=environment,
        out=sys.stdout,
        err=sys.stderr,
        stdin=sys.stdin,
        ask_secret=getpass.getpass,
        columns=shutil.get_terminal_size().columns if sys.stdout.isatty() else None,
    )


def main(
    argv: Sequence[str],
    *,
    entries: Mapping[str, Entry],
    open_node: OpenNode,
    shell: Shell,
    local: Sequence[LocalCommand] = (),
) -> int:
    """Run one command line (without the program's name) and return the exit code; nothing is raised."""
    try:
        return _Run(entries, open_node, shell, local).run(list(argv))
    except ComityError as error:
        shell.err.write(render_error(error))
        if "--json" in argv:
            # A program that asked for JSON gets one document in every case; the text above is for its log.
            shell.out.write(msgspec.json.encode({"error": describe(error, trace_of(error) or "")}).decode() + "\n")
        _trace(shell)
        return exit_code_of(error)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost loop of the process
        name = type(error).__name__
        shell.err.write(f"error: a defect of this program ({name}).\n  remedy: run again with COMITY_DEBUG=1\n")
        _trace(shell)
        return DEFECT


def _trace(shell: Shell) -> None:
    if shell.environment.get("COMITY_DEBUG") == "1":
        shell.err.write(traceback.format_exc())


class _Run:
    def __init__(
        self, entries: Mapping[str, Entry], open_node: OpenNode, shell: Shell, local: Sequence[LocalCommand]
    ) -> None:
        self._entries = entries
        self._open_node = open_node
        self._shell = shell
        self._local = local
        self._sessions = SessionFiles(shell.environment)

    def run(self, argv: list[str]) -> int:
        if not argv or argv[0] in _HELP:
            self._shell.out.write(pages.overview(self._entries, self._local))
            return DONE
        for command in self._local:
            words = command.name.split(" ")
            if argv[: len(words)] == words:
                return command.run(argv[len(words) :])
        subject = argv[0]
        page = pages.subject_page(subject, self._entries, self._local)
        if not page:
            raise NotFound("cli.unknown-subject", "There is no such subject.", remedy="See comity --help.")
        if len(argv) == 1 or argv[1] in _HELP:
            self._shell.out.write(page)
            return DONE
        entry = self._entries.get(f"{subject}.{argv[1]}")
        if entry is None:
            raise NotFound("cli.unknown-verb", "The subject has no such verb.", remedy=f"See comity {subject} --help.")
        return self._operate(entry, argv[2:])

    def _operate(self, entry: Entry, argv: list[str]) -> int:
        parser = parser_of(entry)
        if any(word in {"-h", "--help"} for word in argv):
            self._shell.out.write(parser.format_help())
            return DONE
        given = parser.parse_args(argv)
        node = node_of(given.node, self._shell.environment)
        call = call_of(entry, given, self._shell.ask_secret, self._shell.stdin)
        body = self._send(call, node, use_session=not given.local)
        result: JsonValue = msgspec.json.decode(body)
        self._follow(entry, node, result)
        if given.json:
            self._shell.out.write(msgspec.json.encode(result).decode() + "\n")
        else:
            self._shell.out.write(render_result(with_instants(result, frozenset(entry.instants)), self._shell.columns))
        # Whoever checks a ledger in a script asks for its exit code.
        unsound = isinstance(result, dict) and result.get("sound") is False
        return REFUSED if unsound else DONE

    def _send(self, call: Call, node: str, *, use_session: bool) -> bytes:
        token = self._sessions.load(node) if use_session and call.operation != "session.open" else None
        try:
            with reach(node, self._open_node) as transport:
                body = transport.send(call, token)
                if transport.exercise:
                    self._shell.err.write(_BANNER)
                return body
        except Unreachable as error:
            if call.request_id is not None:
                error.remedy_words = f"{error.remedy} A retry with --request-id {call.request_id} acts once."
            raise

    def _follow(self, entry: Entry, node: str, result: JsonValue) -> None:
        """Keep the token of a session that was opened, which is then not printed; drop that of one that was closed."""
        if entry.name == "session.open" and isinstance(result, dict) and isinstance(result.get("token"), str):
            self._sessions.save(node, str(result.pop("token")))
        elif entry.name == "session.close":
            self._sessions.forget(node)
