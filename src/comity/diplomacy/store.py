"""Reading and writing agreements: immutable versions, their signatures, and the turns of their force."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import msgspec
import sqlalchemy as sa

from comity.agreements.life.records import Happening, Turn
from comity.agreements.load import agreement_id, canonical_bytes, parse_agreement
from comity.agreements.records import Agreement
from comity.agreements.signing import AgreementSignature
from comity.agreements.vocabulary import Form
from comity.core.codec import decode_as, encode
from comity.core.errors import BadInput, NotFound
from comity.core.ids import AgreementId
from comity.core.ports import Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.diplomacy.records import SCHEMA, Event, QueueItem
from comity.diplomacy.tables import AGREEMENT, AGREEMENT_EVENT, AGREEMENT_SIGNATURE, METADATA
from comity.exchange.queue import Unstored, unstored
from comity.exchange.store import peer_table

__all__ = ["AGREEMENT", "AGREEMENT_EVENT", "AGREEMENT_SIGNATURE", "METADATA"]

_COUNTER: Final = "agreement_event"
_READ: Final = (AGREEMENT.c.document, AGREEMENT.c.changes, AGREEMENT.c.proposed_at)


# Asked by every check and every act that is offered to peers.
_LAST: Final = sa.select(sa.func.coalesce(sa.func.max(AGREEMENT_EVENT.c.sequence), 0).label("last")).execution_options(
    kept=True
)
_TURNS: Final = (
    sa.select(AGREEMENT_EVENT.c.since).order_by(AGREEMENT_EVENT.c.since, AGREEMENT_EVENT.c.sequence)
).execution_options(kept=True)


class _Detail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    clauses: tuple[str, ...] = ()
    by: str | None = None
    towards: str | None = None
    word: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """One version with everything that was signed and happened to it."""

    agreement: Agreement
    document: bytes
    signatures: tuple[AgreementSignature, ...]
    events: tuple[Event, ...]
    changes: int
    proposed: bool


def find(work: Work, agreement: str) -> Stored | None:
    """Return a version by its hash, or None."""
    rows = work.read(sa.select(*_READ).where(AGREEMENT.c.hash == agreement))
    return _stored(work, rows)[0] if rows else None


def get(work: Work, agreement: str) -> Stored:
    """Return a version by its hash; raises `NotFound`."""
    found = find(work, agreement)
    if found is None:
        raise NotFound("agreement.not-found", "There is no such agreement here.", field="$.agreement")
    return found


def page(work: Work, *, peering: bool, after: str | None, limit: int) -> tuple[Stored, ...]:
    """Return at most `limit` versions in order of hash, behind `after`."""
    columns = AGREEMENT.c
    query = sa.select(*_READ).where(columns.peering == peering).order_by(columns.hash).limit(limit)
    if after is not None:
        query = query.where(columns.hash > after)
    return _stored(work, work.read(query))


def with_events(work: Work) -> tuple[Stored, ...]:
    """Return every version that was ever in force, in order of hash."""
    ever = sa.select(AGREEMENT_EVENT.c.agreement)
    query = sa.select(*_READ).where(AGREEMENT.c.hash.in_(ever)).order_by(AGREEMENT.c.hash)
    return _stored(work, work.read(query))


def epoch(work: Work) -> int:
    """Return a number that grows with each turn that is written, and with each whose legal time comes.

    A suspension or resumption may count from a later day than the one on which it is heard of.
    """
    begun = bisect_right(work.read(_TURNS), work.recorded_at, key=_since)
    return int(work.read(_LAST)[0].last) + begun


def _since(row: Row) -> Instant:
    return Instant(row.since)


def of_lineage(work: Work, lineage: str) -> tuple[Stored, ...]:
    """Return every version of a lineage held here, in order of version and hash."""
    columns = AGREEMENT.c
    query = sa.select(*_READ).where(columns.lineage == lineage).order_by(columns.version, columns.hash)
    return _stored(work, work.read(query))


def add_agreement(work: Work, agreement: Agreement, *, proposed: bool = True) -> None:
    """Store a version that is not there yet."""
    name = agreement_id(agreement)
    row = {
        "hash": name,
        "lineage": agreement.id,
        "version": agreement.version,
        "peering": agreement.form.value is Form.PEERING,
        "schema": SCHEMA,
        "document": canonical_bytes(agreement),
        "changes": 0,
        "recorded_at": work.recorded_at,
        "proposed_at": work.recorded_at if proposed else None,
    }
    work.change(Guard(AGREEMENT, {"hash": name}, None), Insert(AGREEMENT, row))


def note_proposed(work: Work, found: Stored) -> None:
    """Note that a draft is proposed now; one that was is left as it is."""
    if not found.proposed:
        work.change(Update(AGREEMENT, {"hash": agreement_id(found.agreement)}, {"proposed_at": work.recorded_at}))


def claim(work: Work, found: Stored) -> None:
    """Let a change of signatures or force pass only if no other came since the version was read.

    Whether a version comes into force depends on all its signatures: without this, the last two could each find the
    other missing.
    """
    key, count = {"hash": agreement_id(found.agreement)}, found.changes
    work.change(Guard(AGREEMENT, key, {"changes": count}), Update(AGREEMENT, key, {"changes": count + 1}))


def add_signature(work: Work, signed: AgreementSignature) -> None:
    """Store a checked signature that is not there yet."""
    key = {"agreement": signed.agreement, "node": signed.node, "authority": signed.authority or ""}
    row = {
        **key,
        "party": signed.party,
        "schema": SCHEMA,
        "body": encode(signed),
        "recorded_at": work.recorded_at,
    }
    work.change(Guard(AGREEMENT_SIGNATURE, key, None), Insert(AGREEMENT_SIGNATURE, row))


def add_event(work: Work, agreement: AgreementId, happening: Happening, notice: str | None = None) -> None:
    """Note a turn in the life of a version."""
    detail = _Detail(
        clauses=happening.clauses, by=happening.by, towards=happening.towards, word=happening.word, notice=notice
    )
    row = {
        "agreement": agreement,
        "turn": happening.turn.value,
        "since": happening.since,
        "recorded_at": work.recorded_at,
        "reason": happening.reason,
        "detail": None if detail == _Detail() else encode(detail),
    }
    work.change(Insert(AGREEMENT_EVENT, row, counter=_COUNTER, column="sequence"))


def identity_bytes(work: Work, node: str) -> bytes | None:
    """Return the identity document of a node that was ever trusted, as it came."""
    rows = work.read(sa.select(peer_table.c.identity).where(peer_table.c.node == node))
    return bytes(rows[0].identity) if rows else None


def queue(work: Work, node: str | None, cursor: str | None, limit: int) -> tuple[tuple[QueueItem, ...], str | None]:
    """Return a page of what peers have not stored, and the cursor of the next one."""
    found = unstored(work, node, None if cursor is None else _place(cursor), limit + 1)
    shown = tuple(map(_item, found[:limit]))
    last = shown[-1] if len(found) > limit else None
    return shown, f"{last.node}/{last.stream}/{last.sequence}" if last else None


def _place(cursor: str) -> tuple[str, str, int]:
    node, _, rest = cursor.partition("/")
    stream, _, sequence = rest.rpartition("/")
    if not (node and stream and sequence.isascii() and sequence.isdigit()):
        raise BadInput("peer.cursor", "This is not a cursor of this list.", field="$.cursor", remedy="Start again.")
    return node, stream, int(sequence)


def _item(found: Unstored) -> QueueItem:
    head = found.head
    return QueueItem(
        node=found.peer,
        stream=found.stream,
        sequence=found.sequence,
        kind=head.kind if head else "",
        id=head.id if head else "",
        version=head.version if head else 0,
        state=found.state.value,
        reasons=found.reasons,
        enqueued_at=found.enqueued_at,
        retry_at=found.retry_at,
    )


def _stored(work: Work, rows: Iterable[Row]) -> tuple[Stored, ...]:
    read = [(parse_agreement(bytes(row.document)), row) for row in rows]
    names = [agreement_id(agreement) for agreement, _ in read]
    signatures = work.read(
        sa.select(AGREEMENT_SIGNATURE.c.agreement, AGREEMENT_SIGNATURE.c.body)
        .where(AGREEMENT_SIGNATURE.c.agreement.in_(names))
        .order_by(AGREEMENT_SIGNATURE.c.node, AGREEMENT_SIGNATURE.c.authority)
    )
    events = work.read(
        sa.select(AGREEMENT_EVENT).where(AGREEMENT_EVENT.c.agreement.in_(names)).order_by(AGREEMENT_EVENT.c.sequence)
    )
    return tuple(
        Stored(
            agreement=agreement,
            document=bytes(row.document),
            signatures=tuple(
                decode_as(bytes(each.body), AgreementSignature) for each in signatures if each.agreement == name
            ),
            events=tuple(_event(each) for each in events if each.agreement == name),
            changes=row.changes,
            proposed=row.proposed_at is not None,
        )
        for name, (agreement, row) in zip(names, read, strict=True)
    )


def _event(row: Row) -> Event:
    detail = _Detail() if row.detail is None else decode_as(bytes(row.detail), _Detail)
    return Event(
        sequence=row.sequence,
        agreement=AgreementId(row.agreement),
        turn=Turn(row.turn),
        since=Instant(row.since),
        recorded_at=Instant(row.recorded_at),
        reason=row.reason,
        clauses=detail.clauses,
        by=detail.by,
        towards=detail.towards,
        word=detail.word,
        notice=detail.notice,
    )
