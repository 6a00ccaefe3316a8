"""An exercise from opening to close: injected, worked through by the ordinary operations, scored, taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from comity.agreements.decide import decide
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.core import codec
from comity.core.errors import BadInput, Conflict, NotFound, Refused
from comity.core.ports import Actor
from comity.core.time import SECOND_US
from comity.core.vocabulary import Function, Purpose
from comity.crossings import store as crossing_store
from comity.crossings.operations import make_operations as crossing_operations
from comity.crossings.projections import PROJECTIONS as CROSSING_PROJECTIONS
from comity.crossings.records import Advice, Match, Outcome
from comity.exchange.store import METADATA as EXCHANGE_TABLES
from comity.runtime.run import Runtime
from comity.screening.index.simple import SimpleIndex
from comity.screening.store import ENTRY, KEY
from comity.screening.store import METADATA as SCREENING_TABLES
from comity.training import store
from comity.training.commands import Exported, NextTraveller, Scores
from comity.training.operations import OPERATIONS, make_operations
from comity.training.projections import PROJECTIONS as TRAINING_PROJECTIONS
from comity.training.records import Exercise, ItemScore, Traveller
from tests.support.agreements import schengen_registry
from tests.support.house import House, actor, call, open_house

LEAD = actor("FRA", "police-aux-frontieres", Function.TRAINING_LEAD, name="synthetic-lead")
ANNA = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE, name="synthetic-anna")
BERT = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE, name="synthetic-bert")
ELSEWHERE = actor("FRA", "douane", Function.TRAINING_LEAD, name="synthetic-other")
NO = {"fear_expressed": "no", "child_or_age_unknown": "no", "vulnerable": "no", "interpreter": "no"}

R = TypeVar("R", bound=msgspec.Struct)


@dataclass
class Course:
    house: House
    runtime: Runtime

    def do(self, name: str, command: dict[str, object], who: Actor, kind: type[R]) -> R:
        purpose = "borders" if name.startswith("crossing.") else None
        return codec.decode_as(self.runtime.run(call(name, command, purpose=purpose), who).body, kind)

    def opened(self, *keys: str, scenario: str = "first-line-basics") -> Exercise:
        exercise = self.do("training.open", {"name": "Monday", "scenario": scenario}, LEAD, Exercise)
        return self.do("training.inject", {"exercise": exercise.id, "keys": list(keys)}, LEAD, Exercise)

    def next(self, exercise: Exercise, who: Actor = ANNA) -> NextTraveller:
        return self.do("training.next", {"exercise": exercise.id}, who, NextTraveller)

    def check(self, traveller: Traveller, who: Actor = ANNA, *, document: bool = True) -> Advice:
        command: dict[str, object] = {
            "direction": traveller.direction,
            "crossing_point": "exercise",
            "lane": traveller.lane,
            "identity": {
                "surnames": traveller.surnames,
                "forenames": traveller.forenames,
                "birth_date": traveller.birth_date,
                "nationality": traveller.nationality,
            },
        }
        if document and traveller.document:
            papers = traveller.document
            command["document"] = {"category": papers.category, "country": papers.country, "number": papers.number}
        else:
            command["justification"] = "Exercise: no document."
            command["case"] = "synthetic-1"
        return msgspec.convert(
            codec.decode(self.runtime.run(call("crossing.check", command, purpose="borders"), who).body), Advice
        )

    def confirm(self, advice: Advice, action: str, who: Actor = ANNA, **answers: str) -> None:
        match = advice.matches[0]
        more = {"place": "Lane 1", "circumstances": "", "action_taken": action, "safeguards": answers}
        self._decide("crossing.confirm", advice, match, who, more)

    def reject(self, advice: Advice, who: Actor = ANNA) -> None:
        self._decide("crossing.reject", advice, advice.matches[0], who, {"reason": "Exercise: another person."})

    def _decide(self, name: str, advice: Advice, match: Match, who: Actor, more: Mapping[str, object]) -> None:
        command = {"check": advice.check, "alert": match.alert.id, "version": match.alert.version, **more}
        self.runtime.run(call(name, command, purpose="borders"), who)

    def scores(self, exercise: Exercise, who: Actor = LEAD) -> Scores:
        return self.do("training.scores", {"exercise": exercise.id}, who, Scores)

    def wait(self, seconds: int) -> None:
        self.house.clock.move(seconds * SECOND_US)


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    tables = (ALERT_TABLES, EXCHANGE_TABLES, SCREENING_TABLES, crossing_store.METADATA, store.METADATA)
    with open_house(tmp_path, *tables) as house:
        registry = schengen_registry()
        house.decide = lambda question, at, known_at: decide(question, at, known_at, registry)
        house.projections = {
            kind: (react,)
            for reactions in (CROSSING_PROJECTIONS, TRAINING_PROJECTIONS)
            for kind, react in reactions.items()
        }
        yield Course(house, house.runtime((*OPERATIONS, *crossing_operations(SimpleIndex()))))


ASKED = {"fear_expressed": "no", "child_or_age_unknown": "no", "vulnerable": "no", "interpreter": "no"}


def only(scores: Scores) -> ItemScore:
    (score,) = scores.scores
    (item,) = score.items
    return item


def test_an_arrest_well_done_is_scored_with_its_reasons(course: Course) -> None:
    exercise = course.opened("arrest-1")
    first = course.next(exercise)
    assert first.traveller is not None

    course.wait(20)
    advice = course.check(first.traveller)
    course.wait(22)
    course.confirm(advice, "arrested", ANNA, **ASKED)

    item = only(course.scores(exercise))
    assert advice.warnings == ("armed",)
    assert (item.hit_found, item.false_confirmation, item.seconds, item.without_document) == (True, False, 42, False)
    assert [point.code for point in item.points] == ["verdict", "action"]


def test_injected_alerts_are_published_to_nobody_and_stand_in_no_list_of_alerts(course: Course) -> None:
    exercise = course.opened()

    with course.house.works().open(LEAD, Purpose.ADMINISTRATION) as work:
        rows = work.read(ENTRY.select())
        alerts = work.read(ALERT_TABLES.tables["alert"].select())
    assert course.house.published == []
    assert {row.kind for row in rows} == {"training-alert"}
    assert (len(rows), len(alerts)) == (8, 0)
    assert exercise.travellers == 10


def test_confirming_a_namesake_is_a_false_confirmation(course: Course) -> None:
    exercise = course.opened("false-match-1")
    first = course.next(exercise)
    assert first.traveller is not None

    advice = course.check(first.traveller)
    course.confirm(advice, "referred")

    item = only(course.scores(exercise))
    assert (item.false_confirmation, item.hit_found) == (True, None)
    assert {"false-confirmation", "other-verdict"} <= {point.code for point in item.points}


def test_rejecting_a_cleared_namesake_is_right(course: Course) -> None:
    exercise = course.opened("cleared-1")
    first = course.next(exercise)
    assert first.traveller is not None

    advice = course.check(first.traveller)
    course.reject(advice)

    item = only(course.scores(exercise))
    assert not item.false_confirmation
    assert [(point.code, point.well) for point in item.points] == [("verdict", True)]


def test_fear_is_heard_by_referring_with_the_answer(course: Course) -> None:
    exercise = course.opened("fear-1")
    for who, answer in ((ANNA, "yes"), (BERT, "no")):
        first = course.next(exercise, who)
        assert first.traveller is not None
        course.confirm(course.check(first.traveller, who), "referred", who, fear_expressed=answer)

    anna, bert = course.scores(exercise).scores

    assert "fear-heard" in {point.code for point in anna.items[0].points}
    assert "fear-missed" in {point.code for point in bert.items[0].points}
    assert (anna.safeguards_answered, anna.safeguards_asked) == (1, 1)


def test_a_refusal_counts_the_questions_answered(course: Course) -> None:
    exercise = course.opened("refusal-1")
    first = course.next(exercise)
    assert first.traveller is not None

    course.confirm(course.check(first.traveller), "entry-refused", ANNA, **NO)

    item = only(course.scores(exercise))
    assert (item.safeguards_answered, item.safeguards_asked) == (4, 4)
    assert all(point.well for point in item.points)


def test_a_person_led_away_under_a_discreet_check_has_noticed(course: Course) -> None:
    exercise = course.opened("discreet-1")
    first = course.next(exercise)
    assert first.traveller is not None

    advice = course.check(first.traveller)
    course.confirm(advice, "referred")

    item = only(course.scores(exercise))
    assert advice.must_not_show
    assert item.discreet is False
    assert "noticed" in {point.code for point in item.points}


def test_a_lost_document_is_found_by_its_number_whoever_shows_it(course: Course) -> None:
    exercise = course.opened("lost-document-1")
    first = course.next(exercise)
    assert first.traveller is not None

    advice = course.check(first.traveller)

    assert [match.category for match in advice.matches] == ["OBJ"]
    assert [evidence.grade for evidence in advice.matches[0].evidence if evidence.field == "document"] == ["exact"]


def test_searching_by_name_though_a_document_is_there_is_told(course: Course) -> None:
    exercise = course.opened("nothing-1")
    first = course.next(exercise)
    assert first.traveller is not None

    advice = course.check(first.traveller, document=False)
    course.next(exercise)

    item = only(course.scores(exercise))
    assert advice.outcome is Outcome.NO_HIT
    assert item.without_document
    assert [point.code for point in item.points] == ["without-document", "let-on"]


def test_checks_of_others_and_of_other_people_are_not_noted(course: Course) -> None:
    exercise = course.opened("nothing-1", "nothing-2")
    first = course.next(exercise)
    assert first.traveller is not None

    course.check(first.traveller, BERT)
    course.check(msgspec.structs.replace(first.traveller, surnames="Synthetic-Else", document=None))
    course.next(exercise)

    assert [point.code for point in only(course.scores(exercise)).points] == ["not-checked"]


def test_trainees_see_their_own_scores_and_leads_see_pseudonyms(course: Course) -> None:
    exercise = course.opened("nothing-1")
    course.next(exercise, ANNA)
    course.next(exercise, ANNA)
    course.next(exercise, BERT)
    course.next(exercise, BERT)

    everybody = course.scores(exercise)
    own = course.scores(exercise, BERT)

    assert [score.trainee for score in everybody.scores] == ["T1", "T2"]
    assert [score.trainee for score in own.scores] == ["T2"]
    assert b"user-of" not in codec.encode(everybody)


def test_travellers_come_one_by_one_until_none_is_left(course: Course) -> None:
    exercise = course.opened()

    numbers = [course.next(exercise).number for _ in range(12)]

    assert numbers == [*range(1, 11), None, None]


def test_undo_takes_the_last_injection_back(course: Course) -> None:
    exercise = course.opened("arrest-1")
    course.do("training.inject", {"exercise": exercise.id, "keys": ["refusal-1"]}, LEAD, Exercise)

    course.do("training.undo", {"exercise": exercise.id}, LEAD, Exercise)
    last = course.do("training.undo", {"exercise": exercise.id}, LEAD, Exercise)

    assert last.travellers == 0
    assert left_in_index(course.house) == 0
    with pytest.raises(Refused) as refused:
        course.do("training.undo", {"exercise": exercise.id}, LEAD, Exercise)
    assert refused.value.code == "training.nothing-to-undo"


def test_reset_lets_trainees_begin_again(course: Course) -> None:
    exercise = course.opened("nothing-1")
    course.next(exercise)

    course.do("training.reset", {"exercise": exercise.id}, LEAD, Exercise)

    assert course.scores(exercise).scores == ()
    assert course.next(exercise).number == 1


def test_closing_gives_the_results_and_leaves_no_alert(course: Course) -> None:
    exercise = course.opened()
    for _ in range(4):
        course.next(exercise)

    done = course.do("training.close", {"exercise": exercise.id}, LEAD, Exported)

    assert done.rows == 3
    assert done.csv.splitlines()[0].startswith("trainee,number,lesson,expected,verdict")
    assert left_in_index(course.house) == 0
    with pytest.raises(Conflict):
        course.next(exercise)


def test_an_erased_exercise_leaves_no_row(course: Course) -> None:
    exercise = course.opened()
    course.next(exercise)
    with pytest.raises(Refused):
        course.runtime.run(call("training.erase", {"exercise": exercise.id}), LEAD)
    course.do("training.close", {"exercise": exercise.id}, LEAD, Exported)

    course.runtime.run(call("training.erase", {"exercise": exercise.id}), LEAD)

    with course.house.works().open(LEAD, Purpose.ADMINISTRATION) as work:
        assert [work.read(table.select()) for table in store.METADATA.sorted_tables] == [[], [], []]


def test_another_authority_does_not_see_the_exercise(course: Course) -> None:
    exercise = course.opened()

    with pytest.raises(NotFound):
        course.runtime.run(call("training.inject", {"exercise": exercise.id}), ELSEWHERE)


def test_unknown_scenarios_and_travellers_are_named(course: Course) -> None:
    with pytest.raises(NotFound) as unknown:
        course.do("training.open", {"name": "Monday", "scenario": "no-such"}, LEAD, Exercise)
    with pytest.raises(BadInput) as key:
        course.opened("nobody-1")

    assert unknown.value.code == "training.scenario-unknown"
    assert key.value.code == "training.key-unknown"


def test_a_node_in_production_refuses_every_act_of_training(course: Course) -> None:
    runtime = course.house.runtime(make_operations(exercise=False))
    commands: dict[str, dict[str, object]] = {
        "training.open": {"name": "Monday", "scenario": "first-line-basics"},
        "training.scenarios": {},
        "training.list": {},
    }

    for declared in make_operations(exercise=False):
        command = commands.get(declared.name, {"exercise": "0" * 26})
        with pytest.raises(Refused) as refused:
            runtime.run(call(declared.name, command), LEAD)
        assert refused.value.code == "training.exercise-nodes-only"


def left_in_index(house: House) -> int:
    with house.works().open(LEAD, Purpose.ADMINISTRATION) as work:
        return len(work.read(ENTRY.select())) + len(work.read(KEY.select()))


@pytest.mark.parametrize("scenario", ["first-line-basics", "evening-ferry"])
def test_every_alert_of_a_scenario_is_shown_for_its_traveller_and_for_no_other(course: Course, scenario: str) -> None:
    exercise = course.opened(scenario=scenario)
    with course.house.works().open(LEAD, Purpose.ADMINISTRATION) as work:
        placed = store.placed_in(work, exercise.id)

    for one in placed:
        advice = course.check(one.traveller)
        behind = [one.alert.id] if one.alert else []
        assert [match.alert.id for match in advice.matches] == behind, one.key
