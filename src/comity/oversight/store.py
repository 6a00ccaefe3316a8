"""Tables of the search log: sealed searches, and the keys that they are sealed for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from comity.core.ports import Delete, Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.oversight.records import KeyStrength, SealedKey

METADATA = sa.MetaData()

SEARCH_LOG = sa.Table(
    "search_log",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("recorded_at", sa.BigInteger, nullable=False, index=True),
    sa.Column("user", sa.Text, nullable=False, index=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

SEARCH_LOG_KEY = sa.Table(
    "search_log_key",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("sealed_private_key", sa.LargeBinary, nullable=False),
    sa.Column("passes", sa.Integer, nullable=False),
    sa.Column("memory_bytes", sa.BigInteger, nullable=False),
    sa.Column("made", sa.BigInteger, nullable=False, index=True),
    sa.Column("made_by", sa.Text, nullable=False),
)

SEARCH_LOG_MARK = sa.Table(
    "search_log_mark",
    METADATA,
    sa.Column("search", sa.Text, primary_key=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("marked_at", sa.BigInteger, nullable=False),
    sa.Column("marked_by", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=True),
    sa.Column("note", sa.LargeBinary, nullable=True),
)
"""What the supervisor said of a search; the note is sealed to `key`. It goes with the search."""

# Asked by every search; building the statement anew would take longer than running it.
_SEALING_KEY = (
    sa.select(SEARCH_LOG_KEY.c.key, SEARCH_LOG_KEY.c.public_key)
    .order_by(SEARCH_LOG_KEY.c.made.desc(), SEARCH_LOG_KEY.c.key)
    .limit(1)
    .execution_options(kept=True)
)


def keys(work: Work) -> tuple[SealedKey, ...]:
    """Return every key, the newest first: that one seals."""
    newest = sa.select(SEARCH_LOG_KEY).order_by(SEARCH_LOG_KEY.c.made.desc(), SEARCH_LOG_KEY.c.key)
    return tuple(_key(row) for row in work.read(newest))


def sealing_key(work: Work) -> tuple[str, bytes] | None:
    """Return name and public key of the key that seals now, None if there is none."""
    rows = work.read(_SEALING_KEY)
    return (rows[0].key, rows[0].public_key) if rows else None


def add_key(work: Work, key: SealedKey) -> None:
    """Add a key; it seals from the commit on."""
    work.change(
        Insert(
            SEARCH_LOG_KEY,
            {
                "key": key.key,
                "public_key": key.public_key,
                "salt": key.salt,
                "sealed_private_key": key.sealed_private_key,
                "passes": key.strength.passes,
                "memory_bytes": key.strength.memory_bytes,
                "made": key.made,
                "made_by": key.made_by,
            },
        )
    )


def page(
    work: Work, *, first: Instant | None, last: Instant | None, user: str | None, after: str | None, limit: int
) -> tuple[Row, ...]:
    """Return at most `limit` sealed rows (id, key, sealed) in order of id, after id `after`."""
    columns = SEARCH_LOG.c
    query = sa.select(columns.id, columns.key, columns.sealed).order_by(columns.id).limit(limit)
    if first is not None:
        query = query.where(columns.recorded_at >= first)
    if last is not None:
        query = query.where(columns.recorded_at <= last)
    if user is not None:
        query = query.where(columns.user == user)
    if after is not None:
        query = query.where(columns.id > after)
    return tuple(work.read(query))


def drawable(
    work: Work, *, span: tuple[Instant, Instant], users: Sequence[str] | None, operation: str | None, limit: int
) -> tuple[Row, ...]:
    """Return at most `limit` rows (id, user, recorded_at) of a span of time, of some users or all, in order of id."""
    columns = SEARCH_LOG.c
    query = sa.select(columns.id, columns.user, columns.recorded_at).where(columns.recorded_at.between(*span))
    if users is not None:
        query = query.where(columns.user.in_(users))
    if operation is not None:
        query = query.where(columns.operation == operation)
    return tuple(work.read(query.order_by(columns.id).limit(limit)))


def sealed(work: Work, searches: Sequence[str]) -> tuple[Row, ...]:
    """Return the sealed rows (id, key, sealed) of some searches, in order of id."""
    columns = SEARCH_LOG.c
    query = sa.select(columns.id, columns.key, columns.sealed).where(columns.id.in_(searches)).order_by(columns.id)
    return tuple(work.read(query))


def marks(work: Work, searches: Sequence[str]) -> dict[str, Row]:
    """Return what was said of some searches, by their id."""
    columns = SEARCH_LOG_MARK.c
    return {row.search: row for row in work.read(sa.select(SEARCH_LOG_MARK).where(columns.search.in_(searches)))}


def count_marks(work: Work, span: tuple[Instant, Instant]) -> dict[str, int]:
    """Return how many searches of a span of time got each verdict."""
    mark, search = SEARCH_LOG_MARK.c, SEARCH_LOG.c
    query = (
        sa.select(mark.verdict, sa.func.count().label("n"))
        .join(SEARCH_LOG, search.id == mark.search)
        .where(search.recorded_at.between(*span))
        .group_by(mark.verdict)
    )
    return {row.verdict: row.n for row in work.read(query)}


def set_mark(work: Work, row: Mapping[str, object], *, anew: bool) -> None:
    """Say something of a search; `anew`: something was said before, and this takes its place."""
    key = {"search": row["search"]}
    if anew:
        work.change(Update(SEARCH_LOG_MARK, key, row))
    else:
        work.change(Guard(SEARCH_LOG_MARK, key, None), Insert(SEARCH_LOG_MARK, row))


def erase_before(work: Work, moment: Instant, limit: int) -> tuple[int, bool]:
    """Delete at most `limit` rows recorded before the moment; return how many, and whether more are due."""
    columns = SEARCH_LOG.c
    due = work.read(
        sa.select(columns.id).where(columns.recorded_at < moment).order_by(columns.recorded_at).limit(limit + 1)
    )
    for row in due[:limit]:
        work.change(Delete(SEARCH_LOG, {"id": row.id}), Delete(SEARCH_LOG_MARK, {"search": row.id}))
    return min(len(due), limit), len(due) > limit


def _key(row: Row) -> SealedKey:
    return SealedKey(
        key=row.key,
        public_key=row.public_key,
        salt=row.salt,
        sealed_private_key=row.sealed_private_key,
        strength=KeyStrength(passes=row.passes, memory_bytes=row.memory_bytes),
        made=Instant(row.made),
        made_by=row.made_by,
    )
