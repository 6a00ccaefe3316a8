"""The sealed search log, for the data-protection supervisor. The passphrase comes in a form and goes nowhere else."""

from __future__ import annotations

from starlette.responses import Response

from comity.core.errors import BadInput, ComityError
from comity.oversight.records import KeySet, ReadSearchLog, SearchLogPage, SetKey
from comity.surfaces.web.desk import Visit

_TEMPLATE = "search_log.html"


async def ask(visit: Visit) -> Response:
    """Show the form that opens the log."""
    return visit.render(_TEMPLATE, page=None, key=None)


async def read(visit: Visit) -> Response:
    """Open a page of the log. The answer is not redirected to: what it shows may stand in no address."""
    try:
        page = await visit.ask("search-log.read", visit.form.command(ReadSearchLog), SearchLogPage)
    except ComityError as error:
        return visit.again(_TEMPLATE, error, page=None, key=None)
    return visit.render(_TEMPLATE, page=page, key=None)


async def set_key(visit: Visit) -> Response:
    """Make a new key under a passphrase typed twice alike."""
    try:
        command = visit.form.command(SetKey)
        if visit.form.text("again") != visit.form.text("passphrase"):
            raise BadInput(
                "form.not-alike", "The two passphrases differ.", remedy="Type the same passphrase in both fields."
            )
        key = await visit.ask("search-log.set-key", command, KeySet)
    except ComityError as error:
        return visit.again(_TEMPLATE, error, page=None, key=None)
    return visit.render(_TEMPLATE, page=None, key=key)
