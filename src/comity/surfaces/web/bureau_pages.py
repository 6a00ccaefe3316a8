"""The national bureau: drafts to check and send, reports and answers that came in; and what it asks an officer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec
from starlette.responses import Response

from comity.bureau.commands import (
    Acknowledge,
    AnswerMessage,
    CasePage,
    CaseView,
    Edit,
    Edits,
    Figures,
    File,
    Filed,
    Inbox,
    MessageView,
    OutcomePage,
    Questions,
    Reopen,
    Replied,
    Reply,
    Return,
    Send,
    TellOfficer,
    Tick,
    Waiting,
)
from comity.bureau.records import Case, CaseState, FilingReason, Message, MessageState, OutcomeWord, Told
from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.forms import form_of

_CASE, _MESSAGE = "case.html", "message.html"
_WORDS: Final[Mapping[str, object]] = MappingProxyType({"reasons": tuple(FilingReason), "outcomes": tuple(OutcomeWord)})
_LISTED: Final = (CaseState.SENT, CaseState.FILED, CaseState.WITHDRAWN)
_ON_CASES: Final[Mapping[str, tuple[type[msgspec.Struct], type[msgspec.Struct], str]]] = MappingProxyType(
    {
        "return": (Return, Case, "case"),
        "file": (File, Filed, "item"),
        "reopen": (Reopen, Filed, "item"),
        "tick": (Tick, Case, "case"),
        "tell-officer": (TellOfficer, Told, "item"),
    }
)
_ON_MESSAGES: Final[Mapping[str, tuple[type[msgspec.Struct], type[msgspec.Struct], str]]] = MappingProxyType(
    {
        "answer": (AnswerMessage, Message, "message"),
        "file": (File, Filed, "item"),
        "reopen": (Reopen, Filed, "item"),
        "tell-officer": (TellOfficer, Told, "item"),
    }
)


async def inbox(visit: Visit) -> Response:
    """Show what waits: drafts first, then questions that are out, answers, and what came in."""
    query = visit.request.query_params
    everything, taken = query.get("all") == "true", query.get("state") == MessageState.ACKNOWLEDGED.value
    asked: dict[str, JsonValue] = {"all": everything}
    if taken and not everything:
        asked["state"] = MessageState.ACKNOWLEDGED.value
    if query.get("after"):
        asked["cursor"] = query["after"]
    return visit.render(
        "inbox.html",
        drafts=await visit.ask("bureau.drafts", {}, CasePage),
        returned=await _cases(visit, CaseState.RETURNED),
        answered=await _cases(visit, CaseState.ANSWERED),
        received=await visit.ask("bureau.inbox", asked, Inbox),
        waiting=await visit.ask("bureau.waiting", {}, Waiting),
        everything=everything,
        taken=taken and not everything,
        listed=_LISTED,
    )


async def cases(visit: Visit) -> Response:
    """List the cases in one state."""
    wanted = visit.path("state")
    if wanted not in _LISTED:
        raise NotFound("bureau.no-such-list", "There is no such list.")
    more: dict[str, JsonValue] = {"state": wanted}
    if visit.request.query_params.get("after"):
        more["cursor"] = visit.request.query_params["after"]
    page = await visit.ask("bureau.cases", more, CasePage)
    return visit.render("cases.html", page=page, state=CaseState(wanted), listed=_LISTED)


async def figures(visit: Visit) -> Response:
    """Show the bureau in numbers."""
    return visit.render("bureau_figures.html", figures=await visit.ask("bureau.figures", {}, Figures))


async def case(visit: Visit) -> Response:
    """Show one form with what it tells, to be checked before it leaves, and its thread."""
    shown = await _case(visit)
    return visit.render(_CASE, form_of(shown.case.report), view=shown, **_WORDS)


async def send(visit: Visit) -> Response:
    """Save a draft, or send it to the bureau of the alert's issuer."""
    view = await _case(visit)
    saving = visit.form.text("act") == "save"
    record: type[Edits] = Edit if saving else Send
    try:
        command = visit.form.command(record, case=visit.path("case"))
        # An input that was emptied is a field to be emptied; one that the page did not have is left alone.
        emptied = [name for name in view.editable if name in visit.form.values and not visit.form.text(name)]
        held = [name for name in emptied if name != "place" and getattr(view.case.report, name) is not None]
        cleared: list[JsonValue] = [*held]
        await visit.ask("bureau.edit" if saving else "bureau.send", {**command, "clear": cleared}, Case)
    except ComityError as error:
        return visit.again(_CASE, error, view=view, **_WORDS)
    return see(f"/inbox/case/{visit.path('case')}")


async def act_on_case(visit: Visit) -> Response:
    """Ask the first officer, withdraw, file, or take up again."""
    record, result, name = _wanted(visit, _ON_CASES)
    try:
        command = visit.form.command(record, **{name: visit.path("case")})
        await visit.ask(f"bureau.{visit.path('act')}", command, result)
    except ComityError as error:
        return visit.again(_CASE, error, view=await _case(visit), **_WORDS)
    return see(f"/inbox/case/{visit.path('case')}")


async def message(visit: Visit) -> Response:
    """Show one message with its thread."""
    return visit.render(_MESSAGE, view=await _message(visit), **_WORDS)


async def acknowledge(visit: Visit) -> Response:
    """Take a message on."""
    command = visit.form.command(Acknowledge, party=visit.path("party"), message=visit.path("message"))
    await visit.ask("bureau.acknowledge", command, Message)
    return see(_address(visit))


async def act_on_message(visit: Visit) -> Response:
    """Answer the bureau that reported, file the message, or take it up again."""
    record, result, name = _wanted(visit, _ON_MESSAGES)
    try:
        command = visit.form.command(record, **{name: visit.path("message"), "party": visit.path("party")})
        if record is TellOfficer:
            command.pop("party", None)
        await visit.ask(f"bureau.{visit.path('act')}", command, result)
    except ComityError as error:
        return visit.again(_MESSAGE, error, view=await _message(visit), **_WORDS)
    return see(_address(visit))


async def questions(visit: Visit) -> Response:
    """Show an officer what the bureau asks about hits that the officer confirmed."""
    return visit.render("questions.html", **await _asked(visit))


async def reply(visit: Visit) -> Response:
    """Answer one question of the bureau."""
    try:
        await visit.ask("bureau.reply", visit.form.command(Reply, case=visit.path("case")), Replied)
    except ComityError as error:
        return visit.again("questions.html", error, **await _asked(visit))
    return see("/questions")


async def _asked(visit: Visit) -> dict[str, object]:
    """Gather what the bureau asks and tells an officer; what kind of hit it was is folded away on every line alike."""
    return {
        "asked": await visit.ask("bureau.questions", {}, Questions),
        "became": await visit.ask("bureau.outcomes", {}, OutcomePage),
    }


def _wanted(
    visit: Visit, acts: Mapping[str, tuple[type[msgspec.Struct], type[msgspec.Struct], str]]
) -> tuple[type[msgspec.Struct], type[msgspec.Struct], str]:
    found = acts.get(visit.path("act"))
    if found is None:
        raise NotFound("bureau.no-such-act", "There is no such act.")
    return found


def _address(visit: Visit) -> str:
    return f"/inbox/message/{visit.path('party')}/{visit.path('message')}"


async def _case(visit: Visit) -> CaseView:
    return await visit.ask("bureau.show", {"case": visit.path("case")}, CaseView)


async def _cases(visit: Visit, state: CaseState) -> CasePage:
    return await visit.ask("bureau.cases", {"state": state.value}, CasePage)


async def _message(visit: Visit) -> MessageView:
    return await visit.ask("bureau.read", {"party": visit.path("party"), "message": visit.path("message")}, MessageView)
