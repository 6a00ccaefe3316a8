"""Two real nodes with an agreement in force and people in every function: what the pages are looked at with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from comity.alerts.commands import AlertState
from comity.core.errors import Pending
from comity.core.vocabulary import Function, Purpose
from comity.crossings.desk.records import CrossingPoint
from comity.crossings.records import Advice
from comity.diplomacy.records import PeerList
from comity.exercise.federation import AUTHORITIES, Federation, Member, await_until
from comity.exercise.people import WANTED, WANTED_CHECK
from comity.exercise.staff import Person
from comity.identity.commands import AccountCreated
from comity.oversight.records import KeySet

PASSPHRASE = "exercise passphrase of nobody in particular"
PARTIES = ("DEU", "FRA")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An account that nobody has signed in to yet."""

    name: str
    one_time_password: str


@dataclass(frozen=True, slots=True)
class BrowserHouse:
    """The nodes and who works there; `people` by party and account name."""

    federation: Federation
    newcomer: Newcomer
    agreement: str

    def url(self, party: str) -> str:
        return self.federation[party].node.url

    def person(self, party: str, name: str) -> Person:
        return self.federation[party].staff.people[name]

    def peering(self, party: str) -> str:
        """Give the agreement between the party's node and its first peer."""
        return self.federation[party].operate("peer.list", {}, PeerList).peers[0].agreement

    def close(self) -> None:
        self.federation.close()


def open_house(folder: Path) -> BrowserHouse:
    """Found and start both nodes, make peace and people; nothing is entered yet."""
    federation = Federation.open(folder, PARTIES)
    try:
        federation.trust_all()
        agreement = federation.agree()
        for member in federation.members.values():
            member.staff.supervisor.client.call("search-log.set-key", {"passphrase": PASSPHRASE}, KeySet)
        _hire(federation)
        newcomer = _newcomer(federation["DEU"])
    except BaseException:
        federation.close()
        raise
    return BrowserHouse(federation=federation, newcomer=newcomer, agreement=agreement)


def enter_wanted(house: BrowserHouse, entered: Mapping[str, object] = WANTED) -> AlertState:
    """Enter an alert at the issuer and wait until the finder's guard finds it."""
    officer = house.person("DEU", "alert-officer").client
    alert = officer.call("alert.enter", entered, AlertState, purpose=Purpose.POLICE)
    guard = house.person("FRA", "border-guard")
    await_until(partial(_finds, guard, alert), "the guard finds the alert")
    return alert


def hold_grant(house: BrowserHouse) -> None:
    """Have an administrator ask for an act that waits for the second one."""
    member = house.federation["DEU"]
    command = {"account": "supervisor", "authority": "bundespolizei", "function": "first_line"}
    try:
        member.staff.first.client.call("account.grant", command, dict)
    except Pending:
        return


def _hire(federation: Federation) -> None:
    issuer, finder = federation["DEU"].staff, federation["FRA"].staff
    home, border = _authority("DEU", 0), _authority("FRA", 0)
    issuer.hire("alert-officer", home, Function.ALERT_OFFICER)
    issuer.hire("bureau-officer", home, Function.BUREAU_OFFICER)
    finder.hire("border-guard", border, Function.FIRST_LINE)
    finder.hire("second-line", border, Function.SECOND_LINE)
    finder.hire("shift-lead", border, Function.SHIFT_LEAD)
    port = {"code": "exercise-airport", "name": "Exercise airport", "kind": "air", "authority": border}
    finder.first.client.call("crossing-point.add", port, CrossingPoint)
    finder.hire("bureau-officer", _authority("FRA", 1), Function.BUREAU_OFFICER)


def _newcomer(member: Member) -> Newcomer:
    """Make an account with a function, and leave its one-time password unused."""
    command = {"name": "newcomer", "authority": _authority("DEU", 0)}
    made = member.staff.first.client.call("account.create", command, AccountCreated)
    grant = command | {"account": "newcomer", "function": Function.ALERT_OFFICER.value}
    del grant["name"]
    try:
        member.staff.first.client.call("account.grant", grant, dict)
    except Pending as held:
        member.staff.second.client.call("approval.approve", {"approval": held.approval}, dict)
    return Newcomer("newcomer", made.one_time_password)


def _authority(party: str, number: int) -> str:
    return AUTHORITIES[party][number].partition(":")[0]


def _finds(guard: Person, alert: AlertState) -> bool:
    found = guard.client.call("crossing.check", WANTED_CHECK, Advice, purpose=Purpose.BORDERS)
    return any((match.alert.id, match.alert.version) == (alert.id, alert.version) for match in found.matches)
