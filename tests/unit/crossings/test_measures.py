"""What each category asks for at the counter: a sentence for every direction and lane, and the order of urgency."""

from __future__ import annotations

import itertools

import pytest

from comity.alerts.categories import CATEGORIES
from comity.crossings.measures import measure_for
from comity.crossings.records import Action, Direction, Lane, Measure

PLACES = list(itertools.product(Direction, Lane))
PROTECTION = {"CHI-A", "CHI-T", "MIS-P", "MIS-N", "VUL"}
ENTRY = (Direction.ENTRY, Lane.THIRD_COUNTRY)


def at(category: str, direction: Direction = Direction.ENTRY, lane: Lane = Lane.THIRD_COUNTRY) -> Measure:
    return measure_for(category, direction, lane)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_a_sentence_everywhere_with_source_and_confidence(category: str) -> None:
    for direction, lane in PLACES:
        measure = at(category, direction, lane)

        assert measure.sentence.code != "any.second-line"
        assert measure.source
        assert measure.confidence in {"verified", "from-memory"}
        assert Action.REFERRED in measure.actions or measure.discreet


def test_protection_comes_before_arrest_and_arrest_before_all_else() -> None:
    urgency = {category: at(category).urgency for category in CATEGORIES}

    assert max(urgency[one] for one in PROTECTION) < urgency["ARR"]
    assert all(urgency["ARR"] < urgency[one] for one in CATEGORIES if one not in PROTECTION | {"ARR"})


def test_checks_of_every_kind_and_information_alerts_are_hidden_and_nothing_else() -> None:
    hidden = {one for one in CATEGORIES for place in PLACES if at(one, *place).discreet}

    assert hidden == {"DIS", "INF", "INQ", "SPE"}


def test_a_discreet_check_ends_in_letting_the_person_go_on() -> None:
    for category in ("DIS", "INF"):
        assert at(category).actions == (Action.CHECKED_DISCREETLY, Action.ALLOWED_ON)
        assert "never-reveal" in at(category).obligations


def test_a_check_that_national_law_forbids_falls_back_step_by_step() -> None:
    assert at("SPE").actions[:3] == (Action.SEARCHED, Action.QUESTIONED, Action.CHECKED_DISCREETLY)
    assert at("INQ").actions[:2] == (Action.QUESTIONED, Action.CHECKED_DISCREETLY)


def test_a_return_decision_means_one_thing_on_the_way_in_and_another_on_the_way_out() -> None:
    assert at("RET", Direction.ENTRY).refer
    assert Action.RETURN_CONFIRMED in at("RET", Direction.EXIT).actions
    assert not at("RET", Direction.EXIT).refer
    assert Action.RETURN_CONFIRMED not in at("RET", Direction.ENTRY).actions
    assert Action.ENTRY_REFUSED not in at("RET", Direction.ENTRY, Lane.FREE_MOVEMENT).actions


def test_a_travel_ban_is_referred_on_entry_because_listings_have_exemptions() -> None:
    assert at("REFX").refer
    assert "look-for-exemption" in at("REFX").obligations


def test_nothing_is_refused_on_the_way_out() -> None:
    for category in CATEGORIES:
        assert Action.ENTRY_REFUSED not in at(category, Direction.EXIT).actions


def test_nobody_is_detained_for_a_judicial_procedure_and_a_missing_adult_stays_unnamed() -> None:
    assert Action.ARRESTED not in at("JUD").actions
    assert "no-detention" in at("JUD").obligations
    assert "keep-place-secret" in at("MIS-N").obligations
    assert Action.PLACED_UNDER_PROTECTION not in at("MIS-N").actions


def test_children_at_risk_get_measures_within_twelve_hours() -> None:
    for category, direction in itertools.product(("CHI-A", "CHI-T"), Direction):
        assert "best-interests-within-12-hours" in at(category, direction).obligations


def test_marks_are_verified_before_any_measure() -> None:
    assert at("UNK").refer
    assert "verify-with-issuer" in at("UNK").obligations
