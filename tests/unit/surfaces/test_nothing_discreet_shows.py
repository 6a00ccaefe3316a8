"""Two travellers, one under a check that must not be known, one picked by chance: nothing at the counter tells which.

Everything that the first line can read of either is read, pages and operations alike, and compared to the byte once
numbers that are made anew for everybody are named by the order in which they appear.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from comity.alerts.records import Action, AlertData, AlertRecord, WarningMark
from comity.bureau.operations import OPERATIONS as BUREAU
from comity.core import codec
from comity.core.errors import ComityError
from comity.core.operation import AnyOperation
from comity.core.ports import Actor
from comity.core.time import SECOND_US
from comity.core.vocabulary import Permission
from comity.crossings import gates, matching
from comity.crossings.unchecked.operations import OPERATIONS as UNCHECKED
from comity.surfaces.http.app import make_app
from comity.surfaces.http.caller import Caller
from comity.surfaces.http.metrics import Metrics
from comity.surfaces.http.settings import HttpSettings
from comity.surfaces.web import site
from comity.surfaces.web.site import make_site
from tests.support.alerts import PASSPORT as SHOWN
from tests.support.alerts import person
from tests.support.border_post import alert, enter
from tests.support.browse import Client
from tests.support.fake_runtime import StillClock
from tests.support.house import call
from tests.support.second_line_post import GERMAN, LEAD, OFFICER, POINT, SECOND, Post, open_post
from tools.manifest import catalogue

ELSEWHERE = frozenset(
    {
        # Asked of other parties about what they hold; what this node holds has no part in it.
        "crossing.ask-abroad",
        "crossing.look-up-blind",
        "crossing.send-probe",
        # A camera has no chance beside it: its officer sees what was found, as the test of cameras says.
        "crossing.read-plates",
        # Acts on the desk, on passages without a check, and on matches that the counter sees.
        "desk.open",
        "desk.close",
        "unchecked.note",
        "unchecked.settle",
        "bureau.reply",
        # Reads a zone and looks nobody up.
        "document.read",
    }
)
"""Operations of the first line that are not asked here, with the reason."""
CATEGORIES = {
    "DIS": Action.DISCREET_CHECK,
    "INQ": Action.INQUIRY_CHECK,
    "SPE": Action.SPECIFIC_CHECK,
    "INF": Action.COLLECT_INFORMATION,
}
PASSPORT = msgspec.structs.replace(SHOWN, number="SYN777001")
ZONE = "P<UTOQUILLFEATHER<<TEST<<<<<<<<<<<<<<<<<<<<<\nSYN7770011UTO6809099M3001019<<<<<<<<<<<<<<<0"
NUMBER = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16}|[0-7][0-9a-hjkmnp-tv-z]{25}|[0-9A-HJKMNP-TV-Z]{4})\b")
"""Digests, request ids, traces, numbers of records, and the marks by which people are called up."""


class Counter:
    """What the officer of the first line sees, line by line."""

    def __init__(self, post: Post) -> None:
        self.post = post
        listed = next(one for one in post.operations if one.name == "crossing.check")
        post.operations = (
            *post.operations,
            *gates.make_operations(listed),
            *matching.make_operations(listed),
            *UNCHECKED,
            *BUREAU,
        )
        self.asked: set[str] = set()
        self.seen: list[str] = []
        self.paths: set[str] = set()
        self.runtime = post.runtime()
        settings = HttpSettings(
            node="n0de", party="FRA", profile="exercise", secret=b"s" * 32, clock=StillClock(), secure=False
        )
        caller = Caller(self.runtime, lambda token: OFFICER if token else _nobody(), settings, Metrics())
        pages = make_site(caller, settings)
        self.client = Client(make_app(caller, settings, pages=pages.routes, refuse_page=pages.refuse))
        self.client.cookies.set("comity-n0de", "token", domain="node.test")

    def ask(self, name: str, command: object, who: Actor = OFFICER) -> dict[str, object]:
        """Run an operation; the first line's are seen."""
        self.post.house.clock.move(SECOND_US)
        purpose = self.runtime.catalogue[name].purposes[0]
        try:
            body = self.runtime.run(call(name, command, purpose=purpose), who).body
        except ComityError as error:
            body = codec.encode({"code": error.code, "text": str(error), "remedy": error.remedy})
        if who is OFFICER:
            self.asked.add(name)
            self.seen.append(f"{name} {body.decode()}")
        return codec.decode(body)  # type: ignore[return-value]  # answers are objects

    def look(self, path: str) -> None:
        answer = self.client.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 200, path
        self.seen.append(f"{path} {answer.headers} {answer.text}")
        self.paths.add(re.sub(r"[0-7][0-9a-z]{25}", "{id}", path))


def _nobody() -> Actor:
    raise AssertionError("Somebody is signed in.")


def alike(lines: list[str]) -> list[str]:
    """Name numbers by the order in which they appear."""
    names: dict[str, str] = {}
    return [NUMBER.sub(lambda found: names.setdefault(found[0].lower(), f"#{len(names)}"), line) for line in lines]


def walk(counter: Counter) -> None:
    """Check the traveller in every way, look at everything, let the second line settle it, and look again."""
    counter.ask("referral.set-rate", {"crossing_point": POINT, "per_thousand": 1000}, LEAD)
    place = {"direction": "entry", "crossing_point": POINT, "lane": "third-country"}
    person = {"surnames": "Quillfeather", "forenames": "Test", "birth_date": "1968-09-09"}
    document = {"country": "XXA", "number": PASSPORT.number}
    found = counter.ask("crossing.check", {**place, "document": document, "identity": person})
    check = str(found["check"])
    traveller = {"identity": person, "document": document}
    listed = {**place, "conveyance": "synthetic ferry", "persons": [traveller]}
    counter.ask("board.preview", listed)
    board = str(counter.ask("crossing.check-list", listed)["board"])
    counter.ask("crossing.pass-gate", {**place, "zone": ZONE})
    query = {"key": "a", "person": {"names": ["Quillfeather, Test"], "birth_dates": ["1968-09-09"]}}
    counter.ask("crossing.match", {**place, "queries": [query], "justification": "synthetic", "case": "synthetic-1"})
    guess = {"check": check, "alert": "01hzzzzzzzzzzzzzzzzzzzzz77", "version": 1}
    counter.ask("crossing.confirm", {**guess, "action_taken": "checked-discreetly"})
    for act in ("crossing.reject", "crossing.cannot-tell", "crossing.undo"):
        counter.ask(act, {**guess, "reason": "synthetic"})
    everything(counter, check, board)
    mine = next(one for one in queue(counter) if one["check"] == check)
    counter.ask("referral.take", {"referral": mine["referral"]}, SECOND)
    everything(counter, check, board)
    view = counter.ask("referral.show", {"referral": mine["referral"]}, SECOND)
    settled = {"referral": mine["referral"], "outcome": "allowed-on", "reason": "synthetic"}
    if view["check"]["advice"]["matches"]:  # type: ignore[index]  # what was read as JSON
        category = view["check"]["advice"]["matches"][0]["category"]  # type: ignore[index]  # the same
        done = "checked-discreetly" if category in CATEGORIES else "place-recorded"
        match = {"alert": guess["alert"], "version": 1, "action_taken": done}
        settled |= {"outcome": "identity-confirmed", "match": match}
    answer = counter.ask("referral.resolve", settled, SECOND)
    assert answer.get("state") == "resolved", answer
    counter.ask("referral.open", {"check": check, "reason": "officers-doubt", "words": "synthetic"})
    everything(counter, check, board)


def queue(counter: Counter) -> list[dict[str, object]]:
    return counter.ask("referral.mine", {})["referrals"]  # type: ignore[return-value]  # what was read as JSON


def everything(counter: Counter, check: str, board: str) -> None:
    """Look at whatever the first line can."""
    for name, command in (
        ("crossing.show", {"check": check}),
        ("referral.mine", {}),
        ("referral.mine", {"check": check}),
        ("board.show", {"board": board}),
        ("board.list", {}),
        ("desk.show", {}),
        ("unchecked.list", {}),
        ("bureau.questions", {}),
        ("bureau.outcomes", {}),
    ):
        counter.ask(name, command)
    for path in (
        "/check",
        f"/check/{check}",
        "/desk",
        "/boards",
        f"/boards/{board}",
        f"/boards/{board}/board.csv",
        "/boards/template.csv",
        "/sent",
        "/questions",
        "/unchecked",
        "/unchecked/sheet",
    ):
        counter.look(path)
    in_line = counter.ask("referral.queue", {}, SECOND)
    counter.seen.append(f"the line {codec.encode(in_line).decode()}")


def sought(category: str, *warnings: WarningMark) -> AlertData:
    return AlertData(
        person=person("Quillfeather", "1968-09-09"),
        reason="synthetic",
        action=CATEGORIES[category],
        documents=(PASSPORT,),
        warnings=warnings,
    )


def walked(folder: Path, *records: AlertRecord) -> Counter:
    """Open a post with these alerts, and walk."""
    with open_post(folder) as post:
        for record in records:
            enter(post.house, record)
        counter = Counter(post)
        walk(counter)
        assert len(post.hits()) == len(records)
    return counter


@pytest.fixture(scope="module")
def chance(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """What is seen of somebody whom chance picked."""
    return walked(tmp_path_factory.mktemp("chance"))


@pytest.mark.parametrize("category", CATEGORIES)
def test_whom_a_hidden_alert_is_on_and_whom_chance_picked_look_alike_to_the_byte(
    tmp_path: Path, chance: Counter, category: str
) -> None:
    hidden = walked(tmp_path, alert(77, GERMAN, category, sought(category)))

    pairs = zip(alike(hidden.seen), alike(chance.seen), strict=True)
    assert [pair for pair in pairs if pair[0] != pair[1]] == []


def test_the_comparison_sees_an_alert_that_is_no_secret(tmp_path: Path, chance: Counter) -> None:
    known = msgspec.structs.replace(sought("DIS"), action=Action.REPORT_RESIDENCE)

    assert alike(walked(tmp_path, alert(77, GERMAN, "JUD", known)).seen) != alike(chance.seen)


def test_every_page_and_operation_of_the_first_line_is_read_here(chance: Counter) -> None:
    own: tuple[AnyOperation, ...] = tuple(catalogue().values())
    first_line = {one.name for one in own if one.permission is Permission.CROSSING_CHECK}
    assert first_line - ELSEWHERE == chance.asked
    pages = {path for method, path, _ in site._PAGES if method == "GET"}
    served = {re.sub(r"\{[a-z]+\}", "{id}", path) for path in pages if path.split("/")[1] in OWN_PAGES}
    assert served == chance.paths


OWN_PAGES = frozenset({"check", "desk", "boards", "sent", "questions", "unchecked"})


def test_a_warning_stands_in_the_note_and_not_on_the_board(tmp_path: Path) -> None:
    lines = walked(tmp_path, alert(77, GERMAN, "DIS", sought("DIS", WarningMark.ARMED))).seen

    assert any("armed" in line for line in lines if line.startswith("crossing.show"))
    boards = [line for line in lines if line.startswith(("board.", "/boards/", "crossing.check-list"))]
    assert boards
    assert not any("armed" in line.lower() for line in boards)
