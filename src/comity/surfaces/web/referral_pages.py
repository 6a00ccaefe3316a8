"""The second line: who waits, taking the next, saying what came of it; and what the counter sees of those it sent."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import ComityError
from comity.core.vocabulary import Permission
from comity.crossings.records import Action, Answer, Match
from comity.crossings.referral_records import (
    Figures,
    OpenReferral,
    Queue,
    QueueEntry,
    Rate,
    Referral,
    ReferralOutcome,
    ReferralReason,
    ReferralView,
    Refusal,
    RefusalGround,
    ResolveReferral,
    SentReferral,
    SentReferrals,
    SetRate,
)
from comity.crossings.rules import measure_here
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.forms import Form
from comity.surfaces.web.told import asked_by_field, told_of, traced_of

REASONS: Final = tuple(
    reason for reason in ReferralReason if reason not in {ReferralReason.SECOND_LINE, ReferralReason.CANNOT_TELL}
)
_OUTCOMES: Final = tuple(outcome for outcome in ReferralOutcome if outcome is not ReferralOutcome.FINISHED)
_REFRESH_S: Final = 15
# A page that loads itself keeps its session awake; ten minutes of it leave the session's own end of use in force.
_ROUNDS: Final = 40
_COUNT: Final = re.compile(r"[0-9]{1,3}", re.ASCII)


async def queue(visit: Visit) -> Response:
    """Show who waits, in the order of serving, and what the visitor has taken."""
    return await _queue(visit)


async def take(visit: Visit) -> Response:
    """Take one who waits."""
    try:
        await visit.ask("referral.take", {"referral": visit.path("referral")}, ReferralView)
    except ComityError as error:
        return await _queue(visit, error)
    return see(f"/queue/{visit.path('referral')}")


async def release(visit: Visit) -> Response:
    """Put one back."""
    await visit.ask("referral.release", {"referral": visit.path("referral")}, QueueEntry)
    return see("/queue")


async def referral(visit: Visit) -> Response:
    """Show what is known of a person taken, and the form that says what came of it."""
    return visit.render("referral.html", **await _shown(visit))


async def resolve(visit: Visit) -> Response:
    """Say what came of it."""
    shown = await _shown(visit)
    try:
        command = _resolution(visit.form, visit.path("referral"), shown["view"])
        await visit.ask("referral.resolve", command, Referral)
    except ComityError as error:
        return visit.again("referral.html", error, **shown)
    return see(f"/queue/{visit.path('referral')}")


async def refusal(visit: Visit) -> Response:
    """Show a written refusal, to be printed and handed over."""
    shown = await visit.ask("referral.refusal", {"refusal": visit.path("refusal")}, Refusal)
    return visit.render("refusal_form.html", refusal=shown)


async def sent(visit: Visit) -> Response:
    """Show what came of those whom the visitor sent."""
    mine = await visit.ask("referral.mine", {}, SentReferrals)
    waiting = any(one.outcome is None for one in mine.referrals)
    page = visit.render("sent.html", sent=mine.referrals, still=_still(visit), moving=waiting)
    return _by_itself(visit, page, moving=waiting)


async def refer(visit: Visit) -> Response:
    """Send the person of a check to the second line."""
    check = visit.path("check")
    await visit.ask("referral.open", visit.form.command(OpenReferral, check=check), SentReferral)
    return see(f"/check/{check}")


async def figures(visit: Visit) -> Response:
    """Show how long people wait today."""
    return visit.render("waiting_times.html", figures=await _figures(visit))


async def set_rate(visit: Visit) -> Response:
    """Set the rate of random referrals of a crossing point."""
    try:
        await visit.ask("referral.set-rate", visit.form.command(SetRate), Rate)
    except ComityError as error:
        return visit.again("waiting_times.html", error, figures=await _figures(visit))
    return see("/waiting-times")


async def sent_of(visit: Visit, check: str) -> tuple[SentReferral, ...]:
    """Give what became of a check's person, for the page of the check."""
    if not visit.allows(Permission.CROSSING_CHECK):
        return ()
    return (await visit.ask("referral.mine", {"check": check}, SentReferrals)).referrals


async def _queue(visit: Visit, error: ComityError | None = None) -> Response:
    point = visit.request.query_params.get("crossing_point", "").strip()
    shown = await visit.ask("referral.queue", {"crossing_point": point} if point else {}, Queue)
    given: dict[str, object] = {"queue": shown, "point": point, "still": _still(visit), "moving": True}
    if error is not None:
        return visit.again("queue.html", error, **given)
    return _by_itself(visit, visit.render("queue.html", **given), moving=True)


async def _shown(visit: Visit) -> dict[str, object]:
    view = await visit.ask("referral.show", {"referral": visit.path("referral")}, ReferralView)
    decided = {(each.alert, each.alert_owner): each for each in view.check.resolutions}
    matches = [
        (match, decided.get((match.alert, match.owner)), told_of(view.check, match), traced_of(view.check, match))
        for match in view.check.advice.matches
    ]
    return {
        "view": view,
        "asked": asked_by_field(view.check.question),
        "matches": matches,
        "actions": _actions(view),
        "outcomes": _OUTCOMES,
        "grounds": tuple(RefusalGround),
        "answers": tuple(Answer),
    }


def _actions(view: ReferralView) -> tuple[Action, ...]:
    """Give every action that some match allows, and referring on, each once."""
    question = view.check.question
    named = [
        action
        for match in view.check.advice.matches
        for action in measure_here(question, match.category, match.lane, flagged=match.flagged).actions
    ]
    return tuple(dict.fromkeys(named))


def _resolution(form: Form, referral_id: str, view: object) -> dict[str, JsonValue]:
    """Build the command: a match where one was chosen, the written part where any of it was filled in."""
    given = {"referral": referral_id}
    match = _chosen(form, view)
    if match is not None:
        given |= {
            "match.alert": match.alert.id,
            "match.version": str(match.alert.version),
            "match.party": match.owner.party,
        }
    command = form.command(ResolveReferral, **given)
    if match is None:
        command.pop("match", None)
    return command


def _chosen(form: Form, view: object) -> Match | None:
    if not isinstance(view, ReferralView):
        return None
    for match in view.check.advice.matches:
        if form.text("chosen") == f"{match.owner.party}.{match.alert.id}":
            return match
    return None


async def _figures(visit: Visit) -> Figures:
    return await visit.ask("referral.figures", {}, Figures)


def _still(visit: Visit) -> bool:
    return visit.request.query_params.get("still") == "true"


def _by_itself(visit: Visit, response: Response, *, moving: bool) -> Response:
    """Have the browser load the page anew, as long as something can change and the reader has not stopped it."""
    told = visit.request.query_params.get("round", "0")
    done = int(told) if _COUNT.fullmatch(told) else _ROUNDS
    if moving and not _still(visit) and done < _ROUNDS:
        again = visit.request.url.include_query_params(round=done + 1)
        response.headers["Refresh"] = f"{_REFRESH_S}; url={again.path}?{again.query}"
    return response
