"""The readers against the real files, counted a second time by plain means, and the forms one by one."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from comity.bureau.lists.formats import eu_journal, ofac_sdn, un_sc
from comity.bureau.lists.formats.eu_names import names_in
from comity.bureau.lists.formats.ofac_remarks import birth_date, read_remarks
from comity.bureau.lists.formats.reading import Reading
from comity.bureau.lists.records import DateForm, NameKind, Quality
from tests.support.lists import eu_files, ofac_files, un_files


@pytest.fixture(scope="module")
def un(comity_data: Path) -> Reading:
    return un_sc.read(un_files(comity_data))


@pytest.fixture(scope="module")
def ofac(comity_data: Path) -> Reading:
    return ofac_sdn.read(ofac_files(comity_data))


@pytest.fixture(scope="module")
def eu(comity_data: Path) -> Reading:
    return eu_journal.read(eu_files(comity_data))


def plain(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_every_individual_of_the_un_list_is_read(un: Reading, comity_data: Path) -> None:
    root = ET.fromstring(un_files(comity_data)["list"])  # noqa: S314 - our own reference file
    individuals = list(root.iterfind("INDIVIDUALS/INDIVIDUAL"))

    assert (len(un.rows), un.skipped, un.problems, un.complete) == (730, 273, (), True)
    assert [row.entry.source_id for row in un.rows] == [each.findtext("DATAID") for each in individuals]
    assert un.skipped == len(root.findall("ENTITIES/ENTITY"))


def test_every_name_of_the_un_list_is_kept_with_its_quality_and_script(un: Reading, comity_data: Path) -> None:
    root = ET.fromstring(un_files(comity_data)["list"])  # noqa: S314 - our own reference file
    aliases = [each for each in root.iterfind("INDIVIDUALS/INDIVIDUAL/INDIVIDUAL_ALIAS") if named(each)]
    names = [name for row in un.rows for name in row.entry.names]
    kinds = Counter(name.kind for name in names)

    assert kinds[NameKind.ALIAS] + kinds[NameKind.FORMER] == len(aliases)
    assert Counter(name.quality for name in names)[Quality.LOW] >= sum(e.findtext("QUALITY") == "Low" for e in aliases)
    assert sum(any(n.kind is NameKind.ORIGINAL_SCRIPT for n in row.entry.names) for row in un.rows) >= 336
    assert {name.script for name in names} >= {"latin", "arabic", "cyrillic"}


def named(alias: ET.Element) -> bool:
    return bool((alias.findtext("ALIAS_NAME") or "").strip())


def test_every_date_form_of_the_un_list_is_told_apart(un: Reading, comity_data: Path) -> None:
    root = ET.fromstring(un_files(comity_data)["list"])  # noqa: S314 - our own reference file
    kinds = Counter(each.text for each in root.iterfind("INDIVIDUALS/INDIVIDUAL/INDIVIDUAL_DATE_OF_BIRTH/TYPE_OF_DATE"))
    forms = Counter(date.form for row in un.rows for date in row.entry.birth_dates)

    assert kinds == {"EXACT": 722, "APPROXIMATELY": 117, "BETWEEN": 31, None: 49}
    assert forms[DateForm.BETWEEN] >= kinds["BETWEEN"]
    # One approximate date is an age ("30-35 years old"), one exact date stands in another calendar.
    assert forms[DateForm.APPROXIMATE] == kinds["APPROXIMATELY"] - 1
    assert forms[DateForm.OTHER] == 2
    assert sum(not row.entry.birth_dates for row in un.rows) > 0
    assert max(len(row.entry.birth_dates) for row in un.rows) > 1


def test_documents_and_nationalities_of_the_un_list_are_kept(un: Reading, comity_data: Path) -> None:
    root = ET.fromstring(un_files(comity_data)["list"])  # noqa: S314 - our own reference file
    numbers = [each.text for each in root.iterfind("INDIVIDUALS/INDIVIDUAL/INDIVIDUAL_DOCUMENT/NUMBER") if each.text]
    documents = [document for row in un.rows for document in row.entry.documents]
    nationalities = [each for row in un.rows for each in row.entry.nationalities]

    assert sum(bool(document.number) for document in documents) == len(numbers)
    assert {each.text for each in nationalities if each.country is None} == {"former Soviet Union"}
    assert {row.entry.regimes for row in un.rows} >= {("Iraq",), ("Taliban",), ("Libya",)}


def test_an_entry_keeps_the_very_bytes_it_was_read_from(un: Reading, comity_data: Path) -> None:
    document = un_files(comity_data)["list"]

    assert all(row.raw in document for row in un.rows[::50])
    assert un.rows[0].raw.startswith(b"<INDIVIDUAL>")
    assert un.rows[-1].raw.endswith(b"</INDIVIDUAL>")


def test_every_individual_of_the_ofac_list_is_read_with_all_its_names(ofac: Reading, comity_data: Path) -> None:
    files = ofac_files(comity_data)
    individuals = {row[0] for row in plain(files["sdn"]) if len(row) == 12 and row[2] == "individual"}
    aliases = [row for row in plain(files["alt"]) if row[0] in individuals]

    assert (len(ofac.rows), ofac.problems, ofac.complete) == (4620, (), True)
    assert {row.entry.source_id for row in ofac.rows} == individuals
    assert len(aliases) == 6272
    good = [name for row in ofac.rows for name in row.entry.names if name.quality is Quality.GOOD]
    assert len(good) == len(individuals) + len(aliases)
    assert any(name.quality is Quality.LOW for row in ofac.rows for name in row.entry.names)


def test_every_date_of_the_ofac_list_is_read(ofac: Reading, comity_data: Path) -> None:
    rows = [row for row in plain(ofac_files(comity_data)["sdn"]) if len(row) == 12 and row[2] == "individual"]
    counted = sum(len(re.findall(r"(?:^|; )(?:alt\. )?DOB ", row[11])) for row in rows)
    dates = [date for row in ofac.rows for date in row.entry.birth_dates]

    assert sum(bool(row.entry.birth_dates) for row in ofac.rows) == 4428
    assert len(dates) == counted
    assert not [date for date in dates if date.form is DateForm.OTHER]


def test_every_person_of_the_eu_annex_is_read(eu: Reading, comity_data: Path) -> None:
    rows = [dict(zip(eu_journal.COLUMNS, row, strict=True)) for row in plain(eu_files(comity_data)["list"])[1:]]
    persons = [row for row in rows if row["schema"] == "Person"]

    assert (len(eu.rows), eu.skipped, eu.problems, eu.complete) == (1984, 818, (), True)
    assert [row.entry.source_id.rpartition("/")[2] for row in eu.rows] == [row["recordId"] for row in persons]
    assert {row.entry.measure for row in eu.rows} == {"Asset freeze"}
    assert sum(bool(row.entry.birth_dates) for row in eu.rows) == sum(
        row["birthDate"] not in {"", "N/D"} for row in persons
    )
    assert not [each for row in eu.rows for each in row.entry.nationalities if each.country is None]


@pytest.mark.parametrize(
    ("text", "form", "reach"),
    [
        ("17 Oct 1975", DateForm.EXACT, "1975-10-17"),
        ("Oct 1975", DateForm.MONTH, "1975-10"),
        ("1975", DateForm.YEAR, "1975"),
        ("circa 1960", DateForm.APPROXIMATE, "1960"),
        ("1960 to 1962", DateForm.BETWEEN, ("1960", "1962")),
        ("circa 1960-1965", DateForm.BETWEEN, ("1960", "1965")),
        ("01 Jan 1976 to 31 Dec 1976", DateForm.BETWEEN, ("1976-01-01", "1976-12-31")),
        ("1965 to 1960", DateForm.OTHER, None),
        ("31 Feb 1970", DateForm.OTHER, None),
    ],
)
def test_dates_of_the_ofac_form(text: str, form: DateForm, reach: object) -> None:
    read = birth_date(text)

    assert read.form is form
    assert read.text == text
    assert (read.date or ((read.first, read.last) if read.first else None)) == reach


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("26.11.1972", [DateForm.EXACT]),
        ("1.2.1970 or 3.4.1971 or 1972", [DateForm.EXACT, DateForm.EXACT, DateForm.YEAR]),
        ("1.2.1970 (or 3.4.1971)", [DateForm.EXACT, DateForm.EXACT]),
        ("possibly 1.2.1970", [DateForm.APPROXIMATE]),
        ("March/April 1965", [DateForm.BETWEEN]),
        ("1.2.1970 POB: Utopia (synthetic)", [DateForm.EXACT]),
        ("10 October (year unknown)", [DateForm.OTHER]),
        ("N/D", []),
    ],
)
def test_dates_of_the_journal(text: str, forms: list[DateForm]) -> None:
    assert [date.form for date in eu_journal.birth_dates(text)] == forms


def test_remarks_of_the_ofac_form_give_documents_and_weak_names() -> None:
    said = read_remarks(
        "DOB 1 Jan 1980; POB Sample Town, Iran; nationality Iran; Gender Male; a.k.a. 'SAMPLE'; "
        "Passport K 815205 (Iran) issued 17 Sep 1994 expires 16 Sep 1999; National ID No. 123-45 (Iran)."
    )

    assert [(each.kind, each.number, each.country) for each in said.documents] == [
        ("Passport", "K 815205", "IRN"),
        ("National ID No.", "123-45", "IRN"),
    ]
    assert [(name.text, name.quality) for name in said.weak_names] == [("SAMPLE", Quality.LOW)]
    assert (said.gender, said.birth_places[0].country, said.nationalities[0].country) == ("male", "IRN", "IRN")


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Test Anna SYNTHETIC", ["Test Anna SYNTHETIC"]),
        ("Test A SYNTHETIC; Probe B SYNTHETIC", ["Test A SYNTHETIC", "Probe B SYNTHETIC"]),
        (
            "Test SYNTHETIC (a.k.a. Probe ONE, Probe TWO or Probe THREE)",
            ["Test SYNTHETIC", "Probe ONE", "Probe TWO", "Probe THREE"],
        ),
        ("Test SYNTHETIC (born MUSTER)", ["Test SYNTHETIC", "Test MUSTER"]),
        ("Test SYNTHETIC Probe SYNTHETYK", ["Test SYNTHETIC", "Probe SYNTHETYK"]),
        ("Test SYNTHETIC / Probe SYNTHETYK", ["Test SYNTHETIC", "Probe SYNTHETYK"]),
        ("Test SYNTHETIC, Probe SYNTHETYK", ["Test SYNTHETIC", "Probe SYNTHETYK"]),
        ("SYNTHETIC Test Anna", ["SYNTHETIC Test Anna"]),
        ("Test SYNTHETIC (broken", ["Test SYNTHETIC", "broken"]),
    ],
)
def test_names_of_the_journal_are_taken_apart(cell: str, names: list[str]) -> None:
    found = names_in(cell, NameKind.PRIMARY, Quality.GOOD)

    assert [name.text for name in found] == names
    assert [name.kind for name in found].count(NameKind.PRIMARY) >= 1
