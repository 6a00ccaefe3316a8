"""Who is found in a mapped index: by name, date, both wrong in part, and what is said when somebody may be left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.core.errors import BadInput
from comity.screening.index.mapped.build import build, entry_lines
from comity.screening.index.mapped.dates import read_date
from comity.screening.index.mapped.records import Entry, Limits, Wanted
from comity.screening.index.mapped.search import PersonIndex

CROWD = tuple(
    Entry(number=1000 + at, names=(f"{first} {last}",), dates=(f"19{40 + at % 60}-{1 + at % 12:02}-{1 + at % 28:02}",))
    for at, (first, last) in enumerate(
        (first, last)
        for first in ("Anna", "Boris", "Chiara", "Dmitri", "Elena", "Farid", "Goran", "Hana", "Ivo", "Jana")
        for last in ("Novak", "Rossi", "Petrov", "Haddad", "Schmidt", "Tanaka", "Kowalska", "Silva", "Berg", "Weber")
    )
)


def opened(
    folder: Path, *entries: Entry, limits: Limits | None = None, spellings: tuple[tuple[str, ...], ...] = ()
) -> PersonIndex:
    path = folder / "persons.cix"
    build(entry_lines((*CROWD, *entries)), path, spellings)
    return PersonIndex.open(path, limits)


def found(index: PersonIndex, name: str, date: str | None = None) -> list[int]:
    wanted = Wanted(names=(name,), date=None if date is None else read_date(date))
    return [near.number for near in index.search(wanted).found]


SOUGHT = Entry(number=1, names=("Synthetic Marusikowna",), dates=("1971-04-09",))


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("Synthetic Marusikowna", "1971-04-09"),
        ("Marusikowna Synthetic", "1971-04-09"),
        ("SYNTHETIC MARUSIKOWNA", "1971-09-04"),
        ("Synthetic Marusikovna", "1971"),
        ("Sinthetik Maroussikowna", "1971-04"),
        ("Synthetic Marusikown", None),
        ("Synhtetic Marusikowna", None),
        ("Marusikowna", "1971-04-09"),
        ("Synthetic Anna Marusikowna", "1971-04-09"),
        ("Synthetic Marusikowna", "1981-04-09"),
        ("Synthetic Marusikowna", "1971-04-19"),
        ("Synthetic Marusikowna", "1955-12-30"),
        ("Entirely Different", "1971-04-09"),
    ],
)
def test_a_person_is_first_despite_an_error_in_name_or_date(tmp_path: Path, name: str, date: str | None) -> None:
    index = opened(tmp_path, SOUGHT)

    assert found(index, name, date)[0] == 1


def test_any_of_several_names_and_dates_finds_an_entry_once(tmp_path: Path) -> None:
    entry = Entry(
        number=5, names=("Synthetic First", "Made Up", "Third Alias"), dates=("1960-01-02", "1961", "1962-03")
    )
    index = opened(tmp_path, entry)

    for name in entry.names:
        for date in ("1960-01-02", "1961-07-08", "1962-03-31", None):
            assert found(index, name, date)[0] == 5
            assert found(index, name, date).count(5) == 1
    both = index.search(Wanted(names=("Nobody Ofthat", "Made Up"), date=read_date("1961")))
    assert both.found[0].number == 5


def test_an_entry_without_date_is_found_by_a_search_with_one(tmp_path: Path) -> None:
    index = opened(tmp_path, Entry(number=6, names=("Undated Synthetic",)))

    assert found(index, "Undated Synthetic", "1999-09-09")[0] == 6


def test_a_span_of_years_is_found_by_each_year_and_a_wide_one_as_undated(tmp_path: Path) -> None:
    narrow = Entry(number=7, names=("Narrow Spanwell",), dates=("1970/1974",))
    wide = Entry(number=8, names=("Broad Spanwell",), dates=("1920/1990",))
    index = opened(tmp_path, narrow, wide)

    assert found(index, "Narrow Spanwell", "1973-05-05")[0] == 7
    assert found(index, "Broad Spanwell", "1973-05-05")[0] == 8


def test_a_name_part_written_twice_counts_twice(tmp_path: Path) -> None:
    once = tuple(Entry(number=20 + at, names=(f"Marta Vymysl{chr(97 + at)}",)) for at in range(10))
    index = opened(tmp_path, *once, Entry(number=9, names=("Marta Marta",)))

    assert found(index, "Marta Marta")[0] == 9


def test_a_name_of_one_part_is_found(tmp_path: Path) -> None:
    index = opened(tmp_path, Entry(number=10, names=("Suharto",), dates=("1950-06-06",)))

    assert found(index, "Suharto")[0] == 10
    assert found(index, "Soeharto", "1950")[0] == 10


def test_a_long_name_is_found_by_its_beginning_and_by_its_end(tmp_path: Path) -> None:
    name = "Abu Synthetic Farouk Made Up Hamid Yusuf Ibrahim Karim Almadeup"
    index = opened(tmp_path, Entry(number=11, names=(name,), dates=("1950-06-06",)))

    assert found(index, "Abu Synthetic Farouk", "1950")[0] == 11
    assert found(index, "Karim Almadeup", "1950")[0] == 11
    assert found(index, name)[0] == 11


def test_a_spelling_from_the_resource_finds_what_no_sound_would(tmp_path: Path) -> None:
    entry = Entry(number=12, names=("Yukiteru Synthetic",), dates=("1985-05-05",))
    without = opened(tmp_path, entry)
    assert 12 not in found(without, "Xuehui")

    index = opened(tmp_path, entry, spellings=(("yukiteru", "xuehui"),))

    assert found(index, "Xuehui")[0] == 12


def test_a_heap_on_the_first_of_january_is_searched_by_name_and_not_read_whole(tmp_path: Path) -> None:
    heap = tuple(Entry(number=5000 + at, names=(f"Heap Person{at}",), dates=("1980-01-01",)) for at in range(3000))
    sought = Entry(number=13, names=("Synthetic Marusikowna",), dates=("1980-01-01",))
    index = opened(tmp_path, *heap, sought, limits=Limits(run=500))

    answer = index.search(Wanted(names=("Synthetic Marusikovna",), date=read_date("1980-01-01")))

    assert answer.found[0].number == 13
    assert answer.looked_at < 500


def test_more_namesakes_than_are_returned_are_told_of(tmp_path: Path) -> None:
    namesakes = tuple(Entry(number=5000 + at, names=("Common Synthetic",), dates=("1980-05-05",)) for at in range(300))
    index = opened(tmp_path, *namesakes)

    answer = index.search(Wanted(names=("Common Synthetic",), date=read_date("1980-05-05")))

    assert len(answer.found) == 200
    assert answer.limit_reached
    assert not index.search(Wanted(names=("Anna Novak",))).limit_reached


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "...", "x" * 10_000, "a " * 5_000])
def test_odd_names_are_answered(tmp_path: Path, name: str) -> None:
    index = opened(tmp_path)

    assert len(index.search(Wanted(names=(name,), date=read_date("1980-05-05"))).found) <= 200


def test_an_empty_index_finds_nobody(tmp_path: Path) -> None:
    path = tmp_path / "persons.cix"
    build([], path)

    index = PersonIndex.open(path)

    assert found(index, "Anna Novak", "1980-05-05") == []
    assert found(index, "Anna Novak") == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"x\tAnna\t1980\n", "screening.bad-number"),
        (b"4294967296\tAnna\t1980\n", "screening.bad-number"),
        (b"1\tAnna\t1980-13-01\n", "screening.bad-date"),
        (b"1\tAnna\t80\n", "screening.bad-date"),
        (b"1\tAnna\t1990/1980\n", "screening.bad-date"),
        (b"1\tAnna\n", "screening.bad-columns"),
        (b"1\tAnna\t\t\n", "screening.bad-columns"),
        (b"1\t\xff\xfe\t1980\n", "screening.bad-text"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_old_index_stays(tmp_path: Path, line: bytes, code: str) -> None:
    index = opened(tmp_path, SOUGHT)

    with pytest.raises(BadInput) as caught:
        build([b"1\tGood Line\t1980\n", line], tmp_path / "persons.cix")

    assert caught.value.code == code
    assert found(index, "Synthetic Marusikowna")[0] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["persons.cix"]


def test_equal_sources_give_equal_files(tmp_path: Path) -> None:
    for name in ("one.cix", "two.cix"):
        build(entry_lines((*CROWD, SOUGHT)), tmp_path / name)

    assert (tmp_path / "one.cix").read_bytes() == (tmp_path / "two.cix").read_bytes()


@pytest.mark.parametrize(
    ("stored", "asked"), [("Maciejowna", "Maciej"), ("Lis", "Lisowna"), ("Gutowna", "Gut"), ("Liska", "Lisczyna")]
)
def test_a_surname_is_found_by_its_other_form(tmp_path: Path, stored: str, asked: str) -> None:
    index = opened(tmp_path, Entry(number=1, names=(f"Synthetic {stored}",), dates=("1971-04-09",)))

    assert found(index, asked)[:1] == [1]
