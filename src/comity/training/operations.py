"""A training lead opens, injects, undoes, resets, closes; trainees take one traveller after the other.

Everything else a trainee does is done by the ordinary operations of the house.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Final, Never, cast

import msgspec

from comity.core.errors import BadInput, Conflict, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import RecordChanged, Work
from comity.core.said import say
from comity.core.text import clean_line
from comity.core.time import date_of
from comity.core.vocabulary import Permission, Purpose
from comity.training import people, rules, store
from comity.training.commands import (
    Erased,
    Exercises,
    Exported,
    InjectTravellers,
    ListExercises,
    ListScenarios,
    NameExercise,
    NextTraveller,
    OpenExercise,
    ScenarioLine,
    Scenarios,
    Scores,
)
from comity.training.records import (
    EXERCISE_KIND,
    TRAINING_KIND,
    Exercise,
    Placed,
    State,
    TraineeScore,
    TrainingAlert,
    Turn,
)
from comity.training.scenario import Part, scenario_of, scenarios

_PURPOSES: Final = (Purpose.ADMINISTRATION,)
_MOST: Final = 2000


@operation("training.scenarios", permission=Permission.TRAINING_TAKE, purposes=_PURPOSES, kind=Kind.READ)
def list_scenarios(work: Work, command: ListScenarios) -> Scenarios:  # noqa: ARG001 - every operation takes both
    """List the scenarios that an exercise can be opened with."""
    return Scenarios(
        scenarios=tuple(
            ScenarioLine(
                id=scenario.id,
                version=scenario.version,
                title=scenario.title,
                travellers=len(scenario.travellers),
                lessons=tuple(part.lesson for part in scenario.travellers),
            )
            for scenario in scenarios()
        )
    )


@operation("training.open", permission=Permission.TRAINING_LEAD, purposes=_PURPOSES)
def open_exercise(work: Work, command: OpenExercise) -> Exercise:
    """Open an exercise; no traveller is in it before `training.inject`."""
    scenario = scenario_of(command.scenario)
    exercise = Exercise(
        id=work.new_id(),
        owner=work.who.owner,
        name=clean_line(command.name, "$.name"),
        crossing_point=clean_line(command.crossing_point, "$.crossing_point"),
        scenario=scenario.id,
        scenario_version=scenario.version,
        state=State.OPEN,
        version=1,
        batches=0,
        travellers=0,
        opened=work.recorded_at,
    )
    work.change(store.insert_exercise(exercise))
    work.record(_ref(exercise))
    return exercise


@operation("training.inject", permission=Permission.TRAINING_LEAD, purposes=_PURPOSES)
def inject(work: Work, command: InjectTravellers) -> Exercise:
    """Let synthetic travellers arrive, with the alerts behind them; these are found here and published to nobody."""
    old = _open_one(work, command.exercise)
    scenario = scenario_of(old.scenario)
    parts = _chosen(scenario.travellers, command.keys)
    there = store.placed_in(work, old.id)
    if len(there) + len(parts) > _MOST:
        raise Refused(
            "training.full",
            say("An exercise has at most %(most)s travellers.", most=_MOST),
            remedy="Open another exercise.",
        )
    new = _moved(old, batches=old.batches + 1, travellers=len(there) + len(parts))
    first = 1 + max((placed.number for placed in there), default=0)
    for number, part in enumerate(parts, first):
        placed = _place(work, new, number, part)
        work.change(store.insert_placed(new.id, placed))
        if placed.alert is not None:
            work.emit(_tidings(placed.alert, placed.alert))
    work.change(*store.replace_exercise(old, new))
    work.record(_ref(new), injected=len(parts))
    return new


@operation("training.undo", permission=Permission.TRAINING_LEAD, purposes=_PURPOSES)
def undo(work: Work, command: NameExercise) -> Exercise:
    """Take the last injection back: its travellers, their alerts, and what was done with them."""
    old = _open_one(work, command.exercise)
    there = store.placed_in(work, old.id)
    if not there:
        raise Refused("training.nothing-to-undo", "No traveller is in this exercise.", field="$.exercise")
    last = max(placed.batch for placed in there)
    back = [placed for placed in there if placed.batch == last]
    for placed in back:
        _withdraw(work, placed)
        work.change(*store.delete_placed(old.id, placed))
    new = _moved(old, travellers=len(there) - len(back))
    work.change(*store.replace_exercise(old, new))
    work.record(_ref(new), taken_back=len(back))
    return new


@operation("training.next", permission=Permission.TRAINING_TAKE, purposes=_PURPOSES)
def take_next(work: Work, command: NameExercise) -> NextTraveller:
    """Let the traveller at the counter go, and have the next one step up."""
    exercise = _open_one(work, command.exercise)
    user = work.who.user
    present = store.open_turn(work, user)
    if present is not None:
        turn, version = present
        work.change(*store.replace_turn(user, msgspec.structs.replace(turn, done=work.recorded_at), version))
    there = store.placed_in(work, exercise.id)
    mine = store.turns_in(work, exercise.id, user)
    trainee = mine[0].trainee if mine else _pseudonym(work, exercise)
    seen = {turn.number for turn in mine}
    waiting = next((placed for placed in there if placed.number not in seen), None)
    if waiting is not None:
        begun = Turn(exercise=exercise.id, number=waiting.number, trainee=trainee, given=work.recorded_at)
        work.change(*store.insert_turn(user, begun))
    if not mine:
        # The version moves, so that two who join at one moment do not get one pseudonym.
        work.change(*store.replace_exercise(exercise, _moved(exercise)))
    work.record(_ref(exercise))
    return NextTraveller(
        exercise=exercise.id,
        crossing_point=exercise.crossing_point,
        trainee=trainee,
        number=waiting.number if waiting else None,
        of=len(there),
        traveller=waiting.traveller if waiting else None,
    )


@operation("training.scores", permission=Permission.TRAINING_TAKE, purposes=_PURPOSES, kind=Kind.READ)
def show_scores(work: Work, command: NameExercise) -> Scores:
    """Show how travellers were handled: to a trainee the own turns, to a lead everybody's by pseudonym."""
    exercise = store.get_exercise(work, work.who.owner, command.exercise)
    leads = Permission.TRAINING_LEAD in work.who.permissions
    work.record(_ref(exercise))
    return Scores(
        exercise=exercise.id, name=exercise.name, scores=_scores(work, exercise, None if leads else work.who.user)
    )


@operation("training.export", permission=Permission.TRAINING_LEAD, purposes=_PURPOSES, kind=Kind.READ)
def export(work: Work, command: NameExercise) -> Exported:
    """Give all results as CSV, by pseudonym."""
    return _exported(work, store.get_exercise(work, work.who.owner, command.exercise))


@operation("training.list", permission=Permission.TRAINING_TAKE, purposes=_PURPOSES, kind=Kind.READ)
def list_exercises(work: Work, command: ListExercises) -> Exercises:  # noqa: ARG001 - every operation takes both
    """List the exercises of the own authority, newest first."""
    return Exercises(exercises=store.exercises(work, work.who.owner))


@operation("training.reset", permission=Permission.TRAINING_LEAD, purposes=_PURPOSES)
def reset(work: Work, command: NameExercise) -> Exercise:
    """Forget all turns and scores; the travellers stay and can be worked through again."""
    old = _open_one(work, command.exercise)
    new = _moved(old)
    work.change(store.delete_turns(old.id), *store.replace_exercise(old, new))
    work.record(_ref(new))
    return new


@operation("training.close", permission=Permission.TRAINING_LEAD, purposes=_PURPOSES)
def close(work: Work, command: NameExercise) -> Exported:
    """End the exercise: the injected alerts go, the results are given as CSV and kept for 90 days."""
    old = _open_one(work, command.exercise)
    for placed in store.placed_in(work, old.id):
        _withdraw(work, placed)
        work.change(store.release_alerts(old.id, placed))
    new = msgspec.structs.replace(_moved(old), state=State.CLOSED, closed=work.recorded_at)
    work.change(*store.replace_exercise(old, new))
    work.record(_ref(new))
    return _exported(work, new)


@operation("training.erase", permission=Permission.TRAINING_LEAD, purposes=_PURPOSES)
def erase(work: Work, command: NameExercise) -> Erased:
    """Erase a closed exercise with everybody's results."""
    exercise = store.get_exercise(work, work.who.owner, command.exercise)
    if exercise.state is not State.CLOSED:
        raise Refused("training.still-open", "An open exercise cannot be erased.", remedy="Close it first.")
    work.change(*store.erase(exercise.id))
    work.record(_ref(exercise))
    return Erased(exercise=exercise.id)


OPERATIONS: Final = cast(
    "tuple[AnyOperation, ...]",
    (
        list_scenarios,
        open_exercise,
        inject,
        undo,
        take_next,
        show_scores,
        export,
        list_exercises,
        reset,
        close,
        erase,
    ),
)


def make_operations(*, exercise: bool) -> tuple[AnyOperation, ...]:
    """Return the operations of this room; on a node of production each is refused."""
    return OPERATIONS if exercise else tuple(replace(declared, run=_refuse) for declared in OPERATIONS)


def _refuse(work: Work, command: msgspec.Struct) -> Never:  # noqa: ARG001 - stands in the place of an operation
    raise Refused(
        "training.exercise-nodes-only",
        "Training runs on exercise nodes; this one is in production.",
        remedy="Found a node with the profile exercise.",
    )


def _open_one(work: Work, exercise: str) -> Exercise:
    found = store.get_exercise(work, work.who.owner, exercise)
    if found.state is not State.OPEN:
        raise Conflict("training.closed", "This exercise is closed.", field="$.exercise", remedy="Open another one.")
    return found


def _chosen(parts: tuple[Part, ...], keys: tuple[str, ...]) -> tuple[Part, ...]:
    by_key = {part.key: part for part in parts}
    for place, key in enumerate(keys):
        if key not in by_key:
            raise BadInput(
                "training.key-unknown", "The scenario has no traveller of this key.", field=f"$.keys[{place}]"
            )
    return tuple(by_key[key] for key in keys) if keys else parts


def _place(work: Work, exercise: Exercise, number: int, part: Part) -> Placed:
    """Draw the person of a part, and the alert behind them."""
    seed = f"{exercise.id}/{number}"
    person = people.traveller(part, seed, int(date_of(work.at)[:4]))
    alert = None
    if part.searched is not None:
        alert = TrainingAlert(
            id=work.new_id(),
            owner=exercise.owner,
            category=part.searched.category,
            about=part.searched.about,
            person=people.sought(person, part.searched, seed),
            reason=part.searched.reason,
            warnings=part.searched.warnings,
        )
    return Placed(
        number=number,
        batch=exercise.batches,
        key=part.key,
        lesson=part.lesson,
        traveller=person,
        alert=alert,
        expect=part.expect,
        why=part.why,
    )


def _withdraw(work: Work, placed: Placed) -> None:
    if placed.alert is not None:
        work.emit(_tidings(placed.alert, None))


def _tidings(alert: TrainingAlert, record: TrainingAlert | None) -> RecordChanged:
    return RecordChanged(kind=TRAINING_KIND, id=alert.id, owner=alert.owner, version=1, record=record)


def _moved(exercise: Exercise, **values: int) -> Exercise:
    return msgspec.structs.replace(exercise, version=exercise.version + 1, **values)


def _pseudonym(work: Work, exercise: Exercise) -> str:
    """Return the next free pseudonym: T1, T2 ... in order of joining."""
    taken = {turn.trainee for turn in store.turns_in(work, exercise.id)}
    return f"T{len(taken) + 1}"


def _scores(work: Work, exercise: Exercise, user: str | None) -> tuple[TraineeScore, ...]:
    placed = {one.number: one for one in store.placed_in(work, exercise.id)}
    turns = sorted(store.turns_in(work, exercise.id, user), key=lambda turn: (int(turn.trainee[1:]), turn.number))
    return tuple(
        rules.score_of(trainee, tuple(group), placed, work.recorded_at)
        for trainee, group in groupby(turns, key=lambda turn: turn.trainee)
    )


def _exported(work: Work, exercise: Exercise) -> Exported:
    text, rows = rules.table(_scores(work, exercise, None))
    work.record(_ref(exercise))
    return Exported(exercise=exercise.id, rows=rows, csv=text)


def _ref(exercise: Exercise) -> RecordRef:
    return RecordRef(kind=EXERCISE_KIND, id=exercise.id, version=exercise.version)
