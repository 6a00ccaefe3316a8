"""What the bureau does with its own cases: check, correct, ask back, release. No officer writes to another State."""

from __future__ import annotations

from typing import Final

from comity.alerts.store import delete_hit
from comity.bureau import checklists, content, outcomes, rules, sending, store, surrender_clocks, unit_hits
from comity.bureau.clocks import clock_of, duty_of_case
from comity.bureau.commands import (
    AskedBack,
    CasePage,
    CaseView,
    Edit,
    ListByState,
    ListCases,
    ListQuestions,
    Questions,
    Replied,
    Reply,
    Return,
    Send,
    ShowCase,
)
from comity.bureau.filing import OPERATIONS as FILING_OPERATIONS
from comity.bureau.inbox import OPERATIONS as INBOX_OPERATIONS
from comity.bureau.records import Act, Case, CaseState, Event
from comity.bureau.sending import case_ref
from comity.core.errors import NotFound
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose

_PURPOSES: Final = (Purpose.POLICE, Purpose.BORDERS)
_DRAFTS: Final = frozenset({CaseState.DRAFT, CaseState.RETURNED})


@operation("bureau.drafts", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_drafts(work: Work, command: ListCases) -> CasePage:
    """List drafts that wait for release, the most urgent first."""
    return _page(work, CaseState.DRAFT, command)


@operation("bureau.cases", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def list_cases(work: Work, command: ListByState) -> CasePage:
    """List the own cases in one state, the most urgent first."""
    return _page(work, command.state, command)


@operation("bureau.show", permission=Permission.BUREAU_WORK, purposes=_PURPOSES, kind=Kind.READ)
def show_case(work: Work, command: ShowCase) -> CaseView:
    """Show one case of the own bureau: report, answers, clock, who did what, and what of a draft may leave."""
    case = store.get_case(work, work.who.owner.party, command.case)
    stays: tuple[str, ...] = ()
    hindered: tuple[str, ...] = ()
    if case.state in _DRAFTS:
        decision = sending.opening(work, case, case.report)
        stays = sending.stays_at_home(case.report, decision) if decision.permitted else ()
        hindered = () if decision.permitted else decision.codes
    work.record(case_ref(case))
    return CaseView(
        case=case,
        clock=clock_of(duty_of_case(case), work.at),
        thread=rules.thread(case, store.answers(work, case.id)),
        editable=content.editable(case.category),
        stays=stays,
        hindered=hindered,
        erase_by=store.case_erased_by(work, case.id),
        checklist=checklists.checklist_for(work, case),
    )


@operation("bureau.edit", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def edit(work: Work, command: Edit) -> Case:
    """Save a corrected draft without sending it."""
    case = store.get_case(work, work.who.owner.party, command.case)
    return _replace(work, case, rules.save(case, command, command.version, _event(work, Act.EDITED)))


@operation("bureau.send", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def send(work: Work, command: Send) -> Case:
    """Release a draft: what the agreement opens goes to the issuing State's bureau and to nobody else."""
    case = store.get_case(work, work.who.owner.party, command.case)
    report = rules.corrected(case, command, command.version)
    checklists.check_complete(work, case)
    decision = sending.opening(work, case, report)
    sending.follow(decision)
    leaving = sending.cut(report, decision)
    sent = rules.release(case, leaving, _event(work, Act.SENT), work.who.owner)
    work.record(RecordRef(kind="hit", id=case.hit, version=1))
    sending.publish_report(work, sent, store.case_erased_by(work, case.id))
    surrender_clocks.begin_after_arrest(work, sent.category, leaving)
    return _replace(work, case, sent)


@operation("bureau.return", permission=Permission.BUREAU_WORK, purposes=_PURPOSES)
def put_back(work: Work, command: Return) -> Case:
    """Ask the first officer something about a draft, or withdraw a case that was no hit, also after it was sent."""
    case = store.get_case(work, work.who.owner.party, command.case)
    text = rules.prose(command.text, "$.text")
    if not command.not_a_hit:
        return _replace(work, case, rules.ask(case, command.version, _event(work, Act.ASKED, text)))
    withdrawn = rules.withdraw(case, command.version, _event(work, Act.WITHDRAWN, text))
    if case.sent is not None:
        sending.recall_report(work, case)
        surrender_clocks.drop(work, case.report.alert.id)
    work.change(delete_hit(case.hit))
    return _replace(work, case, withdrawn)


@operation("bureau.questions", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES, kind=Kind.READ)
def list_questions(work: Work, command: ListQuestions) -> Questions:
    """List what the bureau asks the officer about hits that this officer confirmed."""
    cases, _ = store.cases(work, work.who.owner.party, CaseState.RETURNED, None, store.ALL)
    mine = [case for case in cases if case.officer == work.who.user and case.found_by == work.who.owner]
    shown = mine[: command.limit]
    work.record(*(case_ref(case) for case in shown))
    return Questions(questions=tuple(_question(case) for case in shown))


@operation("bureau.reply", permission=Permission.CROSSING_CHECK, purposes=_PURPOSES)
def reply(work: Work, command: Reply) -> Replied:
    """Answer the bureau's question about a hit that the asker confirmed."""
    case = store.case_or_none(work, work.who.owner.party, command.case)
    if case is None or case.officer != work.who.user or case.found_by != work.who.owner:
        raise NotFound("bureau.question-not-found", "The bureau asks you no such thing.", field="$.case")
    text = rules.prose(command.text, "$.text")
    replied = _replace(work, case, rules.reply(case, command.version, _event(work, Act.REPLIED, text)))
    return Replied(case=replied.id, version=replied.version)


def _page(work: Work, state: CaseState, command: ListCases) -> CasePage:
    cases, cursor = store.cases(work, work.who.owner.party, state, command.cursor, command.limit)
    work.record(*(case_ref(case) for case in cases))
    clocks = tuple(clock_of(duty_of_case(case), work.at) for case in cases)
    return CasePage(cases=cases, cursor=cursor, clocks=clocks)


def _replace(work: Work, old: Case, new: Case) -> Case:
    store.replace_case(work, old, new)
    work.record(case_ref(new), state=new.state.value)
    return new


def _event(work: Work, act: Act, text: str | None = None) -> Event:
    return Event(at=work.recorded_at, user=work.who.user, act=act, text=text)


def _question(case: Case) -> AskedBack:
    asked = next(event for event in reversed(case.events) if event.act is Act.ASKED)
    return AskedBack(
        case=case.id,
        version=case.version,
        category=case.category,
        found_at=case.report.found_at,
        place=case.report.place,
        asked=asked.at,
        text=asked.text or "",
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    list_drafts,
    list_cases,
    show_case,
    edit,
    send,
    put_back,
    list_questions,
    reply,
    *INBOX_OPERATIONS,
    *FILING_OPERATIONS,
    *checklists.OPERATIONS,
    *outcomes.OPERATIONS,
    *unit_hits.OPERATIONS,
)
