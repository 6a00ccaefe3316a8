"""What can be asked of training, and what it answers."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from comity.training.records import Exercise, TraineeScore, Traveller
from comity.training.scenario import Key, Lesson

ExerciseId = Annotated[str, Meta(pattern=r"^[0-7][0-9a-hjkmnp-tv-z]{25}$")]


class ListScenarios(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask for all."""


class ScenarioLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One scenario: what it is called and how many travellers of each lesson it has."""

    id: str
    version: int
    title: str
    travellers: int
    lessons: tuple[Lesson, ...]


class Scenarios(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The scenarios of this program."""

    scenarios: tuple[ScenarioLine, ...]


class OpenExercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Open an exercise of a scenario at a crossing point."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    crossing_point: Annotated[str, Meta(min_length=1, max_length=200)] = "exercise"
    scenario: Key


class InjectTravellers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Let travellers of the scenario arrive; without `keys` all of them. Each call brings new people."""

    exercise: ExerciseId
    keys: Annotated[tuple[Key, ...], Meta(max_length=200)] = ()


class NameExercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Name an exercise of the own authority."""

    exercise: ExerciseId


class ListExercises(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask for the exercises of the own authority, newest first."""


class Exercises(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Exercises, newest first."""

    exercises: tuple[Exercise, ...]


class NextTraveller(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose turn it is: `traveller` None when all have been seen. `trainee` is the asker's pseudonym."""

    exercise: str
    crossing_point: str
    trainee: str
    number: int | None
    of: int
    traveller: Traveller | None


class Scores(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Scores by pseudonym: to a lead all of the exercise, to a trainee the own ones."""

    exercise: str
    name: str
    scores: tuple[TraineeScore, ...]


class Exported(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every scored traveller as one CSV line (RFC 4180), under a line of column names."""

    exercise: str
    rows: int
    csv: str


class Erased(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An exercise of which nothing is left."""

    exercise: str
