"""An automatic gate: it opens, or it sends the person to an officer. It never refuses, and it tells nobody why.

A gate opens only where there is nothing for an officer to look at: the zone was read without a doubt, the document is
a passport or card that has not expired, the person is of age for certain, the check found nothing, was whole, and
chance sent nobody on. All else, a discreet match and a broken scanner alike, is one answer (LAW.md 14: no adverse
decision by a machine). Why, an officer reads in the check of the same number.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, unique
from typing import Final

import msgspec

from comity.core.errors import ComityError
from comity.core.ids import RecordId
from comity.core.operation import AnyOperation, Kind, Operation, operation
from comity.core.ports import Work
from comity.core.time import CivilDate, age_on, date_of, latest_day
from comity.core.vocabulary import Permission, Purpose
from comity.crossings.batch import RowWork, Shared
from comity.crossings.records import Advice, Check, Direction, Lane, Line, Outcome
from comity.documents import read_zone
from comity.documents.records import Zone, ZoneFormat, ZoneText

ADULT_AGE: Final = 18
"""Children go to a person: best interests first (LAW.md 14)."""
_DOCUMENTS: Final = frozenset({ZoneFormat.TD1, ZoneFormat.TD2, ZoneFormat.TD3})
_PURPOSES: Final = (Purpose.BORDERS,)


@unique
class GateWord(StrEnum):
    """What a gate does; there is no third."""

    OPEN = "open"
    TO_OFFICER = "to-officer"


class PassGate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person stands in a gate with a document. What is left out of place and direction is that of the gate's desk."""

    zone: ZoneText
    direction: Direction | None = None
    lane: Lane | None = None
    crossing_point: Line | None = None


class GateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate does, and the number under which an officer finds the check, where one was made."""

    answer: GateWord
    passage: RecordId


def make_operations(check: Operation[Check, Advice]) -> tuple[AnyOperation, ...]:
    """Return the operation of a gate; `check` is the single check, by whose rules the person is searched for."""
    passing = operation(
        "crossing.pass-gate", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.SEARCH
    )
    return (passing(_gate(check)),)


def _gate(check: Operation[Check, Advice]) -> Callable[[Work, PassGate], GateAnswer]:
    def pass_gate(work: Work, command: PassGate) -> GateAnswer:
        """Check the person in an automatic gate: it opens, or an officer sees to it; a gate never refuses."""
        row = RowWork(Shared(work))
        asked = Check(
            zone=command.zone,
            direction=command.direction,
            lane=command.lane,
            crossing_point=command.crossing_point,
            near=False,
        )
        try:
            advice = check.run(row, asked)
            zone = read_zone(command.zone, date_of(work.at))
        except ComityError as error:
            # Whatever it is, an officer deals with it; a search that was refused leaves nothing.
            work.record(answer=GateWord.TO_OFFICER.value, code=error.code)
            return GateAnswer(answer=GateWord.TO_OFFICER, passage=work.new_id())
        row.keep()
        opens = is_nothing_to_see(advice) and is_plain(zone, date_of(work.at))
        word = GateWord.OPEN if opens else GateWord.TO_OFFICER
        work.record(answer=word.value)
        return GateAnswer(answer=word, passage=advice.check)

    return pass_gate


def is_nothing_to_see(advice: Advice) -> bool:
    """Whether a check leaves nothing for an officer: nothing found, nothing left open, nobody sent on."""
    return (
        advice.outcome is Outcome.NO_HIT
        and not advice.matches
        and not advice.incomplete
        and advice.referral is None
        and not advice.notes
        and not advice.answers
    )


def is_plain(zone: Zone, today: CivilDate) -> bool:
    """Whether a document is one that a gate takes: passport or card, not expired, of somebody of age for certain."""
    if zone.format not in _DOCUMENTS or not zone.valid or zone.misreadings:
        return False
    if zone.expiry_date is None or zone.expiry_date < today or zone.birth_date is None:
        return False
    born = latest_day(zone.birth_date)
    return born <= today and age_on(born, today) >= ADULT_AGE
