"""What a running node does by itself: jobs, checkpoints of the ledger, forgetting what need not be kept."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from itertools import product

from comity.alerts import held_store
from comity.alerts import history as alert_history
from comity.alerts import store as alert_store
from comity.alerts import waiting as alert_waiting
from comity.alerts.care import store as care_store
from comity.alerts.tasks import EXPIRE, ExpireAlerts
from comity.bureau import retention as bureau_retention
from comity.bureau.duty import alarms as duty_alarms
from comity.bureau.duty import store as duty_store
from comity.core.errors import ComityError
from comity.core.ports import Work
from comity.core.time import DAY_US, HOUR_US, SECOND_US, Instant, date_of
from comity.core.vocabulary import Purpose
from comity.crossings import board_store, cleared, referral_erasure
from comity.crossings import store as crossing_store
from comity.crossings.copies import store as copy_store
from comity.crossings.desk import store as desk_store
from comity.crossings.records import CHECK_KIND
from comity.crossings.rescreen import store as rescreen_store
from comity.crossings.rules import LIFETIME_US
from comity.crossings.unchecked import store as unchecked_store
from comity.diplomacy.disposal import ended_here, part
from comity.diplomacy.ending import Ended
from comity.exchange import store as exchange_store
from comity.exchange.again import is_waiting, take_up
from comity.exchange.catch_up import catch_up, is_behind
from comity.exchange.disposal import still_held
from comity.exchange.erasure import erase_due
from comity.exchange.ports import Source
from comity.exchange.recall import recall_under
from comity.exchange.records import Peer
from comity.node import rooms
from comity.node.bootstrap import Node
from comity.node.key_turning import KeyTurning
from comity.node.log import NodeLog
from comity.node.sharing import HOUSEKEEPING, Alone, Sharing
from comity.node.witnessing import Witnessing
from comity.runtime import originals
from comity.runtime import store as runtime_store
from comity.training import store as training_store

_JOB_POLL_S = 30.0
_LEDGER_S = 0.25
_DEGRADED_S = 60.0
_KEYS_S = 0.5
_FORGET_S = 600.0
_EXPIRE_S = 15.0
_ERASE_S = 20.0
_INDEX_S = 10.0
_CATCH_UP_S = 2.0
_RECALL_S = 5.0
_BLIND_S = 5.0
_RECALL_AGAIN_US = 600 * SECOND_US
_CHECKS_A_ROUND = 2000
_ANSWERS_KEPT_US = 24 * HOUR_US
_ALARM_S = 15.0
_ALARM_ROUNDS = 5
_DUTIES_KEPT_US = 366 * DAY_US
_EXERCISES_KEPT_US = 90 * DAY_US


@contextlib.asynccontextmanager
async def running(node: Node, log: NodeLog, stop: asyncio.Event, sharing: Sharing | None = None) -> AsyncIterator[None]:
    """Run the housekeeping while the context is open: where there are several processes, what is this one's.

    Sets `stop` when the writer breaks: nothing could be answered any more, and a new start repairs the ledger file.
    Where checks go on in degraded mode it stays.
    """
    loop = asyncio.get_running_loop()

    def end(error: str) -> None:
        log.event("node.writer-broken", error=error)
        if node.degraded is not None:
            log.event("node.degraded", checks="go on")
            return
        loop.call_soon_threadsafe(stop.set)

    node.database.writer.on_break(end)
    ending = threading.Event()
    job_there = threading.Event()
    node.database.writer.subscribe(frozenset({"job"}), job_there.set)
    jobs = threading.Thread(target=_work_on_jobs, args=(node, log, job_there, ending), name="jobs")
    jobs.start()
    recaller, witnessing, turning = Recaller(), Witnessing(node), KeyTurning(node)
    share = sharing or Alone()

    def mine(do: Callable[[], None]) -> Callable[[], None]:
        return lambda: do() if share.holds(HOUSEKEEPING) else None

    rounds: tuple[tuple[float, Callable[[], None], str], ...] = (
        (_LEDGER_S, turning.look, "node.keys-failed"),
        (_KEYS_S, mine(turning.tell), "node.keys-failed"),
        (_INDEX_S, lambda: build_index(node), "node.index-failed"),
        (_LEDGER_S, witnessing.checkpoint, "node.checkpoint-failed"),
        (_LEDGER_S, mine(witnessing.show), "node.witnesses-failed"),
        (_ERASE_S, mine(lambda: _erase_for_good(node)), "node.erasing-failed"),
        (_EXPIRE_S, mine(lambda: _expire(node)), "node.expiry-failed"),
        (_EXPIRE_S, mine(lambda: _erase_statements(node)), "node.erasure-failed"),
        (_EXPIRE_S, mine(lambda: _erase_cases(node)), "node.erasure-failed"),
        (_ALARM_S, mine(lambda: _raise_alarms(node)), "node.alarms-failed"),
        (_RECALL_S, mine(lambda: recaller.look(node)), "node.recall-failed"),
        (_CATCH_UP_S, mine(lambda: catch_up_peers(node)), "node.catch-up-failed"),
        (_BLIND_S, lambda: refresh_blind_sets(node), "node.blind-sets-failed"),
        (_FORGET_S, mine(lambda: _forget(node)), "node.forgetting-failed"),
        (_DEGRADED_S, lambda: _enter_degraded(node), "node.degraded-failed"),
    )

    def while_it_writes(do: Callable[[], None]) -> Callable[[], None]:
        return lambda: do() if node.database.writer.broken is None else None

    tasks = [asyncio.create_task(_once(lambda: build_index(node), log, "node.index-failed"))]
    tasks += [asyncio.create_task(_every(seconds, while_it_writes(do), log, failed)) for seconds, do, failed in rounds]
    try:
        yield
    finally:
        ending.set()
        job_there.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(jobs.join)


def _work_on_jobs(node: Node, log: NodeLog, job_there: threading.Event, ending: threading.Event) -> None:
    """The outermost loop of the jobs' thread."""
    while not ending.is_set():
        job_there.clear()
        try:
            while not ending.is_set() and node.jobs.run_next() is not None:
                pass
        except Exception as error:  # noqa: BLE001 - the outermost loop of a thread: one broken job ends no other
            log.defect("job.defect", error)
        job_there.wait(_JOB_POLL_S)


async def _every(seconds: float, do: Callable[[], None], log: NodeLog, failed: str) -> None:
    while True:
        await asyncio.sleep(seconds)
        await _once(do, log, failed)


async def _once(do: Callable[[], None], log: NodeLog, failed: str) -> None:
    try:
        await asyncio.to_thread(do)
    except ComityError as error:
        log.event(failed, code=error.code)
    except Exception as error:  # noqa: BLE001 - the outermost loop of a task: one failure ends no later round
        log.defect(failed, error)


def build_index(node: Node) -> None:
    """Lay the search index out in memory where it is not, or where much has changed; forget what has gone."""
    node.index.forget()
    if not node.index.stale:
        return
    # Begun before the snapshot is: what is committed between the two is in both.
    shelf = node.index.begin()
    try:
        node.acts.view(node.operator, Purpose.ADMINISTRATION, lambda work: node.index.lay_out(shelf, work.read))
    except BaseException:
        node.index.drop(shelf)
        raise


def refresh_blind_sets(node: Node) -> None:
    """Bring the sets that peers look up in blindly up to date."""
    if node.modes.blind_sets is not None:
        node.modes.blind_sets.refresh(lambda read: node.acts.view(node.operator, Purpose.PEERING, read))


def _erase_for_good(node: Node) -> None:
    """Make what rows held before they were erased unreadable."""
    node.database.erase_for_good()


def _enter_degraded(node: Node) -> None:
    """Enter the checks that were made while nothing could be written, once it can."""
    if node.degraded is not None and node.database.writer.broken is None:
        node.degraded.enter_kept(node.acts, node.operator, node.clock.now())


def _expire(node: Node) -> None:
    """Start the job that deletes alerts past their last day, if there is any."""

    def due(work: Work) -> bool:
        return bool(work.read(alert_store.past_statement(date_of(work.at), 1)))

    def start(work: Work) -> None:
        work.enqueue(EXPIRE, ExpireAlerts())

    if node.acts.view(node.operator, Purpose.ADMINISTRATION, due):
        node.acts.act("alert.expiry-due", node.operator, Purpose.ADMINISTRATION, start)


def _forget(node: Node) -> None:
    """Drop what need not be kept: answers for repeated requests, expired checks, exercises closed long ago.

    These are no act of anybody, so they leave no ledger entry.
    """

    def answers(work: Work) -> None:
        work.change(*runtime_store.drop_answers_before(work, work.recorded_at - _ANSWERS_KEPT_US))

    def checks(work: Work) -> None:
        crossing_store.erase_expired(work, work.recorded_at, _CHECKS_A_ROUND)
        desk_store.drop_past_desks(work, work.recorded_at, _CHECKS_A_ROUND)
        cleared.drop_past(work, date_of(work.recorded_at))
        for erase in (alert_history.erase_past, alert_waiting.erase_past, held_store.past_held, care_store.erase_past):
            erase(work, date_of(work.recorded_at), _CHECKS_A_ROUND)
        referral_erasure.erase_due(work, _CHECKS_A_ROUND)
        board_store.erase_expired(work, _CHECKS_A_ROUND)
        rescreen_store.drop_expired(work, _CHECKS_A_ROUND)
        unchecked_store.drop_past(work, work.recorded_at, _CHECKS_A_ROUND)
        copy_store.forget(work, _CHECKS_A_ROUND)
        originals.erase_before(work, CHECK_KIND, Instant(work.recorded_at - LIFETIME_US))

    def duties(work: Work) -> None:
        duty_store.drop_before(work, Instant(work.recorded_at - _DUTIES_KEPT_US), _CHECKS_A_ROUND)

    def exercises(work: Work) -> None:
        training_store.erase_closed_before(work, Instant(work.recorded_at - _EXERCISES_KEPT_US))

    node.acts.tidy(node.operator, Purpose.ADMINISTRATION, answers)
    node.acts.tidy(node.operator, Purpose.ADMINISTRATION, checks)
    node.acts.tidy(node.operator, Purpose.ADMINISTRATION, duties)
    node.acts.tidy(node.operator, Purpose.ADMINISTRATION, exercises)


def _raise_alarms(node: Node) -> None:
    """Raise alarms for what the bureau has due at once, or overdue; a flood of them waits for the next look."""
    for _ in range(_ALARM_ROUNDS):
        if not node.acts.view(node.operator, Purpose.ADMINISTRATION, duty_alarms.missing):
            return
        node.acts.act("duty.raise-alarms", node.operator, Purpose.ADMINISTRATION, duty_alarms.raise_alarms)


def _erase_statements(node: Node) -> None:
    """Erase exchanged content whose deletion date has passed, in acts of at most 200 until none is left."""

    def due(work: Work) -> int:
        return erase_due(work, date_of(work.recorded_at), node.intake.receivers, limit=1)

    def erase(work: Work) -> int:
        return erase_due(work, date_of(work.recorded_at), node.intake.receivers)

    while node.acts.view(node.operator, Purpose.ADMINISTRATION, due):
        node.acts.act("exchange.erase-due", node.operator, Purpose.ADMINISTRATION, erase)


def catch_up_peers(node: Node) -> None:
    """Line up what a suspension put off, and offer own records to peers and agreements that came later; by pages."""
    acts, operator = node.acts, node.operator
    peers = acts.view(operator, Purpose.PEERING, exchange_store.peers)
    for peer in peers:
        while acts.view(operator, Purpose.PEERING, partial(_is_waiting, node, peer)):
            acts.act("exchange.take-up", operator, Purpose.PEERING, partial(_take_up, node, peer))
    for peer, source in product(peers, rooms.sources()):
        if not acts.view(operator, Purpose.PEERING, partial(_is_behind, node, peer, source)):
            continue
        while acts.act("exchange.catch-up", operator, Purpose.PEERING, partial(_catch_up, node, peer, source)):
            pass


def part_with_ended(node: Node) -> None:
    """Erase or hand back, page by page, what came under agreements that have ended, and tell its owners."""
    acts, operator = node.acts, node.operator
    services = node.diplomacy
    over = acts.view(operator, Purpose.PEERING, lambda work: ended_here(work, services))
    for ended, peer in product(over, acts.view(operator, Purpose.PEERING, exchange_store.peers)):

        def parting(work: Work, ended: Ended = ended, peer: Peer = peer) -> int:
            return part(work, peer, ended, services, node.intake.receivers)

        if acts.view(operator, Purpose.PEERING, partial(_holds, ended, peer)):
            while acts.act("agreement.part-with", operator, Purpose.PEERING, parting):
                pass


def _holds(ended: Ended, peer: Peer, work: Work) -> bool:
    meant = ended.parties is None or peer.party in ended.parties
    return meant and still_held(work, peer, (ended.agreement,)) > 0


class Recaller:
    """Takes back what went out under agreements that have ended, and parts with what came under them.

    Looks when the force of some agreement has turned, and every ten minutes: reading them all takes long.
    """

    def __init__(self) -> None:
        self._epoch = -1
        self._looked_at = Instant(0)

    def look(self, node: Node) -> None:
        """Recall, page by page, until nothing is left to take back."""
        acts, operator, agreements = node.acts, node.operator, node.sending.agreements
        epoch, now = acts.view(operator, Purpose.PEERING, agreements.epoch), node.clock.now()
        if epoch == self._epoch and now - self._looked_at < _RECALL_AGAIN_US:
            return
        over = acts.view(operator, Purpose.PEERING, agreements.over)

        def recall(work: Work) -> int:
            return recall_under(work, over, node.sending)

        part_with_ended(node)
        while acts.view(operator, Purpose.PEERING, recall):
            acts.act("exchange.recall", operator, Purpose.PEERING, recall)
        self._epoch, self._looked_at = epoch, now


def _is_waiting(node: Node, peer: Peer, work: Work) -> bool:
    return is_waiting(work, peer, node.sending)


def _take_up(node: Node, peer: Peer, work: Work) -> int:
    return take_up(work, peer, node.sending)


def _is_behind(node: Node, peer: Peer, source: Source, work: Work) -> bool:
    return is_behind(work, peer, source.kind, node.sending)


def _catch_up(node: Node, peer: Peer, source: Source, work: Work) -> int:
    return catch_up(work, peer, source, node.sending)


def _erase_cases(node: Node) -> None:
    """Erase supplementary information whose last day is over, in acts of one round until none is left."""

    def due(work: Work) -> int:
        return bureau_retention.erase_due(work, date_of(work.recorded_at), limit=1)

    def erase(work: Work) -> int:
        return bureau_retention.erase_due(work, date_of(work.recorded_at))

    while node.acts.view(node.operator, Purpose.ADMINISTRATION, due):
        node.acts.act("bureau.erase-due", node.operator, Purpose.ADMINISTRATION, erase)
