"""The operations that the pages ask for, with the rooms' own records, and synthetic answers to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from comity.agreements.load import canonical_bytes
from comity.agreements.ready import load_instrument
from comity.alerts import commands as alert_commands
from comity.alerts import records as alerts
from comity.bureau import records as bureau
from comity.core.decision import Reason
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.operation import Audit, Catalogue, Kind, Operation
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Function, Permission, Purpose, Role
from comity.crossings import records as crossings
from comity.diplomacy import records as diplomacy
from comity.exchange.records import PeerState
from comity.identity import commands as identity
from comity.identity.records import Account, AccountState, Approval, Authority, Membership
from comity.oversight import records as oversight
from comity.runtime import records as runtime
from tests.support.fake_runtime import OFFICER, TOKEN

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
RECORD = alerts.AlertRecord(
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
            evidence=(crossings.Evidence(field="surnames", grade="similar"),),
            separates=("birth_date",),
            lane=crossings.Lane.THIRD_COUNTRY,
            must_not_show=False,
        ),
    ),
    reasons=(Reason(code="CONFIRM", text=HOSTILE, basis="Art 3"),),
    obligations=("contact-bureau-at-once",),
    must_not_show=True,
    freshness=crossings.Freshness.COPY,
    sources=(crossings.SourceAge(party="ITA", freshness=crossings.Freshness.COPY, age_s=180),),
    incomplete=True,
    expires=NOW,
)
VIEW = crossings.CheckView(
    advice=_ADVICE,
    question=crossings.Check(
        direction=crossings.Direction.ENTRY, crossing_point=HOSTILE, lane=crossings.Lane.THIRD_COUNTRY
    ),
    resolutions=(),
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
        oversight.SearchEntry(
            search=CHECK,
            at=NOW,
            recorded_at=NOW,
            user="u-17",
            owner=OFFICER.owner,
            purpose=Purpose.BORDERS,
            operation="crossing.check",
            terms=msgspec.json.encode({"identity": {"surnames": HOSTILE, "birth_date": "1985-03"}}),
            justification=HOSTILE,
            found=(ALERT,),
        ),
    ),
    locked=1,
    cursor="cur",
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
_add(_operation("crossing.reject", crossings.Reject, crossings.Resolution, Kind.CHANGE), _RESOLVED)
_add(_operation("crossing.cannot-tell", crossings.CannotTell, crossings.Resolution, Kind.CHANGE), _RESOLVED)
_add(
    _operation("alert.list", alert_commands.ListAlerts, alert_commands.AlertPage),
    alert_commands.AlertPage(alerts=(_SUMMARY,), next="cur"),
)
_add(_operation("alert.show", alert_commands.ShowAlert, alerts.AlertRecord), RECORD)
_add(_operation("alert.enter", alert_commands.EnterAlert, alert_commands.AlertState, Kind.CHANGE), _STATE)
_add(_operation("alert.change", alert_commands.ChangeAlert, alert_commands.AlertState, Kind.CHANGE), _STATE)
_add(_operation("alert.extend", alert_commands.ExtendAlert, alert_commands.AlertState, Kind.CHANGE), _STATE)
_add(_operation("alert.delete", alert_commands.DeleteAlert, alert_commands.AlertState, Kind.CHANGE), _STATE)
_add(
    _operation("bureau.drafts", bureau.ListCases, bureau.CasePage),
    bureau.CasePage(cases=(_CASE,), cursor=None),
)
_add(_operation("bureau.show", bureau.ShowCase, bureau.Case), _CASE)
_add(_operation("bureau.send", bureau.Send, bureau.Case, Kind.CHANGE), _CASE)
_add(_operation("bureau.inbox", bureau.ListInbox, bureau.Inbox), bureau.Inbox(messages=(_MESSAGE,), cursor="cur"))
_add(_operation("bureau.acknowledge", bureau.Acknowledge, bureau.Message, Kind.CHANGE), _MESSAGE)
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
_add(_operation("agreement.sign", diplomacy.Sign, diplomacy.AgreementView, Kind.CHANGE), _AGREEMENT)
_add(_operation("agreement.propose", diplomacy.Propose, diplomacy.AgreementView, Kind.CHANGE), _AGREEMENT)
_add(_operation("peer.list", diplomacy.ListPeers, diplomacy.PeerList), diplomacy.PeerList(peers=(_PEER,)))
_add(
    _operation("peer.queue", diplomacy.ShowQueue, diplomacy.Queue),
    diplomacy.Queue(items=(_QUEUED,), cursor="cur"),
)
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
_add(_operation("search-log.set-key", oversight.SetKey, oversight.KeySet, Kind.CHANGE), oversight.KeySet(key="ab12"))
_add(
    _operation("ledger.checkpoint", oversight.Nothing, oversight.LedgerCheckpoint),
    oversight.LedgerCheckpoint(size=120, root="ef", note="note\n"),
)
_add(_operation("job.list", runtime.ListJobs, runtime.JobPage), runtime.JobPage(jobs=(_JOB,), next="cur"))

CATALOGUE = Catalogue(declared for declared, _ in OPERATIONS.values())
ANSWERS = {name: answer for name, (_, answer) in OPERATIONS.items()}
