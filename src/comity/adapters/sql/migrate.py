"""Bringing a database to the schema that this version of the program needs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect

from comity.adapters.sql.engine import writing
from comity.adapters.sql.late import recover
from comity.adapters.sql.tables import unplaced
from comity.core.errors import Refused
from comity.core.said import say

HEAD = "0038"
"""The newest schema version; a test holds it against the folder of versions."""


def current(connection: Connection) -> str | None:
    """Return the schema version of a database, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()
    return str(rows[0][0]) if rows else None


def upgrade(engine: Engine) -> bool:
    """Bring the database to `HEAD` in one transaction; return whether anything was to do.

    Raises `Refused` (`store.schema-newer`) for a database of a newer program: nothing is touched.
    """
    with writing(engine) as connection:
        version = current(connection)
        if version == HEAD:
            return False
        if version is not None and version > HEAD:
            raise Refused(
                "store.schema-newer",
                say(
                    "The database has schema %(version)s; this program knows schemas up to %(head)s.",
                    version=version,
                    head=HEAD,
                ),
                remedy="Run the newer program, or restore the backup made before it was upgraded.",
            )
        move(connection, HEAD)
    return True


def move(connection: Connection, version: str) -> None:
    """Move a database forward or back to `version` ("base": empty) inside the transaction of `connection`."""
    # Alembic and Mako take a fifth of a second to import, and most starts need neither.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    _place_left_over(connection)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    present = current(connection)
    if version == "base" or (present is not None and version < present):
        command.downgrade(config, version)
    else:
        command.upgrade(config, version)


def _place_left_over(connection: Connection) -> None:
    """Bring to their places the rows of a process that was killed: versions know tables, not pieces."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and inspect(connection).has_table(unplaced.name):
        recover(driver)
