"""What stands beside an alert: links, hiding for an operation, a misused identity, who may hear a place; what waits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from comity.alerts.care.records import AskPlace, PlaceAnswer, Relation
from comity.alerts.commands import AlertState
from comity.alerts.hiding import HideAlert, RevealAlert
from comity.alerts.linking import HideLinks, LinkAlert, LinksHidden, UnlinkAlert
from comity.alerts.misused import AddVictim, RemoveVictim, ShowVictim, VictimGone, VictimShown
from comity.alerts.records import AlertShown, DocumentCategory, Gender
from comity.alerts.waiting import DropWaiting, EnterWaiting, WaitingPage
from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.core.ports import Actor
from comity.surfaces.web.acting import Act, Acts
from comity.surfaces.web.desk import Visit, see

_PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "links": "alert_links.html",
        "hiding": "alert_hiding.html",
        "identity": "alert_identity.html",
        "place": "alert_place.html",
    }
)
_ACTS: Final[Mapping[str, tuple[str, Act]]] = MappingProxyType(
    {
        "link": ("links", Act("alert.link", LinkAlert, AlertState)),
        "unlink": ("links", Act("alert.unlink", UnlinkAlert, AlertState)),
        "hide-links": ("links", Act("alert.hide-links", HideLinks, LinksHidden)),
        "hide": ("hiding", Act("alert.hide", HideAlert, AlertState)),
        "reveal": ("hiding", Act("alert.reveal", RevealAlert, AlertState)),
        "add-victim": ("identity", Act("alert.add-victim", AddVictim, AlertState)),
        "remove-victim": ("identity", Act("alert.remove-victim", RemoveVictim, AlertState)),
        "show-victim": ("identity", Act("alert.show-victim", ShowVictim, VictimShown)),
        "ask-place": ("place", Act("protection.ask-place", AskPlace, PlaceAnswer)),
    }
)
_WAITING: Final[Acts] = MappingProxyType(
    {
        "enter": Act("alert.enter-waiting", EnterWaiting, AlertState),
        "drop": Act("alert.drop-waiting", DropWaiting, WaitingPage),
    }
)
_MISSING: Final = frozenset({"MIS-P", "MIS-N", "CHI-A", "CHI-T", "VUL"})
_ARREST: Final = "ARR"


async def part(visit: Visit) -> Response:
    """Show one part of what stands beside an alert, with its forms."""
    template = _PARTS.get(visit.path("part"))
    if template is None:
        raise NotFound("http.path", "There is nothing at this address.")
    return visit.render(template, **await _shown(visit))


async def act(visit: Visit) -> Response:
    """Carry out an act of such a page. What is only looked at is shown at once and stands in no address."""
    named, done = _ACTS.get(visit.path("part"), (None, None))
    if named is None or done is None:
        raise NotFound("http.path", "There is nothing at this address.")
    template, shown = _PARTS[named], await _shown(visit)
    try:
        command = visit.form.command(done.command, id=visit.path("alert"), party=visit.path("party"))
        found = await visit.ask(done.operation, command, done.result)
    except ComityError as error:
        return visit.again(template, error, **shown)
    if isinstance(found, VictimShown | PlaceAnswer):
        return visit.render(template, **{**shown, "answer": found})
    return see(f"/alerts/{visit.path('party')}/{visit.path('alert')}/beside/{named}")


async def waiting(visit: Visit) -> Response:
    """List the own requests that wait behind another State's alert, and what stands in the way of each."""
    return visit.render("waiting_entries.html", page=await _waiting(visit))


async def act_on_waiting(visit: Visit) -> Response:
    """Enter a request that waited, or erase it."""
    done = _WAITING.get(visit.path("act"))
    if done is None:
        raise NotFound("http.path", "There is nothing at this address.")
    try:
        entered = await visit.ask(done.operation, visit.form.command(done.command), done.result)
    except ComityError as error:
        return visit.again("waiting_entries.html", error, page=await _waiting(visit))
    if isinstance(entered, AlertState):
        return see(f"/alerts/{entered.owner.party}/{entered.id}")
    return see("/alerts/waiting")


def parts_of(actor: Actor | None, alert: AlertShown) -> tuple[str, ...]:
    """Name the parts that there are beside an alert for this person."""
    own = actor is not None and actor.owner == alert.owner
    at_home = actor is not None and actor.owner.party == alert.owner.party
    person = alert.data.person is not None
    found = {
        "links": True,
        "hiding": own and alert.category == _ARREST,
        "identity": person,
        "place": at_home and person and alert.category in _MISSING,
    }
    return tuple(name for name, there in found.items() if there)


async def _waiting(visit: Visit) -> WaitingPage:
    return await visit.ask("alert.waiting", {"limit": 200}, WaitingPage)


async def _shown(visit: Visit) -> dict[str, object]:
    command: dict[str, JsonValue] = {"id": visit.path("alert"), "party": visit.path("party")}
    alert = await visit.ask("alert.show", command, AlertShown)
    return {
        "alert": alert,
        "own": visit.actor is not None and visit.actor.owner == alert.owner,
        "at_home": visit.actor is not None and visit.actor.owner.party == alert.owner.party,
        "answer": None,
        "relations": tuple(Relation),
        "reasons": tuple(VictimGone),
        "genders": tuple(Gender),
        "document_categories": tuple(DocumentCategory),
    }
