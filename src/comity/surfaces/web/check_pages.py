"""The first line: ask, read the advice, decide on each match."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import BadInput, ComityError
from comity.crossings.records import (
    Action,
    Advice,
    Answer,
    Asked,
    CannotTell,
    Check,
    CheckView,
    Confirm,
    Direction,
    Lane,
    Match,
    Reject,
    Resolution,
    Verdict,
)
from comity.crossings.rules import measure_here
from comity.screening.listed import LISTING_KIND
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.forms import Form
from comity.surfaces.web.referral_pages import REASONS, sent_of

_CHOICES: Final = {"directions": tuple(Direction), "lanes": tuple(Lane)}
_SAYINGS: Final[Mapping[str, tuple[str, type[msgspec.Struct]]]] = {
    Verdict.CONFIRMED: ("crossing.confirm", Confirm),
    Verdict.REJECTED: ("crossing.reject", Reject),
    Verdict.CANNOT_TELL: ("crossing.cannot-tell", CannotTell),
}
_DOCUMENTS: Final = ("passport", "identity_card", "residence_permit", "travel_document", "other")


async def ask(visit: Visit) -> Response:
    """Show the empty question."""
    return visit.render("check.html", documents=_DOCUMENTS, **_CHOICES)


async def check(visit: Visit) -> Response:
    """Search, and send the browser to the result under its opaque id: no personal data stand in an address."""
    try:
        advice = await visit.ask("crossing.check", _question(visit.form), Advice)
    except ComityError as error:
        return visit.again("check.html", error, documents=_DOCUMENTS, **_CHOICES)
    return see(f"/check/{advice.check}")


async def result(visit: Visit) -> Response:
    """Show the advice, then reasons, then evidence, and what was decided so far."""
    return visit.render("check_result.html", **await _shown(visit))


async def decide(visit: Visit) -> Response:
    """Record the officer's say on one match."""
    try:
        operation, command = _decision(visit.form, visit.path("check"))
        await visit.ask(operation, command, Resolution)
    except ComityError as error:
        return visit.again("check_result.html", error, **await _shown(visit))
    return see(f"/check/{visit.path('check')}")


def _question(form: Form) -> dict[str, JsonValue]:
    """Build the command; a document without a number is no document."""
    question = form.command(Check)
    if not form.text("document.number"):
        question.pop("document", None)
    return question


def _decision(form: Form, check_id: str) -> tuple[str, dict[str, JsonValue]]:
    found = _SAYINGS.get(form.text("verdict"))
    if found is None:
        raise BadInput("form.verdict", "Say whether this is the person.", field="$.verdict")
    operation, command = found
    return operation, form.command(command, check=check_id)


async def _shown(visit: Visit) -> dict[str, object]:
    view = await visit.ask("crossing.show", {"check": visit.path("check")}, CheckView)
    decided = {(resolution.alert, resolution.alert_owner): resolution for resolution in view.resolutions}
    matches = [
        (match, decided.get((match.alert, match.owner)), _actions(match, view.question))
        for match in sorted(view.advice.matches, key=_is_listing)
    ]
    return {
        "view": view,
        "advice": view.advice,
        "matches": matches,
        "alerts": not all(_is_listing(match) for match in view.advice.matches),
        "listing_kind": LISTING_KIND,
        "answers": tuple(Answer),
        "verdicts": tuple(_SAYINGS),
        "reasons": REASONS,
        "sent": await sent_of(visit, visit.path("check")),
    }


def _is_listing(match: Match) -> bool:
    return match.alert.kind == LISTING_KIND


def _actions(match: Match, question: Asked) -> tuple[Action, ...]:
    return measure_here(question, match.category, match.lane).actions
