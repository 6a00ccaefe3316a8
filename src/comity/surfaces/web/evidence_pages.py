"""The ledger with its proofs, and acts that wait for a second person."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.identity.commands import ApprovalPage, Decided
from comity.oversight.records import LedgerCheckpoint, LedgerPage, LedgerProof, Verification
from comity.oversight.witness_records import Witnesses
from comity.surfaces.web.act_labels import ACT_LABELS
from comity.surfaces.web.desk import Visit, see

_NUMBER: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_NEWEST: Final = 50


async def ledger(visit: Visit) -> Response:
    """List the ledger's entries."""
    return visit.render("ledger.html", verification=None, **await _listed(visit))


async def verify(visit: Visit) -> Response:
    """Check every byte and row, and say what was found."""
    verification = await visit.ask("ledger.verify", {}, Verification)
    return visit.render("ledger.html", verification=verification, **await _listed(visit))


async def proof(visit: Visit) -> Response:
    """Show one entry with the proof that it stands in the ledger."""
    sequence: int = visit.request.path_params["sequence"]
    return visit.render("ledger_entry.html", proof=await visit.ask("ledger.prove", {"sequence": sequence}, LedgerProof))


async def approvals(visit: Visit) -> Response:
    """List the acts that wait for the visitor."""
    return visit.render("approvals.html", page=await _approvals(visit))


async def decide(visit: Visit) -> Response:
    """Approve or reject one of them."""
    verdict = visit.path("verdict")
    if verdict not in {"approve", "reject"}:
        raise NotFound("http.path", "There is nothing at this address.")
    try:
        await visit.ask(f"approval.{verdict}", {"approval": visit.path("approval")}, Decided)
    except ComityError as error:
        return visit.again("approvals.html", error, page=await _approvals(visit))
    return see("/approvals")


async def _listed(visit: Visit) -> dict[str, object]:
    query = visit.request.query_params
    operation, after = query.get("operation", ""), query.get("after", "")
    command: dict[str, JsonValue] = {}
    if operation in ACT_LABELS:
        command["operation"] = operation
    if query.get("newest"):
        size = (await visit.ask("ledger.checkpoint", {}, LedgerCheckpoint)).size
        command |= {"after": size - _NEWEST} if size > _NEWEST else {}
    elif _NUMBER.fullmatch(after):
        command["after"] = int(after)
    return {
        "page": await visit.ask("ledger.list", command, LedgerPage),
        "operation": operation,
        "after": after,
        "acts": tuple(ACT_LABELS.items()),
        "vouching": await visit.ask("witness.list", {}, Witnesses),
    }


async def _approvals(visit: Visit) -> ApprovalPage:
    after = visit.request.query_params.get("after", "")
    return await visit.ask("approval.list", {"after": after} if after else {}, ApprovalPage)
