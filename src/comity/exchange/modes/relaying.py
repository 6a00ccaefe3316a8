"""A broker between asker and owner: it carries a question of one party to another, and the answer back.

For parties that have no link of their own (APEC RMAS). Asker and owner trust each other all the same: the question is
signed by whoever asks and the answer by the owner, so a broker can neither ask, nor change, nor answer anything. It
takes part only if its own agreements let the question pass between the two, and keeps a digest in its ledger, no more.
Each side says beforehand by whom it reaches the other, and takes relayed questions from nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from typing import Final

import msgspec

from comity.agreements.vocabulary import Mode
from comity.core.decision import Question as Ask
from comity.core.decision import Stage
from comity.core.errors import Refused, Unreachable
from comity.core.hashing import digest
from comity.core.ids import AgreementId, NodeId
from comity.core.ports import Work
from comity.exchange import store
from comity.exchange.binary import Parts, prefixed
from comity.exchange.modes import rules
from comity.exchange.modes.answering import Answering, answer_question, refusal_of
from comity.exchange.modes.letter import check_signature, read_letter
from comity.exchange.modes.ports import Broker
from comity.exchange.modes.records import Question
from comity.exchange.projection import field_names
from comity.exchange.records import Peer, PeerState

RELAYED: Final = "relayed"
"""From the broker to the owner: from which node."""
PATIENCE_S: Final = 1.0
"""How long a broker waits for the owner; the asker waits longer."""
_NODE_BYTES: Final = 255


class BrokerPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether this node carries questions for others, and by which party it reaches another (both sides say so)."""

    carries: bool = False
    via: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Relaying:
    """What relaying needs beside answering. `via`: by which party this node reaches another; `broker`: it carries."""

    answering: Answering
    lines: Broker
    via: Mapping[str, str]
    broker: bool = False


def addressed(node: str, body: bytes) -> bytes:
    """Return a message with the node that it is for, or from."""
    return prefixed(node.encode("ascii"), 1) + body


def relay_question(relaying: Relaying, peer: Peer, body: bytes) -> bytes:
    """Carry a peer's question to the node that it names, and return that node's answer, which is not looked into.

    Raises `Refused` `question.no-broker` and `question.not-relayed`, and what receipt raises; `Unreachable` where the
    owner does not answer.
    """
    if not relaying.broker:
        raise Refused("question.no-broker", "This node carries no questions for others.")
    answering = relaying.answering
    to, letter = _taken_apart(body)
    question, raw, signature = read_letter(letter, Question)
    now = answering.clock.now()
    if (question.sender, question.receiver) != (peer.node, to) or question.asker.party != peer.party:
        raise Refused("exchange.wrong-sender", "The question names another asker or owner.", field="$.sender")
    if question.mode is not Mode.QUERY or rules.is_stale(question, now):
        raise Refused("question.not-relayed", "Such a question is not carried for others.", field="$.mode")
    check_signature(question, raw, signature, peer, (question.issued, now))
    if answering.tally.take(peer.node, question.agreement, 1, now) is not None:
        raise Refused("question.too-many", "The peer asks more than the quota of a minute allows.")

    def pass_on(work: Work) -> Peer:
        work.record(question=digest(raw), peer=peer.node, owner=to)
        owner = _trusted(work, to)
        decision = work.decide(_between(question, peer.party, owner.party))
        reason = refusal_of(work, decision, question, answering)
        if reason is not None:
            raise Refused("question.not-relayed", "No agreement lets this pass between the two.", reasons=(reason,))
        return owner

    owner = answering.acts.act("exchange.relay-question", peer, pass_on)
    try:
        return relaying.lines.ask(owner, RELAYED, addressed(peer.node, letter), PATIENCE_S).result(PATIENCE_S)
    except Late:
        raise Unreachable("question.silent", "The owner did not answer in time.") from None


def answer_relayed(relaying: Relaying, peer: Peer, body: bytes) -> bytes:
    """Answer a question that the agreed broker carried here, as if its asker had asked itself.

    Raises `Refused` `question.other-broker` for any other carrier, and as `answer_question`.
    """
    node, letter = _taken_apart(body)
    origin = relaying.answering.acts.view(peer, lambda work: _trusted(work, node))
    if relaying.via.get(origin.party) != peer.party:
        raise Refused("question.other-broker", "Questions of that party do not come by this one.")
    return answer_question(relaying.answering, origin, letter)


def _taken_apart(body: bytes) -> tuple[NodeId, bytes]:
    parts = Parts(body)
    node = parts.part(1, _NODE_BYTES).decode("ascii", "replace")
    return NodeId(node), body[parts.at :]


def _trusted(work: Work, node: NodeId) -> Peer:
    found = next((one for one in store.peers(work) if one.node == node), None)
    if found is None or found.state is not PeerState.TRUSTED:
        raise Refused("exchange.peer-not-trusted", "The other end is no trusted peer of this node.")
    return found


def _between(question: Question, asker: str, owner: str) -> Ask:
    return Ask(
        stage=Stage.TRANSMIT,
        operation=question.operation,
        category=question.category,
        purpose=question.purpose,
        actor=question.asker,
        role=question.role,
        sender=asker,
        receiver=owner,
        fields=field_names(question.terms),
        facts=question.facts,
        agreement=AgreementId(question.agreement),
    )
