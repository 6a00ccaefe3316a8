"""The story: an alert crosses a border, is found, reported, corrected, withdrawn and gone; then a ferry lands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from comity.alerts.commands import AlertPage, AlertState
from comity.bureau.commands import CasePage, Inbox
from comity.bureau.records import Case, Message
from comity.core.errors import Refused
from comity.core.vocabulary import Function, Purpose
from comity.crossings.records import Advice, Resolution
from comity.exercise.client import Client
from comity.exercise.federation import AUTHORITIES, Federation, Member, await_until
from comity.exercise.ferry import TRAVELLERS
from comity.exercise.people import REFUSED, REFUSED_CHECK, WANTED, WANTED_CHECK
from comity.exercise.shift import Brought, Lists, Sailing, enter_alerts, sail, tell_board
from comity.oversight.records import KeySet, SearchLogPage, Verification

PARTIES = ("DEU", "FRA", "IRL")
PASSPHRASE = "exercise passphrase of nobody in particular"  # noqa: S105 - opens the search log of an exercise only
_ISSUER, _FINDER, _PARTIAL = PARTIES

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in the story, each a synthetic person with a session."""

    alert_officer: Client
    migration_officer: Client
    issuer_bureau: Client
    guards: Mapping[str, Client]
    finder_bureau: Client


@dataclass(slots=True)
class Sums:
    """What the story counts on its way, for the figures at its end."""

    brought: Brought = field(default_factory=lambda: Brought(0, 0, 0))
    sailing: Sailing | None = None
    searches: int = 0
    entries: int = 0


class Story:
    """Tells itself line by line through `tell`; raises the error of whatever did not come out as it must."""

    def __init__(self, federation: Federation, tell: Tell) -> None:
        self._federation = federation
        self._tell = tell
        self.figures: dict[str, float] = {}
        self._sums = Sums()

    def run(self) -> None:
        """Play the whole story."""
        with self._chapter("people: officers, bureaux and supervisors; no search is possible before a log is sealed"):
            cast = self._hire()
        with self._chapter("bring: the French bureau brings three official lists, which are taken in meanwhile"):
            lists = Lists(cast.finder_bureau)
        with self._chapter("trust: each node accepts the others' identity documents; peering agreements are signed"):
            self._federation.trust_all()
        with self._chapter("agreement: two officers of each party sign the Schengen agreement; it is in force"):
            self._federation.agree()
        alert = self._enter(cast)
        self._withhold(cast)
        self._find_and_report(cast, alert)
        alert = self._correct(cast, alert)
        self._withdraw(cast, alert)
        self._work_a_shift(cast, lists)
        self._prove()
        self._sum_up()

    def _hire(self) -> Cast:
        issuer, finder, partial = (self._federation[party] for party in PARTIES)
        for member in (issuer, finder, partial):
            member.staff.supervisor.client.call("search-log.set-key", {"passphrase": PASSPHRASE}, KeySet)
        home, border = _authority(_ISSUER, 0), _authority(_FINDER, 0)
        return Cast(
            alert_officer=issuer.staff.hire("alert-officer", home, Function.ALERT_OFFICER).client,
            migration_officer=_in_role(issuer, "migration-officer", home, "migration_authority"),
            issuer_bureau=_in_role(issuer, "bureau-officer", home, "sirene_bureau", Function.BUREAU_OFFICER),
            guards={
                _FINDER: finder.staff.hire("border-guard", border, Function.FIRST_LINE).client,
                _PARTIAL: partial.staff.hire("border-guard", _authority(_PARTIAL, 0), Function.FIRST_LINE).client,
            },
            finder_bureau=finder.staff.hire("bureau-officer", _authority(_FINDER, 1), Function.BUREAU_OFFICER).client,
        )

    def _enter(self, cast: Cast) -> AlertState:
        with self._chapter("enter: Germany enters an alert for arrest (ARR)"):
            alert = cast.alert_officer.call("alert.enter", WANTED, AlertState, purpose=Purpose.POLICE)
        for party, guard in cast.guards.items():
            with self._chapter(f"searchable in {party}: the guard's search finds it"):
                await_until(partial(_finds, guard, WANTED_CHECK, alert), f"{party} finds the alert")
        return alert

    def _withhold(self, cast: Cast) -> None:
        with self._chapter("withhold: a refusal alert (REF) reaches France; Ireland is not bound and never gets it"):
            alert = cast.migration_officer.call("alert.enter", REFUSED, AlertState, purpose=Purpose.BORDERS)
            await_until(lambda: _finds(cast.guards[_FINDER], REFUSED_CHECK, alert), "France finds the REF alert")
        if _finds(cast.guards[_PARTIAL], REFUSED_CHECK, alert):
            raise _wrong("The refusal alert was shown in Ireland.")

    def _find_and_report(self, cast: Cast, alert: AlertState) -> None:
        guard = cast.guards[_FINDER]
        with self._chapter("check: a traveller at a French airport"):
            advice = _check(guard, WANTED_CHECK)
        self._tell(f"      advice: {advice.sentence.text}")
        if advice.warnings:
            self._tell(f"      warnings: {', '.join(advice.warnings)}")
        for reason in advice.reasons:
            self._tell(f"      reason: {reason.code}: {reason.text} [{reason.basis}]")
        with self._chapter("confirm: the officer compares and confirms; the own bureau has a draft"):
            confirmed = guard.call(
                "crossing.confirm", _confirmation(advice, alert), Resolution, purpose=Purpose.BORDERS
            )
            drafts = cast.finder_bureau.call("bureau.drafts", {}, CasePage, purpose=Purpose.POLICE)
            draft = next((case for case in drafts.cases if case.hit == confirmed.hit), None)
        if draft is None:
            raise _wrong("No draft was opened for the confirmed hit.")
        with self._chapter("report: the French bureau releases it; it lies in the German bureau's inbox"):
            sending = {"case": draft.id, "version": draft.version, "direction": "entry"}
            cast.finder_bureau.call("bureau.send", sending, Case, purpose=Purpose.POLICE)
            await_until(lambda: bool(_inbox(cast, alert)), "the report arrives")
        report = _inbox(cast, alert)[0]
        taken = {"party": report.sender.party, "message": report.id, "version": report.version}
        cast.issuer_bureau.call("bureau.acknowledge", taken, Message, purpose=Purpose.POLICE)

    def _correct(self, cast: Cast, alert: AlertState) -> AlertState:
        data = {**_data(WANTED), "warnings": ["armed", "violent"]}
        with self._chapter("correct: Germany adds a warning; France sees version 2"):
            change = {"id": alert.id, "version": alert.version, "data": data}
            changed = cast.alert_officer.call("alert.change", change, AlertState, purpose=Purpose.POLICE)
            await_until(lambda: _finds(cast.guards[_FINDER], WANTED_CHECK, changed), "France sees the correction")
        return changed

    def _withdraw(self, cast: Cast, alert: AlertState) -> None:
        with self._chapter("withdraw: the person is surrendered; the alert is deleted and gone at both peers"):
            gone = {"id": alert.id, "version": alert.version, "reason": "purpose_achieved"}
            cast.alert_officer.call("alert.delete", gone, AlertState, purpose=Purpose.POLICE)
            for party, guard in cast.guards.items():
                await_until(partial(_finds_nothing, guard, WANTED_CHECK), f"it is gone in {party}")
        left = cast.alert_officer.call("alert.list", {}, AlertPage, purpose=Purpose.POLICE)
        if any(line.id == alert.id for line in left.alerts):
            raise _wrong("The withdrawn alert is still listed at its owner.")

    def _work_a_shift(self, cast: Cast, lists: Lists) -> None:
        with self._chapter("lists: all that was brought is in; a list is not an alert"):
            self._sums.brought = lists.wait(self._tell)
        with self._chapter("night: Germany enters six alerts, on five persons and a stolen passport"):
            enter_alerts(self._officers(cast))
        guard = cast.guards[_FINDER]
        with self._chapter(f"ferry: {TRAVELLERS} travellers are scanned and stand on one board"):
            self._sums.sailing = sail(guard, cast.finder_bureau)
        tell_board(self._sums.sailing, guard, self._tell)

    def _officers(self, cast: Cast) -> Callable[[str], Client]:
        """Return who enters an alert in a legal role of the German authority."""
        issuer = self._federation[_ISSUER]
        known = {
            "judicial_authority": cast.alert_officer,
            "migration_authority": cast.migration_officer,
            "police": _in_role(issuer, "police-officer", _authority(_ISSUER, 0), "police"),
        }
        return known.__getitem__

    def _sum_up(self) -> None:
        sums, sailing = self._sums, self._sums.sailing
        lines = [
            ("an alert abroad", f"found after {self.figures[f'searchable in {_FINDER}'] * 1000:.0f} ms"),
            ("an alert withdrawn", f"gone everywhere after {self.figures['withdraw'] * 1000:.0f} ms"),
            ("official lists", f"{sums.brought.entries} entries taken in within {sums.brought.seconds:.1f} s"),
        ]
        if sailing is not None:
            tally = sailing.board.tally
            each_ms = sailing.seconds * 1000 / TRAVELLERS
            lines += [
                ("the ferry", f"{TRAVELLERS} travellers in {sailing.seconds * 1000:.0f} ms, {each_ms:.1f} ms each"),
                ("to be looked at", f"{tally.to_do + tally.second_line} travellers; {tally.bad} to scan again"),
            ]
        lines += [
            ("searches in France", f"{sums.searches}, each sealed with user, purpose and data"),
            ("ledgers", f"{sums.entries} entries, every byte and row verified"),
        ]
        self._tell("\nFigures")
        for name, value in lines:
            self._tell(f"  {name:<20} {value}")

    def _prove(self) -> None:
        with self._chapter("control: the French supervisor opens the search log"):
            supervisor = self._federation[_FINDER].staff.supervisor.client
            page = supervisor.call("search-log.read", {"passphrase": PASSPHRASE, "limit": 200}, SearchLogPage)
        self._sums.searches = len(page.entries)
        self._tell(f"      {len(page.entries)} searches, each with user, purpose and the data used")
        for party, member in self._federation.members.items():
            with self._chapter(f"prove: every byte and row of the ledger of {party}"):
                client = member.staff.supervisor.client
                found = client.call("ledger.verify", {}, Verification, purpose=Purpose.SUPERVISION)
            if not found.sound:
                raise _wrong(f"The ledger of {party} is not sound: {'; '.join(found.problems)}")
            self._sums.entries += found.entries
            self._tell(f"      {found.entries} entries, sound, root {found.root[:16]}...")

    @contextmanager
    def _chapter(self, title: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        taken = time.perf_counter() - begun
        self.figures[title.partition(":")[0]] = taken
        self._tell(f"{taken * 1000:8.0f} ms  {title}")


def _authority(party: str, number: int) -> str:
    return AUTHORITIES[party][number].partition(":")[0]


def _in_role(
    member: Member, name: str, authority: str, role: str, function: Function = Function.ALERT_OFFICER
) -> Client:
    """Hire someone and sign in again in another legal role of the authority than its first."""
    person = member.staff.hire(name, authority, function)
    person.client.token = None
    opened = person.client.call(
        "session.open", {"name": name, "password": person.password, "role": role}, dict[str, object]
    )
    person.client.token = str(opened["token"])
    return person.client


def _data(entered: Mapping[str, object]) -> dict[str, object]:
    data = entered["data"]
    return dict(data) if isinstance(data, dict) else {}


def _check(guard: Client, command: Mapping[str, object]) -> Advice:
    return guard.call("crossing.check", command, Advice, purpose=Purpose.BORDERS)


def _finds(guard: Client, command: Mapping[str, object], alert: AlertState) -> bool:
    found = _check(guard, command).matches
    return any((match.alert.id, match.alert.version) == (alert.id, alert.version) for match in found)


def _finds_nothing(guard: Client, command: Mapping[str, object]) -> bool:
    return not _check(guard, command).matches


def _confirmation(advice: Advice, alert: AlertState) -> dict[str, object]:
    return {
        "check": advice.check,
        "alert": alert.id,
        "version": alert.version,
        "place": "Exercise airport, lane 4",
        "circumstances": "Exercise: passport and face agree with the alert.",
        "action_taken": "arrested",
        "safeguards": {
            "fear_expressed": "no",
            "child_or_age_unknown": "no",
            "vulnerable": "no",
            "interpreter": "no",
        },
    }


def _inbox(cast: Cast, alert: AlertState) -> tuple[Message, ...]:
    inbox = cast.issuer_bureau.call("bureau.inbox", {}, Inbox, purpose=Purpose.POLICE)
    return tuple(message for message in inbox.messages if message.report.alert.id == alert.id)


def _wrong(what: str) -> Refused:
    return Refused("demo.wrong-outcome", what, remedy="This is a defect; keep the demo's directory and report it.")
