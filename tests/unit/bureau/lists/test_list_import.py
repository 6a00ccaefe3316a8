"""Imports as jobs: once is enough, newer files update and withdraw, doubtful ones wait, a crash loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from comity.bureau.lists import store, tasks
from comity.bureau.lists.commands import ImportStaged, ImportState, NamedImport, RowOutcome, StageList
from comity.bureau.lists.records import Format, ListingClass
from comity.bureau.lists.tasks import Importer, RunImport
from comity.core.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.core.job import Step, Task
from comity.core.ports import Work
from comity.core.time import DAY_US
from comity.core.vocabulary import Function
from comity.runtime.jobs import LEASE_US
from comity.runtime.store import job
from comity.screening.store import ENTRY, KEY
from tests.support.house import actor
from tests.support.lists import NODE, ListDesk, open_desk, un_files

PERSON = (
    "<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>SYNTHETIC{number}</FIRST_NAME>"
    "<SECOND_NAME>PERSON</SECOND_NAME><UN_LIST_TYPE>{regime}</UN_LIST_TYPE><LISTED_ON>2020-01-02</LISTED_ON>"
    "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1970</YEAR></INDIVIDUAL_DATE_OF_BIRTH>"
    "</INDIVIDUAL>"
)


def un_list(*persons: str) -> dict[str, bytes]:
    return {"list": f"<CONSOLIDATED_LIST><INDIVIDUALS>{''.join(persons)}</INDIVIDUALS></CONSOLIDATED_LIST>".encode()}


def person(number: int, regime: str = "Taliban") -> str:
    return PERSON.format(number=number, regime=regime)


def people(count: int) -> list[str]:
    return [person(number) for number in range(count)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ListDesk]:
    with open_desk(tmp_path) as opened:
        yield opened


def rows(desk: ListDesk, table: sa.Table) -> int:
    with desk.house.work(NODE) as work:
        return int(work.read(sa.select(sa.func.count()).select_from(table))[0][0])


def names(desk: ListDesk) -> set[str]:
    return {entry.name for entry in desk.entries(limit=200).entries}


def test_a_list_is_read_stored_indexed_and_reported_row_by_row(desk: ListDesk) -> None:
    done = desk.bring(Format.UN_SC, un_list(person(1), person(2, "Iraq")))

    assert (done.state, done.counts["added"], done.counts["unreadable"]) == (ImportState.DONE, 2, 0)
    assert names(desk) == {"SYNTHETIC1 PERSON", "SYNTHETIC2 PERSON"}
    assert rows(desk, ENTRY) == 2
    report = desk.report(done.id)
    assert [(row.place, row.outcome) for row in report.rows] == [
        ("/CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL[1]", RowOutcome.ADDED),
        ("/CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL[2]", RowOutcome.ADDED),
    ]
    (frozen,) = desk.entries(listing_class=ListingClass.ASSET_FREEZE).entries
    view = desk.show(frozen.id)
    assert view.original.startswith("<INDIVIDUAL><DATAID>2</DATAID>")
    assert view.listing.entry.listed_on == "2020-01-02"


def test_the_staged_files_are_gone_when_the_import_ends(desk: ListDesk) -> None:
    desk.begin(Format.UN_SC, un_list(person(1)))
    before = rows(desk, store.LIST_CHUNK)
    desk.work_off()

    assert (before, rows(desk, store.LIST_CHUNK)) == (1, 0)


def test_nothing_of_a_person_stands_in_a_job_row(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(person(1)))

    with desk.house.work(NODE) as work:
        (row,) = work.read(sa.select(job))
    assert b"SYNTHETIC" not in row.argument + row.step


def test_the_same_file_twice_changes_nothing(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(3)))
    before = desk.entries().entries
    again = desk.bring(Format.UN_SC, un_list(*people(3)))

    assert {name: count for name, count in again.counts.items() if count} == {"read": 3, "unchanged": 3}
    assert desk.entries().entries == before


def test_a_newer_file_updates_adds_and_withdraws(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(40)))
    newer = [person(0, "Iraq"), *people(40)[2:], person(99)]
    done = desk.bring(Format.UN_SC, un_list(*newer))

    assert done.counts["changed"] == done.counts["withdrawn"] == done.counts["added"] == 1
    assert done.counts["unchanged"] == 38
    assert "SYNTHETIC1 PERSON" not in names(desk)
    assert rows(desk, ENTRY) == 40
    (frozen,) = desk.entries(listing_class=ListingClass.ASSET_FREEZE).entries
    assert (frozen.name, frozen.version) == ("SYNTHETIC0 PERSON", 2)


def test_a_withdrawn_entry_is_erased_and_can_come_back_under_its_id(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(40)))
    (lost,) = [entry for entry in desk.entries(limit=200).entries if entry.name == "SYNTHETIC7 PERSON"]
    desk.bring(Format.UN_SC, un_list(*(one for number, one in enumerate(people(40)) if number != 7)))
    with pytest.raises(NotFound):
        desk.show(lost.id)
    with desk.house.work(NODE) as work:
        (row,) = work.read(sa.select(store.LISTING.c.body, store.LISTING.c.raw).where(store.LISTING.c.id == lost.id))
    desk.bring(Format.UN_SC, un_list(*people(40)))

    assert tuple(row) == (None, None)
    assert desk.show(lost.id).listing.version == 3


def test_a_file_that_withdraws_more_than_a_twentieth_waits_for_a_person(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(40)))
    held = desk.bring(Format.UN_SC, un_list(*people(37)))
    while_held = names(desk)
    desk.release(held.id)
    desk.work_off()

    assert (held.state, held.reasons) == (ImportState.HELD, ("list.withdraws-too-many",))
    assert held.counts["would-withdraw"] == 3
    assert len(while_held) == 40
    assert (desk.status(held.id).state, len(names(desk))) == (ImportState.DONE, 37)


def test_a_dropped_import_leaves_no_report(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(10)))
    before = rows(desk, store.LIST_REPORT)
    held = desk.bring(Format.UN_SC, un_list(*people(1)))

    desk.run("list.drop", NamedImport(id=held.id))

    assert (rows(desk, store.LIST_REPORT), desk.report(held.id).rows) == (before, ())


def test_whoever_decides_on_a_waiting_file_sees_whom_it_would_withdraw_and_what_was_not_read(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(10)))
    broken = person(50).replace("<UN_LIST_TYPE>Taliban</UN_LIST_TYPE>", "")
    held = desk.bring(Format.UN_SC, un_list(*people(7), broken))

    waiting = desk.report(held.id, outcome=RowOutcome.WOULD_WITHDRAW).rows
    listed = {entry.id: entry.name for entry in desk.entries(limit=200).entries}
    assert {listed[str(row.listing)] for row in waiting} == {f"SYNTHETIC{number} PERSON" for number in (7, 8, 9)}
    assert [row.rule for row in desk.report(held.id, outcome=RowOutcome.UNREADABLE).rows] == ["list.field-missing"]

    desk.release(held.id)
    desk.work_off()

    outcomes = [row.outcome for row in desk.report(held.id).rows]
    assert outcomes == [RowOutcome.UNCHANGED] * 7 + [RowOutcome.UNREADABLE] + [RowOutcome.WITHDRAWN] * 3


def test_a_file_without_its_end_waits_and_when_released_withdraws_nobody(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(40)))
    text = un_list(person(0, "Iraq"), *people(40)[1:])["list"]
    held = desk.bring(Format.UN_SC, {"list": text[: text.index(b"<DATAID>20<")]})
    before = desk.entries(listing_class=ListingClass.ASSET_FREEZE).entries
    desk.release(held.id)
    desk.work_off()

    assert (held.state, held.reasons[0], before) == (ImportState.HELD, "list.lacks-its-end", ())
    assert len(names(desk)) == 40
    assert len(desk.entries(listing_class=ListingClass.ASSET_FREEZE).entries) == 1


def test_what_waits_can_be_dropped_and_a_dropped_one_not_released(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(10)))
    held = desk.bring(Format.UN_SC, un_list(*people(1)))
    desk.run("list.drop", NamedImport(id=held.id))

    with pytest.raises(Conflict):
        desk.release(held.id)
    assert (len(names(desk)), rows(desk, store.LIST_CHUNK)) == (10, 0)


def test_an_older_file_is_not_released_over_a_newer_one(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(10)))
    held = desk.bring(Format.UN_SC, un_list(*people(1)))
    desk.house.clock.move(DAY_US)
    desk.bring(Format.UN_SC, un_list(*people(11)))

    with pytest.raises(Conflict) as refused:
        desk.release(held.id)
    assert refused.value.code == "list.overtaken"


def generated(on: str, *persons: str) -> dict[str, bytes]:
    content = un_list(*persons)["list"]
    return {"list": content.replace(b"LIST>", f'LIST dateGenerated="{on}">'.encode(), 1)}


def test_a_file_that_its_publisher_made_before_the_one_held_waits_for_a_person(desk: ListDesk) -> None:
    assert desk.bring(Format.UN_SC, generated("2026-02-27T00:00:09.554Z", *people(3))).state is ImportState.DONE
    again = desk.bring(Format.UN_SC, generated("2026-02-27T00:00:09.554Z", *people(3)))
    older = desk.bring(Format.UN_SC, generated("2026-02-26T00:00:09.554Z", *people(2), person(2, "Iraq")))
    newer = desk.bring(Format.UN_SC, generated("2026-03-01T00:00:09+01:00", *people(4)))

    assert (again.state, newer.state) == (ImportState.DONE, ImportState.DONE)
    assert (older.state, older.reasons) == (ImportState.HELD, ("list.older-than-held",))
    assert newer.generated == "2026-03-01T00:00:09+01:00"


@pytest.mark.parametrize("said", ["", "yesterday", "2020-01-01", "x" * 5000])
def test_a_file_that_does_not_say_when_it_was_made_is_taken(desk: ListDesk, said: str) -> None:
    desk.bring(Format.UN_SC, generated("2026-02-27T00:00:09.554Z", *people(3)))

    assert desk.bring(Format.UN_SC, generated(said, *people(3))).state is ImportState.DONE


def test_what_is_kept_as_text_only_is_reported_beside_the_row_that_was_read(desk: ListDesk) -> None:
    odd = person(1).replace("<YEAR>1970</YEAR>", "<NOTE>30-35 years old</NOTE>")
    odd = odd.replace("</INDIVIDUAL>", "<NATIONALITY><VALUE>Atlantean</VALUE></NATIONALITY></INDIVIDUAL>")
    done = desk.bring(Format.UN_SC, un_list(person(0), odd))

    parts = desk.report(done.id, outcome=RowOutcome.PART_UNREAD).rows
    place = "/CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL[2]"
    assert [(row.place, row.rule) for row in parts] == [
        (f"{place} birth date 1", "list.date-unread"),
        (f"{place} nationality 1", "list.country-unknown"),
    ]
    assert (done.counts["read"], done.counts["unreadable"], done.counts["parts-unread"]) == (2, 0, 2)


def test_a_number_wider_than_its_column_is_reported(desk: ListDesk) -> None:
    done = desk.bring(Format.UN_SC, un_list(person(0), PERSON.format(number="9" * 81, regime="Taliban")))

    assert [row.rule for row in desk.report(done.id, outcome=RowOutcome.UNREADABLE).rows] == ["list.number-too-long"]


def test_an_unreadable_row_is_reported_and_its_entry_stays(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(3)))
    broken = person(1).replace("<UN_LIST_TYPE>Taliban</UN_LIST_TYPE>", "")
    done = desk.bring(Format.UN_SC, un_list(person(0), broken, person(2)))

    assert done.state is ImportState.DONE
    assert (done.counts["unreadable"], len(names(desk))) == (1, 3)
    (row,) = desk.report(done.id, outcome=RowOutcome.UNREADABLE).rows
    assert (row.rule, row.place) == (
        "list.field-missing",
        "/CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL[2] UN_LIST_TYPE",
    )


def test_a_number_used_twice_is_reported(desk: ListDesk) -> None:
    done = desk.bring(Format.UN_SC, un_list(person(1), person(1, "Iraq")))

    assert (done.counts["added"], done.counts["unreadable"]) == (1, 1)


def test_an_entry_larger_than_any_real_one_is_reported_and_not_kept(desk: ListDesk) -> None:
    alias = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{}</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    endless = person(2).replace("</INDIVIDUAL>", "".join(map(alias.format, range(2000))) + "</INDIVIDUAL>")
    done = desk.bring(Format.UN_SC, un_list(person(1), endless))

    (row,) = desk.report(done.id, outcome=RowOutcome.UNREADABLE).rows
    assert (row.rule, names(desk)) == ("list.entry-too-large", {"SYNTHETIC1 PERSON"})


def test_a_hostile_file_is_refused_whole_and_erased(desk: ListDesk) -> None:
    refused = desk.bring(Format.UN_SC, {"list": b'<!DOCTYPE l [<!ENTITY a "b">]><l>&a;</l>'})

    assert refused.state is ImportState.REFUSED
    assert refused.reasons[0].startswith("xml.declares-entities")
    assert rows(desk, store.LIST_CHUNK) == 0


class Crash(BaseException):
    """What kill -9 looks like from inside: nothing after it runs."""


def test_an_import_killed_in_the_middle_goes_on_behind_the_last_step(
    desk: ListDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BATCH", 10)
    files = un_list(*people(45))
    one = desk.begin(Format.UN_SC, files)
    importer = Importer()
    steps: list[int] = []

    def dies(work: Work, argument: RunImport, last: Step | None) -> Step:
        step = importer.step(work, argument, last)
        steps.append(step.done)
        if step.done == 30:
            raise Crash
        return step

    with pytest.raises(Crash):
        desk.runner(work=(Task(tasks.IMPORT, RunImport, dies),)).run_next()
    half = len(names(desk))
    desk.house.clock.move(LEASE_US + 1)
    desk.runner("two").run_next()
    done = desk.status(one.id)
    again = desk.bring(Format.UN_SC, files)

    assert (steps, half) == ([0, 10, 20, 30], 20)
    assert (done.state, done.counts["added"], len(names(desk))) == (ImportState.DONE, 45, 45)
    assert again.counts["unchanged"] == 45
    assert len(desk.report(again.id, limit=200).rows) == 45


def test_every_entry_that_a_step_touches_stands_in_the_ledger(desk: ListDesk) -> None:
    desk.bring(Format.UN_SC, un_list(*people(3)))

    with desk.house.work(NODE) as work:
        entries = [bytes(row[0]) for row in work.read(sa.text("SELECT entry FROM ledger_entry"))]
    told = b"".join(entries)
    assert told.count(b'"kind":"listing"') >= 3
    assert b"SYNTHETIC" not in told


def test_a_staging_needs_its_files_whole_before_it_is_imported(desk: ListDesk) -> None:
    staging = desk.stage(Format.OFAC_SDN, {"sdn": b"x", "alt": b"x"})

    with pytest.raises(Conflict) as refused:
        desk.run("list.import", ImportStaged(staging=staging))
    assert refused.value.code == "list.file-missing"


def test_what_is_staged_is_checked_at_the_door(desk: ListDesk) -> None:
    with pytest.raises(BadInput, match="files of this list"):
        desk.run("list.stage", StageList(format=Format.UN_SC, file="sdn", number=0, content="", last=True))
    with pytest.raises(BadInput, match="base64"):
        desk.run("list.stage", StageList(format=Format.UN_SC, file="list", number=0, content="?", last=True))
    with pytest.raises(NotPermitted):
        desk.run(
            "list.stage",
            StageList(format=Format.UN_SC, file="list", number=0, content="", last=True),
            actor("FRA", "police-aux-frontieres", Function.FIRST_LINE),
        )


def test_an_upload_that_nobody_finished_is_erased_by_the_next(desk: ListDesk) -> None:
    desk.stage(Format.UN_SC, un_list(person(1)))
    desk.house.clock.move(DAY_US + 1)
    desk.stage(Format.UN_SC, un_list(person(2)))

    assert rows(desk, store.LIST_CHUNK) == 1


@pytest.mark.timeout(120)
def test_the_real_un_list_imported_twice_changes_nothing(desk: ListDesk, comity_data: Path) -> None:
    first = desk.bring(Format.UN_SC, un_files(comity_data))
    keys = rows(desk, KEY)
    second = desk.bring(Format.UN_SC, un_files(comity_data))

    assert (first.counts["added"], second.counts["unchanged"]) == (730, 730)
    assert (rows(desk, ENTRY), rows(desk, KEY)) == (730, keys)
