"""Backups by a rule that the machine holds: each has a last day, and a restored one brings back nothing erased since.

A backup is a folder with the database, the ledger file and `backup.json`, which says of which node it is, when it was
made, until which day it may be kept, and the digests of both files. Keys and configuration are not in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from comity.adapters.erasure_log import Erased, ErasureLog, read_erasures
from comity.adapters.sql.database import DATABASE, LEDGER
from comity.alerts import store as alert_store
from comity.alerts.records import ALERT_KIND
from comity.core.codec import decode_own_as, encode
from comity.core.errors import BadInput, NotFound, Refused
from comity.core.ports import Clock, Delete, RecordChanged, Work
from comity.core.said import say
from comity.core.time import DAY_US, SECOND_US, CivilDate, Instant, Period, add_period, date_of, format_instant
from comity.core.vocabulary import Purpose
from comity.exchange.erasure import erase_records
from comity.exchange.store import record_key
from comity.node.bootstrap import open_node
from comity.node.content import CONTENT
from comity.node.directory import NodeDirectory

KEPT_DAYS: Final = 7
MOST_DAYS: Final = 30
MANIFEST: Final = "backup.json"
_SLACK_US: Final = 5 * SECOND_US
"""An erasure is noted a little before it commits: by then a copy of the database may have begun."""
_AT_ONCE: Final = 200


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup says of itself. All of the last day still counts."""

    node: str
    made_at: Instant
    last_day: CivilDate
    database_sha256: str
    ledger_sha256: str


class BackedUp(msgspec.Struct, frozen=True, kw_only=True):
    """The backup made, and those of this node in the same place that were past their last day and are gone."""

    folder: str
    last_day: CivilDate
    removed: tuple[str, ...]


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was restored: when the backup was made, and how many erasures since then were done again."""

    node: str
    made_at: Instant
    erased_again: int


def back_up(directory: NodeDirectory, place: Path, clock: Clock, days: int = KEPT_DAYS) -> BackedUp:
    """Copy a node, running or not, to a new folder in `place`, and remove its backups there that are past their day.

    Raises `Refused` `backup.on-server` for a node whose rows lie on a server, `BadInput` `backup.days`.
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("backup.days", say("A backup is kept 1 to %(most)s days.", most=MOST_DAYS), field="--days")
    config = directory.read_config()
    if config.database is not None:
        raise Refused(
            "backup.on-server",
            "The rows of this node lie on a server, which backs them up.",
            remedy="Use the server's own means, and let its backups go after as many days.",
        )
    now = clock.now()
    removed = tuple(_remove_past(place, config.node, date_of(now)))
    folder = place / f"{config.node}-{format_instant(now).replace(':', '-')}"
    part = folder.with_suffix(".part")
    part.mkdir(parents=True, mode=0o700)
    # The ledger file first: what rows hold beyond it is added at start, the reverse would be refused.
    shutil.copyfile(directory.path / LEDGER, part / LEDGER)
    _copy_database(directory.path / DATABASE, part / DATABASE)
    manifest = Manifest(
        node=config.node,
        made_at=now,
        last_day=add_period(date_of(now), Period(days=days)),
        database_sha256=_digest(part / DATABASE),
        ledger_sha256=_digest(part / LEDGER),
    )
    (part / MANIFEST).write_bytes(encode(manifest))
    for file in part.iterdir():
        file.chmod(0o600)
    part.rename(folder)
    ErasureLog(directory.erasures, clock).forget(Instant(now - (MOST_DAYS + 1) * DAY_US))
    return BackedUp(folder=str(folder), last_day=manifest.last_day, removed=removed)


def restore(backup: Path, directory: NodeDirectory, clock: Clock, erasures: Path | None = None) -> Restored:
    """Put a backup in the place of a lost database, and erase again what was erased since it was made.

    The directory holds the node's keys and configuration, and neither database nor ledger file; the caller holds its
    lock. Raises `NotFound` `backup.missing`, and `Refused` `backup.past-its-day`, `backup.other-node`,
    `backup.damaged`, `backup.node-there`, or `backup.erasures-unknown` where nobody says what was erased since.
    """
    manifest = read_manifest(backup)
    _require_fit(manifest, backup, directory, date_of(clock.now()))
    noted = erasures or directory.erasures
    if not noted.exists():
        raise Refused(
            "backup.erasures-unknown",
            "Nothing says what was erased since this backup was made: it could come back.",
            field="--erasures",
            remedy="Give the node's erasures.log, from its disk or from where it is copied to.",
        )
    since = [one for one in read_erasures(noted) if one.at >= manifest.made_at - _SLACK_US]
    for name in (LEDGER, DATABASE):
        shutil.copyfile(backup / name, directory.path / name)
        (directory.path / name).chmod(0o600)
    try:
        _erase_again(directory, clock, since)
    except BaseException:
        # Half done would be open for use with what was erased in it.
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LEDGER):
            (directory.path / name).unlink(missing_ok=True)
        raise
    if noted != directory.erasures:
        shutil.copyfile(noted, directory.erasures)
    return Restored(node=manifest.node, made_at=manifest.made_at, erased_again=len(since))


def read_manifest(backup: Path) -> Manifest:
    """Return what a backup says of itself; raises `NotFound` `backup.missing`."""
    try:
        return decode_own_as((backup / MANIFEST).read_bytes(), Manifest)
    except (OSError, msgspec.MsgspecError, BadInput) as error:
        raise NotFound(
            "backup.missing",
            "There is no backup in this folder.",
            field="BACKUP",
            remedy="Name a folder that `comity node back-up` made.",
        ) from error


def _require_fit(manifest: Manifest, backup: Path, directory: NodeDirectory, today: CivilDate) -> None:
    if manifest.last_day < today:
        raise Refused(
            "backup.past-its-day",
            say("This backup was to be gone after %(day)s.", day=manifest.last_day),
            field="BACKUP",
            remedy="Remove it. A node without a backup gets what others hold again from its peers.",
        )
    if directory.read_config().node != manifest.node:
        raise Refused("backup.other-node", "This is the backup of another node.", field="BACKUP")
    if (directory.path / DATABASE).exists() or (directory.path / LEDGER).exists():
        raise Refused(
            "backup.node-there",
            "The directory still holds a database or a ledger file.",
            field="DIR",
            remedy="Move comity.sqlite (with -wal and -shm) and ledger.log away first, if they are truly lost.",
        )
    if (manifest.database_sha256, manifest.ledger_sha256) != (_digest(backup / DATABASE), _digest(backup / LEDGER)):
        raise Refused("backup.damaged", "The backup is not as it was made.", field="BACKUP", remedy="Take another one.")


def _erase_again(directory: NodeDirectory, clock: Clock, since: Sequence[Erased]) -> None:
    with open_node(directory, clock) as node:
        left = iter(since)
        while some := tuple(islice(left, _AT_ONCE)):

            def erase(work: Work, some: tuple[Erased, ...] = some) -> None:
                for one in some:
                    _erase(work, one)
                work.record(erased_again=len(some))

            node.acts.act("node.restore", node.operator, Purpose.ADMINISTRATION, erase)
        node.database.erase_for_good()


def _erase(work: Work, one: Erased) -> None:
    """Erase what a line names; of an alert also what it says in statements and in the search index."""
    table = CONTENT.get(one.table)
    if table is None:
        return
    if table is alert_store.ALERT and (record := alert_store.find_alert(work, *_party_and_id(one))) is not None:
        key = record_key(ALERT_KIND, record.id, record.owner)
        erase_records(work, [key], own=record.owner.party == work.who.owner.party)
        work.emit(
            RecordChanged(
                kind=ALERT_KIND, id=record.id, owner=record.owner, version=record.version, record=None, from_peer=True
            )
        )
    work.change(Delete(table, one.key))


def _party_and_id(one: Erased) -> tuple[str, str]:
    return str(one.key["party"]), str(one.key["id"])


def _remove_past(place: Path, node: str, today: CivilDate) -> Iterator[str]:
    for folder in sorted(place.glob(f"{node}-*")):
        with contextlib.suppress(NotFound):
            if read_manifest(folder).last_day < today:
                shutil.rmtree(folder)
                yield folder.name


def _copy_database(source: Path, target: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as one,
        contextlib.closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
