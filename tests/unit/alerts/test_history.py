"""What became of an alert, act by act: kept without what it said, for three years after its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts import METADATA, OPERATIONS, Confirmation, record_hit
from comity.alerts.achieved import Achievement
from comity.alerts.commands import AlertState, ChangeAlert, DeleteAlert, EnterAlert, KeepAlert, TellAchieved
from comity.alerts.history import AlertHistory, AskHistory, erase_past
from comity.alerts.records import DeletionReason
from comity.core import codec
from comity.core.errors import NotFound
from comity.core.ports import Actor
from comity.core.time import CivilDate
from comity.core.vocabulary import Function
from comity.runtime.run import Runtime
from tests.support.alerts import arrest, grounds
from tests.support.house import House, actor, call, open_house

OFFICER = actor("FRA", "court", Function.ALERT_OFFICER)
BUREAU = actor("FRA", "sirene", Function.BUREAU_OFFICER, name="synthetic-3")
STRANGER = actor("DEU", "court", Function.ALERT_OFFICER, name="synthetic-4")
REASON = "Exercise: the surrender was refused."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as opened:
        yield opened


@pytest.fixture
def runtime(house: House) -> Iterator[Runtime]:
    opened = house.runtime(OPERATIONS)
    yield opened
    opened.close()


def act(runtime: Runtime, operation: str, command: msgspec.Struct, who: Actor = OFFICER) -> AlertState:
    return codec.decode_as(runtime.run(call(operation, command, purpose="police"), who).body, AlertState)


def history(runtime: Runtime, alert: str, after: int = 0, who: Actor = BUREAU) -> AlertHistory:
    command = AskHistory(id=alert, after=after)
    return codec.decode_as(runtime.run(call("alert.history", command, purpose="police"), who).body, AlertHistory)


@pytest.fixture
def lived(house: House, runtime: Runtime) -> str:
    """An alert that was entered, completed, found, said to be achieved, kept, and deleted."""
    state = act(runtime, "alert.enter", EnterAlert(category="ARR", data=arrest(), grounds=grounds()))
    data = msgspec.structs.replace(arrest(), offence="synthetic", reason="Exercise: another reason.")
    act(runtime, "alert.change", ChangeAlert(id=state.id, version=1, data=data))
    with house.work(BUREAU) as work:
        hit = Confirmation(
            alert=state.id, alert_owner=OFFICER.owner, alert_version=2, place="Exercise", action_taken="arrested"
        )
        record_hit(work, hit)
    house.clock.move(1)
    act(runtime, "alert.tell-achieved", TellAchieved(id=state.id, version=2, what=Achievement.SURRENDERED), BUREAU)
    act(runtime, "alert.keep", KeepAlert(id=state.id, version=3, reason=REASON))
    act(runtime, "alert.delete", DeleteAlert(id=state.id, version=4, reason=DeletionReason.DECISION_REVOKED))
    return state.id


def test_every_act_is_told_with_who_and_when_also_after_the_end(runtime: Runtime, lived: str) -> None:
    told = history(runtime, lived)

    assert [(each.act, each.version, each.what) for each in told.acts] == [
        ("enter", 1, None),
        ("change", 2, None),
        ("found", 2, "arrested"),
        ("tell-achieved", 3, "surrendered"),
        ("keep", 4, "surrendered"),
        ("delete", 5, "decision_revoked"),
    ]
    assert {each.authority for each in told.acts if each.act in {"found", "tell-achieved"}} == {"sirene"}
    assert told.acts[1].fields == ("reason", "offence")
    assert told.acts[3].until == "2026-12-10"


def test_it_never_says_what_the_alert_said(runtime: Runtime, lived: str) -> None:
    text = codec.encode(history(runtime, lived)).decode()

    data = arrest()
    assert data.person is not None
    assert data.person.surnames not in text
    assert REASON not in text


def test_nobody_of_another_party_reads_it(runtime: Runtime, lived: str) -> None:
    with pytest.raises(NotFound):
        history(runtime, lived, who=STRANGER)


def test_it_goes_three_years_after_the_alert_and_not_before(house: House, runtime: Runtime, lived: str) -> None:
    with house.work(OFFICER) as work:
        kept = erase_past(work, CivilDate("2029-11-25"), 100)
    with house.work(OFFICER) as work:
        gone = erase_past(work, CivilDate("2029-11-26"), 100)

    assert (kept, gone) == (0, 5)
    with pytest.raises(NotFound):
        history(runtime, lived)


def test_an_alert_that_stands_is_not_forgotten(house: House, runtime: Runtime) -> None:
    state = act(runtime, "alert.enter", EnterAlert(category="ARR", data=arrest(), grounds=grounds()))

    with house.work(OFFICER) as work:
        gone = erase_past(work, CivilDate("2099-01-01"), 100)

    assert gone == 0
    assert [each.act for each in history(runtime, state.id).acts] == ["enter"]


def test_pages_hold_every_act_and_every_hit_once(
    house: House, runtime: Runtime, lived: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.alerts.history._PAGE", 2)

    pages = [history(runtime, lived)]
    while pages[-1].after is not None:
        pages.append(history(runtime, lived, pages[-1].after))

    acts = [each.act for page in pages for each in page.acts]
    assert len(pages) == 3
    assert sorted(acts) == sorted(["enter", "change", "found", "tell-achieved", "keep", "delete"])
