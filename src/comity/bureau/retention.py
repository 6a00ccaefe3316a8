"""Forgetting: supplementary information goes at most a year after its alert ended (SR 362.0 Art 45(2))."""

from __future__ import annotations

from comity.alerts.records import AlertRecord
from comity.alerts.store import delete_hit
from comity.bureau import outcomes, store
from comity.bureau.clocks import RETENTION, erase_by
from comity.bureau.letters import noticed
from comity.bureau.letters import store as letter_store
from comity.core.ports import RecordChanged, Work
from comity.core.time import CivilDate, date_of

ROUND = 200
_RULE = f"supplementary-information-{RETENTION}"


def follow_alert(work: Work, change: RecordChanged) -> None:
    """Move the last day of what is kept about an alert when the alert is extended, shortened, or gone."""
    alert = change.record
    if isinstance(alert, AlertRecord):
        if change.version > 1:
            _ends(work, change, erase_by(alert.delete_by))
    elif alert is None:
        _ends(work, change, erase_by(date_of(work.at)))


def erase_due(work: Work, today: CivilDate, limit: int = ROUND) -> int:
    """Erase cases, messages, letters, their answers and their hits whose last day is over; return how many.

    Takes at most `limit` of each: call again until 0.
    """
    cases, messages = store.past(work, today, limit)
    for row in cases:
        store.erase_case(work, row.id)
        work.change(delete_hit(row.hit))
    for row in messages:
        store.erase_message(work, row.sender_party, row.id)
        # An own hit's message has the hit's id; no other has.
        work.change(delete_hit(row.id))
    for row in outcomes.past(work, today, limit):
        outcomes.erase(work, row.hit)
    letters = letter_store.past(work, today, limit)
    for row in letters:
        letter_store.erase(work, row.sender_party, row.id)
        noticed.forget(work, row.sender_party, row.id)
    if cases or messages or letters:
        work.record(erased_cases=len(cases), erased_messages=len(messages), erased_letters=len(letters), rule=_RULE)
    return len(cases) + len(messages) + len(letters)


def _ends(work: Work, change: RecordChanged, last_day: CivilDate) -> None:
    store.alert_ends(work, change.owner.party, change.id, last_day)
    letter_store.alert_ends(work, change.owner.party, change.id, last_day)
