"""Who is on duty, hand-overs accepted by name, and the alarms of a bureau."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec
from starlette.responses import Response

from comity.bureau.duty.commands import (
    AcceptHandOver,
    AcknowledgeAlarm,
    Alarms,
    DropDuty,
    HandOvers,
    HandShiftOver,
    PlanDuty,
    Roster,
)
from comity.bureau.duty.records import Alarm, Duty, HandOver, Turn
from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.core.vocabulary import Permission
from comity.surfaces.web.desk import Visit, see

_ACTS: Final[Mapping[str, tuple[type[msgspec.Struct], type[msgspec.Struct]]]] = MappingProxyType(
    {
        "plan": (PlanDuty, Duty),
        "drop": (DropDuty, Roster),
        "hand-over": (HandShiftOver, HandOver),
        "accept": (AcceptHandOver, HandOver),
        "acknowledge": (AcknowledgeAlarm, Alarm),
    }
)


async def duty(visit: Visit) -> Response:
    """Show the roster, the hand-overs, and a bureau's alarms."""
    return visit.render("duty.html", **await _shown(visit))


async def act(visit: Visit) -> Response:
    """Plan a turn or drop one, hand over, accept, acknowledge an alarm."""
    record, result = _ACTS.get(visit.path("act"), (None, None))
    if record is None or result is None:
        raise NotFound("duty.no-such-act", "There is no such act.")
    try:
        command = visit.form.command(record)
        if record is HandShiftOver:
            points: list[JsonValue] = [line.strip() for line in visit.form.text("open").splitlines() if line.strip()]
            command["points"] = points
        await visit.ask(f"duty.{visit.path('act')}", command, result)
    except ComityError as error:
        return visit.again("duty.html", error, **await _shown(visit))
    return see("/duty")


async def _shown(visit: Visit) -> dict[str, object]:
    bureau = visit.allows(Permission.BUREAU_WORK)
    return {
        "roster": await visit.ask("duty.roster", {}, Roster),
        "handed": await visit.ask("duty.hand-overs", {}, HandOvers),
        "alarms": await visit.ask("duty.alarms", {}, Alarms) if bureau else None,
        "turns": tuple(Turn),
    }
