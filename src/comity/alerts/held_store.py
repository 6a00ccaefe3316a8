"""Statements on what is held back on receipt, what is refused, and what waits for vetting."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import select

from comity.alerts.beside_tables import HELD, REFUSAL, VETTING
from comity.alerts.character import Character
from comity.core.codec import decode_own_as, encode
from comity.core.personal import Personal
from comity.core.ports import Change, Delete, Insert, Row, Update, Work
from comity.core.time import CivilDate, Instant

ANY: Final = "*"
"""Every issuer, or every category."""
_Text = Annotated[str, Personal, Meta(min_length=1, max_length=2000)]
_Short = Annotated[str, Personal, Meta(min_length=1, max_length=200)]


@unique
class HeldState(StrEnum):
    """Where a copy stands that the screening on receipt stopped."""

    HELD = "held"
    RELEASED = "released"
    REFUSED = "refused"


class HeldAlert(msgspec.Struct, frozen=True, kw_only=True):
    """A copy that was held back: why, and what a person decided. Nothing of its content."""

    party: str
    id: str
    category: str
    version: int
    suspected: Character
    state: HeldState
    since: Instant
    erase_by: CivilDate
    reviewed_by: _Short | None = None
    reasons: _Text | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """From whom, and of which category, this party takes no alerts; `*` is all. `basis` says on what ground."""

    party: str
    category: str
    basis: _Text
    since: Instant


@unique
class VettingState(StrEnum):
    """Whether a foreign arrest alert may be acted on here: not looked at yet, yes, or flagged."""

    WAITING = "waiting"
    EXECUTABLE = "executable"
    FLAGGED = "flagged"


class Vetting(msgspec.Struct, frozen=True, kw_only=True):
    """One foreign arrest alert and who looked at it."""

    party: str
    id: str
    version: int
    state: VettingState
    since: Instant
    vetted_by: _Short | None = None
    found: _Text | None = None
    vetted_at: Instant | None = None


# Asked for every item of a frame; changes hardly ever.
_REFUSALS: Final = select(REFUSAL.c.party, REFUSAL.c.category).execution_options(kept=True)


def is_refused(work: Work, party: str, category: str) -> bool:
    """Say whether this party takes no such alert."""
    return any(row.party in {party, ANY} and row.category in {category, ANY} for row in work.read(_REFUSALS))


def refusals(work: Work) -> tuple[Refusal, ...]:
    """Return every refusal that stands."""
    query = select(REFUSAL.c.body).order_by(REFUSAL.c.party, REFUSAL.c.category)
    return tuple(decode_own_as(bytes(row.body), Refusal) for row in work.read(query))


def put_refusal(made: Refusal) -> tuple[Change, ...]:
    """Return the changes that put a refusal in force."""
    key = {"party": made.party, "category": made.category}
    return (Delete(REFUSAL, key), Insert(REFUSAL, {**key, "body": encode(made)}))


def drop_refusal(party: str, category: str) -> Delete:
    """Return the change that takes alerts again."""
    return Delete(REFUSAL, {"party": party, "category": category})


def find_held(work: Work, party: str, alert: str) -> HeldAlert | None:
    """Return what was decided, or is still to be decided, about a copy that was stopped."""
    rows = work.read(select(HELD.c.body).where(HELD.c.party == party, HELD.c.id == alert))
    return _held_of(rows[0]) if rows else None


def page_of_held(work: Work, state: HeldState, after: Instant | None, limit: int) -> tuple[HeldAlert, ...]:
    """Return a page of copies in a state, the one that waits longest first."""
    query = select(HELD.c.body).where(HELD.c.state == state.value)
    if after is not None:
        query = query.where(HELD.c.since > after)
    return tuple(_held_of(row) for row in work.read(query.order_by(HELD.c.since, HELD.c.id).limit(limit)))


def put_held(made: HeldAlert) -> tuple[Change, ...]:
    """Return the changes that put what is known of a held copy."""
    key = {"party": made.party, "id": made.id}
    row = {**key, "state": made.state.value, "since": made.since, "erase_by": made.erase_by, "body": encode(made)}
    return (Delete(HELD, key), Insert(HELD, row))


def past_held(work: Work, today: CivilDate, limit: int) -> int:
    """Erase what was kept of decisions on copies whose own last day is over; return how many."""
    rows = work.read(select(HELD.c.party, HELD.c.id).where(HELD.c.erase_by < today).limit(limit))
    for row in rows:
        work.change(Delete(HELD, {"party": row.party, "id": row.id}))
    return len(rows)


def find_vetting(work: Work, party: str, alert: str) -> Vetting | None:
    """Return where the vetting of a foreign arrest alert stands."""
    rows = work.read(select(VETTING.c.body).where(VETTING.c.party == party, VETTING.c.id == alert))
    return decode_own_as(bytes(rows[0].body), Vetting) if rows else None


def page_of_vettings(work: Work, state: VettingState, after: Instant | None, limit: int) -> tuple[Vetting, ...]:
    """Return a page of foreign arrest alerts in a state, the one that waits longest first."""
    query = select(VETTING.c.body).where(VETTING.c.state == state.value)
    if after is not None:
        query = query.where(VETTING.c.since > after)
    rows = work.read(query.order_by(VETTING.c.since, VETTING.c.id).limit(limit))
    return tuple(decode_own_as(bytes(row.body), Vetting) for row in rows)


def open_vetting(made: Vetting) -> Insert:
    """Return the change that lines a foreign arrest alert up for vetting."""
    return Insert(VETTING, {"party": made.party, "id": made.id, **_vetting_row(made)})


def put_vetting(made: Vetting) -> Update:
    """Return the change that says what the vetting found."""
    return Update(VETTING, {"party": made.party, "id": made.id}, _vetting_row(made))


def _vetting_row(made: Vetting) -> dict[str, object]:
    return {"state": made.state.value, "since": made.since, "body": encode(made)}


def _held_of(row: Row) -> HeldAlert:
    return decode_own_as(bytes(row.body), HeldAlert)
