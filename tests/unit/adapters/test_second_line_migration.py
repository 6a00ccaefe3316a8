"""Referrals of the version before go forward with what they hold, and back to what it can read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from comity.adapters.sql import migrate
from comity.adapters.sql.engine import open_writer, writing
from comity.core.codec import decode_as, encode
from comity.core.ids import Owner, RecordId
from comity.core.time import HOUR_US, Instant
from comity.crossings.referral_records import Referral, ReferralReason

OLD = {
    "alert": {"id": "01hzzzzzzzzzzzzzzzzzzzzz01", "kind": "alert", "version": 1},
    "at": 1_000_000,
    "check": "c1",
    "crossing_point": "frcqf-1",
    "owner": {"authority": "paf", "party": "FRA"},
    "reason": "synthetic Ö",
    "referral": "r1",
    "user": "u-1",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_writer(tmp_path / "old.sqlite")
    with writing(engine) as connection:
        migrate.move(connection, "0006")
        for name, body in (("r1", encode(OLD)), ("r2", None)):
            connection.exec_driver_sql(
                'INSERT INTO crossing_referral (id, "check", party, authority, state, recorded_at, "schema", body) '
                "VALUES (?, 'c1', 'FRA', 'paf', 'waiting', 1000000, 1, ?)",
                (name, body),
            )
    yield engine
    engine.dispose()


def rows(connection: sa.Connection, columns: str) -> list[tuple[object, ...]]:
    chosen = sa.select(sa.text(columns)).select_from(sa.text("crossing_referral")).order_by(sa.text("id"))
    return [tuple(row) for row in connection.execute(chosen)]


def test_old_referrals_wait_on_in_the_queue_with_their_sender_and_point(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        migrate.move(connection, "0007")
        found = rows(connection, 'state, crossing_point, urgency, "user", expires, version')
        ((body,), _) = rows(connection, "body")

    expires = 1_000_000 + 24 * HOUR_US
    assert found == [
        ("waiting", "frcqf-1", "enforcement", "u-1", expires, 1),
        ("erased", "", "enforcement", None, expires, 1),
    ]
    assert isinstance(body, bytes)
    assert decode_as(body, Referral).code is ReferralReason.CANNOT_TELL


def test_going_back_keeps_what_the_version_before_can_read(engine: sa.Engine) -> None:
    new = Referral(
        referral=RecordId("r3"),
        check=RecordId("c2"),
        owner=Owner(party="FRA", authority="paf"),
        user="u-1",
        at=Instant(1),
        crossing_point="x",
        code=ReferralReason.HEALTH,
    )
    with writing(engine) as connection:
        migrate.move(connection, "0007")
        grown = decode_as(encode(OLD), Referral)
        connection.exec_driver_sql("UPDATE crossing_referral SET body = ? WHERE id = 'r1'", (encode(grown),))
        connection.exec_driver_sql(
            'INSERT INTO crossing_referral (id, "check", party, authority, state, crossing_point, urgency, '
            'recorded_at, expires, version, "schema", body) '
            "VALUES ('r3', 'c2', 'FRA', 'paf', 'taken', 'x', 'protection', 1, 2, 1, 1, ?)",
            (encode(new),),
        )
    with writing(engine) as connection:
        migrate.move(connection, "0006")
        kept = rows(connection, "id, state, body")

    assert [(row[0], row[1]) for row in kept] == [("r1", "waiting"), ("r2", "waiting")]
    assert isinstance(kept[0][2], bytes)
    assert json.loads(kept[0][2]) == OLD
