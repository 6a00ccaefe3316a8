"""What follows a decision that was a wrong click: everything it set going is stopped, or the undoing is refused."""

from __future__ import annotations

from comity.alerts.hits import withdraw_hit
from comity.core.ports import RecordChanged, Work
from comity.crossings import cleared, store
from comity.crossings.records import Asked, Match, Resolution, Verdict
from comity.screening.listed import FOUND_KIND


def take_back(work: Work, asked: Asked, match: Match, said: Resolution) -> None:
    """Withdraw the hit, the note to the bureau, the referral, or the memory of a cleared match.

    Raises `Conflict` where the report was sent, the note or the referral taken on: then others must be told instead.
    """
    if said.hit is not None:
        withdraw_hit(work, said.hit)
    if said.told is not None:
        work.emit(RecordChanged(kind=FOUND_KIND, id=said.told, owner=work.who.owner, version=2, record=None))
    if said.referral is not None:
        store.withdraw_referral(work, said.referral)
    if said.verdict is Verdict.REJECTED:
        cleared.forget(work, asked, match)
