"""What the exchange held in rows goes forward into segments: nothing waits less, nothing is known less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from comity.adapters.sql import migrate
from comity.adapters.sql.engine import open_writer, writing
from comity.core.ids import Owner
from comity.exchange import store
from comity.exchange.segment import Segment, open_segment
from comity.exchange.statement import write_statement
from comity.exchange.store import Route
from tests.support import golden

PEER = golden.RECEIVER
RAW, NAME = write_statement(golden.STATEMENT)
GONE = sha256(b"erased before").hexdigest()
OWNER = Owner(party="FRA", authority="police")
STREAM = "synthetic-notes"


def put(connection: sa.Connection, table: str, row: Mapping[str, object]) -> None:
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(f":{name}" for name in row)
    connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), row)  # noqa: S608 - own names


def statement_row(name: str, version: int, body: bytes | None, *, incoming: bool) -> dict[str, object]:
    return {
        "digest": name,
        "incoming": incoming,
        "kind": "note",
        "id": golden.STATEMENT.id,
        "owner_party": "FRA",
        "owner_authority": "police",
        "version": version,
        "category": "NOTE",
        "agreement": golden.AGREEMENT,
        "delete_by": "2029-11-25",
        "body": body,
        "own_signature": b"s" * 64 if body else None,
        "erased_at": None if body else 7,
        "erased_rule": None if body else "withdrawn-by-owner",
    }


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sa.Connection]:
    """A database of the version before, in the middle of an exchange, brought forward."""
    engine = open_writer(tmp_path / "old.sqlite")
    with writing(engine) as old:
        migrate.move(old, "0013")
        put(old, "exchange_statement", statement_row(NAME, 2, RAW, incoming=False))
        put(old, "exchange_statement", statement_row(GONE, 1, None, incoming=False))
        named = {"peer": PEER, "stream": STREAM}
        waiting = {"priority": 2, "epoch": 3, "enqueued_at": 5, "reasons": None, "retry_at": None, "settled_at": None}
        put(old, "exchange_outbox", {**named, "sequence": 1, "digest": GONE, **waiting, "state": "stored"})
        deferred = {**waiting, "state": "deferred", "reasons": b'["note.later"]', "retry_at": 9}
        put(old, "exchange_outbox", {**named, "sequence": 2, "digest": NAME, **deferred})
        put(old, "exchange_stream", {**named, "direction": "out", "position": 1, "held_reasons": None})
        put(old, "exchange_stream", {**named, "direction": "in", "position": 1, "held_reasons": b'["x"]'})
        held = {"peer": PEER, "kind": "note", "id": golden.STATEMENT.id, "authority": "police", "version": 2}
        way = {"digest": NAME, "tombstone": False, "stream": STREAM, "agreement": golden.AGREEMENT, "clause": "c.1"}
        put(old, "exchange_holder", {**held, **way})
        inbox = {**named, "sequence": 1, "digest": NAME, "status": "refused", "reasons": b'["NOT_BOUND"]'}
        put(old, "exchange_inbox", {**inbox, "recorded_at": 4})
        frame = {"digest": "f" * 64, **named, "first": 1, "last": 1, "evidence": b"signed", "recorded_at": 4}
        put(old, "exchange_frame", frame)
        migrate.move(old, migrate.HEAD)
        yield old
    engine.dispose()


def rows(connection: sa.Connection, table: sa.Table) -> list[dict[str, object]]:
    return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def test_statements_keep_their_bytes_their_signatures_and_what_erased_them(connection: sa.Connection) -> None:
    kept: dict[str, Segment] = {}
    for row in connection.execute(sa.select(store.segment_table)).mappings():
        segment = open_segment(row["digests"], row["items"], row["count"])
        if segment.head(0) is not None:
            kept[segment.item(0).digest.hex()] = segment

    live, erased = kept[NAME], kept[GONE].erased(0)
    assert (live.item(0).body, live.item(0).signature) == (RAW, b"s" * 64)
    assert erased is not None
    assert (erased.rule, erased.head.version, erased.head.owner) == ("withdrawn-by-owner", 1, OWNER)


def test_queues_positions_and_outcomes_stand_as_they_did(connection: sa.Connection) -> None:
    runs = sorted(rows(connection, store.outbox_table), key=lambda row: int(str(row["first"])))
    streams = {row["direction"]: row for row in rows(connection, store.stream_table)}
    said = {row["direction"]: row for row in rows(connection, store.exception_table)}

    assert [(row["first"], row["count"], row["reads"], row["epoch"]) for row in runs] == [
        (1, 1, "note@1", 3),
        (2, 1, "note@1", 3),
    ]
    assert {way: (row["position"], row["epoch"], row["held_reasons"]) for way, row in streams.items()} == {
        "out": (1, 1, None),
        "in": (1, 1, b'["x"]'),
    }
    assert (said["out"]["sequence"], said["out"]["status"], said["out"]["retry_at"]) == (2, "deferred", 9)
    assert (said["in"]["sequence"], said["in"]["reasons"]) == (1, b'["NOT_BOUND"]')
    (frame,) = rows(connection, store.frame_table)
    assert (frame["first"], frame["last"], frame["evidence"]) == (1, 1, b"signed")


def test_holders_are_found_by_their_new_keys(connection: sa.Connection) -> None:
    (holder,) = rows(connection, store.holder_table)
    (route,) = rows(connection, store.route_table)

    assert holder["record"] == store.record_key("note", golden.STATEMENT.id, OWNER)
    assert holder["route"] == route["id"] == store.route_id(Route(PEER, STREAM, golden.AGREEMENT, "c.1"))
    assert (holder["version"], holder["digest"]) == (2, bytes.fromhex(NAME))


def test_an_older_program_can_have_its_tables_back(connection: sa.Connection) -> None:
    migrate.move(connection, "0013")

    names = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"exchange_inbox", "exchange_statement"} <= names
    assert "exchange_segment" not in names
