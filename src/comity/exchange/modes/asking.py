"""Asking: a wish becomes a question where an agreement lets it, travels to the owner only, and is forgotten.

The agreement is asked here before anything leaves, and again by the owner. Whatever goes wrong is UNKNOWN with its
reason, never "no hit", and holds up nothing else: all questions of an act are under way at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from comity.agreements.vocabulary import Mode
from comity.core.codec import encode
from comity.core.decision import Decision, Outcome, Question, Stage
from comity.core.errors import ComityError, Refused
from comity.core.hashing import digest
from comity.core.ports import Clock, Signer, Work
from comity.core.time import Instant
from comity.exchange import store
from comity.exchange.binary import prefixed
from comity.exchange.modes import rules
from comity.exchange.modes.destruction import check_destruction, is_pseudonymous
from comity.exchange.modes.letter import check_signature, read_letter, write_letter
from comity.exchange.modes.ports import Broker, Terms
from comity.exchange.modes.records import Answer, Reply, Said, Wish
from comity.exchange.modes.records import Question as Letter
from comity.exchange.projection import field_names, uncovered
from comity.exchange.records import Home, Peer, PeerState

TOPIC: Final = "question"
RELAY: Final = "relay"
"""To a broker: the node that a question is for stands before it."""
PATIENCE_S: Final = 1.5
"""How long an act waits for all its answers together."""
NOT_ASKED: Final = "question.not-permitted"
_SALT_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Asking:
    """What asking needs beside the work. `via`: which party carries questions to which other (`modes.relaying`)."""

    home: Home
    signer: Signer
    clock: Clock
    terms: Terms
    broker: Broker
    patience_s: float = PATIENCE_S
    via: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _UnderWay:
    peer: Peer
    digest: str
    answer: Future[bytes]
    mode: Mode


def permitted(work: Work, wish: Wish, asking: Asking, mode: Mode = Mode.QUERY) -> Decision | None:
    """Return the decision that lets this be asked in this mode, None where no clause does."""
    names = field_names(wish.terms)
    if mode is Mode.ANONYMOUS and not is_pseudonymous(names):
        return None
    decision = work.decide(
        Question(
            stage=Stage.ENQUEUE,
            operation=wish.operation,
            category=wish.category,
            purpose=work.purpose,
            actor=work.who.owner,
            role=work.who.role,
            sender=asking.home.party,
            receiver=wish.party,
            fields=names,
            facts=wish.facts,
        )
    )
    if decision.outcome is not Outcome.PERMIT or decision.agreement is None:
        return None
    modes = asking.terms.modes(work, decision.agreement)
    if uncovered(names, decision.fields) or not any(modes.get(clause) is mode for clause in decision.clauses):
        return None
    return decision


def ask_all(
    work: Work, wishes: Sequence[tuple[Wish, Decision | None]], asking: Asking, mode: Mode = Mode.QUERY
) -> tuple[Reply, ...]:
    """Ask what is permitted, all at once, and return a reply for each wish, in order.

    The act's ledger entry gets the digests of questions and answers, which hold a salt each. No question leaves for a
    peer that is not trusted.
    """
    peers = {peer.party: peer for peer in store.peers(work) if peer.state is PeerState.TRUSTED}
    sent = [
        None if decision is None else _send(work, wish, (decision, mode), peers, asking) for wish, decision in wishes
    ]
    latest = Instant(asking.clock.now() + int(asking.patience_s * 1_000_000))
    replies = tuple(
        _reply(wish, decision, _read(under_way, latest, asking))
        for (wish, decision), under_way in zip(wishes, sent, strict=True)
    )
    asked = [each.digest for each in sent if each is not None]
    if asked:
        work.record(
            questions=" ".join(asked), answers=" ".join(each.answer for each in replies if each.answer is not None)
        )
    receipts = [each.destroyed for each in replies if each.destroyed is not None]
    if receipts:
        work.record(
            destroyed=" ".join(str(each.receipt.destroyed) for each in receipts),
            receipts=" ".join(each.signature.hex() for each in receipts),
        )
    return replies


def _send(
    work: Work, wish: Wish, ground: tuple[Decision, Mode], peers: Mapping[str, Peer], asking: Asking
) -> _UnderWay | None:
    decision, mode = ground
    peer, by = peers.get(wish.party), asking.via.get(wish.party)
    carrier = None if by is None else peers.get(by)
    if peer is None or decision.agreement is None or (by is not None and carrier is None):
        return None
    home, now = asking.home, asking.clock.now()
    letter = Letter(
        mode=mode,
        sender=home.node,
        receiver=peer.node,
        profile=home.profile,
        agreement=decision.agreement,
        asker=work.who.owner,
        role=work.who.role,
        operation=wish.operation,
        category=wish.category,
        purpose=work.purpose,
        facts=wish.facts,
        kind=wish.kind,
        terms=wish.terms,
        salt=secrets.token_hex(_SALT_BYTES),
        issued=now,
        expires=Instant(now + rules.LIFETIME_US),
        key=home.key,
        suite=home.suite,
    )
    body = write_letter(letter, asking.signer)
    if carrier is None:
        answer = asking.broker.ask(peer, TOPIC, body, asking.patience_s)
    else:
        answer = asking.broker.ask(carrier, RELAY, prefixed(peer.node.encode("ascii"), 1) + body, asking.patience_s)
    return _UnderWay(peer, digest(encode(letter)), answer, mode)


@dataclass(frozen=True, slots=True)
class _Came:
    """What came back: an answer with its digest, or the reason why there is none."""

    question: str | None
    answer: Answer | None = None
    digest: str | None = None
    reason: str | None = None


def _read(sent: _UnderWay | None, latest: Instant, asking: Asking) -> _Came:
    if sent is None:
        return _Came(None, reason=NOT_ASKED)
    left_s = max(0.0, (latest - asking.clock.now()) / 1_000_000)
    try:
        answer, raw, signature = read_letter(sent.answer.result(left_s), Answer)
        if (answer.sender, answer.receiver, answer.question) != (sent.peer.node, asking.home.node, sent.digest):
            raise Refused("question.other-answer", "The answer is to another question.")
        now = asking.clock.now()
        check_signature(answer, raw, signature, sent.peer, (answer.answered, now))
        if sent.mode is Mode.ANONYMOUS:
            check_destruction(answer.destroyed, sent.digest, sent.peer, asking.home.node, now)
    except TimeoutError:
        sent.answer.cancel()
        return _Came(sent.digest, reason="link.silent")
    except ComityError as error:
        return _Came(sent.digest, reason=error.code)
    return _Came(sent.digest, answer, digest(raw))


def _reply(wish: Wish, decision: Decision | None, came: _Came) -> Reply:
    if decision is None:
        return Reply(wish=wish, said=Said.UNKNOWN, reason=NOT_ASKED)
    answer = came.answer
    return Reply(
        wish=wish,
        said=Said.UNKNOWN if answer is None else answer.said,
        reason=came.reason if answer is None else answer.reason,
        content=() if answer is None else answer.content,
        agreement=decision.agreement,
        clauses=decision.clauses,
        obligations=decision.obligations,
        question=came.question,
        answer=came.digest,
        destroyed=None if answer is None else answer.destroyed,
    )
