"""A list of travellers on one board: each an ordinary check, bad rows told, what is asked for first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.core.codec import encode
from comity.core.errors import BadInput, NotFound
from comity.core.ids import RecordId, RecordRef
from comity.core.time import HOUR_US
from comity.core.vocabulary import Role
from comity.crossings import board_store, referral_rules
from comity.crossings.board_records import (
    Board,
    BoardList,
    CheckList,
    ListBoards,
    Preview,
    RowState,
    ShowBoard,
    Traveller,
)
from comity.crossings.board_rules import row_of
from comity.crossings.finding_records import Candidate, Findings, Freshness
from comity.crossings.records import (
    Advice,
    Asked,
    Check,
    CheckView,
    Direction,
    Document,
    Identity,
    Lane,
    Match,
    Outcome,
    Reject,
    Resolution,
    Sentence,
    ShowCheck,
)
from comity.crossings.referral_records import Rate, SetRate
from comity.documents import compose_zone
from tests.support.house import NOON
from tests.support.second_line_post import ARREST, LEAD, OFFICER, REFUSAL, SECOND, STRANGER, Post, open_post
from tests.support.zones import PASSPORT

NOBODY = Traveller(document=Document(country="XXA", number="SYN000000"), identity=Identity(surnames="Synthetic-Nobody"))
ALPHA = Traveller(
    identity=Identity(surnames="Synthetic-Alpha", forenames="Test Anna", birth_date="1980-02-03"),
    document=Document(country="XXA", number="SYN777777"),
)
BETA = Traveller(document=Document(country="XXA", number="SYN123456"))
BAD_DATE = Traveller(document=Document(number="SYN1"), identity=Identity(birth_date="12.4.79"))
EMPTY = Traveller()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_post(tmp_path) as opened:
        yield opened


def listed(*persons: Traveller) -> CheckList:
    return CheckList(
        conveyance="Synthetic ferry",
        direction=Direction.ENTRY,
        lane=Lane.THIRD_COUNTRY,
        crossing_point="frcqf-1",
        persons=persons,
    )


def check(post: Post, *persons: Traveller) -> Board:
    return post.run("crossing.check-list", listed(*persons), Board)


def test_the_board_orders_by_what_is_asked_for_and_then_as_listed(post: Post) -> None:
    board = check(post, NOBODY, ALPHA, NOBODY, BETA)

    assert [row.row.row for row in board.rows] == [4, 2, 1, 3]
    assert [row.row.sentence.code for row in board.rows] == [
        "arr.arrest",
        "ref.refuse-entry",
        "check.no-hit",
        "check.no-hit",
    ]
    assert board.rows[1].row.name == "Synthetic-Alpha, Test Anna"
    assert board.rows[1].row.document_ending == "7777"
    assert (board.tally.persons, board.tally.to_do, board.freshness) == (4, 2, Freshness.COPY)


def test_bad_rows_are_told_by_number_and_stop_no_other(post: Post) -> None:
    board = check(post, BAD_DATE, ALPHA, EMPTY)

    assert [(row.row, row.problems[0].field) for row in board.bad] == [
        (1, "identity.birth_date"),
        (3, "identity.surnames"),
    ]
    assert b"12.4.79" not in encode(board)
    assert [row.row.row for row in board.rows] == [2]
    assert board.tally.bad == 2


def test_a_list_without_a_good_row_is_refused_with_every_place(post: Post) -> None:
    with pytest.raises(BadInput) as refused:
        check(post, BAD_DATE, EMPTY)

    assert refused.value.code == "board.no-good-row"
    assert [problem.field for problem in refused.value.problems] == [
        "$.persons[0].identity.birth_date",
        "$.persons[1].identity.surnames",
    ]


def test_each_person_is_one_search_and_an_ordinary_check_that_can_be_decided(post: Post) -> None:
    board = check(post, ALPHA, NOBODY, BAD_DATE)
    row = board.rows[0].row

    view = post.run("crossing.show", ShowCheck(check=row.check), CheckView)
    other = Reject(check=row.check, alert=REFUSAL.id, version=1, reason="synthetic: another face")
    post.run("crossing.reject", other, Resolution)

    assert [match.alert.id for match in view.advice.matches] == [REFUSAL.id]
    assert [search.operation for search in post.house.searches] == ["crossing.check"] * 2
    assert {search.search for search in post.house.searches} == {each.row.check for each in board.rows}
    shown = post.run("board.show", ShowBoard(board=board.board), Board)
    assert [each.state for each in shown.rows] == [RowState.DONE, RowState.NOTHING_TO_DO]


def test_a_scanned_zone_stands_for_a_person(post: Post) -> None:
    board = check(post, Traveller(zone=compose_zone(PASSPORT)))

    (row,) = board.rows
    assert (row.row.outcome, row.row.name) == (Outcome.POSSIBLE, "SYNTHETIC MUELLER, TEST ANNA")


def test_whom_the_house_sends_on_stands_neutral_on_the_board(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(referral_rules, "is_discreet", discreet)

    post.run("referral.set-rate", SetRate(crossing_point="frcqf-1", per_thousand=1000), Rate, LEAD)

    board = check(post, NOBODY, BETA)

    shown = {(each.row.sentence.code, each.row.matches, each.row.rank, each.state) for each in board.rows}
    assert shown == {("check.officers-note", 0, 50, RowState.SECOND_LINE)}
    assert [each.row.row for each in board.rows] == [1, 2]
    assert ARREST.id.encode() not in encode(board)
    assert post.run("board.show", ShowBoard(board=board.board), Board) == board


def advised(*, must_not_show: bool, outcome: Outcome, matches: tuple[Match, ...]) -> Advice:
    return Advice(
        check=RecordId(ARREST.id),
        outcome=outcome,
        sentence=Sentence(code="dis.note", text="Discreet check: let nothing be noticed."),
        warnings=("armed",),
        matches=matches,
        reasons=(),
        obligations=(),
        must_not_show=must_not_show,
        freshness=Freshness.COPY,
        sources=(),
        incomplete=False,
        expires=NOON,
    )


def matched(category: str) -> Match:
    return Match(
        alert=RecordRef(kind="alert", id=ARREST.id, version=1),
        owner=ARREST.owner,
        category=category,
        action=Sentence(code="dis.note", text="Discreet check: let nothing be noticed."),
        evidence=(),
        separates=(),
        lane=Lane.THIRD_COUNTRY,
        must_not_show=True,
    )


def test_a_discreet_check_and_a_child_at_risk_read_alike_on_the_board() -> None:
    asked = Asked(direction=Direction.ENTRY, crossing_point="frcqf-1", lane=Lane.THIRD_COUNTRY)
    discreet_row = row_of(1, asked, advised(must_not_show=True, outcome=Outcome.POSSIBLE, matches=(matched("DIS"),)))
    child_row = row_of(1, asked, advised(must_not_show=False, outcome=Outcome.REFER, matches=(matched("CHI-A"),)))

    assert discreet_row.sentence.code == "check.officers-note"
    assert (discreet_row.outcome, discreet_row.warnings) == (Outcome.REFER, ())
    assert msgspec.structs.replace(discreet_row, rank=child_row.rank) == child_row
    assert b"iscreet" not in encode(discreet_row)


def test_a_board_tells_of_danger_and_not_of_health_nor_of_terrorism() -> None:
    asked = Asked(direction=Direction.ENTRY, crossing_point="frcqf-1", lane=Lane.THIRD_COUNTRY, role=Role.POLICE)
    advice = advised(must_not_show=False, outcome=Outcome.POSSIBLE, matches=(matched("ARR"),))
    told = msgspec.structs.replace(advice, warnings=("armed", "health_threat", "terrorism"))

    counter = referral_rules.at_the_counter(asked, Findings(candidates=(), sources=()), told, told.check, NOON)

    assert row_of(1, asked, told).warnings == ("armed",)
    assert counter.warnings == ("armed",)


def test_what_may_be_shown_is_told_on_the_board(post: Post) -> None:
    (row,) = check(post, BETA).rows

    assert (row.row.outcome, row.row.sentence.code) == (Outcome.POSSIBLE, "arr.arrest")


def discreet(_question: Check, one: Candidate) -> bool:
    return one.category == "ARR"


def test_a_preview_says_the_same_of_bad_rows_and_searches_for_nobody(post: Post) -> None:
    preview = post.run("board.preview", listed(BAD_DATE, ALPHA, EMPTY), Preview)

    assert preview.good == 1
    assert preview.bad == check(post, BAD_DATE, ALPHA, EMPTY).bad
    assert len(post.house.searches) == 1


def test_boards_are_of_their_authority_and_go_after_a_day(post: Post) -> None:
    board = check(post, NOBODY)
    assert [one.board for one in post.run("board.list", ListBoards(), BoardList, SECOND).boards] == [board.board]
    assert post.run("board.list", ListBoards(), BoardList, STRANGER).boards == ()
    with pytest.raises(NotFound):
        post.run("board.show", ShowBoard(board=board.board), Board, STRANGER)

    post.house.clock.move(24 * HOUR_US)
    with pytest.raises(NotFound):
        post.run("board.show", ShowBoard(board=board.board), Board)
    with post.house.work(OFFICER) as work:
        assert board_store.erase_expired(work, 10) == 1
    with post.house.work(OFFICER) as work:
        assert board_store.erase_expired(work, 10) == 0


def test_a_list_holds_one_to_two_hundred_persons(post: Post) -> None:
    full = listed(*[NOBODY] * 200)
    assert post.run("board.preview", full, Preview).good == 200

    for persons in ((), (NOBODY,) * 201):
        with pytest.raises(BadInput):
            post.run("board.preview", msgspec.structs.replace(full, persons=persons), Preview)
