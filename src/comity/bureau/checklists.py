"""Checklists for hits, agreed by both bureaux for one category: what is to be done before a report leaves.

A checklist is a letter (form `CHK`): each line of its text is one item, its number is the version, and it is in force
between the two parties once the other answered `agreed`. The newest agreed one counts. Whoever leaves an item out
says why.
"""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa

from comity.bureau import store
from comity.bureau.commands import Checklist, Tick
from comity.bureau.letters.records import Letter
from comity.bureau.letters.tables import BUREAU_LETTER
from comity.bureau.records import Act, Case, CaseState, Event, Ticked
from comity.bureau.sending import case_ref
from comity.core.codec import decode_own_as
from comity.core.errors import BadInput, Conflict, Refused
from comity.core.operation import AnyOperation, operation
from comity.core.ports import Work
from comity.core.said import say
from comity.core.text import clean_text
from comity.core.vocabulary import Permission, Purpose

CHECKLIST_FORM: Final = "CHK"
AGREED: Final = "agreed"
_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS)
_DRAFTS: Final = frozenset({CaseState.DRAFT, CaseState.RETURNED})
_PROSE_MAX: Final = 2000
_ITEMS_MAX: Final = 30


def checklist_for(work: Work, case: Case) -> Checklist | None:
    """Return the checklist in force with the party that a report goes to, with what was ticked; None where none is."""
    c, other = BUREAU_LETTER.c, case.recipient.party
    query = sa.select(c.body).where(
        c.form == CHECKLIST_FORM,
        c.category == case.category,
        c.answer == AGREED,
        sa.or_(
            sa.and_(c.sender_party == other, c.recipient_party == case.party),
            sa.and_(c.sender_party == case.party, c.recipient_party == other),
        ),
    )
    rows = work.read(query.order_by(c.answered.desc(), c.id.desc()).limit(1))
    if not rows:
        return None
    letter = decode_own_as(bytes(rows[0].body), Letter)
    ticked = tuple(each for each in case.ticked if each.checklist == letter.id)
    return Checklist(id=letter.id, agreed=letter.answered or letter.since, items=items_of(letter), ticked=ticked)


def items_of(letter: Letter) -> tuple[str, ...]:
    """Read the items of a checklist: one a line."""
    lines = (line.strip() for line in letter.content.text.splitlines())
    return tuple(line for line in lines if line)[:_ITEMS_MAX]


def check_complete(work: Work, case: Case) -> None:
    """Raise `Refused` `bureau.checklist-open` while an item is neither done nor left out with a reason."""
    found = checklist_for(work, case)
    if found is None:
        return
    left = set(range(1, len(found.items) + 1)) - {each.item for each in found.ticked}
    if left:
        numbers = ", ".join(map(str, sorted(left)))
        raise Refused(
            "bureau.checklist-open",
            say("Of the agreed checklist these items are open: %(names)s.", names=numbers),
            remedy="Tick what was done, and say why where something was left out.",
        )


@operation("bureau.tick", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def tick(work: Work, command: Tick) -> Case:
    """Tick an item of the agreed checklist of a draft; with a deviation, it was left out for that reason."""
    case = store.get_case(work, work.who.owner.party, command.case)
    if case.version != command.version or case.state not in _DRAFTS:
        raise Conflict(
            "bureau.case-moved-on",
            "The case was sent or changed since it was shown.",
            field="$.version",
            remedy="Look at the case again.",
        )
    found = checklist_for(work, case)
    if found is None or not 1 <= command.item <= len(found.items):
        raise BadInput("bureau.no-such-item", "The checklist has no such item.", field="$.item")
    why = clean_text(command.deviation, "$.deviation", _PROSE_MAX) if command.deviation else None
    done = Ticked(checklist=found.id, item=command.item, at=work.recorded_at, user=work.who.user, deviation=why)
    rest = tuple(each for each in case.ticked if (each.checklist, each.item) != (found.id, command.item))
    event = Event(at=work.recorded_at, user=work.who.user, act=Act.TICKED, text=why)
    moved = msgspec.structs.replace(case, version=case.version + 1, ticked=(*rest, done), events=(*case.events, event))
    store.replace_case(work, case, moved)
    work.record(case_ref(moved), item=command.item, left_out=why is not None)
    return moved


OPERATIONS: tuple[AnyOperation, ...] = (tick,)
