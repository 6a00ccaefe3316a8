"""Forgetting of the second line: resolved referrals after their hours, written refusals after their years."""

from __future__ import annotations

import sqlalchemy as sa

from comity.core.ports import Delete, Update, Work
from comity.core.time import date_of
from comity.crossings.referral_records import ReferralState
from comity.crossings.referral_store import CROSSING_REFUSAL
from comity.crossings.store import CROSSING_REFERRAL, EMPTIED


def erase_due(work: Work, limit: int) -> int:
    """Empty at most `limit` resolved referrals past their hours, drop refusals past their day; return how many."""
    referrals, refusals = CROSSING_REFERRAL.c, CROSSING_REFUSAL.c
    resolved = sa.select(referrals.id).where(
        referrals.state == ReferralState.RESOLVED.value, referrals.expires <= work.recorded_at
    )
    kept = sa.select(refusals.id).where(refusals.delete_by < date_of(work.recorded_at))
    done = work.read(resolved.limit(limit))
    over = work.read(kept.limit(limit))
    work.change(*(Update(CROSSING_REFERRAL, {"id": row.id}, EMPTIED) for row in done))
    work.change(*(Delete(CROSSING_REFUSAL, {"id": row.id}) for row in over))
    return len(done) + len(over)
