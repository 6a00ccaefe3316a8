"""Backups of a node: each has a last day, and what was erased after it was made does not come back with it."""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import msgspec
import pytest

from comity.adapters.clock import SystemClock
from comity.adapters.erasure_log import FILE, Erased, ErasureLog, read_erasures
from comity.alerts.commands import AlertState
from comity.alerts.store import ALERT
from comity.core.codec import decode_as, encode
from comity.core.errors import BadInput, Refused
from comity.core.ports import Delete, Insert
from comity.core.time import DAY_US, Instant
from comity.core.vocabulary import Function, Role
from comity.node import backups
from comity.node.bootstrap import Node, open_node
from comity.node.directory import NodeDirectory
from tests.scenario.test_node import found
from tests.support.categories import MINIMUM, grounds_for
from tests.support.house import StandingClock, actor, call

OFFICER = actor("FRA", "police-aux-frontieres", Function.ALERT_OFFICER, role=Role.POLICE)
NOW = SystemClock().now()


def enter(node: Node, surname: str) -> AlertState:
    data = MINIMUM["MIS-P"]
    assert data.person is not None
    named = msgspec.structs.replace(data, person=msgspec.structs.replace(data.person, surnames=surname))
    command = {"category": "MIS-P", "data": msgspec.to_builtins(named), "grounds": _plain(grounds_for("MIS-P"))}
    return decode_as(node.runtime.run(call("alert.enter", command, purpose="police"), OFFICER).body, AlertState)


def _plain(value: object) -> object:
    return msgspec.json.decode(encode(value))


def delete(node: Node, alert: AlertState) -> None:
    command = {"id": alert.id, "version": alert.version, "reason": "withdrawn"}
    node.runtime.run(call("alert.delete", command, purpose="police"), OFFICER)


def held(node: Node) -> set[str]:
    with node.database.readers.connect() as connection:
        return {row.id for row in connection.execute(ALERT.select())}


def lose(path: Path) -> None:
    for file in (*path.glob("comity.sqlite*"), path / "ledger.log"):
        file.unlink()


@pytest.fixture
def directory(tmp_path: Path) -> NodeDirectory:
    found(tmp_path / "node")
    return NodeDirectory(tmp_path / "node")


def test_what_was_erased_since_the_backup_stays_erased_and_what_stands_comes_back(
    tmp_path: Path, directory: NodeDirectory
) -> None:
    with directory.locked(), open_node(directory, SystemClock()) as node:
        stays, goes = enter(node, "Synthetic-Stays"), enter(node, "Synthetic-Goes")
        made = backups.back_up(directory, tmp_path / "backups", SystemClock())
        delete(node, goes)
        lost = enter(node, "Synthetic-Lost")
        assert held(node) == {stays.id, lost.id}
    lose(directory.path)

    with directory.locked():
        done = backups.restore(Path(made.folder), directory, SystemClock())
        with open_node(directory, SystemClock()) as node:
            assert held(node) == {stays.id}
            assert node.database.erase_for_good()

    assert done.erased_again > 0
    files = [file.read_bytes() for file in directory.path.rglob("*") if file.is_file()]
    assert any(b"Synthetic-Stays" in content for content in files)
    assert not any(b"Synthetic-Goes" in content for content in files)


def test_without_the_list_of_erasures_nothing_is_restored(tmp_path: Path, directory: NodeDirectory) -> None:
    with directory.locked(), open_node(directory, SystemClock()) as node:
        delete(node, enter(node, "Synthetic-Goes"))
        made = Path(backups.back_up(directory, tmp_path / "backups", SystemClock()).folder)
    kept = tmp_path / "kept.log"
    (directory.path / FILE).rename(kept)

    lose(directory.path)

    with directory.locked(), pytest.raises(Refused) as refused:
        backups.restore(made, directory, SystemClock())

    assert refused.value.code == "backup.erasures-unknown"
    assert not list(directory.path.glob("comity.sqlite*"))
    with directory.locked():
        backups.restore(made, directory, SystemClock(), kept)

    assert (directory.path / FILE).exists()


@pytest.mark.parametrize(
    ("days", "damage", "code"),
    [(8, "", "backup.past-its-day"), (7, "database", "backup.damaged"), (0, "", "backup.node-there")],
)
def test_a_backup_is_of_use_until_its_last_day_and_as_it_was_made(
    tmp_path: Path, directory: NodeDirectory, days: int, damage: str, code: str
) -> None:
    made = Path(backups.back_up(directory, tmp_path / "backups", StandingClock(NOW)).folder)
    if damage:
        database = made / "comity.sqlite"
        database.write_bytes(database.read_bytes() + b"x")
    if days:
        lose(directory.path)

    with pytest.raises(Refused) as refused:
        backups.restore(made, directory, StandingClock(Instant(NOW + days * DAY_US)))

    assert refused.value.code == code


def test_backups_past_their_last_day_are_removed_by_the_next_and_their_erasures_forgotten(
    tmp_path: Path, directory: NodeDirectory
) -> None:
    place = tmp_path / "backups"
    log = ErasureLog(directory.path / FILE, StandingClock(NOW))
    log.take([Delete(ALERT, {"party": "FRA", "id": "synthetic"})])
    first = backups.back_up(directory, place, StandingClock(NOW), days=2)
    (place / "of-somebody-else").mkdir()

    soon = backups.back_up(directory, place, StandingClock(Instant(NOW + 2 * DAY_US)))
    late = backups.back_up(directory, place, StandingClock(Instant(NOW + 32 * DAY_US)))

    assert soon.removed == ()
    assert set(late.removed) == {Path(first.folder).name, Path(soon.folder).name}
    assert {each.name for each in place.iterdir()} == {"of-somebody-else", Path(late.folder).name}
    assert list(read_erasures(directory.path / FILE)) == []
    with pytest.raises(BadInput):
        backups.back_up(directory, place, SystemClock(), days=31)


def test_what_is_written_again_is_not_erased_and_a_torn_line_counts_as_not_written(tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / FILE, StandingClock(NOW))
    key = {"party": "FRA", "id": "synthetic-1"}
    other = {"party": "FRA", "id": "synthetic-2"}

    log.take([Delete(ALERT, key), Insert(ALERT, {**key, "version": 2}), Delete(ALERT, other)])
    with (tmp_path / FILE).open("ab") as stream:
        stream.write(b'{"at":1,"ta')

    assert list(read_erasures(tmp_path / FILE)) == [Erased(at=NOW, table="alert", key={**other})]
    with (tmp_path / FILE).open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(BadInput):
        list(read_erasures(tmp_path / FILE))


def _note(path: Path, met: Barrier, noted: Event) -> None:
    log = ErasureLog(path, SystemClock())
    met.wait(10)
    for number in range(300):
        log.take((Delete(ALERT, {"party": "FRA", "id": f"n{number}"}),))
    noted.set()


def test_no_erasure_is_lost_where_a_backup_shortens_the_file_beside_the_node(tmp_path: Path) -> None:
    path, here = tmp_path / FILE, multiprocessing.get_context("fork")
    met, noted, rounds = here.Barrier(2), here.Event(), 0
    other = here.Process(target=_note, args=(path, met, noted))
    other.start()
    log = ErasureLog(path, SystemClock())
    met.wait(10)
    while not noted.is_set():
        log.forget(Instant(0))
        rounds += 1
    other.join(30)

    assert (other.exitcode, rounds > 1) == (0, True)
    assert {one.key["id"] for one in read_erasures(path)} == {f"n{number}" for number in range(300)}
