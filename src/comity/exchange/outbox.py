"""Enqueue: the one way a record leaves. Default nobody; each peer gets the fields that an agreement opens to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from comity.core.decision import Decision, Question, Stage
from comity.core.errors import BadInput
from comity.core.ids import AgreementId, RecordRef
from comity.core.ports import Guard, Insert, Publication, Update, Work
from comity.exchange import store
from comity.exchange.erasure import erase_versions
from comity.exchange.ports import Agreements
from comity.exchange.projection import field_names, project
from comity.exchange.records import PEERING_STREAM, Home, Peer, PeerState, QueueState
from comity.exchange.statement import Statement, write_statement

WITHDRAWN: Final = "delete"
"""The operation of a tombstone that goes to a peer because it may not see the record any more."""

_PEERING, _RECALL, _ORDINARY = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Sending:
    """What enqueueing needs beside the work."""

    home: Home
    agreements: Agreements


@dataclass(frozen=True, slots=True)
class Enqueued:
    """How many peers get the new version, are refused it, and get a tombstone because they held an older one."""

    offered: int
    withheld: int
    recalled: int


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One statement for one peer. `payload` None is a tombstone."""

    peer: str
    stream: str
    agreement: str
    clause: str
    operation: str
    conditions: tuple[str, ...]
    fields: tuple[str, ...]
    payload: dict[str, object] | None
    held: store.Holder | None


def enqueue(work: Work, publication: Publication, sending: Sending) -> Enqueued:
    """Queue a version for every peer that agreements entitle, and tombstones for those that may not keep theirs.

    This is what stands behind `Work.publish`. Every entitled peer's decision joins the ledger entry. A tombstone goes
    to whoever was ever sent the record, on the stream it first went, whatever the present policy. A frozen peer's
    queue fills and waits. Raises `BadInput` where the payload has no canonical form.
    """
    holders = {held.peer: held for held in _holders(work, publication)}
    deliveries: list[_Delivery] = []
    withheld = 0
    if publication.payload is None:
        deliveries.extend(_recall(held, publication.operation) for held in holders.values() if not held.tombstone)
        owner = publication.owner
        erase_versions(work, (publication.kind, publication.id, owner.party, owner.authority))
    else:
        payload = _plain(publication.payload)
        names = field_names(payload)
        for peer in _candidates(work, publication):
            held = holders.get(peer.node)
            delivery = _offer(work, publication, peer, (payload, names, held), sending)
            withheld += delivery is None
            if delivery is None and held is not None and not held.tombstone:
                delivery = _recall(held, WITHDRAWN)
            if delivery is not None:
                deliveries.append(delivery)
    _queue(work, publication, deliveries, sending)
    recalled = sum(delivery.payload is None for delivery in deliveries)
    done = Enqueued(offered=len(deliveries) - recalled, withheld=withheld, recalled=recalled)
    work.record(
        RecordRef(kind=publication.kind, id=publication.id, version=publication.version),
        offered=done.offered,
        withheld=done.withheld,
        recalled=done.recalled,
    )
    return done


def enqueue_all(work: Work, publications: Iterable[Publication], sending: Sending) -> None:
    """Queue versions of different records in one act."""
    for publication in publications:
        enqueue(work, publication, sending)


def _holders(work: Work, publication: Publication) -> Iterable[store.Holder]:
    found = store.holders(work, publication.kind, publication.id, publication.owner.authority)
    if publication.recipients is None:
        return found
    named = {peer.node for peer in _candidates(work, publication)}
    return tuple(held for held in found if held.peer in named)


def _candidates(work: Work, publication: Publication) -> tuple[Peer, ...]:
    """Return every peer asked about: all, or those of the parties (or nodes) that the publication names."""
    wanted = publication.recipients
    return tuple(peer for peer in store.peers(work) if wanted is None or peer.party in wanted or peer.node in wanted)


def _plain(payload: msgspec.Struct) -> dict[str, object]:
    plain = msgspec.to_builtins(payload)
    if not isinstance(plain, dict):
        raise BadInput("exchange.payload", "A payload is an object with named fields.", field="$.payload")
    return plain


def _offer(
    work: Work,
    publication: Publication,
    peer: Peer,
    content: tuple[dict[str, object], tuple[str, ...], store.Holder | None],
    sending: Sending,
) -> _Delivery | None:
    """Return what the peer may get of the new version, or None."""
    payload, names, held = content
    if peer.state is PeerState.DISTRUSTED:
        return None
    decision = work.decide(_question(publication, peer, names, sending.home))
    if not decision.permitted or decision.agreement is None or not decision.clauses:
        return None
    fields = tuple(sorted(decision.fields))
    part = project(payload, fields)
    if not part:
        return None
    return _Delivery(
        peer=peer.node,
        stream=held.stream if held else sending.agreements.stream(work, decision.agreement),
        agreement=decision.agreement,
        clause=decision.clauses[0],
        operation=publication.operation,
        conditions=decision.obligations,
        fields=fields,
        payload=part,
        held=held,
    )


def _question(publication: Publication, peer: Peer, names: tuple[str, ...], home: Home) -> Question:
    return Question(
        stage=Stage.ENQUEUE,
        operation=publication.operation,
        category=publication.category,
        purpose=publication.purpose,
        actor=publication.owner,
        owner=publication.owner,
        sender=home.party,
        receiver=peer.party,
        fields=names,
        facts=publication.facts,
    )


def _recall(held: store.Holder, operation: str) -> _Delivery:
    return _Delivery(
        peer=held.peer,
        stream=held.stream,
        agreement=held.agreement,
        clause=held.clause,
        operation=operation,
        conditions=(),
        fields=(),
        payload=None,
        held=held,
    )


def _queue(work: Work, publication: Publication, deliveries: list[_Delivery], sending: Sending) -> None:
    """Store each distinct statement once and line it up for its peers."""
    if not deliveries:
        return
    epoch = sending.agreements.epoch(work)
    made: dict[tuple[object, ...], tuple[Statement, bytes, str]] = {}
    opened: set[tuple[str, str]] = set()
    for delivery in deliveries:
        previous = delivery.held.digest if delivery.held else None
        alike = (
            delivery.agreement,
            delivery.clause,
            delivery.conditions,
            delivery.fields,
            previous,
            delivery.operation,
        )
        if alike not in made:
            statement = _statement(publication, delivery, sending.home)
            made[alike] = (statement, *write_statement(statement))
        statement, _, name = made[alike]
        _open_stream(work, delivery, opened)
        work.change(_line_up(work, delivery, name, epoch), *_hold(delivery, statement, name))
    present = store.stored_digests(work, [name for _, _, name in made.values()])
    for statement, raw, name in made.values():
        if name not in present:
            work.change(store.insert_statement(statement, raw, name, incoming=False))


def _statement(publication: Publication, delivery: _Delivery, home: Home) -> Statement:
    return Statement(
        agreement=delivery.agreement,
        clause=delivery.clause,
        owner=publication.owner,
        operation=delivery.operation,
        category=publication.category,
        purpose=publication.purpose,
        kind=publication.kind,
        schema=publication.schema,
        id=publication.id,
        version=publication.version,
        previous=delivery.held.digest if delivery.held else None,
        issued=publication.issued,
        expires=None,
        delete_by=publication.delete_by,
        classification=publication.classification,
        conditions=delivery.conditions,
        key=home.key,
        suite=home.suite,
        profile=home.profile,
        node=home.node,
        payload=delivery.payload,
    )


def _open_stream(work: Work, delivery: _Delivery, opened: set[tuple[str, str]]) -> None:
    """Make the stream's row with its first item; two works that both do so meet at the primary key, and one re-runs."""
    name = (delivery.peer, delivery.stream)
    if name in opened:
        return
    opened.add(name)
    if store.position(work, *name, store.OUT) is None:
        key = store.stream_key(*name, store.OUT)
        work.change(Guard(store.stream_table, key, None), Insert(store.stream_table, {**key, "position": 0}))


def _line_up(work: Work, delivery: _Delivery, name: str, epoch: int) -> Insert:
    urgent = _RECALL if delivery.payload is None else _ORDINARY
    row = {
        "peer": delivery.peer,
        "stream": delivery.stream,
        "digest": name,
        "priority": _PEERING if delivery.stream == PEERING_STREAM else urgent,
        "epoch": epoch,
        "enqueued_at": work.recorded_at,
        "state": QueueState.WAITING.value,
    }
    return Insert(store.outbox_table, row, counter=f"outbox/{delivery.peer}/{delivery.stream}", column="sequence")


def _hold(delivery: _Delivery, statement: Statement, name: str) -> tuple[Guard, Insert | Update]:
    """Note what the peer has after this; the guard re-runs an act that raced with another version of the record."""
    key = {
        "peer": delivery.peer,
        "kind": statement.kind,
        "id": statement.id,
        "authority": statement.owner.authority,
    }
    now = {
        "version": statement.version,
        "digest": name,
        "tombstone": statement.tombstone,
        "stream": delivery.stream,
        "agreement": delivery.agreement,
        "clause": delivery.clause,
    }
    if delivery.held is None:
        return Guard(store.holder_table, key, None), Insert(store.holder_table, {**key, **now})
    return (
        Guard(store.holder_table, key, {"digest": delivery.held.digest}),
        Update(store.holder_table, key, now),
    )


def transmit_question(statement: Statement, peer: Peer, home: Home) -> Question:
    """Return the question that is asked again before transmission when agreements changed since enqueue."""
    return Question(
        stage=Stage.TRANSMIT,
        operation=statement.operation,
        category=statement.category,
        purpose=statement.purpose,
        actor=statement.owner,
        owner=statement.owner,
        sender=home.party,
        receiver=peer.party,
        fields=field_names(statement.payload or {}),
        agreement=AgreementId(statement.agreement),
    )


def may_still_go(decision: Decision, statement: Statement) -> bool:
    """Say whether every field of a waiting statement is still open to the peer."""
    names = field_names(statement.payload or {})
    return decision.permitted and project(statement.payload or {}, decision.fields) == statement.payload and bool(names)
