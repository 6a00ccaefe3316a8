"""The asker's side of the mode `blind`: copies of blinded sets, kept up to date, and look-ups in them.

A look-up first asks for what changed since the last time, if that is long enough ago; then its keys travel under a
secret that dies with the question. What cannot be answered is None, never an empty set of hits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.agreements.vocabulary import Mode
from comity.core.decision import Decision
from comity.core.errors import BadInput, ComityError, Refused
from comity.core.hashing import digest
from comity.core.ports import Work
from comity.core.time import SECOND_US, Instant
from comity.exchange import store
from comity.exchange.blind import BlindAsker
from comity.exchange.modes import rules
from comity.exchange.modes.asking import NOT_ASKED, Asking, permitted
from comity.exchange.modes.blind_letters import (
    KEYS_KIND,
    SEGMENTS_KIND,
    TOPIC,
    check_attached,
    read_body,
    read_segments,
    write_body,
    write_have,
)
from comity.exchange.modes.letter import check_signature, read_letter, write_letter
from comity.exchange.modes.records import Answer, Question, Wish
from comity.exchange.records import Peer, PeerState

FRESH_US: Final = 20 * SECOND_US
"""For how long a copy counts as up to date: with the owner's own round, a change shows within a minute."""
PULL_S: Final = 15.0
"""How long one page of a set may take: the first copy has megabytes."""
_NAME_BYTES: Final = 16
_NOBODY: Final = bytes(_NAME_BYTES)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look-up brought: the keys that hit; None and the reason where there is no answer."""

    hits: frozenset[str] | None
    reason: str | None = None
    agreement: str | None = None
    obligations: tuple[str, ...] = ()


@dataclass(slots=True)
class _Copy:
    asker: BlindAsker
    name: bytes = _NOBODY
    versions: dict[int, int] = field(default_factory=dict)
    pulled_at: Instant | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class BlindLooker:
    """Looks keys up at owners, in sets that it has copies of. Safe to use from many threads."""

    def __init__(self, asking: Asking, make: Callable[[], BlindAsker]) -> None:
        self._asking = asking
        self._make = make
        self._copies: dict[tuple[str, str, str], _Copy] = {}
        self._lock = threading.Lock()

    def look(self, work: Work, wish: Wish, keys: Sequence[str]) -> Looked:
        """Say which of the keys the party holds; `wish` says under what, and has no terms. Raises `BadInput`."""
        decision = permitted(work, wish, self._asking, Mode.BLIND)
        peers = [each for each in store.peers(work) if each.party == wish.party and each.state is PeerState.TRUSTED]
        if decision is None or decision.agreement is None or not peers:
            return Looked(None, NOT_ASKED)
        name = (peers[0].node, decision.agreement, wish.category)
        call = _Call(work, self._asking, wish, decision, peers[0])
        try:
            with self._lock:
                copy = self._copies.get(name) or self._copies.setdefault(name, _Copy(self._make()))
            hits = _look(call, copy, keys, self._make)
        except BadInput as error:
            if error.code in {"blind.empty", "blind.too-many", "blind.key-too-long"}:
                raise
            return Looked(None, error.code, decision.agreement)
        except TimeoutError:
            return Looked(None, "link.silent", decision.agreement)
        except ComityError as error:
            return Looked(None, error.code, decision.agreement)
        finally:
            work.record(questions=" ".join(call.asked))
        return Looked(hits, None, decision.agreement, decision.obligations)


def _look(call: _Call, copy: _Copy, keys: Sequence[str], make: Callable[[], BlindAsker]) -> frozenset[str]:
    now = call.asking.clock.now()
    with copy.lock:
        if copy.pulled_at is None or not 0 <= now - copy.pulled_at < FRESH_US:
            _pull(call, copy, make)
            copy.pulled_at = now
        question = copy.asker.ask(keys)
        told = call.exchange(KEYS_KIND, question.message)
        if told[:_NAME_BYTES] != copy.name:
            # The owner made its set anew: what is here tells nothing any more.
            _pull(call, copy, make)
            question = copy.asker.ask(keys)
            told = call.exchange(KEYS_KIND, question.message)
            if told[:_NAME_BYTES] != copy.name:
                raise Refused("blind.other-set", "The owner's set changed while it was asked.")
        return question.hits(told[_NAME_BYTES:])


def _pull(call: _Call, copy: _Copy, make: Callable[[], BlindAsker]) -> None:
    """Get the segments that changed, page by page."""
    more = True
    while more:
        told = call.exchange(SEGMENTS_KIND, write_have(copy.name, copy.versions))
        name, more, segments = read_segments(told)
        if name != copy.name:
            copy.asker, copy.name, copy.versions = make(), name, {}
        for each in segments:
            copy.asker.take(each)
            copy.versions[each.segment] = each.version


class _Call:
    """One look-up under way: on whose behalf, under which decision, at which peer; `asked` are its digests."""

    def __init__(self, work: Work, asking: Asking, wish: Wish, decision: Decision, peer: Peer) -> None:
        self.asking = asking
        self.asked: list[str] = []
        self._work = work
        self._wish = wish
        self._decision = decision
        self._peer = peer

    def exchange(self, kind: str, attached: bytes) -> bytes:
        """Send what is attached under a signed head, and return what came attached to the signed answer.

        Raises `Refused`, `Unreachable`, `BadInput`, `TimeoutError`.
        """
        asking, peer = self.asking, self._peer
        head = self._head(kind, attached)
        letter = write_letter(head, asking.signer, block=1)
        named = digest(read_letter(letter, Question)[1])
        self.asked.append(named)
        within_s = asking.patience_s if kind == KEYS_KIND else PULL_S
        coming = asking.broker.ask(peer, TOPIC, write_body(letter, attached), within_s)
        raw_head, told = read_body(coming.result(within_s))
        answer, raw, signature = read_letter(raw_head, Answer)
        if (answer.sender, answer.receiver, answer.question) != (peer.node, asking.home.node, named):
            raise Refused("question.other-answer", "The answer is to another question.")
        check_signature(answer, raw, signature, peer, (answer.answered, asking.clock.now()))
        check_attached(answer.salt, told)
        return told

    def _head(self, kind: str, attached: bytes) -> Question:
        work, home, wish = self._work, self.asking.home, self._wish
        now = self.asking.clock.now()
        return Question(
            mode=Mode.BLIND,
            sender=home.node,
            receiver=self._peer.node,
            profile=home.profile,
            agreement=str(self._decision.agreement),
            asker=work.who.owner,
            role=work.who.role,
            operation=wish.operation,
            category=wish.category,
            purpose=work.purpose,
            facts=wish.facts,
            kind=kind,
            terms={},
            salt=digest(attached),
            issued=now,
            expires=Instant(now + rules.LIFETIME_US),
            key=home.key,
            suite=home.suite,
        )
