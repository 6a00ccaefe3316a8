"""The table of boards; the body is erasable and goes when the checks of the board expire."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.core.codec import decode_as, encode
from comity.core.errors import NotFound
from comity.core.ports import Insert, Update, Work
from comity.crossings.board_records import StoredBoard
from comity.crossings.referral_records import ReferralState
from comity.crossings.store import CROSSING_REFERRAL, CROSSING_RESOLUTION, METADATA, SCHEMA

CROSSING_BOARD: Final = sa.Table(
    "crossing_board",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.Column("persons", sa.Integer, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Index("crossing_board_by_owner", "party", "authority", "id"),
    sa.Index("crossing_board_by_expiry", "expires"),
)

_SHOWN_AT_MOST: Final = 100
_OPEN: Final = (ReferralState.WAITING.value, ReferralState.TAKEN.value)


def add_board(work: Work, board: StoredBoard) -> None:
    """Store a new board."""
    row = {
        "id": board.board,
        "party": board.owner.party,
        "authority": board.owner.authority,
        "recorded_at": board.at,
        "expires": board.expires,
        "persons": len(board.rows),
        "schema": SCHEMA,
        "body": encode(board),
    }
    work.change(Insert(CROSSING_BOARD, row))


def get_board(work: Work, board: str) -> StoredBoard:
    """Return a board of the own authority; `NotFound` where there is none, or it expired."""
    rows = work.read(_held(work).where(CROSSING_BOARD.c.id == board))
    if not rows:
        raise NotFound(
            "board.not-found",
            "There is no such board here, or it has expired.",
            field="$.board",
            remedy="Check the list again.",
        )
    return decode_as(bytes(rows[0].body), StoredBoard)


def boards(work: Work) -> tuple[StoredBoard, ...]:
    """Return the newest boards of the own authority."""
    rows = work.read(_held(work).order_by(CROSSING_BOARD.c.id.desc()).limit(_SHOWN_AT_MOST))
    return tuple(decode_as(bytes(row.body), StoredBoard) for row in rows)


def decided(work: Work, checks: tuple[str, ...]) -> dict[str, int]:
    """Return how many matches were decided on, by check."""
    columns = CROSSING_RESOLUTION.c
    query = sa.select(columns.check, sa.func.count().label("count")).where(columns.check.in_(checks))
    return {row.check: row.count for row in work.read(query.group_by(columns.check))}


def referred(work: Work, checks: tuple[str, ...]) -> dict[str, bool]:
    """Return which checks were sent to the second line, and whether any of them is open there."""
    columns = CROSSING_REFERRAL.c
    rows = work.read(sa.select(columns.check, columns.state).where(columns.check.in_(checks)))
    found: dict[str, bool] = {}
    for row in rows:
        found[row.check] = found.get(row.check, False) or row.state in _OPEN
    return found


def erase_expired(work: Work, limit: int) -> int:
    """Erase at most `limit` expired boards; return how many."""
    columns = CROSSING_BOARD.c
    query = sa.select(columns.id).where(columns.expires <= work.recorded_at, columns.body.is_not(None))
    rows = work.read(query.limit(limit))
    work.change(*(Update(CROSSING_BOARD, {"id": row.id}, {"body": None}) for row in rows))
    return len(rows)


def _held(work: Work) -> sa.Select[tuple[bytes | None]]:
    columns, owner = CROSSING_BOARD.c, work.who.owner
    return sa.select(columns.body).where(
        columns.party == owner.party,
        columns.authority == owner.authority,
        columns.body.is_not(None),
        columns.expires > work.recorded_at,
    )
