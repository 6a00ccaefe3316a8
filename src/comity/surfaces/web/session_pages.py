"""The door: signing in and out, the account, the language."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from comity.core.errors import ComityError
from comity.core.vocabulary import Permission, Role
from comity.identity.commands import Done, OpenSession, SessionOpened, SessionShown, SetPassword
from comity.surfaces.web.desk import Visit, see, see_again
from comity.surfaces.web.words import LANGUAGES

# Where a day's work starts, by what the account may do.
_FIRST_PAGES: Final = (
    (Permission.CROSSING_CHECK, "/check"),
    (Permission.ALERT_WRITE, "/alerts"),
    (Permission.TRAINING_LEAD, "/training"),
    (Permission.BUREAU_WORK, "/inbox"),
    (Permission.ACCOUNT_MANAGE, "/accounts"),
    (Permission.LEDGER_READ, "/ledger"),
    (Permission.AGREEMENT_NEGOTIATE, "/agreements"),
)

_ROLES: Final = tuple(Role)


async def door(visit: Visit) -> Response:
    """Show the sign-in form, or the first page of whoever is signed in."""
    if visit.actor is not None and visit.actor.signed_in:
        return see(next((path for permission, path in _FIRST_PAGES if visit.allows(permission)), "/account"))
    return visit.render("sign_in.html", roles=_ROLES)


async def sign_in(visit: Visit) -> Response:
    """Open a session."""
    try:
        opened = await visit.ask("session.open", visit.form.command(OpenSession), SessionOpened)
    except ComityError as error:
        return visit.again("sign_in.html", error, roles=_ROLES)
    response = see("/account" if opened.must_change_password else "/")
    visit.desk.guard.keep_session(response, opened.token)
    return response


async def sign_out(visit: Visit) -> Response:
    """Close this browser's session."""
    await visit.ask("session.close", {"token": visit.session}, Done)
    response = see("/")
    visit.desk.guard.drop_session(response)
    return response


async def account(visit: Visit) -> Response:
    """Show who is signed in and what they may do."""
    return visit.render("account.html", shown=await visit.ask("session.show", {}, SessionShown))


async def change_password(visit: Visit) -> Response:
    """Set another password; every session of the account ends with it."""
    try:
        await visit.ask("account.set-password", visit.form.command(SetPassword), Done)
    except ComityError as error:
        return visit.again("account.html", error, shown=await visit.ask("session.show", {}, SessionShown))
    response = see("/")
    visit.desk.guard.drop_session(response)
    return response


async def choose(visit: Visit) -> Response:
    """Keep the person's choice of language."""
    response = see_again(visit)
    if visit.form.text("language") in LANGUAGES:
        visit.desk.guard.keep_language(response, visit.form.text("language"))
    return response
