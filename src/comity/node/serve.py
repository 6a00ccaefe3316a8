"""`node serve`: one process with the API and pages, the local socket, the peer link, jobs and housekeeping."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import uvloop

from comity.adapters.clock import SystemClock
from comity.adapters.hub.place import hub_module
from comity.adapters.peerlink.ask import Lines, contexts
from comity.adapters.peerlink.link import Carrier, Files, PeerLink
from comity.adapters.peerlink.side import Side
from comity.adapters.peerlink.topics import Topic
from comity.agreements.law.compile import house_rulebook
from comity.core.errors import Refused
from comity.core.vocabulary import Purpose
from comity.exchange import store as exchange_store
from comity.exchange.keys.desk import DeedDesk
from comity.exchange.keys.letters import TOPIC as KEYS_TOPIC
from comity.exchange.records import Peer
from comity.exchange.witness.desk import WitnessDesk
from comity.exchange.witness.letters import TOPIC as WITNESS_TOPIC
from comity.node import housekeeping
from comity.node.bootstrap import Node, open_node
from comity.node.directory import NodeDirectory
from comity.node.gauges import gauges_of
from comity.node.http_server import bind, make_server
from comity.node.log import NodeLog
from comity.node.peer_acts import PeerActs
from comity.node.sharing import Sharing, dialling, sharing_of
from comity.screening import MemoryIndex
from comity.screening.weighing import shipped_weigher
from comity.surfaces.cli.socket_server import SocketServer
from comity.surfaces.http.app import make_app
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.log import AccessLog
from comity.surfaces.http.metrics import Metrics
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.web.site import make_site

_CALL_THREADS = 4
_LOG_LATE_S = 0.2
_PEER_THREADS = 4
_ANSWER_THREADS = 2
_COLLECT_AFTER = 20_000

Ready = Callable[[Node], None]
"""Told once everything listens."""


def serve(directory: NodeDirectory, log: NodeLog, ready: Ready, index: MemoryIndex | None = None) -> None:
    """Run the node until SIGTERM or SIGINT, then end its parts in order; with an index of one's own to measure it.

    Raises `Refused` (`node.running`, `node.plain-http`), `Unreachable` where an address cannot be listened on.
    """
    with directory.locked(), open_node(directory, SystemClock(), index) as node:
        check_transport(node)
        # libuv's loop costs a call less than half of what asyncio's own does, and sends head and body at once.
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(node, log, ready))


def check_transport(node: Node) -> None:
    """Refuse a production node without HTTPS unless its operator accepted that.

    The acceptance is entered in the ledger at each start.
    """
    config = node.config
    if config.http_tls is not None or config.profile == "exercise":
        return
    if not config.plain_http_accepted:
        raise Refused(
            "node.plain-http",
            "A production node serves people over HTTPS only.",
            remedy="Name certificate and key in config.json (http_tls), or set plain_http_accepted behind a proxy.",
        )
    if node.database.writer.broken is not None:
        return  # degraded from the start: the acceptance is entered when the ledger can be written again
    node.acts.act(
        "node.plain-http-accepted", node.operator, Purpose.ADMINISTRATION, lambda work: work.record(plain_http=True)
    )


async def _run(node: Node, log: NodeLog, ready: Ready) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as parts:
        pool = parts.enter_context(ThreadPoolExecutor(_PEER_THREADS, thread_name_prefix="peer"))
        answering = parts.enter_context(ThreadPoolExecutor(_ANSWER_THREADS, thread_name_prefix="answer"))
        sharing = await parts.enter_async_context(_peer_link(node, pool, answering))
        await parts.enter_async_context(_callers(node, stop, log))
        await parts.enter_async_context(housekeeping.running(node, log, stop, sharing))
        settle_memory()
        ready(node)
        reading = pool.submit(_read_law)
        await stop.wait()
        reading.cancel()
        log.event("node.stopping")


def _read_law() -> None:
    """Have law and model at hand before the first question: reading them takes a good part of a second."""
    house_rulebook()
    shipped_weigher()
    settle_memory()


def settle_memory() -> None:
    """Have the collector of cycles leave alone what stays until the end, and look less often for the little that goes.

    Code, catalogue and templates are most of what it would walk through; a call makes some thousands of objects, which
    go without its help.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 10, 10)


@contextlib.asynccontextmanager
async def _callers(node: Node, stop: asyncio.Event, log: NodeLog) -> AsyncIterator[None]:
    """Serve people and programs: API and pages over HTTP, the command line over the local socket, on shared threads."""
    config = node.config
    settings = HttpSettings(
        node=config.node,
        party=config.party,
        profile=config.profile,
        secret=node.directory.read_form_secret(),
        clock=node.clock,
        secure=config.http_tls is not None or config.plain_http_accepted,
        hosts=config.hosts(),
        threads=_CALL_THREADS,
        writer_queue=lambda: node.database.writer.backlog,
        gauges=lambda: gauges_of(node),
        ready=lambda: node.index.ready,
        log_late_s=_LOG_LATE_S,
    )
    caller = Caller(node.runtime, node.sign_in, settings, Metrics(settings.writer_queue, settings.gauges))
    site = make_site(caller, settings)
    app = make_app(caller, settings, pages=site.routes, refuse_page=site.refuse, log_stream=log.stream)
    listening = bind(config.http, what="HTTP")
    access = AccessLog(log.stream, node.clock)
    server_here = SocketServer(caller, node.sign_in, node.local_actor, access, exercise=settings.exercise)
    local = await server_here.listen(node.directory.socket)
    server = make_server(app, config.http_tls)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    serving.add_done_callback(lambda _: stop.set())
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        local.close()
        node.directory.socket.unlink(missing_ok=True)
        caller.close()


def topics_of(node: Node, acts: PeerActs) -> Mapping[str, Topic]:
    """Return what peers may ask of this node beside deliveries."""
    desk = WitnessDesk(node.sending.home, node.signer, node.clock, node.acts)
    deeds = DeedDesk(node.sending.home, node.signer, node.clock, acts)
    return {**node.modes.topics(acts), WITNESS_TOPIC: Topic(desk.answer), KEYS_TOPIC: Topic(deeds.answer)}


def _hub(node: Node) -> Carrier | None:
    """Return the hub over which some peers are reached, if the configuration names one."""
    place = node.config.hub
    if place is None:
        return None
    hub: Carrier = hub_module().Hub(place, node.config.node, node.directory.tls_key.read_bytes(), node.link)
    return hub


@contextlib.asynccontextmanager
async def _peer_link(node: Node, pool: ThreadPoolExecutor, answering: ThreadPoolExecutor) -> AsyncIterator[Sharing]:
    acts = PeerActs(node.acts)
    side = Side(
        acts=acts,
        sending=node.sending,
        intake=node.intake,
        signer=node.signer,
        clock=node.clock,
        executor=pool,
        chance=random.SystemRandom().random,
        peering=node.peering.own,
        greeted=node.peering.greeted,
        state=node.link,
        topics=topics_of(node, acts),
        answering=answering,
    )

    def peers() -> tuple[Peer, ...]:
        return node.acts.view(node.operator, Purpose.PEERING, exchange_store.peers)

    files = Files(node.directory.tls_certificate, node.directory.tls_key)
    link = PeerLink(side, files, peers, lambda peer: sharing.holds(dialling(peer)), _hub(node))
    sharing = sharing_of(node, link.refresh)
    writer = node.database.writer
    writer.subscribe(frozenset({"exchange_outbox"}), link.wake)
    writer.subscribe(frozenset({"exchange_peer"}), link.refresh)
    writer.subscribe(frozenset({"alert"}), node.modes.age)
    await link.start(node.config.peer.host, node.config.peer.port)
    lines = Lines(contexts(files.certificate, files.key), side.limits)
    node.modes.switchboard.connect(lines)
    sharing.start()
    try:
        yield sharing
    finally:
        await asyncio.to_thread(sharing.stop)
        node.modes.switchboard.connect(None)
        await lines.close()
        await link.close()
