"""Schema 0007 takes the bureau's cases and messages forward and back, with every byte that the older program knew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from comity.adapters.sql import migrate
from comity.adapters.sql.engine import open_writer, writing
from comity.bureau.records import Case, Message
from comity.core import codec
from comity.core.codec import JsonValue

CASE: dict[str, JsonValue] = {
    "id": "01hzzzzzzzzzzzzzzzzzzzzz51",
    "form": "G",
    "state": "sent",
    "party": "FRA",
    "recipient": {"party": "DEU", "authority": "bundespolizei"},
    "category": "REF",
    "hit": "01hzzzzzzzzzzzzzzzzzzzzz50",
    "found_by": {"party": "FRA", "authority": "police-aux-frontieres"},
    "opened": 1_772_000_000_000_000,
    "urgent": False,
    "due": 1_772_043_200_000_000,
    "version": 2,
    "report": {
        "alert": {"id": "01hzzzzzzzzzzzzzzzzzzzzz60"},
        "found_at": 1_772_000_000_000_000,
        "place": "Testvillé",
        "action_taken": "referred",
    },
    "sent": 1_772_000_060_000_000,
    "sent_by": "user-2",
}
MESSAGE: dict[str, JsonValue] = {
    "id": "01hzzzzzzzzzzzzzzzzzzzzz71",
    "sender": {"party": "DEU", "authority": "sirene-deutschland"},
    "recipient": {"party": "FRA", "authority": "prefecture"},
    "kind": "hit-report",
    "state": "new",
    "category": "ARR",
    "received": 1_772_000_000_000_000,
    "urgent": True,
    "due": None,
    "version": 1,
    "report": CASE["report"],
    "acknowledged": None,
    "acknowledged_by": None,
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    opened = open_writer(tmp_path / "comity.sqlite")
    with writing(opened) as connection:
        migrate.move(connection, "0007")
        connection.exec_driver_sql(
            "INSERT INTO bureau_case (id, party, state, rank, hit, version, schema, body) VALUES (?,?,?,?,?,?,?,?)",
            (CASE["id"], "FRA", "sent", CASE["due"], CASE["hit"], 2, 1, codec.encode(CASE)),
        )
        connection.exec_driver_sql(
            "INSERT INTO bureau_message (sender_party, id, recipient_party, kind, state, rank, version, schema, body)"
            " VALUES (?,?,?,?,?,?,?,?,?)",
            ("DEU", MESSAGE["id"], "FRA", "hit-report", "new", 0, 1, 1, codec.encode(MESSAGE)),
        )
    yield opened
    opened.dispose()


def row(engine: sa.Engine, table: str) -> sa.Row[tuple[object, ...]]:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.text("*")).select_from(sa.text(table))).one()


def test_cases_and_messages_get_their_clock_and_last_day(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        migrate.move(connection, "0008")

    case, message = row(engine, "bureau_case"), row(engine, "bureau_message")

    assert (case.alert_party, case.erase_by, case.ended) == ("DEU", "2027-02-25", CASE["sent"])
    assert (message.alert_party, message.urgent, message.ended) == ("FRA", 1, None)
    assert codec.decode_as(case.body, Case).events == ()
    assert codec.decode_as(message.body, Message).filing is None


def test_going_back_leaves_what_the_older_program_wrote(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        migrate.move(connection, "0008")
        newer = json.loads(codec.encode(CASE)) | {"state": "filed", "filing": "other", "officer": "user-1"}
        newer["report"]["lane"] = "transit"
        connection.exec_driver_sql("UPDATE bureau_case SET state = 'filed', body = ?", (codec.encode(newer),))
    with writing(engine) as connection:
        migrate.move(connection, "0007")

    case, message = row(engine, "bureau_case"), row(engine, "bureau_message")

    assert (case.state, case.body) == ("sent", codec.encode(CASE))
    assert (message.state, message.body) == ("new", codec.encode(MESSAGE))
