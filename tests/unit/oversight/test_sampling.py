"""A sample can be drawn again by anyone with its seed, misses no rare user, and counts without weighing anybody."""

from __future__ import annotations

import csv
import io

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from comity.core.codec import encode
from comity.core.ids import Owner, RecordId
from comity.core.time import HOUR_US, Instant
from comity.core.vocabulary import Purpose
from comity.oversight.records import OpenedSearch
from comity.oversight.samples import SampledSearch
from comity.oversight.sampling import Counted, Drawable, count, draw, permille, to_csv, without_document

POPULATIONS = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from("abcdefgh")), unique_by=lambda each: each[0], max_size=200
).map(lambda rows: [Drawable(f"s{number:05}", user) for number, user in rows])
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=16)
ENTRY = OpenedSearch(
    search=RecordId("01hzzzzzzzzzzzzzzzzzzzzzzz"),
    at=Instant(0),
    recorded_at=Instant(0),
    user="u",
    owner=Owner(party="FRA", authority="police-aux-frontieres"),
    purpose=Purpose.BORDERS,
    operation="crossing.check",
    terms="{}",
    justification="=HYPERLINK()",
    found=(),
)


@given(population=POPULATIONS, size=st.integers(1, 60), seed=SEEDS, order=st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_sample_in_whatever_order_the_log_comes(
    population: list[Drawable], size: int, seed: str, order: object
) -> None:
    shuffled = sorted(population, key=lambda each: (hash(order), each.user, each.search), reverse=True)

    drawn = draw(population, size, seed)

    assert drawn == draw(shuffled, size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(population))
    assert set(drawn) <= {each.search for each in population}
    assert list(drawn) == sorted(drawn)


@given(population=POPULATIONS, size=st.integers(1, 60), seed=SEEDS)
def test_every_user_stands_in_a_sample_that_has_room_for_all(population: list[Drawable], size: int, seed: str) -> None:
    users = {each.user for each in population}
    user_of = {each.search: each.user for each in population}

    drawn = {user_of[search] for search in draw(population, size, seed)}

    assert len(drawn) >= min(size, len(users))


@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 100), st.sampled_from([True, False, None]))),
)
def test_counts_by_user_add_up_to_all_searches(rows: list[tuple[str, int, bool | None]]) -> None:
    searches = [Counted(user, Instant(hour * HOUR_US + 7), said) for user, hour, said in rows]

    users = count(searches, {"a": "account-a"})

    assert sum(each.searches for each in users) == len(rows)
    assert sum(each.opened for each in users) == sum(said is not None for _, _, said in rows)
    assert all(1 <= each.busiest <= each.searches and each.busiest_at % HOUR_US == 0 for each in users)
    assert [each.searches for each in users] == sorted((each.searches for each in users), reverse=True)
    assert {each.account for each in users} <= {"account-a", None}


def test_a_search_without_document_or_thing_is_told_from_others() -> None:
    assert without_document(encode({"document": None, "things": []})) is True
    assert without_document(encode({"document": {"number": "T1"}})) is False
    assert without_document(encode({"document": None, "things": [{"kind": "plate"}]})) is False
    assert without_document(b"not json") is None
    assert without_document(encode({"words": "x"})) is None


def test_of_nothing_there_is_no_share() -> None:
    assert (permille(0, 0), permille(1, 3)) == (None, 333)


def test_no_cell_of_the_file_is_a_formula() -> None:
    rows = [SampledSearch(entry=ENTRY, account="@account", mark=None)]

    (names, cells) = list(csv.reader(io.StringIO(to_csv(rows))))

    told = dict(zip(names, cells, strict=True))
    assert (told["justification"], told["account"]) == ("'=HYPERLINK()", "'@account")
    assert told["terms"] == "{}"
    assert msgspec.json.decode(told["terms"]) == {}
