"""Bases of files: read in any usual form, indexed with what they say, searched, weighed, gone through after a crash."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from comity.core.errors import BadInput
from comity.screening.files import FileBase, Stated, build_base, read_persons
from comity.screening.files.base import build_base_of_lines
from comity.screening.files.rescreen import Forms, rescreen_file
from comity.screening.ftm import entity_of, person_of
from comity.screening.records import Band, Paper, Person
from comity.surfaces.cli.screening import files as commands

ERIKA = Stated(id="e", person=Person(names=("Mustermann, Erika",), birth_dates=("1970-03-04",), countries=("DEU",)))
IVANOV = Stated(
    id="i",
    person=Person(
        names=("\u0418\u0432\u0430\u043d\u043e\u0432 \u0421\u0435\u0440\u0433\u0435\u0439",),
        birth_dates=("1970-03-04",),
    ),
)
PAPER = Stated(id="p", person=Person(names=("Sample John",), papers=(Paper(number="SYN-77 1"),)))
ODD = Stated(id="o", person=Person(names=("Oddity, Test",), birth_dates=("about 1970", "1969/1971")))
PERSONS = (ERIKA, IVANOV, PAPER, ODD)
HOSTILE = (
    (Person(names=()), "name.no-words"),
    (Person(names=("",)), "name.no-words"),
    (Person(names=("FNU LNU", "XXX")), "name.no-words"),
    (Person(names=("x" * 10_000,)), "name.too-long"),
    (Person(names=("Erika Mustermann",), birth_dates=("1970-02-31",)), "date.impossible"),
    (Person(names=("Erika Mustermann",), birth_dates=("2999-01-01",)), "date.future"),
    (Person(names=("Erika Mustermann",), birth_dates=("4.3.70",)), "date.unreadable"),
    (Person(names=tuple(f"Erika {number}" for number in range(100))), "person.too-much"),
)
ODD_BUT_SEARCHED = (
    ("\u202eErika Mustermann", "name.direction-control"),
    ("Erika\x00Mustermann", "name.control-character"),
    ("Erik\u0430 Mustermann", "name.look-alike-letters"),
    ("Erika Mustermann FNU", "name.filler"),
)


@pytest.fixture
def base(tmp_path: Path) -> FileBase:
    build_base(tmp_path / "base", PERSONS)
    return FileBase(tmp_path / "base")


def test_whom_the_base_knows_is_found_with_every_line_and_the_sum(base: FileBase) -> None:
    (hit,) = base.search(Person(names=("Erica Musterman",), birth_dates=("1970-03-04",))).hits

    assert (hit.id, hit.weighed.band) == ("e", Band.PROBABLE)
    assert sum(one.weight_mbit for one in hit.features) == hit.weighed.evidence_mbit


def test_a_name_in_another_script_and_a_document_are_found(base: FileBase) -> None:
    by_script = base.search(Person(names=("Iwanow Sergej",), birth_dates=("1970-03-04",)))
    by_paper = base.search(Person(names=("Somebody Other",), papers=(Paper(number="syn 771"),)), weak=True)

    assert [hit.id for hit in by_script.hits] == ["i"]
    assert "p" in [hit.id for hit in by_paper.hits]


def test_who_is_too_weak_is_told_only_where_asked_for(base: FileBase) -> None:
    person = Person(names=("Erika Beispiel",))

    assert base.search(person).hits == ()
    assert [hit.weighed.band for hit in base.search(person, weak=True).hits] == [Band.NO_HIT]


@pytest.mark.parametrize(("person", "code"), HOSTILE)
def test_what_is_nobody_or_no_date_is_refused_and_never_a_silent_nobody(
    base: FileBase, person: Person, code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        base.search(person, latest_year=2026)

    assert refused.value.code == code


@pytest.mark.parametrize(("name", "flag"), ODD_BUT_SEARCHED)
def test_what_is_odd_about_a_name_is_searched_and_said(base: FileBase, name: str, flag: str) -> None:
    found = base.search(Person(names=(name,), birth_dates=("1970-03-04",)))

    assert flag in found.flags
    assert [hit.id for hit in found.hits] == ["e"]


def test_an_unknown_country_is_said_and_weighs_nothing(base: FileBase) -> None:
    found = base.search(Person(names=("Erika Mustermann",), birth_dates=("1970-03-04",), countries=("Atlantis",)))

    assert found.flags == ("country.unknown",)
    assert not any(one.code.startswith("country") for one in found.hits[0].features)


def test_a_date_on_record_that_cannot_be_read_is_kept_and_not_compared(base: FileBase) -> None:
    (hit,) = base.search(Person(names=("Test Oddity",), birth_dates=("1970",)), weak=True).hits[:1]

    assert hit.person == ODD.person
    assert "date.unreadable" in hit.weighed.flags


def test_a_person_goes_to_followthemoney_and_back() -> None:
    person = Person(
        names=("A B", "C D"), birth_dates=("1970",), countries=("DEU",), sex="F", papers=(Paper(number="7"),)
    )

    assert person_of(entity_of(person, "x")) == person


def test_all_forms_of_a_file_say_the_same(tmp_path: Path) -> None:
    short = tmp_path / "short.jsonl"
    short.write_text('{"id": "1", "name": ["A B", "C D"], "dob": "1970", "country": "DEU", "document": "7"}\n\n')
    entities = tmp_path / "entities.jsonl.gz"
    properties = {"name": ["A B"], "alias": ["C D"], "birthDate": ["1970"], "nationality": ["DEU"], "idNumber": ["7"]}
    ship = {"id": "2", "schema": "Vessel", "properties": {"name": ["S"]}}
    lines = [{"id": "1", "schema": "Person", "properties": properties}, ship]
    entities.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    table = tmp_path / "table.csv"
    table.write_text("id,name,dob,country,document\n1,A B; C D,1970,DEU,7\n")

    read = [list(read_persons(file)) for file in (short, entities, table)]

    assert read[0] == read[1] == read[2]
    assert len(read[0]) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b"{\n"),
        ("a.jsonl", b'{"name": 7}\n'),
        ("a.jsonl", b'{"name": "A", "sex": "Q"}\n'),
        ("a.csv", b"id,dob\n1,1970\n"),
        ("a.csv.gz", b"no gzip"),
        ("a.jsonl", b"\xff\xfe\n"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BadInput) as refused:
        list(read_persons(tmp_path / name))

    assert refused.value.code == "persons.unreadable"


def test_a_base_is_replaced_whole_and_searched_on(tmp_path: Path) -> None:
    build_base(tmp_path, PERSONS)
    build_base(tmp_path, (IVANOV, ERIKA))

    base = FileBase(tmp_path)

    assert len(base.people) == 2
    assert base.search(ERIKA.person).hits[0].number == 1
    assert len(list(tmp_path.glob("people-*"))) == 1


def test_a_base_of_index_lines_is_the_same_base(tmp_path: Path) -> None:
    build_base_of_lines(tmp_path, (b"0\tErika Mustermann\t1970-03-04\n", b"1\tSample John\t\n"))

    (hit,) = FileBase(tmp_path).search(ERIKA.person).hits

    assert (hit.id, hit.person.names) == ("0", ("Erika Mustermann",))


# --- going through a file -----------------------------------------------------------------------------------------


def travellers(path: Path, count: int) -> Path:
    rows = [("id", "name", "dob")]
    for number in range(count):
        erika = ("Erica Musterman", "1970-03-04") if number % 10 == 3 else (f"Nobody N{number}", "1951-10-11")
        rows.append((str(number), *(("XXX", "") if number % 100 == 7 else erika)))
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


@pytest.mark.parametrize("form", Forms)
def test_every_traveller_is_searched_for_and_every_hit_told_once(tmp_path: Path, base: FileBase, form: Forms) -> None:
    file, output = travellers(tmp_path / "t.csv", 120), tmp_path / f"hits.{form.value}"

    outcome = rescreen_file(file, base, output, form)
    again = rescreen_file(file, base, output, form)

    assert (outcome.travellers, outcome.with_hits, outcome.hits) == (120, 12, 12)
    assert outcome.refused == {"name.no-words": 2}
    assert again == outcome
    lines = output.read_text().splitlines()
    assert len(lines) == 12 + (form is Forms.CSV)
    assert "name.agreeing-words" in lines[-1]


def test_a_run_that_is_killed_goes_on_and_leaves_what_an_unbroken_one_does(tmp_path: Path, base: FileBase) -> None:
    file, whole, broken = travellers(tmp_path / "t.csv", 2500), tmp_path / "whole.csv", tmp_path / "broken.csv"
    place = tmp_path / "broken.csv.place"
    command = [sys.executable, "-m", "comity", "screening", "rescreen", str(file)]
    command += ["--against", str(tmp_path / "base"), "--output", str(broken), "--json"]

    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not place.exists() and process.poll() is None:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    done = json.loads(place.read_bytes())["outcome"]["travellers"]
    with broken.open("ab") as stream:
        stream.write(b"half a line that no place knows of")
    outcome = rescreen_file(file, base, broken, Forms.CSV)
    rescreen_file(file, base, whole, Forms.CSV)

    assert 0 < done < 2500
    assert outcome.travellers == 2500
    assert broken.read_bytes() == whole.read_bytes()


def test_processes_side_by_side_leave_what_one_does(tmp_path: Path, base: FileBase) -> None:
    file, one, two = travellers(tmp_path / "t.csv", 2100), tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    told: list[int] = []

    alone = rescreen_file(file, base, one)
    together = rescreen_file(file, base, two, told=told.append, processes=2)

    assert together == alone
    assert two.read_bytes() == one.read_bytes()
    assert told == [1000, 2000, 2100]


def test_a_damaged_place_is_refused(tmp_path: Path, base: FileBase) -> None:
    (tmp_path / "hits.csv.place").write_bytes(b"{")

    with pytest.raises(BadInput) as refused:
        rescreen_file(travellers(tmp_path / "t.csv", 1), base, tmp_path / "hits.csv", Forms.CSV)

    assert refused.value.code == "rescreen.place-damaged"


# --- commands -------------------------------------------------------------------------------------------------------


def test_the_commands_build_search_and_go_through(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = travellers(tmp_path / "listed.csv", 4)
    folder = str(tmp_path / "made")

    assert commands.index([str(listed), "--index", folder, "--json"]) == 0
    assert commands.index([str(listed), "--index", folder]) == 0
    assert commands.search(["--index", folder, "--name", "Erica Musterman", "--born", "1970-03-04", "--json"]) == 0
    assert commands.search(["--index", folder, "--name", "Erica Musterman", "--born", "1970-03-04"]) == 0
    assert commands.search(["--index", folder, "--name", "Quite Unknown"]) == 0
    output = str(tmp_path / "hits.jsonl")
    assert commands.rescreen([str(listed), "--against", str(listed), "--output", output]) == 0
    assert commands.rescreen([str(listed), "--against", folder, "--output", output, "--json"]) == 0

    told = capsys.readouterr().out
    assert '"entries":4' in told
    assert '"schema":"Person"' in told
    assert "evidence in bits (probable" in told
    assert "nobody found" in told
    assert "4 travellers, 4 with hits" in told
