"""`comity list import`: brings the files of an official list to a node, starts the import and waits for its end."""

from __future__ import annotations

import argparse
import base64
import gzip
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from comity.bureau.lists.commands import (
    CHUNK_BYTES,
    MAX_CHUNKS,
    ImportPage,
    ImportStaged,
    ImportState,
    ListImport,
    ListImports,
    Staged,
    StageList,
)
from comity.bureau.lists.records import Format
from comity.core.errors import BadInput, Defect
from comity.runtime.records import JobState, JobView, ShowJob
from comity.surfaces.cli.arguments import Parser
from comity.surfaces.cli.exit_codes import BAD_INPUT, DONE, REFUSED
from comity.surfaces.cli.line import Line
from comity.surfaces.cli.main import Shell
from comity.surfaces.cli.output import render_result, with_instants
from comity.surfaces.cli.reach import OpenNode, node_of, reach
from comity.surfaces.cli.sessions import SessionFiles

_POLL_S: Final = 0.4
_OFAC_PARTS: Final = (("comment", "comments"), ("alt", "alt"), ("add", "add"), ("sdn", "sdn"))
_EXIT: Final = {ImportState.DONE: DONE, ImportState.HELD: REFUSED, ImportState.REFUSED: BAD_INPUT}


def run(argv: list[str], *, open_node: OpenNode, shell: Shell) -> int:
    """Run the command; the exit code is 1 where the import waits for a person, 2 where the file was refused."""
    given = _parser().parse_args(argv)
    files = list(_files(Format(given.format), [Path(name) for name in given.files]))
    node = node_of(given.node, shell.environment)
    token = None if given.local else SessionFiles(shell.environment).load(node)
    with reach(node, open_node) as transport:
        line = Line(transport, token)
        started = _bring(line, Format(given.format), files)
        if not given.no_wait:
            _wait(line, started, shell)
        page = line.ask("list.status", ListImports(id=started.id), ImportPage)
    ended = page.imports[0]
    if given.json:
        shell.out.write(msgspec.json.encode(ended).decode() + "\n")
    else:
        times = frozenset({"created", "updated"})
        shell.out.write(render_result(with_instants(msgspec.json.decode(msgspec.json.encode(ended)), times)))
    return _EXIT.get(ended.state, DONE)


def _bring(line: Line, form: Format, files: list[tuple[str, bytes]]) -> ListImport:
    staging: str | None = None
    for file, content in files:
        pieces = range(0, max(len(content), 1), CHUNK_BYTES)
        for number, start in enumerate(pieces):
            piece = content[start : start + CHUNK_BYTES]
            command = StageList(
                format=form,
                file=file,
                number=number,
                content=base64.b64encode(piece).decode("ascii"),
                last=number == len(pieces) - 1,
                staging=staging,
            )
            staging = line.ask("list.stage", command, Staged, change=True).staging
    return line.ask("list.import", ImportStaged(staging=staging or ""), ListImport, change=True)


def _wait(line: Line, started: ListImport, shell: Shell) -> None:
    """Wait until the job has ended, telling a terminal how far it is."""
    on_terminal = shell.err.isatty()
    while True:
        job = line.ask("job.show", ShowJob(id=started.job or ""), JobView)
        if on_terminal:
            shell.err.write(f"\r{job.done} of {job.total or '?'} rows")
            shell.err.flush()
        if job.state in {JobState.DONE, JobState.FAILED}:
            break
        time.sleep(_POLL_S)
    if on_terminal:
        shell.err.write("\n")
    if job.state is JobState.FAILED:
        raise Defect("list.job-failed", f"The import ended with {job.error_code}.", remedy="See comity job show.")


def _files(form: Format, paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield each file with the part it plays, which for OFAC its name tells; raises `BadInput`."""
    if form is not Format.OFAC_SDN:
        if len(paths) != 1:
            raise BadInput("list.files", "This list is one file.", field="FILE")
        yield "list", _content(paths[0])
        return
    named = {_ofac_part(path): path for path in paths}
    wanted = [part for _, part in _OFAC_PARTS]
    if len(paths) != len(wanted) or set(named) != set(wanted):
        raise BadInput(
            "list.files",
            "This list is four files, told apart by their names: sdn, alt, add, comments.",
            field="FILE",
            remedy="Name sdn.csv, alt.csv, add.csv and sdn_comments.csv.",
        )
    for part in wanted:
        yield part, _content(named[part])


def _ofac_part(path: Path) -> str:
    name = path.name.lower()
    return next((part for word, part in _OFAC_PARTS if word in name), "")


def _content(path: Path) -> bytes:
    """Read a file, unpacked where its name ends in `.gz`; raises `BadInput` naming the argument, never its content."""
    limit = CHUNK_BYTES * MAX_CHUNKS
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            content = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise BadInput("cli.file-unreadable", "A file cannot be read.", field="FILE") from None
    if len(content) > limit:
        raise BadInput("cli.file-too-large", f"A file is larger than {limit} bytes.", field="FILE")
    return content


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="comity list import",
        description="Import an official list. A list is not an alert: nobody is refused for an entry.",
        epilog="Exit code 1: the import waits for a person, see comity list release. 2: the file was refused.",
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="the list's file or files; .gz is unpacked")
    parser.add_argument("--format", required=True, choices=[each.value for each in Format])
    parser.add_argument("--node", metavar="DIR|URL", help="which node; else COMITY_NODE")
    parser.add_argument("--local", action="store_true", help="act as this user's account, not in the kept session")
    parser.add_argument("--no-wait", action="store_true", help="start the import and return")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser
