"""At the counter: a presumed victim whose time to reflect runs goes to the second line, whatever an alert asks for."""

from __future__ import annotations

from typing import Final

from comity.alerts.care.store import reflecting
from comity.alerts.records import AlertRecord
from comity.alerts.subjects import subject_keys
from comity.core.decision import Reason
from comity.core.ports import Work
from comity.core.time import date_of

REFLECTING: Final = Reason(
    code="CONDITION_UNMET",
    text="This may be somebody who is given time to reflect as a victim: nothing is enforced until it ends.",
    basis="Council of Europe Convention on Action against Trafficking in Human Beings, Art 13",
)


def victim_reasons(work: Work, record: AlertRecord) -> tuple[Reason, ...]:
    """Return why a match goes to the second line: the alert's subject is a victim whose time to reflect runs."""
    if record.data.person is None or not reflecting(work, subject_keys(record.data), date_of(work.at)):
        return ()
    return (REFLECTING,)
