"""Warnings of alerts: a closed table says where and in which role each is read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comity.alerts.records import WarningMark
from comity.alerts.warning_marks import MARK_VIEWS, MarkPlace, seen_marks
from comity.core.vocabulary import Role

MARKS = st.lists(st.sampled_from([*(each.value for each in WarningMark), "synthetic"]), max_size=8)


def test_every_mark_has_a_row_and_every_row_somebody_who_reads_it() -> None:
    assert set(MARK_VIEWS) == set(WarningMark)
    assert all(view.places and view.roles for view in MARK_VIEWS.values())


def test_danger_is_told_to_everybody_who_meets_the_person_even_where_the_match_is_kept_back() -> None:
    danger = ("armed", "violent", "absconded")

    for place in MarkPlace:
        assert seen_marks(danger, place, Role.BORDER_GUARD) == danger


def test_health_and_terrorism_stand_on_no_board_and_betray_no_match_that_is_kept_back() -> None:
    for place in (MarkPlace.BOARD, MarkPlace.WITHHELD):
        assert seen_marks(("suicide_risk", "health_threat", "terrorism"), place, Role.POLICE) == ()


@given(MARKS, st.sampled_from(MarkPlace), st.none() | st.sampled_from(Role))
def test_nobody_reads_more_than_there_is_nor_a_mark_outside_the_table(
    marks: list[str], place: MarkPlace, role: Role | None
) -> None:
    seen = seen_marks(marks, place, role)

    assert list(seen) == [mark for mark in marks if mark in seen]
    assert "synthetic" not in seen
    assert set(seen) <= set(seen_marks(marks, MarkPlace.OFFICE, Role.SIRENE_BUREAU))
