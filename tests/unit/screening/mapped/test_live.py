"""Changes since an index was built: they count at once, in every process, and a newer index takes over."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from comity.core.errors import BadInput, Refused
from comity.screening.index.mapped.build import entry_lines
from comity.screening.index.mapped.build_keys import key_lines
from comity.screening.index.mapped.dates import read_date
from comity.screening.index.mapped.folder import MappedIndex, build_folder, log_of, read_current
from comity.screening.index.mapped.keys import NumberOf, pack
from comity.screening.index.mapped.layout import DamagedIndex
from comity.screening.index.mapped.live import HEAD, Change
from comity.screening.index.mapped.records import Entry, Wanted

FIRST = Entry(number=1, names=("Synthetic First",), dates=("1980-02-03",))
SECOND = Entry(number=2, names=("Synthetic Second",), dates=("1981-02-03",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    numbers = [NumberOf(kind=1, text="SYN1", number=1), NumberOf(kind=1, text="SYN2", number=2)]
    build_folder(tmp_path, entry_lines((FIRST, SECOND)), key_lines(numbers))
    return tmp_path


def ids(index: MappedIndex, name: str, date: str | None = None) -> list[int]:
    found = index.search(Wanted(names=(name,), date=None if date is None else read_date(date))).found
    return [near.number for near in found]


def test_a_new_entry_counts_at_once(folder: Path) -> None:
    index = MappedIndex(folder)
    assert ids(index, "Vymyslena Osobnost", "1990-05-06") == []

    with log_of(folder) as log:
        log.add(Change(number=3, names=("Vymyslena Osobnost",), dates=("1990-05-06",), keys=(pack(1, "NEW3"),)))

    for name, date in (
        ("Vymyslena Osobnost", "1990-05-06"),
        ("Vymislena Osobnosd", "1990-06-05"),
        ("Vymyslena Osobnost", None),
        ("Vymyslena Osobnost", "1990"),
        ("Osobnost", "1990-05-06"),
    ):
        assert ids(index, name, date)[0] == 3
    assert index.find(1, "NEW3") == (3,)


def test_a_new_entry_is_found_by_the_other_form_of_its_surname(folder: Path) -> None:
    index = MappedIndex(folder)
    with log_of(folder) as log:
        log.add(Change(number=3, names=("Vymyslena Lis",), dates=("1990-05-06",)))

    assert ids(index, "Lisowna") == [3]


def test_a_change_replaces_names_dates_and_numbers(folder: Path) -> None:
    index = MappedIndex(folder)
    with log_of(folder) as log:
        log.add(Change(number=1, names=("Entirely Renamed",), dates=("1955-05-05",), keys=(pack(1, "SYN2"),)))

    assert 1 not in ids(index, "Synthetic First", "1980-02-03")
    assert ids(index, "Entirely Renamed", "1955-05-05")[0] == 1
    assert index.find(1, "SYN1") == ()
    assert sorted(index.find(1, "SYN2")) == [1, 2]

    with log_of(folder) as log:
        log.add(Change(number=1, names=("Synthetic First",), dates=("1980-02-03",), keys=(pack(1, "SYN1"),)))

    assert ids(index, "Synthetic First", "1980-02-03")[0] == 1
    assert 1 not in ids(index, "Entirely Renamed")
    assert index.find(1, "SYN2") == (2,)


def test_a_withdrawn_entry_is_found_no_more(folder: Path) -> None:
    index = MappedIndex(folder)
    with log_of(folder) as log:
        log.add(Change(number=1))

    assert 1 not in ids(index, "Synthetic First", "1980-02-03")
    assert index.find(1, "SYN1") == ()
    assert ids(index, "Synthetic Second", "1981-02-03")[0] == 2


def test_many_changes_make_room(folder: Path) -> None:
    index = MappedIndex(folder)
    with log_of(folder) as log:
        for at in range(3000):
            log.add(Change(number=10 + at, names=(f"Novel{_letters(at)} Arrival{_letters(at * 7)}",), dates=("1990",)))

    assert ids(index, f"Novel{_letters(2999)} Arrival{_letters(2999 * 7)}", "1990")[0] == 3009
    assert ids(index, f"Novel{_letters(5)} Arrival{_letters(35)}")[0] == 15


def _letters(number: int) -> str:
    made = ""
    while number or not made:
        made += "bcdfghjklmnprstvz"[number % 17] + "aeiou"[number // 17 % 5]
        number //= 85
    return made


def _searcher(folder: Path, end: Connection) -> None:
    index = MappedIndex(folder)
    end.send(ids(index, "Vymyslena Osobnost"))
    while end.recv():
        end.send(ids(index, "Vymyslena Osobnost"))


def test_a_change_counts_in_another_process_by_its_next_search(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_searcher, args=(folder, there))
    process.start()
    try:
        assert here.recv() == []
        with log_of(folder) as log:
            log.add(Change(number=3, names=("Vymyslena Osobnost",)))
            here.send("again")
            assert here.recv()[0] == 3

            log.add(Change(number=3))
            here.send("again")
            assert here.recv() == []
    finally:
        here.send("")
        process.join()


def test_a_newer_index_takes_over_in_open_readers(folder: Path) -> None:
    index = MappedIndex(folder)
    assert ids(index, "Synthetic First", "1980-02-03")[0] == 1

    build_folder(folder, entry_lines((SECOND,)), key_lines(()))

    assert ids(index, "Synthetic First", "1980-02-03") == [2]
    assert index.find(1, "SYN1") == ()
    assert {path.name for path in folder.iterdir()} == {"current", "persons-2.cix", "keys-2.cix", "since-2.log"}


def test_two_writers_at_once_are_refused(folder: Path) -> None:
    with log_of(folder), pytest.raises(Refused) as caught:
        log_of(folder)

    assert caught.value.code == "screening.log-in-use"


def test_a_record_that_a_crash_cut_off_is_written_over(folder: Path) -> None:
    current = read_current(folder)
    assert current is not None
    with (folder / current.log).open("r+b") as stream:
        stream.seek(HEAD)
        stream.write(b"\xff" * 20)
    with log_of(folder) as log:
        log.add(Change(number=3, names=("Vymyslena Osobnost",)))

    assert ids(MappedIndex(folder), "Vymyslena Osobnost")[0] == 3


def test_a_damaged_record_that_stands_is_told(folder: Path) -> None:
    current = read_current(folder)
    assert current is not None
    with log_of(folder) as log:
        log.add(Change(number=3, names=("Vymyslena Osobnost",)))
    with (folder / current.log).open("r+b") as stream:
        stream.seek(HEAD + 15)
        stream.write(b"\xff")

    with pytest.raises(DamagedIndex) as caught:
        MappedIndex(folder).search(Wanted(names=("Anybody",)))
    assert caught.value.code == "screening.log-damaged"


def test_where_nothing_was_built_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        MappedIndex(tmp_path)
    assert caught.value.code == "screening.no-index"
