"""Erased is erased: after an alert is deleted, its bytes stand in no file of either node."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.core.time import CivilDate
from comity.core.vocabulary import Purpose
from comity.exchange.erasure import erase_due
from tests.scenario.test_alert_crosses_the_border import Node, agree, open_node
from tests.support.alert_acts import VERBS
from tests.support.alert_stage import PEOPLE, Play, Stage, Story

MARKS = (b"Qzxerasedvkj", b"Qzx-Ville", b"Qzxvictimvkj", b"QZX-R-1", b"QzxProportionate")
PICTURE = b"\x89PNG\r\n\x1a\nsynthetic"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with open_node(tmp_path / "fra", "FRA", 1) as france, open_node(tmp_path / "deu", "DEU", 2) as germany:
        agree(france, germany)
        opened = Stage(france, germany)
        yield opened
        opened.close()


def readable(folder: Path) -> set[tuple[str, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        (str(path.relative_to(folder)), mark)
        for path in files
        for mark in (*MARKS, PICTURE)
        if mark in path.read_bytes()
    }


def tidy(node: Node, day: str) -> None:
    """What a running node does by itself every few seconds."""
    who = PEOPLE["bureau"] if node.party == "DEU" else PEOPLE["issuing-bureau"]
    while True:
        with node.house.work(who, Purpose.POLICE) as work:
            if not erase_due(work, CivilDate(day), dict(node.receivers)):
                break
    assert node.house.database.erase_for_good()


@pytest.mark.parametrize("how", ["deleted", "expired"])
def test_what_was_deleted_or_is_past_its_last_day_can_be_read_in_no_file(
    stage: Stage, tmp_path: Path, how: str
) -> None:
    play = Play(stage, Story("erased bytes", "ARR", "", ()), 0)
    person = {
        "surnames": "Qzxerasedvkj",
        "birth_place": "Qzx-Ville",
        "aliases": [{"surname": "Qzxb", "kind": "misused"}],
    }
    VERBS["enter"](
        play,
        {
            "with": {"person": person, "register_number": "QZX-R-1"},
            "grounds": {"proportionality": "QzxProportionate and serious enough."},
            "pictures": ["photographs"],
        },
    )
    VERBS["add_victim"](play, {"victim": {"surnames": "Qzxvictimvkj"}})
    VERBS["carry"](play, {})
    before = readable(tmp_path)

    if how == "deleted":
        VERBS["delete"](play, {})
        VERBS["carry"](play, {})
    else:
        VERBS["pass"](play, {"day": "2031-11-26"})
    for node in stage.nodes.values():
        tidy(node, "2031-11-26")

    assert {mark for _, mark in before} == {*MARKS, PICTURE}
    assert readable(tmp_path) == set()
