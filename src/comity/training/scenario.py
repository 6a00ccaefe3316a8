"""Scenarios: who comes to the counter, what the searched data say, and what a trained officer does. Closed schema.

The files beside this module are the project's own; a scenario is named by id and version, and a file never changes
without a new version.
"""

from __future__ import annotations

from enum import StrEnum, unique
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

import msgspec

from comity.core.codec import decode_as
from comity.core.errors import BadInput, NotFound
from comity.core.said import say

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Said = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]


@unique
class Lesson(StrEnum):
    """What a traveller teaches."""

    ARREST = "arrest"
    REFUSAL = "refusal"
    DISCREET = "discreet"
    MISSING_CHILD = "missing-child"
    FALSE_MATCH = "false-match"
    LOST_DOCUMENT = "lost-document"
    CLEARED_PERSON = "cleared-person"
    FEAR_EXPRESSED = "fear-expressed"
    NO_ALERT = "no-alert"


@unique
class Expected(StrEnum):
    """What to say about the match; `none` where there is nothing to say."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CANNOT_TELL = "cannot-tell"
    NONE = "none"


@unique
class Safeguard(StrEnum):
    """The questions before an adverse decision, by the names that the check gives them."""

    FEAR_EXPRESSED = "fear_expressed"
    CHILD_OR_AGE_UNKNOWN = "child_or_age_unknown"
    VULNERABLE = "vulnerable"
    INTERPRETER = "interpreter"


Differing = Literal["forenames", "birth_date", "document"]
"""What the alert holds otherwise than the traveller shows: then it is about somebody else."""


class Presents(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands before the officer; names, dates and numbers are drawn when it is injected."""

    age: Annotated[int, msgspec.Meta(ge=0, le=100)]
    gender: Literal["female", "male"]
    direction: Literal["entry", "exit"]
    lane: Literal["free-movement", "third-country", "transit"]
    document: Literal["passport", "identity_card", "none"]
    says: Said


class Searched(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The synthetic alert behind the traveller: on a person, or on the document alone."""

    category: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2,4}(-[A-Z])?$")]
    about: Literal["person", "document"]
    reason: Said
    warnings: tuple[str, ...] = ()
    differs: tuple[Differing, ...] = ()


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a trained officer does: the verdict, one of the actions, the questions answered, nothing shown if discreet.

    `fear` is the answer that the traveller's own words give to the question about fear.
    """

    verdict: Expected
    actions: tuple[str, ...] = ()
    safeguards: tuple[Safeguard, ...] = ()
    discreet: bool = False
    fear: Literal["yes", "no", "any"] = "any"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One traveller of a scenario; `why` is told with the score."""

    key: Key
    lesson: Lesson
    presents: Presents
    searched: Searched | None
    expect: Expectation
    why: Said


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A written exercise."""

    schema: Literal["comity-training/1"]
    id: Key
    version: Annotated[int, msgspec.Meta(ge=1)]
    title: Said
    travellers: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1, max_length=200)]


def read_scenario(document: bytes) -> Scenario:
    """Read a scenario, or raise `BadInput` with the place: `codec.*`, `training.scenario-contradicts-itself`."""
    scenario = decode_as(document, Scenario)
    keys = [part.key for part in scenario.travellers]
    if len(set(keys)) != len(keys):
        raise _contradiction("$.travellers", "Two travellers have one key.")
    for place, part in enumerate(scenario.travellers):
        _refuse_contradiction(part, f"$.travellers[{place}]")
    return scenario


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Return the scenarios of this program, by id."""
    folder = files("comity.training").joinpath("scenarios")
    found = [read_scenario(file.read_bytes()) for file in folder.iterdir() if file.name.endswith(".json")]
    return tuple(sorted(found, key=lambda scenario: scenario.id))


def scenario_of(name: str) -> Scenario:
    """Return the scenario of this id, or raise `NotFound`."""
    for scenario in scenarios():
        if scenario.id == name:
            return scenario
    raise NotFound(
        "training.scenario-unknown",
        say("The scenarios here are %(names)s.", names=", ".join(scenario.id for scenario in scenarios())),
        field="$.scenario",
    )


_JUDGED: Final = {Expected.CONFIRMED, Expected.REJECTED, Expected.CANNOT_TELL}


def _refuse_contradiction(part: Part, field: str) -> None:
    expect = part.expect
    if (part.searched is not None) != (expect.verdict in _JUDGED):
        raise _contradiction(f"{field}.expect.verdict", "A verdict is expected just where an alert is behind it.")
    if bool(expect.actions) != (expect.verdict is Expected.CONFIRMED):
        raise _contradiction(f"{field}.expect.actions", "Actions belong to a confirmed match, and to no other.")
    differs = bool(part.searched and part.searched.differs)
    if differs != (expect.verdict is Expected.REJECTED):
        raise _contradiction(f"{field}.searched.differs", "A match to be rejected differs, and no other does.")
    if part.searched is not None and part.searched.about == "document" and part.presents.document == "none":
        raise _contradiction(f"{field}.presents.document", "An alert on a document needs the document.")


def _contradiction(field: str, message: str) -> BadInput:
    return BadInput("training.scenario-contradicts-itself", message, field=field)
