"""Raising alarms: once for each duty that is due at once and not done, and once when its time is over.

A duty that is due at once has no minutes of grace, so its alarm rises at the next look. Each alarm is written to the
ledger, with who of the roster was on duty; where nobody is, that is what it says.
"""

from __future__ import annotations

from typing import Final

from comity.bureau.duty import store
from comity.bureau.duty.records import ALARM_KIND, Alarm, Duty, Level, Turn
from comity.core.ids import RecordRef
from comity.core.ports import Work

ROUND: Final = 200
_CALLED: Final = {
    Level.AT_ONCE: frozenset({Turn.DUTY, Turn.ON_CALL}),
    Level.OVERDUE: frozenset({Turn.DUTY, Turn.ON_CALL, Turn.ESCALATION}),
}


def missing(work: Work) -> int:
    """Say whether an alarm is to rise."""
    return len(store.without_alarm(work, work.who.owner.party, work.recorded_at, 1))


def raise_alarms(work: Work) -> int:
    """Raise at most `ROUND` alarms; return how many."""
    found = store.without_alarm(work, work.who.owner.party, work.recorded_at, ROUND)
    on_duty = [each for each in store.roster(work, None, work.recorded_at) if each.begins <= work.recorded_at]
    for kind, row, level in found:
        alarm = Alarm(
            id=work.new_id(),
            level=level,
            case_kind=kind,
            case=row.id,
            case_party=row.party,
            since=row.since,
            at=work.recorded_at,
            told=tuple(_named(each) for each in on_duty if each.turn in _CALLED[level])[:20],
        )
        store.add_alarm(work, alarm)
        work.record(RecordRef(kind=ALARM_KIND, id=alarm.id, version=1))
    work.record(risen=len(found), on_duty=len(on_duty))
    return len(found)


def _named(duty: Duty) -> str:
    return f"{duty.name} ({duty.turn.value})"
