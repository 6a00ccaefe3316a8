"""Letters between bureaux: who waits for whom, writing one by its form, its thread, what was exchanged both ways."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec
from starlette.responses import Response

from comity.bureau.letters.commands import (
    AddNote,
    AddRemark,
    AnswerLetter,
    CloseLetter,
    FormShown,
    FormTable,
    LetterPage,
    LetterView,
    Reciprocity,
    SendLetter,
    TakeOnLetter,
    Template,
    WithdrawLetter,
)
from comity.bureau.letters.consulting import ConsultationDue, ConsultationPage
from comity.bureau.letters.forms import MAX_FILES, MAX_FILES_BYTES
from comity.bureau.letters.records import Attachment, Details, Letter
from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.surfaces.fields import Sort, fields_of
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.forms import Form
from comity.surfaces.web.traveller_lines import write_csv

_NEW, _LETTER = "letter_new.html", "letter.html"
_ACTS: Final[Mapping[str, type[msgspec.Struct]]] = MappingProxyType(
    {
        "take-on": TakeOnLetter,
        "answer": AnswerLetter,
        "remark": AddRemark,
        "note": AddNote,
        "close": CloseLetter,
        "withdraw": WithdrawLetter,
    }
)
_HEADINGS: Final = (
    "partner",
    "form",
    *(f"{side}_{name}" for side in ("ours", "theirs") for name in ("asked", "answered", "late", "refused", "overdue")),
)
_DETAILS: Final = {field.path: field for field in fields_of(Details)}
_ROOM: Final[dict[str, object]] = {"most_files": MAX_FILES, "most_bytes": MAX_FILES_BYTES}
_LONG: Final = frozenset({"why", "description", "evidence"})


async def letters(visit: Visit) -> Response:
    """List letters, received or sent, the most urgent first."""
    query = visit.request.query_params
    side = "sent" if query.get("side") == "sent" else "received"
    command: dict[str, JsonValue] = {"side": side}
    if query.get("state"):
        command["state"] = query["state"]
    if query.get("after"):
        command["cursor"] = query["after"]
    page = await visit.ask("letter.list", command, LetterPage)
    closed = query.get("state") == "closed"
    due: tuple[ConsultationDue, ...] = ()
    if not closed and not query.get("after"):
        due = (await visit.ask("letter.consultations", {}, ConsultationPage)).consultations
    return visit.render("letters.html", page=page, side=side, closed=closed, due=due)


async def forms(visit: Visit) -> Response:
    """Let a person choose a form."""
    table = await visit.ask("letter.forms", {}, FormTable)
    return visit.render("letter_forms.html", shapes=table.forms, asked=_asked(visit))


async def blank(visit: Visit) -> Response:
    """Show a form to fill in, begun with a text in the language of whoever will read it."""
    form, query = await _form(visit), visit.request.query_params
    values = {name: (text,) for name, text in query.items() if text}
    if query.get("recipient"):
        begun = await visit.ask("letter.template", {"form": form.code, "recipient": query["recipient"]}, Template)
        values |= {"subject": (begun.subject,), "text": (begun.text,)}
    return visit.render(_NEW, Form(values=values), **_shown(form))


async def send(visit: Visit) -> Response:
    """Send a letter."""
    form = await _form(visit)
    try:
        needed = [f"details.{name}" for name in form.needs]
        command = visit.form.command(SendLetter, needed, form=form.code)
        sent = await visit.ask("letter.send", command, Letter)
    except ComityError as error:
        return visit.again(_NEW, error, **_shown(form))
    return see(f"/letters/{sent.sender.party}/{sent.id}")


async def letter(visit: Visit) -> Response:
    """Show one letter with its thread."""
    return visit.render(_LETTER, **await _letter(visit))


async def file(visit: Visit) -> Response:
    """Give a file that came with a letter or a line, to be kept; nothing of it is shown in the browser."""
    view = (await _letter(visit))["view"]
    message, number = visit.path("message"), visit.path("number")
    if isinstance(view, LetterView) and number.isascii() and number.isdigit():
        ours: dict[str, tuple[Attachment, ...]] = {view.letter.id: view.letter.content.attachments}
        ours |= {line.id: line.content.attachments for line in view.lines}
        for place, one in enumerate(ours.get(message, ())):
            if str(place) == number:
                return visit.download(_marked(view, message, one.name), base64.b64decode(one.content))
    raise NotFound("letter.no-file", "There is no such file.")


async def act(visit: Visit) -> Response:
    """Take a letter on, answer it, say more, note something, close it, take it back."""
    record = _ACTS.get(visit.path("act"))
    if record is None:
        raise NotFound("letter.no-such-act", "There is no such act.")
    try:
        command = visit.form.command(record, party=visit.path("party"), letter=visit.path("letter"))
        await visit.ask(f"letter.{visit.path('act')}", command, Letter)
    except ComityError as error:
        return visit.again(_LETTER, error, **await _letter(visit))
    return see("/letters?side=sent" if record is WithdrawLetter else _address(visit))


async def reciprocity(visit: Visit) -> Response:
    """Show what was asked and answered with each partner."""
    return visit.render("reciprocity.html", shown=await visit.ask("letter.reciprocity", {}, Reciprocity))


async def export(visit: Visit) -> Response:
    """Give the same as a file."""
    shown = await visit.ask("letter.reciprocity", {}, Reciprocity)
    lines = [
        (
            each.party,
            each.form,
            *(str(count) for ways in (each.ours, each.theirs) for count in msgspec.structs.astuple(ways)[:5]),
        )
        for each in shown.partners
    ]
    return visit.file("reciprocity.csv", write_csv([_HEADINGS, *lines]))


def _asked(visit: Visit) -> str:
    """Give on what the page was asked for about an alert, as a query."""
    names = ("recipient", "alert", "alert_party")
    query = visit.request.query_params
    return "&".join(f"{name}={query[name]}" for name in names if query.get(name, "").isalnum())


def _shown(form: FormShown) -> dict[str, object]:
    return {
        "shape": form,
        "details": [(name, _DETAILS[name].choices, name in form.needs) for name in (*form.needs, *form.may)],
        "truths": {name for name, field in _DETAILS.items() if field.sort is Sort.TRUTH},
        "long": _LONG,
        **_ROOM,
    }


def _address(visit: Visit) -> str:
    return f"/letters/{visit.path('party')}/{visit.path('letter')}"


async def _form(visit: Visit) -> FormShown:
    table = await visit.ask("letter.forms", {}, FormTable)
    found = next((form for form in table.forms if form.code == visit.path("form")), None)
    if found is None:
        raise NotFound("letter.unknown-form", "There is no such form.")
    return found


async def _letter(visit: Visit) -> dict[str, object]:
    asked: dict[str, JsonValue] = {"party": visit.path("party"), "letter": visit.path("letter")}
    view = await visit.ask("letter.show", asked, LetterView)
    details = view.letter.content.details or Details()
    said = [(name, getattr(details, name)) for name in _DETAILS if getattr(details, name) is not None]
    return {"view": view, "details": [(name, value, _is_word(name)) for name, value in said], **_ROOM}


def _marked(view: LetterView, message: str, name: str) -> str:
    """Return the name of a file to be kept: one that its giver holds back says so wherever it lies."""
    givers = {view.letter.id, *(line.id for line in view.lines if line.sender.party == view.letter.sender.party)}
    return f"not-onward_{name}" if view.held_back is not None and message in givers else name


def _is_word(name: str) -> bool:
    """Say whether a detail is a word of a list, which has a name."""
    return bool(_DETAILS[name].choices) or _DETAILS[name].sort is Sort.TRUTH
