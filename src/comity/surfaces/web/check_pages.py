"""The first line: ask with one field, read the advice, decide on each match, take back a wrong click."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec
from starlette.responses import Response

from comity.bureau.content import observable
from comity.core.codec import JsonValue
from comity.core.errors import BadInput, ComityError
from comity.crossings.abroad.records import AnswersAbroad, AskAbroad, AskedState, Fear
from comity.crossings.asking import ScanKind, ThingKind
from comity.crossings.desk.records import DeskShown
from comity.crossings.finding_records import FoundBy
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
    Outcome,
    Reject,
    Resolution,
    Undo,
    Verdict,
)
from comity.crossings.rules import measure_here, only_near
from comity.crossings.safeguards import ADVERSE
from comity.crossings.told_records import Fact, Traced
from comity.screening.listed import LISTING_KIND
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.forms import Form
from comity.surfaces.web.referral_pages import REASONS, sent_of
from comity.surfaces.web.told import asked_by_field, told_of, traced_of

_SAYINGS: Final[Mapping[Verdict, tuple[str, type[msgspec.Struct]]]] = {
    Verdict.CONFIRMED: ("crossing.confirm", Confirm),
    Verdict.REJECTED: ("crossing.reject", Reject),
    Verdict.CANNOT_TELL: ("crossing.cannot-tell", CannotTell),
}
_CHOICES: Final = {
    "directions": tuple(Direction),
    "lanes": tuple(Lane),
    "scan_kinds": tuple(ScanKind),
    "thing_kinds": tuple(ThingKind),
    "documents": ("passport", "identity_card", "residence_permit", "travel_document", "other"),
}
_NAMED: Final = ("justification", "case")
_FIRST: Final = frozenset({*_NAMED, "scan", "document.category", "form_token", "request_id", "purpose"})
"""What is not of the detailed form, or says nothing of its use."""


class Shown(NamedTuple):
    """One match as the page shows it; `heading` where a new group of matches begins."""

    match: Match
    resolution: Resolution | None
    actions: tuple[Action, ...]
    heading: FoundBy | None
    told: Mapping[str, Fact]
    traced: tuple[Traced, ...]

    @property
    def listed(self) -> bool:
        """Whether it is an entry of a list and no alert."""
        return _is_listing(self.match)

    @property
    def decided(self) -> bool:
        """Whether it was decided on, and that was not taken back."""
        return self.resolution is not None and self.resolution.verdict is not Verdict.UNDONE

    @property
    def adverse(self) -> bool:
        """Whether something can be done against the person, so that the questions come first."""
        return not ADVERSE.isdisjoint(self.actions)


async def ask(visit: Visit) -> Response:
    """Show the empty question."""
    return visit.render("check.html", **await _asking(visit))


async def check(visit: Visit) -> Response:
    """Search, and send the browser to the result under its opaque id: no personal data stand in an address."""
    try:
        advice = await visit.ask("crossing.check", _question(visit.form), Advice)
    except ComityError as error:
        return visit.again("check.html", error, **await _asking(visit, error))
    if advice.degraded:
        # It is not stored yet, so there is nothing to come back to.
        return visit.render("check_degraded.html", advice=advice)
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


async def undo(visit: Visit) -> Response:
    """Take back what was decided on one match."""
    try:
        command = visit.form.command(Undo, check=visit.path("check"))
        await visit.ask("crossing.undo", command, Resolution)
    except ComityError as error:
        return visit.again("check_result.html", error, **await _shown(visit))
    return see(f"/check/{visit.path('check')}")


async def ask_abroad(visit: Visit) -> Response:
    """Ask another party, once the person was asked about fear."""
    try:
        command = visit.form.command(AskAbroad, check=visit.path("check"))
        await visit.ask("crossing.ask-abroad", command, AnswersAbroad)
    except ComityError as error:
        return visit.again("check_result.html", error, **await _shown(visit))
    return see(f"/check/{visit.path('check')}")


async def _asking(visit: Visit, error: ComityError | None = None) -> dict[str, object]:
    """Return what the question's page shows: the parts that something was typed in, or is wrong in, stand open."""
    form = visit.form
    wrong = {problem.field.removeprefix("$.") for problem in error.problems} if error else set()
    filled = {name for name, texts in form.values.items() if any(texts)}
    desk = (await visit.ask("desk.show", {}, DeskShown)).desk
    return {
        "desk": desk,
        "without_document": bool((filled | wrong) & set(_NAMED)),
        "detailed": bool((filled | {name for name in wrong if not name.startswith("scan")}) - _FIRST),
        **_CHOICES,
    }


def _question(form: Form) -> dict[str, JsonValue]:
    """Build the command; a document or a thing without a number is none, and an empty field was not scanned."""
    question = form.command(Check)
    if not form.text("document.number"):
        question.pop("document", None)
    if not form.text("things.0.number"):
        question.pop("things", None)
    return question


def _decision(form: Form, check_id: str) -> tuple[str, dict[str, JsonValue]]:
    said = form.text("verdict")
    for verdict, (operation, command) in _SAYINGS.items():
        if verdict.value == said:
            return operation, form.command(command, check=check_id)
    raise BadInput("form.verdict", "Say whether this is the person.", field="$.verdict")


async def _shown(visit: Visit) -> dict[str, object]:
    view = await visit.ask("crossing.show", {"check": visit.path("check")}, CheckView)
    advice = view.advice
    return {
        "view": view,
        "advice": advice,
        "matches": tuple(_matches(view)),
        "asked": asked_by_field(view.question),
        "alerts": not all(_is_listing(match) for match in advice.matches),
        # A discreet match looks to everybody around like any other referral.
        "screened": advice.must_not_show or advice.outcome is Outcome.REFER,
        "oldest": max((source.age_s for source in advice.sources if source.age_s is not None), default=None),
        "again": _again(view.question),
        "scan_kinds": tuple(ScanKind),
        "answers": tuple(Answer),
        "observable": {match.category: observable(match.category) for match in advice.matches},
        "verdicts": tuple(_SAYINGS),
        "reasons": REASONS,
        "fears": tuple(Fear),
        "held_back": tuple(each for each in advice.abroad if each.state is AskedState.CHECK_FIRST),
        "sent": await sent_of(visit, visit.path("check")),
    }


def _matches(view: CheckView) -> Iterator[Shown]:
    decided = {(resolution.alert, resolution.alert_owner): resolution for resolution in view.resolutions}
    ordered = sorted(view.advice.matches, key=_is_listing)
    grouped = len({match.found_by for match in ordered}) > 1
    last = None
    for match in ordered:
        heading = match.found_by if grouped and match.found_by is not last else None
        last = match.found_by
        resolution = decided.get((match.alert, match.owner))
        yield Shown(
            match, resolution, _actions(match, view.question), heading, told_of(view, match), traced_of(view, match)
        )


def _again(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Return the question as it can be asked again, taken for something else; none for a zone, which is what it is."""
    if not asked.taken_as or ScanKind.ZONE in asked.taken_as:
        return ()
    place = {"direction": asked.direction.value, "lane": asked.lane.value, "crossing_point": asked.crossing_point}
    reasons = {"scan": _text(asked), "justification": asked.justification, "case": asked.case}
    return tuple((name, text) for name, text in (place | reasons).items() if text)


def _text(asked: Asked) -> str:
    if asked.document is not None:
        return asked.document.number
    if asked.things:
        return asked.things[0].number
    identity = asked.identity
    name = f"{identity.surnames or ''}, {identity.forenames or ''}"
    return f"{name}; {identity.birth_date}" if identity.birth_date else name


def _is_listing(match: Match) -> bool:
    return match.alert.kind == LISTING_KIND


def _actions(match: Match, question: Asked) -> tuple[Action, ...]:
    """Return what may be done once a match is confirmed; nothing where the number sought is not the one read."""
    if only_near(match.evidence):
        return ()
    return measure_here(question, match.category, match.lane, flagged=match.flagged).actions
