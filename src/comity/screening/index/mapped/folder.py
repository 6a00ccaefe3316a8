"""An index of persons and keys in a folder, with the log of what came since: what processes open and search.

`current` names the files of the generation that counts; a new one takes its place by one rename, and the log of the old
one tells readers so.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

import msgspec

from comity.core import codec
from comity.core.errors import BadInput
from comity.screening.index.mapped.build import Built, Told, build
from comity.screening.index.mapped.build_keys import build_keys
from comity.screening.index.mapped.keys import KeyIndex, pack
from comity.screening.index.mapped.layout import DamagedIndex, sync_folder
from comity.screening.index.mapped.live import Change, LogReader, LogWriter, make_log
from comity.screening.index.mapped.recent import LIMIT
from comity.screening.index.mapped.records import Limits, Nearest, Wanted
from comity.screening.index.mapped.search import PersonIndex
from comity.screening.index.mapped.source import Source
from comity.screening.index.mapped.vocabulary import Spellings

CURRENT: Final = "current"


class Generation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The files that count."""

    generation: int

    @property
    def persons(self) -> str:
        """The file of persons."""
        return f"persons-{self.generation}.cix"

    @property
    def keys(self) -> str:
        """The file of keys."""
        return f"keys-{self.generation}.cix"

    @property
    def log(self) -> str:
        """The log of what came since."""
        return f"since-{self.generation}.log"


def read_current(folder: Path) -> Generation | None:
    """Return the generation that counts, None where nothing has been built. Raises `DamagedIndex`."""
    try:
        return codec.quick((folder / CURRENT).read_bytes(), Generation)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise DamagedIndex("screening.index-damaged", "The index's list of files is damaged.", field=CURRENT) from error


def build_folder(
    folder: Path, persons: Source, keys: Source, spellings: Spellings = (), told: Told | None = None
) -> Built:
    """Build the next generation and put it in place of the one before; searches go on meanwhile.

    Changes logged while it is built are not in it: whoever builds from a snapshot logs again what came after it.
    Raises as `build` and `build_keys`, and leaves what stood.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = read_current(folder)
    now = Generation(1 if before is None else before.generation + 1)
    built = build(persons, folder / now.persons, spellings, told)
    build_keys(keys, folder / now.keys, told)
    make_log(folder / now.log, now.generation)
    under_way = folder / f"{CURRENT}.new"
    with under_way.open("wb") as stream:
        stream.write(msgspec.json.encode(now))
        stream.flush()
        os.fsync(stream.fileno())
    under_way.rename(folder / CURRENT)
    sync_folder(folder)
    if before is not None:
        with LogWriter(folder / before.log) as log:
            log.close_for(now.generation)
        for name in (before.persons, before.keys, before.log):
            (folder / name).unlink(missing_ok=True)
    return built


class MappedIndex:
    """An index of a folder, opened for searching; any number of threads and processes may have it open.

    Every search first takes in what the log has new, and goes over to a newer generation where there is one.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self._folder = folder
        self._limits = limits
        self._lock = threading.Lock()
        self._open()

    @property
    def persons(self) -> PersonIndex:
        """The index of persons that counts."""
        return self._persons

    @property
    def keys(self) -> KeyIndex:
        """The index of keys that counts, without what came since."""
        return self._keys

    @property
    def is_stale(self) -> bool:
        """Whether so much has changed that it should be built again."""
        return self._persons.since.size > LIMIT

    @property
    def is_changed(self) -> bool:
        """Whether anything came, changed or went since the files were built."""
        self.refresh()
        since = self._persons.since
        return bool(since.size or since.overtaken)

    def search(self, wanted: Wanted) -> Nearest:
        """Return who may be meant; see `PersonIndex.search`."""
        self.refresh()
        return self._persons.search(wanted)

    def find(self, kind: int, text: str) -> tuple[int, ...]:
        """Return the entries that have a number (letters and digits in upper case) of a kind.

        A number of more than ten characters may, by chance of one in 2**62, bring an entry that does not have it.
        """
        self.refresh()
        key = pack(kind, text)
        since = self._persons.since
        found = self._keys.find(key)
        if since.overtaken:
            found = tuple(number for number in found if number not in since.overtaken)
        return found + since.keys.get(key, ())

    def warm_up(self) -> None:
        """Read what searches touch, in the order of the files: what is cold costs a disk access each."""
        self._persons.warm_up()
        self._keys.warm_up()

    def refresh(self) -> None:
        """Take in what is new; costs nothing where nothing is. Raises `DamagedIndex`."""
        log = self._log
        if not log.is_behind and not log.is_closed:
            return
        with self._lock:
            if self._log.is_closed:
                self._open()
            for change in self._log.read():
                self._persons.since.take(change)

    def check(self) -> None:
        """Compare all files with their checksums. Raises `DamagedIndex`."""
        self._persons.check()
        self._keys.check()

    def _open(self) -> None:
        while True:
            current = read_current(self._folder)
            if current is None:
                raise BadInput(
                    "screening.no-index", "No index has been built here.", field="index", remedy="Build it first."
                )
            try:
                persons = PersonIndex.open(self._folder / current.persons, self._limits)
                keys = KeyIndex.open(self._folder / current.keys)
                log = LogReader(self._folder / current.log)
            except BadInput:
                # Another generation may have come, and taken these files away, between two looks.
                if read_current(self._folder) == current:
                    raise
                continue
            self._persons, self._keys, self._log = persons, keys, log
            return


def log_of(folder: Path) -> LogWriter:
    """Open the log of the generation that counts for adding.

    Raises `BadInput`, `DamagedIndex`, or `Refused` where another process writes it.
    """
    current = read_current(folder)
    if current is None:
        raise BadInput("screening.no-index", "No index has been built here.", field="index", remedy="Build it first.")
    return LogWriter(folder / current.log)


__all__ = ["Change", "Generation", "MappedIndex", "build_folder", "log_of", "read_current"]
