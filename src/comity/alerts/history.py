"""What became of an own alert, act by act: who, when, what was changed, and which own posts found it.

Holds names of fields and never what they said, so that it may outlive the alert by the three years for which law keeps
the history of an alert (Reg (EU) 2018/1861 and 2018/1862 Art 12; SR 362.0 Art 53a).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, cast

import msgspec
import sqlalchemy as sa
from msgspec import Meta

from comity.alerts.beside_tables import METADATA
from comity.alerts.commands import AlertId
from comity.alerts.records import ALERT_KIND, AlertRecord
from comity.alerts.store import HIT, hit_of
from comity.core.codec import decode_own_as, encode
from comity.core.errors import NotFound
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Delete, Insert, Update, Work
from comity.core.time import CivilDate, Instant, add_period, date_of
from comity.core.vocabulary import Permission, Purpose

KEPT: Final = "P3Y"
"""How long the history is kept after its alert was deleted."""
FOUND: Final = "found"
_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN)
_PAGE: Final = 500

ALERT_HISTORY: Final = sa.Table(
    "alert_history",
    METADATA,
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("erase_by", sa.String(10)),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("alert_history_by_erasure", "erase_by"),
)
"""One row for each version of an own alert; `erase_by` is set when the alert is deleted."""
_C: Final = ALERT_HISTORY.c


class PastAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One act on an alert, or (`act` is `found`) one confirmed hit of an own post.

    `fields` are the data fields that a change touched; `until` the last day that the act set; `what` says more in one
    word: why it was deleted, what was done on a hit.
    """

    at: Instant
    act: str
    version: int
    authority: str
    user: str
    fields: tuple[str, ...] = ()
    until: CivilDate | None = None
    what: str | None = None


class AskHistory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show what became of an own alert, also of one that is deleted; `after` is the last version already seen."""

    id: AlertId
    after: Annotated[int, Meta(ge=0)] = 0


class AlertHistory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The acts on an alert in the order of time, at most 500 versions; `after` goes on from there."""

    id: str
    acts: tuple[PastAct, ...]
    after: int | None = None


def remember(
    work: Work, act: str, record: AlertRecord, version: int, *, old: AlertRecord | None = None, what: str | None = None
) -> None:
    """Keep what was done to an own alert; a deleted one has no record of its new version, and `what` says why."""
    gone = version > record.version
    past = PastAct(
        at=work.recorded_at,
        act=act,
        version=version,
        authority=work.who.owner.authority,
        user=work.who.user,
        fields=_touched(old, record) if old is not None else (),
        until=None if gone else record.delete_by,
        what=what,
    )
    row: dict[str, object] = {"party": record.owner.party, "id": record.id, "version": version, "body": encode(past)}
    work.change(Insert(ALERT_HISTORY, row))
    if gone:
        last = {"erase_by": add_period(date_of(work.recorded_at), KEPT)}
        work.change(Update(ALERT_HISTORY, {"party": record.owner.party, "id": record.id}, last))


@operation("alert.history", permission=Permission.ALERT_READ, purposes=_PURPOSES, kind=Kind.READ)
def show_history(work: Work, command: AskHistory) -> AlertHistory:
    """Tell what became of an own alert: each act with who and when, and the hits of own posts.

    Raises `NotFound` for an alert of another party, or one whose history has been erased.
    """
    party = work.who.owner.party
    query = sa.select(_C.version, _C.body).where(_C.party == party, _C.id == command.id, _C.version > command.after)
    rows = work.read(query.order_by(_C.version).limit(_PAGE + 1))
    if not rows and not command.after:
        raise NotFound("alert.no-history", "There is no history of such an alert of ours.", field="$.id")
    acts = [decode_own_as(bytes(row.body), PastAct) for row in rows[:_PAGE]]
    last = acts[-1].version if len(rows) > _PAGE else None
    acts += _found(work, party, command, last)
    work.record(*(RecordRef(kind=ALERT_KIND, id=command.id, version=act.version) for act in acts[-1:]))
    return AlertHistory(id=command.id, acts=tuple(sorted(acts, key=_when)), after=last)


def erase_past(work: Work, today: CivilDate, limit: int) -> int:
    """Erase the histories of alerts deleted three years ago; return how many rows, at most `limit`."""
    rows = work.read(sa.select(_C.party, _C.id, _C.version).where(_C.erase_by < today).limit(limit))
    for row in rows:
        work.change(Delete(ALERT_HISTORY, {"party": row.party, "id": row.id, "version": row.version}))
    return len(rows)


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (show_history,))


def _when(act: PastAct) -> tuple[Instant, int]:
    return act.at, act.version


def _touched(old: AlertRecord, new: AlertRecord) -> tuple[str, ...]:
    before, after = old.data, new.data
    return tuple(name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name))


def _found(work: Work, party: str, command: AskHistory, last: int | None) -> Iterable[PastAct]:
    """Give the hits on the versions of a page; the next page begins with those on its last version, `last`."""
    rows = work.read(sa.select(HIT.c.body).where(HIT.c.alert_party == party, HIT.c.alert == command.id))
    for hit in map(hit_of, rows):
        if command.after <= hit.alert_version and (last is None or hit.alert_version < last):
            yield PastAct(
                at=hit.found_at,
                act=FOUND,
                version=hit.alert_version,
                authority=hit.found_by.authority,
                user=hit.user,
                what=hit.action_taken,
            )
