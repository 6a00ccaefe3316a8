"""No search without log; only the supervisor reads it; each reading is itself in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from nacl import pwhash

from comity.adapters.sql import tables
from comity.core.codec import decode_as
from comity.core.errors import BadInput, NotFound, NotPermitted, Refused
from comity.core.ids import RecordRef
from comity.core.operation import Kind, operation
from comity.core.ports import Search, Work
from comity.core.time import HOUR_US, CivilDate, parse_instant
from comity.core.vocabulary import Function, Permission, Purpose, Role
from comity.oversight import store
from comity.oversight.operations import make_operations
from comity.oversight.records import (
    KeySet,
    KeyStrength,
    LedgerPage,
    ListLedger,
    Nothing,
    ProveEntry,
    ReadSearchLog,
    SearchLogPage,
    SetKey,
    SweepSearchLog,
    Swept,
    Verification,
)
from comity.oversight.search_log import append
from tests.support.evidence import FixedEvidence
from tests.support.house import NOON, House, actor, call, open_house

CHEAP = KeyStrength(passes=pwhash.argon2id.OPSLIMIT_MIN, memory_bytes=pwhash.argon2id.MEMLIMIT_MIN)
SUPERVISOR = actor(
    "FRA", "cnil", Function.DATA_PROTECTION_SUPERVISOR, role=Role.DATA_PROTECTION_SUPERVISOR, name="synthetic-9"
)
OFFICER = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
ADMINISTRATOR = actor("FRA", "node-operator", Function.ADMINISTRATOR, role=Role.NODE_OPERATOR, name="synthetic-8")
WORDS = "four random words here"
FOUND = (RecordRef(kind="alert", id="01hzzzzzzzzzzzzzzzzzzzzz01", version=1),)


class Probe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    number: str


@operation("probe.search", permission=Permission.CROSSING_CHECK, purposes=(Purpose.BORDERS,), kind=Kind.SEARCH)
def probe(work: Work, command: Probe) -> Probe:
    """Search for a synthetic document."""
    work.log_search(
        Search(
            search=work.new_id(),
            operation="probe.search",
            terms=command.number.encode(),
            justification="synthetic",
            found=FOUND,
        )
    )
    return command


OPERATIONS = (*make_operations(FixedEvidence(), CHEAP), probe)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, store.METADATA) as opened:
        opened.log_search = append
        yield opened


def set_key(house: House, words: str = WORDS) -> KeySet:
    answer = house.runtime(OPERATIONS).run(call("search-log.set-key", SetKey(passphrase=words)), SUPERVISOR)
    return decode_as(answer.body, KeySet)


def search(house: House, number: str) -> None:
    house.runtime(OPERATIONS).run(call("probe.search", Probe(number=number)), OFFICER)


def read(house: House, command: ReadSearchLog) -> SearchLogPage:
    return decode_as(house.runtime(OPERATIONS).run(call("search-log.read", command), SUPERVISOR).body, SearchLogPage)


def ledger_text(house: House) -> str:
    with house.works().open(SUPERVISOR, Purpose.SUPERVISION) as work:
        rows = work.read(tables.METADATA.tables["ledger_entry"].select())
    return "\n".join(bytes(row.entry).decode() for row in rows)


def test_before_a_supervisor_set_a_key_nobody_searches(house: House) -> None:
    with pytest.raises(Refused) as refusal:
        search(house, "TEST0001")

    assert refusal.value.code == "search-log.no-supervisor-key"


def test_the_supervisor_reads_who_searched_what_when_and_why(house: House) -> None:
    set_key(house)
    search(house, "TEST0001")

    (entry,) = read(house, ReadSearchLog(passphrase=WORDS)).entries

    assert (entry.terms, entry.justification, entry.found) == ("TEST0001", "synthetic", FOUND)
    assert (entry.user, entry.owner, entry.purpose) == (OFFICER.user, OFFICER.owner, Purpose.BORDERS)
    assert entry.recorded_at == NOON


def test_nobody_else_reads_it_whatever_they_know(house: House) -> None:
    set_key(house)
    for other in (OFFICER, ADMINISTRATOR):
        with pytest.raises(NotPermitted):
            house.runtime(OPERATIONS).run(call("search-log.read", ReadSearchLog(passphrase=WORDS)), other)


def test_a_wrong_passphrase_is_refused_and_stands_nowhere(house: House) -> None:
    set_key(house)
    search(house, "TEST0001")

    with pytest.raises(Refused) as refusal:
        read(house, ReadSearchLog(passphrase="canary of a passphrase"))

    assert refusal.value.code == "search-log.wrong-passphrase"
    assert "canary" not in str(refusal.value)
    assert "canary" not in ledger_text(house)


def test_neither_database_nor_ledger_shows_what_was_searched_or_the_passphrase(house: House, tmp_path: Path) -> None:
    set_key(house)
    search(house, "CANARY-NUMBER-77")
    read(house, ReadSearchLog(passphrase=WORDS))

    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())

    assert b"CANARY-NUMBER-77" not in stored
    assert WORDS.encode() not in stored


def test_each_reading_is_in_the_ledger(house: House) -> None:
    set_key(house)
    search(house, "TEST0001")

    read(house, ReadSearchLog(passphrase=WORDS))

    assert '"operation":"search-log.read"' in ledger_text(house)
    assert '"opened":1' in ledger_text(house)


def test_the_log_pages_by_key_and_filters_by_day_and_user(house: House) -> None:
    set_key(house)
    for number in range(3):
        house.clock.move(24 * HOUR_US)
        search(house, f"TEST{number:04}")

    first = read(house, ReadSearchLog(passphrase=WORDS, limit=2))
    rest = read(house, ReadSearchLog(passphrase=WORDS, limit=2, cursor=first.cursor))
    one_day = CivilDate("2026-11-27")
    day = read(house, ReadSearchLog(passphrase=WORDS, since=one_day, until=one_day))
    nobody = read(house, ReadSearchLog(passphrase=WORDS, user="user-of-nobody"))

    assert [entry.terms for entry in (*first.entries, *rest.entries)] == ["TEST0000", "TEST0001", "TEST0002"]
    assert rest.cursor is None
    assert [entry.terms for entry in day.entries] == ["TEST0001"]
    assert nobody.entries == ()


def test_after_a_new_key_earlier_searches_open_with_their_own_passphrase_only(house: House) -> None:
    set_key(house)
    search(house, "TEST0001")
    house.clock.move(HOUR_US)
    set_key(house, "another passphrase of the next supervisor")
    search(house, "TEST0002")

    old = read(house, ReadSearchLog(passphrase=WORDS))
    new = read(house, ReadSearchLog(passphrase="another passphrase of the next supervisor"))

    assert ([entry.terms for entry in old.entries], old.locked) == (["TEST0001"], 1)
    assert ([entry.terms for entry in new.entries], new.locked) == (["TEST0002"], 1)


def test_a_weak_passphrase_sets_no_key(house: House) -> None:
    with pytest.raises(BadInput):
        set_key(house, "short")


def test_searches_go_when_their_three_years_have_passed_and_not_before(house: House) -> None:
    set_key(house)
    search(house, "TEST0001")
    runtime = house.runtime(OPERATIONS)

    last_day = call("search-log.sweep", SweepSearchLog())
    early = runtime.run(msgspec.structs.replace(last_day, at=parse_instant("2029-11-25T23:59:59Z")), SUPERVISOR)
    next_day = call("search-log.sweep", SweepSearchLog())
    late = runtime.run(msgspec.structs.replace(next_day, at=parse_instant("2029-11-26T00:00:00Z")), SUPERVISOR)

    assert decode_as(early.body, Swept) == Swept(erased=0, more=False)
    assert decode_as(late.body, Swept) == Swept(erased=1, more=False)
    assert read(house, ReadSearchLog(passphrase=WORDS)).entries == ()


def test_the_ledger_pages_by_sequence(house: House) -> None:
    runtime = house.runtime(OPERATIONS)

    first = decode_as(
        runtime.run(call("ledger.list", ListLedger(limit=2), purpose="supervision"), SUPERVISOR).body, LedgerPage
    )
    rest = decode_as(
        runtime.run(call("ledger.list", ListLedger(after=first.after), purpose="supervision"), ADMINISTRATOR).body,
        LedgerPage,
    )

    assert [line.sequence for line in (*first.lines, *rest.lines)] == [0, 1, 2]
    assert rest.after is None


def test_an_entry_that_is_not_there_has_no_proof(house: House) -> None:
    with pytest.raises(NotFound):
        house.runtime(OPERATIONS).run(call("ledger.prove", ProveEntry(sequence=9), purpose="supervision"), SUPERVISOR)


def test_verification_tells_what_it_found(house: House) -> None:
    answer = house.runtime(OPERATIONS).run(call("ledger.verify", Nothing(), purpose="supervision"), SUPERVISOR)

    assert decode_as(answer.body, Verification).sound
