"""Four eyes: acts held for a second person, and that person's decision."""

from __future__ import annotations

from comity.core.errors import Defect
from comity.core.ids import Owner
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose
from comity.identity import rules, store
from comity.identity.commands import ApprovalPage, Decide, Decided, ListApprovals
from comity.identity.records import APPROVAL_US, Approval, ApprovalState

_PURPOSES = (Purpose.ADMINISTRATION,)


def hold(work: Work, declared: AnyOperation, command: bytes) -> str:
    """Store an act of the work's actor until a second person approves it; return the approval's id.

    Who may approve is fixed now: the same authority, with the permission that the act needs now.
    """
    if declared.permission is None:
        raise Defect("approval.without-permission", "An act open to everybody cannot wait for a second person.")
    approval = work.new_id()
    row = {
        "id": approval,
        "operation": declared.name,
        "permission": declared.permission.value,
        "party": work.who.owner.party,
        "authority": work.who.owner.authority,
        "asker": work.who.account,
        "asker_user": work.who.user,
        "asked": work.recorded_at,
        "expires": work.recorded_at + APPROVAL_US,
        "state": ApprovalState.WAITING.value,
        "command": command,
        "decided_by": None,
        "decided": None,
    }
    work.change(Insert(store.APPROVAL, row))
    work.record(approval=approval)
    return approval


@operation("approval.list", permission=Permission.APPROVAL_READ, purposes=_PURPOSES, kind=Kind.READ)
def list_approvals(work: Work, command: ListApprovals) -> ApprovalPage:
    """List the acts that wait for the asker's approval."""
    rows = store.waiting_approvals(work.read, work.who.owner, work.recorded_at, command.after, command.limit)
    mine = [row for row in rows if row.asker != work.who.account and row.permission in work.who.permissions]
    return ApprovalPage(
        approvals=tuple(_approval_of(row) for row in mine), next=rows[-1].id if len(rows) == command.limit else None
    )


@operation("approval.approve", permission=Permission.APPROVAL_READ, purposes=_PURPOSES, replayable=False)
def approve(work: Work, command: Decide) -> Decided:
    """Approve a waiting act, which takes effect now.

    Raises `NotPermitted` for one's own request and for people of another authority or without the act's permission;
    `Conflict` if it was decided or has expired; and whatever the act itself raises, and then it still waits.
    """
    row = store.get_approval(work.read, command.approval)
    _check(work, row)
    _settle(work, row, ApprovalState.APPROVED)
    result = work.perform(row.operation, bytes(row.command))
    return Decided(approval=row.id, operation=row.operation, approved=True, result=result.decode())


@operation("approval.reject", permission=Permission.APPROVAL_READ, purposes=_PURPOSES)
def reject(work: Work, command: Decide) -> Decided:
    """Reject a waiting act; its asker may withdraw it so, too.

    Raises as `approval.approve`.
    """
    row = store.get_approval(work.read, command.approval)
    if row.asker != work.who.account:
        _check(work, row)
    rules.check_waiting(row.state, Instant(row.expires), work.recorded_at)
    _settle(work, row, ApprovalState.REJECTED)
    return Decided(approval=row.id, operation=row.operation, approved=False)


def _check(work: Work, row: Row) -> None:
    owner = Owner(party=row.party, authority=row.authority)
    rules.check_approver(work.who, asker=row.asker, owner=owner, permission=Permission(row.permission))
    rules.check_waiting(row.state, Instant(row.expires), work.recorded_at)


def _settle(work: Work, row: Row, state: ApprovalState) -> None:
    values = {
        "state": state.value,
        "command": None,
        "decided_by": work.who.account,
        "decided": work.recorded_at,
    }
    work.change(
        Guard(store.APPROVAL, {"id": row.id}, {"state": row.state}), Update(store.APPROVAL, {"id": row.id}, values)
    )
    work.record(approval=row.id, approved_operation=row.operation, asked_by=row.asker_user, decision=state.value)


def _approval_of(row: Row) -> Approval:
    return Approval(
        id=row.id,
        operation=row.operation,
        asked_by=row.asker_user,
        owner=Owner(party=row.party, authority=row.authority),
        asked=row.asked,
        expires=row.expires,
        command=bytes(row.command).decode(),
    )
