"""Notices and diffusions at the counter: whom another country's notice names is found there, and never arrested for it.

A notice is a request (INTERPOL Rules on the Processing of Data Arts 73-107): it stands in the index beside entries of
official lists, is no alert, and what follows from it national law decides. One that looks political, military,
religious or racial is found by nobody; one that names no person neither.
"""

from __future__ import annotations

from typing import Final

from comity.bureau.letters import rules
from comity.bureau.letters.records import Details, Letter
from comity.core.ids import Owner
from comity.core.ports import RecordChanged, Work
from comity.core.time import CivilDate
from comity.screening import store
from comity.screening.listed import LISTING_KIND, Noticed
from comity.screening.records import Subject, SubjectName
from comity.screening.rules import keys_of

_SEARCHED: Final = {
    "red": Noticed.RED,
    "blue": Noticed.BLUE,
    "green": Noticed.GREEN,
    "yellow": Noticed.YELLOW,
}
"""Black tells of the dead, orange of threats, purple of methods: nobody is met at a counter for those."""


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


def subject_of(letter: Letter, last_day: CivilDate) -> Subject | None:
    """Read a notice as somebody to search for; None where it is none, names nobody, or is a person's to judge first."""
    details = letter.content.details or Details()
    category = _SEARCHED.get(details.colour or "")
    if category is None or not details.surnames or not details.birth_date:
        return None
    if rules.suspicion_of(letter.content) is not None:
        return None
    return Subject(
        category=category.value,
        names=(SubjectName(surname=details.surnames, forenames=details.forenames or ""),),
        birth_dates=(details.birth_date,),
        nationalities=(details.nationality,) if details.nationality else (),
        expires=last_day,
    )


def _change(owner: Owner, letter: str) -> RecordChanged:
    return RecordChanged(kind=LISTING_KIND, id=letter, owner=owner, version=1, record=None, from_peer=True)
