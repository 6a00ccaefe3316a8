"""Answering: the owner judges a question by its own agreements, looks among its own records, tells what may be told.

A hit and its absence take the same steps: the same decisions, one entry in the ledger with the same words, an answer
of the same length at the next slot of time. What would tell a person's State of nationality or former residence,
outside full trust, is answered as if it were not there. Neither question nor answer is stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.agreements.reasons import Code
from comity.agreements.vocabulary import Mode
from comity.core.codec import encode
from comity.core.decision import Decision, Fact, Outcome, Stage
from comity.core.decision import Question as Ask
from comity.core.errors import BadInput, Refused
from comity.core.hashing import digest
from comity.core.ids import AgreementId, Owner
from comity.core.ports import Clock, Signer, Work
from comity.core.time import Instant
from comity.exchange import store
from comity.exchange.modes import rules
from comity.exchange.modes.destruction import SignedDestruction, attest, require_pseudonymous
from comity.exchange.modes.letter import BLOCK_BYTES, check_signature, read_letter, write_letter
from comity.exchange.modes.ports import Finder, Terms
from comity.exchange.modes.records import Answer, Question, Said, Sought
from comity.exchange.modes.tally import Tally
from comity.exchange.ports import Acts
from comity.exchange.projection import field_names, project
from comity.exchange.records import Home, Peer, PeerState

QUESTIONS_A_MINUTE: Final = 600
RESPOND: Final = "respond"
NEEDS_A_PERSON: Final = "exchange.needs-a-person"
TOO_LONG: Final = "question.answer-too-long"
_HEAD_BYTES: Final = 1024
_SALT_BYTES: Final = 32
_UNSPOKEN: Final = {Code.OUT_OF_SCOPE.value}


@dataclass(frozen=True, slots=True)
class Answering:
    """What answering needs beside the work. `finders` are asked in order; the first that knows the category looks."""

    home: Home
    signer: Signer
    clock: Clock
    terms: Terms
    acts: Acts
    finders: Mapping[str, Finder]
    tally: Tally


@dataclass(frozen=True, slots=True)
class _Told:
    said: Said
    reason: str | None = None
    content: tuple[dict[str, object], ...] = ()


def answer_question(answering: Answering, peer: Peer, body: bytes) -> bytes:
    """Return the signed answer to a peer's question.

    Raises `BadInput` for what cannot be read, `Refused` for what is not this peer's to ask this node, or not now;
    `Unreachable` where the ledger cannot be written: then nothing is answered.
    """
    question, raw, signature = read_letter(body, Question)
    now = answering.clock.now()
    check_question(question, peer, answering.home, now)
    check_signature(question, raw, signature, peer, (question.issued, now))
    wait_s = answering.tally.take(peer.node, question.agreement, 1, now)
    if wait_s is not None:
        raise Refused("question.too-many", "The peer asks more than the quota of a minute allows.")
    named = digest(raw)
    if question.mode is Mode.ANONYMOUS:
        require_pseudonymous(field_names(question.terms))
    told = answering.acts.act("exchange.answer", peer, lambda work: _tell(work, answering, peer, (question, named)))
    home, destroyed = answering.home, None
    if question.mode is Mode.ANONYMOUS:
        # From here on nothing holds the probe: its letter, what was read from it, and what was found by it.
        del question, raw, body
        told = _Told(told.said, told.reason)
        destroyed = _destroyed(answering, peer, named)
    letter = Answer(
        question=named,
        sender=home.node,
        receiver=peer.node,
        said=told.said,
        reason=told.reason,
        content=told.content,
        salt=secrets.token_hex(_SALT_BYTES),
        answered=answering.clock.now(),
        key=home.key,
        suite=home.suite,
        destroyed=destroyed,
    )
    return write_letter(letter, answering.signer)


def _destroyed(answering: Answering, peer: Peer, named: str) -> SignedDestruction:
    """Attest that the probe is gone, in the ledger before the answer leaves."""
    signed = attest(named, peer.node, answering.home, answering.signer, answering.clock.now())

    def enter(work: Work) -> None:
        work.record(question=named, peer=peer.node, destroyed=signed.receipt.destroyed, receipt=signed.signature.hex())

    answering.acts.act("exchange.destroy-probe", peer, enter)
    return signed


def check_question(question: Question, peer: Peer, home: Home, now: Instant) -> None:
    """Insist that a question is from this peer to this node, and in time. Raises `Refused`."""
    if (question.sender, question.receiver) != (peer.node, home.node) or question.asker.party != peer.party:
        raise Refused("exchange.wrong-sender", "The question names another asker or owner.", field="$.sender")
    if question.profile is not home.profile:
        raise Refused("exchange.profiles-differ", "Exercise and production nodes never peer.", field="$.profile")
    if rules.is_stale(question, now):
        raise Refused("question.stale", "The question came outside its time.", field="$.expires")


def _tell(work: Work, answering: Answering, peer: Peer, asked: tuple[Question, str]) -> _Told:
    question, named = asked
    work.record(question=named, peer=peer.node)
    if store.get_peer(work, peer.node).state is not PeerState.TRUSTED:
        raise Refused("exchange.peer-not-trusted", "This peer is not trusted any more.")
    used = answering.tally.today(peer.node, question.agreement, answering.clock.now()) - 1
    decision = work.decide(as_asked(question, peer, answering.home, used, field_names(question.terms)))
    refusal = refusal_of(work, decision, question, answering)
    finder = answering.finders.get(question.category)
    fields = None if finder is None else finder.fields(question.category, question.kind)
    if refusal is not None or finder is None or fields is None:
        return _Told(Said.UNKNOWN, refusal or "question.not-answered-here")
    allowed = _passing(work, question, peer, answering, fields)
    full_trust = answering.terms.full_trust(work, AgreementId(question.agreement))
    sought = Sought(
        category=question.category,
        kind=question.kind,
        terms=question.terms,
        asker=question.asker,
        purpose=question.purpose,
        full_trust=full_trust,
    )
    try:
        found = rules.tellable(finder.find(work, sought), peer.party, full_trust=full_trust)
    except BadInput as error:
        return _Told(Said.UNKNOWN, error.code)
    content = tuple(project(each.content, allowed) for each in found)
    if len(encode(content)) > BLOCK_BYTES - _HEAD_BYTES:
        return _Told(Said.UNKNOWN, TOO_LONG)
    return _Told(rules.said_of(found), None, content)


def as_asked(question: Question, peer: Peer, home: Home, used: int, fields: tuple[str, ...] = ()) -> Ask:
    """Return what the one decision point is asked on receipt; how much was asked today (`used`) is our own count."""
    asserted = tuple(fact for fact in question.facts if fact.name != "quota_used")
    return Ask(
        stage=Stage.RECEIPT,
        operation=question.operation,
        category=question.category,
        purpose=question.purpose,
        actor=question.asker,
        role=question.role,
        sender=peer.party,
        receiver=home.party,
        fields=fields,
        facts=(*asserted, Fact(name="quota_used", value=used)),
        agreement=AgreementId(question.agreement),
    )


def refusal_of(work: Work, decision: Decision, question: Question, answering: Answering) -> str | None:
    """Return why this is not answered by a machine; None if it may be."""
    if decision.outcome is Outcome.REFER:
        return NEEDS_A_PERSON
    if not decision.permitted or decision.agreement is None:
        return decision.codes[0] if decision.codes else "exchange.not-permitted"
    modes = answering.terms.modes(work, decision.agreement)
    if not any(modes.get(clause) is question.mode for clause in decision.clauses):
        return "question.other-mode"
    return None


def _passing(
    work: Work, question: Question, peer: Peer, answering: Answering, fields: tuple[str, ...]
) -> frozenset[str]:
    """Return which fields an answer may have: those of the clause asked under, and of one on answers where there is."""
    home = answering.home
    asked = Ask(
        stage=Stage.TRANSMIT,
        operation=question.operation,
        category=question.category,
        purpose=question.purpose,
        actor=question.asker,
        role=question.role,
        sender=peer.party,
        receiver=home.party,
        fields=fields,
        facts=question.facts,
        agreement=AgreementId(question.agreement),
    )
    by_question = frozenset(work.decide(asked).fields)
    answered = work.decide(
        Ask(
            stage=Stage.TRANSMIT,
            operation=RESPOND,
            category=question.category,
            purpose=question.purpose,
            actor=Owner(party=home.party, authority="node-operator"),
            sender=home.party,
            receiver=peer.party,
            fields=fields,
            agreement=AgreementId(question.agreement),
        )
    )
    if answered.permitted:
        return by_question & frozenset(answered.fields)
    return by_question if set(answered.codes) <= _UNSPOKEN else frozenset()
