"""An automatic gate opens or sends to an officer; it never refuses, and says the same whatever the reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.errors import Refused
from comity.core.ports import Search, Work
from comity.core.time import CivilDate, PartialDate
from comity.crossings import gates
from comity.crossings.gates import GateAnswer, GateWord, PassGate, is_plain
from comity.crossings.records import CheckView, Direction, Lane, ShowCheck
from comity.documents import compose_zone, read_zone
from comity.documents.records import ZoneFields, ZoneFormat
from tests.support.border_post import Post, open_post
from tests.support.zones import PASSPORT, SPECIMENS, TODAY, exchanged, text_of

NOBODY = msgspec.structs.replace(PASSPORT, primary="Entirely", secondary="Unlisted", number="SYN999999")
SOUGHT = msgspec.structs.replace(
    NOBODY, primary="Synthetic-Beta", secondary="Test Anna", birth_date=PartialDate("1975-05-06")
)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_post(tmp_path) as opened:
        check = next(each for each in opened.operations if each.name == "crossing.check")
        opened.operations = (*opened.operations, *gates.make_operations(check))
        yield opened


def stand(post: Post, fields: ZoneFields | str) -> GateAnswer:
    zone = fields if isinstance(fields, str) else compose_zone(fields)
    command = PassGate(zone=zone, direction=Direction.ENTRY, lane=Lane.FREE_MOVEMENT, crossing_point="frcqf-1")
    return post.ask("crossing.pass-gate", command, GateAnswer)


def test_it_opens_for_whom_there_is_nothing_on_record(post: Post) -> None:
    told = stand(post, NOBODY)

    assert told.answer is GateWord.OPEN
    assert post.ask("crossing.show", ShowCheck(check=told.passage), CheckView).advice.matches == ()
    assert len(post.house.searches) == 1


def test_whoever_may_be_sought_goes_to_an_officer_who_finds_the_check_by_its_number(post: Post) -> None:
    told = stand(post, SOUGHT)

    assert told.answer is GateWord.TO_OFFICER
    assert len(post.ask("crossing.show", ShowCheck(check=told.passage), CheckView).advice.matches) == 1


def misread() -> str:
    first, second = compose_zone(NOBODY).split("\n")
    return text_of(exchanged((first, second), 2, 4, "I"))


@pytest.mark.parametrize(
    "zone",
    [
        misread(),
        "",
        "P<",
        "\N{RIGHT-TO-LEFT OVERRIDE}" * 40,
        text_of(SPECIMENS[ZoneFormat.TD3]),
        text_of(SPECIMENS[ZoneFormat.MRV_A]),
        compose_zone(msgspec.structs.replace(NOBODY, expiry_date=CivilDate("2026-11-24"))),
        compose_zone(msgspec.structs.replace(NOBODY, birth_date=PartialDate("2008-11-26"))),
        compose_zone(msgspec.structs.replace(NOBODY, birth_date=PartialDate("2008"))),
        compose_zone(msgspec.structs.replace(NOBODY, birth_date=None)),
    ],
    ids=["misread", "empty", "cut", "bidi", "specimen", "visa", "expired", "child", "year-only", "no-age"],
)
def test_what_it_cannot_be_sure_of_goes_to_an_officer_in_the_same_words(post: Post, zone: str) -> None:
    told = stand(post, zone)

    assert told.answer is GateWord.TO_OFFICER
    assert len(told.passage) == 26


def test_where_no_search_can_be_logged_nothing_is_kept_and_an_officer_sees_to_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_work: Work, _search: Search) -> None:
        raise Refused("search-log.no-key", "Synthetic.")

    monkeypatch.setattr("comity.crossings.batch.RowWork.log_search", refuse)

    told = stand(post, NOBODY)

    assert told.answer is GateWord.TO_OFFICER
    assert post.house.searches == []


@given(
    born=st.dates().map(lambda day: PartialDate(day.isoformat())),
    expires=st.dates().map(lambda day: CivilDate(day.isoformat())),
)
def test_no_child_and_no_expired_document_ever_passes(born: PartialDate, expires: CivilDate) -> None:
    zone = read_zone(compose_zone(NOBODY), TODAY)

    plain = is_plain(msgspec.structs.replace(zone, birth_date=born, expiry_date=expires), TODAY)

    assert plain is (born <= "2008-11-25" and expires >= TODAY)
