"""Tables of runs and of what they found: references, counts and evidence; nobody's data. Rows go with the checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from comity.core.codec import decode_own_as, encode
from comity.core.errors import NotFound
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.ports import Delete, Guard, Insert, Update, Work
from comity.crossings.records import StoredCheck
from comity.crossings.rescreen.records import RescreenHit, RescreenRun
from comity.crossings.store import CROSSING_CHECK, METADATA

SCHEMA: Final = 1

CROSSING_RESCREEN: Final = sa.Table(
    "crossing_rescreen",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False, index=True),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""`version` counts the batches done."""

CROSSING_RESCREEN_HIT: Final = sa.Table(
    "crossing_rescreen_hit",
    METADATA,
    sa.Column("run", sa.String(26), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("earlier", sa.String(26), nullable=False, index=True),
    sa.Column("check", sa.String(26), nullable=False, index=True),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


def open_checks(work: Work, run: RescreenRun, limit: int) -> list[tuple[RecordId, StoredCheck]]:
    """Return the next checks of a run, in order: made before it began, and their data still lawfully held."""
    columns = CROSSING_CHECK.c
    query = (
        sa.select(columns.id, columns.body)
        .where(
            _is_open(work, run.owner), columns.id > run.place, columns.recorded_at <= run.begun_at, _is_of_a_traveller()
        )
        .order_by(columns.id)
        .limit(limit)
    )
    return [(RecordId(row.id), decode_own_as(bytes(row.body), StoredCheck)) for row in work.read(query)]


def count_open(work: Work, owner: Owner) -> int:
    """Return how many checks of the authority are open."""
    query = sa.select(sa.func.count().label("count")).select_from(CROSSING_CHECK)
    query = query.where(_is_open(work, owner), _is_of_a_traveller())
    return int(work.read(query)[0].count)


def _is_of_a_traveller() -> sa.ColumnElement[bool]:
    """Leave out the checks that runs made themselves: their data stand in the earlier ones."""
    return sa.not_(sa.exists().where(CROSSING_RESCREEN_HIT.c.check == CROSSING_CHECK.c.id))


def _is_open(work: Work, owner: Owner) -> sa.ColumnElement[bool]:
    columns = CROSSING_CHECK.c
    return sa.and_(
        columns.party == owner.party,
        columns.authority == owner.authority,
        columns.erased.is_(False),
        columns.expires > work.recorded_at,
    )


def add_run(work: Work, run: RescreenRun, expires: int) -> None:
    """Store a run that begins."""
    row = {
        "id": run.run,
        "party": run.owner.party,
        "authority": run.owner.authority,
        "version": 1,
        "expires": expires,
        "schema": SCHEMA,
        "body": encode(run),
    }
    work.change(Insert(CROSSING_RESCREEN, row))


def put_run(work: Work, run: RescreenRun, version: int) -> None:
    """Store a run one batch further; another who did the same batch meanwhile fails the guard."""
    key = {"id": run.run}
    work.change(
        Guard(CROSSING_RESCREEN, key, {"version": version}),
        Update(CROSSING_RESCREEN, key, {"version": version + 1, "body": encode(run)}),
    )


def get_run(work: Work, owner: Owner, run: str) -> tuple[RescreenRun, int]:
    """Return a run of the authority and how many batches it has done; `NotFound` `rescreen.not-found`."""
    columns = CROSSING_RESCREEN.c
    rows = work.read(
        sa.select(columns.body, columns.version).where(
            columns.id == run, columns.party == owner.party, columns.authority == owner.authority
        )
    )
    if not rows:
        raise NotFound(
            "rescreen.not-found",
            "There is no such run here, or it has expired with its checks.",
            field="$.run",
            remedy="Begin a new one.",
        )
    return decode_own_as(bytes(rows[0].body), RescreenRun), int(rows[0].version)


def add_hit(work: Work, run: str, hit: RescreenHit) -> None:
    """Store what a run found."""
    row = {
        "run": run,
        "number": hit.number,
        "earlier": hit.earlier,
        "check": hit.check,
        "schema": SCHEMA,
        "body": encode(hit),
    }
    work.change(Insert(CROSSING_RESCREEN_HIT, row))


def hits(work: Work, run: str) -> tuple[RescreenHit, ...]:
    """Return what a run found, in order."""
    columns = CROSSING_RESCREEN_HIT.c
    rows = work.read(sa.select(columns.body).where(columns.run == run).order_by(columns.number))
    return tuple(decode_own_as(bytes(row.body), RescreenHit) for row in rows)


def known(work: Work, checks: Sequence[str]) -> dict[str, set[tuple[RecordRef, Owner]]]:
    """Return what earlier runs found already, by the check that brought the data."""
    columns = CROSSING_RESCREEN_HIT.c
    found: dict[str, set[tuple[RecordRef, Owner]]] = {}
    for row in work.read(sa.select(columns.earlier, columns.body).where(columns.earlier.in_(checks))):
        hit = decode_own_as(bytes(row.body), RescreenHit)
        found.setdefault(row.earlier, set()).add((hit.alert, hit.owner))
    return found


def drop_expired(work: Work, limit: int) -> int:
    """Remove at most `limit` runs whose checks are all gone, with what they found; return how many."""
    columns = CROSSING_RESCREEN.c
    rows = work.read(sa.select(columns.id).where(columns.expires <= work.recorded_at).limit(limit))
    for row in rows:
        work.change(Delete(CROSSING_RESCREEN_HIT, {"run": row.id}), Delete(CROSSING_RESCREEN, {"id": row.id}))
    return len(rows)
