"""Consultations before an alert is entered: the letters that requests wait for, and what their answers settle.

A request that waits behind another State's alert makes a note here for each letter to be written: E about an alert that
does not go together with it, L about somebody who is described alike. A person of the bureau writes it. The answer
settles the request, so that its officer can enter it, or says that it goes on waiting (LAW.md 1.6; SIRENE Manual 2.2).
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
import sqlalchemy as sa
from msgspec import Meta

from comity.alerts.before_records import Agreed, Consultation, LookAlike
from comity.alerts.waiting import WAITING_KIND, Waiting, settle
from comity.bureau.letters.records import Letter
from comity.bureau.letters.tables import BUREAU_CONSULTATION
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Delete, Insert, RecordChanged, Row, Update, Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN)
_C: Final = BUREAU_CONSULTATION.c
_INCOMPATIBLE, _LOOK_ALIKE = "E", "L"
_FORMS: Final = frozenset({_INCOMPATIBLE, _LOOK_ALIKE})
_AGREED: Final = {"compatible": Agreed.BOTH_STAND, "yours-goes-first": Agreed.OURS_PREVAILS}
"""The other bureau's answers that let a request be entered; its "yours" is ours."""


class ListConsultations(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """List the letters that requests wait for, those not written yet first."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class ConsultationDue(msgspec.Struct, frozen=True, kw_only=True):
    """One alert in the way of one request: which form is due, and the letter and its answer where there are any."""

    waiting: str
    category: str
    alert_party: str
    alert: str
    form: str
    since: Instant
    letter: str | None = None
    answer: str | None = None


class ConsultationPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written, and what is waited for."""

    consultations: tuple[ConsultationDue, ...]


@operation("letter.consultations", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_consultations(work: Work, command: ListConsultations) -> ConsultationPage:
    """List what requests for entry wait for: letters E and L to be written, and those that are out."""
    query = sa.select(BUREAU_CONSULTATION).order_by(_C.letter.is_not(None), _C.since, _C.waiting, _C.alert)
    rows = work.read(query.limit(command.limit))
    work.record(consultations=len(rows))
    return ConsultationPage(consultations=tuple(map(_due, rows)))


OPERATIONS: tuple[AnyOperation, ...] = (list_consultations,)


def follow_waiting(work: Work, change: RecordChanged) -> None:
    """Note which letters a request waits for when it begins to, and forget them when it is entered or erased."""
    request = change.record
    if request is None:
        work.change(Delete(BUREAU_CONSULTATION, {"waiting": change.id}))
        return
    if not isinstance(request, Waiting):
        return
    for one in request.behind:
        if one.form in _FORMS:
            row = {
                "waiting": request.id,
                "alert_party": one.party,
                "alert": one.id,
                "category": request.category,
                "form": one.form,
                "since": request.since,
            }
            work.change(Insert(BUREAU_CONSULTATION, row))


def note_sent(work: Work, letter: Letter) -> None:
    """Note that the letter which requests wait for is out; one about anything else is none of them."""
    about = letter.content.alert
    if letter.content.form not in _FORMS or about is None or about.owner is None:
        return
    for row in _about(work, about.owner.party, about.id, letter.content.form):
        if row.letter is None or row.answer is not None:
            work.change(Update(BUREAU_CONSULTATION, _key(row), {"letter": letter.id, "answer": None}))


def note_answer(work: Work, letter: Letter) -> None:
    """Let the answer to an own letter settle the requests that wait for it.

    Where somebody who is described alike turns out to be the same person, form E is due next.
    """
    for row in work.read(sa.select(BUREAU_CONSULTATION).where(_C.letter == letter.id)):
        answer = letter.answer or ""
        changed: dict[str, object] = {"answer": answer}
        if row.form == _INCOMPATIBLE and answer in _AGREED:
            settled = Consultation(party=row.alert_party, id=row.alert, agreed=_AGREED[answer], reference=letter.id)
            settle(work, row.waiting, settled)
        elif row.form == _LOOK_ALIKE and answer == "other-person":
            settle(work, row.waiting, LookAlike(party=row.alert_party, id=row.alert, how=f"L {letter.id}"))
        elif row.form == _LOOK_ALIKE and answer == "same-person":
            changed = {"form": _INCOMPATIBLE, "letter": None, "answer": None}
        work.change(Update(BUREAU_CONSULTATION, _key(row), changed))


PROJECTIONS: Final = {WAITING_KIND: follow_waiting}


def _about(work: Work, party: str, alert: str, form: str) -> tuple[Row, ...]:
    query = sa.select(BUREAU_CONSULTATION).where(_C.alert_party == party, _C.alert == alert, _C.form == form)
    return tuple(work.read(query))


def _key(row: Row) -> dict[str, object]:
    return {"waiting": row.waiting, "alert_party": row.alert_party, "alert": row.alert}


def _due(row: Row) -> ConsultationDue:
    return ConsultationDue(
        waiting=row.waiting,
        category=row.category,
        alert_party=row.alert_party,
        alert=row.alert,
        form=row.form,
        since=Instant(row.since),
        letter=row.letter,
        answer=row.answer,
    )
