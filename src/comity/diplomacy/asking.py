"""Answering why one may or may not, on any day, by the one decision point; and what runs under an agreement now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.agreements.decide import decide
from comity.agreements.expr.facts import read_fact
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.records import Kind as FactKind
from comity.agreements.expr.records import names_of
from comity.agreements.law.compile import house_rulebook
from comity.agreements.load import agreement_id
from comity.agreements.records import Agreement, Clause
from comity.agreements.registry import Registry
from comity.agreements.tables import tables
from comity.agreements.vocabulary import OWNER_OPERATIONS, Mode
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import BadInput
from comity.core.ids import Owner
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import Instant, date_of, end_of_day, start_of_day
from comity.core.vocabulary import Permission, Purpose
from comity.diplomacy import rules, store
from comity.diplomacy.asking_records import (
    AskWhy,
    Circumstance,
    Exchange,
    Exchanges,
    ShowExchanges,
    Told,
    Why,
)
from comity.diplomacy.records import AgreementState
from comity.diplomacy.registry import standings
from comity.diplomacy.services import Services
from comity.diplomacy.signatures import is_signed
from comity.exchange.put_off import count_put_off
from comity.exchange.queue import queue
from comity.exchange.records import Peer, QueueState
from comity.exchange.store import IN, OUT, peers
from comity.exchange.streams import positions

_READERS = tuple(Purpose)
_ONWARD = "onward"
_ANYBODY = "asked-about"
_TRUTHS = {"yes": "true", "no": "false"}


def asking_operations(services: Services) -> tuple[AnyOperation, ...]:
    """Return the operations that ask about agreements."""

    @operation("agreement.ask", permission=Permission.AGREEMENT_READ, purposes=_READERS, kind=Kind.READ)
    def ask(work: Work, command: AskWhy) -> Why:
        """Tell why one may or may not do something under an agreement, on any day."""
        found = store.get(work, command.agreement)
        lineage = store.of_lineage(work, found.agreement.id)
        at = _instant(command, work)
        governing = _governing(lineage, at)
        agreement = (governing or found).agreement
        question = _question(command, agreement, services)
        book = Registry.of(each for one in lineage for each in standings(one.agreement, one.events))
        decision = decide(question, at, work.recorded_at, book, house_rulebook())
        return Why(
            outcome=decision.outcome.value,
            effect=decision.effect,
            reasons=decision.reasons,
            obligations=decision.obligations,
            fields=decision.fields,
            dues=decision.dues,
            rules=decision.rules,
            at=at,
            known_at=work.recorded_at,
            agreement=agreement_id(agreement) if governing else None,
            version=agreement.version if governing else None,
            state=_state(governing or found, at),
            circumstances=tuple(_circumstances(agreement, command)),
        )

    return (ask, show_exchanges)


@operation("agreement.exchanges", permission=Permission.AGREEMENT_READ, purposes=_READERS, kind=Kind.READ)
def show_exchanges(work: Work, command: ShowExchanges) -> Exchanges:
    """Show what runs under an agreement: how far each partner has taken it, what waits, what came."""
    stream = store.get(work, command.agreement).agreement.id
    parties = {party.code for party in store.get(work, command.agreement).agreement.parties}
    found = sorted((peer for peer in peers(work) if peer.party in parties), key=lambda peer: (peer.party, peer.node))
    return Exchanges(stream=stream, exchanges=tuple(_exchange(work, peer, stream) for peer in found))


_DECIDED: Final = frozenset({QueueState.REFUSED, QueueState.PUT_OFF})


def _exchange(work: Work, peer: Peer, lineage: str) -> Exchange:
    """Sum up the streams of a lineage: that of its own name, and those of other urgencies beside it."""
    lines = [line for line in queue(work, peer) if _is_of(line.stream, lineage)]
    waiting = [line for line in lines if line.state not in _DECIDED]
    taken, received = (
        sum(at.received for at in positions(work, peer.node, way) if _is_of(at.stream, lineage)) for way in (OUT, IN)
    )
    return Exchange(
        node=peer.node,
        party=peer.party,
        taken=taken,
        waiting=sum(line.count for line in waiting),
        refused=sum(line.count for line in lines if line.state is QueueState.REFUSED),
        received=received,
        put_off=sum(count for name, count in count_put_off(work, peer).items() if _is_of(name, lineage)),
        oldest_waiting=min((line.oldest for line in waiting), default=None),
    )


def _is_of(stream: str, lineage: str) -> bool:
    return stream == lineage or stream.startswith(f"{lineage}/")


def _instant(command: AskWhy, work: Work) -> Instant:
    """Return the instant asked about: the end of a past day, since its turns have all been by then; else now."""
    if command.day is None or command.day == date_of(work.at):
        return work.at
    start = start_of_day(command.day)
    return end_of_day(command.day) if start < work.at else start


def _governing(lineage: tuple[store.Stored, ...], at: Instant) -> store.Stored | None:
    """Return the version that was (or will be) in force at an instant."""
    for each in reversed(lineage):
        if any(one.stands(at, _LATEST) for one in standings(each.agreement, each.events)):
            return each
    return None


_LATEST = Instant(2**62)


def _state(found: store.Stored, at: Instant) -> AgreementState:
    return rules.standing_of(found.events, at, proposed=found.proposed, signed=is_signed(found))


def _question(command: AskWhy, agreement: Agreement, services: Services) -> Question:
    """Put a question; raises `BadInput` for words outside the closed lists and facts of another kind."""
    known = tables()
    words = (
        ("operation", known.operations, command.operation),
        ("category", known.categories, command.category),
        ("purpose", known.purposes, command.purpose),
        ("role", known.roles, command.role),
    )
    for name, table, word in words:
        if word is not None and word not in table:
            raise BadInput("agreement.unknown-word", "This word is in no closed list.", field=f"$.{name}")
    party = command.party or services.party
    modes = {clause.mode.value for clause in _clauses(agreement, command)}
    local = modes == {Mode.LOCAL}
    stage = Stage.ONWARD if command.operation == _ONWARD else Stage.USE if local else Stage.ACT
    if agreement.internal_to is not None:
        return _question_inside(command, party)
    actor, other = (Owner(party=code, authority=_ANYBODY) for code in (party, command.other))
    own = actor if command.operation in OWNER_OPERATIONS else None
    return Question(
        stage=stage,
        operation=command.operation,
        category=command.category,
        purpose=command.purpose,
        actor=actor,
        role=command.role,
        owner=own if stage is Stage.ACT else other,
        sender=party if stage is Stage.ACT else None,
        receiver=command.other if stage is Stage.ACT else None,
        fields=command.fields,
        facts=tuple(_fact(told) for told in command.facts if told.value.strip()),
    )


def _question_inside(command: AskWhy, party: str) -> Question:
    """Put a question about two authorities of one party; raises `BadInput` where one of them is not named."""
    if command.authority is None or command.other_authority is None:
        raise BadInput(
            "agreement.authority-needed",
            "Inside one party it is asked of two authorities: who looks, and whose record it is.",
            field="$.authority" if command.authority is None else "$.other_authority",
        )
    return Question(
        stage=Stage.USE,
        operation=command.operation,
        category=command.category,
        purpose=command.purpose,
        actor=Owner(party=party, authority=command.authority),
        role=command.role,
        owner=Owner(party=party, authority=command.other_authority),
        fields=command.fields,
        facts=tuple(_fact(told) for told in command.facts if told.value.strip()),
    )


def _fact(told: Told) -> Fact:
    known = tables()
    row = known.facts.get(told.name)
    text = told.value.strip()
    if row is not None and row.type is FactKind.TEXTS:
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        return read_fact(told.name, parts, known.names, field="$.facts")
    return read_fact(told.name, _TRUTHS.get(text, text), known.names, field="$.facts")


def _clauses(agreement: Agreement, command: AskWhy) -> list[Clause]:
    return [
        clause
        for clause in agreement.clauses
        if command.operation in clause.operations.value and command.category in clause.categories.value
    ]


def _circumstances(agreement: Agreement, command: AskWhy) -> Iterator[Circumstance]:
    """Give the facts that the clauses on this act ask about, in the order in which they are asked."""
    known = tables()
    seen: dict[str, None] = {}
    for clause in _clauses(agreement, command):
        written = [clause.condition] if clause.condition is not None else []
        for leaf in (*written, *(required.condition for required in clause.requires)):
            seen |= dict.fromkeys(sorted(names_of(parse_condition(leaf.value, known.names))))
        seen |= dict.fromkeys(clause.conditions.value if clause.conditions else ())
        if clause.quota is not None:
            seen |= dict.fromkeys(("quota_used", "quota"))
        if clause.due is not None and clause.due.value.start in known.facts:
            seen[clause.due.value.start] = None
    if command.operation == _ONWARD and agreement.onward is not None:
        seen |= dict.fromkeys(("consent_form", "safeguards"))
    for name in seen:
        if name in known.facts:
            yield Circumstance(name=name, kind=known.facts[name].type.value)
