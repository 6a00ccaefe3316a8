"""Scenario files are a closed schema, agree with the words of the check, and do not contradict themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from comity.agreements.vocabulary import Category
from comity.alerts.records import WarningMark
from comity.core.errors import BadInput
from comity.crossings.records import Action, Answer, Direction, Lane, Safeguards, Verdict
from comity.training.people import MARK, traveller
from comity.training.scenario import Expected, Lesson, Safeguard, Scenario, read_scenario, scenario_of, scenarios

PARTS = [part for scenario in scenarios() for part in scenario.travellers]


def written() -> dict[str, Any]:
    """A scenario of one traveller, as text would hold it."""
    basics: dict[str, Any] = json.loads(msgspec.json.encode(scenario_of("first-line-basics")))
    return {**basics, "travellers": basics["travellers"][1:2]}


def test_the_basics_teach_every_lesson_once_at_least() -> None:
    assert {part.lesson for part in scenario_of("first-line-basics").travellers} == set(Lesson)


def test_the_words_are_those_of_the_check() -> None:
    assert {one.value for one in Expected} == {one.value for one in Verdict if one is not Verdict.UNDONE} | {"none"}
    assert {one.value for one in Safeguard} == set(Safeguards.__struct_fields__)
    assert {part.expect.fear for part in PARTS} <= {one.value for one in Answer} | {"any"}
    for part in PARTS:
        assert Direction(part.presents.direction)
        assert Lane(part.presents.lane)
        assert all(Action(action) for action in part.expect.actions)
        assert part.searched is None or Category(part.searched.category)
        assert part.searched is None or all(WarningMark(mark) for mark in part.searched.warnings)


def test_people_are_marked_synthetic_and_follow_from_the_seed() -> None:
    first = [traveller(part, "seed", 2026) for part in PARTS]

    assert first == [traveller(part, "seed", 2026) for part in PARTS]
    assert first != [traveller(part, "other", 2026) for part in PARTS]
    assert all(one.surnames.startswith(MARK) and one.nationality == "XXA" and one.synthetic for one in first)
    assert all(one.document is None or one.document.number.startswith("SYN") for one in first)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda text: text.update(schema="comity-training/2"), "codec.unknown-value"),
        (lambda text: text.update(author="x"), "codec.unknown-field"),
        (lambda text: text["travellers"][0].update(lesson="gossip"), "codec.unknown-value"),
        (lambda text: text["travellers"].append(text["travellers"][0]), "training.scenario-contradicts-itself"),
        (lambda text: text["travellers"][0].update(searched=None), "training.scenario-contradicts-itself"),
        (lambda text: text["travellers"][0]["expect"].update(actions=[]), "training.scenario-contradicts-itself"),
        (
            lambda text: text["travellers"][0]["expect"].update(verdict="rejected"),
            "training.scenario-contradicts-itself",
        ),
    ],
)
def test_a_spoilt_scenario_is_refused_with_its_place(spoil: Callable[[dict[str, Any]], None], code: str) -> None:
    text = written()

    spoil(text)

    with pytest.raises(BadInput) as refused:
        read_scenario(json.dumps(text).encode())
    assert refused.value.code == code
    assert refused.value.problems


def test_a_scenario_that_is_not_spoilt_is_read() -> None:
    assert isinstance(read_scenario(json.dumps(written()).encode()), Scenario)
