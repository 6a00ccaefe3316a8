"""What the bureau does: check and release drafts, take on what came in. No officer writes to another State directly."""

from __future__ import annotations

import msgspec

from comity.agreements.decide import ISSUER_FACT
from comity.agreements.vocabulary import CATEGORY_PURPOSE, Category
from comity.bureau import rules, store
from comity.bureau.records import (
    REPORT_KIND,
    SCHEMA,
    Acknowledge,
    Case,
    CasePage,
    Inbox,
    ListCases,
    ListInbox,
    Message,
    MessageState,
    Send,
    ShowCase,
)
from comity.core.decision import Decision, Fact, Question, Stage
from comity.core.errors import Conflict, NotFound, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Publication, Work
from comity.core.vocabulary import Permission, Purpose

_PURPOSES = (Purpose.POLICE, Purpose.BORDERS)


@operation("bureau.drafts", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_drafts(work: Work, command: ListCases) -> CasePage:
    """List drafts that wait for release, the most urgent first."""
    cases, cursor = store.drafts(work, work.who.owner.party, command.cursor, command.limit)
    work.record(*(_case_ref(case) for case in cases))
    return CasePage(cases=cases, cursor=cursor)


@operation("bureau.show", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def show_case(work: Work, command: ShowCase) -> Case:
    """Show one case of the own bureau."""
    case = store.get_case(work, work.who.owner.party, command.case)
    work.record(_case_ref(case))
    return case


@operation("bureau.send", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def send(work: Work, command: Send) -> Case:
    """Release a draft: the report goes to the issuing State's bureau and to nobody else."""
    case = store.get_case(work, work.who.owner.party, command.case)
    sent = rules.release(case, command, work.recorded_at, work.who.user)
    purpose = CATEGORY_PURPOSE[Category(case.category)]
    facts = (Fact(name="identity_confirmed", value=True), Fact(name=ISSUER_FACT, value=case.recipient.party))
    _follow(
        work.decide(
            Question(
                stage=Stage.ENQUEUE,
                operation="hit_report",
                category=case.category,
                purpose=purpose,
                actor=work.who.owner,
                role=work.who.role,
                owner=work.who.owner,
                sender=case.party,
                receiver=case.recipient.party,
                fields=rules.report_fields(sent.report),
                facts=facts,
            )
        )
    )
    store.replace_case(work, case, sent)
    work.record(_case_ref(sent), RecordRef(kind="hit", id=case.hit, version=1))
    work.publish(
        Publication(
            kind=REPORT_KIND,
            id=sent.id,
            owner=work.who.owner,
            category=sent.category,
            operation="hit_report",
            purpose=purpose,
            version=1,
            schema=SCHEMA,
            payload=sent.report,
            issued=work.recorded_at,
            recipients=(sent.recipient.party,),
            facts=facts,
        )
    )
    return sent


@operation("bureau.inbox", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_inbox(work: Work, command: ListInbox) -> Inbox:
    """List what came in, the most urgent first."""
    messages, cursor = store.inbox(
        work, work.who.owner.party, everything=command.all, cursor=command.cursor, limit=command.limit
    )
    work.record(*(_message_ref(message) for message in messages))
    return Inbox(messages=messages, cursor=cursor)


@operation("bureau.acknowledge", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def acknowledge(work: Work, command: Acknowledge) -> Message:
    """Take a message on; the bureau tells the authority that owns the alert."""
    message = store.find_message(work, command.party, command.message)
    if message is None or message.recipient.party != work.who.owner.party:
        raise NotFound("bureau.message-not-found", "The inbox has no such message.", field="$.message")
    if message.version != command.version or message.state is not MessageState.NEW:
        raise Conflict("bureau.message-moved-on", "Someone took this message on already.", field="$.version")
    taken = msgspec.structs.replace(
        message,
        state=MessageState.ACKNOWLEDGED,
        version=message.version + 1,
        acknowledged=work.recorded_at,
        acknowledged_by=work.who.user,
    )
    store.replace_message(work, message, taken)
    work.record(_message_ref(taken))
    return taken


def _follow(decision: Decision) -> None:
    """Raise `Refused` with the decision's reasons unless it permits the act."""
    if decision.permitted:
        return
    principal = decision.reasons[0] if decision.reasons else None
    code = principal.code.lower().replace("_", "-") if principal else "not-covered"
    text = principal.text if principal else "No agreement in force permits this act."
    raise Refused(f"agreement.{code}", text, reasons=decision.codes)


def _case_ref(case: Case) -> RecordRef:
    return RecordRef(kind="bureau-case", id=case.id, version=case.version)


def _message_ref(message: Message) -> RecordRef:
    return RecordRef(kind="bureau-message", id=message.id, version=message.version)


OPERATIONS: tuple[AnyOperation, ...] = (list_drafts, show_case, send, list_inbox, acknowledge)
