"""When a search may be erased, and what a supervisor's passphrase must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.errors import BadInput
from comity.core.time import Instant, parse_instant
from comity.oversight.rules import check_passphrase, erasable_before, is_erasable, last_day

YEARS_2000_TO_2100 = st.integers(min_value=946_684_800_000_000, max_value=4_102_444_800_000_000).map(Instant)


def test_a_search_is_kept_through_the_last_day_of_its_third_year() -> None:
    recorded = parse_instant("2026-11-25T23:59:59Z")

    assert last_day(recorded) == "2029-11-25"
    assert not is_erasable(recorded, parse_instant("2029-11-25T23:59:59.999999Z"))
    assert is_erasable(recorded, parse_instant("2029-11-26T00:00:00Z"))


def test_a_search_of_a_leap_day_is_kept_until_the_end_of_february() -> None:
    assert last_day(parse_instant("2024-02-29T12:00:00Z")) == "2027-02-28"


def test_a_sweep_on_a_leap_day_keeps_longer_never_shorter() -> None:
    sweep = parse_instant("2028-02-29T08:00:00Z")

    assert erasable_before(sweep) == parse_instant("2025-02-28T00:00:00Z")


@given(recorded=YEARS_2000_TO_2100, at=YEARS_2000_TO_2100)
def test_a_sweep_never_takes_what_must_still_be_kept(recorded: Instant, at: Instant) -> None:
    if recorded < erasable_before(at):
        assert is_erasable(recorded, at)


@pytest.mark.parametrize("text", ["", "short", "x" * 14, "x" * 257])
def test_a_passphrase_of_the_wrong_length_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        check_passphrase(text)

    assert refusal.value.code == "search-log.passphrase-length"
    assert not text or text not in str(refusal.value)


def test_length_alone_makes_a_passphrase_good_enough() -> None:
    check_passphrase("x" * 15)
