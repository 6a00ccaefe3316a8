"""What a node answers the pages of agreements with; nothing of it is real."""

from __future__ import annotations

from comity.core.decision import DueTime, Reason
from comity.core.ids import AgreementId, RecordId
from comity.core.time import CivilDate, Instant
from comity.diplomacy.asking_records import Circumstance, Exchange, Exchanges, Why
from comity.diplomacy.disposal_records import Aftermath, Afterwards, DisposalView, How
from comity.diplomacy.notices import Ground, History, Notice, NoticeKind, NoticeReceipt, NoticeView, Turned
from comity.diplomacy.records import AgreementState

HASH = "a" * 64
NOW = Instant(1_764_072_000_000_000)


def _turned(turn: str, **more: object) -> Turned:
    members = {"clauses": (), "by": None, "towards": None, "word": None, **more}
    return Turned(turn=turn, since=NOW, recorded_at=NOW, reason="test", **members)  # type: ignore[arg-type]


HISTORY = History(
    agreement=HASH,
    turns=(_turned("begin"), _turned("suspend", by="FRA", towards="ITA", clauses=("enter-arr",))),
    notices=(
        NoticeView(
            notice=Notice(
                id=RecordId("n0"),
                agreement=HASH,
                party="FRA",
                kind=NoticeKind.SUSPEND,
                ground=Ground.LAW_CHANGED,
                sent_at=NOW,
                clauses=("enter-arr",),
            ),
            receipts=(NoticeReceipt(notice=RecordId("n0"), agreement=HASH, party="ITA", received_at=NOW),),
        ),
    ),
)
RUNNING = Exchanges(
    stream="schengen-sis",
    exchanges=(
        Exchange(node="p33r", party="ITA", taken=12, waiting=3, refused=1, received=9, put_off=2, oldest_waiting=NOW),
    ),
)
AFTERMATH = Aftermath(
    agreement=HASH,
    lineage="schengen-sis",
    terms="return",
    ended_since=NOW,
    partners=(
        Afterwards(
            node="p33r",
            party="ITA",
            held=0,
            out=4,
            taken_back=8,
            pages=(
                DisposalView(
                    id=RecordId("d0"),
                    outgoing=True,
                    how=How.RETURNED,
                    records=9,
                    differing=None,
                    parted_at=NOW,
                    received_at=None,
                ),
                DisposalView(
                    id=RecordId("d1"),
                    outgoing=False,
                    how=How.RETURNED,
                    records=8,
                    differing=1,
                    parted_at=NOW,
                    received_at=NOW,
                ),
            ),
        ),
    ),
)
WHY = Why(
    outcome="deny",
    effect="deny",
    reasons=(
        Reason(
            code="CONDITION_UNMET", text="A condition of the clause is not met.", basis="Art 26", clause="enter-arr"
        ),
    ),
    obligations=("log",),
    fields=(),
    dues=(DueTime(rule="r", day=CivilDate("2026-03-01")),),
    rules=("rule@1",),
    at=NOW,
    known_at=NOW,
    agreement=AgreementId(HASH),
    version=1,
    state=AgreementState.IN_FORCE,
    circumstances=(Circumstance(name="warrant_present", kind="bool"), Circumstance(name="quota", kind="int")),
)
