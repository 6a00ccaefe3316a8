"""Synthetic alerts on synthetic people."""

from __future__ import annotations

from comity.alerts.records import (
    Action,
    AlertData,
    DocumentCategory,
    GroundCategory,
    Grounds,
    IdentityDocument,
    Person,
)
from comity.core.time import CivilDate

PASSPORT = IdentityDocument(category=DocumentCategory.PASSPORT, country="UTO", number="SYN123456")


def person(surnames: str = "Synthetic-Öztürk", birth_date: str = "1980-02-03", **more: object) -> Person:
    return Person(surnames=surnames, forenames="Test Anna", birth_date=birth_date, **more)  # type: ignore[arg-type]  # test data


def arrest(who: Person | None = None, *documents: IdentityDocument) -> AlertData:
    return AlertData(
        person=who or person(),
        reason="synthetic: wanted to stand trial",
        action=Action.ARREST_FOR_SURRENDER,
        offence="synthetic fraud",
        decision_reference="SYN-EAW-1",
        documents=documents,
    )


def refusal(who: Person | None = None, valid_until: str | None = None) -> AlertData:
    return AlertData(
        person=who or person(nationalities=("UTO",)),
        reason="synthetic: entry ban",
        action=Action.REFUSE_ENTRY,
        decision_reference="SYN-BAN-1",
        ground_category=GroundCategory.ENTRY_BAN,
        decision_valid_until=None if valid_until is None else CivilDate(valid_until),
    )


def grounds(*, warrant_present: bool = True, individual_decision: bool = True) -> Grounds:
    return Grounds(
        proportionality="Serious enough: a trial waits.",
        warrant_present=warrant_present,
        individual_decision=individual_decision,
    )
