"""What keeps another site from acting in a person's name: cookies, form tokens, the browser's word of where from."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from comity.core.errors import NotPermitted
from comity.surfaces.http.settings import HttpSettings

THEMES = ("light", "dark")
TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field, not a secret


class Guard:
    """Cookies and form tokens of one node. Names carry the node: browsers share cookies between ports of one host."""

    def __init__(self, settings: HttpSettings) -> None:
        prefix = "__Host-comity" if settings.secure else "comity"
        self._session = f"{prefix}-{settings.node}"
        self._visit = f"{prefix}-visit-{settings.node}"
        self._language = f"{prefix}-language-{settings.node}"
        self._theme = f"{prefix}-theme-{settings.node}"
        self._secure = settings.secure
        self._secret = settings.secret

    def session_of(self, request: Request) -> str | None:
        """Give the session token that the browser holds."""
        return request.cookies.get(self._session)

    def language_of(self, request: Request) -> str | None:
        """Give the language that the person chose."""
        return request.cookies.get(self._language)

    def theme_of(self, request: Request) -> str:
        """Give the light of the screen that the person chose; empty: as the device says."""
        chosen = request.cookies.get(self._theme, "")
        return chosen if chosen in THEMES else ""

    def visit_of(self, request: Request) -> str:
        """Give the mark of a browser without session, a fresh one if it has none yet."""
        return request.cookies.get(self._visit) or secrets.token_urlsafe(24)

    def form_token(self, mark: str) -> str:
        """Make the token that forms carry: it proves that the page with the form came from here, to this browser."""
        digest = hashlib.sha256(mark.encode("utf-8", "surrogateescape")).digest()
        return hmac.new(self._secret, b"form" + digest, hashlib.sha256).hexdigest()

    def check_origin(self, request: Request) -> None:
        """Refuse a form that another site sent; raises `NotPermitted` `http.form-token`.

        Under `Referrer-Policy: no-referrer` browsers send `Origin: null` with their own forms, so Sec-Fetch-Site, which
        no page can forge, speaks first.
        """
        site = request.headers.get("sec-fetch-site")
        origin = request.headers.get("origin", "null")
        if site is not None:
            own = site in {"same-origin", "none"}
        else:
            own = origin == "null" or urlsplit(origin).netloc == request.headers.get("host")
        if not own:
            raise foreign_form()

    def check_token(self, mark: str, token: str) -> None:
        """Refuse a form without this browser's token; raises `NotPermitted` `http.form-token`."""
        if not hmac.compare_digest(self.form_token(mark).encode(), token.encode("utf-8", "surrogatepass")):
            raise foreign_form()

    def keep_session(self, response: Response, token: str) -> None:
        """Let the browser hold a session until it is closed or signed out."""
        self._set(response, self._session, token)
        self._drop(response, self._visit)

    def drop_session(self, response: Response) -> None:
        """Let the browser forget its session."""
        self._drop(response, self._session)

    def keep_visit(self, response: Response, mark: str) -> None:
        """Let a browser without session hold its mark."""
        self._set(response, self._visit, mark)

    def keep_language(self, response: Response, language: str) -> None:
        """Let the browser hold the person's choice of language."""
        self._set(response, self._language, language)

    def keep_theme(self, response: Response, theme: str) -> None:
        """Let the browser hold the person's choice of a bright or a dark screen."""
        self._set(response, self._theme, theme)

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, path="/", secure=self._secure, httponly=True, samesite="strict")

    def _drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="strict")


def foreign_form() -> NotPermitted:
    """Say that a form did not come from a page of this node and this browser."""
    return NotPermitted(
        "http.form-token",
        "This form did not come from a page of this node, or the page was too old.",
        remedy="Open the page again and send the form from there.",
    )
