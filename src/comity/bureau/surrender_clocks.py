"""What runs after an arrest on another State's alert: sixty days to the decision, ten to the surrender.

The first begins with the report that the person was arrested, the second with the letter that surrender was ordered
(`EXT`); what the letters then tell ends them. Both stand in the register of deadlines under the alert's number
(Framework Decision 2002/584/JHA Arts 17, 23).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.bureau.letters.records import Letter
from comity.bureau.records import HitReport
from comity.bureau.register import deadline_of
from comity.core.ports import Work
from comity.core.time import Instant, start_of_day
from comity.deadlines import rules, store
from comity.deadlines.records import Cancelled, Deadline

CASE_KIND: Final = "surrender"
DECISION: Final = "surrender.17.decision"
HANDING_OVER: Final = "surrender.23.handing-over"
_FORM: Final = "EXT"
_ARREST: Final = ("ARR", "arrested")
_ENDS: Final = {
    "surrender-ordered": (DECISION,),
    "surrender-refused": (DECISION,),
    "surrendered": (DECISION, HANDING_OVER),
    "released": (DECISION, HANDING_OVER),
}
"""Which clocks a step ends."""


def begin_after_arrest(work: Work, category: str, report: HitReport) -> None:
    """Begin the days to the decision once the issuing State is told of an arrest; a second report begins nothing."""
    if (category, report.action_taken) == _ARREST and not any(_open(work, report.alert.id, DECISION)):
        _begin(work, DECISION, report.alert.id, report.found_at)


def follow_step(work: Work, letter: Letter) -> None:
    """End and begin clocks by what an own letter tells of a surrender asked for by its recipient."""
    content = letter.content
    step = content.details.step if content.details is not None else None
    if content.form != _FORM or content.alert is None or step is None:
        return
    if content.alert.owner is None or content.alert.owner.party != letter.recipient:
        return
    alert = content.alert.id
    for rule in _ENDS.get(step, ()):
        for deadline in _open(work, alert, rule):
            work.change(*store.replace(rules.met(deadline, deadline.version, letter.since, letter.since)))
    if step == "surrender-ordered" and not any(_open(work, alert, HANDING_OVER)):
        told = content.details.step_on if content.details is not None else None
        ordered = letter.since if told is None else min(start_of_day(told), letter.since)
        _begin(work, HANDING_OVER, alert, ordered)


def drop(work: Work, alert: str) -> None:
    """Take off what runs about an alert: there was no such arrest."""
    for rule in (DECISION, HANDING_OVER):
        for deadline in _open(work, alert, rule):
            work.change(*store.replace(rules.cancelled(deadline, deadline.version, Cancelled.MISTAKEN)))


def _open(work: Work, alert: str, rule: str) -> Iterator[Deadline]:
    for deadline in store.open_of_case(work, work.who.owner, CASE_KIND, alert):
        if deadline.rule.startswith(rule):
            yield deadline


def _begin(work: Work, rule: str, alert: str, began: Instant) -> None:
    work.change(*store.add(deadline_of(work, rule, CASE_KIND, alert, began)))
