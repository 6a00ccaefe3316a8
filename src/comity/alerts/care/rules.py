"""What protection asks of an alert before it is entered or changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.alerts.care import store
from comity.alerts.care.orders import ORDER_FACT, has_order
from comity.alerts.failure import Failure
from comity.alerts.records import AlertData, Grounds
from comity.alerts.subjects import subject_keys
from comity.core.decision import Fact
from comity.core.ports import Work
from comity.core.time import date_of

_AGAINST: Final = frozenset({"RET", "REF", "REFX", "ARR", "JUD", "DIS", "INQ", "SPE", "INF"})
"""Alerts that ask for something against the person."""


def requester_facts(work: Work, data: AlertData, grounds: Grounds | None) -> tuple[Fact, ...]:
    """Tell the decision point whether an order stands between whoever asks for the alert and its subject."""
    if grounds is None or grounds.requester is None:
        return ()
    ordered = has_order(work, data, grounds.requester) and grounds.requester_review is None
    return (Fact(name=ORDER_FACT, value=ordered),)


def check_victim(work: Work, category: str, data: AlertData, grounds: Grounds | None) -> Iterable[Failure]:
    """Check that nothing is asked against a recorded victim unless a person looked at it first.

    While the time to reflect runs no return and no refusal is entered at all.
    """
    subjects = subject_keys(data)
    if category not in _AGAINST or not store.is_victim(work, subjects):
        return
    if category in {"RET", "REF"} and store.reflecting(work, subjects, date_of(work.at)):
        yield Failure(
            code="CONDITION_UNMET",
            field="$.category",
            text="The person is recorded as a victim, and the time to reflect runs: nothing is enforced until it ends.",
        )
    elif grounds is None or grounds.victim_review is None:
        yield Failure(
            code="CONDITION_UNMET",
            field="$.grounds.victim_review",
            text="The person is recorded as a victim: say first that it is not for what they were made to do.",
        )
