"""The owner's side of the mode `blind`: a set for each asker and category, kept up to date, and blind answers.

What the owner learns is that somebody asked, under which clause, and how many keys at most. A set lives in memory with
a secret of its own; a process that starts anew makes it anew, and askers notice by its name. It is made by the
housekeeping, never while somebody waits: an asker who comes before is told `blind.preparing`.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from comity.core.errors import Refused, Unreachable
from comity.core.hashing import digest
from comity.core.ports import Work
from comity.exchange import store
from comity.exchange.blind import BlindOwner, BlindSegment
from comity.exchange.modes.answering import Answering, as_asked, check_question, refusal_of
from comity.exchange.modes.blind_letters import (
    KEYS_KIND,
    PAGE_BYTES,
    SEGMENTS_KIND,
    check_attached,
    read_body,
    read_have,
    write_body,
    write_segments,
)
from comity.exchange.modes.letter import check_signature, read_letter, write_letter
from comity.exchange.modes.records import Answer, Question, Said
from comity.exchange.records import Peer, PeerState

KEYS_A_DAY: Final = 20_000
"""What an asker may look up in a day where the clause sets no quota of its own; filling counts."""
_NAME_BYTES: Final = 16


class KeySource(Protocol):
    """The exact keys of a subject, in one form that owner and asker make alike."""

    def keys(self, work: Work, category: str) -> Iterable[str]:
        """Return every key of the own records of a category."""
        ...


@dataclass(slots=True)
class _Set:
    owner: BlindOwner
    name: bytes = field(default_factory=lambda: secrets.token_bytes(_NAME_BYTES))
    keys: frozenset[str] = frozenset()
    segments: dict[int, BlindSegment] = field(default_factory=dict)
    ready: bool = False
    dirty: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)


class BlindSets:
    """The sets of a node by asker, agreement and category. Safe to use from many threads."""

    def __init__(self, answering: Answering, sources: Mapping[str, KeySource], make: Callable[[], BlindOwner]) -> None:
        self._answering = answering
        self._sources = sources
        self._make = make
        self._sets: dict[tuple[str, str, str], _Set] = {}
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()

    @property
    def held(self) -> int:
        """How many keys stand in all sets together."""
        return sum(len(each.keys) for each in tuple(self._sets.values()))

    def age(self) -> None:
        """Note that records changed: the next `refresh` looks at them. Quick, from any thread."""
        for each in tuple(self._sets.values()):
            each.dirty = True

    def refresh(self, view: Callable[[Callable[[Work], frozenset[str]]], frozenset[str]]) -> int:
        """Bring every set that somebody asked for up to date; return how many segments were made anew.

        `view` runs a read. It goes on while others ask; only one refresh runs at a time.
        """
        made = 0
        with self._refreshing:
            for (_, _, category), each in tuple(self._sets.items()):
                if not each.dirty:
                    continue
                each.dirty = False
                source = self._sources[category]

                def read(work: Work, source: KeySource = source, category: str = category) -> frozenset[str]:
                    return frozenset(source.keys(work, category))

                made += _brought_up(each, view(read))
        return made

    def answer(self, peer: Peer, body: bytes) -> bytes:
        """Return the answer to a peer's blind question or its wish for segments; raises as `answer_question` does."""
        answering = self._answering
        head, attached = read_body(body)
        question, raw, signature = read_letter(head, Question)
        now = answering.clock.now()
        check_question(question, peer, answering.home, now)
        check_signature(question, raw, signature, peer, (question.issued, now))
        check_attached(question.salt, attached)
        found = self._set_for(peer, question)
        weight = 0
        if question.kind == KEYS_KIND:
            with found.lock:
                weight = found.owner.weigh(attached)
        self._permit(peer, question, digest(raw), weight)
        with self._lock:
            found = self._sets.setdefault((peer.node, question.agreement, question.category), found)
        if not found.ready:
            raise Unreachable("blind.preparing", "The set for this asker is being made.")
        told = _keys(found, attached) if question.kind == KEYS_KIND else _segments(found, attached)
        return write_body(self._head(peer, digest(raw), told), told)

    def _set_for(self, peer: Peer, question: Question) -> _Set:
        if question.category not in self._sources or question.kind not in {KEYS_KIND, SEGMENTS_KIND}:
            raise Refused("question.not-answered-here", "Such questions are not answered here.")
        with self._lock:
            # A set is made for nobody whom no agreement lets ask: it is kept once that is decided.
            return self._sets.get((peer.node, question.agreement, question.category)) or _Set(self._make())

    def _permit(self, peer: Peer, question: Question, named: str, weight: int) -> None:
        answering = self._answering
        counted = f"blind {question.agreement} {question.category}"
        used = answering.tally.today(peer.node, counted, answering.clock.now())
        if used + weight > KEYS_A_DAY:
            raise Refused("blind.budget", "The budget of blind look-ups for 24 hours is spent.")

        def decide(work: Work) -> None:
            work.record(question=named, peer=peer.node, keys=weight)
            if store.get_peer(work, peer.node).state is not PeerState.TRUSTED:
                raise Refused("exchange.peer-not-trusted", "This peer is not trusted any more.")
            decision = work.decide(as_asked(question, peer, answering.home, max(0, used + weight - 1)))
            code = refusal_of(work, decision, question, answering)
            if code is not None:
                raise Refused(code, "No clause lets this be asked.")

        answering.acts.act("exchange.answer-blind", peer, decide)
        if weight:
            answering.tally.take(peer.node, counted, weight, answering.clock.now())

    def _head(self, peer: Peer, named: str, told: bytes) -> bytes:
        answering = self._answering
        home = answering.home
        letter = Answer(
            question=named,
            sender=home.node,
            receiver=peer.node,
            said=Said.BLIND,
            reason=None,
            content=(),
            salt=digest(told),
            answered=answering.clock.now(),
            key=home.key,
            suite=home.suite,
        )
        return write_letter(letter, answering.signer, block=1)


def _keys(found: _Set, attached: bytes) -> bytes:
    with found.lock:
        return found.name + found.owner.answer(attached)


def _segments(found: _Set, attached: bytes) -> bytes:
    name, versions = read_have(attached)
    with found.lock:
        have = versions if name == found.name else ()
        due = [each for place, each in sorted(found.segments.items()) if each.version > (have[place] if have else 0)]
        page: list[BlindSegment] = []
        size = 0
        for each in due:
            size += len(each.data)
            if page and size > PAGE_BYTES:
                break
            page.append(each)
        return write_segments(found.name, page, more=len(page) < len(due))


def _brought_up(found: _Set, keys: frozenset[str]) -> int:
    """Bring a set in line with the keys, segment by segment, so that nobody waits longer than for one."""
    with found.lock:
        found.owner.change(keys - found.keys, found.keys - keys)
        found.keys = keys
    made = 0
    while True:
        with found.lock:
            changed = found.owner.publish(1)
            if not changed:
                found.ready = True
                return made
            found.segments[changed[0].segment] = changed[0]
            made += 1
