"""The supervisor draws, opens, marks and counts; nobody else does, and the ledger shows that it was done, not what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from nacl import pwhash

from comity.adapters.sql import tables
from comity.core.codec import decode_as, encode
from comity.core.errors import BadInput, NotFound, NotPermitted, Refused
from comity.core.ids import RecordId, RecordRef
from comity.core.operation import Kind, operation
from comity.core.ports import Actor, Insert, Search, Work
from comity.core.time import DAY_US, CivilDate, date_of
from comity.core.vocabulary import Function, Permission, Purpose, Role
from comity.identity.store import ACCOUNT
from comity.identity.store import METADATA as IDENTITY_TABLES
from comity.oversight import store
from comity.oversight.operations import make_operations
from comity.oversight.records import KeyStrength, SetKey, SweepSearchLog
from comity.oversight.samples import (
    AskSearchFigures,
    Mark,
    Marked,
    MarkLine,
    MarkSearch,
    MarkVerdict,
    Sample,
    SampleFile,
    SampleSearchLog,
    SearchFigures,
)
from comity.oversight.search_log import append
from tests.support.evidence import FixedEvidence
from tests.support.house import NOON, House, actor, call, open_house

CHEAP = KeyStrength(passes=pwhash.argon2id.OPSLIMIT_MIN, memory_bytes=pwhash.argon2id.MEMLIMIT_MIN)
SUPERVISOR = actor(
    "FRA", "cnil", Function.DATA_PROTECTION_SUPERVISOR, role=Role.DATA_PROTECTION_SUPERVISOR, name="synthetic-9"
)
ADMINISTRATOR = actor("FRA", "node-operator", Function.ADMINISTRATOR, role=Role.NODE_OPERATOR, name="synthetic-8")
OFFICERS = tuple(actor("FRA", "police", Function.FIRST_LINE, name=f"synthetic-{number}") for number in (1, 2, 3))
WORDS = "four random words here"
SECRET = "synthetic remark on a traveller"
TODAY = date_of(NOON)


class Probe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    document: str | None


@operation("probe.search", permission=Permission.CROSSING_CHECK, purposes=(Purpose.BORDERS,), kind=Kind.SEARCH)
def probe(work: Work, command: Probe) -> Probe:
    """Search for a synthetic document."""
    work.log_search(
        Search(
            search=work.new_id(),
            operation="probe.search",
            terms=encode(command),
            justification="synthetic",
            found=(RecordRef(kind="alert", id="01hzzzzzzzzzzzzzzzzzzzzz01", version=1),),
        )
    )
    return command


OPERATIONS = (*make_operations(FixedEvidence(), CHEAP), probe)


def account(officer: Actor) -> Insert:
    row = {
        "id": officer.account,
        "name": f"name-of-{officer.account}",
        "user": officer.user,
        "state": "active",
        "password": "-",
        "must_change": False,
        "failures": 0,
        "locked_until": 0,
        "created": NOON,
    }
    return Insert(ACCOUNT, row)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, store.METADATA, IDENTITY_TABLES) as opened:
        opened.log_search = append
        runtime = opened.runtime(OPERATIONS)
        with opened.work(SUPERVISOR, Purpose.SUPERVISION) as work:
            work.change(*(account(officer) for officer in OFFICERS[:2]))
        runtime.run(call("search-log.set-key", SetKey(passphrase=WORDS)), SUPERVISOR)
        for officer, searches in zip(OFFICERS, (40, 1, 1), strict=True):
            for number in range(searches):
                runtime.run(call("probe.search", Probe(document=None if number % 4 else "T1")), officer)
        yield opened


def drawing(size: int = 5, **more: str) -> SampleSearchLog:
    return msgspec.convert(
        {"passphrase": WORDS, "since": TODAY, "until": TODAY, "size": size, **more}, type=SampleSearchLog
    )


def drawn(house: House, command: SampleSearchLog) -> Sample:
    return decode_as(house.runtime(OPERATIONS).run(call("search-log.sample", command), SUPERVISOR).body, Sample)


def say(house: House, command: MarkSearch) -> Marked:
    return decode_as(house.runtime(OPERATIONS).run(call("search-log.mark", command), SUPERVISOR).body, Marked)


def ledger_text(house: House) -> str:
    with house.works().open(SUPERVISOR, Purpose.SUPERVISION) as work:
        rows = work.read(tables.METADATA.tables["ledger_entry"].select())
    return "".join(bytes(row.entry).decode() for row in rows)


def test_a_sample_shows_who_searched_what_and_why_and_misses_no_rare_user(house: House) -> None:
    sample = drawn(house, drawing())

    assert (sample.population, sample.users, len(sample.rows)) == (42, 3, 5)
    assert {row.entry.user for row in sample.rows} == {officer.user for officer in OFFICERS}
    assert {row.account for row in sample.rows} == {"name-of-synthetic-1", "name-of-synthetic-2", None}
    assert all(row.entry.justification == "synthetic" for row in sample.rows)


def test_the_seed_is_told_kept_in_the_ledger_and_draws_the_same_again(house: House) -> None:
    first = drawn(house, drawing())

    again = drawn(house, drawing(seed=first.seed))

    assert again.rows == first.rows
    assert first.seed in ledger_text(house)


def test_a_sample_can_be_of_one_account(house: House) -> None:
    sample = drawn(house, drawing(account="name-of-synthetic-2"))

    assert {row.entry.user for row in sample.rows} == {OFFICERS[1].user}
    with pytest.raises(NotFound):
        drawn(house, drawing(account="nobody"))


def test_marks_stay_with_their_searches_and_their_notes_are_sealed(house: House, tmp_path: Path) -> None:
    one, other, *_ = (row.entry.search for row in drawn(house, drawing(seed="1")).rows)
    more = (MarkLine(search=other, verdict=MarkVerdict.JUSTIFIED),)

    said = say(house, MarkSearch(search=one, verdict=MarkVerdict.QUESTION, note=SECRET, more=more))
    say(house, MarkSearch(search=other, verdict=MarkVerdict.UNJUSTIFIED))

    marks = {row.entry.search: row.mark for row in drawn(house, drawing(seed="1")).rows}
    assert said.marked == 2
    assert marks[one] == Mark(verdict=MarkVerdict.QUESTION, note=SECRET, at=NOON, by=SUPERVISOR.user)
    assert (marks[other] or marks[one]) == Mark(verdict=MarkVerdict.UNJUSTIFIED, note=None, at=NOON, by=SUPERVISOR.user)
    assert SECRET not in ledger_text(house)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET.encode() not in stored


def test_a_search_that_is_not_there_cannot_be_marked(house: House) -> None:
    with pytest.raises(NotFound):
        say(house, MarkSearch(search=RecordId("01hzzzzzzzzzzzzzzzzzzzzzzz"), verdict=MarkVerdict.JUSTIFIED))


def test_the_same_sample_comes_as_a_file(house: House) -> None:
    body = house.runtime(OPERATIONS).run(call("search-log.export", drawing(seed="1")), SUPERVISOR).body

    file = decode_as(body, SampleFile)

    assert file.content.count("\r\n") == 6
    assert all(row.entry.search in file.content for row in drawn(house, drawing(seed="1")).rows)


def test_figures_count_without_opening_and_with_the_passphrase_what_had_no_document(house: House) -> None:
    runtime = house.runtime(OPERATIONS)
    asked = AskSearchFigures(since=TODAY, until=TODAY)

    closed = decode_as(runtime.run(call("search-log.figures", asked), SUPERVISOR).body, SearchFigures)
    opened_by = msgspec.structs.replace(asked, passphrase=WORDS)
    opened = decode_as(runtime.run(call("search-log.figures", opened_by), SUPERVISOR).body, SearchFigures)

    assert (closed.searches, closed.opened, closed.without_document_permille) == (42, 0, None)
    assert [user.searches for user in closed.users] == [40, 1, 1]
    assert (opened.opened, opened.without_document, opened.without_document_permille) == (42, 30, 714)


def test_marks_go_with_their_searches_after_three_years(house: House) -> None:
    search = drawn(house, drawing(seed="1")).rows[0].entry.search
    say(house, MarkSearch(search=search, verdict=MarkVerdict.JUSTIFIED))
    house.clock.move(4 * 366 * DAY_US)

    house.runtime(OPERATIONS).run(call("search-log.sweep", SweepSearchLog()), SUPERVISOR)

    with house.works().open(SUPERVISOR, Purpose.SUPERVISION) as work:
        assert work.read(store.SEARCH_LOG_MARK.select()) == []


@pytest.mark.parametrize("who", [ADMINISTRATOR, OFFICERS[0]])
def test_nobody_but_the_supervisor_samples(house: House, who: Actor) -> None:
    for name in ("search-log.sample", "search-log.export"):
        with pytest.raises(NotPermitted):
            house.runtime(OPERATIONS).run(call(name, drawing()), who)


def test_a_wrong_passphrase_and_days_the_wrong_way_round_are_refused(house: House) -> None:
    with pytest.raises(Refused) as wrong:
        drawn(house, msgspec.structs.replace(drawing(), passphrase="not the right words at all"))
    with pytest.raises(BadInput):
        drawn(house, msgspec.structs.replace(drawing(), until=CivilDate("2020-01-01")))

    assert wrong.value.code == "search-log.wrong-passphrase"
