"""Asking other parties about the person or thing of a check, under the agreements that let it; all at once.

Where telling a party would tell a State whose protection the person may need protection from, nothing travels before
somebody has asked the person: outside full trust, that is the State of nationality or that of the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.agreements.vocabulary import Mode
from comity.core.decision import Decision
from comity.core.ids import AgreementId
from comity.core.ports import Work
from comity.crossings.abroad.records import AnswerAbroad, AnswerLine, AskedAbroad, AskedState
from comity.crossings.abroad.wishes import states_of, wishes_of
from comity.crossings.records import Asked
from comity.exchange.modes.asking import Asking, ask_all, permitted
from comity.exchange.modes.records import Reply, Said, Wish
from comity.exchange.modes.rules import PROTECTION_FIRST, betrays


@dataclass(frozen=True, slots=True)
class AskedNow:
    """How far the questions of one check came, and the answers to them."""

    asked: tuple[AskedAbroad, ...] = ()
    answers: tuple[AnswerAbroad, ...] = ()


class ExchangeAbroad:
    """`comity.crossings.ports.Abroad` over the links to peers."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def ask(self, work: Work, question: Asked, party: str | None = None) -> AskedNow:
        """Ask whoever may be asked; see the port."""
        held_back: list[AskedAbroad] = []
        asked: list[tuple[Wish, Decision]] = []
        for wish, decision in self._permitted(work, question, party):
            trusted = self._asking.terms.full_trust(work, AgreementId(decision.agreement or ""))
            if party is None and betrays(wish.party, states_of(question), full_trust=trusted):
                held_back.append(_asked(wish, decision, AskedState.CHECK_FIRST, PROTECTION_FIRST))
            else:
                asked.append((wish, decision))
        replies = ask_all(work, asked, self._asking)
        came = [
            _asked(wish, decision, _state(reply), reply.reason)
            for (wish, decision), reply in zip(asked, replies, strict=True)
        ]
        answers = tuple(_answer(reply) for reply in replies if reply.said is not Said.UNKNOWN)
        return AskedNow((*held_back, *came), answers)

    def _permitted(self, work: Work, question: Asked, party: str | None) -> Iterator[tuple[Wish, Decision]]:
        for other, operation, category in sorted(self._asking.terms.asked_about(work, Mode.QUERY)):
            if party is not None and other != party:
                continue
            for wish in wishes_of(question, other, category):
                decision = permitted(work, wish, self._asking) if wish.operation == operation else None
                if decision is not None:
                    yield wish, decision


def _state(reply: Reply) -> AskedState:
    return AskedState.SILENT if reply.said is Said.UNKNOWN else AskedState.ANSWERED


def _asked(wish: Wish, decision: Decision, state: AskedState, reason: str | None) -> AskedAbroad:
    return AskedAbroad(
        party=wish.party, category=wish.category, state=state, reason=reason, agreement=decision.agreement
    )


def _answer(reply: Reply) -> AnswerAbroad:
    return AnswerAbroad(
        party=reply.wish.party,
        category=reply.wish.category,
        said=reply.said,
        records=tuple(tuple(_lines(record, "")) for record in reply.content),
        obligations=tuple(reply.obligations),
    )


def _lines(value: object, name: str) -> Iterator[AnswerLine]:
    """Give the leaves of what was answered, by their names in agreements."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _lines(inner, name)
    elif value is not None:
        yield AnswerLine(field=name, value=str(value))
