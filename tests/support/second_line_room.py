"""Synthetic answers of the second line and of boards, for the pages."""

from __future__ import annotations

from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.time import CivilDate, Instant
from comity.crossings import board_records as boards
from comity.crossings import records as crossings
from comity.crossings import referral_records as referrals
from comity.crossings.finding_records import Freshness

HOSTILE = "\u202e<script>alert('x')</script>\"&\u05d0"
NOW = Instant(1_795_608_000_000_000)
CHECK = RecordId("01k" + "1" * 23)
REFERRAL = RecordId("01k" + "3" * 23)
OTHER = RecordId("01k" + "4" * 23)
REFUSAL_ID = RecordId("01k" + "6" * 23)
BOARD = RecordId("01k" + "7" * 23)
FRENCH = Owner(party="FRA", authority="police-aux-frontieres")

SENT = referrals.SentReferral(
    referral=REFERRAL,
    call="3333",
    check=CHECK,
    code=referrals.ReferralReason.SECOND_LINE,
    state=referrals.ReferralState.WAITING,
    crossing_point=HOSTILE,
    sent_at=NOW,
    waiting_s=185,
    position=2,
)


def entry(referral: RecordId, place: int, *, own: bool) -> referrals.QueueEntry:
    return referrals.QueueEntry(
        referral=referral,
        call=referral[-4:].upper(),
        code=referrals.ReferralReason.OFFICERS_DOUBT,
        urgency=referrals.Urgency.ROUTINE,
        crossing_point=HOSTILE,
        sent_at=NOW,
        waiting_s=1900,
        position=place,
        own=own,
        raised=True,
    )


QUEUE = referrals.Queue(
    waiting=(entry(REFERRAL, 1, own=False), entry(OTHER, 2, own=True)),
    mine=(entry(OTHER, 0, own=False),),
    taken_by_others=2,
)


def view(check: crossings.CheckView) -> referrals.ReferralView:
    """A referral that was taken, with its check."""
    referral = referrals.Referral(
        referral=REFERRAL,
        check=CHECK,
        alert=RecordRef(kind="alert", id="01k" + "0" * 23, version=1),
        owner=FRENCH,
        user="u-1",
        at=NOW,
        crossing_point=HOSTILE,
        reason=HOSTILE,
        state=referrals.ReferralState.TAKEN,
        taken_by="u-2",
        taken_at=NOW,
    )
    return referrals.ReferralView(
        referral=referral, urgency=referrals.Urgency.ENFORCEMENT, direction=crossings.Direction.ENTRY, check=check
    )


REFUSAL = referrals.Refusal(
    refusal=REFUSAL_ID,
    referral=REFERRAL,
    owner=FRENCH,
    user="u-2",
    at=NOW,
    crossing_point=HOSTILE,
    identity=crossings.Identity(surnames=HOSTILE, birth_date="1985-03"),
    document=None,
    grounds=(referrals.RefusalGround.NO_VISA,),
    facts=HOSTILE,
    appeal=HOSTILE,
    delete_by=CivilDate("2029-11-25"),
)
FIGURES = referrals.Figures(
    points=(
        referrals.PointFigures(
            crossing_point=HOSTILE,
            sent=4,
            waiting=1,
            longest_waiting_s=300,
            median_s=120,
            p90_s=None,
            per_thousand=5,
        ),
    )
)
RATE = referrals.Rate(crossing_point="Test port", per_thousand=5, version=1)


def row(number: int, outcome: crossings.Outcome, state: boards.RowState, name: str = HOSTILE) -> boards.ShownRow:
    return boards.ShownRow(
        row=boards.BoardRow(
            row=number,
            check=CHECK,
            name=name,
            document_ending="02C3",
            outcome=outcome,
            sentence=crossings.Sentence(code="second-line", text="Send the person to the second line."),
            warnings=("armed",),
            matches=0,
            sent_on=True,
            rank=50,
        ),
        state=state,
    )


BAD = boards.BadRow(
    row=3, problems=(boards.RowProblem(field="identity.birth_date", code="time.bad", message="Not a date."),)
)
BOARD_SHOWN = boards.Board(
    board=BOARD,
    at=NOW,
    expires=NOW,
    conveyance=HOSTILE,
    direction=crossings.Direction.ENTRY,
    lane=crossings.Lane.THIRD_COUNTRY,
    crossing_point=HOSTILE,
    freshness=Freshness.COPY,
    tally=boards.Tally(persons=2, to_do=0, second_line=1, done=0, bad=1),
    rows=(
        row(2, crossings.Outcome.REFER, boards.RowState.SECOND_LINE),
        row(1, crossings.Outcome.NO_HIT, boards.RowState.NOTHING_TO_DO, "=1+1"),
    ),
    bad=(BAD,),
)
BOARDS = boards.BoardList(
    boards=(
        boards.BoardLine(
            board=BOARD,
            at=NOW,
            conveyance=HOSTILE,
            crossing_point=HOSTILE,
            direction=crossings.Direction.ENTRY,
            persons=2,
        ),
    )
)
PREVIEW = boards.Preview(good=2, bad=(BAD,))
