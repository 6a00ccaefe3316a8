"""Flags: which stand, setting one on another State's alert, lifting it."""

from __future__ import annotations

from starlette.responses import Response

from comity.agreements.tables import tables
from comity.alerts.flag_records import FlagAlert, FlagPage, FlagState, LiftFlag
from comity.alerts.flag_words import FlagGround, JudicialGround
from comity.alerts.records import AlertShown
from comity.core.codec import JsonValue
from comity.core.errors import ComityError
from comity.core.vocabulary import Permission
from comity.surfaces.web.desk import Visit, see

_FLAGGABLE = "flaggable_alerts"


async def flags(visit: Visit) -> Response:
    """List the flags that this State set and those that others set on its alerts."""
    after = visit.request.query_params.get("after")
    command: dict[str, JsonValue] = {"after": after} if after else {}
    return visit.render("flags.html", page=await visit.ask("alert.flags", command, FlagPage))


async def blank(visit: Visit) -> Response:
    """Show the form of a flag."""
    return visit.render("alert_flag.html", **await _shown(visit))


async def flag(visit: Visit) -> Response:
    """Flag an alert for the own State."""
    try:
        command = visit.form.command(FlagAlert, id=visit.path("alert"), party=visit.path("party"))
        await visit.ask("alert.flag", command, FlagState)
    except ComityError as error:
        return visit.again("alert_flag.html", error, **await _shown(visit))
    return _back(visit)


async def lift(visit: Visit) -> Response:
    """Lift the own State's flag."""
    try:
        command = visit.form.command(LiftFlag, id=visit.path("alert"), party=visit.path("party"))
        await visit.ask("alert.unflag", command, FlagState)
    except ComityError as error:
        return visit.again("alert_flag.html", error, **await _shown(visit))
    return _back(visit)


def may_flag(visit: Visit, alert: AlertShown) -> bool:
    """Say whether this person may flag such an alert at all: a bureau's, of another State, of a flaggable category."""
    actor = visit.actor
    return (
        actor is not None
        and Permission.BUREAU_WORK in actor.permissions
        and actor.owner.party != alert.owner.party
        and alert.category in tables().lists[_FLAGGABLE]
    )


async def _shown(visit: Visit) -> dict[str, object]:
    command: dict[str, JsonValue] = {"id": visit.path("alert"), "party": visit.path("party")}
    alert = await visit.ask("alert.show", command, AlertShown)
    own = visit.actor.owner.party if visit.actor is not None else ""
    return {
        "alert": alert,
        "grounds": tuple(FlagGround),
        "judicial_grounds": tuple(JudicialGround) if alert.category == "ARR" else (),
        "standing": next((each for each in alert.flags if each.party == own), None),
    }


def _back(visit: Visit) -> Response:
    return see(f"/alerts/{visit.path('party')}/{visit.path('alert')}")
