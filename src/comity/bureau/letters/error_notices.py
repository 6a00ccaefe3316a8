"""The two clocks of whoever finds another's data wrong (form J), in the register of deadlines.

The notice is owed within two working days of the evidence; two months after it first came to light, without
agreement, the matter goes to the supervisory authorities (Reg (EU) 2018/1862 Art 59(5)-(6)).
"""

from __future__ import annotations

from typing import Final

from comity.bureau.letters.records import Letter
from comity.bureau.register import deadline_of
from comity.core.errors import BadInput
from comity.core.ports import Work
from comity.deadlines import rules as deadline_rules
from comity.deadlines import store as deadline_store
from comity.deadlines.records import Cancelled

ERROR_FORM: Final = "J"
CASE_KIND: Final = "letter"
NOTICE: Final = "sis-data.error.notice"
DISPUTE: Final = "sis-data.error.dispute"
_SETTLED: Final = frozenset({"corrected", "deleted"})


def begin_error_clocks(work: Work, letter: Letter) -> None:
    """Note that the notice was given, in time or late, and begin the two months; raises `BadInput` without evidence."""
    if letter.content.form != ERROR_FORM:
        return
    began = letter.content.evidence_at
    if began is None or began > letter.since:
        raise BadInput("letter.evidence-when", "Say when the evidence came to light.", field="$.evidence_at")
    work.change(*deadline_store.add(deadline_of(work, NOTICE, CASE_KIND, letter.id, began, done=letter.since)))
    work.change(*deadline_store.add(deadline_of(work, DISPUTE, CASE_KIND, letter.id, began)))


def end_error_clocks(work: Work, letter: Letter) -> None:
    """End the two months where the matter is settled or was taken back; a dispute goes on."""
    if letter.content.form != ERROR_FORM or letter.answer == "not-wrong":
        return
    for deadline in deadline_store.open_of_case(work, letter.sender, CASE_KIND, letter.id):
        if letter.answer in _SETTLED:
            ended = deadline_rules.met(
                deadline, deadline.version, letter.answered or work.recorded_at, work.recorded_at
            )
        else:
            ended = deadline_rules.cancelled(deadline, deadline.version, Cancelled.WITHDRAWN)
        work.change(*deadline_store.replace(ended))
