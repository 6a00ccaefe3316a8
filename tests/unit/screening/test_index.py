"""The contract of `ScreeningIndex`, run on each implementation over a real store."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from comity.core.ids import Owner
from comity.core.ports import RecordChanged
from comity.core.time import CivilDate
from comity.core.vocabulary import Purpose
from comity.screening import (
    METADATA,
    Found,
    MemoryIndex,
    Probe,
    ScreeningIndex,
    SimpleIndex,
    Subject,
    SubjectDocument,
    SubjectName,
    projection,
    store,
)
from comity.screening.index.mapped.room import MappedRoomIndex
from comity.screening.ports import Read
from tests.support.house import House, actor, open_house

TODAY = CivilDate("2026-11-25")
WHO = actor()


class Holder:
    """Subjects by record id, as another room would hold them."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.folder = folder
        self.subjects: dict[str, Subject] = {}
        self.project = projection(lambda change: self.subjects.get(change.id))

    def put(self, record: str, subject: Subject | None, *, version: int = 1, party: str = "FRA") -> None:
        owner = Owner(party=party, authority="court")
        # Any record serves: the adapter, not the projection, reads it.
        held = None if subject is None else owner
        if subject is not None:
            self.subjects[record] = subject
        with self.house.work(WHO) as work:
            self.project(work, RecordChanged(kind="alert", id=record, owner=owner, version=version, record=held))

    def find(self, index: ScreeningIndex, probe: Probe) -> Found:
        with self.house.work(WHO) as work:
            return index.search(work.read, probe)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[Holder]:
    with open_house(tmp_path, METADATA) as house:
        yield Holder(house, tmp_path)


class LaidOutAnew:
    """The index in memory, laid out from the snapshot of each search: nothing it knows came by a commit it heard of."""

    def search(self, read: Read, probe: Probe) -> Found:
        memory = MemoryIndex()
        memory.lay_out(memory.begin(), read)
        return memory.search(read, probe)


def listening(holder: Holder) -> ScreeningIndex:
    """Return the index in memory, laid out while there was nothing: all it knows came by commits that it heard of."""
    memory = MemoryIndex()
    holder.house.database.writer.watch(store.TABLES, memory.take)
    shelf = memory.begin()
    with holder.house.work(WHO) as work:
        memory.lay_out(shelf, work.read)
    return memory


class MappedAnew:
    """The mapped index, laid out from the snapshot of each search."""

    def search(self, read: Read, probe: Probe) -> Found:
        with tempfile.TemporaryDirectory() as folder:
            mapped = MappedRoomIndex(Path(folder))
            mapped.lay_out(read)
            try:
                return mapped.search(read, probe)
            finally:
                mapped.close()


def mapped_listening(holder: Holder) -> ScreeningIndex:
    """Return the mapped index, laid out while there was nothing: all it knows came by commits that it heard of."""
    mapped = MappedRoomIndex(holder.folder / "index")
    holder.house.database.writer.watch(store.TABLES, mapped.take)
    with holder.house.work(WHO) as work:
        mapped.lay_out(work.read)
    return mapped


MADE: dict[str, Callable[[Holder], ScreeningIndex]] = {
    "mapped-laid-out": lambda _: MappedAnew(),
    "mapped-listening": mapped_listening,
    "sql": lambda _: SimpleIndex(),
    "memory-laid-out": lambda _: LaidOutAnew(),
    "memory-listening": listening,
    "memory-not-ready": lambda _: MemoryIndex(),
}


@pytest.fixture(params=list(MADE))
def index(request: pytest.FixtureRequest, holder: Holder) -> ScreeningIndex:
    return MADE[request.param](holder)


def subject(surname: str, date: str = "1980-02-03", number: str | None = None, expires: str = "2031-01-01") -> Subject:
    documents = (SubjectDocument(country="UTO", number=number),) if number else ()
    return Subject(
        category="ARR",
        names=(SubjectName(surname=surname, forenames="Anna"),),
        birth_dates=(date,),
        documents=documents,
        expires=CivilDate(expires),
    )


def ask(surname: str = "", date: str | None = None, number: str | None = None) -> Probe:
    return Probe(
        on=TODAY,
        names=(SubjectName(surname=surname, forenames="Anna"),) if surname else (),
        birth_date=date,
        documents=(SubjectDocument(country="UTO", number=number),) if number else (),
    )


def ids(found: Found) -> list[str]:
    return [candidate.id for candidate in found.candidates]


@pytest.mark.parametrize(
    "probe",
    [
        ask("Synthetic Müller", "1980-02-03"),
        ask("SYNTHETIC MUELLER", "1980-03-02"),
        ask("Synthetic Muller"),
        ask("Synthetic Mulller", "1980"),
        ask(number="syn 1"),
        ask("Married Name", "1955-05-05", "SYN1"),
    ],
)
def test_a_person_is_found_by_name_date_or_document(holder: Holder, index: ScreeningIndex, probe: Probe) -> None:
    holder.put("a", subject("Synthetic Müller", number="SYN-1"))
    holder.put("b", subject("Nobody Else", "1999-09-09", number="SYN-2"))

    assert ids(holder.find(index, probe)) == ["a"]


def test_a_change_replaces_and_a_removal_removes_every_trace(holder: Holder, index: ScreeningIndex) -> None:
    holder.put("a", subject("Synthetic First", number="SYN-1"))
    holder.put("a", subject("Synthetic Second"), version=2)

    assert ids(holder.find(index, ask(number="SYN-1"))) == []
    (candidate,) = holder.find(index, ask("Synthetic Second", "1980-02-03")).candidates
    assert candidate.version == 2

    holder.put("a", None, version=3)
    with holder.house.work(WHO) as work:
        assert work.read(select(store.ENTRY)) == []
        assert work.read(select(store.KEY)) == []


def test_the_same_id_of_two_parties_is_two_records(holder: Holder, index: ScreeningIndex) -> None:
    holder.put("a", subject("Synthetic First"), party="FRA")
    holder.put("a", subject("Synthetic First"), party="DEU")
    holder.put("a", None, party="DEU")

    found = holder.find(index, ask("Synthetic First", "1980-02-03"))

    assert [candidate.owner.party for candidate in found.candidates] == ["FRA"]


def test_what_has_expired_is_not_found(holder: Holder, index: ScreeningIndex) -> None:
    holder.put("a", subject("Synthetic First", expires="2026-11-24"))
    holder.put("b", subject("Synthetic First", expires="2026-11-25"))

    assert ids(holder.find(index, ask("Synthetic First", "1980-02-03"))) == ["b"]


def test_the_strongest_evidence_comes_first(holder: Holder, index: ScreeningIndex) -> None:
    holder.put("name", subject("Synthetic Fisrt"))
    holder.put("exact", subject("Synthetic First"))
    holder.put("swap", subject("Synthetic First", "1980-03-02"))
    holder.put("document", subject("Someone Different", "1970-01-01", "SYN-1"))

    found = holder.find(index, ask("Synthetic First", "1980-02-03", "SYN-1"))

    assert ids(found) == ["document", "exact", "swap", "name"]
    assert found.candidates[1].evidence.fields == ("name", "birth_date")
    assert not found.limit_reached


def test_a_search_that_stops_early_says_so_and_keeps_the_document(holder: Holder) -> None:
    for number in range(6):
        holder.put(f"r{number}", subject("Synthetic Common", f"19{50 + number}-01-01"))
    holder.put("z", subject("Synthetic Common", number="SYN-1"))

    found = holder.find(SimpleIndex(strong_limit=10, name_limit=3), ask("Synthetic Common", None, "SYN-1"))

    assert found.limit_reached
    assert ids(found)[0] == "z"


def test_kinds_and_categories_narrow(holder: Holder, index: ScreeningIndex) -> None:
    holder.put("a", subject("Synthetic First"))
    probe = ask("Synthetic First")

    def find(*, categories: tuple[str, ...] = (), kinds: tuple[str, ...] = ()) -> list[str]:
        return ids(holder.find(index, msgspec.structs.replace(probe, categories=categories, kinds=kinds)))

    assert find(categories=("ARR",), kinds=("alert",)) == ["a"]
    assert find(categories=("REF",)) == []
    assert find(kinds=("listing",)) == []


def test_an_empty_probe_finds_nobody(holder: Holder, index: ScreeningIndex) -> None:
    holder.put("a", subject("Synthetic First"))

    assert holder.find(index, Probe(on=TODAY)) == Found(candidates=(), limit_reached=False)


def test_what_the_snapshot_does_not_hold_is_not_found_and_what_it_holds_still_is(holder: Holder) -> None:
    index = listening(holder)
    holder.put("a", subject("Synthetic First", number="SYN-1"))

    with holder.house.works().open(WHO, Purpose.BORDERS) as before:
        before.read(select(store.ENTRY))
        holder.put("a", subject("Synthetic Second", number="SYN-2"), version=2)
        holder.put("b", subject("Synthetic First", number="SYN-1"))

        (candidate,) = index.search(before.read, ask("Synthetic First", "1980-02-03", "SYN-1")).candidates
        assert (candidate.id, candidate.version) == ("a", 1)
        assert ids(index.search(before.read, ask(number="SYN-2"))) == []

    assert ids(holder.find(index, ask(number="SYN-1"))) == ["b"]
    assert ids(holder.find(index, ask(number="SYN-2"))) == ["a"]


def test_what_was_never_committed_is_not_found(holder: Holder) -> None:
    index = MemoryIndex()
    shelf = index.begin()
    with holder.house.work(WHO) as work:
        index.lay_out(shelf, work.read)
    change = RecordChanged(kind="alert", id="a", owner=Owner(party="FRA", authority="court"), version=1, record=WHO)
    index.take(store.add(change, subject("Synthetic First", number="SYN-1"), ("doc:*:SYN1",)))

    assert ids(holder.find(index, ask(number="SYN-1"))) == []


def test_an_index_is_built_again_when_much_has_changed_and_hears_of_changes_meanwhile(holder: Holder) -> None:
    index = MemoryIndex()
    holder.house.database.writer.watch(store.TABLES, index.take)
    stale_at_first = index.stale
    shelf = index.begin()
    with holder.house.works().open(WHO, Purpose.BORDERS) as work:
        work.read(select(store.ENTRY))
        holder.put("a", subject("Synthetic First"))
        index.lay_out(shelf, work.read)

    assert (stale_at_first, index.stale) == (True, False)
    assert ids(holder.find(index, ask("Synthetic First"))) == ["a"]

    given_up = index.begin()
    index.drop(given_up)
    holder.put("b", subject("Synthetic First"))

    assert given_up.held == []
    assert ids(holder.find(index, ask("Synthetic First"))) == ["a", "b"]


def test_names_of_what_was_withdrawn_or_overtaken_are_forgotten_a_little_later(holder: Holder) -> None:
    index = MemoryIndex()
    holder.house.database.writer.watch(store.TABLES, index.take)
    shelf = index.begin()
    holder.put("a", subject("Withdrawn Entirely"))
    holder.put("b", subject("Synthetic Old", "1980"))
    with holder.house.work(WHO) as work:
        index.lay_out(shelf, work.read)
    holder.put("a", None, version=2)
    holder.put("b", subject("Synthetic New"), version=2)

    index.forget()
    kept = [entry.names for entry in shelf.held]
    index.forget()
    names = {name for entry in shelf.held for name in entry.names}

    assert ("anna entirely withdrawn",) in kept
    assert names == {"anna new synthetic"}
    assert not shelf.partial
    assert ids(holder.find(index, ask("Synthetic New", "1980-02-03"))) == ["b"]
    assert ids(holder.find(index, ask("Withdrawn Entirely", "1980-02-03"))) == []


def test_nothing_is_forgotten_while_an_index_is_laid_out(holder: Holder) -> None:
    index = listening(holder)
    assert isinstance(index, MemoryIndex)
    holder.put("a", subject("Synthetic First"))
    coming = index.begin()
    holder.put("a", None, version=2)

    index.forget()
    index.forget()
    names = [entry.names for entry in coming.held]
    with holder.house.work(WHO) as work:
        index.lay_out(coming, work.read)
    index.forget()
    index.forget()

    assert names == []
    assert all(entry.names == () for entry in coming.held)
