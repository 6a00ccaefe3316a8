"""Clocks of a record under its agreement: review, notice, extension (Regs (EU) 2018/1861 Art 39, 2018/1862 Art 53)."""

from __future__ import annotations

from typing import Final

from comity.agreements.records import Agreement, Retention
from comity.agreements.sourced import Sourced
from comity.core.decision import Reason
from comity.core.errors import NotFound
from comity.core.time import CivilDate, Period, add_period, parse_period

REVIEW_EXPIRED: Final = "REVIEW_EXPIRED"
ASSESSMENT_NOT_RECORDED: Final = "ASSESSMENT_NOT_RECORDED"
MAX_RETENTION_REACHED: Final = "MAX_RETENTION_REACHED"


def review_date(
    agreement: Agreement, category: str, entered: CivilDate, decision_valid_until: CivilDate | None = None
) -> CivilDate:
    """Return the day on which a record entered on `entered` is due for review, and deleted unless extended.

    Two facts count where the agreement says so: a decision behind the record that runs longer (than P3Y, by
    Art 39(2)) gives the longer period. Without a known end the shorter one applies, so that nothing is kept too long.
    Raises `NotFound` `agreement.no-retention` for a category without retention.
    """
    return add_period(entered, review_period(agreement, category, entered, decision_valid_until).value)


def review_period(
    agreement: Agreement, category: str, entered: CivilDate, decision_valid_until: CivilDate | None = None
) -> Sourced[str]:
    """Return the review period that applies, with its source; raises as `review_date`."""
    kept = retention_of(agreement, category)
    longer = kept.long_decision
    if longer is None or decision_valid_until is None:
        return kept.period
    runs_longer = decision_valid_until > add_period(entered, longer.longer_than.value)
    return longer.period if runs_longer else kept.period


def notice_date(agreement: Agreement, category: str, review: CivilDate) -> CivilDate:
    """Return the day from which the owner is warned that the record will be deleted on `review`."""
    notice = parse_period(retention_of(agreement, category).notice.value)
    return add_period(review, Period(months=-notice.months, days=-notice.days))


def may_extend(
    agreement: Agreement, category: str, *, review: CivilDate, until: CivilDate, on: CivilDate, assessed: bool
) -> tuple[Reason, ...]:
    """Return what stands against keeping a record due on `review` until `until`; empty when it may be done.

    Asked on day `on`: it must not be too late, an individual assessment must be recorded, and one extension is at most
    one review period (the longest the agreement knows for the category) from the day it is decided.
    """
    kept = retention_of(agreement, category)
    found: list[Reason] = []
    if on > review:
        found.append(_reason(REVIEW_EXPIRED, "The review date has passed; the record is deleted.", kept.period.source))
    if not assessed:
        text = "No individual assessment is recorded."
        found.append(_reason(ASSESSMENT_NOT_RECORDED, text, kept.extension.source))
    longest = max(add_period(on, period.value) for period in _periods(kept))
    if not review < until <= max(longest, review):
        text = "An extension ends after the review date and within one review period of the decision."
        found.append(_reason(MAX_RETENTION_REACHED, text, kept.period.source))
    return tuple(found)


def supplementary_information_until(agreement: Agreement, category: str, deleted: CivilDate) -> CivilDate:
    """Return the last day of supplementary information about a record that was deleted on `deleted`."""
    return add_period(deleted, retention_of(agreement, category).supplementary_information.value)


def retention_of(agreement: Agreement, category: str) -> Retention:
    """Return the retention of a category; raises `NotFound` `agreement.no-retention`."""
    for kept in agreement.retention:
        if kept.category == category:
            return kept
    raise NotFound("agreement.no-retention", "The agreement has no retention for this category.", field="$.category")


def _periods(kept: Retention) -> tuple[Sourced[str], ...]:
    return (kept.period,) if kept.long_decision is None else (kept.period, kept.long_decision.period)


def _reason(code: str, text: str, basis: str) -> Reason:
    return Reason(code=code, text=text, basis=basis)
