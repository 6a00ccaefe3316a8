"""The routes of the web surface."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import resources
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from comity.surfaces.http.caller import Caller
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.http.shield import Refuse
from comity.surfaces.web import (
    account_pages,
    alert_pages,
    beside_pages,
    board_pages,
    bureau_pages,
    care_pages,
    change_pages,
    check_pages,
    copy_pages,
    deadline_pages,
    desk_pages,
    diagnosis_pages,
    duty_pages,
    evidence_pages,
    flag_pages,
    hit_pages,
    holder_pages,
    intake_pages,
    key_pages,
    letter_pages,
    quality_pages,
    referral_pages,
    session_pages,
    supervision_pages,
    training_pages,
    treaty_pages,
    unchecked_pages,
    why_pages,
)
from comity.surfaces.web.desk import Desk, Page

_PAGES: Final[tuple[tuple[str, str, Page], ...]] = (
    ("POST", "/sign-out", session_pages.sign_out),
    ("GET", "/account", session_pages.account),
    ("POST", "/account/password", session_pages.change_password),
    ("GET", "/check", check_pages.ask),
    ("POST", "/check", check_pages.check),
    ("GET", "/check/{check}", check_pages.result),
    ("POST", "/check/{check}/decide", check_pages.decide),
    ("POST", "/check/{check}/undo", check_pages.undo),
    ("POST", "/check/{check}/ask-abroad", check_pages.ask_abroad),
    ("GET", "/desk", desk_pages.desk),
    ("POST", "/desk", desk_pages.open_desk),
    ("POST", "/desk/close", desk_pages.close_desk),
    ("GET", "/crossing-points", desk_pages.crossing_points),
    ("POST", "/crossing-points/{act}", desk_pages.change_points),
    ("POST", "/check/{check}/refer", referral_pages.refer),
    ("GET", "/boards", board_pages.boards),
    ("POST", "/boards", board_pages.check),
    ("POST", "/boards/preview", board_pages.preview),
    ("POST", "/boards/blind", board_pages.blind),
    ("GET", "/boards/template.csv", board_pages.template),
    ("GET", "/boards/{board}", board_pages.board),
    ("GET", "/boards/{board}/board.csv", board_pages.export),
    ("GET", "/sent", referral_pages.sent),
    ("GET", "/queue", referral_pages.queue),
    ("GET", "/queue/{referral}", referral_pages.referral),
    ("POST", "/queue/{referral}/take", referral_pages.take),
    ("POST", "/queue/{referral}/release", referral_pages.release),
    ("POST", "/queue/{referral}/resolve", referral_pages.resolve),
    ("GET", "/refusals/{refusal}", referral_pages.refusal),
    ("GET", "/waiting-times", referral_pages.figures),
    ("POST", "/waiting-times", referral_pages.set_rate),
    ("GET", "/alerts", alert_pages.alerts),
    ("GET", "/alerts/new/{category}", alert_pages.blank),
    ("POST", "/alerts/new/{category}", alert_pages.enter),
    ("POST", "/alerts/new/{category}/wait", alert_pages.wait),
    ("GET", "/alerts/flags", flag_pages.flags),
    ("GET", "/alerts/hits", hit_pages.hits),
    ("GET", "/alerts/hits.csv", hit_pages.export),
    ("GET", "/alerts/waiting", beside_pages.waiting),
    ("POST", "/alerts/waiting/{act}", beside_pages.act_on_waiting),
    ("GET", "/vettings", intake_pages.vettings),
    ("GET", "/vettings/vettings.csv", intake_pages.vettings_file),
    ("POST", "/vettings/{act}", intake_pages.vet),
    ("GET", "/held", intake_pages.held),
    ("POST", "/held/{act}", intake_pages.act_on_held),
    ("GET", "/protection", care_pages.orders),
    ("POST", "/protection/{act}", care_pages.act_on_orders),
    ("GET", "/victims", care_pages.victims),
    ("POST", "/victims/{act}", care_pages.act_on_victims),
    ("GET", "/alerts/{party}/{alert}", alert_pages.alert),
    ("GET", "/alerts/{party}/{alert}/history", alert_pages.history),
    ("GET", "/alerts/{party}/{alert}/holders", holder_pages.holders),
    ("GET", "/alerts/{party}/{alert}/holders.csv", holder_pages.export),
    ("GET", "/alerts/{party}/{alert}/beside/{part}", beside_pages.part),
    ("POST", "/alerts/{party}/{alert}/beside/{part}", beside_pages.act),
    ("GET", "/alerts/{party}/{alert}/flag", flag_pages.blank),
    ("POST", "/alerts/{party}/{alert}/flag", flag_pages.flag),
    ("POST", "/alerts/{party}/{alert}/unflag", flag_pages.lift),
    ("GET", "/alerts/{party}/{alert}/{act}", alert_pages.prepare),
    ("POST", "/alerts/{party}/{alert}/change", alert_pages.change),
    ("POST", "/alerts/{party}/{alert}/extend", alert_pages.extend),
    ("POST", "/alerts/{party}/{alert}/delete", alert_pages.delete),
    ("POST", "/alerts/{party}/{alert}/tell-achieved", alert_pages.tell_achieved),
    ("POST", "/alerts/{party}/{alert}/keep", alert_pages.keep),
    ("GET", "/inbox", bureau_pages.inbox),
    ("GET", "/inbox/figures", bureau_pages.figures),
    ("GET", "/inbox/cases/{state}", bureau_pages.cases),
    ("GET", "/inbox/case/{case}", bureau_pages.case),
    ("POST", "/inbox/case/{case}", bureau_pages.send),
    ("POST", "/inbox/case/{case}/{act}", bureau_pages.act_on_case),
    ("GET", "/inbox/message/{party}/{message}", bureau_pages.message),
    ("POST", "/inbox/message/{party}/{message}", bureau_pages.acknowledge),
    ("POST", "/inbox/message/{party}/{message}/{act}", bureau_pages.act_on_message),
    ("GET", "/quality", quality_pages.report),
    ("GET", "/quality/quality.csv", quality_pages.export),
    ("GET", "/quality/{party}", quality_pages.findings),
    ("GET", "/unchecked", unchecked_pages.passages),
    ("GET", "/unchecked/sheet", unchecked_pages.sheet),
    ("POST", "/unchecked/{act}", unchecked_pages.act),
    ("GET", "/duty", duty_pages.duty),
    ("POST", "/duty/{act}", duty_pages.act),
    ("GET", "/letters", letter_pages.letters),
    ("GET", "/letters/new", letter_pages.forms),
    ("GET", "/letters/new/{form}", letter_pages.blank),
    ("POST", "/letters/new/{form}", letter_pages.send),
    ("GET", "/letters/reciprocity", letter_pages.reciprocity),
    ("GET", "/letters/reciprocity.csv", letter_pages.export),
    ("GET", "/letters/{party}/{letter}", letter_pages.letter),
    ("GET", "/letters/{party}/{letter}/files/{message}/{number}.bin", letter_pages.file),
    ("POST", "/letters/{party}/{letter}/{act}", letter_pages.act),
    ("GET", "/questions", bureau_pages.questions),
    ("POST", "/questions/{case}", bureau_pages.reply),
    ("GET", "/deadlines", deadline_pages.deadlines),
    ("GET", "/deadlines/deadlines.csv", deadline_pages.export),
    ("GET", "/ledger", evidence_pages.ledger),
    ("POST", "/ledger/verify", evidence_pages.verify),
    ("GET", "/ledger/{sequence:int}", evidence_pages.proof),
    ("GET", "/approvals", evidence_pages.approvals),
    ("POST", "/approvals/{approval}/{verdict}", evidence_pages.decide),
    ("GET", "/agreements", treaty_pages.agreements),
    ("GET", "/agreements/new", treaty_pages.blank),
    ("POST", "/agreements/new", treaty_pages.propose),
    ("GET", "/agreements/{agreement}", treaty_pages.agreement),
    ("POST", "/agreements/{agreement}", treaty_pages.sign),
    ("GET", "/agreements/{agreement}/why", why_pages.why),
    ("POST", "/agreements/{agreement}/why", why_pages.answer),
    ("GET", "/agreements/{agreement}/notice", why_pages.notice),
    ("GET", "/agreements/{agreement}/change/{act}", change_pages.blank),
    ("POST", "/agreements/{agreement}/change/{act}", change_pages.propose),
    ("POST", "/agreements/{agreement}/{act}", why_pages.give_notice),
    ("GET", "/peers", treaty_pages.peers),
    ("POST", "/peers/trust", treaty_pages.trust),
    ("POST", "/peers/distrust", treaty_pages.distrust),
    ("GET", "/copies", copy_pages.copies),
    ("GET", "/copies/copies.csv", copy_pages.export),
    ("POST", "/copies/register", copy_pages.register),
    ("POST", "/copies/retire", copy_pages.retire),
    ("GET", "/keys", key_pages.keys),
    ("GET", "/keys/deeds.jsonl", key_pages.export),
    ("POST", "/keys/install", key_pages.install),
    ("POST", "/keys/{act}", key_pages.ask),
    ("GET", "/diagnosis", diagnosis_pages.diagnosis),
    ("GET", "/training", training_pages.exercises),
    ("POST", "/training/open", training_pages.open_one),
    ("GET", "/training/{exercise}", training_pages.exercise),
    ("GET", "/training/{exercise}/results.csv", training_pages.results),
    ("POST", "/training/{exercise}/{act}", training_pages.act),
    ("GET", "/accounts", account_pages.accounts),
    ("POST", "/accounts/create", account_pages.create),
    ("POST", "/accounts/{act}", account_pages.act),
    ("GET", "/jobs", account_pages.jobs),
    ("GET", "/search-log", supervision_pages.ask),
    ("POST", "/search-log", supervision_pages.read),
    ("POST", "/search-log/key", supervision_pages.set_key),
    ("GET", "/search-log/sample", supervision_pages.ask_sample),
    ("POST", "/search-log/sample", supervision_pages.sample),
    ("GET", "/search-log/figures", supervision_pages.ask_figures),
    ("POST", "/search-log/figures", supervision_pages.figures),
)
_OPEN_PAGES: Final[tuple[tuple[str, str, Page], ...]] = (
    ("GET", "/", session_pages.door),
    ("POST", "/", session_pages.sign_in),
    ("POST", "/language", session_pages.choose),
    ("POST", "/theme", desk_pages.light),
)
_STATIC: Final = {
    "comity.css": "text/css; charset=utf-8",
    "check.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What the HTTP application serves beside the API: the pages, and how a browser is told of an error."""

    routes: tuple[BaseRoute, ...]
    refuse: Refuse


def make_site(caller: Caller, settings: HttpSettings) -> Site:
    """Build the web surface of one node; hand the result to `make_app`."""
    desk = Desk(caller, settings)
    served = [(method, path, desk.page(page, path)) for method, path, page in _PAGES]
    served += [(method, path, desk.page(page, path, signed_in=False)) for method, path, page in _OPEN_PAGES]
    files = [Route(f"/static/{name}", _file(name, kind), methods=["GET"]) for name, kind in _STATIC.items()]
    return Site(routes=(*_routes(served), *files), refuse=desk.refuse)


def _routes(served: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]]) -> list[BaseRoute]:
    """Join the methods of one path in one route, so that a wrong method is told which ones there are."""
    by_path: dict[str, dict[str, Callable[[Request], Awaitable[Response]]]] = {}
    for method, path, answer in served:
        by_path.setdefault(path, {})[method] = answer
    return [Route(path, _by_method(answers), methods=list(answers)) for path, answers in by_path.items()]


def _by_method(
    answers: dict[str, Callable[[Request], Awaitable[Response]]],
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await answers["GET" if request.method == "HEAD" else request.method](request)

    return answer


def _file(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    content = (resources.files("comity.surfaces.web") / "static" / name).read_bytes()
    headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()[:16]}"', "Cache-Control": "no-cache"}

    async def answer(request: Request) -> Response:
        request.state.operation = "static"
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=kind, headers=headers)

    return answer
