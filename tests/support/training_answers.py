"""An exercise as the pages of training see it: one trainee, one traveller with hostile names, one score."""

from __future__ import annotations

import msgspec

from comity.core.ids import Owner
from comity.core.operation import Kind
from comity.core.time import Instant
from comity.training import commands, records
from comity.training.scenario import Expected, Lesson

EXERCISE = "01k" + "5" * 23


def answers(hostile: str, now: Instant, owner: Owner) -> list[tuple[str, type[msgspec.Struct], msgspec.Struct, Kind]]:
    """Return name, command, answer and kind of each operation that the pages ask for."""
    exercise = records.Exercise(
        id=EXERCISE,
        owner=owner,
        name=hostile,
        crossing_point=hostile,
        scenario="first-line-basics",
        scenario_version=1,
        state=records.State.OPEN,
        version=3,
        batches=1,
        travellers=1,
        opened=now,
    )
    traveller = records.Traveller(
        surnames=hostile,
        forenames="Test",
        birth_date="1985-03-27",
        nationality="XXA",
        gender="female",
        document=records.ShownDocument(category="passport", country="XXA", number=hostile),
        direction="entry",
        lane="third-country",
        says=hostile,
    )
    item = records.ItemScore(
        number=1,
        lesson=Lesson.DISCREET,
        expected=Expected.CONFIRMED,
        verdict=Expected.REJECTED,
        hit_found=False,
        false_confirmation=False,
        safeguards_answered=0,
        safeguards_asked=0,
        discreet=False,
        without_document=True,
        seconds=42,
        points=(records.Point(code="noticed", well=False, text="The traveller could notice the search."),),
        why=hostile,
    )
    score = records.TraineeScore(
        trainee="T1",
        travellers=1,
        hits_found=0,
        hits_there=1,
        false_confirmations=0,
        safeguards_answered=0,
        safeguards_asked=0,
        discreet_kept=0,
        discreet_there=1,
        without_document=1,
        median_seconds=42,
        items=(item,),
    )
    line = commands.ScenarioLine(id="first-line-basics", version=1, title="Ten", travellers=10, lessons=tuple(Lesson))
    given = commands.NextTraveller(
        exercise=EXERCISE, crossing_point=hostile, trainee="T1", number=1, of=1, traveller=traveller
    )
    results = commands.Exported(exercise=EXERCISE, rows=1, csv="trainee,number\r\nT1,1\r\n")
    return [
        ("training.list", commands.ListExercises, commands.Exercises(exercises=(exercise,)), Kind.READ),
        ("training.scenarios", commands.ListScenarios, commands.Scenarios(scenarios=(line,)), Kind.READ),
        (
            "training.scores",
            commands.NameExercise,
            commands.Scores(exercise=EXERCISE, name=hostile, scores=(score,)),
            Kind.READ,
        ),
        ("training.open", commands.OpenExercise, exercise, Kind.CHANGE),
        ("training.inject", commands.InjectTravellers, exercise, Kind.CHANGE),
        ("training.undo", commands.NameExercise, exercise, Kind.CHANGE),
        ("training.reset", commands.NameExercise, exercise, Kind.CHANGE),
        ("training.export", commands.NameExercise, results, Kind.READ),
        ("training.close", commands.NameExercise, results, Kind.CHANGE),
        ("training.erase", commands.NameExercise, commands.Erased(exercise=EXERCISE), Kind.CHANGE),
        ("training.next", commands.NameExercise, given, Kind.CHANGE),
    ]


__all__ = ["EXERCISE", "answers"]
