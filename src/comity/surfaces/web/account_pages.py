"""Accounts, for administrators: made, given functions by two, shut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.responses import Response

from comity.core.errors import ComityError, NotFound
from comity.core.vocabulary import Function
from comity.identity.commands import (
    AccountCreated,
    AccountPage,
    Authorities,
    CreateAccount,
    DisableAccount,
    Done,
    GrantFunction,
)
from comity.identity.records import Account
from comity.runtime.records import JobPage
from comity.surfaces.web.desk import Visit, see

_ACTS: Final[Mapping[str, tuple[type[msgspec.Struct], type[msgspec.Struct]]]] = {
    "grant": (GrantFunction, Account),
    "revoke-function": (GrantFunction, Done),
    "disable": (DisableAccount, Done),
}
_TEMPLATE: Final = "accounts.html"


async def accounts(visit: Visit) -> Response:
    """List the accounts that the visitor looks after, with the forms of what can be done."""
    return visit.render(_TEMPLATE, attempted="", made=None, **await _shown(visit))


async def create(visit: Visit) -> Response:
    """Make an account; its one-time password stands on the answer and nowhere else."""
    try:
        made = await visit.ask("account.create", visit.form.command(CreateAccount), AccountCreated)
    except ComityError as error:
        return visit.again(_TEMPLATE, error, attempted="create", made=None, **await _shown(visit))
    return visit.render(_TEMPLATE, attempted="", made=made, **await _shown(visit))


async def act(visit: Visit) -> Response:
    """Grant or revoke a function, or shut an account."""
    name = visit.path("act")
    if name not in _ACTS:
        raise NotFound("http.path", "There is nothing at this address.")
    command, result = _ACTS[name]
    try:
        await visit.ask(f"account.{name}", visit.form.command(command), result)
    except ComityError as error:
        return visit.again(_TEMPLATE, error, attempted=name, made=None, **await _shown(visit))
    return see("/accounts")


async def jobs(visit: Visit) -> Response:
    """List the node's long work."""
    before = visit.request.query_params.get("before")
    return visit.render("jobs.html", page=await visit.ask("job.list", {"before": before} if before else {}, JobPage))


async def _shown(visit: Visit) -> dict[str, object]:
    after = visit.request.query_params.get("after", "")
    page = await visit.ask("account.list", {"after": after} if after else {}, AccountPage)
    authorities = (await visit.ask("authority.list", {}, Authorities)).authorities
    return {
        "page": page,
        "authorities": authorities,
        "names": {authority.id: authority.name for authority in authorities},
        "functions": tuple(Function),
    }
