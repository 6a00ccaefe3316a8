"""Two real nodes with an agreement in force and people in every function: what the pages are looked at with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from comity.alerts.commands import AlertState
from comity.core.errors import Pending
from comity.core.vocabulary import Function, Purpose
from comity.crossings.desk.records import CrossingPoint
from comity.crossings.records import Advice, Resolution
from comity.diplomacy.records import PeerList
from comity.exercise.federation import AUTHORITIES, Federation, Member, await_until
from comity.exercise.people import WANTED, WANTED_CHECK
from comity.exercise.staff import Person
from comity.identity.commands import AccountCreated
from comity.oversight.records import KeySet
from comity.training.commands import NextTraveller
from comity.training.records import Exercise, Traveller

PASSPHRASE = "exercise passphrase of nobody in particular"
PARTIES = ("DEU", "FRA")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An account that nobody has signed in to yet."""

    name: str
    one_time_password: str


@dataclass(frozen=True, slots=True)
class BrowserHouse:
    """The nodes and who works there; `people` by party and account name; `wanted` holds the alert once entered."""

    federation: Federation
    newcomer: Newcomer
    agreement: str
    wanted: list[AlertState] = field(default_factory=list)

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
    """Enter an alert at the issuer, once for all who look at this house, and wait until the finder's guard finds it."""
    if house.wanted:
        return house.wanted[0]
    officer = house.person("DEU", "alert-officer").client
    alert = officer.call("alert.enter", entered, AlertState, purpose=Purpose.POLICE)
    guard = house.person("FRA", "border-guard")
    await_until(partial(_finds, guard, alert), "the guard finds the alert")
    house.wanted.append(alert)
    return alert


def hold_grant(house: BrowserHouse) -> None:
    """Have an administrator ask for an act that waits for the second one."""
    member = house.federation["DEU"]
    command = {"account": "alert-officer", "authority": _authority("DEU", 0), "function": "shift_lead"}
    try:
        member.staff.first.client.call("account.grant", command, dict)
    except Pending:
        return


def hold_exercise(house: BrowserHouse) -> str:
    """Have the guard meet the travellers of a small exercise, well and badly; return its id."""
    lead = house.person("FRA", "training-lead").client
    guard = house.person("FRA", "border-guard").client
    opened = lead.call("training.open", {"name": "Monday", "scenario": "first-line-basics"}, Exercise)
    keys = ["arrest-1", "nothing-1", "discreet-1"]
    lead.call("training.inject", {"exercise": opened.id, "keys": keys}, Exercise)
    for _ in keys:
        met = guard.call("training.next", {"exercise": opened.id}, NextTraveller).traveller
        assert met is not None
        advice = guard.call("crossing.check", question_about(met), Advice, purpose=Purpose.BORDERS)
        for match in advice.matches:
            decided = {
                "check": advice.check,
                "alert": match.alert.id,
                "version": match.alert.version,
                "place": "Exercise airport",
                "circumstances": "Exercise.",
                "action_taken": "referred",
            }
            guard.call("crossing.confirm", decided, Resolution, purpose=Purpose.BORDERS)
    guard.call("training.next", {"exercise": opened.id}, NextTraveller)
    return opened.id


def question_about(met: Traveller) -> dict[str, object]:
    """Return the check that a guard makes of a traveller of an exercise."""
    names = ("surnames", "forenames", "birth_date", "nationality")
    asked: dict[str, object] = {
        "direction": met.direction,
        "crossing_point": "exercise-airport",
        "lane": met.lane,
        "identity": {name: getattr(met, name) for name in names},
    }
    if met.document is None:
        return asked | {"justification": "Exercise: no document, case 1."}
    papers = met.document
    return asked | {"document": {"category": papers.category, "country": papers.country, "number": papers.number}}


def _hire(federation: Federation) -> None:
    issuer, finder = federation["DEU"].staff, federation["FRA"].staff
    home, border = _authority("DEU", 0), _authority("FRA", 0)
    issuer.hire("alert-officer", home, Function.ALERT_OFFICER)
    issuer.hire("bureau-officer", home, Function.BUREAU_OFFICER)
    finder.hire("border-guard", border, Function.FIRST_LINE)
    port = {"code": "exercise-airport", "name": "Exercise airport", "kind": "air", "authority": border}
    finder.first.client.call("crossing-point.add", port, CrossingPoint)
    finder.hire("second-line", border, Function.SECOND_LINE)
    finder.hire("shift-lead", border, Function.SHIFT_LEAD)
    finder.hire("training-lead", border, Function.TRAINING_LEAD)
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
