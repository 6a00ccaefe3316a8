"""Cameras: a plate that is sought becomes a check; of all others nothing is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.alerts.objects import AlertObject, Identifier, IdentifierKind, ObjectType
from comity.alerts.records import Action, AlertData
from comity.crossings import cameras
from comity.crossings.cameras import PlatesRead, ReadPlates, misreadings
from comity.crossings.operations import Around, make_check
from comity.crossings.records import CheckView, Direction, Lane, ShowCheck
from comity.crossings.referral_rates import OPERATIONS as RATES
from comity.crossings.referral_records import SetRate
from comity.crossings.store import CROSSING_CHECK
from comity.screening.index.simple import SimpleIndex
from tests.support.border_post import FRENCH, OFFICER, Post, Sources, alert, enter, open_post
from tests.support.house import call
from tests.support.second_line_post import LEAD

VEHICLE = AlertObject(
    type=ObjectType.MOTOR_VEHICLE, identifiers=(Identifier(kind=IdentifierKind.PLATE, value="SY-NT 108"),)
)
PLATE_OF_ANOTHER = Identifier(kind=IdentifierKind.PLATE, value="SY-NT 555")
SOUGHT = alert(11, FRENCH, "OBJ", AlertData(reason="synthetic", action=Action.SEIZE, objects=(VEHICLE,)))


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_post(tmp_path) as opened:
        enter(opened.house, SOUGHT)
        check = make_check(SimpleIndex(), Around(partners=Sources(), sends_on=False))
        opened.operations = (*opened.operations, *cameras.make_operations(check))
        yield opened


def read(post: Post, *plates: str) -> PlatesRead:
    command = ReadPlates(plates=plates, direction=Direction.ENTRY, lane=Lane.FREE_MOVEMENT, crossing_point="frcqf-1")
    return post.ask("crossing.read-plates", command, PlatesRead)


def kept(post: Post) -> int:
    with post.house.work(OFFICER) as work:
        return len(work.read(CROSSING_CHECK.select()))


def test_a_sought_plate_becomes_a_check_in_which_an_officer_looks_before_any_stop(post: Post) -> None:
    told = read(post, "AB123CD", "SYNT108")

    (match,) = told.matches
    assert (told.read, match.reading, match.exact) == (2, 1, True)
    view = post.ask("crossing.show", ShowCheck(check=match.check), CheckView)
    assert [each.alert.id for each in view.advice.matches] == [SOUGHT.id]


def test_of_plates_that_nobody_seeks_nothing_is_left(post: Post) -> None:
    told = read(post, *(f"XY{number}ZW" for number in range(100, 150)))

    assert (told.matches, told.unreadable) == ((), 0)
    assert (kept(post), post.house.searches) == (0, [])


@pytest.mark.parametrize("plate", ["SYNTI08", "SYNT1O8", "SYNT10B", "5YNT108", "synt-1Q8"])
def test_one_character_that_a_camera_mistakes_is_found_and_said_to_be_doubtful(post: Post, plate: str) -> None:
    (match,) = read(post, plate).matches

    assert match.exact is False
    assert (kept(post), len(post.house.searches)) == (1, 1)


@pytest.mark.parametrize("plate", ["5YNTI08", "SYNT107", "SYNT10"])
def test_what_differs_otherwise_is_another_plate(post: Post, plate: str) -> None:
    assert read(post, plate).matches == ()


def test_what_can_be_no_plate_stops_no_other(post: Post) -> None:
    told = read(post, "-", "1234567890123", "SYNT108")

    assert (told.unreadable, [match.reading for match in told.matches]) == (2, [2])


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=12))
def test_a_misreading_is_mutual_and_changes_one_character(plate: str) -> None:
    others = list(misreadings(plate))

    assert len(set(others)) == len(others)
    for other in others:
        assert sum(one != two for one, two in zip(plate, other, strict=True)) == 1
        assert plate in set(misreadings(other))


def test_a_plate_under_a_check_that_must_not_be_known_is_not_lost_where_chance_sends_people_on(post: Post) -> None:
    hidden = alert(
        12,
        FRENCH,
        "DIS",
        AlertData(
            reason="synthetic",
            action=Action.DISCREET_CHECK,
            objects=(msgspec.structs.replace(VEHICLE, identifiers=(PLATE_OF_ANOTHER,)),),
        ),
    )
    enter(post.house, hidden)
    post.operations = (*post.operations, *RATES)
    rate = SetRate(crossing_point="frcqf-1", per_thousand=1000)
    post.house.runtime(post.operations).run(call("referral.set-rate", rate, purpose="borders"), LEAD)

    told = read(post, "SYNT555")

    (match,) = told.matches
    view = post.ask("crossing.show", ShowCheck(check=match.check), CheckView)
    assert [each.alert.id for each in view.advice.matches] == [hidden.id]
    assert view.advice.must_not_show
    assert view.advice.referral is None
