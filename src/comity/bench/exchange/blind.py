"""Blind look-ups between two nodes on real links: 350 travellers against an owner's set, and a change of that set.

Set-up (blinding the set, and the first copy) is told apart: it happens once for each asker. What is measured is what
an officer waits for: decision and ledger at both ends, signatures, the look-up itself.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from comity.adapters.blind_psi import PsiAsker, PsiOwner
from comity.adapters.clock import SystemClock
from comity.adapters.peerlink import Lines, Topic, contexts
from comity.adapters.sql import migrate
from comity.adapters.sql.database import DATABASE, Database
from comity.adapters.sql.engine import open_writer
from comity.agreements.compile import compile_agreement
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.records import Agreement, Party
from comity.agreements.registry import Registry, Standing
from comity.agreements.vocabulary import Mode
from comity.bench.exchange.node import BenchNode
from comity.bench.exchange.stage import RECEIVER, SENDER, home_of, lay_out, read_spec, signer_of
from comity.bench.harness import Measure, Setting
from comity.bench.records import Figure, measured
from comity.core.errors import Defect
from comity.core.ids import AgreementId
from comity.core.ports import Work
from comity.core.time import Instant
from comity.core.vocabulary import Purpose
from comity.exchange.modes.answering import Answering
from comity.exchange.modes.asking import Asking
from comity.exchange.modes.blind_letters import TOPIC
from comity.exchange.modes.blinding import BlindSets
from comity.exchange.modes.looking import BlindLooker, Looked
from comity.exchange.modes.records import Wish
from comity.exchange.modes.tally import Tally
from comity.exercise.process import free_ports
from comity.node.peer_acts import PeerActs

_CATEGORY: Final = "document_status"
_TRAVELLERS: Final = 350
_HITS: Final = 7
_ROUNDS: Final = 9
_GOAL_S: Final = 0.2
_VISIBLE_S: Final = 60.0


@dataclass(slots=True)
class _Keys:
    """An owner's keys, made up."""

    held: frozenset[str]

    def keys(self, work: Work, category: str) -> Iterable[str]:
        """Return them all."""
        del work, category
        return self.held


class _Terms:
    """What the one agreement says."""

    def modes(self, work: Work, agreement: AgreementId) -> Mapping[str, Mode]:
        """Return blind for the clause that asks."""
        del work, agreement
        return {"ask-issuer": Mode.BLIND}

    def full_trust(self, work: Work, agreement: AgreementId) -> bool:
        """Return no."""
        del work, agreement
        return False

    def asked_about(self, work: Work, mode: Mode) -> frozenset[tuple[str, str, str]]:
        """Return the one thing."""
        del work, mode
        return frozenset({(RECEIVER, "query", _CATEGORY)})


@dataclass(slots=True)
class _Both:
    """An asker and an owner that stand."""

    asker: BenchNode
    looker: BlindLooker
    sets: BlindSets
    owner: BenchNode
    keys: _Keys

    def refresh(self) -> int:
        """Have the owner look at its records."""
        self.sets.age()
        return self.sets.refresh(lambda read: self.owner.acts.view(self.owner.operator, Purpose.PEERING, read))

    def look(self, keys: list[str]) -> Looked:
        """Look up as an officer's act does."""
        wish = Wish(party=RECEIVER, operation="query", category=_CATEGORY, kind="blind", terms={})
        acts, operator = self.asker.acts, self.asker.operator
        return acts.act("bench.look", operator, Purpose.BORDERS, lambda work: self.looker.look(work, wish, keys))


def _run(setting: Setting) -> Iterable[Figure]:
    count = setting.at_scale(100_000, 1_000_000)
    held = frozenset(f"document:{RECEIVER}:C{number:08}" for number in range(count))
    ours = [f"document:{RECEIVER}:C{number * 13:08}" for number in range(_HITS)]
    ours += [f"document:{RECEIVER}:X{number:08}" for number in range(_TRAVELLERS - _HITS)]
    with _both(setting, _Keys(held)) as both:
        begun = time.perf_counter()
        _require(both.look(ours).reason == "blind.preparing")
        both.refresh()
        made_s = time.perf_counter() - begun
        _require(both.look(ours).hits == held & frozenset(ours))
        took = []
        for _ in range(_ROUNDS):
            begun = time.perf_counter()
            hits = both.look(ours).hits
            took.append(time.perf_counter() - begun)
            _require(hits == held & frozenset(ours))
        yield measured(
            "blind.look-up",
            sorted(took)[len(took) // 2],
            "s",
            goal=_GOAL_S,
            beside={"slowest": max(took), "travellers": _TRAVELLERS, "entries": count, "set-up s": made_s},
        )
        begun = time.perf_counter()
        both.keys.held = held ^ {ours[0], ours[-1]}
        made = both.refresh()
        yield measured("blind.change", time.perf_counter() - begun, "s", goal=_VISIBLE_S / 2, beside={"segments": made})


@contextlib.contextmanager
def _both(setting: Setting, keys: _Keys) -> Iterator[_Both]:
    ports = dict(zip((SENDER, RECEIVER), free_ports(2), strict=True))
    lay_out(setting.folder, ports, SystemClock().now(), signed_alone=False, alerts=False)
    with contextlib.ExitStack() as closing:
        asker, owner = (closing.enter_context(_node(setting, party)) for party in (SENDER, RECEIVER))
        home, clock = home_of(RECEIVER), SystemClock()
        answering = Answering(
            home=home,
            signer=signer_of(RECEIVER),
            clock=clock,
            terms=_Terms(),
            acts=PeerActs(owner.acts),
            finders={},
            tally=Tally(1 << 30),
        )
        sets = BlindSets(answering, {_CATEGORY: keys}, lambda: PsiOwner(()))
        owner.side = replace(owner.side, topics={TOPIC: Topic(sets.answer)})
        owner.link(up=True)
        closing.callback(owner.link, up=False)
        lines = asker.on_loop(_lines(asker))
        closing.callback(lambda: asker.on_loop(lines.close()))
        asking = Asking(
            home=home_of(SENDER), signer=signer_of(SENDER), clock=clock, terms=_Terms(), broker=lines, patience_s=10
        )
        yield _Both(asker, BlindLooker(asking, PsiAsker), sets, owner, keys)


async def _lines(node: BenchNode) -> Lines:
    return Lines(contexts(node.folder / "tls.pem", node.folder / "tls.key"))


@contextlib.contextmanager
def _node(setting: Setting, party: str) -> Iterator[BenchNode]:
    folder = setting.folder / party
    spec = read_spec(folder)
    engine = open_writer(folder / DATABASE)
    migrate.upgrade(engine)
    engine.dispose()
    database = Database(folder, spec.card.node, spec.created)
    try:
        node = BenchNode(folder, spec, database)
        node.law = Registry.of((Standing(compile_agreement(_agreement()), Instant(0)),))
        node.decider.age()
        node.trust()
        yield node
    finally:
        database.close()


def _agreement() -> Agreement:
    """Return a ready agreement of questions between the two parties of the measurement."""
    agreement = narrow_parties(load_instrument("apec-rms"), ("AUS", "NZL"))
    codes = dict(zip(("AUS", "NZL"), (SENDER, RECEIVER), strict=True))
    parties: tuple[Party, ...] = tuple(
        msgspec.structs.replace(each, code=codes[each.code]) for each in agreement.parties
    )
    return msgspec.structs.replace(agreement, parties=parties)


def _require(holds: bool) -> None:  # noqa: FBT001 - an assertion's condition has no better name
    if not holds:
        raise Defect("bench.blind-differs", "A blind look-up does not say what the plain join says.")


MEASURE = Measure(("blind.look-up", "blind.change"), _run)
