"""The demo's ferry and lists: synthetic, the same each time, and readable by the product's own readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.bureau.lists.formats.readers import READERS
from comity.bureau.lists.records import Format, ListingClass
from comity.bureau.lists.rules import standing_of
from comity.core.time import CivilDate
from comity.documents import read_zone
from comity.exercise import ferry, shift
from comity.exercise.made_lists import made_lists

TODAY = CivilDate("2026-11-25")


def test_sixty_passports_are_scanned_and_one_of_them_is_misread() -> None:
    zones = [read_zone(str(row["zone"]), TODAY) for row in ferry.manifest()]

    assert len(zones) == ferry.TRAVELLERS
    assert [zone.valid for zone in zones] == [True] * 59 + [False]
    assert any(one.pair == "0/O" for one in zones[-1].misreadings)


def test_nobody_on_the_ferry_is_real_or_there_twice() -> None:
    people = [ferry.CHILD, *map(ferry.passenger, range(ferry.TRAVELLERS))]

    assert all(each.surname.startswith("Synthetic-") for each in people)
    assert len({each.number for each in people}) == len({each.surname for each in people}) == len(people)


def test_every_alert_waits_for_somebody_on_board_or_for_a_passport_there() -> None:
    aboard = {str(row["zone"])[45:54] for row in ferry.manifest()}
    expected = (ferry.ARMED, ferry.CHILD, ferry.WATCHED, ferry.MISSING, ferry.BANNED, ferry.THIEF)

    assert all(any(zone.startswith(each.number) for zone in aboard) for each in expected)
    assert len(tuple(ferry.alerts())) == len(expected)


@pytest.mark.parametrize("form", Format)
def test_the_lists_of_our_own_are_whole_and_read_without_a_problem(form: Format) -> None:
    reading = READERS[form](made_lists()[form])

    assert (reading.problems, reading.complete) == ((), True)
    assert all("EXERCISE" in row.entry.names[0].text for row in reading.rows)


def test_the_lists_of_our_own_hold_one_of_each_thing_that_a_listing_can_be() -> None:
    standings = [standing_of(row.entry) for form, files in made_lists().items() for row in READERS[form](files).rows]

    found = {standing.listing_class for standing in standings}
    assert found == set(ListingClass) - {ListingClass.UNKNOWN}
    assert any(standing.deceased for standing in standings)


def test_a_listed_person_comes_aboard_under_the_name_and_date_of_the_list() -> None:
    rows = READERS[Format.EU_JOURNAL](made_lists()[Format.EU_JOURNAL]).rows
    entry = rows[0].entry

    boarded = ferry.as_listed(entry, 1)

    assert boarded is not None
    zone = read_zone(boarded.zone(), TODAY)
    assert (zone.valid, zone.birth_date, zone.nationality.code) == (True, entry.birth_dates[0].date, "RUS")


def test_the_published_lists_are_taken_where_they_lie_and_our_own_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, comity_data: Path
) -> None:
    monkeypatch.setenv("COMITY_DATA", str(tmp_path))
    ours = shift.lists_at_hand()
    monkeypatch.setenv("COMITY_DATA", str(comity_data))
    published = shift.lists_at_hand()

    assert (ours[0], published[0]) == ("made up here", "as published")
    assert set(ours[1]) == set(published[1]) == set(Format)
