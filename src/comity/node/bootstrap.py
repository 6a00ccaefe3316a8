"""Wires a node by hand, in one place: storage, rooms, exchange, runtime. Nothing registers itself anywhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Never

from comity.adapters.erasure_log import ErasureLog
from comity.adapters.peerlink.side import LinkState
from comity.adapters.sql import migrate
from comity.adapters.sql.database import DATABASE, Database
from comity.adapters.sql.engine import open_writer
from comity.adapters.sql.place import postgres
from comity.adapters.sql.work import Projection, Services
from comity.agreements.identity import Identity
from comity.agreements.keys import Deed, Key
from comity.core.errors import Defect
from comity.core.ids import NodeId
from comity.core.operation import Catalogue
from comity.core.ports import Actor, Clock, Publication, Signer, Work
from comity.core.vocabulary import Purpose
from comity.crossings.copies.operations import Copying
from comity.crossings.operations import Around
from comity.crossings.partners import ExchangePartners
from comity.diplomacy.registry import TABLES as AGREEMENT_TABLES
from comity.diplomacy.registry import AgreementBook, load_registry
from comity.diplomacy.services import Services as DiplomacyServices
from comity.exchange import outbox
from comity.exchange.inbox import Intake
from comity.exchange.keys.ring import Ring
from comity.exchange.keys.store import deeds_of, own_chain
from comity.exchange.records import Home, Profile
from comity.exchange.signing import SUITE
from comity.identity import hold
from comity.identity import store as identity_store
from comity.identity.own_identity import is_own
from comity.identity.records import Authority
from comity.node import rooms
from comity.node.config import NodeConfig
from comity.node.content import CONTENT
from comity.node.decider import Decider
from comity.node.degraded import Degraded, clauses_that_allow
from comity.node.diagnosis import NodeInspector
from comity.node.directory import NodeDirectory
from comity.node.evidence import SqlEvidence
from comity.node.holdings import holdings_of
from comity.node.identity_document import Hand, is_current, read_identity, state_identity
from comity.node.keys import KeyShelf, open_shelf
from comity.node.modes import Modes
from comity.node.peering import Peering
from comity.node.sign_in import SignIn, operator_of
from comity.oversight.search_log import append as append_search
from comity.runtime import originals
from comity.runtime.acts import Acts
from comity.runtime.jobs import JobRunner, enqueue
from comity.runtime.run import Performer, Runtime
from comity.screening import MemoryIndex
from comity.screening.store import ENTRY as INDEX_ENTRIES
from comity.screening.store import TABLES as INDEX_TABLES

ERASURE_RULES = frozenset({"log-retention-3-years"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An open node: everything that surfaces and peer links stand on."""

    directory: NodeDirectory
    config: NodeConfig
    clock: Clock
    signer: Signer
    ring: Ring
    diplomacy: DiplomacyServices
    identity: Identity
    database: Database
    runtime: Runtime
    acts: Acts
    sign_in: SignIn
    jobs: JobRunner
    sending: outbox.Sending
    intake: Intake
    peering: Peering
    link: LinkState
    index: MemoryIndex
    modes: Modes
    degraded: Degraded | None = None

    @property
    def operator(self) -> Actor:
        """Who stands behind the node's own acts."""
        return operator_of(self.config)

    def local_actor(self, uid: int) -> Actor | None:
        """Return the operator for the user who set the node up, nobody for any other user of this machine."""
        return self.operator if uid == self.config.operator else None


@contextlib.contextmanager
def open_node(directory: NodeDirectory, clock: Clock, index: MemoryIndex | None = None) -> Iterator[Node]:
    """Open the node in `directory`, with an index of one's own where one is given; the caller holds its lock.

    Raises `NotFound` where no node is, `BadInput` or `Refused` where it cannot be opened as it is.
    """
    config = directory.read_config()
    with contextlib.ExitStack() as closing:
        shelf = closing.enter_context(open_shelf(directory, config.token))
        database = open_storage(directory, config)
        closing.callback(database.close)
        node = _wire(directory, config, clock, shelf, database, index or MemoryIndex())
        closing.callback(node.runtime.close)
        yield node


def open_storage(directory: NodeDirectory, config: NodeConfig) -> Database:
    """Open the node's storage at this program's schema, upgrading it first where it is older."""
    place = config.database
    if place is None:
        engine = open_writer(directory.path / DATABASE)
    else:
        server = postgres("connect")
        server.check_place(place, durable=config.profile == "production")
        engine = server.open_writer(place)
    try:
        migrate.upgrade(engine)
    finally:
        engine.dispose()
    reading = config.degraded_checks
    return Database(directory.path, config.node, config.created, place, reading_at_least=reading)


def _wire(
    directory: NodeDirectory, config: NodeConfig, clock: Clock, shelf: KeyShelf, database: Database, index: MemoryIndex
) -> Node:
    kept = read_identity(directory)
    ring = open_ring(config, kept.key, clock, shelf, database)
    home = Home(
        node=NodeId(config.node), party=config.party, profile=Profile(config.profile), key=kept.key.id, suite=SUITE
    )
    ring.name_in(home)
    decider, book, link = Decider(), AgreementBook(config.party), LinkState()
    sending = outbox.Sending(home=home, agreements=book)
    identity = state_keys(directory, config, clock, ring, database)
    diplomacy = DiplomacyServices(identity=identity, home=home, signer=ring, first=shelf.first, shelf=shelf)
    evidence = SqlEvidence(database, ring, ERASURE_RULES, ring)
    modes = Modes(home, ring, clock, index, lambda: database.writer.broken is not None, config.brokers)
    degraded = _degraded(directory, config, decider, database)
    around = Around(
        partners=ExchangePartners(link.heard.get),
        oneself=is_own,
        abroad=modes.abroad(),
        blind=modes.blind(),
        degraded=lambda: degraded is not None and degraded.active,
    )
    exercise = config.profile == "exercise"
    inspector = _inspector(directory, config, link, database, index, kept.key, ring)
    copying = Copying(config.node, ring, lambda work: holdings_of(work, index, modes))
    catalogue = Catalogue(rooms.operations(diplomacy, evidence, around, index, inspector, copying, exercise=exercise))
    works = database.works(clock, _services(degraded or decider, catalogue, sending, config))
    acts = Acts(works, database.writer)
    operator = operator_of(config)
    decider.use(lambda: acts.view(operator, Purpose.ADMINISTRATION, load_registry))
    database.writer.subscribe(AGREEMENT_TABLES, decider.age)
    database.writer.watch(INDEX_TABLES, index.take)
    if config.database is None:
        database.writer.watch(frozenset(CONTENT), ErasureLog(directory.erasures, clock).take)
    database.heed(INDEX_ENTRIES, index.follow)
    runtime = Runtime(catalogue, works, database.writer, hold, may_move_time=exercise)
    if degraded is not None:
        _go_on(degraded, runtime, acts, operator, clock)
    return Node(
        directory=directory,
        config=config,
        clock=clock,
        signer=ring,
        ring=ring,
        diplomacy=diplomacy,
        identity=identity,
        database=database,
        runtime=runtime,
        degraded=degraded,
        acts=acts,
        sign_in=SignIn(acts, database.writer, clock),
        jobs=JobRunner(works, database.writer, rooms.TASKS, operator, database.process or "node"),
        sending=sending,
        intake=Intake(home=home, receivers=rooms.receivers(diplomacy)),
        peering=Peering(diplomacy),
        link=link,
        index=index,
        modes=modes,
    )


def _degraded(directory: NodeDirectory, config: NodeConfig, decider: Decider, database: Database) -> Degraded | None:
    """Return what goes on with checks while the ledger cannot be written, where the configuration has it."""
    if not config.degraded_checks:
        return None
    return Degraded(directory.degraded_journal, decider, database.writer, lambda: database.writer.broken is not None)


def _go_on(degraded: Degraded, runtime: Runtime, acts: Acts, operator: Actor, clock: Clock) -> None:
    """Have checks go on while the ledger cannot be written; enter those that did before, if it can be now."""
    degraded.use(lambda: acts.view(operator, Purpose.ADMINISTRATION, clauses_that_allow))
    runtime.fall_back_on(degraded)
    if not degraded.active:
        degraded.enter_kept(acts, operator, clock.now())


def _services(
    decide: Decider | Degraded, catalogue: Catalogue, sending: outbox.Sending, config: NodeConfig
) -> Services:
    """Return what the works of an open node stand on."""

    def publish(work: Work, publication: Publication) -> None:
        outbox.enqueue(work, publication, sending)

    return Services(
        decide=decide,
        publish=publish,
        log_search=append_search,
        perform=Performer(catalogue),
        enqueue=enqueue,
        projections=_projections(config),
        originals=originals.originals_of,
        follow=originals.follow,
    )


def _inspector(
    directory: NodeDirectory,
    config: NodeConfig,
    link: LinkState,
    database: Database,
    index: MemoryIndex,
    first: Key,
    ring: Ring,
) -> NodeInspector:
    certificates = [("peer-link", directory.tls_certificate)]
    if config.http_tls is not None:
        certificates.append(("https", Path(config.http_tls[0])))
    return NodeInspector(
        folder=directory.path,
        certificates=tuple(certificates),
        link=link,
        writer_queue=lambda: database.writer.backlog,
        index_ready=lambda: index.ready,
        ledger_size=lambda: database.ledger.size,
        node=config.node,
        first=first,
        ring=ring,
    )


def open_ring(config: NodeConfig, first: Key, clock: Clock, shelf: KeyShelf, database: Database) -> Ring:
    """Return the node's keys in the hands that are here, turned to the one that signs now."""
    acts = Acts(database.works(clock, founding_services()), database.writer)
    chain = acts.view(operator_of(config), Purpose.ADMINISTRATION, lambda work: own_chain(work, config.node, first))
    ring = Ring(chain, shelf.hands(), clock)
    shelf.hand_to(ring)
    return ring


def state_keys(directory: NodeDirectory, config: NodeConfig, clock: Clock, ring: Ring, database: Database) -> Identity:
    """Return the kept identity document, stated anew where authorities or keys changed since.

    Where no key counts it stays as it is: there is none to sign another.
    """
    kept = read_identity(directory)
    acts = Acts(database.works(clock, founding_services()), database.writer)

    def known(work: Work) -> tuple[tuple[Authority, ...], tuple[Deed, ...]]:
        return identity_store.authorities(work.read), deeds_of(work, config.node)

    authorities, deeds = acts.view(operator_of(config), Purpose.ADMINISTRATION, known)
    if not ring.counts:
        return kept
    hand = Hand(ring.present(), kept.key, deeds)
    if is_current(kept, hand, authorities):
        return kept
    return state_identity(directory, config, hand, authorities, clock.now())


def founding_services() -> Services:
    """Return what a work needs before there is anything to exchange or decide: nothing, and asking is a mistake."""

    def nothing(*_: object) -> Never:
        raise Defect("node.founding", "A node being founded neither decides nor exchanges.")

    return Services(decide=nothing, publish=nothing, log_search=nothing, perform=nothing, enqueue=nothing)


def _projections(config: NodeConfig) -> dict[str, tuple[Projection, ...]]:
    """Return the reactions between rooms: the index follows alerts; a confirmed hit opens the bureau's draft."""
    found: dict[str, list[Projection]] = {}
    for reactions in rooms.projections(exercise=config.profile == "exercise"):
        for kind, react in reactions.items():
            found.setdefault(kind, []).append(react)
    return {kind: tuple(reactions) for kind, reactions in found.items()}
