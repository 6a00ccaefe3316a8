"""Pages with several acts: which record an act is written in, carried out by its name, and what follows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, TypeAlias

import msgspec
from starlette.responses import Response

from comity.core.errors import ComityError, NotFound
from comity.surfaces.web.desk import Visit, see


class Act(NamedTuple):
    """One act of a page: its operation, the record that its form fills, what comes back."""

    operation: str
    command: type[msgspec.Struct]
    result: type[msgspec.Struct]


Acts: TypeAlias = Mapping[str, Act]
Shown: TypeAlias = Callable[[Visit], Awaitable[dict[str, object]]]


async def carry_out(visit: Visit, acts: Acts, template: str, shown: Shown, back: str) -> Response:
    """Carry out the act that the address names and go `back`; one that was refused shows the page again."""
    act = acts.get(visit.path("act"))
    if act is None:
        raise NotFound("http.path", "There is nothing at this address.")
    try:
        await visit.ask(act.operation, visit.form.command(act.command), act.result)
    except ComityError as error:
        return visit.again(template, error, **await shown(visit))
    return see(back)
