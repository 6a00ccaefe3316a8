"""Where a node's database is, when it is not a file of its own."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import msgspec

from comity.core.errors import BadInput

_SCHEMES = frozenset({"postgresql", "postgres"})


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A PostgreSQL database as a libpq URL, which holds no password, and the file of mode 0600 that does, if any.

    Without a file the server asks for none (peer, certificate), or libpq finds it as always: `PGPASSWORD`,
    `PGPASSFILE`.
    """

    url: str
    password_file: str | None = None

    def check(self) -> None:
        """Raise `BadInput` for what is no such URL, or one with a password in it."""
        parts = urlsplit(self.url)
        if parts.scheme not in _SCHEMES or not parts.path.strip("/"):
            raise BadInput(
                "node.database-url",
                "The database is named by a URL: postgresql://[USER@][HOST][:PORT]/NAME[?OPTION=VALUE].",
                field="--database",
                remedy="For a server on this machine: postgresql:///NAME?host=/var/run/postgresql",
            )
        if parts.password is not None or "password" in parse_qs(parts.query):
            raise BadInput(
                "node.database-password",
                "A password does not belong into the URL: it would stand in the shell's history and in config.json.",
                field="--database",
                remedy="Write it to a file of mode 0600 and name that: --database-password-file FILE.",
            )


def postgres(module: str) -> ModuleType:
    """Return a module of `comity.adapters.sql.postgres`. Raises `BadInput` where the driver is not installed."""
    try:
        return import_module(f"comity.adapters.sql.postgres.{module}")
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise BadInput(
            "node.postgres-missing",
            "The driver for PostgreSQL is not installed.",
            field="--database",
            remedy="Install the extra `postgres`: .venv/bin/python -m pip install 'psycopg[binary]'",
        ) from None
