"""A bureau that imports lists: files staged by its operations, jobs worked off by the real runner."""

from __future__ import annotations

import base64
import contextlib
import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from comity.bureau.lists import operations as list_operations
from comity.bureau.lists import projections, store
from comity.bureau.lists.commands import (
    CHUNK_BYTES,
    EntryPage,
    ImportPage,
    ImportStaged,
    ListEntries,
    ListImport,
    ListImports,
    ListingView,
    NamedImport,
    Report,
    ShowListing,
    ShowReport,
    Staged,
    StageList,
)
from comity.bureau.lists.records import Format
from comity.bureau.lists.tasks import tasks
from comity.core import codec
from comity.core.job import AnyTask
from comity.core.ports import Actor
from comity.core.vocabulary import Function, Role
from comity.runtime.jobs import JobRunner
from comity.runtime.run import Runtime
from comity.screening.store import METADATA as SCREENING_TABLES
from tests.support.house import House, actor, call, open_house

NODE = actor("FRA", "node-operator", name="operator")
OFFICER = actor("FRA", "sirene-france", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU)

UN_FILE = "un_consolidated.xml.gz"
OFAC_FILES = {"sdn": "ofac_sdn.csv.gz", "alt": "ofac_alt.csv.gz", "add": "ofac_add.csv.gz"}


class ListDesk:
    """What a test asks of the lists."""

    def __init__(self, house: House) -> None:
        self.house = house
        house.projections = {kind: (project,) for kind, project in projections.PROJECTIONS.items()}
        self.runtime: Runtime = house.runtime(list_operations.OPERATIONS)

    def run(self, name: str, command: msgspec.Struct, who: Actor = OFFICER, purpose: str | None = None) -> bytes:
        return self.runtime.run(call(name, command, purpose=purpose), who).body

    def stage(self, form: Format, files: Mapping[str, bytes]) -> str:
        staging: str | None = None
        for file, content in files.items():
            pieces = [content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES)] or [b""]
            for number, piece in enumerate(pieces):
                command = StageList(
                    format=form,
                    file=file,
                    number=number,
                    content=base64.b64encode(piece).decode(),
                    last=number == len(pieces) - 1,
                    staging=staging,
                )
                staging = codec.decode_as(self.run("list.stage", command), Staged).staging
        assert staging is not None
        return staging

    def begin(self, form: Format, files: Mapping[str, bytes]) -> ListImport:
        staging = self.stage(form, files)
        return codec.decode_as(self.run("list.import", ImportStaged(staging=staging)), ListImport)

    def bring(self, form: Format, files: Mapping[str, bytes]) -> ListImport:
        """Stage, import, work the job off, and return what became of it."""
        started = self.begin(form, files)
        self.work_off()
        return self.status(started.id)

    def runner(self, worker: str = "one", work: tuple[AnyTask, ...] | None = None) -> JobRunner:
        return JobRunner(self.house.works(), self.house.database.writer, work or tasks(), NODE, worker)

    def work_off(self) -> None:
        runner = self.runner()
        while runner.run_next() is not None:
            pass

    def status(self, one: str) -> ListImport:
        return codec.decode_as(self.run("list.status", ListImports(id=one)), ImportPage).imports[0]

    def report(self, one: str, **more: object) -> Report:
        return codec.decode_as(self.run("list.report", ShowReport(id=one, **more)), Report)  # type: ignore[arg-type]  # test data

    def release(self, one: str) -> ListImport:
        return codec.decode_as(self.run("list.release", NamedImport(id=one)), ListImport)

    def entries(self, **more: object) -> EntryPage:
        return codec.decode_as(self.run("list.entries", ListEntries(**more)), EntryPage)  # type: ignore[arg-type]  # test data

    def show(self, listing: str) -> ListingView:
        return codec.decode_as(self.run("list.show", ShowListing(id=listing)), ListingView)


@contextlib.contextmanager
def open_desk(folder: Path) -> Iterator[ListDesk]:
    """Open a house with the tables of lists and index."""
    with open_house(folder, store.METADATA, SCREENING_TABLES) as house:
        desk = ListDesk(house)
        try:
            yield desk
        finally:
            desk.runtime.close()


def unpacked(data: Path, name: str) -> bytes:
    """Return a reference file of the screening folder, unpacked."""
    return gzip.decompress((data / "data" / "screening" / name).read_bytes())


def un_files(data: Path) -> dict[str, bytes]:
    return {"list": unpacked(data, UN_FILE)}


def ofac_files(data: Path) -> dict[str, bytes]:
    found = {part: unpacked(data, name) for part, name in OFAC_FILES.items()}
    return {**found, "comments": unpacked(data, "ofac_sdn_comments.csv.gz")}


def eu_files(data: Path) -> dict[str, bytes]:
    return {"list": unpacked(data, "eu_reg_269_2014.csv.gz")}
