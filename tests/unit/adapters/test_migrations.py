from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from comity.adapters.sql import migrate
from comity.adapters.sql.engine import open_writer, writing
from comity.adapters.sql.postgres.connect import open_writer as open_server
from comity.adapters.sql.postgres.tables import METADATA as PROCESSES
from comity.core import codec
from comity.core.errors import Refused
from comity.node.schema import METADATA
from tests.support.postgres import Server

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"
ENTRIES = [{"operation": "alert.enter", "outcome": "done"}, {"operation": "crossing.check", "outcome": "refused"}]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    opened = open_writer(tmp_path / "comity.sqlite")
    yield opened
    opened.dispose()


def whole_schema() -> sa.MetaData:
    whole = sa.MetaData()
    for room in METADATA:
        for table in room.tables.values():
            table.to_metadata(whole)
    return whole


def write_old_entries(connection: sa.Connection) -> None:
    """Three rows as schema 0002 held them, the last one erased lawfully."""
    statement = "INSERT INTO ledger_entry (sequence, leaf, salt, entry, user, recorded_at) VALUES (?, ?, ?, ?, ?, ?)"
    for number, entry in enumerate(ENTRIES):
        connection.exec_driver_sql(statement, (number, b"l" * 32, b"s" * 16, codec.encode(entry), "u", number))
    connection.exec_driver_sql(statement, (2, b"l" * 32, None, None, None, 2))


def entries(connection: sa.Connection, columns: str) -> list[tuple[object, ...]]:
    chosen = sa.select(sa.text(columns)).select_from(sa.text("ledger_entry")).order_by(sa.text("sequence"))
    return [tuple(row) for row in connection.execute(chosen)]


def test_a_migrated_database_holds_just_what_the_rooms_declare(engine: sa.Engine) -> None:
    assert migrate.upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        differences = compare_metadata(context, whole_schema())
    assert differences == []


def test_the_head_is_the_newest_version_in_the_folder() -> None:
    numbers = sorted(match.group(1) for path in VERSIONS.iterdir() if (match := re.match(r"(\d{4})_", path.name)))

    assert numbers[-1] == migrate.HEAD
    assert len(set(numbers)) == len(numbers)


def test_each_version_follows_the_one_before_it_and_none_stands_aside() -> None:
    chain = list(ScriptDirectory(str(VERSIONS.parent)).walk_revisions())[::-1]

    numbers = [each.revision for each in chain]
    assert numbers == sorted(numbers)
    assert [each.down_revision for each in chain] == [None, *numbers[:-1]]
    assert len(numbers) == sum(1 for path in VERSIONS.iterdir() if re.match(r"\d{4}_", path.name))


def test_upgrading_twice_does_nothing_the_second_time(engine: sa.Engine) -> None:
    assert [migrate.upgrade(engine), migrate.upgrade(engine)] == [True, False]


def test_naming_the_acts_goes_forward_and_back_on_data(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        migrate.move(connection, "0002")
        write_old_entries(connection)
        before = entries(connection, "*")

    with writing(engine) as connection:
        migrate.move(connection, "0003")
        named = entries(connection, "operation")
        kept = entries(connection, "sequence, leaf, salt, entry, user, recorded_at, erased_at, erased_rule")
    with writing(engine) as connection:
        migrate.move(connection, "0002")
        after = entries(connection, "*")
        version = migrate.current(connection)

    assert named == [("alert.enter",), ("crossing.check",), ("",)]
    assert sorted(kept) == sorted(before) == sorted(after)
    assert version == "0002"


QUESTION = {"direction": "entry", "crossing_point": "p", "lane": "transit", "identity": {}, "justification": ""}
DECISION = {"check": "c1", "verdict": "rejected", "version": 1, "user": "u", "at": 1}
INSERT_CHECK = (
    "INSERT INTO crossing_check (id, party, authority, user, recorded_at, expires, erased, schema, body) "
    "VALUES (?, 'FRA', 'a', 'u', 1, 2, 0, 1, ?)"
)
INSERT_DECISION = (
    "INSERT INTO crossing_resolution ('check', party, alert, verdict, version, schema, body) "
    "VALUES ('c1', 'FRA', ?, ?, 1, 1, ?)"
)


def test_going_back_from_desks_takes_out_of_kept_checks_what_the_older_program_does_not_know(engine: sa.Engine) -> None:
    newer = {**QUESTION, "role": None, "kind": "sea", "things": [], "case": "synthetic-1"}
    later = {**DECISION, "told": None, "obligations": [], "earlier": []}
    with writing(engine) as connection:
        migrate.move(connection, "0006")
        connection.exec_driver_sql(INSERT_CHECK, ("c1", codec.encode({"advice": {}, "question": newer})))
        connection.exec_driver_sql(INSERT_CHECK, ("c2", None))
        connection.exec_driver_sql(INSERT_DECISION, ("a1", "rejected", codec.encode(later)))
        connection.exec_driver_sql(INSERT_DECISION, ("a2", "undone", codec.encode({**DECISION, "verdict": "undone"})))
        connection.exec_driver_sql(INSERT_DECISION, ("a3", "rejected", None))

    with writing(engine) as connection:
        migrate.move(connection, "0005")
        checks = connection.exec_driver_sql("SELECT id, body FROM crossing_check ORDER BY id").all()
        decisions = connection.exec_driver_sql("SELECT alert, body FROM crossing_resolution ORDER BY alert").all()
        migrate.move(connection, "0006")

    assert [tuple(row) for row in checks] == [
        ("c1", codec.encode({"advice": {}, "question": {**QUESTION, "zone": None}})),
        ("c2", None),
    ]
    assert [tuple(row) for row in decisions] == [("a1", codec.encode(DECISION)), ("a3", None)]


def test_a_migration_that_fails_leaves_the_database_as_it_was(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        migrate.move(connection, "0002")
        write_old_entries(connection)
        connection.exec_driver_sql("UPDATE ledger_entry SET entry = '{broken' WHERE sequence = 1")

    with pytest.raises(ValueError, match=r"Expecting"), writing(engine) as connection:
        migrate.move(connection, "0003")

    with engine.connect() as connection:
        assert migrate.current(connection) == "0002"
        columns = {column["name"] for column in sa.inspect(connection).get_columns("ledger_entry")}
    assert "operation" not in columns


def test_everything_can_be_taken_back_to_nothing(engine: sa.Engine) -> None:
    migrate.upgrade(engine)

    with writing(engine) as connection:
        migrate.move(connection, "base")

    with engine.connect() as connection:
        assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}


def test_a_database_of_a_newer_program_is_refused_untouched(engine: sa.Engine) -> None:
    migrate.upgrade(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Refused) as refused:
        migrate.upgrade(engine)

    assert refused.value.code == "store.schema-newer"


def test_on_a_server_too_the_migrated_database_holds_what_the_rooms_declare_and_goes_back_to_nothing(
    postgres_server: Server,
) -> None:
    engine = open_server(postgres_server.place())
    whole = whole_schema()
    for table in PROCESSES.tables.values():
        table.to_metadata(whole)

    assert migrate.upgrade(engine)
    with engine.connect() as connection:
        # Text has no length there; the types are compared in a file.
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, whole)
    again = migrate.upgrade(engine)
    with writing(engine) as connection:
        migrate.move(connection, "base")
    with engine.connect() as connection:
        left = sa.inspect(connection).get_table_names()
    engine.dispose()

    assert (differences, again, left) == ([], False, ["alembic_version"])
