"""Protection orders, and who may be told where a missing person is.

A requester is checked for protection orders, and a missing adult's place never reaches the family (LAW.md 14; Reg (EU)
2018/1862 Art 33). Whoever reported the person may hear only that the alert ended because the person was located.
"""

from __future__ import annotations

from typing import Final, cast

from comity.alerts import store as alert_store
from comity.alerts.care import store
from comity.alerts.care.records import (
    FAMILY,
    AskPlace,
    LiftOrder,
    ListOrders,
    MayTell,
    Order,
    OrderLine,
    Orders,
    PlaceAnswer,
    RecordOrder,
    Relation,
    Requester,
)
from comity.alerts.categories import ADULT_AGE
from comity.alerts.records import ALERT_KIND, AlertData, AlertRecord
from comity.alerts.subjects import subject_keys
from comity.core.decision import Decision, Fact, Outcome, Question, Stage
from comity.core.errors import BadInput, NotFound
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import CivilDate, age_on, date_of, latest_day, parse_date, parse_partial_date
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE,)
_MISSING: Final = frozenset({"MIS-P", "MIS-N", "CHI-A", "CHI-T", "VUL"})
ORDER_FACT: Final = "requester_under_protection_order"


@operation("protection.record-order", permission=Permission.ALERT_WRITE, purposes=_PURPOSES)
def record_order(work: Work, command: RecordOrder) -> OrderLine:
    """Record an order that keeps one person away from another; of both, only digests are kept.

    Raises `BadInput` for an order that has ended, or that keeps somebody away from themselves.
    """
    until = CivilDate(command.until)
    if parse_date(until) < parse_date(date_of(work.at)):
        raise BadInput("protection.order-over", "The order has ended already.", field="$.until")
    made = Order(
        id=work.new_id(),
        reference=command.reference,
        issued_by=command.issued_by,
        until=until,
        protected=store.digest_of(command.protected),
        against=store.digest_of(command.against),
    )
    if made.protected == made.against:
        raise BadInput("protection.same-person", "An order is about two people.", field="$.against")
    work.change(store.insert_order(made))
    work.record(order=made.id)
    return _line(made)


@operation("protection.lift-order", permission=Permission.ALERT_WRITE, purposes=_PURPOSES)
def lift_order(work: Work, command: LiftOrder) -> OrderLine:
    """Take an order out that was lifted, or recorded in error."""
    found = store.find_order(work, command.id)
    if found is None:
        raise NotFound("protection.no-order", "There is no such order.", field="$.id")
    work.change(store.delete_order(found.id))
    work.record(order=found.id)
    return _line(found)


@operation("protection.orders", permission=Permission.ALERT_WRITE, purposes=_PURPOSES, kind=Kind.READ)
def list_orders(work: Work, command: ListOrders) -> Orders:
    """List the orders that stand: where their papers are, and nobody's name."""
    return Orders(orders=tuple(map(_line, store.orders(work, date_of(work.at), command.limit))))


@operation("protection.ask-place", permission=Permission.ALERT_READ, purposes=_PURPOSES, kind=Kind.READ)
def ask_place(work: Work, command: AskPlace) -> PlaceAnswer:
    """Tell what may be said to whoever asks where a missing or vulnerable person is.

    Family never hears an adult's place; against whom an order stands hears nothing; a child's case is a person's to
    decide. Raises `NotFound` for an alert that is none of this kind.
    """
    alert = alert_store.get_alert(work, work.who.owner.party, command.id)
    if alert.category not in _MISSING or alert.data.person is None:
        raise NotFound("protection.not-missing", "No alert on a missing or vulnerable person has this number.")
    ordered = has_order(work, alert.data, command.requester)
    adult = is_adult(alert.data, date_of(work.at))
    decision = work.decide(_question(work, alert, command, ordered=ordered, adult=adult))
    work.record(RecordRef(kind=ALERT_KIND, id=alert.id, version=alert.version), category=alert.category)
    return PlaceAnswer(
        may_tell=_may_tell(decision, command, ordered=ordered, adult=adult),
        reasons=decision.codes,
        obligations=decision.obligations,
    )


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (record_order, lift_order, list_orders, ask_place))


def has_order(work: Work, data: AlertData, requester: Requester) -> bool:
    """Say whether an order keeps the requester away from the alert's subject."""
    return store.orders_between(work, subject_keys(data), store.digest_of(requester.who), date_of(work.at))


def is_adult(data: AlertData, day: CivilDate) -> bool:
    """Say whether the person is known to be an adult: of unknown age is a child until shown otherwise."""
    if data.person is None:
        return False
    return age_on(latest_day(parse_partial_date(data.person.birth_date)), day) >= ADULT_AGE


def _may_tell(decision: Decision, command: AskPlace, *, ordered: bool, adult: bool) -> MayTell:
    relation = command.requester.relation
    if ordered or decision.outcome is Outcome.REFER:
        return MayTell.NOTHING
    if relation is Relation.AUTHORITY:
        return MayTell.PLACE
    if not adult:
        # What a parent hears is decided in the best interests of the child, by a person.
        return MayTell.NOTHING
    if relation in FAMILY or not decision.permitted or command.consent is not True:
        return MayTell.LOCATED
    return MayTell.PLACE


def _question(work: Work, alert: AlertRecord, command: AskPlace, *, ordered: bool, adult: bool) -> Question:
    facts = [Fact(name=ORDER_FACT, value=ordered), Fact(name="subject_age", value=ADULT_AGE if adult else 0)]
    if command.consent is not None:
        facts.append(Fact(name="consent_to_disclose_place", value=command.consent))
    return Question(
        stage=Stage.ACT,
        operation="disclose_place",
        category=alert.category,
        purpose=work.purpose,
        actor=work.who.owner,
        role=work.who.role,
        owner=alert.owner,
        facts=tuple(facts),
    )


def _line(made: Order) -> OrderLine:
    return OrderLine(id=made.id, reference=made.reference, issued_by=made.issued_by, until=made.until)
