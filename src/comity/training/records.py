"""An exercise and its people: what was injected, whose turn it was, what was done, and how it is scored."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Final, Literal

import msgspec

from comity.core.ids import Owner, RecordRef
from comity.core.personal import Personal
from comity.core.time import Instant
from comity.training.scenario import Expectation, Expected, Lesson

TRAINING_KIND: Final = "training-alert"
"""Kind of an injected alert in the search index. No other room publishes it, so it never leaves the node."""

EXERCISE_KIND: Final = "training-exercise"
CHECKED_KIND: Final = "crossing-checked"
DECIDED_KIND: Final = "crossing-decided"

PersonalText = Annotated[str, Personal]


class ShownDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A synthetic document."""

    category: str
    country: str
    number: PersonalText


class Traveller(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A synthetic traveller as the officer meets them; `says` is what they say without being asked."""

    surnames: PersonalText
    forenames: PersonalText
    birth_date: PersonalText
    nationality: str
    gender: str
    document: ShownDocument | None
    direction: str
    lane: str
    says: str
    synthetic: Literal[True] = True


class TrainingAlert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An injected alert: synthetic, national, and gone with its exercise."""

    id: str
    owner: Owner
    category: str
    about: Literal["person", "document"]
    person: Traveller
    reason: str
    warnings: tuple[str, ...] = ()
    synthetic: Literal[True] = True


class Placed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One traveller of an exercise, with the alert behind them and what is expected."""

    number: int
    batch: int
    key: str
    lesson: Lesson
    traveller: Traveller
    alert: TrainingAlert | None
    expect: Expectation
    why: str


@unique
class State(StrEnum):
    """Where an exercise stands."""

    OPEN = "open"
    CLOSED = "closed"


class Exercise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An exercise of one authority. `batches` counts injections, `travellers` those not taken back."""

    id: str
    owner: Owner
    name: str
    crossing_point: str
    scenario: str
    scenario_version: int
    state: State
    version: int
    batches: int
    travellers: int
    opened: Instant
    closed: Instant | None = None


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A check was made: how it was asked and which records it showed. Told by crossings to whom it concerns."""

    check: str
    at: Instant
    surnames: PersonalText | None
    document_number: PersonalText | None
    matches: tuple[RecordRef, ...]


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """An officer decided on a match. `answers` are the safeguards by name, `unknown` where nothing was answered."""

    check: str
    at: Instant
    alert: RecordRef
    verdict: str
    action_taken: str | None
    answers: dict[str, str]


class CheckNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A trainee's check of the traveller before them; `shown`: the alert behind the traveller was among the matches."""

    check: str
    at: Instant
    without_document: bool
    shown: bool


class DecisionNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A trainee's decision on a match; `meant`: it was about the alert behind the traveller."""

    check: str
    at: Instant
    meant: bool
    verdict: str
    action_taken: str | None
    answers: dict[str, str]


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One trainee and one traveller. `trainee` is the pseudonym in this exercise; the account stands beside the row."""

    exercise: str
    number: int
    trainee: str
    given: Instant
    checks: tuple[CheckNote, ...] = ()
    decisions: tuple[DecisionNote, ...] = ()
    done: Instant | None = None


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that was done well or not, in a word for programs and a sentence for people."""

    code: str
    well: bool
    text: str


class ItemScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one traveller was handled. None where the question does not arise."""

    number: int
    lesson: Lesson
    expected: Expected
    verdict: Expected
    hit_found: bool | None
    false_confirmation: bool
    safeguards_answered: int
    safeguards_asked: int
    discreet: bool | None
    without_document: bool
    seconds: int | None
    points: tuple[Point, ...]
    why: str


class TraineeScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one trainee did; counts only, and no place among others."""

    trainee: str
    travellers: int
    hits_found: int
    hits_there: int
    false_confirmations: int
    safeguards_answered: int
    safeguards_asked: int
    discreet_kept: int
    discreet_there: int
    without_document: int
    median_seconds: int | None
    items: tuple[ItemScore, ...]
