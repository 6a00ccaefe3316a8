"""The queue of the second line for any arrivals: a total order by class and arrival in which nobody starves."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from comity.core.time import SECOND_US, Instant
from comity.crossings.referral_records import Urgency
from comity.crossings.referral_rules import RAISE_US, Waiting, class_now, order_of, percentile, rank_of

NOW = Instant(10_000 * SECOND_US)
arrivals = st.integers(min_value=0, max_value=10_000).map(lambda second: Instant(second * SECOND_US))
queues = st.lists(
    st.builds(
        Waiting,
        referral=st.text(alphabet="0123456789abcdef", min_size=4, max_size=4),
        urgency=st.sampled_from(Urgency),
        since=arrivals,
    ),
    unique_by=lambda one: one.referral,
    max_size=40,
)


@given(queues, st.randoms())
def test_the_order_does_not_depend_on_how_rows_come_and_loses_nobody(queue: list[Waiting], chance: object) -> None:
    shuffled = list(queue)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random

    assert order_of(shuffled, NOW) == order_of(queue, NOW)
    assert sorted(order_of(queue, NOW), key=lambda one: one.referral) == sorted(queue, key=lambda one: one.referral)


@given(queues)
def test_a_lower_class_never_stands_before_a_higher_one_and_within_a_class_arrival_counts(
    queue: list[Waiting],
) -> None:
    ordered = order_of(queue, NOW)

    for ahead, behind in itertools.pairwise(ordered):
        first, second = rank_of(class_now(ahead, NOW)), rank_of(class_now(behind, NOW))
        assert first <= second
        assert first < second or ahead.since <= behind.since


@given(queues, queues)
def test_after_an_hour_no_newcomer_is_ever_served_before(queue: list[Waiting], newcomers: list[Waiting]) -> None:
    hour = Instant(NOW + 2 * RAISE_US)
    late = [Waiting(referral=f"n{one.referral}", urgency=one.urgency, since=hour) for one in newcomers]

    ordered = order_of([*queue, *late], hour)

    assert ordered[: len(queue)] == order_of(queue, hour)
    assert all(class_now(one, hour) is Urgency.PROTECTION for one in queue)


@given(st.sampled_from(Urgency), arrivals, arrivals)
def test_waiting_longer_never_lowers_the_class(urgency: Urgency, one: Instant, other: Instant) -> None:
    sooner, later = sorted((one, other))
    waiting = Waiting(referral="x", urgency=urgency, since=Instant(0))

    assert rank_of(class_now(waiting, later)) <= rank_of(class_now(waiting, sooner)) <= rank_of(urgency)


@given(st.lists(st.integers(min_value=0, max_value=100_000), min_size=1), st.integers(min_value=1, max_value=100))
def test_a_percentile_is_a_wait_that_so_many_did_not_exceed(waits: list[int], percent: int) -> None:
    value = percentile(waits, percent)

    assert value in waits
    assert sum(wait <= value for wait in waits) * 100 >= percent * len(waits)
    assert sum(wait < value for wait in waits) * 100 < percent * len(waits)
