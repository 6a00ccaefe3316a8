"""The ledger with its proofs, and acts that wait for a second person."""

from __future__ import annotations

from starlette.responses import Response

from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.identity.commands import ApprovalPage, Decided
from comity.oversight.records import LedgerPage, LedgerProof, Verification
from comity.surfaces.web.desk import Visit, see


async def ledger(visit: Visit) -> Response:
    """List the ledger's entries."""
    return visit.render("ledger.html", page=await _page(visit), verification=None)


async def verify(visit: Visit) -> Response:
    """Check every byte and row, and say what was found."""
    verification = await visit.ask("ledger.verify", {}, Verification)
    return visit.render("ledger.html", page=await _page(visit), verification=verification)


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


async def _page(visit: Visit) -> LedgerPage:
    after = visit.request.query_params.get("after", "")
    command: dict[str, JsonValue] = {"after": int(after)} if after.isascii() and after.isdigit() else {}
    return await visit.ask("ledger.list", command, LedgerPage)


async def _approvals(visit: Visit) -> ApprovalPage:
    after = visit.request.query_params.get("after", "")
    return await visit.ask("approval.list", {"after": after} if after else {}, ApprovalPage)
