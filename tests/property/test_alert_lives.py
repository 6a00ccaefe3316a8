"""Random lives of alerts on two real nodes: whatever happens in whatever order, four things hold.

A short form runs with the suite. The long one: `COMITY_LIVES=100000 ./comity test tests/property/test_alert_lives.py`,
in slices with `COMITY_LIVES_FROM`: the life of a number is the same whichever slice it is drawn in.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from comity.alerts.achieved import ACHIEVEMENTS
from comity.alerts.categories import CATEGORIES
from comity.alerts.store import ALERT
from comity.core.errors import ComityError
from comity.core.time import CivilDate, Period, add_period
from comity.core.vocabulary import Purpose
from comity.screening.store import ENTRY
from tests.scenario.test_alert_crosses_the_border import agree, open_node
from tests.support.alert_acts import VERBS
from tests.support.alert_stage import PEOPLE, Json, Play, Stage, Story

LIVES: Final = int(os.environ.get("COMITY_LIVES", "120"))
FROM: Final = int(os.environ.get("COMITY_LIVES_FROM", "0"))
SEED: Final = int(os.environ.get("COMITY_SEED", "7"))
A_STAGE: Final = 500
"""Lives that share two nodes: what others left there makes each life longer."""
TODAY: Final = CivilDate("2026-11-25")
FLAGGABLE: Final = frozenset({"ARR", "MIS-P", "MIS-N", "CHI-A", "CHI-T", "VUL", "DIS", "INQ", "SPE", "INF"})
FLAGGED: Final = frozenset({"flag.locate", "flag.protect", "flag.nothing"})
_DONE: Final = {"ARR": "located", "JUD": "place-recorded", "MIS-N": "place-recorded", "SPE": "questioned"}


@contextlib.contextmanager
def a_stage(folder: Path) -> Iterator[Stage]:
    with open_node(folder / "fra", "FRA", 1) as france, open_node(folder / "deu", "DEU", 2) as germany:
        agree(france, germany)
        opened = Stage(france, germany)
        try:
            yield opened
        finally:
            opened.close()


class Life:
    """One alert from its entry to its end, by acts drawn at random."""

    def __init__(self, stage: Stage, number: int, dice: random.Random, looked: Counter[str]) -> None:
        self.dice = dice
        self.looked = looked
        self.category = dice.choice(sorted(CATEGORIES))
        self.play = Play(stage, Story(f"life {number}", self.category, "", ()), number)
        self.flagged = False
        self.gone = False
        self.owed: dict[str, Json] = {}

    def run(self) -> None:
        self.do("enter")
        for _ in range(self.dice.randrange(2, 9)):
            if not self.gone:
                act = self.dice.choice(ACTS)
                act(self)
        self.end()

    def do(self, verb: str, **arguments: Json) -> None:
        VERBS[verb](self.play, arguments)

    def try_to(self, verb: str, **arguments: Json) -> bool:
        """Act, and say whether it was let through; a refusal is one of law, never a defect."""
        try:
            self.do(verb, **arguments)
        except AssertionError:
            return False
        return True

    @property
    def state(self) -> Json:
        return self.play.alerts["alert"]

    # --- acts ---

    def change(self) -> None:
        self.do(
            "change", **{"with": {"register_number": f"SYN-{self.dice.randrange(99)}"}} if self._of_person() else {}
        )

    def extend(self) -> None:
        until = add_period(CivilDate(self.state["review_date"]), Period(days=self.dice.randrange(1, 400)))
        self.try_to("extend", until=until)

    def achieve(self) -> None:
        self.try_to("tell_achieved", what=self.dice.choice(ACHIEVEMENTS[self.category]).value)

    def keep(self) -> None:
        self.try_to("keep")

    def carry(self) -> None:
        self.play.stage.carry()

    def flag(self) -> None:
        self.carry()
        judicial = {"judicial": "judicial_refusal"} if self.category == "ARR" else {}
        if self.try_to("flag", **judicial):
            assert self.category in FLAGGABLE
            self.flagged = True

    def unflag(self) -> None:
        if self.flagged:
            self.do("unflag")
            self.flagged = False

    def others_change_it(self) -> None:
        """Invariant: whoever does not own an alert never changes it."""
        who = self.dice.choice(["other-authority", "foreign-officer"])
        before = self._own()
        for verb, arguments in (
            ("change", {}),
            ("delete", {}),
            ("extend", {"until": "2027-12-01"}),
            ("link", {"to": "alert"}),
            ("hide", {}),
        ):
            assert not self.try_to(verb, by=who, **arguments)
        assert before
        assert self._own() == before
        self.looked["kept from others"] += 1

    def check(self) -> None:
        """Invariant: a State never acts on what it has flagged."""
        if self.category == "UNK":
            return
        self.carry()
        self.do("check", direction="exit" if self.category == "RET" else "entry")
        for match in self.play.found["held"]:
            assert (match["action"]["code"] in FLAGGED) is self.flagged, match["action"]
            self.looked["flag heeded" if self.flagged else "action taken"] += 1

    def find(self) -> None:
        """Confirm a hit; from now on the bureau owes a report until a day that nothing may lose."""
        done = _DONE.get(self.category)
        if done is None or self.flagged or self.owed:
            return
        self.check()
        if self.play.found["held"]:
            self.do("confirm", action=done)
            self.owed = self._draft()
            assert self.owed

    def delete(self) -> None:
        self.do("delete")
        self.gone = True

    def end(self) -> None:
        """Invariant: nothing is held past its last day, and no running deadline is lost on the way there."""
        self.carry()
        day = add_period(TODAY, Period(days=self.dice.randrange(1, 5000)))
        standing = bool(self._own())
        self.do("pass", day=day)
        self.looked["ended by its day"] += standing and not self._own()
        for node in self.play.stage.nodes.values():
            with node.house.works().open(PEOPLE["bureau"], Purpose.POLICE) as work:
                assert not work.read(sa.select(ALERT.c.id).where(ALERT.c.delete_by < day))
                held = {(row.party, row.id) for row in work.read(sa.select(ALERT.c.party, ALERT.c.id))}
                found = {(row.party, row.id) for row in work.read(sa.select(ENTRY.c.party, ENTRY.c.id))}
                assert found <= held
        if self.owed:
            assert self._draft() == self.owed
            self.looked["duty kept"] += 1
            ((case, (version, _, _)),) = self.owed.items()
            text = "Synthetic: the case of this life is over."
            command = {"case": case, "version": version, "text": text, "not_a_hit": True}
            self.play.act("bureau", "bureau.return", command, {})

    # --- what stands ---

    def _own(self) -> Json:
        node = self.play.stage.nodes["FRA"]
        with node.house.works().open(PEOPLE["issuer"], Purpose.POLICE) as work:
            rows = work.read(sa.select(ALERT.c.version, ALERT.c.body).where(ALERT.c.id == self.state["id"]))
        return [(row.version, bytes(row.body)) for row in rows]

    def _draft(self) -> Json:
        command: Json = {"limit": 200}
        mine: Json = {}
        while True:
            page = self.play.act("bureau", "bureau.drafts", command, {})
            for case, clock in zip(page["cases"], page["clocks"], strict=True):
                if case["report"]["alert"]["id"] == self.state["id"]:
                    mine[case["id"]] = (case["version"], clock["due"], clock["urgent"])
            if page["cursor"] is None:
                return mine
            command["cursor"] = page["cursor"]

    def _of_person(self) -> bool:
        return self.category not in {"OBJ", "UNK"}


ACTS: Final = (
    Life.change,
    Life.extend,
    Life.achieve,
    Life.keep,
    Life.carry,
    Life.flag,
    Life.unflag,
    Life.others_change_it,
    Life.check,
    Life.find,
    Life.delete,
)


def live(stage: Stage, number: int, looked: Counter[str]) -> None:
    life = Life(stage, number, random.Random(f"{SEED}/{number}"), looked)
    try:
        life.run()
    except (AssertionError, ComityError) as error:
        message = f"life {number} of seed {SEED}, {life.category}: {error}"
        raise AssertionError(message) from error


@pytest.mark.timeout(0)
def test_in_random_lives_nothing_outlives_its_day_no_flag_is_overridden_no_other_changes_it_no_deadline_is_lost(
    tmp_path: Path,
) -> None:
    looked: Counter[str] = Counter()
    for first in range(FROM, FROM + LIVES, A_STAGE):
        folder = tmp_path / str(first)
        folder.mkdir()
        with a_stage(folder) as stage:
            for number in range(first, min(first + A_STAGE, FROM + LIVES)):
                live(stage, number, looked)
        shutil.rmtree(folder)

    # None of the invariants held for want of anything that could have broken it.
    assert set(+looked) == {"kept from others", "flag heeded", "action taken", "ended by its day", "duty kept"}


def test_the_lives_are_of_every_category() -> None:
    seen = {random.Random(f"{SEED}/{number}").choice(sorted(CATEGORIES)) for number in range(120)}

    assert len(seen) >= 14
