"""Rules of boards: who stands first, what a row tells, how far the work is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from comity.alerts.warning_marks import MarkPlace, seen_marks
from comity.core.errors import BadInput, ComityError, FieldProblem, problem_at
from comity.crossings.board_records import (
    BadRow,
    Board,
    BoardRow,
    RowProblem,
    RowState,
    ShownRow,
    StoredBoard,
    Tally,
)
from comity.crossings.records import Advice, Asked, Outcome, Sentence
from comity.crossings.rules import measure_here

OFFICERS_NOTE: Final = Sentence(code="check.officers-note", text="Read the note for officers before you go on.")

_ENDING: Final = 4
# After every measure (1 is the most urgent): a person sent on, then silence of a source, then nothing found.
_SENT_ON: Final = 50
_LAST: Final = {Outcome.UNKNOWN: 60, Outcome.NO_HIT: 99}


def row_of(number: int, question: Asked, advice: Advice) -> BoardRow:
    """Return the row of a person from what the counter may see of the check."""
    identity, document = question.identity, question.document
    kept_back = _kept_back(advice)
    return BoardRow(
        row=number,
        check=advice.check,
        name=", ".join(part for part in (identity.surnames, identity.forenames) if part),
        document_ending=document.number[-_ENDING:] if document else "",
        outcome=Outcome.REFER if kept_back else advice.outcome,
        sentence=OFFICERS_NOTE if kept_back else advice.sentence,
        warnings=() if kept_back else seen_marks(advice.warnings, MarkPlace.BOARD, question.role),
        matches=len(advice.matches),
        sent_on=advice.referral is not None,
        rank=_rank(question, advice),
    )


def _kept_back(advice: Advice) -> bool:
    """Say whether the board only points to the note for officers, which the check itself holds.

    What must not be shown never stands on a board, which lies open and can be printed; so that its rows do not stand
    out, neither does anything else for which the person goes to the second line, be it by chance or not.
    """
    return advice.must_not_show or advice.outcome is Outcome.REFER


def in_order(rows: Iterable[BoardRow]) -> tuple[BoardRow, ...]:
    """Return the rows by what is asked for, then as they stand in the list."""
    return tuple(sorted(rows, key=lambda row: (row.rank, row.row)))


def bad_row(number: int, error: ComityError) -> BadRow:
    """Return why a row was not checked."""
    told = error.problems or (problem_at("$", error.code, error.words),)
    return BadRow(
        row=number,
        problems=tuple(
            RowProblem(field=each.field.removeprefix("$."), code=each.code, message=each.message, said=each.said)
            for each in told
        ),
    )


def nothing_checked(bad: Sequence[BadRow]) -> BadInput:
    """Return the error of a list without a single good row, with every place."""
    return BadInput(
        "board.no-good-row",
        "No row of this list can be checked.",
        problems=tuple(
            FieldProblem(
                field=f"$.persons[{row.row - 1}].{each.field}", code=each.code, message=each.message, said=each.said
            )
            for row in bad
            for each in row.problems
        ),
    )


def shown(board: StoredBoard, decided: Mapping[str, int], referred: Mapping[str, bool]) -> Board:
    """Return a board as it stands: `decided` counts decisions by check, `referred` tells which are open behind."""
    rows = tuple(ShownRow(row=row, state=_state(row, decided, referred)) for row in board.rows)
    states = [row.state for row in rows]
    return Board(
        board=board.board,
        at=board.at,
        expires=board.expires,
        conveyance=board.conveyance,
        direction=board.direction,
        lane=board.lane,
        crossing_point=board.crossing_point,
        freshness=board.freshness,
        tally=Tally(
            persons=len(rows),
            to_do=states.count(RowState.OPEN),
            second_line=states.count(RowState.SECOND_LINE),
            done=states.count(RowState.DONE),
            bad=len(board.bad),
        ),
        rows=rows,
        bad=board.bad,
        age_s=board.age_s,
    )


def _state(row: BoardRow, decided: Mapping[str, int], referred: Mapping[str, bool]) -> RowState:
    if referred.get(row.check):
        return RowState.SECOND_LINE
    # A decision on a match that the counter does not see is counted by no row: it never shows more than it had.
    if row.check in referred or (row.matches and decided.get(row.check, 0) >= row.matches):
        return RowState.DONE
    return RowState.NOTHING_TO_DO if row.outcome is Outcome.NO_HIT else RowState.OPEN


def _rank(question: Asked, advice: Advice) -> int:
    if advice.matches:
        return min(
            measure_here(question, one.category, one.lane, flagged=one.flagged).urgency for one in advice.matches
        )
    return _LAST.get(advice.outcome, _SENT_ON)
