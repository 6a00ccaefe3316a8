"""What every page stands on: who visits, in which language, with which form, and the one way to run an operation."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias, TypeVar
from urllib.parse import quote

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from comity.alerts.attached import PICTURE_BYTES, PICTURES
from comity.bureau.letters.forms import MAX_FILES_BYTES
from comity.core.codec import JsonValue
from comity.core.errors import ComityError, Defect, NotSignedIn, Pending
from comity.core.operation import Kind
from comity.core.ports import Actor
from comity.core.vocabulary import Permission, Purpose, Role
from comity.runtime.records import Call
from comity.surfaces.failures import describe
from comity.surfaces.http.bodies import fields_of, read_body, read_upload
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.problems import problem_headers, status_of
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.web.cards import cards, is_wide
from comity.surfaces.web.confirm import Question, kept, question_of
from comity.surfaces.web.forms import Form, read_form
from comity.surfaces.web.guard import TOKEN_FIELD, Guard
from comity.surfaces.web.labels import N_
from comity.surfaces.web.show import Show
from comity.surfaces.web.uploads import UPLOAD_TYPE, form_body
from comity.surfaces.web.words import LANGUAGES, choose_language, load_words
from comity.surfaces.web.zone_labels import place_in_zone

R = TypeVar("R", bound=msgspec.Struct)
Page: TypeAlias = "Callable[[Visit], Awaitable[Response]]"

SEE_OTHER: Final = 303
_FORM_TYPE: Final = "application/x-www-form-urlencoded"
_FORM_LIMIT: Final = 1 << 18
_ROOM_FOR_FILES: Final = {
    # The operations' own limits, and room for the rest of the form.
    "/letters/new/{form}": MAX_FILES_BYTES + _FORM_LIMIT,
    "/letters/{party}/{letter}/{act}": MAX_FILES_BYTES + _FORM_LIMIT,
    "/alerts/new/{category}": 2 * PICTURES * PICTURE_BYTES + _FORM_LIMIT,
    "/alerts/{party}/{alert}/change": 2 * PICTURES * PICTURE_BYTES + _FORM_LIMIT,
}
# No second slash at the start: that would name another host.
_OWN_ADDRESS: Final = re.compile(r"/(?:[\w.?=&%-][\w./?=&%-]*)?", re.ASCII)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)
_NAME_LENGTH: Final = 120
_BENEATH: Final = {
    "/held": "/alerts",
    "/protection": "/alerts",
    "/quality": "/alerts",
    "/refusals": "/queue",
    "/vettings": "/alerts",
    "/victims": "/queue",
}
"""Under which entry of the menu pages stand that have none of their own, by the first part of their path."""
_MENU: Final = (
    (Permission.CROSSING_CHECK, "/check", N_("Check")),
    (Permission.CROSSING_CHECK, "/desk", N_("Desk")),
    (Permission.CROSSING_CHECK, "/boards", N_("Boards")),
    (Permission.CROSSING_CHECK, "/sent", N_("Sent on")),
    (Permission.CROSSING_CHECK, "/unchecked", N_("Unchecked")),
    (Permission.REFERRAL_WORK, "/queue", N_("Second line")),
    (Permission.REFERRAL_MANAGE, "/waiting-times", N_("Waiting times")),
    (Permission.CROSSING_CHECK, "/questions", N_("Questions")),
    (Permission.ALERT_READ, "/alerts", N_("Alerts")),
    (Permission.BUREAU_WORK, "/inbox", N_("Inbox")),
    (Permission.BUREAU_WORK, "/letters", N_("Letters")),
    (Permission.DUTY_WORK, "/duty", N_("Duty")),
    (Permission.DEADLINE_READ, "/deadlines", N_("Deadlines")),
    (Permission.TRAINING_TAKE, "/training", N_("Training")),
    (Permission.ACCOUNT_MANAGE, "/accounts", N_("Accounts")),
    (Permission.CROSSING_POINT_MANAGE, "/crossing-points", N_("Crossing points")),
    (Permission.COPY_READ, "/copies", N_("Copies")),
    (Permission.SEARCH_LOG_READ, "/search-log", N_("Search log")),
    (Permission.LEDGER_READ, "/ledger", N_("Ledger")),
    (Permission.APPROVAL_READ, "/approvals", N_("Approvals")),
    (Permission.AGREEMENT_READ, "/agreements", N_("Agreements")),
    (Permission.PEER_READ, "/peers", N_("Peers")),
    (Permission.PEER_READ, "/keys", N_("Signing keys")),
    (Permission.PEER_READ, "/diagnosis", N_("Diagnosis")),
    (Permission.ACCOUNT_MANAGE, "/jobs", N_("Jobs")),
    (Permission.SESSION_OWN, "/account", N_("Account")),
)
# Where an operation serves several purposes, the role says which one its pages stand for.
_POLICING: Final = (Role.POLICE, Role.SIRENE_BUREAU, Role.JUDICIAL_AUTHORITY, Role.CUSTOMS_PERSONS, Role.CUSTOMS_GOODS)


def _placed(path: str) -> str:
    """Return the path by which the menu shows where one is."""
    return _BENEATH.get(f"/{path.split('/')[1]}", path)


class Desk:
    """The web surface of one node: settings, templates in each language, and the caller of operations."""

    def __init__(self, caller: Caller, settings: HttpSettings) -> None:
        self.caller = caller
        self.settings = settings
        self.guard = Guard(settings)
        self._environments = {language: _environment(language) for language in LANGUAGES}

    def page(self, page: Page, route: str, *, signed_in: bool = True) -> Callable[[Request], Awaitable[Response]]:
        """Wrap a page: sign the visitor in, read and check its form, ask again before what nothing undoes, answer."""

        async def answer(request: Request) -> Response:
            request.state.operation = f"page.{page.__name__}"
            session = self.guard.session_of(request)
            if session is None and signed_in:
                return see("/")
            form = Form()
            if request.method == "POST":
                self.guard.check_origin(request)
                form = read_form(await _form_body(request, _ROOM_FOR_FILES.get(route, _FORM_LIMIT)))
                self.guard.check_token(session or self.guard.visit_of(request), form.text(TOKEN_FIELD))
            try:
                actor = await self.caller.sign_in(session)
            except NotSignedIn:
                actor, session = await self.caller.sign_in(None), None
            if signed_in and not actor.signed_in:
                return self._sign_in_again()
            visit = Visit(self, request, actor, session, form)
            try:
                question = question_of(route, request.path_params, form) if request.method == "POST" else None
                return await page(visit) if question is None else visit.question(question)
            except NotSignedIn:
                return self._sign_in_again()
            except ComityError as error:
                return visit.refused(error)

        return answer

    async def refuse(self, request: Request, error: ComityError) -> Response:
        """Tell an error to a browser, as a page."""
        if isinstance(error, NotSignedIn):
            return self._sign_in_again()
        return Visit(self, request, None, None, Form()).refused(error)

    def environment(self, language: str) -> Environment:
        """Give the templates of one language."""
        return self._environments[language]

    def _sign_in_again(self) -> Response:
        response = see("/")
        self.guard.drop_session(response)
        return response


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one person. `actor` is None on pages that are about an error."""

    desk: Desk
    request: Request
    actor: Actor | None
    session: str | None
    form: Form

    @property
    def language(self) -> str:
        """The language of the answer."""
        preferred = self.desk.guard.language_of(self.request)
        return choose_language(preferred, self.request.headers.get("accept-language", ""))

    @property
    def theme(self) -> str:
        """The light of the screen that was chosen, empty for that of the device."""
        return self.desk.guard.theme_of(self.request)

    @property
    def address(self) -> str:
        """The page's own address, to come back to; empty for the answer to a form."""
        if self.request.method != "GET":
            return ""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    def path(self, name: str) -> str:
        """Give a part of the page's own address."""
        part: str = self.request.path_params[name]
        return part

    def allows(self, permission: Permission) -> bool:
        """Whether the visitor's functions cover a permission; the runtime decides all the same."""
        return self.actor is not None and permission in self.actor.permissions

    async def ask(self, operation: str, command: dict[str, JsonValue], result: type[R]) -> R:
        """Run one operation as the visitor, and give its result.

        A change takes the form's request id; the purpose is the form's, else the one that the visitor's role stands
        for.
        """
        answer = await self.desk.caller.run(self._call(operation, command), self._who)
        if not isinstance(answer.result, result):
            raise Defect("web.result-type", "An operation gave another kind of result than its page shows.")
        return answer.result

    def render(self, template: str, form: Form | None = None, /, **shown: object) -> Response:
        """Answer a page. `form` is what its form shows, the visit's own unless given."""
        desk, mark = self.desk, self.session or self.desk.guard.visit_of(self.request)
        environment = desk.environment(self.language)
        text = environment.get_template(template).render(
            visit=self,
            form=form or self.form,
            form_token=desk.guard.form_token(mark),
            menu=[
                (path, name)
                for permission, path, name in _MENU
                if self.allows(permission) and (desk.settings.exercise or permission is not Permission.TRAINING_TAKE)
            ],
            here=_placed(self.request.url.path),
            settings=desk.settings,
            **shown,
        )
        response = HTMLResponse(text)
        if self.session is None and self.actor is not None:
            desk.guard.keep_visit(response, mark)
        return response

    def file(self, name: str, content: str, kind: str = "text/csv") -> Response:
        """Answer a file to be kept, of comma-separated values or another kind; its name tells an exercise's."""
        name = f"exercise-synthetic-{name}" if self.desk.settings.exercise else name
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content.encode(), media_type=f"{kind}; charset=utf-8", headers=headers)

    def download(self, name: str, content: bytes) -> Response:
        """Answer bytes that came from elsewhere, to be kept: under a plain name, as no kind that a browser opens."""
        plain = _UNSAFE.sub("_", name)[:_NAME_LENGTH] or "file"
        headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
        return Response(content, media_type="application/octet-stream", headers=headers)

    def question(self, question: Question) -> Response:
        """Answer the question that stands before an act; the form's inputs go on with a yes."""
        parts = {name: quote(str(part)) for name, part in self.request.path_params.items()}
        return self.render(
            "confirm.html", question=question, back=question.back.format_map(parts), kept=kept(self.form)
        )

    def again(self, template: str, error: ComityError, /, **shown: object) -> Response:
        """Answer the page of a form that was refused, with what is wrong where it is wrong."""
        over = isinstance(error, NotSignedIn) and self.session is not None
        if over or isinstance(error, Pending):
            raise error
        failure = describe(error, self.request.state.trace)
        response = self.render(template, self.form.refused(error), failure=failure, **shown)
        response.status_code = status_of(error)
        return response

    def refused(self, error: ComityError) -> Response:
        """Answer a page that is about an error and nothing else."""
        response = self.render("refusal.html", failure=describe(error, self.request.state.trace))
        response.status_code = status_of(error)
        response.headers.update(problem_headers(error))
        return response

    def _who(self) -> Actor:
        if self.actor is None:
            raise NotSignedIn("session.none", "Nobody is signed in.")
        return self.actor

    def _call(self, operation: str, command: dict[str, JsonValue]) -> Call:
        declared = self.desk.caller.runtime.catalogue[operation]
        return Call(
            operation=operation,
            command=msgspec.json.encode(command),
            request_id=self.form.request_id if declared.kind is Kind.CHANGE else None,
            purpose=self.form.text("purpose") or _purpose(declared.purposes, self.actor),
        )


def see_again(visit: Visit) -> Response:
    """Send the browser back to the page of this node that its form names, else to the start."""
    address = visit.form.text("back")
    return see(address if _OWN_ADDRESS.fullmatch(address) else "/")


def see(path: str) -> Response:
    """Send the browser to another page, with GET."""
    return RedirectResponse(path, SEE_OTHER)


async def _form_body(request: Request, limit: int) -> bytes:
    """Read a form, be it with a file in it or without."""
    content_type, fields = request.headers.get("content-type", ""), fields_of(request.scope)
    if content_type.partition(";")[0].strip().lower() == UPLOAD_TYPE:
        return form_body(content_type, await read_upload(fields, request.receive, UPLOAD_TYPE, limit))
    return await read_body(fields, request.receive, _FORM_TYPE, _FORM_LIMIT)


def _purpose(allowed: tuple[Purpose, ...], actor: Actor | None) -> Purpose:
    wanted = Purpose.POLICE if actor is not None and actor.role in _POLICING else Purpose.BORDERS
    return wanted if wanted in allowed else allowed[0]


@cache
def _environment(language: str) -> Environment:
    """Give the templates of a language, compiled once in a process."""
    words = load_words(language)
    environment = Environment(
        loader=PackageLoader("comity.surfaces.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    show = Show(words)
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.filters |= {
        "data": show.data,
        "label": show.label,
        "coded": show.coded,
        "told": show.told,
        "party": show.party,
        "labels": show.labels,
        "act": show.act,
        "field": show.field,
        "place_in_zone": place_in_zone,
        "instant": show.instant,
        "day": show.day,
        "period": show.period,
        "treaty": show.treaty,
        "word": show.word,
        "words": show.words,
        "reason": show.reason,
        "spoken": show.spoken,
        "clauses": show.clauses,
        "pieces": show.pieces,
        "entry": show.entry,
        "cards": cards,
        "pretty": show.pretty,
    }
    environment.tests["wide"] = is_wide
    environment.globals |= {"language": language, "direction": words.direction, "languages": LANGUAGES}
    return environment
