"""`comity demo`: the story on three real node processes, then the nodes left running to look at."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.core.errors import BadInput, ComityError
from comity.exercise.federation import Federation
from comity.exercise.story import PARTIES, PASSPHRASE, Story
from comity.surfaces.cli.arguments import Parser

_FAILED = 1


def main(argv: list[str]) -> int:
    """Run the demo; exit code 0 if the story came out as it must, 1 with what failed otherwise."""
    parser = Parser(
        prog="comity demo",
        description="Three nodes on this machine; an alert crosses a border under an agreement. Persons are synthetic.",
    )
    parser.add_argument("--no-serve", action="store_true", help="end after the story instead of staying up")
    parser.add_argument("--directory", metavar="DIR", help="keep the nodes here (default: a directory that is removed)")
    given = parser.parse_args(argv)
    begun = time.perf_counter()
    try:
        with _directory(given.directory) as folder, _opened(folder) as federation:
            _tell(
                f"{(time.perf_counter() - begun) * 1000:8.0f} ms  three nodes founded and running: {', '.join(PARTIES)}"
            )
            Story(federation, _tell).run()
            _tell(f"\nThe story came out as it must, in {time.perf_counter() - begun:.1f} s.")
            if not given.no_serve:
                _stay_up(federation)
    except ComityError as error:
        _tell(f"\nFAILED: {error}\n  remedy: {error.remedy}")
        return _FAILED
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def _directory(named: str | None) -> Iterator[Path]:
    if named is not None:
        path = Path(named).resolve()
        if path.exists() and any(path.iterdir()):
            raise BadInput("demo.directory-not-empty", "The directory is not empty.", field="--directory")
        path.mkdir(parents=True, exist_ok=True)
        yield path
        return
    path = Path(tempfile.mkdtemp(prefix="comity-demo-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _opened(folder: Path) -> Iterator[Federation]:
    federation = Federation.open(folder, PARTIES)
    with contextlib.closing(federation):
        yield federation


def _stay_up(federation: Federation) -> None:
    _tell("\nThe nodes stay up; sign in as:")
    for member in federation.members.values():
        _tell(f"\n  {member.node.party}  {member.node.url}")
        for person in member.staff.people.values():
            _tell(f"      {person.name:<20} {person.password}")
    _tell(f"\nThe supervisors' passphrase for the search log: {PASSPHRASE}")
    _tell("Press Ctrl-C to stop the nodes.")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    _tell("Stopping.")
