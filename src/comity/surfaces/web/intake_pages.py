"""What came from other parties and waits for a person here: arrest alerts to be vetted, copies that were held back."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from comity.alerts.categories import CATEGORIES
from comity.alerts.character import Character
from comity.alerts.held_store import HeldAlert, HeldState, Vetting, VettingState
from comity.alerts.receiving import AcceptFrom, DecideHeld, HeldPage, Refusals, RefuseFrom
from comity.alerts.vetting import VetAlert, VettingPage
from comity.core.codec import JsonValue
from comity.surfaces.web.acting import Act, Acts, carry_out
from comity.surfaces.web.desk import Visit
from comity.surfaces.web.traveller_lines import write_csv

_VETTING: Final[Acts] = MappingProxyType({"vet": Act("alert.vet", VetAlert, Vetting)})
_HELD: Final[Acts] = MappingProxyType(
    {
        "decide": Act("alert.decide-held", DecideHeld, HeldAlert),
        "refuse-from": Act("alert.refuse-from", RefuseFrom, Refusals),
        "accept-from": Act("alert.accept-from", AcceptFrom, Refusals),
    }
)
_HEADINGS: Final = ("party", "alert", "category", "state", "since")


async def vettings(visit: Visit) -> Response:
    """List foreign arrest alerts, those first that nobody has looked at for longest."""
    return visit.render("vettings.html", **await _vettings(visit))


async def vettings_file(visit: Visit) -> Response:
    """Give the same list as a file: numbers and states, nobody's name."""
    page = (await _vettings(visit))["page"]
    lines = [
        (one.party, one.id, "ARR", one.state.value, str(one.since))
        for one in (page.vettings if isinstance(page, VettingPage) else ())
    ]
    return visit.file("vettings.csv", write_csv([_HEADINGS, *lines]))


async def vet(visit: Visit) -> Response:
    """Record that nothing stands against a foreign arrest alert here."""
    return await carry_out(visit, _VETTING, "vettings.html", _vettings, "/vettings")


async def held(visit: Visit) -> Response:
    """List copies that the screening on receipt held back, and from whom nothing is taken."""
    return visit.render("held.html", **await _held(visit))


async def act_on_held(visit: Visit) -> Response:
    """Decide on a copy; take no more of an issuer or category, or take them again."""
    return await carry_out(visit, _HELD, "held.html", _held, "/held")


async def _vettings(visit: Visit) -> dict[str, object]:
    query = visit.request.query_params
    state = next((one for one in VettingState if one.value == query.get("state")), VettingState.WAITING)
    command: dict[str, JsonValue] = {"state": state.value, **_after(visit)}
    page = await visit.ask("alert.vettings", command, VettingPage)
    return {"page": page, "states": tuple(VettingState), "chosen": state}


async def _held(visit: Visit) -> dict[str, object]:
    query = visit.request.query_params
    state = next((one for one in HeldState if one.value == query.get("state")), HeldState.HELD)
    command: dict[str, JsonValue] = {"state": state.value, **_after(visit)}
    return {
        "page": await visit.ask("alert.held", command, HeldPage),
        "refusals": (await visit.ask("alert.refusals", {}, Refusals)).refusals,
        "states": tuple(HeldState),
        "chosen": state,
        "characters": tuple(Character),
        "categories": tuple(CATEGORIES),
    }


def _after(visit: Visit) -> dict[str, JsonValue]:
    """Give on the place in a list that goes by instants; what is none begins at the start."""
    after = visit.request.query_params.get("after", "")
    return {"after": int(after)} if after.isascii() and after.isdigit() and len(after) <= 18 else {}  # noqa: PLR2004 - an instant's digits
