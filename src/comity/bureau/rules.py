"""Rules of the bureau: which clock runs on a form, how work is ordered, what a released form says."""

from __future__ import annotations

import msgspec

from comity.alerts.records import HitRecord
from comity.bureau.forms import HIT_FORM, form_of
from comity.bureau.records import AlertReference, Case, CaseState, HitReport, Send
from comity.core.errors import BadInput, Conflict
from comity.core.ids import RecordId
from comity.core.text import clean_line, clean_text
from comity.core.time import Instant, add_to_instant

AT_ONCE = frozenset({"ARR", "CHI-A", "CHI-T", "VUL", "MIS-P"})
"""Categories whose supplementary information goes at once (SR 362.0 Art 15(1bis): arrest, vulnerable, children).
Terrorism and marked urgency are properties of the alert, not of its category."""

_AT_ONCE_RANK = 0
_DIRECTIONS = ("entry", "exit", "inland")


def is_at_once(category: str, *, terrorism: bool = False) -> bool:
    """Say whether the duty is immediate: no number of hours stands for it (LAW.md 0.6)."""
    return terrorism or category in AT_ONCE


def due(letter: str, category: str, since: Instant, *, terrorism: bool = False) -> Instant | None:
    """Return when the form must be out, in elapsed hours since the trigger; None for at once or no fixed period."""
    period = form_of(letter).period
    if period is None or is_at_once(category, terrorism=terrorism):
        return None
    return add_to_instant(since, period)


def rank(*, urgent: bool, due_at: Instant | None) -> int:
    """Return the number that orders work by legal urgency: at once first, then by due time, then what has no clock."""
    if urgent:
        return _AT_ONCE_RANK
    return due_at if due_at is not None else 2**62


def open_case(case: RecordId, hit: HitRecord, at: Instant) -> Case:
    """Draft the hit report for a confirmed hit on another State's alert."""
    report = HitReport(
        case=case,
        alert=AlertReference(id=hit.alert, version=hit.alert_version, owner=hit.alert_owner, category=hit.category),
        found_at=hit.found_at,
        place=hit.place,
        action_taken=hit.action_taken,
        circumstances=hit.circumstances,
    )
    return Case(
        id=case,
        form=HIT_FORM,
        state=CaseState.DRAFT,
        party=hit.found_by.party,
        recipient=hit.alert_owner,
        category=hit.category,
        hit=hit.id,
        found_by=hit.found_by,
        opened=at,
        urgent=is_at_once(hit.category),
        due=due(HIT_FORM, hit.category, hit.found_at),
        version=1,
        report=report,
    )


def release(case: Case, command: Send, at: Instant, user: str) -> Case:
    """Return the case as sent. Raises `Conflict` if it moved on, `BadInput` for text that cannot stand in a form."""
    if case.state is not CaseState.DRAFT or case.version != command.version:
        raise Conflict("bureau.case-moved-on", "The draft was sent or changed since it was shown.", field="$.version")
    report = case.report
    edited = HitReport(
        case=report.case,
        alert=report.alert,
        found_at=report.found_at,
        action_taken=report.action_taken,
        place=clean_line(command.place, "$.place") if command.place else report.place,
        direction=_direction(command.direction) or report.direction,
        circumstances=_text(command.circumstances, "$.circumstances") or report.circumstances,
        identity=_text(command.identity, "$.identity") or report.identity,
        documents=_text(command.documents, "$.documents") or report.documents,
        remarks=_text(command.remarks, "$.remarks") or report.remarks,
    )
    return msgspec.structs.replace(
        case, report=edited, state=CaseState.SENT, version=case.version + 1, sent=at, sent_by=user
    )


def report_fields(report: HitReport) -> tuple[str, ...]:
    """Name the fields that hold something, dotted to the second level, as agreements do."""
    names: list[str] = []
    for name, value in msgspec.to_builtins(report).items():
        names.extend(f"alert.{inner}" for inner in value) if name == "alert" else names.append(name)
    return tuple(sorted(names))


def _direction(text: str | None) -> str | None:
    if text and text not in _DIRECTIONS:
        raise BadInput("bureau.direction", f"Direction is one of {', '.join(_DIRECTIONS)}.", field="$.direction")
    return text or None


def _text(text: str | None, field: str) -> str | None:
    return clean_text(text, field, may_be_empty=True) or None if text else None
