"""What leaves the bureau: a report to the alert's owner, an answer to whoever reported; each by its own decision."""

from __future__ import annotations

import msgspec

from comity.agreements.decide import ISSUER_FACT
from comity.agreements.vocabulary import CATEGORY_PURPOSE, Category
from comity.bureau import content
from comity.bureau.letters.onward import require_free
from comity.bureau.records import (
    ANSWER_KIND,
    ANSWER_SCHEMA,
    REPORT_KIND,
    SCHEMA,
    BureauAnswer,
    Case,
    HitReport,
    Message,
)
from comity.core.codec import decode_as, encode
from comity.core.decision import Decision, Fact, Question, Stage
from comity.core.errors import Refused
from comity.core.ids import RecordRef
from comity.core.ports import Publication, Work
from comity.core.time import CivilDate
from comity.core.vocabulary import Purpose
from comity.exchange.projection import project, uncovered

_REPORT, _ANSWER, _WITHDRAW = "hit_report", "bureau_answer", "delete"


def opening(work: Work, case: Case, report: HitReport) -> Decision:
    """Ask what of a report may go to the alert's owner now."""
    return work.decide(
        Question(
            stage=Stage.ENQUEUE,
            operation=_REPORT,
            category=case.category,
            purpose=purpose_of(case.category),
            actor=work.who.owner,
            role=work.who.role,
            owner=work.who.owner,
            sender=case.party,
            receiver=case.recipient.party,
            fields=content.report_fields(report),
            facts=_facts(case),
        )
    )


def cut(report: HitReport, decision: Decision) -> HitReport:
    """Return the part of a report that the decision opens."""
    plain = msgspec.to_builtins(report)
    return decode_as(encode(project(plain, decision.fields)), HitReport)


def stays_at_home(report: HitReport, decision: Decision) -> tuple[str, ...]:
    """Name the fields of a report that the decision does not open."""
    return uncovered(content.report_fields(report), decision.fields)


def publish_report(work: Work, case: Case, delete_by: CivilDate | None) -> None:
    """Send a released report to the bureau of the alert's owner, and to nobody else.

    Raises `Refused` `letter.*` where it quotes an intelligence report that its giver holds back.
    """
    require_free(work, case.report, case.recipient.party)
    work.publish(_publication(work, case, case.report, delete_by))


def recall_report(work: Work, case: Case) -> None:
    """Take back a report that was no hit: whoever got it erases it."""
    work.publish(_publication(work, case, None, None))


def publish_answer(work: Work, message: Message, answer: BureauAnswer, delete_by: CivilDate | None) -> None:
    """Send an answer to the party that reported; where no agreement opens it, nothing leaves.

    Raises `Refused` `letter.*` where it quotes an intelligence report that its giver holds back.
    """
    require_free(work, answer, message.sender.party)
    work.publish(
        Publication(
            kind=ANSWER_KIND,
            id=work.new_id(),
            owner=work.who.owner,
            category=message.category,
            operation=_ANSWER,
            purpose=purpose_of(message.category),
            version=1,
            schema=ANSWER_SCHEMA,
            payload=answer,
            issued=work.recorded_at,
            delete_by=delete_by,
            recipients=(message.sender.party,),
        )
    )


def may_answer(work: Work, message: Message, answer: BureauAnswer) -> Decision:
    """Ask whether an answer may go to the party that reported."""
    return work.decide(
        Question(
            stage=Stage.ENQUEUE,
            operation=_ANSWER,
            category=message.category,
            purpose=purpose_of(message.category),
            actor=work.who.owner,
            role=work.who.role,
            owner=work.who.owner,
            sender=work.who.owner.party,
            receiver=message.sender.party,
            fields=tuple(sorted(msgspec.to_builtins(answer))),
        )
    )


def follow(decision: Decision) -> None:
    """Raise `Refused` with the decision's reasons unless it permits the act."""
    if decision.permitted:
        return
    principal = decision.reasons[0] if decision.reasons else None
    code = principal.code.lower().replace("_", "-") if principal else "not-covered"
    text = principal.text if principal else "No agreement in force permits this act."
    raise Refused(f"agreement.{code}", text, reasons=decision.codes)


def purpose_of(category: str) -> Purpose:
    """Return the purpose for which alerts of a category are exchanged."""
    return CATEGORY_PURPOSE[Category(category)]


def case_ref(case: Case) -> RecordRef:
    """Name a case in the ledger."""
    return RecordRef(kind="bureau-case", id=case.id, version=case.version)


def message_ref(message: Message) -> RecordRef:
    """Name a message in the ledger."""
    return RecordRef(kind="bureau-message", id=message.id, version=message.version)


def _facts(case: Case) -> tuple[Fact, ...]:
    return (Fact(name="identity_confirmed", value=True), Fact(name=ISSUER_FACT, value=case.recipient.party))


def _publication(work: Work, case: Case, report: HitReport | None, delete_by: CivilDate | None) -> Publication:
    return Publication(
        kind=REPORT_KIND,
        id=case.id,
        owner=case.bureau or work.who.owner,
        category=case.category,
        operation=_REPORT if report is not None else _WITHDRAW,
        purpose=purpose_of(case.category),
        version=1 if report is not None else 2,
        schema=SCHEMA,
        payload=report,
        issued=work.recorded_at,
        delete_by=delete_by,
        recipients=(case.recipient.party,),
        facts=_facts(case),
    )
