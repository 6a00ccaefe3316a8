"""An exercise on a real node, over HTTP and the command line: found by the ordinary check, scored, gone when closed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from comity.alerts.commands import AlertPage
from comity.core.vocabulary import Function, Purpose
from comity.crossings.records import Advice, Resolution
from comity.exercise.client import Client
from comity.exercise.federation import Member
from comity.oversight.records import KeySet
from comity.training.commands import Exported, NextTraveller, Scores
from comity.training.records import Exercise
from tests.support.browser_house import question_about
from tests.support.live import one_node, people, post


@pytest.fixture(scope="module")
def member(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Member]:
    with one_node(tmp_path_factory.mktemp("training")) as opened:
        yield opened


@pytest.fixture(scope="module")
def staff(member: Member) -> dict[Function, Client]:
    found = people(member)
    supervisor = found[Function.DATA_PROTECTION_SUPERVISOR]
    supervisor.call("search-log.set-key", {"passphrase": "synthetic passphrase of a supervisor"}, KeySet)
    return found


def test_an_exercise_runs_from_opening_to_its_results(staff: dict[Function, Client]) -> None:
    lead, guard, officer = staff[Function.TRAINING_LEAD], staff[Function.FIRST_LINE], staff[Function.ALERT_OFFICER]
    opened = lead.call("training.open", {"name": "Monday", "scenario": "first-line-basics"}, Exercise)
    keys = ["arrest-1", "nothing-1"]
    lead.call("training.inject", {"exercise": opened.id, "keys": keys}, Exercise)

    first = guard.call("training.next", {"exercise": opened.id}, NextTraveller)
    assert first.traveller is not None
    advice = guard.call("crossing.check", question_about(first.traveller), Advice, purpose=Purpose.BORDERS)
    (match,) = advice.matches
    decided = {
        "check": advice.check,
        "alert": match.alert.id,
        "version": match.alert.version,
        "place": "Exercise airport",
        "circumstances": "Exercise.",
        "action_taken": "arrested",
        "safeguards": dict.fromkeys(("fear_expressed", "child_or_age_unknown", "vulnerable", "interpreter"), "no"),
    }
    resolution = guard.call("crossing.confirm", decided, Resolution, purpose=Purpose.BORDERS)
    guard.call("training.next", {"exercise": opened.id}, NextTraveller)
    scores = lead.call("training.scores", {"exercise": opened.id}, Scores).scores
    listed = officer.call("alert.list", {}, AlertPage, purpose=Purpose.POLICE)
    closed = lead.call("training.close", {"exercise": opened.id}, Exported)
    after = guard.call("crossing.check", question_about(first.traveller), Advice, purpose=Purpose.BORDERS)

    assert resolution.hit is None
    assert [(score.trainee, score.hits_found, score.hits_there) for score in scores] == [("T1", 1, 1)]
    assert listed.alerts == ()
    (row,) = csv.DictReader(io.StringIO(closed.csv))
    assert (row["trainee"], row["lesson"], row["hit_found"], row["points"]) == ("T1", "arrest", "yes", "verdict action")
    assert after.matches == ()


def test_every_answer_of_the_node_is_marked(member: Member, staff: dict[Function, Client]) -> None:
    token = staff[Function.TRAINING_LEAD].token
    answers = [
        post(member.node.url, "/v1/training/list", b'{"command":{}}', token),
        post(member.node.url, "/v1/training/list", b"{", token),
        post(member.node.url, "/v1/training/list", b'{"command":{}}', None),
    ]

    assert [answer.status for answer in answers] == [200, 400, 401]
    assert {answer.headers["comity-profile"] for answer in answers} == {"exercise"}
