"""Who may ask for what, on a real node: the whole catalogue against every function, as a closed list."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import pytest

from comity.core.errors import ComityError, NotPermitted, Refused
from comity.core.vocabulary import Function, Purpose
from comity.crossings.records import Advice
from comity.exercise.client import Client
from comity.exercise.federation import Member
from comity.oversight.records import KeySet, SearchLogPage
from tests.support.live import Answered, ask, one_node, people, post

PASSPHRASE = "synthetic passphrase of a supervisor"
ADMINISTRATOR, GUARD, SECOND, LEAD, OFFICER, BUREAU, TREATY, TRAINER, SUPERVISOR = Function
GROUPS: tuple[tuple[str, set[Function]], ...] = (
    ("session.close session.show account.set-password", set(Function)),
    ("approval.list approval.approve approval.reject", set(Function)),
    ("agreement.list agreement.show authority.list job.list job.show", set(Function)),
    ("agreement.history agreement.ask agreement.exchanges agreement.aftermath", set(Function)),
    (
        "account.create account.grant account.revoke-function account.disable account.set-identity authority.create",
        {ADMINISTRATOR},
    ),
    ("peer.trust peer.distrust peer.compare node.trust witness.appoint witness.dismiss", {ADMINISTRATOR}),
    ("account.list ledger.list ledger.prove ledger.checkpoint ledger.verify witness.list", {ADMINISTRATOR, SUPERVISOR}),
    ("peer.list peer.queue peer.streams peer.holders", {ADMINISTRATOR, BUREAU, TREATY, SUPERVISOR}),
    ("copy.register-device copy.retire-device", {ADMINISTRATOR}),
    ("copy.make copy.report", {LEAD}),
    ("copy.list", {ADMINISTRATOR, LEAD, SUPERVISOR}),
    ("keys.request-root keys.request keys.request-revocation keys.install", {ADMINISTRATOR}),
    ("keys.show keys.deeds", {ADMINISTRATOR, BUREAU, TREATY, SUPERVISOR}),
    ("node.diagnose", {ADMINISTRATOR, BUREAU, TREATY, SUPERVISOR}),
    ("deadline.start deadline.meet deadline.cancel deadline.erase-done", {BUREAU, SUPERVISOR}),
    ("deadline.list deadline.figures", {OFFICER, BUREAU, TREATY, SUPERVISOR}),
    ("agreement.draft agreement.propose agreement.sign agreement.complete agreement.notify", {TREATY}),
    ("agreement.suspend agreement.resume agreement.terminate", {TREATY}),
    ("agreement.lose-protection agreement.restore-protection agreement.accede agreement.reserve", {TREATY}),
    ("agreement.withdraw-reservation agreement.opt-out agreement.opt-in", {TREATY}),
    ("alert.enter alert.change alert.extend alert.delete alert.keep", {OFFICER}),
    ("alert.link alert.unlink alert.hide alert.reveal alert.add-victim alert.remove-victim", {OFFICER}),
    ("alert.look-first alert.wait alert.waiting alert.enter-waiting alert.drop-waiting", {OFFICER}),
    ("alert.tell-achieved alert.flag alert.unflag alert.hide-links alert.vettings alert.vet", {BUREAU}),
    ("alert.refuse-from alert.accept-from alert.held alert.decide-held", {BUREAU}),
    ("alert.sweep", {BUREAU, SUPERVISOR}),
    ("alert.show alert.list alert.history alert.flags", {OFFICER, BUREAU}),
    ("alert.show-victim alert.refusals alert.codes protection.ask-place", {OFFICER, BUREAU}),
    ("protection.record-order protection.lift-order protection.orders", {OFFICER}),
    ("alert.figures", {SUPERVISOR}),
    ("victim.record victim.prolong victim.end victim.list", {SECOND}),
    (
        "crossing.check crossing.confirm crossing.reject crossing.cannot-tell crossing.undo crossing.show",
        {GUARD, SECOND},
    ),
    ("crossing.ask-abroad crossing.look-up-blind crossing.match crossing.send-probe", {GUARD, SECOND}),
    ("crossing.pass-gate crossing.read-plates", {GUARD, SECOND}),
    ("crossing.rescreen crossing.show-rescreen", {SECOND}),
    ("desk.open desk.show desk.close", {GUARD, SECOND}),
    ("crossing-point.add crossing-point.retire", {ADMINISTRATOR}),
    ("crossing-point.list", set(Function)),
    ("crossing.check-list board.preview board.show board.list", {GUARD, SECOND}),
    ("referral.open referral.mine", {GUARD, SECOND}),
    ("referral.queue referral.take referral.release referral.show referral.resolve referral.refusal", {SECOND}),
    ("referral.set-rate referral.figures", {LEAD}),
    ("document.read", {GUARD, SECOND}),
    ("bureau.drafts bureau.cases bureau.show bureau.edit bureau.send bureau.return", {BUREAU}),
    ("bureau.inbox bureau.read bureau.acknowledge bureau.answer", {BUREAU}),
    ("bureau.file bureau.reopen bureau.figures bureau.waiting", {BUREAU}),
    ("bureau.questions bureau.reply", {GUARD, SECOND}),
    ("bureau.tick bureau.tell-officer duty.alarms duty.acknowledge", {BUREAU}),
    ("bureau.outcomes", {GUARD, SECOND}),
    ("bureau.unit-hits", {OFFICER}),
    ("duty.plan duty.drop duty.roster duty.hand-over duty.accept duty.hand-overs", {GUARD, SECOND, LEAD, BUREAU}),
    ("quality.report quality.findings quality.score", {OFFICER, BUREAU}),
    ("unchecked.note unchecked.list unchecked.settle", {GUARD, SECOND}),
    ("letter.consultations", {BUREAU}),
    ("letter.forms letter.template letter.send letter.list letter.show letter.take-on letter.answer", {BUREAU}),
    ("letter.remark letter.note letter.close letter.withdraw letter.reciprocity", {BUREAU}),
    ("list.stage list.import list.release list.drop list.status list.report list.entries list.show", {BUREAU}),
    ("list.designate list.enter-alert list.update-alert list.bans", {BUREAU}),
    ("training.scenarios training.next training.scores training.list", {GUARD, TRAINER}),
    ("training.open training.inject training.undo training.export training.reset", {TRAINER}),
    ("training.close training.erase", {TRAINER}),
    ("search-log.set-key search-log.read search-log.sweep", {SUPERVISOR}),
    ("search-log.sample search-log.export search-log.mark search-log.figures", {SUPERVISOR}),
)
MAY = {operation: functions for operations, functions in GROUPS for operation in operations.split()}
OPEN_TO_NOBODY = {"session.open"}
CHECK: dict[str, object] = {
    "direction": "entry",
    "crossing_point": "exercise-airport",
    "lane": "third-country",
    "identity": {"surnames": "Synthetic-Nobody", "birth_date": "1970-01-01"},
    "justification": "Exercise: no document at hand.",
    "case": "synthetic-1",
}


@dataclass(frozen=True)
class Town:
    member: Member
    people: dict[Function, Client]

    @property
    def url(self) -> str:
        return self.member.node.url

    def catalogue(self) -> list[str]:
        """What the node itself says that it can be asked."""
        return list(msgspec.json.decode(ask(self.url, "GET", "/v1").body)["operations"])

    def knock(self, operation: str, token: str | None) -> Answered:
        """Ask with a command that no operation understands: who may ask learns that, and nothing happens."""
        subject, _, verb = operation.partition(".")
        body = msgspec.json.encode({"command": {"nothing-such": 1}, "request_id": secrets.token_hex(16)})
        return post(self.url, f"/v1/{subject}/{verb}", body, token)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with one_node(tmp_path_factory.mktemp("authorisation")) as member:
        yield Town(member, people(member))


def test_exactly_the_functions_of_the_closed_list_pass(town: Town) -> None:
    catalogue = town.catalogue()
    assert set(catalogue) == set(MAY) | OPEN_TO_NOBODY

    passed = {
        operation: {
            function for function, client in town.people.items() if allowed(town.knock(operation, client.token))
        }
        for operation in catalogue
        if operation not in OPEN_TO_NOBODY
    }

    assert passed == MAY


def allowed(answer: Answered) -> bool:
    problem = msgspec.json.decode(answer.body)
    if answer.status == 403:
        assert problem["code"] == "permission.missing"
        return False
    assert answer.status == 422, problem
    return True


@pytest.mark.parametrize("token", [None, "f" * 64, "not a token"])
def test_nobody_passes_anywhere(town: Town, token: str | None) -> None:
    answers = {operation: town.knock(operation, token) for operation in town.catalogue()}

    passed = {operation for operation, answer in answers.items() if answer.status != 401}
    assert passed <= OPEN_TO_NOBODY
    assert all("www-authenticate" in answers[operation].headers for operation in answers if operation not in passed)


def test_only_the_shell_of_the_machine_trusts_without_a_second_person(town: Town) -> None:
    administrator = town.people[ADMINISTRATOR]
    document = (town.member.node.directory / "identity.json").read_text("utf-8")

    with pytest.raises(NotPermitted):
        administrator.call("node.trust", {"document": document}, dict, purpose=Purpose.ADMINISTRATION)


def test_nobody_searches_for_themselves_once_it_is_known_who_they_are(town: Town) -> None:
    town.people[SUPERVISOR].call("search-log.set-key", {"passphrase": PASSPHRASE}, KeySet)
    papers = {"account": "guard-1", "documents": ["SYN 4711"], "surnames": "Synthetic", "birth_date": "1980-02-03"}
    town.people[ADMINISTRATOR].call("account.set-identity", papers, dict)
    own = {**CHECK, "identity": {}, "document": {"number": "syn4711"}}
    by_name = {**CHECK, "identity": {"surnames": "SYNTHETIC", "birth_date": "1980-02-03"}}

    for question in (own, by_name):
        with pytest.raises(Refused) as refusal:
            town.people[GUARD].call("crossing.check", question, Advice, purpose=Purpose.BORDERS)
        assert refusal.value.code == "crossing.self-search"


def test_nobody_but_the_supervisor_reads_the_search_log_and_only_with_the_passphrase(town: Town) -> None:
    supervisor = town.people[SUPERVISOR]
    supervisor.call("search-log.set-key", {"passphrase": PASSPHRASE}, KeySet)
    town.people[GUARD].call("crossing.check", CHECK, Advice, purpose=Purpose.BORDERS)

    for function, client in town.people.items():
        if function is not SUPERVISOR:
            with pytest.raises(NotPermitted):
                client.call("search-log.read", {"passphrase": PASSPHRASE}, SearchLogPage)
    with pytest.raises(Refused) as wrong:
        supervisor.call("search-log.read", {"passphrase": PASSPHRASE + "?"}, SearchLogPage)
    page = supervisor.call("search-log.read", {"passphrase": PASSPHRASE}, SearchLogPage)

    assert wrong.value.code == "search-log.wrong-passphrase"
    assert len(page.entries) == 1
    assert page.entries[0].operation == "crossing.check"


def test_administrators_cannot_search_nor_read_alerts(town: Town) -> None:
    administrator = town.people[ADMINISTRATOR]

    for operation, command in (("crossing.check", CHECK), ("alert.list", {}), ("search-log.read", {"passphrase": "x"})):
        for purpose in (Purpose.BORDERS, Purpose.POLICE, Purpose.ADMINISTRATION, Purpose.SUPERVISION):
            with pytest.raises(ComityError) as refused:
                administrator.call(operation, command, dict, purpose=purpose)
            assert refused.value.code == "permission.missing"
