from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from comity.core import codec
from comity.core.errors import BadInput, ComityError, Conflict, NotPermitted, NotSignedIn, Pending, Refused
from comity.core.ids import AccountId, Owner
from comity.core.ports import Actor
from comity.core.vocabulary import Function, Permission, Purpose, Role
from comity.identity import (
    METADATA,
    OPERATIONS,
    Foundation,
    Founded,
    actor_of_token,
    found,
    hold,
    live_session,
    store,
    token_digest,
)
from comity.identity.commands import (
    AccountCreated,
    ApprovalPage,
    CloseSession,
    CreateAccount,
    CreateAuthority,
    Decide,
    Decided,
    DisableAccount,
    GrantFunction,
    ListApprovals,
    OpenSession,
    SessionOpened,
    SessionShown,
    SetPassword,
    ShowSession,
)
from comity.identity.records import Authority
from comity.runtime.run import Runtime
from tests.support.house import House, call, open_house

NOBODY = Actor(account=AccountId(""), user="", owner=Owner(party="FRA", authority=""), role=None, signed_in=False)
SECOND = 1_000_000
PHRASE = "a long synthetic phrase"


class Node:
    """A founded node with helpers that speak through the runtime."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.runtime: Runtime = house.runtime(OPERATIONS, hold)
        authorities = (Authority(id="border-police", name="Border police", party="FRA", roles=(Role.BORDER_GUARD,)),)
        with house.work(NOBODY) as work:
            self.founded: Founded = found(work, Foundation(party="FRA", profile="exercise", authorities=authorities))

    def ask(self, operation: str, command: msgspec.Struct, who: Actor, request_id: str | None = None) -> bytes:
        return self.runtime.run(call(operation, command, request_id=request_id), who).body

    def sign_in(self, name: str, password: str, **more: str) -> SessionOpened:
        command = OpenSession(name=name, password=password, **more)  # type: ignore[arg-type]  # enum words
        return codec.decode_as(self.ask("session.open", command, NOBODY), SessionOpened)

    def actor(self, opened: SessionOpened) -> Actor:
        with self.house.work(NOBODY) as work:
            return actor_of_token(work.read, token_digest(opened.token), work.recorded_at)

    def person(self, name: str) -> Actor:
        """Sign in with the one-time password, change it, sign in again."""
        password = next(made.one_time_password for made in self.founded.accounts if made.account.name == name)
        self.ask(
            "account.set-password", SetPassword(current=password, new=PHRASE), self.actor(self.sign_in(name, password))
        )
        return self.actor(self.sign_in(name, PHRASE))

    def create(self, name: str, who: Actor, authority: str = "border-police") -> AccountCreated:
        body = self.ask("account.create", CreateAccount(name=name, authority=authority), who)
        return codec.decode_as(body, AccountCreated)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    with open_house(tmp_path, METADATA) as house:
        opened = Node(house)
        yield opened
        opened.runtime.close()


def refusal(ask: object, *arguments: object) -> ComityError:
    with pytest.raises(ComityError) as caught:
        ask(*arguments)  # type: ignore[operator]  # any callable
    return caught.value


def test_the_first_people_are_made_once(node: Node) -> None:
    assert [made.account.name for made in node.founded.accounts] == ["administrator-1", "administrator-2", "supervisor"]
    assert {authority.id for authority in node.founded.authorities} == {
        "border-police",
        "node-operator",
        "data-protection",
    }
    with node.house.work(NOBODY) as work, pytest.raises(Conflict):
        found(work, Foundation(party="FRA", profile="exercise", authorities=()))


def test_a_one_time_password_opens_nothing_but_its_own_change(node: Node) -> None:
    password = node.founded.accounts[0].one_time_password
    first = node.sign_in("administrator-1", password)

    assert first.must_change_password
    assert node.actor(first).permissions == {Permission.SESSION_OWN}
    assert Permission.ACCOUNT_MANAGE in node.person("administrator-1").permissions
    assert isinstance(refusal(node.sign_in, "administrator-1", password), NotSignedIn)


def test_unknown_names_wrong_passwords_and_disabled_accounts_look_alike(node: Node) -> None:
    admin = node.person("administrator-1")
    made = node.create("synthetic.guard", admin)
    node.ask("account.disable", DisableAccount(account="synthetic.guard"), admin)

    answers = {
        str(refusal(node.sign_in, "nobody.here", PHRASE)),
        str(refusal(node.sign_in, "administrator-1", "wrong")),
        str(refusal(node.sign_in, "synthetic.guard", made.one_time_password)),
    }

    assert len(answers) == 1


def test_failures_in_a_row_make_an_account_wait_and_success_forgives(node: Node) -> None:
    node.person("administrator-1")
    for _ in range(3):
        refusal(node.sign_in, "administrator-1", "wrong")

    waiting = refusal(node.sign_in, "administrator-1", PHRASE)
    node.house.clock.move(5 * SECOND)
    opened = node.sign_in("administrator-1", PHRASE)

    assert waiting.code == "session.refused"
    assert opened.authority == "node-operator"
    with node.house.work(NOBODY) as work:
        row = store.get_account_row(work.read, "administrator-1")
        assert (row.failures, row.locked_until) == (0, 0)


def test_guesses_sent_at_one_moment_are_all_counted(node: Node) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: refusal(node.sign_in, "administrator-1", "wrong"), range(3)))

    with node.house.work(NOBODY) as work:
        assert store.get_account_row(work.read, "administrator-1").failures == 3


def test_no_token_and_no_password_stands_in_the_database(node: Node) -> None:
    node.person("administrator-1")
    opened = node.sign_in("administrator-1", PHRASE)

    with node.house.work(NOBODY) as work:
        everything = repr([work.read(select(table)) for table in METADATA.sorted_tables])

    assert opened.token not in everything
    assert PHRASE not in everything
    assert token_digest(opened.token) in everything


def test_a_repeated_sign_in_request_does_not_give_the_token_again(node: Node) -> None:
    node.person("administrator-1")
    command = OpenSession(name="administrator-1", password=PHRASE)
    node.ask("session.open", command, NOBODY, "same-request")

    assert refusal(node.ask, "session.open", command, NOBODY, "same-request").code == "request-id.answered-once"


def test_a_session_ends_when_idle_at_its_end_and_at_sign_out(node: Node) -> None:
    node.person("administrator-1")
    idle, closed, kept = (node.sign_in("administrator-1", PHRASE) for _ in range(3))
    node.ask("session.close", CloseSession(token=closed.token), node.actor(closed))

    assert refusal(node.actor, closed).code == "session.ended"
    for _ in range(25):
        node.house.clock.move(28 * 60 * SECOND)
        with node.house.work(NOBODY) as work:
            work.change(*live_session(work.read, token_digest(kept.token), work.recorded_at).touch)
    node.house.clock.move(25 * 60 * SECOND)
    assert refusal(node.actor, kept).code == "session.ended"
    assert refusal(node.actor, idle).code == "session.ended"


def test_a_function_takes_two_administrators(node: Node) -> None:
    one, two = node.person("administrator-1"), node.person("administrator-2")
    made = node.create("synthetic.guard", one)
    grant = GrantFunction(account="synthetic.guard", function=Function.FIRST_LINE, authority="border-police")

    with pytest.raises(Pending) as pending:
        node.ask("account.grant", grant, one)
    approval = Decide(approval=pending.value.approval)
    waiting = codec.decode_as(node.ask("approval.list", ListApprovals(), two), ApprovalPage)

    assert refusal(node.ask, "approval.approve", approval, one).code == "approval.own-request"
    assert [found.id for found in waiting.approvals] == [approval.approval]
    decided = codec.decode_as(node.ask("approval.approve", approval, two), Decided)
    assert decided.operation == "account.grant"
    assert refusal(node.ask, "approval.approve", approval, two).code == "approval.decided"
    guard = node.sign_in("synthetic.guard", made.one_time_password)
    with node.house.work(NOBODY) as work:
        account = store.get_account_row(work.read, "synthetic.guard")
        assert store.memberships(work.read, (account.id,))[account.id][0].functions == (Function.FIRST_LINE,)
        (row,) = work.read(select(store.APPROVAL))
        assert row.command is None
    assert guard.role is Role.BORDER_GUARD


def test_a_held_act_lapses_after_seven_days(node: Node) -> None:
    one, two = node.person("administrator-1"), node.person("administrator-2")
    node.create("synthetic.guard", one)
    with pytest.raises(Pending) as pending:
        node.ask(
            "account.grant",
            GrantFunction(account="synthetic.guard", function=Function.FIRST_LINE, authority="border-police"),
            one,
        )

    node.house.clock.move(7 * 86_400 * SECOND)

    assert (
        refusal(node.ask, "approval.approve", Decide(approval=pending.value.approval), two).code == "approval.expired"
    )


def test_an_act_that_fails_at_approval_still_waits_and_can_be_withdrawn(node: Node) -> None:
    one, two = node.person("administrator-1"), node.person("administrator-2")
    node.create("synthetic.guard", one)
    held = []
    for function in (Function.TREATY_OFFICER, Function.TREATY_OFFICER):
        with pytest.raises(Pending) as pending:
            node.ask("account.grant", GrantFunction(account="synthetic.guard", function=function), one)
        held.append(Decide(approval=pending.value.approval))
    node.ask("approval.approve", held[0], two)

    assert refusal(node.ask, "approval.approve", held[1], two).code == "account.function-held"
    assert not codec.decode_as(node.ask("approval.reject", held[1], one), Decided).approved
    assert refusal(node.ask, "approval.approve", held[1], two).code == "approval.decided"


def test_what_could_not_be_done_now_is_not_held(node: Node) -> None:
    asked = GrantFunction(account="administrator-1", function=Function.FIRST_LINE)

    assert refusal(node.ask, "account.grant", asked, node.person("administrator-2")).code == "account.functions-apart"


def test_the_beneficiary_does_not_approve(node: Node) -> None:
    one, two = node.person("administrator-1"), node.person("administrator-2")
    with pytest.raises(Pending) as pending:
        node.ask("account.grant", GrantFunction(account="administrator-2", function=Function.TREATY_OFFICER), one)

    failed = refusal(node.ask, "approval.approve", Decide(approval=pending.value.approval), two)

    assert failed.code == "account.grant-to-self"


def test_two_administrators_always_remain(node: Node) -> None:
    one = node.person("administrator-1")
    revoke = GrantFunction(account="administrator-2", function=Function.ADMINISTRATOR)

    assert refusal(node.ask, "account.revoke-function", revoke, one).code == "account.last-administrators"
    assert isinstance(refusal(node.ask, "account.disable", DisableAccount(account="administrator-2"), one), Refused)


def test_a_revoked_function_and_a_disabled_account_work_at_once(node: Node) -> None:
    one, two = node.person("administrator-1"), node.person("administrator-2")
    made = node.create("synthetic.guard", one)
    with pytest.raises(Pending) as pending:
        node.ask(
            "account.grant",
            GrantFunction(account="synthetic.guard", function=Function.FIRST_LINE, authority="border-police"),
            one,
        )
    node.ask("approval.approve", Decide(approval=pending.value.approval), two)
    first = node.actor(node.sign_in("synthetic.guard", made.one_time_password))
    node.ask("account.set-password", SetPassword(current=made.one_time_password, new=PHRASE), first)
    opened = node.sign_in("synthetic.guard", PHRASE)
    before = node.actor(opened)

    node.ask(
        "account.revoke-function",
        GrantFunction(account="synthetic.guard", function=Function.FIRST_LINE, authority="border-police"),
        one,
    )
    after = node.actor(opened)
    node.ask("account.disable", DisableAccount(account="synthetic.guard"), one)

    assert Permission.CROSSING_CHECK in before.permissions
    assert Permission.CROSSING_CHECK not in after.permissions
    assert isinstance(refusal(node.actor, opened), NotSignedIn)


def test_a_session_shows_its_person(node: Node) -> None:
    one = node.person("administrator-1")

    shown = codec.decode_as(node.ask("session.show", ShowSession(), one), SessionShown)

    assert (shown.name, shown.authority, shown.functions) == (
        "administrator-1",
        "node-operator",
        (Function.ADMINISTRATOR,),
    )


def test_a_new_authority_is_the_operators_to_make_and_exists_once(node: Node) -> None:
    one = node.person("administrator-1")
    command = CreateAuthority(id="court", name="Synthetic court", roles=(Role.JUDICIAL_AUTHORITY,))

    node.ask("authority.create", command, one)

    assert refusal(node.ask, "authority.create", command, one).code == "authority.exists"
    outsider = msgspec.structs.replace(one, owner=Owner(party="FRA", authority="border-police"))
    other = msgspec.structs.replace(command, id="court-2")
    assert isinstance(refusal(node.ask, "authority.create", other, outsider), NotPermitted)


def test_an_easy_new_password_is_refused(node: Node) -> None:
    one = node.person("administrator-1")

    failed = refusal(node.ask, "account.set-password", SetPassword(current=PHRASE, new="short"), one)

    assert isinstance(failed, BadInput)
    assert Purpose.ADMINISTRATION in OPERATIONS[0].purposes
