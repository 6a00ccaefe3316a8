"""Notices and diffusions at the counter: whom another country's notice names is found there, and never arrested for it.

A notice is a request (INTERPOL Rules on the Processing of Data Arts 73-107): it stands in the index beside entries of
official lists, is no alert, and what follows from it national law decides. One that looks political, military,
religious or racial is found by nobody; one that names nobody neither. A document reported as lost, stolen or invalid
(`SLTD`) is found by its number as a hint, until its issuer answers letter `DOC`: confirmed, it counts; not so, or
recovered, it is found no more.
"""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa

from comity.bureau.letters import rules
from comity.bureau.letters.forms import CONFIRMATION, NOTICE, REPORTED
from comity.bureau.letters.records import Details, Letter
from comity.core.ids import Owner
from comity.core.ports import RecordChanged, Work
from comity.core.time import CivilDate
from comity.screening import store
from comity.screening.listed import LISTING_KIND, Noticed
from comity.screening.objects import DOCUMENT_KIND, object_keys
from comity.screening.records import Subject, SubjectDocument, SubjectName, SubjectObject
from comity.screening.rules import keys_of

_SEARCHED: Final = {
    "red": Noticed.RED,
    "blue": Noticed.BLUE,
    "green": Noticed.GREEN,
    "yellow": Noticed.YELLOW,
}
"""Black tells of the dead, orange of threats, purple of methods: nobody is met at a counter for those."""
_COUNTS: Final = {"confirmed": Noticed.DOCUMENT_CONFIRMED, "not-confirmed": None, "recovered": None}
_DOCUMENTS: Final = frozenset({Noticed.DOCUMENT.value, Noticed.DOCUMENT_CONFIRMED.value})


def let_find(work: Work, letter: Letter, last_day: CivilDate) -> None:
    """Put whom a received notice names into the index, until the letter's last day."""
    subject = subject_of(letter, last_day)
    if subject is not None:
        work.change(*store.add(_change(letter.sender, letter.id), subject, keys_of(subject)))


def forget(work: Work, sender: str, letter: str) -> None:
    """Take whom a notice named out of the index; a letter that is none is no error."""
    change = _change(Owner(party=sender, authority=""), letter)
    if store.holds(work, change):
        work.change(*store.remove(change))


def note_answer(work: Work, letter: Letter) -> None:
    """Let the issuer's answer (`DOC`) decide what notices of a document count for; `cannot-tell` decides nothing."""
    details = letter.content.details or Details()
    if letter.content.form != CONFIRMATION or letter.answer not in _COUNTS:
        return
    asked = SubjectObject(
        kind=DOCUMENT_KIND, number=details.document_number or "", country=details.document_issuer or ""
    )
    named = sa.select(store.KEY.c.party, store.KEY.c.id).where(
        store.KEY.c.kind == LISTING_KIND, store.KEY.c.key.in_(object_keys(asked))
    )
    for row in work.read(named):
        entry = store.find_entry(work.read, LISTING_KIND, row.party, row.id)
        held = store.find_subject(work.read, LISTING_KIND, row.party, row.id)
        if entry is None or held is None or held.category not in _DOCUMENTS:
            continue
        if any(one.country != asked.country for one in held.objects):
            continue
        change = _change(Owner(party=row.party, authority=entry.authority), row.id)
        work.change(*store.remove(change))
        category = _COUNTS[letter.answer]
        if category is not None:
            subject = msgspec.structs.replace(held, category=category.value)
            work.change(*store.add(change, subject, keys_of(subject)))


def subject_of(letter: Letter, last_day: CivilDate) -> Subject | None:
    """Read a notice as whom or what to search for; None where it is none, names nobody, or a person judges it first."""
    details = letter.content.details or Details()
    if rules.suspicion_of(letter.content) is not None:
        return None
    if letter.content.form == REPORTED:
        thing = SubjectObject(
            kind=DOCUMENT_KIND, number=details.document_number or "", country=details.document_issuer or ""
        )
        return Subject(category=Noticed.DOCUMENT.value, names=(), objects=(thing,), expires=last_day)
    category = _SEARCHED.get(details.colour or "") if letter.content.form == NOTICE else None
    named, papers = details.surnames and details.birth_date, details.document_issuer and details.document_number
    if category is None or not (named or papers):
        return None
    paper = SubjectDocument(country=details.document_issuer or "", number=details.document_number or "")
    return Subject(
        category=category.value,
        names=(SubjectName(surname=details.surnames, forenames=details.forenames or ""),) if details.surnames else (),
        birth_dates=(details.birth_date,) if details.birth_date else (),
        documents=(paper,) if papers else (),
        nationalities=(details.nationality,) if details.nationality else (),
        expires=last_day,
    )


def _change(owner: Owner, letter: str) -> RecordChanged:
    return RecordChanged(kind=LISTING_KIND, id=letter, owner=owner, version=1, record=None, from_peer=True)
