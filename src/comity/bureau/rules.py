"""How a case and a message move on, and who may move them: pure, each step checked against version and state."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from comity.alerts.records import HitRecord
from comity.bureau import content
from comity.bureau.clocks import due, is_at_once
from comity.bureau.commands import Edits, File
from comity.bureau.forms import HIT_FORM
from comity.bureau.records import (
    Act,
    Answer,
    Case,
    CaseState,
    Event,
    HitReport,
    Message,
    MessageKind,
    MessageState,
)
from comity.core.errors import Conflict, Refused
from comity.core.ids import Owner, RecordId
from comity.core.text import clean_text
from comity.core.time import Instant

_DRAFTS = frozenset({CaseState.DRAFT, CaseState.RETURNED})
_OUT = frozenset({CaseState.SENT, CaseState.ANSWERED})
_PROSE_MAX = 2000


def open_case(case: RecordId, hit: HitRecord, at: Instant) -> Case:
    """Draft the hit report for a confirmed hit on another State's alert."""
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
        urgent=is_at_once(hit.category, terrorism=hit.at_once),
        due=due(HIT_FORM, hit.category, hit.found_at, terrorism=hit.at_once),
        version=1,
        report=content.draft_of(hit, case),
        officer=hit.user,
        events=(Event(at=at, user=hit.user, act=Act.OPENED),),
    )


def save(case: Case, edits: Edits, version: int, event: Event) -> Case:
    """Return the draft as corrected. Raises as `corrected`."""
    return _moved(case, event, report=corrected(case, edits, version))


def corrected(case: Case, edits: Edits, version: int) -> HitReport:
    """Return a draft's report as corrected. Raises `Conflict` if it moved on, `BadInput` as `content.edited`."""
    _stands(case, version, _DRAFTS)
    return content.edited(case.report, edits, case.category)


def release(case: Case, report: HitReport, event: Event, bureau: Owner) -> Case:
    """Return a draft as sent by a bureau, with the report as it left."""
    return _moved(case, event, report=report, state=CaseState.SENT, sent=event.at, sent_by=event.user, bureau=bureau)


def ask(case: Case, version: int, event: Event) -> Case:
    """Return the draft as put back to the first officer. Raises `Conflict` if it moved on."""
    _stands(case, version, frozenset({CaseState.DRAFT}))
    return _moved(case, event, state=CaseState.RETURNED)


def reply(case: Case, version: int, event: Event) -> Case:
    """Return the case as a draft again, with the officer's reply. Raises `Conflict` if it moved on."""
    _stands(case, version, frozenset({CaseState.RETURNED}))
    return _moved(case, event, state=CaseState.DRAFT)


def withdraw(case: Case, version: int, event: Event) -> Case:
    """Return the case as no hit: what it said of the person goes. Raises `Conflict` if it moved on."""
    _stands(case, version, frozenset(CaseState) - {CaseState.WITHDRAWN})
    return _moved(case, event, state=CaseState.WITHDRAWN, report=content.least(case.report))


def file_case(case: Case, command: File, event: Event) -> Case:
    """Return the case as filed. Raises `Refused` for a draft: it is sent or withdrawn; `Conflict` if it moved on."""
    if case.state in _DRAFTS:
        raise Refused(
            "bureau.draft-not-filed",
            "A draft is not filed: a hit is reported.",
            remedy="Send it, or withdraw it as no hit.",
        )
    _stands(case, command.version, _OUT)
    return _moved(case, event, state=CaseState.FILED, filing=command.reason)


def reopen_case(case: Case, version: int, event: Event) -> Case:
    """Return a filed case to where it stood. Raises `Conflict` if it is not filed or moved on."""
    _stands(case, version, frozenset({CaseState.FILED}))
    state = CaseState.ANSWERED if case.answered is not None else CaseState.SENT
    return _moved(case, event, state=state, filing=None)


def take_on(message: Message, version: int, event: Event) -> Message:
    """Return the message as taken on. Raises `Conflict` if someone was first."""
    if message.version != version or message.state is not MessageState.NEW:
        raise Conflict("bureau.message-moved-on", "Someone took this message on already.", field="$.version")
    return _onward(message, event, state=MessageState.ACKNOWLEDGED, acknowledged=event.at, acknowledged_by=event.user)


def answer(message: Message, version: int, event: Event) -> Message:
    """Return the message as answered. Raises `Refused` for what came from no other bureau, `Conflict` if it moved."""
    if message.kind is not MessageKind.HIT_REPORT:
        raise Refused("bureau.nobody-to-answer", "Only a report of another bureau is answered.", field="$.message")
    _open(message, version)
    taken = message.acknowledged if message.acknowledged is not None else event.at
    return _onward(
        message,
        event,
        state=MessageState.ANSWERED,
        acknowledged=taken,
        acknowledged_by=message.acknowledged_by or event.user,
        answered=message.answered if message.answered is not None else event.at,
    )


def file_message(message: Message, command: File, event: Event) -> Message:
    """Return the message as filed. Raises `Conflict` if it moved on."""
    _open(message, command.version)
    return _onward(message, event, state=MessageState.FILED, filing=command.reason)


def reopen_message(message: Message, version: int, event: Event) -> Message:
    """Return a filed message to where it stood. Raises `Conflict` if it is not filed or moved on."""
    if message.version != version or message.state is not MessageState.FILED:
        raise _message_moved()
    state = MessageState.ANSWERED if message.answered is not None else MessageState.ACKNOWLEDGED
    return _onward(message, event, state=state, filing=None)


def thread(case: Case, answers: Collection[Answer]) -> tuple[Event, ...]:
    """Return everything that happened about a case here and abroad, oldest first."""
    said = (
        Event(
            at=answer.at,
            user=answer.sender.party,
            act=Act.RECEIVED if answer.content.receipt else Act.ANSWERED,
            text=answer.content.text,
        )
        for answer in answers
    )
    return tuple(sorted((*case.events, *said), key=lambda event: event.at))


def prose(text: str | None, field: str) -> str | None:
    """Read what a person wrote beside the form. Raises `BadInput`."""
    return clean_text(text, field, _PROSE_MAX, may_be_empty=True) or None if text else None


def _stands(case: Case, version: int, states: Collection[CaseState]) -> None:
    if case.version != version or case.state not in states:
        raise Conflict(
            "bureau.case-moved-on",
            "The case was sent or changed since it was shown.",
            field="$.version",
            remedy="Look at the case again.",
        )


def _open(message: Message, version: int) -> None:
    if message.version != version or message.state is MessageState.FILED:
        raise _message_moved()


def _message_moved() -> Conflict:
    return Conflict(
        "bureau.message-moved-on",
        "The message was changed since it was shown.",
        field="$.version",
        remedy="Look at the message again.",
    )


def _moved(case: Case, event: Event, **changes: object) -> Case:
    return msgspec.structs.replace(case, version=case.version + 1, events=(*case.events, event), **changes)


def _onward(message: Message, event: Event, **changes: object) -> Message:
    return msgspec.structs.replace(message, version=message.version + 1, events=(*message.events, event), **changes)
