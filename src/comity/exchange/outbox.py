"""Enqueue: the one way a record leaves. Default nobody; each peer gets the fields that an agreement opens to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from comity.core.decision import Decision, Question, Stage
from comity.core.errors import BadInput, Defect
from comity.core.ids import AgreementId, RecordRef
from comity.core.ports import Publication, Work
from comity.exchange import store
from comity.exchange.erasure import erase_records
from comity.exchange.lineup import Delivery, Lineup
from comity.exchange.offering import Offer, Offering
from comity.exchange.ports import Agreements
from comity.exchange.projection import Names, field_names, project
from comity.exchange.records import Home, Peer, PeerState
from comity.exchange.statement import Statement
from comity.exchange.store import Holder, RecordKey

WITHDRAWN: Final = "delete"
"""The operation of a tombstone that goes to a peer because it may not see the record any more."""

_NAMED: Final = 16
"""How many records an act's ledger entry names; of more it names the number, and their segments hold the rest."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What enqueueing needs beside the work."""

    home: Home
    agreements: Agreements


@dataclass(frozen=True, slots=True)
class Enqueued:
    """How many peers get the new versions, are refused them, and get tombstones because they held older ones.

    `put_off` are those whose agreement is suspended: they get the versions when that is over.
    """

    offered: int
    withheld: int
    recalled: int
    put_off: int = 0


class _Shape(msgspec.Struct, frozen=True, gc=False):
    """One shape of a payload: as plain values, with the names of its fields."""

    schema: int
    payload: dict[str, object]
    names: tuple[str, ...]


class _Content(msgspec.Struct, frozen=True, gc=False):
    """A publication with the shapes of its payload, newest first (none: a tombstone), and who holds its record."""

    publication: Publication
    shapes: tuple[_Shape, ...]
    held: dict[str, Holder]

    def shape_for(self, peer: Peer) -> _Shape:
        """Return the newest shape that the peer reads, the newest of all where it reads none or did not say."""
        if peer.kinds is not None and len(self.shapes) > 1:
            for shape in self.shapes:
                if f"{self.publication.kind}@{shape.schema}" in peer.kinds:
                    return shape
        return self.shapes[0]


def enqueue(work: Work, publication: Publication, sending: Sending) -> Enqueued:
    """Queue a version for every peer that agreements entitle, and tombstones for those that may not keep theirs.

    This is what stands behind `Work.publish`. Every entitled peer's decision joins the ledger entry. A tombstone goes
    to whoever was ever sent the record, on the stream it first went, whatever the present policy. A frozen peer's
    queue fills and waits. Raises `BadInput` where the payload has no canonical form.
    """
    return enqueue_all(work, (publication,), sending)


def enqueue_all(work: Work, publications: Sequence[Publication], sending: Sending) -> Enqueued:
    """Queue versions of different records in one act: one segment for all, one run for each peer and stream."""
    peers = store.peers(work)
    keys = [store.record_key(each.kind, each.id, each.owner) for each in publications]
    if len(set(keys)) < len(keys):
        raise Defect("exchange.twice-in-one-act", "One act publishes at most one version of a record.")
    held = store.holders(work, keys)
    lineup = Lineup(work, sending.home, sending.agreements.epoch(work))
    offering = Offering(work, sending.home, sending.agreements)
    names: Names = {}
    withheld = 0
    gone: list[RecordKey] = []
    for key, publication in zip(keys, publications, strict=True):
        content = _content(publication, held.get(key, ()), names)
        if not content.shapes:
            gone.append(key)
        for peer in _addressed(publication, peers):
            delivery = _delivery(offering, content, peer)
            withheld += bool(content.shapes) and (delivery is None or delivery.payload is None)
            if delivery is not None:
                lineup.add(publication, key, delivery)
    if gone:
        erase_records(work, gone, own=True)
    lineup.flush()
    done = Enqueued(offered=lineup.offered, withheld=withheld, recalled=lineup.recalled, put_off=lineup.put_off)
    _tell(work, publications, done)
    return done


def _tell(work: Work, publications: Sequence[Publication], done: Enqueued) -> None:
    refs = [RecordRef(kind=each.kind, id=each.id, version=each.version) for each in publications[:_NAMED]]
    work.record(*refs, offered=done.offered, withheld=done.withheld, recalled=done.recalled)
    if done.put_off:
        work.record(put_off=done.put_off)
    if len(publications) > _NAMED:
        work.record(records=len(publications))


def _addressed(publication: Publication, peers: Iterable[Peer]) -> Iterable[Peer]:
    """Return every peer asked about: all, or those of the parties (or nodes) that the publication names."""
    wanted = publication.recipients
    return peers if wanted is None else (peer for peer in peers if peer.party in wanted or peer.node in wanted)


def _content(publication: Publication, held: Iterable[Holder], names: Names) -> _Content:
    holders = {each.route.peer: each for each in held}
    if publication.payload is None:
        return _Content(publication, (), holders)
    newest = _shape(publication.schema, publication.payload, names)
    if not publication.older:
        return _Content(publication, (newest,), holders)
    older = (_shape(each.schema, each.payload, names) for each in publication.older)
    return _Content(publication, (newest, *older), holders)


def _shape(schema: int, payload: msgspec.Struct, names: Names) -> _Shape:
    plain = msgspec.to_builtins(payload)
    if not isinstance(plain, dict):
        raise BadInput("exchange.payload", "A payload is an object with named fields.", field="$.payload")
    return _Shape(schema, plain, field_names(plain, names))


def _delivery(offering: Offering, content: _Content, peer: Peer) -> Delivery | None:
    """Return what the peer gets of a new version: content, a tombstone for what it holds, or nothing.

    A suspension takes nothing back: what the peer holds stays until it is over.
    """
    held = content.held.get(peer.node) if content.held else None
    if content.shapes and peer.state is not PeerState.DISTRUSTED:
        shape = content.shape_for(peer)
        offer = offering.to(peer, content.publication, shape.names)
        delivery = _delivered(content.publication, shape, offer, held)
        if delivery is not None:
            return delivery
        if offer.suspended:
            return None
    if held is None or held.tombstone:
        return None
    operation = WITHDRAWN if content.shapes else content.publication.operation
    return recall(held, operation, readable_schema(content.publication.kind, content.publication.schema, peer))


def _delivered(publication: Publication, shape: _Shape, offer: Offer, held: Holder | None) -> Delivery | None:
    """Return what goes of the new version, now or once a suspension is over; None for nothing."""
    route = offer.route
    if route is None:
        return None
    part = shape.payload if offer.whole else project(shape.payload, offer.fields)
    if not part:
        return None
    return Delivery(
        route=route if held is None else route._replace(stream=held.route.stream),
        schema=shape.schema,
        operation=publication.operation,
        conditions=offer.conditions,
        fields=offer.fields,
        payload=part,
        held=held,
        waits=offer.waits,
    )


def readable_schema(kind: str, newest: int, peer: Peer) -> int:
    """Return the schema to name on a tombstone, which has no payload: one that the peer reads, else the newest."""
    if peer.kinds is None or f"{kind}@{newest}" in peer.kinds:
        return newest
    read = [name.rpartition("@")[2] for name in peer.kinds if name.startswith(f"{kind}@")]
    return max((int(schema) for schema in read if schema.isascii() and schema.isdigit()), default=newest)


def recall(held: Holder, operation: str, schema: int) -> Delivery:
    """Return the tombstone that takes back what a holder has, by the way it went."""
    return Delivery(
        route=held.route, schema=schema, operation=operation, conditions=(), fields=(), payload=None, held=held
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
