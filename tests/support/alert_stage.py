"""A stage on which stories of alerts are played: two real nodes in one process, France issuing and Germany executing,
unless a file names other parties.

A story is a list of steps from a YAML file, each one act by a named person through a real operation and what must come
of it. Every story has a person, a thing and a mark of its own, so that all of them share one stage.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from comity.agreements.law.compile import house_rulebook
from comity.agreements.yaml_reader import read_text_tree
from comity.alerts.categories import CATEGORIES, Subject
from comity.alerts.sweeping import make_operations as sweep_operations
from comity.core.codec import decode, encode
from comity.core.errors import ComityError
from comity.core.ids import Owner
from comity.core.ports import Actor
from comity.core.time import parse_instant, start_of_day
from comity.core.vocabulary import Function, Purpose, Role
from comity.runtime.run import Runtime
from tests.scenario.test_alert_crosses_the_border import Node, deliver
from tests.support.categories import MINIMUM
from tests.support.house import actor, call

# `Any`: a story's JSON is whatever its file says; the operations read it strictly.
Json = Any

PEOPLE: dict[str, Actor] = {
    "issuer": actor("FRA", "police", Function.ALERT_OFFICER, role=Role.POLICE, name="issuer"),
    "other-authority": actor("FRA", "douane", Function.ALERT_OFFICER, role=Role.POLICE, name="other-authority"),
    "issuing-bureau": actor(
        "FRA", "sirene-fr", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="issuing-bureau"
    ),
    "guard": actor("DEU", "bundespolizei", Function.FIRST_LINE, role=Role.BORDER_GUARD, name="guard"),
    "foreign-officer": actor("DEU", "polizei", Function.ALERT_OFFICER, role=Role.POLICE, name="foreign-officer"),
    "foreign-visa-post": actor(
        "DEU", "konsulat", Function.ALERT_OFFICER, role=Role.VISA_AUTHORITY, name="foreign-visa-post"
    ),
    "second-line": actor("DEU", "bundespolizei", Function.SECOND_LINE, role=Role.BORDER_GUARD, name="second-line"),
    "issuing-second-line": actor("FRA", "paf", Function.SECOND_LINE, role=Role.BORDER_GUARD, name="issuing-second"),
    "foreign-patrol": actor("DEU", "polizei", Function.FIRST_LINE, role=Role.POLICE, name="foreign-patrol"),
    "bureau": actor("DEU", "sirene-de", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="bureau"),
    "supervisor": actor(
        "FRA", "dpa-fr", Function.DATA_PROTECTION_SUPERVISOR, role=Role.DATA_PROTECTION_SUPERVISOR, name="supervisor"
    ),
}
_SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo", "xu", "ya")
GROUPS = {
    "all": tuple(CATEGORIES),
    "persons": tuple(code for code, one in CATEGORIES.items() if Subject.PERSON in one.subjects),
    "third-country": tuple(code for code, one in CATEGORIES.items() if one.third_country_only),
    "checks": ("DIS", "INQ", "SPE"),
    "covert": ("DIS", "INF"),
    "missing": ("MIS-P", "MIS-N"),
    "children": ("CHI-A", "CHI-T"),
    "conditional": tuple(code for code, one in CATEGORIES.items() if one.conditions),
}


@dataclass(frozen=True)
class Story:
    """One story for one category."""

    name: str
    category: str
    law: str
    steps: tuple[tuple[str, Json], ...]


def people_of(issuing: str, executing: str) -> dict[str, Actor]:
    """Give everybody who works on a stage between two parties, by what they do there."""
    places = {"FRA": issuing, "DEU": executing}
    owners = {name: Owner(party=places[who.owner.party], authority=who.owner.authority) for name, who in PEOPLE.items()}
    return {name: msgspec.structs.replace(who, owner=owners[name]) for name, who in PEOPLE.items()}


def read_stories(file: Path) -> Iterator[Story]:
    """Read a file of stories; `each` makes one of every category named."""
    root = read_text_tree(file.read_bytes()).root
    assert isinstance(root, list)
    yield from stories_of(file.stem, root)


def stories_of(stem: str, root: list[Json]) -> Iterator[Story]:
    """Make stories of what a file tells."""
    for told in root:
        assert isinstance(told, dict)
        each = told.get("each", "ARR")
        named = each if isinstance(each, list) else [str(each)]
        excluded = set(told.get("except", []))
        categories = [code for name in named for code in GROUPS.get(str(name), (str(name),)) if code not in excluded]
        for category in categories:
            steps = tuple(_step(step) for step in told["steps"])
            yield Story(f"{stem}: {told['story']} [{category}]", category, str(told["law"]), steps)


def _step(step: Json) -> tuple[str, Json]:
    if isinstance(step, str):
        return step, {}
    ((verb, arguments),) = step.items()
    return verb, arguments or {}


@dataclass
class Play:
    """One story on the stage: whom it is about, and the alerts that it entered, by name."""

    stage: Stage
    story: Story
    number: int
    alerts: dict[str, Json] = field(default_factory=dict)
    found: Json = None

    def run(self, verbs: Mapping[str, Callable[[Play, dict[str, Json]], None]]) -> int:
        """Take every step; return how many came out as told. Raises `AssertionError` at the first that did not."""
        for place, (verb, arguments) in enumerate(self.story.steps):
            try:
                verbs[verb](self, dict(arguments))
            except AssertionError as error:
                message = f"step {place + 1}, {verb} {arguments}: {error}"
                raise AssertionError(message) from error
        return len(self.story.steps)

    # --- what the acts are about ---

    def person(self, number: int) -> dict[str, Json]:
        digits = hashlib.sha256(f"{self.story.name}/{number}".encode()).digest()
        name = "".join(_SYLLABLES[each % 16] for each in digits[:6])
        year = 2012 if CATEGORIES[self.story.category].age == "child" else 1960 + digits[7] % 30
        return {
            "surnames": name.title(),
            "birth_date": f"{year}-{digits[8] % 12 + 1:02}-{digits[9] % 28 + 1:02}",
        }

    def data(self, category: str, arguments: dict[str, Json]) -> dict[str, Json]:
        about = int(arguments.get("about", 0))
        data: dict[str, Json] = json.loads(encode(MINIMUM[category]))
        unique = int.from_bytes(hashlib.sha256(f"{self.story.name}/{about}".encode()).digest()[:3], "big")
        if "person" in data:
            data["person"] = self.person(about)
        for thing in data.get("objects", []):
            thing["identifiers"] = [{"kind": "plate", "value": f"SY-{unique}", "country": "UTO"}]
        for mark in data.get("dactyloscopic_data", []):
            mark["sha256"] = hashlib.sha256(f"{self.story.name}/{about}".encode()).hexdigest()
        if arguments.get("thing"):
            data = {"objects": [self.thing(arguments["thing"], unique)], "action": data["action"]}
            if category != "OBJ":
                data["reason"] = "synthetic"
        _merge(data, self.value(arguments.get("with", {})))
        for path in arguments.get("without", []):
            _take(data, path)
        return data

    def thing(self, kind: str, unique: int) -> dict[str, Json]:
        row = THINGS[kind]
        value = row["value"].replace("#", f"{unique:08}")
        identifier: dict[str, Json] = {"kind": row["kind"], "value": _checked(row["kind"], value)}
        if row["kind"] in {"plate", "document_number"}:
            identifier["country"] = "UTO"
        more: Json = {name: row[name] for name in ("status", "document") if name in row}
        return {"type": kind, "identifiers": [identifier], **more}

    def value(self, value: Json) -> Json:
        """Read a value of a file: `yes` and `no` are truths, `@name` a stored alert's id, numbers in `n:`."""
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {name: self.value(each) for name, each in value.items()}
        if value in {"yes", "no"}:
            return value == "yes"
        if isinstance(value, str) and value.startswith("n:"):
            return int(value[2:])
        if isinstance(value, str) and value.startswith("@"):
            name, _, part = value[1:].partition(".")
            return self.alerts[name][part or "id"]
        return value

    # --- acting ---

    def act(self, who: str, operation: str, command: Json, arguments: dict[str, Json]) -> Json:
        """Run an operation; with `refused` in the arguments it must be refused for that reason or with that code."""
        purpose = arguments.get("purpose") or self.purpose(operation)
        expected = arguments.get("refused")
        answer, refusal = None, ("",)
        try:
            answer = self.stage.run(
                self.stage.people[arguments.get("by", who)], operation, command, purpose, arguments.get("on")
            )
        except ComityError as error:
            refusal = (error.code, *getattr(error, "reasons", ()), str(error))
        if expected is None:
            assert refusal == ("",), refusal
        else:
            assert expected in refusal, f"{refusal} instead of {expected}"
        return answer

    def purpose(self, operation: str) -> str:
        if (room := operation.split(".", maxsplit=1)[0]) in {"crossing", "bureau", "agreement"}:
            return "borders"
        if room in {"letter", "deadline"}:
            return "police"
        return CATEGORIES[self.story.category].purpose.value

    def alert(self, arguments: dict[str, Json]) -> Json:
        return self.alerts[arguments.get("alert", "alert")]

    def versioned(self, arguments: dict[str, Json], **more: Json) -> Json:
        alert = self.alert(arguments)
        return {"id": alert["id"], "version": int(arguments.get("version", alert["version"])), **more}

    def keep(self, arguments: dict[str, Json], state: Json) -> None:
        if state is not None:
            self.alerts[str(arguments.get("as", arguments.get("alert", "alert")))] = state


class Stage:
    """Two nodes and everybody who works there."""

    def __init__(self, issuing: Node, executing: Node) -> None:
        self.nodes = {issuing.party: issuing, executing.party: executing}
        self.issuing, self.executing = issuing.party, executing.party
        self.people = people_of(self.issuing, self.executing)
        self.runtimes: dict[str, Runtime] = {}
        self.four_eyes: dict[str, Any] = {}
        for party, node in self.nodes.items():
            node.law = house_rulebook()
            operations = (*node.operations, *sweep_operations(exercise=True))
            self.runtimes[party] = node.house.runtime(operations)
            self.four_eyes |= {each.name: each for each in operations if each.four_eyes}

    def close(self) -> None:
        for runtime in self.runtimes.values():
            runtime.close()

    def run(self, who: Actor, operation: str, command: Json, purpose: str, on: str | None) -> Json:
        party = who.owner.party
        if operation in self.four_eyes:
            declared = self.four_eyes[operation]
            with self.nodes[party].house.work(who, Purpose(purpose)) as work:
                return json.loads(encode(declared.run(work, msgspec.convert(command, declared.command))))
        asked = call(operation, command, purpose=purpose)
        if on is not None:
            at = parse_instant(on) if "T" in on else start_of_day(on)  # type: ignore[arg-type]  # a day of a file
            asked = msgspec.structs.replace(asked, at=at)
        return decode(self.runtimes[party].run(asked, who).body)

    def carry(self) -> list[tuple[str, tuple[str, ...]]]:
        issuing, executing = self.nodes[self.issuing], self.nodes[self.executing]
        return [*deliver(issuing, executing), *deliver(executing, issuing)]


THINGS: dict[str, dict[str, str]] = {
    "motor_vehicle": {"kind": "vin", "value": "WSYNTHET0#"},
    "trailer": {"kind": "plate", "value": "TR-#"},
    "caravan": {"kind": "plate", "value": "CA-#"},
    "industrial_equipment": {"kind": "serial", "value": "IE-#"},
    "boat": {"kind": "registration", "value": "BO-#"},
    "boat_engine": {"kind": "serial", "value": "BE-#"},
    "container": {"kind": "container_number", "value": "#"},
    "aircraft": {"kind": "registration", "value": "AC-#"},
    "aircraft_engine": {"kind": "serial", "value": "AE-#"},
    "firearm": {"kind": "serial", "value": "FA-#"},
    "blank_document": {"kind": "document_number", "value": "BD#", "status": "stolen"},
    "issued_document": {"kind": "document_number", "value": "ID#", "status": "lost", "document": "passport"},
    "registration_document": {"kind": "document_number", "value": "RD#", "status": "stolen"},
    "banknote": {"kind": "note_serial", "value": "BN#"},
    "it_item": {"kind": "serial", "value": "IT-#"},
    "vehicle_part": {"kind": "serial", "value": "VP-#"},
    "equipment_part": {"kind": "serial", "value": "EP-#"},
    "high_value": {"kind": "serial", "value": "HV-#"},
    "payment_means": {"kind": "serial", "value": "PM-#"},
}


def _checked(kind: str, value: str) -> str:
    """Complete a container number by its check digit (ISO 6346)."""
    if kind != "container_number":
        return value
    body = f"SYNU{value[-6:]}"
    values = {letter: 10 + place + (place + 9) // 10 for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
    total = sum((values.get(each) or int(each)) << place for place, each in enumerate(body))
    return f"{body}{total % 11 % 10}"


def _merge(data: Json, more: Json) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(data.get(name), dict):
            _merge(data[name], value)
        else:
            data[name] = value


def _take(data: Json, path: str) -> None:
    *outer, last = path.split(".")
    for name in outer:
        data = data.get(name, {})
    data.pop(last, None)
