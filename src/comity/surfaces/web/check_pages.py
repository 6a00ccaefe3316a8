"""The first line: ask, read the advice, decide on each match."""

from __future__ import annotations

from typing import Final, assert_never

from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import BadInput, ComityError
from comity.crossings.measures import measure_for
from comity.crossings.records import (
    Action,
    Advice,
    Answer,
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
from comity.screening.listed import LISTING_KIND
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.forms import Form
from comity.surfaces.web.referral_pages import REASONS, sent_of

_CHOICES: Final = {"directions": tuple(Direction), "lanes": tuple(Lane)}
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
    try:
        verdict = Verdict(form.text("verdict"))
    except ValueError:
        raise BadInput("form.verdict", "Say whether this is the person.", field="$.verdict") from None
    match verdict:
        case Verdict.CONFIRMED:
            return "crossing.confirm", form.command(Confirm, check=check_id)
        case Verdict.REJECTED:
            return "crossing.reject", form.command(Reject, check=check_id)
        case Verdict.CANNOT_TELL:
            return "crossing.cannot-tell", form.command(CannotTell, check=check_id)
        case _:
            assert_never(verdict)


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
        "verdicts": tuple(Verdict),
        "reasons": REASONS,
        "sent": await sent_of(visit, visit.path("check")),
    }


def _is_listing(match: Match) -> bool:
    return match.alert.kind == LISTING_KIND


def _actions(match: Match, question: Check) -> tuple[Action, ...]:
    return measure_for(match.category, question.direction, match.lane).actions
