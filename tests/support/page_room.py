"""The operations that the pages ask for, with the rooms' own records, and synthetic answers to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from comity.agreements.load import canonical_bytes
from comity.agreements.ready import load_instrument
from comity.alerts import commands as alert_commands
from comity.alerts import flag_records, history
from comity.alerts import records as alerts
from comity.alerts.achieved import Achievement, AchievementNotice
from comity.alerts.flag_words import FlagGround, JudicialGround
from comity.bureau import commands as bureau_commands
from comity.bureau import records as bureau
from comity.core.decision import Reason
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.operation import Audit, Catalogue, Kind, Operation
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Function, Permission, Purpose, Role
from comity.crossings import board_records as boards
from comity.crossings import finding_records as findings
from comity.crossings import records as crossings
from comity.crossings import referral_records as referrals
from comity.crossings.abroad import blind_records as blind
from comity.crossings.abroad import records as abroad
from comity.crossings.asking import PointKind
from comity.crossings.desk import records as desks
from comity.crossings.told_records import Fact, Told
from comity.deadlines import records as deadlines
from comity.diplomacy import asking_records as asking
from comity.diplomacy import change_records as changing
from comity.diplomacy import disposal_records as disposal
from comity.diplomacy import notices
from comity.diplomacy import records as diplomacy
from comity.exchange.modes.records import Said
from comity.exchange.records import PeerState
from comity.identity import commands as identity
from comity.identity.records import Account, AccountState, Approval, Authority, Membership
from comity.oversight import records as oversight
from comity.oversight import samples
from comity.oversight import witness_records as witness
from comity.oversight.diagnosis.records import Diagnose, Diagnosis
from comity.oversight.diagnosis.rules import diagnose
from comity.runtime import records as runtime
from tests.support import second_line_room as second_line
from tests.support import treaty_answers as treaties
from tests.support.care_answers import answers as care_answers
from tests.support.fake_runtime import OFFICER, TOKEN
from tests.support.findings import FINDINGS
from tests.support.training_answers import answers as training_answers

HOSTILE = "\u202e<script>alert('x')</script>\"&\u05d0"
NOW = Instant(1_795_608_000_000_000)
ALERT = RecordRef(kind="alert", id="01k" + "0" * 23, version=1)
CHECK = RecordId("01k" + "1" * 23)
ITALY = Owner(party="ITA", authority="questura")
_BOTH = (Purpose.POLICE, Purpose.BORDERS, Purpose.RETURN)


def _operation(
    name: str, command: type[msgspec.Struct], result: type[msgspec.Struct], kind: Kind = Kind.READ, **given: object
) -> Operation[Any, Any]:
    declared: dict[str, Any] = {
        "name": name,
        "summary": name,
        "command": command,
        "result": result,
        "run": _never,
        "permission": Permission.SESSION_OWN,
        "purposes": _BOTH,
        "kind": kind,
        "four_eyes": False,
        "audit": Audit.NONE,
        "replayable": True,
    }
    return Operation(**(declared | given))


def _never(*_: object) -> msgspec.Struct:
    raise NotImplementedError


OPERATIONS: dict[str, tuple[Operation[Any, Any], Callable[[Any], msgspec.Struct]]] = {}


def _add(declared: Operation[Any, Any], answer: msgspec.Struct) -> None:
    OPERATIONS[declared.name] = (declared, lambda _: answer)


_STATE = alert_commands.AlertState(
    id=ALERT.id,
    owner=OFFICER.owner,
    category="ARR",
    version=2,
    notice_date=CivilDate("2029-09-01"),
    review_date=CivilDate("2030-01-01"),
    delete_by=CivilDate("2031-01-01"),
)
RECORD = alerts.AlertShown(
    id=ALERT.id,
    owner=OFFICER.owner,
    category="ARR",
    version=1,
    data=alerts.AlertData(
        person=alerts.Person(
            surnames=HOSTILE,
            birth_date="1985-03",
            forenames="Test",
            nationalities=("UTO", "ITA"),
            birth_names=(alerts.PersonName(surname="OLDNAME"),),
            aliases=(alerts.PersonName(surname="OTHER"),),
        ),
        reason=HOSTILE,
        action=alerts.Action.ARREST_FOR_SURRENDER,
        documents=(
            alerts.IdentityDocument(category=alerts.DocumentCategory.PASSPORT, country="UTO", number="L898902C3"),
        ),
    ),
    entered=CivilDate("2026-01-01"),
    review_date=CivilDate("2030-01-01"),
    delete_by=CivilDate("2031-01-01"),
    told=(
        AchievementNotice(at=Instant(0), what=Achievement.SURRENDERED, kept=HOSTILE),
        AchievementNotice(at=Instant(0), what=Achievement.EXTRADITED),
    ),
)
_SUMMARY = alerts.AlertSummary(
    id=ALERT.id,
    owner=ITALY,
    category="REF",
    version=1,
    surnames=HOSTILE,
    forenames=None,
    action=alerts.Action.REFUSE_ENTRY,
    review_date=CivilDate("2030-01-01"),
    delete_by=CivilDate("2031-01-01"),
    own=False,
)
_ADVICE = crossings.Advice(
    check=CHECK,
    outcome=crossings.Outcome.POSSIBLE,
    sentence=crossings.Sentence(code="arr.arrest", text="If the identity is confirmed, arrest."),
    warnings=("armed",),
    matches=(
        crossings.Match(
            alert=ALERT,
            owner=ITALY,
            category="ARR",
            action=crossings.Sentence(code="arr.arrest", text="If the identity is confirmed, arrest."),
            evidence=(findings.Evidence(field="surnames", grade="similar"),),
            separates=("birth_date",),
            lane=crossings.Lane.THIRD_COUNTRY,
            must_not_show=False,
        ),
    ),
    reasons=(Reason(code="CONFIRM", text=HOSTILE, basis="Art 3"),),
    obligations=("contact-bureau-at-once",),
    must_not_show=True,
    freshness=findings.Freshness.COPY,
    sources=(findings.SourceAge(party="ITA", freshness=findings.Freshness.COPY, age_s=180),),
    incomplete=True,
    expires=NOW,
    abroad=(
        abroad.AskedAbroad(party="NZL", category="document_status", state=abroad.AskedState.ANSWERED),
        abroad.AskedAbroad(party="PHL", category="document_status", state=abroad.AskedState.CHECK_FIRST),
        abroad.AskedAbroad(party="USA", category="document_status", state=abroad.AskedState.SILENT, reason=HOSTILE),
    ),
    answers=(
        abroad.AnswerAbroad(
            party="NZL",
            category="document_status",
            said=Said.HIT,
            records=((abroad.AnswerLine(field="document.status", value=HOSTILE),),),
        ),
    ),
)
VIEW = crossings.CheckView(
    advice=_ADVICE,
    question=crossings.Asked(
        direction=crossings.Direction.ENTRY, crossing_point=HOSTILE, lane=crossings.Lane.THIRD_COUNTRY
    ),
    resolutions=(),
    told=(Told(alert=ALERT, owner=ITALY, facts=(Fact(field="surnames", values=(HOSTILE,), more=2),)),),
)
_POINT = desks.CrossingPoint(code="test-port", name=HOSTILE, kind=PointKind.SEA)
_DESK = desks.Desk(
    crossing_point="test-port",
    name=HOSTILE,
    kind=PointKind.SEA,
    lane=crossings.Lane.THIRD_COUNTRY,
    direction=crossings.Direction.ENTRY,
    conveyance=HOSTILE,
    opened=NOW,
    expires=NOW,
)
_RESOLVED = crossings.Resolution(
    check=CHECK, alert=ALERT, alert_owner=ITALY, verdict=crossings.Verdict.REJECTED, version=1, user="u", at=NOW
)
_REPORT = bureau.HitReport(
    alert=bureau.AlertReference(id=ALERT.id), found_at=NOW, place=HOSTILE, action_taken="arrested"
)
_CASE = bureau.Case(
    id=RecordId("01k" + "2" * 23),
    form="G",
    state=bureau.CaseState.DRAFT,
    party="FRA",
    recipient=ITALY,
    category="ARR",
    hit="h",
    found_by=OFFICER.owner,
    opened=NOW,
    urgent=True,
    due=None,
    version=1,
    report=_REPORT,
)
_MESSAGE = bureau.Message(
    id="m1",
    sender=ITALY,
    recipient=OFFICER.owner,
    kind=bureau.MessageKind.HIT_REPORT,
    state=bureau.MessageState.NEW,
    category="ARR",
    received=NOW,
    urgent=False,
    due=NOW,
    version=1,
    report=_REPORT,
)
_CLOCK = bureau.Clock(urgent=True, since=NOW, due=None, ended=None, minutes=3, overdue=False)
_CASE_VIEW = bureau_commands.CaseView(
    case=_CASE,
    clock=_CLOCK,
    thread=(bureau.Event(at=NOW, user="u", act=bureau.Act.OPENED, text=HOSTILE),),
    editable=("place", "direction", "lane", "identity", "circumstances", "children", "consent", "route"),
    stays=("lane",),
    hindered=("NOT_PARTY",),
    erase_by=None,
)
_MESSAGE_VIEW = bureau_commands.MessageView(message=_MESSAGE, clock=_CLOCK, erase_by=None)
_FILED = bureau_commands.Filed(item=_CASE.id, state="filed", version=2)
_TIMES = bureau_commands.Times(count=1, median=1, ninth_tenth=2, longest=None, late=0)
_FIGURES = bureau_commands.Figures(
    cases=(bureau_commands.Tally(state="draft", count=1),),
    messages=(bureau_commands.Tally(state="new", count=1),),
    waiting_at_once=1,
    oldest_at_once=3,
    overdue=0,
    reports_at_once=_TIMES,
    reports=_TIMES,
    answers_at_once=_TIMES,
    answers=_TIMES,
)
_QUESTIONS = bureau_commands.Questions(
    questions=(
        bureau_commands.AskedBack(
            case=_CASE.id, version=1, category="ARR", found_at=NOW, place=HOSTILE, asked=NOW, text=HOSTILE
        ),
    )
)
_AGREEMENT = diplomacy.AgreementView(
    agreement="a" * 64,  # type: ignore[arg-type]  # a hash of nothing
    lineage="l",
    version=1,
    title=HOSTILE,
    form="exchange",
    parties=("FRA", "ITA"),
    state=diplomacy.AgreementState.PROPOSED,
    signed_by=("ITA",),
    missing=("FRA",),
    in_force_since=None,
    document=canonical_bytes(load_instrument("schengen-sis")).decode(),
)
_ENTRY = (
    '{"at":1,"operation":"alert.enter","outcome":"done","owner":{"authority":"a","party":"FRA"},'
    '"purpose":"police","recorded_at":1,"user":"u-17"}'
)
_LINE = oversight.LedgerLine(sequence=7, recorded_at=NOW, leaf="ab", salt="cd", entry=_ENTRY)
_SHOWN = identity.SessionShown(
    name="officer",
    user="u-17",
    party="FRA",
    authority="police-aux-frontieres",
    authority_name=HOSTILE,
    role=Role.BORDER_GUARD,
    functions=(Function.FIRST_LINE,),
    permissions=(Permission.SESSION_OWN,),
    must_change_password=False,
)
_OPENED = identity.SessionOpened(
    token=TOKEN, expires=NOW, authority="paf", role=Role.BORDER_GUARD, must_change_password=False
)
_WAITING = Approval(
    id="ap1",
    operation="agreement.sign",
    asked_by="u-3",
    owner=OFFICER.owner,
    asked=NOW,
    expires=NOW,
    command=msgspec.json.encode({"account": HOSTILE, "function": "first_line"}).decode(),
)
_AUTHORITY = Authority(
    id="police-aux-frontieres", name="Border police", party="FRA", roles=(Role.BORDER_GUARD, Role.POLICE)
)
_ACCOUNT = Account(
    id="ac1",
    name="new.officer",
    user="u-18",
    state=AccountState.ACTIVE,
    must_change_password=True,
    memberships=(Membership(authority="police-aux-frontieres", functions=(Function.FIRST_LINE,)),),
)
_PEER = diplomacy.PeerView(
    node="p33r",
    party="ITA",
    state=PeerState.FROZEN,
    frozen_reason=HOSTILE,
    fingerprint="f" * 64,
    addresses=(),
    authorities=(),
    peering=diplomacy.AgreementState.IN_FORCE,
    agreement=_AGREEMENT.agreement,
)
_QUEUED = diplomacy.QueueItem(
    node="p33r",
    stream="schengen-sis",
    sequence=3,
    kind="alert",
    id=ALERT.id,
    version=1,
    state="deferred",
    reasons=("exchange.clock-skew",),
    enqueued_at=NOW,
    retry_at=NOW,
)
_SEARCHES = oversight.SearchLogPage(
    entries=(
        oversight.OpenedSearch(
            search=CHECK,
            at=NOW,
            recorded_at=NOW,
            user="u-17",
            owner=OFFICER.owner,
            purpose=Purpose.BORDERS,
            operation="crossing.check",
            terms=msgspec.json.encode({"identity": {"surnames": HOSTILE, "birth_date": "1985-03"}}).decode(),
            justification=HOSTILE,
            found=(ALERT,),
        ),
    ),
    locked=1,
    cursor="cur",
)
_SAMPLE = samples.Sample(
    seed="5eed",
    population=9,
    users=2,
    rows=(
        samples.SampledSearch(
            entry=_SEARCHES.entries[0],
            account=HOSTILE,
            mark=samples.Mark(verdict=samples.MarkVerdict.QUESTION, note=HOSTILE, at=NOW, by="u"),
        ),
        samples.SampledSearch(entry=_SEARCHES.entries[0], account=None, mark=None),
    ),
    locked=1,
)
_SEARCH_FIGURES = samples.SearchFigures(
    searches=9,
    opened=9,
    without_document=3,
    without_document_permille=333,
    users=(
        samples.UserFigures(
            user="u",
            account=HOSTILE,
            searches=9,
            hours=2,
            busiest=8,
            busiest_at=NOW,
            opened=9,
            without_document=3,
        ),
    ),
    marks=(samples.MarkCount(verdict=samples.MarkVerdict.JUSTIFIED, count=1),),
)
_JOB = runtime.JobView(
    id="j1",
    task="import",
    state=runtime.JobState.RUNNING,
    done=3,
    total=10,
    findings={},
    error_code=None,
    created_at=NOW,
    updated_at=NOW,
)
_DECIDED = identity.Decided(approval="ap1", operation="agreement.sign", approved=True)
_SOUND = oversight.Verification(sound=True, entries=8, erased_lawfully=0, root="ef", problems=())

_add(_operation("session.open", identity.OpenSession, identity.SessionOpened, Kind.CHANGE, permission=None), _OPENED)
_add(_operation("session.close", identity.CloseSession, identity.Done, Kind.CHANGE), identity.Done())
_add(_operation("session.show", identity.ShowSession, identity.SessionShown), _SHOWN)
_add(_operation("account.set-password", identity.SetPassword, identity.Done, Kind.CHANGE), identity.Done())
_add(_operation("crossing.check", crossings.Check, crossings.Advice, Kind.SEARCH), _ADVICE)
_add(_operation("crossing.show", crossings.ShowCheck, crossings.CheckView), VIEW)
_add(_operation("crossing.confirm", crossings.Confirm, crossings.Resolution, Kind.CHANGE), _RESOLVED)
_add(_operation("crossing.undo", crossings.Undo, crossings.Resolution, Kind.CHANGE), _RESOLVED)
_add(_operation("desk.show", desks.ShowDesk, desks.DeskShown), desks.DeskShown(desk=_DESK))
_add(_operation("desk.open", desks.OpenDesk, desks.Desk, Kind.CHANGE), _DESK)
_add(_operation("desk.close", desks.CloseDesk, desks.DeskShown, Kind.CHANGE), desks.DeskShown(desk=None))
_add(
    _operation("crossing-point.list", desks.ListPoints, desks.PointPage),
    desks.PointPage(points=(_POINT, msgspec.structs.replace(_POINT, code="old-port", retired=True)), next=None),
)
_add(_operation("crossing-point.add", desks.AddPoint, desks.CrossingPoint, Kind.CHANGE), _POINT)
_add(_operation("crossing-point.retire", desks.RetirePoint, desks.CrossingPoint, Kind.CHANGE), _POINT)
_add(
    _operation("crossing.ask-abroad", abroad.AskAbroad, abroad.AnswersAbroad, Kind.SEARCH),
    abroad.AnswersAbroad(check=_ADVICE.check, asked=_ADVICE.abroad, answers=_ADVICE.answers),
)
_add(_operation("crossing.reject", crossings.Reject, crossings.Resolution, Kind.CHANGE), _RESOLVED)
_add(_operation("crossing.cannot-tell", crossings.CannotTell, crossings.Resolution, Kind.CHANGE), _RESOLVED)
_add(_operation("crossing.check-list", boards.CheckList, boards.Board, Kind.SEARCH), second_line.BOARD_SHOWN)
_add(
    _operation("crossing.look-up-blind", blind.LookUpBlind, blind.BlindView, Kind.SEARCH),
    blind.BlindView(
        asked=(
            abroad.AskedAbroad(party="DEU", category="document_status", state=abroad.AskedState.ANSWERED),
            abroad.AskedAbroad(party="IRL", category="document_status", state=abroad.AskedState.SILENT, reason=HOSTILE),
        ),
        rows=(blind.BlindRow(row=2, hits=(blind.BlindHit(party="DEU", category="document_status"),)),),
        looked_up=2,
    ),
)
_add(_operation("board.preview", boards.CheckList, boards.Preview), second_line.PREVIEW)
_add(_operation("board.show", boards.ShowBoard, boards.Board), second_line.BOARD_SHOWN)
_add(_operation("board.list", boards.ListBoards, boards.BoardList), second_line.BOARDS)
_add(_operation("referral.open", referrals.OpenReferral, referrals.SentReferral, Kind.CHANGE), second_line.SENT)
_add(
    _operation("referral.mine", referrals.ListMine, referrals.SentReferrals),
    referrals.SentReferrals(referrals=(second_line.SENT,)),
)
_add(_operation("referral.queue", referrals.ListReferrals, referrals.Queue), second_line.QUEUE)
_VIEW_BEHIND = second_line.view(VIEW)
_add(_operation("referral.take", referrals.NameReferral, referrals.ReferralView, Kind.CHANGE), _VIEW_BEHIND)
_add(
    _operation("referral.release", referrals.NameReferral, referrals.QueueEntry, Kind.CHANGE),
    second_line.QUEUE.waiting[0],
)
_add(_operation("referral.show", referrals.NameReferral, referrals.ReferralView), _VIEW_BEHIND)
_add(_operation("referral.resolve", referrals.ResolveReferral, referrals.Referral, Kind.CHANGE), _VIEW_BEHIND.referral)
_add(_operation("referral.refusal", referrals.NameRefusal, referrals.Refusal), second_line.REFUSAL)
_add(_operation("referral.figures", referrals.ShowFigures, referrals.Figures), second_line.FIGURES)
_add(_operation("referral.set-rate", referrals.SetRate, referrals.Rate, Kind.CHANGE), second_line.RATE)
_add(
    _operation("alert.list", alert_commands.ListAlerts, alert_commands.AlertPage),
    alert_commands.AlertPage(alerts=(_SUMMARY,), next="cur"),
)
_add(_operation("alert.show", alert_commands.ShowAlert, alerts.AlertShown), RECORD)
_add(
    _operation("alert.history", history.AskHistory, history.AlertHistory),
    history.AlertHistory(
        id=ALERT.id,
        acts=(
            history.PastAct(at=NOW, act="enter", version=1, authority=HOSTILE, user=HOSTILE),
            history.PastAct(at=NOW, act="change", version=2, authority="a", user="1", fields=("reason", "documents")),
            history.PastAct(at=NOW, act="found", version=2, authority="a", user="1", what="arrested"),
            history.PastAct(at=NOW, act="keep", version=3, authority="a", user="1", what="seized"),
            history.PastAct(at=NOW, act="delete", version=4, authority="a", user="1", what="withdrawn"),
        ),
        after=4,
    ),
)
_add(_operation("alert.enter", alert_commands.EnterAlert, alert_commands.AlertState, Kind.CHANGE), _STATE)
_add(_operation("alert.change", alert_commands.ChangeAlert, alert_commands.AlertState, Kind.CHANGE), _STATE)
_add(_operation("alert.extend", alert_commands.ExtendAlert, alert_commands.AlertState, Kind.CHANGE), _STATE)
_add(_operation("alert.tell-achieved", alert_commands.TellAchieved, alert_commands.AlertState, Kind.CHANGE), _STATE)
_add(_operation("alert.keep", alert_commands.KeepAlert, alert_commands.AlertState, Kind.CHANGE), _STATE)
_FLAG = flag_records.FlagState(
    flag="0" * 26,
    party="FRA",
    alert=ALERT.id,
    alert_party="ITA",
    category="ARR",
    ground=FlagGround.NATIONAL_LAW,
    judicial=JudicialGround.JUDICIAL_REFUSAL,
    since=Instant(0),
    own=True,
)
_add(_operation("alert.flag", flag_records.FlagAlert, flag_records.FlagState, Kind.CHANGE), _FLAG)
_add(_operation("alert.unflag", flag_records.LiftFlag, flag_records.FlagState, Kind.CHANGE), _FLAG)
_add(
    _operation("alert.flags", flag_records.ListFlags, flag_records.FlagPage),
    flag_records.FlagPage(flags=(_FLAG,), next="cur"),
)
_add(_operation("alert.delete", alert_commands.DeleteAlert, alert_commands.AlertState, Kind.CHANGE), _STATE)
_add(
    _operation("bureau.drafts", bureau_commands.ListCases, bureau_commands.CasePage),
    bureau_commands.CasePage(cases=(_CASE,), cursor=None, clocks=(_CLOCK,)),
)
_add(
    _operation("bureau.cases", bureau_commands.ListByState, bureau_commands.CasePage),
    bureau_commands.CasePage(cases=(_CASE,), cursor=None, clocks=(_CLOCK,)),
)
_add(_operation("bureau.show", bureau_commands.ShowCase, bureau_commands.CaseView), _CASE_VIEW)
_add(_operation("bureau.edit", bureau_commands.Edit, bureau.Case, Kind.CHANGE), _CASE)
_add(_operation("bureau.return", bureau_commands.Return, bureau.Case, Kind.CHANGE), _CASE)
_add(_operation("bureau.read", bureau_commands.ReadMessage, bureau_commands.MessageView), _MESSAGE_VIEW)
_add(_operation("bureau.answer", bureau_commands.AnswerMessage, bureau.Message, Kind.CHANGE), _MESSAGE)
_add(_operation("bureau.file", bureau_commands.File, bureau_commands.Filed, Kind.CHANGE), _FILED)
_add(_operation("bureau.reopen", bureau_commands.Reopen, bureau_commands.Filed, Kind.CHANGE), _FILED)
_add(
    _operation("bureau.waiting", bureau_commands.AskWaiting, bureau_commands.Waiting),
    bureau_commands.Waiting(at_once=1, oldest=90, overdue=2),
)
_add(_operation("bureau.figures", bureau_commands.AskFigures, bureau_commands.Figures), _FIGURES)


def deadline(**parts: object) -> deadlines.DeadlineView:
    """A hit report of twelve hours, with other parts if given."""
    one = deadlines.Deadline(
        id=CHECK,
        owner=ITALY,
        version=1,
        actor="FRA",
        case_kind="hit-report",
        case=CHECK,
        rule="sirene.8.reply",
        source=HOSTILE,
        began=NOW,
        due_at=Instant(NOW + 43_200_000_000),
        due_on=None,
        at_once=False,
        expiry="overdue",
        state=deadlines.State.OPEN,
    )
    return deadlines.DeadlineView(deadline=msgspec.structs.replace(one, **parts), standing=deadlines.Standing.BREACHED)


_add(
    _operation("deadline.list", deadlines.ListDeadlines, deadlines.DeadlinePage),
    deadlines.DeadlinePage(deadlines=(deadline(due_at=None, at_once=True), deadline())),
)
_add(
    _operation("deadline.figures", deadlines.AskDeadlineFigures, deadlines.DeadlineFigures),
    deadlines.DeadlineFigures(
        parties=(deadlines.PartyFigures(actor="FRA", running=0, due=1, breached=1),), oldest_breach=NOW
    ),
)
_add(_operation("bureau.questions", bureau_commands.ListQuestions, bureau_commands.Questions), _QUESTIONS)
_add(
    _operation("bureau.outcomes", bureau_commands.ListOutcomes, bureau_commands.OutcomePage),
    bureau_commands.OutcomePage(
        outcomes=(
            bureau.Told(
                hit=_CASE.id, category="ARR", at=NOW, outcome=bureau.OutcomeWord.SURRENDERED, text="Synthetic."
            ),
        )
    ),
)
_add(
    _operation("bureau.reply", bureau_commands.Reply, bureau_commands.Replied, Kind.CHANGE),
    bureau_commands.Replied(case=_CASE.id, version=2),
)
_add(_operation("bureau.send", bureau_commands.Send, bureau.Case, Kind.CHANGE), _CASE)
_add(
    _operation("bureau.inbox", bureau_commands.ListInbox, bureau_commands.Inbox),
    bureau_commands.Inbox(messages=(_MESSAGE,), cursor="cur", clocks=(_CLOCK,)),
)
_add(_operation("bureau.acknowledge", bureau_commands.Acknowledge, bureau.Message, Kind.CHANGE), _MESSAGE)
_add(
    _operation("ledger.list", oversight.ListLedger, oversight.LedgerPage),
    oversight.LedgerPage(lines=(_LINE,), after=7),
)
_add(_operation("ledger.verify", oversight.Nothing, oversight.Verification), _SOUND)
_add(
    _operation("ledger.prove", oversight.ProveEntry, oversight.LedgerProof),
    oversight.LedgerProof(line=_LINE, path=("01",), checkpoint="note\n"),
)
_add(
    _operation("approval.list", identity.ListApprovals, identity.ApprovalPage),
    identity.ApprovalPage(approvals=(_WAITING,), next=None),
)
_add(_operation("approval.approve", identity.Decide, identity.Decided, Kind.CHANGE), _DECIDED)
_add(_operation("approval.reject", identity.Decide, identity.Decided, Kind.CHANGE), _DECIDED)
_add(
    _operation("agreement.list", diplomacy.ListAgreements, diplomacy.AgreementPage),
    diplomacy.AgreementPage(agreements=(_AGREEMENT,), cursor=None),
)
_add(_operation("agreement.show", diplomacy.ShowAgreement, diplomacy.AgreementView), _AGREEMENT)
_add(_operation("agreement.history", notices.ShowHistory, notices.History), treaties.HISTORY)
_add(_operation("agreement.exchanges", asking.ShowExchanges, asking.Exchanges), treaties.RUNNING)
_add(_operation("agreement.aftermath", disposal.ShowAftermath, disposal.Aftermath), treaties.AFTERMATH)
_add(_operation("agreement.ask", asking.AskWhy, asking.Why), treaties.WHY)
_NOTICES: dict[str, type[msgspec.Struct]] = {
    "agreement.complete": notices.Complete,
    "agreement.notify": notices.Notify,
    "agreement.suspend": notices.Suspend,
    "agreement.resume": notices.Resume,
    "agreement.terminate": notices.Terminate,
    "agreement.lose-protection": notices.LoseProtection,
    "agreement.restore-protection": notices.RestoreProtection,
    "agreement.accede": changing.Accede,
    "agreement.reserve": changing.Reserve,
    "agreement.withdraw-reservation": changing.WithdrawReservation,
    "agreement.opt-out": changing.OptOutOf,
    "agreement.opt-in": changing.OptIn,
}
for _act, _given in _NOTICES.items():
    _add(_operation(_act, _given, diplomacy.AgreementView, Kind.CHANGE), _AGREEMENT)
_add(_operation("agreement.sign", diplomacy.Sign, diplomacy.AgreementView, Kind.CHANGE), _AGREEMENT)
_add(_operation("agreement.propose", diplomacy.Propose, diplomacy.AgreementView, Kind.CHANGE), _AGREEMENT)
_add(_operation("peer.list", diplomacy.ListPeers, diplomacy.PeerList), diplomacy.PeerList(peers=(_PEER,)))
_add(
    _operation("peer.queue", diplomacy.ShowQueue, diplomacy.Queue),
    diplomacy.Queue(items=(_QUEUED,), cursor="cur"),
)
_add(_operation("node.diagnose", Diagnose, Diagnosis), diagnose(FINDINGS))
_add(_operation("peer.trust", diplomacy.Trust, diplomacy.PeerView, Kind.CHANGE), _PEER)
_add(_operation("peer.distrust", diplomacy.Distrust, diplomacy.PeerView, Kind.CHANGE), _PEER)
_add(
    _operation("account.list", identity.ListAccounts, identity.AccountPage),
    identity.AccountPage(accounts=(_ACCOUNT,), next="cur"),
)
_add(
    _operation("authority.list", identity.ListAuthorities, identity.Authorities),
    identity.Authorities(authorities=(_AUTHORITY,)),
)
_add(
    _operation("account.create", identity.CreateAccount, identity.AccountCreated, Kind.CHANGE),
    identity.AccountCreated(account=_ACCOUNT, one_time_password="once only"),
)
_add(_operation("account.grant", identity.GrantFunction, Account, Kind.CHANGE), _ACCOUNT)
_add(_operation("account.revoke-function", identity.GrantFunction, identity.Done, Kind.CHANGE), identity.Done())
_add(_operation("account.disable", identity.DisableAccount, identity.Done, Kind.CHANGE), identity.Done())
_add(_operation("search-log.read", oversight.ReadSearchLog, oversight.SearchLogPage), _SEARCHES)
_add(_operation("search-log.sample", samples.SampleSearchLog, samples.Sample), _SAMPLE)
_add(
    _operation("search-log.export", samples.SampleSearchLog, samples.SampleFile),
    samples.SampleFile(name="sample.csv", seed="5eed", content="search,at\r\n"),
)
_add(_operation("search-log.mark", samples.MarkSearch, samples.Marked, Kind.CHANGE), samples.Marked(marked=2))
_add(_operation("search-log.figures", samples.AskSearchFigures, samples.SearchFigures), _SEARCH_FIGURES)
_add(_operation("search-log.set-key", oversight.SetKey, oversight.KeySet, Kind.CHANGE), oversight.KeySet(key="ab12"))
_add(
    _operation("ledger.checkpoint", oversight.Nothing, oversight.LedgerCheckpoint),
    oversight.LedgerCheckpoint(size=120, root="ef", note="note\n"),
)
_add(
    _operation("witness.list", witness.ListWitnesses, witness.Witnesses),
    witness.Witnesses(
        witnesses=(
            witness.WitnessView(
                node="0" * 26, party="DEU", size=120, cosigned_at=NOW, trouble=HOSTILE, note="note\n", line="line\n"
            ),
        ),
        witnessed=(witness.WitnessedView(node="0" * 26, party=None, size=7, seen_at=NOW),),
        contradictions=(
            witness.ContradictionView(
                node="1" * 26, code="ledger.split-view", seen=HOSTILE, shown="note\n", recorded_at=NOW
            ),
        ),
    ),
)
_add(_operation("job.list", runtime.ListJobs, runtime.JobPage), runtime.JobPage(jobs=(_JOB,), next="cur"))
for _name, _asked, _answer, _kind in care_answers(HOSTILE, NOW, ALERT.id):
    _add(_operation(_name, _asked, type(_answer), _kind), _answer)
for _name, _asked, _answer, _kind in training_answers(HOSTILE, NOW, OFFICER.owner):
    _add(_operation(_name, _asked, type(_answer), _kind), _answer)

CATALOGUE = Catalogue(declared for declared, _ in OPERATIONS.values())
ANSWERS = {name: answer for name, (_, answer) in OPERATIONS.items()}
