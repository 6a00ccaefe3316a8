"""A border post with its bureau on one node: hired people, lists brought over HTTP as any program would bring them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.bench.metered import Meter
from comity.bureau.lists.commands import ListImport
from comity.bureau.lists.records import Format
from comity.core.vocabulary import Function
from comity.exercise import lists
from comity.exercise.client import Client
from comity.exercise.federation import AUTHORITIES, await_until
from comity.exercise.process import NodeProcess, found
from comity.exercise.staff import Staff
from comity.exercise.story import PASSPHRASE
from comity.oversight.records import KeySet

GUARDS: Final = "police-aux-frontieres"
_BUREAU: Final = "sirene-france"
_PATIENCE_S: Final = 300


@dataclass(slots=True)
class Post:
    """A running node with a guard and a bureau officer signed in, and the meter of its searches."""

    node: NodeProcess
    guard: Client
    bureau: Client
    meter: Meter

    def bring(self, form: Format, files: Mapping[str, bytes]) -> ListImport:
        """Bring a list and wait until its import has ended."""
        return lists.bring(self.bureau, form, files)

    def begin(self, form: Format, files: Mapping[str, bytes]) -> ListImport:
        """Stage a list's files and start the import."""
        return lists.begin_import(self.bureau, form, files)

    def status(self, one: ListImport) -> ListImport:
        """Return an import as it stands."""
        return lists.import_status(self.bureau, one)

    def wait(self, one: ListImport) -> ListImport:
        """Wait for the end of an import."""
        return lists.await_import(self.bureau, one)

    def restart(self) -> None:
        """Start the node (again), and wait until its searches are answered from memory."""
        for client in (self.guard, self.bureau):
            client.close()  # those connections went with the process; the sessions did not
        self.node.start()
        self.await_index()

    def await_index(self) -> None:
        """Wait until the index is laid out."""
        await_until(lambda: self.meter.read()[2], "the index is laid out", _PATIENCE_S)


@contextlib.contextmanager
def post(folder: Path) -> Iterator[Post]:
    """Open a border post."""
    node = found(folder / "post", "FRA", AUTHORITIES["FRA"])
    node.program = "comity.bench.metered"
    meter = Meter(node.directory)
    node.start()
    try:
        with contextlib.closing(Staff(node)) as staff:
            staff.supervisor.client.call("search-log.set-key", {"passphrase": PASSPHRASE}, KeySet)
            guard = staff.hire("border-guard", GUARDS, Function.FIRST_LINE).client
            bureau = staff.hire("bureau-officer", _BUREAU, Function.BUREAU_OFFICER).client
            yield Post(node=node, guard=guard, bureau=bureau, meter=meter)
    finally:
        node.stop()
