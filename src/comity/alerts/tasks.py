"""Long work of the alerts room."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.alerts.expiry import expire
from comity.core.job import Step, Task
from comity.core.ports import Work
from comity.core.time import DateText

EXPIRE: Final = "alert.expire"


class ExpireAlerts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Delete every alert past its last day: today, or in an exercise on the day `as_of`."""

    as_of: DateText | None = None


def expire_alerts(work: Work, argument: ExpireAlerts, last: Step | None) -> Step:
    """Delete one batch of alerts that are past their last day."""
    gone = expire(work, argument.as_of)
    done = (last.done if last else 0) + gone
    return Step(done=done, total=None, place="", finished=gone == 0, findings={"deleted": done})


TASKS: Final = (Task(EXPIRE, ExpireAlerts, expire_alerts),)
