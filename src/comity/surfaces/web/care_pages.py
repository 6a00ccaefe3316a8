"""Whom to protect: protection orders, and presumed victims of trafficking, who stand in no list beside suspects."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from comity.alerts.care.records import (
    EndReflection,
    Indicator,
    LiftOrder,
    OrderLine,
    Orders,
    ProlongReflection,
    RecordOrder,
    RecordVictim,
    VictimLine,
    Victims,
)
from comity.core.codec import JsonValue
from comity.surfaces.web.acting import Act, Acts, carry_out
from comity.surfaces.web.desk import Visit

_MOST: Final[dict[str, JsonValue]] = {"limit": 200}
_ORDERS: Final[Acts] = MappingProxyType(
    {
        "record": Act("protection.record-order", RecordOrder, OrderLine),
        "lift": Act("protection.lift-order", LiftOrder, OrderLine),
    }
)
_VICTIMS: Final[Acts] = MappingProxyType(
    {
        "record": Act("victim.record", RecordVictim, VictimLine),
        "prolong": Act("victim.prolong", ProlongReflection, VictimLine),
        "end": Act("victim.end", EndReflection, VictimLine),
    }
)


async def orders(visit: Visit) -> Response:
    """List the protection orders that stand: where their papers are, and nobody's name."""
    return visit.render("protection.html", **await _orders(visit))


async def act_on_orders(visit: Visit) -> Response:
    """Record an order, or take one out."""
    return await carry_out(visit, _ORDERS, "protection.html", _orders, "/protection")


async def victims(visit: Visit) -> Response:
    """List the presumed victims whose time to reflect runs, by number."""
    return visit.render("victims.html", **await _victims(visit))


async def act_on_victims(visit: Visit) -> Response:
    """Record a presumed victim, give more time, or end it (with a second person)."""
    return await carry_out(visit, _VICTIMS, "victims.html", _victims, "/victims")


async def _orders(visit: Visit) -> dict[str, object]:
    return {"orders": (await visit.ask("protection.orders", _MOST, Orders)).orders}


async def _victims(visit: Visit) -> dict[str, object]:
    found = (await visit.ask("victim.list", _MOST, Victims)).victims
    return {"victims": found, "indicators": tuple(Indicator)}
