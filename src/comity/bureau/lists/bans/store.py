"""Tables of designations and of the alerts that listings gave."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from comity.bureau.lists.bans.records import SCHEMA, Ban, BanState, Designation
from comity.bureau.lists.records import Format
from comity.core.codec import decode_as, encode
from comity.core.errors import NotFound
from comity.core.ids import Owner
from comity.core.ports import Change, Delete, Guard, Insert, Row, Update, Work

METADATA: Final = sa.MetaData()

DESIGNATION: Final = sa.Table(
    "list_designation",
    METADATA,
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("source", sa.String(16), primary_key=True),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

BAN: Final = sa.Table(
    "list_ban",
    METADATA,
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("listing", sa.String(26), primary_key=True),
    sa.Column("listing_version", sa.Integer, nullable=False),
    sa.Column("alert", sa.String(26), nullable=False),
    sa.Column("authority", sa.String(48), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Index("list_ban_by_alert", "party", "alert", unique=True),
)
"""One alert at most for a listing; nothing personal, and gone with the alert."""


def put_designation(work: Work, party: str, designation: Designation) -> None:
    """Keep a designation in the place of the one before."""
    key = {"party": party, "source": designation.source.value}
    work.change(Delete(DESIGNATION, key), Insert(DESIGNATION, {**key, "schema": SCHEMA, "body": encode(designation)}))


def designations(work: Work, party: str, source: Format | None = None) -> tuple[Designation, ...]:
    """Return the party's designations, of one list where given."""
    columns = DESIGNATION.c
    query = sa.select(columns.body).where(columns.party == party).order_by(columns.source)
    rows = work.read(query if source is None else query.where(columns.source == source.value))
    return tuple(decode_as(bytes(row.body), Designation) for row in rows)


def find_ban(work: Work, party: str, listing: str) -> Ban | None:
    """Return the alert of a listing, None where it has none."""
    rows = work.read(sa.select(BAN).where(BAN.c.party == party, BAN.c.listing == listing))
    return _ban(rows[0]) if rows else None


def get_ban(work: Work, party: str, listing: str) -> Ban:
    """Return the alert of a listing; raises `NotFound` `list.no-alert`."""
    found = find_ban(work, party, listing)
    if found is None:
        raise NotFound("list.no-alert", "No alert stands for this listing.", field="$.listing")
    return found


def ban_of_alert(work: Work, party: str, alert: str) -> Ban | None:
    """Return what listing an own alert stands for, None where it stands for none."""
    rows = work.read(sa.select(BAN).where(BAN.c.party == party, BAN.c.alert == alert))
    return _ban(rows[0]) if rows else None


def bans_page(work: Work, party: str, state: BanState | None, after: str | None, limit: int) -> tuple[Ban, ...]:
    """Return alerts of listings in order of the listings' ids."""
    query = sa.select(BAN).where(BAN.c.party == party).order_by(BAN.c.listing).limit(limit)
    if state is not None:
        query = query.where(BAN.c.state == state.value)
    if after is not None:
        query = query.where(BAN.c.listing > after)
    return tuple(_ban(row) for row in work.read(query))


def add_ban(ban: Ban) -> tuple[Change, ...]:
    """Return the changes that note the alert of a listing, which must have none."""
    return (Guard(BAN, _key(ban), None), Insert(BAN, {**_key(ban), **_columns(ban)}))


def replace_ban(ban: Ban) -> tuple[Change, ...]:
    """Return the changes that bring a note up to date."""
    return (Update(BAN, _key(ban), _columns(ban)),)


def remove_ban(ban: Ban) -> tuple[Change, ...]:
    """Return the changes that forget which alert stood for a listing."""
    return (Delete(BAN, _key(ban)),)


def _key(ban: Ban) -> dict[str, object]:
    return {"party": ban.owner.party, "listing": ban.listing}


def _columns(ban: Ban) -> dict[str, object]:
    return {
        "listing_version": ban.listing_version,
        "alert": ban.alert,
        "authority": ban.owner.authority,
        "state": ban.state.value,
    }


def _ban(row: Row) -> Ban:
    return Ban(
        listing=row.listing,
        listing_version=row.listing_version,
        alert=row.alert,
        owner=Owner(party=row.party, authority=row.authority),
        state=BanState(row.state),
    )
