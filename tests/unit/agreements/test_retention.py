"""Review dates by the facts that the articles name, notices and extensions."""

from __future__ import annotations

import pytest

from comity.agreements.retention import may_extend, notice_date, review_date, supplementary_information_until
from comity.core.errors import NotFound
from comity.core.time import CivilDate
from tests.support.agreements import schengen


def day(text: str) -> CivilDate:
    return CivilDate(text)


@pytest.mark.parametrize(
    ("category", "entered", "decision_until", "review"),
    [
        ("ARR", "2023-05-01", None, "2028-05-01"),
        ("ARR", "2024-02-29", None, "2029-02-28"),
        ("REF", "2023-05-01", None, "2026-05-01"),
        ("REF", "2023-05-01", "2026-05-01", "2026-05-01"),
        ("REF", "2023-05-01", "2026-05-02", "2028-05-01"),
        ("REF", "2023-05-01", "2033-05-01", "2028-05-01"),
        ("REF", "2024-02-29", None, "2027-02-28"),
    ],
)
def test_the_review_date_depends_on_entry_and_on_how_long_the_decision_runs(
    category: str, entered: str, decision_until: str | None, review: str
) -> None:
    until = None if decision_until is None else day(decision_until)

    assert review_date(schengen(), category, day(entered), until) == review


def test_the_owner_is_warned_four_months_before() -> None:
    assert notice_date(schengen(), "REF", day("2028-05-01")) == "2028-01-01"
    assert notice_date(schengen(), "ARR", day("2028-06-30")) == "2028-02-29"


def test_supplementary_information_goes_a_year_after_the_alert() -> None:
    assert supplementary_information_until(schengen(), "REF", day("2026-05-01")) == "2027-05-01"


@pytest.mark.parametrize(
    ("on", "until", "assessed", "codes"),
    [
        ("2026-04-01", "2029-04-01", True, ()),
        ("2026-04-01", "2029-04-01", False, ("ASSESSMENT_NOT_RECORDED",)),
        ("2026-05-01", "2029-05-01", True, ()),
        ("2026-05-02", "2029-05-01", True, ("REVIEW_EXPIRED",)),
        ("2026-04-01", "2031-04-02", True, ("MAX_RETENTION_REACHED",)),
        ("2026-04-01", "2026-05-01", True, ("MAX_RETENTION_REACHED",)),
        ("2026-06-01", "2036-05-01", False, ("REVIEW_EXPIRED", "ASSESSMENT_NOT_RECORDED", "MAX_RETENTION_REACHED")),
    ],
)
def test_an_extension_is_timely_assessed_and_bounded(
    on: str, until: str, assessed: bool, codes: tuple[str, ...]
) -> None:
    reasons = may_extend(schengen(), "REF", review=day("2026-05-01"), until=day(until), on=day(on), assessed=assessed)

    assert tuple(reason.code for reason in reasons) == codes


def test_a_category_without_retention_is_refused() -> None:
    with pytest.raises(NotFound) as caught:
        review_date(schengen(), "PEERING", day("2026-01-01"))

    assert caught.value.code == "agreement.no-retention"
