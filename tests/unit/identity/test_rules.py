from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.errors import BadInput, Conflict, NotPermitted, Refused
from comity.core.ids import Owner
from comity.core.ports import Actor
from comity.core.time import Instant
from comity.core.vocabulary import PERMISSIONS, Function, Permission
from comity.identity import rules
from tests.support.house import actor

OWNER = Owner(party="FRA", authority="node-operator")


@pytest.mark.parametrize(
    ("failures", "delay_s"), [(0, 0), (1, 0), (2, 0), (3, 5), (4, 10), (5, 20), (10, 640), (11, 900), (10_000, 900)]
)
def test_the_wait_grows_with_failures_and_has_an_end(failures: int, delay_s: int) -> None:
    assert rules.lock_delay_s(failures) == delay_s


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password.too-short"),
        ("aaaaaaaaaaaaaaaa", "password.monotonous"),
        ("anna.synthetic is me", "password.holds-name"),
        ("the old long phrase", "password.unchanged"),
    ],
)
def test_an_easy_password_is_refused_without_being_repeated(password: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        rules.check_new_password(password, name="anna.synthetic", current="the old long phrase")

    assert caught.value.code == code
    assert password not in str(caught.value)


def test_a_long_phrase_is_accepted() -> None:
    rules.check_new_password("four quiet words here", name="anna", current="another")


@pytest.mark.parametrize(
    ("present", "added", "apart"),
    [
        ([], Function.ADMINISTRATOR, False),
        ([Function.ADMINISTRATOR], Function.FIRST_LINE, True),
        ([Function.FIRST_LINE], Function.ADMINISTRATOR, True),
        ([Function.ADMINISTRATOR], Function.TREATY_OFFICER, False),
        ([Function.FIRST_LINE], Function.ALERT_OFFICER, False),
        ([Function.DATA_PROTECTION_SUPERVISOR], Function.BUREAU_OFFICER, True),
        ([Function.TREATY_OFFICER], Function.DATA_PROTECTION_SUPERVISOR, True),
    ],
)
def test_who_runs_or_supervises_does_not_search(present: list[Function], added: Function, apart: bool) -> None:
    if not apart:
        rules.check_functions(present, added)
        return
    with pytest.raises(Refused) as caught:
        rules.check_functions(present, added)
    assert caught.value.code == "account.functions-apart"


@pytest.mark.parametrize(
    ("approver", "asker", "code"),
    [
        (actor("FRA", "node-operator", Function.ADMINISTRATOR, name="b"), "a", None),
        (actor("FRA", "node-operator", Function.ADMINISTRATOR, name="a"), "a", "approval.own-request"),
        (actor("FRA", "police", Function.ADMINISTRATOR, name="b"), "a", "approval.not-yours"),
        (actor("FRA", "node-operator", Function.FIRST_LINE, name="b"), "a", "approval.not-yours"),
    ],
)
def test_a_second_person_is_another_of_the_same_authority_with_the_permission(
    approver: Actor, asker: str, code: str | None
) -> None:
    def check() -> None:
        rules.check_approver(approver, asker=asker, owner=OWNER, permission=Permission.ACCOUNT_MANAGE)

    if code is None:
        check()
        return
    with pytest.raises(NotPermitted) as caught:
        check()
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("state", "at", "fails"), [("waiting", 9, False), ("waiting", 10, True), ("approved", 1, True)]
)
def test_a_decided_or_lapsed_request_cannot_be_decided(state: str, at: int, fails: bool) -> None:
    if not fails:
        rules.check_waiting(state, Instant(10), Instant(at))
        return
    with pytest.raises(Conflict):
        rules.check_waiting(state, Instant(10), Instant(at))


@given(st.binary(min_size=15, max_size=15))
def test_a_one_time_password_can_be_read_out_and_passes_the_length_rule(random: bytes) -> None:
    password = rules.one_time_password(random)

    assert [len(group) for group in password.split("-")] == [4] * 6
    assert len(password) >= rules.MIN_PASSWORD


@pytest.mark.parametrize(
    "searching", [function for function, given in PERMISSIONS.items() if Permission.CROSSING_CHECK in given]
)
def test_nobody_who_manages_accounts_is_granted_a_search_nor_the_other_way_round(searching: Function) -> None:
    managing = [function for function, given in PERMISSIONS.items() if Permission.ACCOUNT_MANAGE in given]

    for held, added in [(one, searching) for one in managing] + [(searching, one) for one in managing]:
        with pytest.raises(Refused) as refusal:
            rules.check_functions([held], added)
        assert refusal.value.code == "account.functions-apart"
