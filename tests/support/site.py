"""A node's pages over a fake runtime, as a browser sees them."""

from __future__ import annotations

import io
import re
from typing import Literal
from urllib.parse import urlencode

import httpx2 as httpx
import msgspec

from comity.core.errors import ComityError
from comity.core.ports import Actor
from comity.core.vocabulary import Permission
from comity.surfaces.http.app import make_app
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.metrics import Metrics
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.web.site import make_site
from tests.support import fake_runtime, page_room
from tests.support.browse import Client
from tests.support.fake_runtime import TOKEN, FakeRuntime, Respond, StillClock


class Site:
    """A node's pages over a fake runtime, with a browser that keeps its cookies."""

    def __init__(
        self,
        *,
        signed_in: bool = True,
        secure: bool = False,
        profile: Literal["exercise", "production"] = "exercise",
        **respond: Respond,
    ) -> None:
        answers = page_room.ANSWERS | {
            name.replace("__", ".").replace("_", "-"): answer for name, answer in respond.items()
        }
        self.runtime = FakeRuntime(page_room.CATALOGUE, answers)
        self.log = io.StringIO()
        settings = HttpSettings(
            node="n0de", party="FRA", profile=profile, secret=b"s" * 32, clock=StillClock(), secure=secure
        )
        caller = Caller(self.runtime, authenticate, settings, Metrics())
        site = make_site(caller, settings)
        app = make_app(caller, settings, pages=site.routes, refuse_page=site.refuse, log_stream=self.log)
        self.client = Client(app, "https://node.test" if secure else "http://node.test")
        if signed_in:
            self.client.cookies.set("comity-n0de", TOKEN, domain="node.test")

    def get(self, path: str, language: str = "en") -> httpx.Response:
        return self.client.get(path, headers={"accept": "text/html", "accept-language": language})

    def send(self, path: str, page: str, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        """Open `page`, and send a form with its tokens to `path`."""
        inputs = dict(re.findall(r'name="(form_token|request_id)" value="([^"]+)"', self.get(page).text))
        return self.post(path, inputs | {name.replace("__", "."): text for name, text in fields.items()}, headers)

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> httpx.Response:
        sent = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html", "origin": "null"}
        return self.client.post(path, content=urlencode(fields).encode(), headers=sent | (headers or {}))


def authenticate(token: str | None) -> Actor:
    actor = fake_runtime.authenticate(token)
    return msgspec.structs.replace(actor, permissions=frozenset(Permission)) if actor.signed_in else actor


def raising(error: ComityError) -> Respond:
    def respond(_: object) -> msgspec.Struct:
        raise error

    return respond
