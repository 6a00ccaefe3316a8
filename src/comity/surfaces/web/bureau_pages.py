"""The national bureau: drafts to check and send, reports that came in."""

from __future__ import annotations

from starlette.responses import Response

from comity.bureau.records import Acknowledge, Case, CasePage, Inbox, Message, Send
from comity.core.codec import JsonValue
from comity.core.errors import ComityError
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.forms import form_of


async def inbox(visit: Visit) -> Response:
    """Show what waits: drafts to send first, then what came in."""
    everything = visit.request.query_params.get("all") == "true"
    more: dict[str, JsonValue] = {}
    if visit.request.query_params.get("after"):
        more["cursor"] = visit.request.query_params["after"]
    drafts = await visit.ask("bureau.drafts", {}, CasePage)
    received = await visit.ask("bureau.inbox", {"all": everything, **more}, Inbox)
    return visit.render("inbox.html", drafts=drafts, received=received, everything=everything)


async def case(visit: Visit) -> Response:
    """Show one form with what it tells, to be checked before it leaves."""
    shown = await _case(visit)
    return visit.render("case.html", form_of(shown.report), case=shown)


async def send(visit: Visit) -> Response:
    """Send a draft to the bureau of the alert's issuer."""
    try:
        await visit.ask("bureau.send", visit.form.command(Send, case=visit.path("case")), Case)
    except ComityError as error:
        return visit.again("case.html", error, case=await _case(visit))
    return see(f"/inbox/case/{visit.path('case')}")


async def acknowledge(visit: Visit) -> Response:
    """Take a message on."""
    command = visit.form.command(Acknowledge, party=visit.path("party"), message=visit.path("message"))
    await visit.ask("bureau.acknowledge", command, Message)
    return see("/inbox")


async def _case(visit: Visit) -> Case:
    return await visit.ask("bureau.show", {"case": visit.path("case")}, Case)
