"""Canaries: synthetic persons and secrets with unmistakable names go in through every door; where do they come out?

Each canary names the place that it was put into, so that a find says where it came from.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import msgspec
import pytest

from comity.alerts.commands import AlertState
from comity.bureau.commands import CasePage, CaseView, Inbox
from comity.bureau.records import Case, CaseState, Message
from comity.core.errors import ComityError, NotFound
from comity.core.vocabulary import Function, Purpose
from comity.crossings.records import Advice, Resolution
from comity.exercise.client import Client
from comity.exercise.federation import AUTHORITIES, Federation, Member, await_until
from comity.exercise.staff import Person
from comity.oversight.records import KeySet
from tests.support.live import Answered, ask, post

MARK: Final = "kanarq"
SECRET: Final = "kanarsecq"
HOMES: Final = {
    "alert",
    "alert_hit",
    "bureau_answer",
    "bureau_case",
    "bureau_message",
    "crossing_check",
    "crossing_referral",
    "crossing_resolution",
    "exchange_segment",
    "request_answer",
    "screening_entry",
    "screening_key",
}
"""The closed list of tables that hold personal data as what they are; the search log holds them sealed.

`request_answer`: the answers of `crossing.confirm` and `bureau.send`, for 24 hours.
"""
PASSPHRASE: Final = f"synthetic {SECRET} passphrase"


def canary(place: str) -> str:
    """Name a canary after its place."""
    return f"Synthetic-{MARK.capitalize()}-{place}"


def wanted() -> dict[str, object]:
    return {
        "person": {
            "surnames": canary("Surname"),
            "forenames": canary("Forename"),
            "birth_date": "1971-02-03",
            "birth_place": canary("Birthplace"),
            "characteristics": canary("Characteristics"),
            "nationalities": ["XXA"],
            "aliases": [{"surname": canary("Alias")}],
        },
        "reason": canary("Reason"),
        "action": "arrest_for_surrender",
        "decision_reference": canary("Reference"),
        "offence": canary("Offence"),
        "documents": [{"category": "passport", "country": "XXA", "number": f"{MARK.upper()}77"}],
    }


def entering(**data: object) -> dict[str, object]:
    grounds = {"proportionality": f"Exercise: {canary('Grounds')} is serious.", "warrant_present": True}
    return {"category": "ARR", "data": {**wanted(), **data}, "grounds": grounds}


@dataclass
class Aviary:
    """The federation with its people, and everything that came back to callers."""

    federation: Federation
    officer: Person
    guard: Client
    bureau: Client
    home_bureau: Client
    told: list[str] = field(default_factory=list)

    @property
    def owner(self) -> Member:
        return self.federation["DEU"]

    @property
    def peer(self) -> Member:
        return self.federation["FRA"]

    def hear(self, answer: Answered) -> Answered:
        """Keep what must not repeat a canary: headers always, the body where it is a refusal."""
        self.told.append(repr(dict(answer.headers)))
        if answer.headers.get("content-type", "").startswith("application/problem+json"):
            self.told.append(answer.body.decode())
        return answer

    def files(self) -> Iterator[Path]:
        for member in self.federation.members.values():
            yield from (file for file in member.node.directory.rglob("*"))


@pytest.fixture(scope="module")
def aviary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aviary]:
    folder = tmp_path_factory.mktemp("canary")
    with contextlib.closing(Federation.open(folder, ("DEU", "FRA"))) as federation:
        federation.trust_all()
        federation.agree()
        home = [named.partition(":")[0] for named in AUTHORITIES["DEU"]]
        border, bureau = (named.partition(":")[0] for named in AUTHORITIES["FRA"])
        for member in federation.members.values():
            member.staff.supervisor.client.call("search-log.set-key", {"passphrase": PASSPHRASE}, KeySet)
        owner, peer = federation["DEU"].staff, federation["FRA"].staff
        home_bureau = owner.hire("home-bureau", home[0], Function.BUREAU_OFFICER)
        home_bureau.client.token = None
        command = {"name": "home-bureau", "password": home_bureau.password, "role": "sirene_bureau"}
        home_bureau.client.token = str(home_bureau.client.call("session.open", command, dict)["token"])
        yield Aviary(
            federation=federation,
            officer=owner.hire("alert-officer", home[0], Function.ALERT_OFFICER),
            guard=peer.hire("border-guard", border, Function.FIRST_LINE).client,
            bureau=peer.hire("bureau-officer", bureau, Function.BUREAU_OFFICER).client,
            home_bureau=home_bureau.client,
        )


def test_canaries_stay_in_their_cages_and_are_gone_when_the_alert_is(aviary: Aviary, tmp_path: Path) -> None:
    alert = _live(aviary)
    _stumble(aviary)
    _browse(aviary)
    _type(aviary, tmp_path)

    assert _finds_outside(aviary) == []
    assert _tables_with(aviary, MARK) == HOMES
    assert _tables_with(aviary, SECRET) == set()

    gone = {"id": alert.id, "version": alert.version, "reason": "purpose_achieved"}
    aviary.officer.client.call("alert.delete", gone, AlertState, purpose=Purpose.POLICE)
    await_until(lambda: _is_gone(aviary, alert), "the deletion arrives")
    for member in aviary.federation.members.values():
        member.node.stop()

    assert _bytes_with(aviary, SECRET) == []
    for place in ("Birthplace", "Characteristics", "Alias", "Reason", "Reference", "Offence", "Grounds"):
        assert _bytes_with(aviary, canary(place)) == [], "erased means erased"


def _live(aviary: Aviary) -> AlertState:
    """Take one canary through its whole lawful life: entered, found, confirmed, reported, changed."""
    officer, guard = aviary.officer.client, aviary.guard
    alert = officer.call("alert.enter", entering(), AlertState, purpose=Purpose.POLICE)
    question = {
        "direction": "entry",
        "crossing_point": "exercise-airport",
        "lane": "third-country",
        "identity": {"surnames": canary("Surname"), "forenames": canary("Forename"), "birth_date": "1971-02-03"},
        "document": {"category": "passport", "country": "XXA", "number": f"{MARK.upper()}77"},
        "justification": canary("Justification"),
        "case": "synthetic-1",
    }

    def found() -> Advice:
        return guard.call("crossing.check", question, Advice, purpose=Purpose.BORDERS)

    await_until(lambda: bool(found().matches), "the alert is found")
    advice = found()
    decision = {
        "check": advice.check,
        "alert": alert.id,
        "version": alert.version,
        "place": canary("Place"),
        "circumstances": canary("Circumstances"),
        "action_taken": "arrested",
        "safeguards": dict.fromkeys(("fear_expressed", "child_or_age_unknown", "vulnerable", "interpreter"), "no"),
    }
    confirmed = guard.call("crossing.confirm", decision, Resolution, purpose=Purpose.BORDERS)
    drafts = aviary.bureau.call("bureau.drafts", {}, CasePage, purpose=Purpose.POLICE).cases
    draft = next(case for case in drafts if case.hit == confirmed.hit)
    sending = {"case": draft.id, "version": draft.version, "direction": "entry"}
    aviary.bureau.call("bureau.send", sending, Case, purpose=Purpose.POLICE)
    await_until(lambda: bool(_inbox(aviary).messages), "the report arrives")
    answering = {"party": "FRA", "message": draft.id, "version": 1, "text": canary("Answer")}
    aviary.home_bureau.call("bureau.answer", answering, Message, purpose=Purpose.POLICE)
    await_until(lambda: _answered(aviary, draft.id), "the answer arrives")
    change = {"id": alert.id, "version": alert.version, "data": {**wanted(), "warnings": ["armed"]}}
    changed = officer.call("alert.change", change, AlertState, purpose=Purpose.POLICE)
    await_until(lambda: found().matches[0].alert.version == changed.version, "the change arrives")
    doubt = {"check": found().check, "alert": alert.id, "version": changed.version, "reason": canary("Doubt")}
    guard.call("crossing.cannot-tell", doubt, Resolution, purpose=Purpose.BORDERS)
    return changed


def _answered(aviary: Aviary, case: str) -> bool:
    view = aviary.bureau.call("bureau.show", {"case": case}, CaseView, purpose=Purpose.POLICE)
    return view.case.state is CaseState.ANSWERED


def _inbox(aviary: Aviary) -> Inbox:
    return aviary.home_bureau.call("bureau.inbox", {}, Inbox, purpose=Purpose.POLICE)


def _stumble(aviary: Aviary) -> None:
    """Send canaries in wrong places, and secrets that are wrong, through the API."""
    url, token = aviary.owner.node.url, aviary.officer.client.token
    name = canary("Wrong")
    envelopes: list[dict[str, object]] = [
        {"command": entering(action=name)},
        {"command": entering(reason=[name])},
        {"command": entering(decision_valid_until=name)},
        {"command": entering(**{name: 1})},
        {"command": {**entering(), "category": name}},
        {"command": {name: name}},
        {"command": name},
        {"command": entering(), "purpose": name},
        {"command": entering(), "request_id": name},
        {"command": entering(), "at": name},
        {"command": entering(), name: name},
        {"command": entering()},
        {"command": entering(person={"surnames": name, "birth_date": name})},
    ]
    for envelope in envelopes:
        whole = {"request_id": secrets.token_hex(16), "purpose": "police", **envelope}
        assert aviary.hear(post(url, "/v1/alert/enter", msgspec.json.encode(whole), token)).status >= 400
    bodies = (
        f'{{"command": {{"{name}"',
        f'"{name}"',
        f"{name}",
        f'{{"a":1,"a":"{name}"}}',
        f'{{"{name}":1,"{name}":2}}',
    )
    for body in bodies:
        aviary.hear(post(url, "/v1/alert/enter", body.encode(), token))
    for path in (f"/v1/alert/enter?name={name}", f"/check?surname={name}", f"/alerts?after={name}"):
        aviary.hear(ask(url, "GET", path, None, {"Authorization": f"Bearer {token}", "X-Name": name}))
    aviary.hear(post(url, "/v1/session/show", b'{"command":{}}', name))
    for command, operation in (
        ({"name": "alert-officer", "password": f"{SECRET} wrong"}, "session.open"),
        ({"name": f"{SECRET} name", "password": f"{SECRET} wrong"}, "session.open"),
        ({"current": f"{SECRET} wrong", "new": f"{SECRET} alert-officer"}, "account.set-password"),
        ({"current": aviary.officer.password, "new": f"{SECRET}"}, "account.set-password"),
    ):
        with pytest.raises(ComityError) as refused:
            aviary.officer.client.call(operation, command, dict, purpose=Purpose.ADMINISTRATION)
        aviary.told.append(str(refused.value) + refused.value.remedy)
    with pytest.raises(ComityError) as refused:
        aviary.owner.staff.supervisor.client.call("search-log.read", {"passphrase": f"{SECRET} wrong"}, dict)
    aviary.told.append(str(refused.value))


def _browse(aviary: Aviary) -> None:
    """Sign in and enter an alert with the forms; pages may show a person's own input again, addresses may not."""
    url = aviary.owner.node.url
    cookies: dict[str, str] = {}

    def visit(method: str, path: str, **fields: str) -> Answered:
        headers = {"Accept": "text/html", "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = ask(url, method, path, urlencode(fields).encode() if fields else None, headers)
        for line in answer.headers.get("set-cookie", "").split("\n"):
            name, _, value = line.partition(";")[0].partition("=")
            if name:
                cookies[name] = value
        aviary.told.append(answer.headers.get("location", ""))
        return answer

    def fill(path: str, **fields: str) -> Answered:
        page = visit("GET", path).body.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        return visit("POST", path, **{**hidden, **fields})

    fill("/", name="alert-officer", password=f"{SECRET} in a form")
    fill("/", name=canary("Form"), password=f"{SECRET} in a form")
    assert fill("/", name="alert-officer", password=aviary.officer.password).status == 303
    names = {
        "data.person.surnames": canary("Form"),
        "data.person.birth_date": canary("Form"),
        "data.reason": canary("Form"),
        canary("Field"): canary("Form"),
        "purpose": canary("Form"),
    }
    assert fill("/alerts/new/ARR", **names).status < 500
    assert visit("GET", f"/alerts?after={canary('Query')}").status < 500
    assert visit("GET", f"/alerts/DEU/{canary('Path')}").status < 500


def _type(aviary: Aviary, home: Path) -> None:
    """Do the same by command line, in a home of its own."""
    url = aviary.owner.node.url
    environment = {**os.environ, "XDG_STATE_HOME": str(home), "HOME": str(home)}

    def run(*words: str, secret: str = "") -> str:
        line = [sys.executable, "-m", "comity", *words, "--node", url]
        done = subprocess.run(line, input=secret, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode not in {0, 70}, done.stderr
        return done.stdout + done.stderr

    command = home / "alert.json"
    command.write_bytes(msgspec.json.encode(entering(action=canary("File"))))
    aviary.told += [
        run("session", "open", "--name", canary("Typed"), "--password", f"{SECRET} typed"),
        run("alert", "enter", "--purpose", "police", "--file", str(command)),
        run("alert", "enter", "--purpose", "police", "--category", canary("Typed")),
        run("alert", "show", "--purpose", "police", "--id", canary("Typed")),
    ]
    assert not [file for file in home.rglob("*") if file != command and MARK in file.read_text("utf-8").lower()]


def _finds_outside(aviary: Aviary) -> list[str]:
    """Look in logs, refusals, addresses, metrics, file names, the ledger's file."""
    metrics = [ask(member.node.url, "GET", "/metrics").body.decode() for member in aviary.federation.members.values()]
    logs = [member.node.log.read_text("utf-8") for member in aviary.federation.members.values()]
    names = [str(file) for file in aviary.files()]
    ledgers = [(member.node.directory / "ledger.log").read_bytes().decode("latin-1") for member in _members(aviary)]
    lines = (line for text in (*aviary.told, *metrics, *logs, *names, *ledgers) for line in text.splitlines())
    return [line for line in lines if MARK in line.lower() or SECRET in line.lower()]


def _members(aviary: Aviary) -> list[Member]:
    return list(aviary.federation.members.values())


def _tables_with(aviary: Aviary, mark: str) -> set[str]:
    """Return the tables of all nodes in which any column of any row holds the mark."""
    found = set()
    for member in _members(aviary):
        database = f"file:{member.node.directory / 'comity.sqlite'}?mode=ro"
        with contextlib.closing(sqlite3.connect(database, uri=True)) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in names:
                rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - names of our own schema
                if any(_holds(value, mark) for row in rows for value in row):
                    found.add(name)
    return found


def _holds(value: object, mark: str) -> bool:
    data = value if isinstance(value, bytes) else str(value).encode()
    return mark.encode() in data.lower()


def _bytes_with(aviary: Aviary, mark: str) -> list[str]:
    """Return the files of the nodes in whose bytes the mark stands."""
    files = (file for file in aviary.files() if file.is_file())
    return [str(file) for file in files if mark.lower().encode() in file.read_bytes().lower()]


def _is_gone(aviary: Aviary, alert: AlertState) -> bool:
    question = {"id": alert.id, "party": "DEU"}
    try:
        aviary.bureau.call("alert.show", question, dict, purpose=Purpose.BORDERS)
    except NotFound:
        return True
    return False
