"""Exercises: opened and led by a training lead, worked through by trainees at the ordinary pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.responses import Response

from comity.core.errors import ComityError, NotFound
from comity.core.vocabulary import Permission
from comity.surfaces.web.desk import Visit, see
from comity.training.commands import Erased, Exercises, Exported, NextTraveller, OpenExercise, Scenarios, Scores
from comity.training.records import Exercise

_LIST: Final = "training.html"
_ONE: Final = "training_exercise.html"
_ACTS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "inject": Exercise,
    "undo": Exercise,
    "reset": Exercise,
    "close": Exported,
    "erase": Erased,
}


async def exercises(visit: Visit) -> Response:
    """List the exercises of the visitor's authority, and let a lead open another."""
    return visit.render(_LIST, **await _listed(visit))


async def open_one(visit: Visit) -> Response:
    """Open an exercise."""
    try:
        made = await visit.ask("training.open", visit.form.command(OpenExercise), Exercise)
    except ComityError as error:
        return visit.again(_LIST, error, **await _listed(visit))
    return see(f"/training/{made.id}")


async def exercise(visit: Visit) -> Response:
    """Show one exercise with the scores that the visitor may see."""
    return visit.render(_ONE, given=None, **await _shown(visit))


async def results(visit: Visit) -> Response:
    """Give the results of an exercise as a file, by pseudonym."""
    exported = await visit.ask("training.export", {"exercise": visit.path("exercise")}, Exported)
    return visit.file(f"results-{exported.exercise}.csv", exported.csv)


async def act(visit: Visit) -> Response:
    """Let travellers arrive, take them back, begin anew, close, erase; or take the next traveller."""
    name, command = visit.path("act"), {"exercise": visit.path("exercise")}
    try:
        if name == "next":
            given = await visit.ask("training.next", dict(command), NextTraveller)
            return visit.render(_ONE, given=given, **await _shown(visit))
        if name not in _ACTS:
            raise NotFound("http.path", "There is nothing at this address.")
        await visit.ask(f"training.{name}", dict(command), _ACTS[name])
    except ComityError as error:
        return visit.again(_ONE, error, given=None, **await _shown(visit))
    return see("/training" if name == "erase" else f"/training/{visit.path('exercise')}")


async def _listed(visit: Visit) -> dict[str, object]:
    return {
        "exercises": (await visit.ask("training.list", {}, Exercises)).exercises,
        "scenarios": (await visit.ask("training.scenarios", {}, Scenarios)).scenarios,
        "leads": visit.allows(Permission.TRAINING_LEAD),
    }


async def _shown(visit: Visit) -> dict[str, object]:
    wanted = visit.path("exercise")
    found = [one for one in (await visit.ask("training.list", {}, Exercises)).exercises if one.id == wanted]
    if not found:
        raise NotFound("training.exercise-not-found", "There is no such exercise here.")
    return {
        "exercise": found[0],
        "scores": (await visit.ask("training.scores", {"exercise": wanted}, Scores)).scores,
        "leads": visit.allows(Permission.TRAINING_LEAD),
    }
