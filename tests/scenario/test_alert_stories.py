"""Stories of alerts from readable files: each category through each procedure, by real operations on two nodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenario.test_alert_crosses_the_border import agree, open_node
from tests.support.alert_acts import VERBS
from tests.support.alert_stage import Json, Play, Stage, Story, read_stories

FOLDER = Path(__file__).with_name("alerts")
STORIES = [story for file in sorted(FOLDER.glob("*.yaml")) for story in read_stories(file)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    with open_node(folder / "fra", "FRA", 1) as france, open_node(folder / "deu", "DEU", 2) as germany:
        agree(france, germany)
        opened = Stage(france, germany)
        yield opened
        opened.close()


@pytest.mark.parametrize("number", range(len(STORIES)), ids=[story.name for story in STORIES])
def test_the_story_comes_out_as_law_says(stage: Stage, number: int) -> None:
    taken = Play(stage, STORIES[number], number).run(VERBS)

    assert taken == len(STORIES[number].steps) > 0


@pytest.mark.parametrize(
    "wrong",
    [
        (("enter", {"refused": "CONDITION_UNMET"}),),
        (("enter", {"with": {"religion": "synthetic"}}),),
        (("enter", {"with": {"religion": "synthetic"}, "refused": "CONDITION_UNMET"}),),
        (("enter", {}), ("carry", {}), ("copy", {"has": "version is 2"})),
    ],
    ids=["let through", "refused", "refused for another reason", "another version"],
)
def test_a_story_that_says_otherwise_than_the_node_does_fails(
    stage: Stage, wrong: tuple[tuple[str, Json], ...]
) -> None:
    story = Story(f"says otherwise: {wrong}", "MIS-P", "", wrong)

    with pytest.raises(AssertionError, match=f"step {len(wrong)}, {wrong[-1][0]}"):
        Play(stage, story, len(STORIES)).run(VERBS)


def test_there_are_stories_for_every_category() -> None:
    assert {story.category for story in STORIES} >= {story.category for story in _every()}
    assert len(STORIES) >= 200


def _every() -> list[Story]:
    from comity.alerts.categories import CATEGORIES  # noqa: PLC0415

    return [Story("", code, "", ()) for code in CATEGORIES]
