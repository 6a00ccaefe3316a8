"""Nobody searches for themselves: told by keyed digests of the account holder's own papers, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from comity.core.errors import BadInput, NotPermitted
from comity.core.ports import Actor
from comity.core.vocabulary import Function
from comity.identity import METADATA, store
from comity.identity.own_identity import OWN_IDENTITY, SetIdentity, is_own, set_identity
from comity.identity.records import Account, AccountState, Authority, Membership
from tests.support.house import House, actor, call, open_house

ADMINISTRATOR = actor("FRA", "border-police", Function.ADMINISTRATOR, name="synthetic-9")
STRANGER = actor("FRA", "customs", Function.ADMINISTRATOR, name="synthetic-8")
OFFICER = actor("FRA", "border-police", Function.FIRST_LINE)
COLLEAGUE = actor("FRA", "border-police", Function.FIRST_LINE, name="synthetic-2")
PAPERS = SetIdentity(
    account="officer.one", documents=("SYN 123-456",), surnames="Synthetic-M\u00fcller", birth_date="1980-02-03"
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as opened:
        with opened.work(ADMINISTRATOR) as work:
            for authority in ("border-police", "customs"):
                work.change(store.insert_authority(Authority(id=authority, name="A", party="FRA", roles=())))
            account = Account(
                id=OFFICER.account,
                name="officer.one",
                user=OFFICER.user,
                state=AccountState.ACTIVE,
                must_change_password=False,
                memberships=(Membership(authority="border-police", functions=(Function.FIRST_LINE,)),),
            )
            work.change(*store.insert_account(account, "hash", work.recorded_at))
        yield opened


def note(house: House, command: SetIdentity = PAPERS, who: Actor = ADMINISTRATOR) -> None:
    house.runtime((set_identity,)).run(call("account.set-identity", command), who)


def own(
    house: House, number: str = "", surnames: str | None = None, born: str | None = None, who: Actor = OFFICER
) -> bool:
    with house.work(who) as work:
        return is_own(work, (number,) if number else (), surnames, born)


@pytest.mark.parametrize("number", ["SYN123456", "syn 123 456", "SYN123-456"])
def test_the_own_document_is_told_however_it_is_written(house: House, number: str) -> None:
    note(house)

    assert own(house, number)
    assert not own(house, "SYN123457")


@pytest.mark.parametrize("surnames", ["Synthetic-M\u00fcller", "SYNTHETIC MUELLER", "synthetic muller"])
def test_the_own_name_is_told_with_the_whole_date_of_birth_only(house: House, surnames: str) -> None:
    note(house)

    assert own(house, surnames=surnames, born="1980-02-03")
    assert not own(house, surnames=surnames, born="1980-02-04")
    assert not own(house, surnames=surnames, born="1980")
    assert not own(house, surnames=surnames)


def test_a_colleague_may_search_and_so_may_whoever_nothing_is_known_of(house: House) -> None:
    note(house)

    assert not own(house, "SYN123456", who=COLLEAGUE)


def test_what_is_set_later_replaces_what_was_set_and_nothing_forgets_it(house: House) -> None:
    note(house)
    note(house, SetIdentity(account="officer.one", documents=("SYN999999",)))
    assert (own(house, "SYN123456"), own(house, "SYN999999")) == (False, True)

    note(house, SetIdentity(account="officer.one"))
    with house.work(OFFICER) as work:
        assert work.read(select(OWN_IDENTITY)) == []


def test_no_value_is_kept_and_equal_values_of_two_accounts_look_different(house: House) -> None:
    note(house)
    with house.work(OFFICER) as work:
        (first,) = work.read(select(OWN_IDENTITY))
    note(house)
    with house.work(OFFICER) as work:
        (second,) = work.read(select(OWN_IDENTITY))

    assert b"123456" not in first.marks
    assert len(first.marks) == 64
    assert not {first.marks[:32], first.marks[32:]} & {second.marks[:32], second.marks[32:]}


def test_officers_and_other_authorities_set_nothing(house: House) -> None:
    for who in (OFFICER, STRANGER):
        with pytest.raises(NotPermitted):
            note(house, who=who)


def test_a_date_that_is_none_is_refused(house: House) -> None:
    with pytest.raises(BadInput):
        note(house, SetIdentity(account="officer.one", surnames="Synthetic", birth_date="3.2.80"))
