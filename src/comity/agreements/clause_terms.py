"""What a clause depends on beside its slices: days and territory, conditions, quota, opt-outs, reservations."""

from __future__ import annotations

from collections.abc import Iterator

from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.python import Predicate, compile_condition
from comity.agreements.expr.records import names_of
from comity.agreements.provisions import Reservation, Side
from comity.agreements.reasons import Code, reason
from comity.agreements.records import Agreement, Clause
from comity.agreements.rulebook import BEGINNING, END
from comity.agreements.slices import (
    Allowance,
    Away,
    Barred,
    Need,
    Special,
)
from comity.agreements.sourced import Sourced
from comity.agreements.tables import tables
from comity.core.decision import Reason
from comity.core.time import Instant, end_of_day, start_of_day


def predicate(condition: Sourced[str] | None) -> Predicate | None:
    """Return the predicate of a condition; None where there is none."""
    if condition is None:
        return None
    return compile_condition(parse_condition(condition.value, tables().names))


def days_of(clause: Clause) -> tuple[Instant, Instant]:
    """Return from when a clause holds and until when, the end excluded."""
    since = BEGINNING if clause.first_day is None else start_of_day(clause.first_day.value)
    until = END if clause.last_day is None else Instant(end_of_day(clause.last_day.value) + 1)
    return since, until


def special_terms(clause: Clause, agreement: Agreement, operation: str, category: str) -> Special | None:
    """Return the terms that a permission stands under beside its slice; None for one that stands under none."""
    barred = tuple(_barred(clause, agreement, operation, category))
    plain = (clause.condition, clause.activation, clause.first_day, clause.last_day, clause.quota, clause.territory)
    if not (barred or clause.requires or clause.opt_outs or any(each is not None for each in plain)):
        return None
    since, until = days_of(clause)
    return Special(
        since=since,
        until=until,
        waits=_waits(clause),
        needs=tuple(_needs(clause)),
        away=tuple(_away(clause)),
        barred=barred,
        allowance=_allowance(clause),
        territory=frozenset(clause.territory.value) if clause.territory is not None else None,
        asleep=reason(Code.NOT_ACTIVATED, _activation_source(clause), clause.id),
        not_in_time=reason(Code.NOT_IN_FORCE, clause.article.value, clause.id),
        over=reason(Code.ENDED, clause.article.value, clause.id),
        elsewhere=reason(Code.OUT_OF_SCOPE, clause.article.value, clause.id, " It is not valid in that territory."),
    )


def _allowance(clause: Clause) -> Allowance | None:
    quota = clause.quota
    if quota is None:
        return None
    stated = quota.per or quota.limit or clause.article
    said = reason(Code.QUOTA_EXCEEDED, stated.source, clause.id)
    return Allowance(None if quota.limit is None else quota.limit.value, said)


def only_if(need: Need, clause: Clause) -> Special:
    """Return terms that ask for one thing only."""
    return Special(
        since=BEGINNING,
        until=END,
        waits=frozenset(),
        needs=(need,),
        away=(),
        barred=(),
        allowance=None,
        territory=None,
        asleep=need.reason,
        not_in_time=reason(Code.NOT_IN_FORCE, clause.article.value, clause.id),
        over=reason(Code.ENDED, clause.article.value, clause.id),
        elsewhere=reason(Code.OUT_OF_SCOPE, clause.article.value, clause.id),
    )


def _waits(clause: Clause) -> frozenset[str]:
    activation = clause.activation
    if activation is None:
        return frozenset()
    named = (activation.notifications, activation.arrangements)
    return frozenset(name for leaf in named if leaf is not None for name in leaf.value)


def _activation_source(clause: Clause) -> str:
    activation = clause.activation
    leaf = None if activation is None else activation.notifications or activation.arrangements
    return clause.article.value if leaf is None else leaf.source


def _needs(clause: Clause) -> Iterator[Need]:
    if clause.condition is not None:
        code = clause.code.value if clause.code is not None else Code.CONDITION_UNMET
        yield _need(clause.condition, reason(code, clause.condition.source, clause.id), refers=False)
    for required in clause.requires:
        said = reason(required.code.value, required.condition.source, clause.id)
        yield _need(required.condition, said, refers=required.refer is not None and required.refer.value)


def _need(leaf: Sourced[str], said: Reason, *, refers: bool) -> Need:
    condition = parse_condition(leaf.value, tables().names)
    return Need(compile_condition(condition), names_of(condition) - RESERVED.keys(), said, refers)


def _away(clause: Clause) -> Iterator[Away]:
    for opted in clause.opt_outs:
        until = END if opted.until is None else Instant(end_of_day(opted.until.value) + 1)
        said = reason(Code.OPTED_OUT, opted.since.source, clause.id)
        yield Away(opted.party, start_of_day(opted.since.value), until, said)


def _barred(clause: Clause, agreement: Agreement, operation: str, category: str) -> Iterator[Barred]:
    for party in agreement.parties:
        for reservation in party.reservations:
            if _touches(reservation, clause.id, operation, category):
                yield from _sides_barred(party.code, reservation, clause)


def _touches(reservation: Reservation, clause: str, operation: str, category: str) -> bool:
    return (
        (reservation.clauses is None or clause in reservation.clauses.value)
        and (reservation.operations is None or operation in reservation.operations.value)
        and (reservation.categories is None or category in reservation.categories.value)
    )


def _sides_barred(party: str, reservation: Reservation, clause: Clause) -> Iterator[Barred]:
    """Give whom it bars on which side; mirrored, the other side too (Vienna Convention Art 21(1)(b))."""
    side = reservation.side
    both = side.value is Side.BOTH or reservation.mirrored.value
    test = predicate(reservation.condition)
    said = reason(Code.RESERVATION, side.source, clause.id)
    if both or side.value is Side.GIVER:
        yield Barred(party, None, test, said)
    if both or side.value is Side.RECEIVER:
        yield Barred(None, party, test, said)
