"""A list of travellers checked in one call, and the board that shows them: each becomes an ordinary check.

One change set for the whole list: what is read and decided alike for every person is asked once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from comity.core.errors import BadInput, ComityError, Refused
from comity.core.ids import RecordRef
from comity.core.operation import AnyOperation, Audit, Kind, Operation, operation
from comity.core.ports import Work
from comity.core.text import clean_line
from comity.core.vocabulary import Permission, Purpose
from comity.crossings import board_rules, board_store
from comity.crossings.batch import RowWork, Shared
from comity.crossings.board_records import (
    BadRow,
    Board,
    BoardLine,
    BoardList,
    BoardRow,
    CheckList,
    ListBoards,
    Preview,
    ShowBoard,
    StoredBoard,
    Traveller,
)
from comity.crossings.operations import read_question
from comity.crossings.records import Advice, Check

_PURPOSES: Final = (Purpose.BORDERS, Purpose.POLICE)
_PERMISSION: Final = Permission.CROSSING_CHECK


def make_operations(check: Operation[Check, Advice]) -> tuple[AnyOperation, ...]:
    """Return the operations of boards; `check` is the single check, by whose rules each person is searched for."""
    checking = operation("crossing.check-list", permission=_PERMISSION, purposes=_PURPOSES, kind=Kind.SEARCH)
    return (checking(_list_checker(check)), preview, show, list_boards)


def _list_checker(check: Operation[Check, Advice]) -> Callable[[Work, CheckList], Board]:
    def check_list(work: Work, command: CheckList) -> Board:
        """Check the travellers of a conveyance in one call; bad rows are told, all others checked and stored."""
        conveyance = clean_line(command.conveyance, "$.conveyance")
        point = clean_line(command.crossing_point, "$.crossing_point")
        shared = Shared(work)
        rows: list[BoardRow] = []
        bad: list[BadRow] = []
        newest: Advice | None = None
        for number, person in enumerate(command.persons, 1):
            row_work = RowWork(shared)
            try:
                asked = _asked(command, person)
                question = read_question(row_work, asked)
                advice = check.run(row_work, asked)
            except (BadInput, Refused) as error:
                end_if_for_all(error)
                bad.append(board_rules.bad_row(number, error))
                continue
            row_work.keep()
            rows.append(board_rules.row_of(number, question, advice))
            newest = advice
        if newest is None:
            raise board_rules.nothing_checked(bad)
        board = StoredBoard(
            board=work.new_id(),
            owner=work.who.owner,
            at=work.recorded_at,
            expires=newest.expires,
            conveyance=conveyance,
            direction=command.direction,
            lane=command.lane,
            crossing_point=point,
            freshness=newest.freshness,
            rows=board_rules.in_order(rows),
            bad=tuple(bad),
            age_s=max((source.age_s for source in newest.sources if source.age_s is not None), default=None),
        )
        board_store.add_board(work, board)
        work.record(_ref(board.board), persons=len(rows), bad_rows=len(bad))
        return board_rules.shown(board, {}, {row.check: True for row in rows if row.sent_on})

    return check_list


# Audit.NONE: reading a list is arithmetic on what the asker holds in hand; nobody is looked up and nothing is kept.
@operation("board.preview", permission=_PERMISSION, purposes=_PURPOSES, kind=Kind.READ, audit=Audit.NONE)
def preview(work: Work, command: CheckList) -> Preview:
    """Say which rows of a list could not be checked and why; nobody is searched for."""
    bad: list[BadRow] = []
    for number, person in enumerate(command.persons, 1):
        try:
            read_question(work, _asked(command, person))
        except BadInput as error:
            bad.append(board_rules.bad_row(number, error))
    return Preview(good=len(command.persons) - len(bad), bad=tuple(bad))


@operation("board.show", permission=_PERMISSION, purposes=_PURPOSES, kind=Kind.READ)
def show(work: Work, command: ShowBoard) -> Board:
    """Show a board of the own authority with how far the work on each person is; no new search is made."""
    board = board_store.get_board(work, command.board)
    checks = tuple(row.check for row in board.rows)
    work.record(_ref(board.board))
    return board_rules.shown(board, board_store.decided(work, checks), board_store.referred(work, checks))


@operation("board.list", permission=_PERMISSION, purposes=_PURPOSES, kind=Kind.READ)
def list_boards(work: Work, command: ListBoards) -> BoardList:  # noqa: ARG001 - every operation takes a command
    """List the boards of the last day."""
    return BoardList(
        boards=tuple(
            BoardLine(
                board=each.board,
                at=each.at,
                conveyance=each.conveyance,
                crossing_point=each.crossing_point,
                direction=each.direction,
                persons=len(each.rows),
            )
            for each in board_store.boards(work)
        )
    )


def _asked(command: CheckList, person: Traveller) -> Check:
    """Return one row as a single check asks for it."""
    return Check(
        direction=command.direction,
        crossing_point=command.crossing_point,
        lane=command.lane,
        conveyance=command.conveyance,
        identity=person.identity,
        document=person.document,
        justification=person.justification,
        case=person.case,
        zone=person.zone,
        near=False,
    )


def end_if_for_all(error: ComityError) -> None:
    """Raise again what stands against the whole list and not against one row: no search without log."""
    if error.code.startswith("search-log."):
        raise error


def _ref(board: str) -> RecordRef:
    return RecordRef(kind="board", id=board, version=1)
