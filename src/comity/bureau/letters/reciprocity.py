"""What was asked and answered with each partner, both ways: reciprocity as figures, nothing about a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from comity.bureau.letters import store
from comity.bureau.letters.commands import AskReciprocity, Partner, Reciprocity, Ways
from comity.bureau.letters.forms import BY_CODE
from comity.bureau.letters.rules import is_refusal
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Row, Work
from comity.core.time import Instant, end_of_day, parse_date, start_of_day
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN)
_SILENT: Final = frozenset({"O", "CONSULT"})
"""Forms whose silence is an answer (Reg (EU) 2018/1861 Arts 27, 28)."""


@operation("letter.reciprocity", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def show_reciprocity(work: Work, command: AskReciprocity) -> Reciprocity:
    """Say for each partner and form what was asked, answered, late, refused and overdue, both ways."""
    since = start_of_day(parse_date(command.since, field="$.since")) if command.since else Instant(0)
    until = end_of_day(parse_date(command.until, field="$.until")) if command.until else work.recorded_at
    own = work.who.owner.party
    ours: dict[tuple[str, str], list[Row]] = defaultdict(list)
    theirs: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in store.tallied(work, since, until):
        if not BY_CODE[row.form].answers:
            continue
        if row.sender_party == own:
            ours[row.recipient_party, row.form].append(row)
        else:
            theirs[row.sender_party, row.form].append(row)
    keys = sorted({*ours, *theirs})
    return Reciprocity(
        partners=tuple(
            Partner(
                party=party,
                form=form,
                ours=_ways(ours[party, form], work.at),
                theirs=_ways(theirs[party, form], work.at),
            )
            for party, form in keys
        )
    )


def _ways(rows: Iterable[Row], now: Instant) -> Ways:
    found = tuple(rows)
    answered = [row for row in found if row.answered is not None]
    over = [row for row in found if row.ended is None and row.due is not None and row.due < now]
    silent = sum(row.form in _SILENT for row in over)
    return Ways(
        asked=len(found),
        answered=len(answered),
        late=sum(row.due is not None and row.answered > row.due for row in answered),
        refused=sum(is_refusal(row.answer) for row in answered),
        overdue=len(over) - silent,
        silent=silent,
    )


OPERATIONS: tuple[AnyOperation, ...] = (show_reciprocity,)
