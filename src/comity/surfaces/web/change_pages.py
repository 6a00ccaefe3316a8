"""Changing a treaty in one thing: accession, reservations, opt-outs."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from comity.agreements.load import parse_agreement
from comity.core.errors import ComityError, NotFound
from comity.diplomacy.change_records import Accede, OptIn, OptOutOf, Reserve, WithdrawReservation
from comity.diplomacy.records import AgreementView
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.why_pages import Option, lists_of

CHANGES: Final[dict[str, type[msgspec.Struct]]] = {
    "accede": Accede,
    "reserve": Reserve,
    "withdraw-reservation": WithdrawReservation,
    "opt-out": OptOutOf,
    "opt-in": OptIn,
}


async def blank(visit: Visit) -> Response:
    """Show the empty form of one kind of change."""
    return visit.render("change.html", **await _shown(visit))


async def propose(visit: Visit) -> Response:
    """Propose the next version with one thing changed; it waits for a second person."""
    shown = await _shown(visit)
    act = visit.path("act")
    try:
        command = visit.form.command(CHANGES[act], agreement=visit.path("agreement"))
        proposed = await visit.ask(f"agreement.{act}", command, AgreementView)
    except ComityError as error:
        return visit.again("change.html", error, **shown)
    return see(f"/agreements/{proposed.agreement}")


async def _shown(visit: Visit) -> dict[str, object]:
    if visit.path("act") not in CHANGES:
        raise NotFound("web.no-such-act", "There is nothing of that name.")
    agreement = await visit.ask("agreement.show", {"agreement": visit.path("agreement")}, AgreementView)
    treaty = parse_agreement((agreement.document or "").encode())
    mine = treaty.party(visit.actor.owner.party) if visit.actor is not None else None
    return {
        "agreement": agreement,
        "act": visit.path("act"),
        "lists": lists_of(treaty, visit.language),
        "clause_options": [Option(clause.id, clause.id) for clause in treaty.clauses],
        "own_reservations": [Option(each.id, each.id) for each in (mine.reservations if mine else ())],
    }
