"""The acts of the executing State in stories of alerts: at its counters, in its bureau."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Final

from tests.scenario.test_alert_crosses_the_border import ANSWERED
from tests.support.alert_stage import Json, Play
from tests.support.categories import FACE, PAGE

Arguments = dict[str, Json]
_PICTURES: Final = {"photographs": FACE, "document_copies": PAGE}


def check(play: Play, arguments: Arguments) -> None:
    """Check the person or thing at a German counter."""
    data = data_of(play, arguments.get("category", play.story.category), arguments)
    command: Json = {
        "direction": arguments.get("direction", "entry"),
        "crossing_point": "demuc-1",
        "lane": arguments.get("lane", "third-country"),
    }
    if "person" in data and "thing" not in arguments:
        who = data["person"]
        identity = {name: who[name] for name in ("surnames", "forenames", "birth_date") if name in who}
        command |= {"identity": identity, "justification": "synthetic: no document", "case": "synthetic-1"}
    else:
        number = data["objects"][0]["identifiers"][0]
        value = _slipped(number["value"]) if "slip" in arguments else number["value"]
        if number["kind"] == "document_number":
            command["document"] = {"number": value}  # its issuer is the specimen State, which no counter takes
        else:
            kind = {"container_number": "container"}.get(number["kind"], number["kind"])
            command["things"] = [{"kind": kind, "number": value}]
        if "near" in arguments:
            command["near"] = play.value(arguments["near"])
    answer = play.act("guard", "crossing.check", command, arguments)
    if answer is None:
        return
    look_at(play, arguments, answer)


def _slipped(number: str) -> str:
    """Return a number with its last character misread."""
    return number[:-1] + ("7" if number[-1] != "7" else "1")


def look_at(play: Play, arguments: Arguments, answer: Json) -> None:
    """Keep the advice of a check, and hold it against what the story says."""
    play.found = answer
    held = [one for one in answer["matches"] if one["alert"]["id"] in {each["id"] for each in play.alerts.values()}]
    play.found["held"] = held
    if "finds" in arguments:
        assert [one["action"]["code"] for one in held] == listed(arguments["finds"]), f"{answer['matches']}"
    if "outcome" in arguments:
        assert answer["outcome"] == arguments["outcome"], answer["outcome"]
    for duty in listed(arguments.get("duties", [])):
        assert duty in answer["obligations"], answer["obligations"]
    if "warns" in arguments:
        assert answer["warnings"] == listed(arguments["warns"]), answer["warnings"]
    if "must_not_show" in arguments:
        assert answer["must_not_show"] is play.value(arguments["must_not_show"])


def confirm(play: Play, arguments: Arguments) -> None:
    match = play.found["held"][0]
    command: Json = {
        "check": play.found["check"],
        "alert": match["alert"]["id"],
        "version": match["alert"]["version"],
        "place": "demuc-1",
        "circumstances": "synthetic circumstances",
        "action_taken": arguments["action"],
    }
    if arguments.get("safeguards", "yes") == "yes":
        command["safeguards"] = {name: getattr(ANSWERED, name).value for name in ANSWERED.__struct_fields__}
    if "observed" in arguments:
        command["observed"] = play.value(arguments["observed"])
    play.act("guard", "crossing.confirm", command, arguments)


def report(play: Play, arguments: Arguments) -> None:
    """The own bureau sends the draft that the hit opened, and the issuer's bureau finds it."""
    cases = play.act("bureau", "bureau.drafts", {"limit": 200}, {})["cases"]
    alerts = {each["id"] for each in play.alerts.values()}
    (case,) = [one for one in cases if one["report"]["alert"]["id"] in alerts]
    play.act("bureau", "bureau.send", {"case": case["id"], "version": case["version"]}, arguments)
    play.stage.carry()
    inbox = play.act("issuing-bureau", "bureau.inbox", {"limit": 200}, {})["messages"]
    told = [one for one in inbox if one.get("report") and one["report"]["alert"]["id"] in alerts]
    assert len(told) == 1, f"{len(told)} reports"
    for name, value in arguments.get("has", {}).items():
        assert str(told[0]["report"].get(name)) == str(value), told[0]["report"].get(name)
    for name in arguments.get("without", []):
        assert told[0]["report"].get(name) is None


def flag(play: Play, arguments: Arguments) -> None:
    alert = play.alert(arguments)
    command = {
        "party": alert["owner"]["party"],
        "id": alert["id"],
        "ground": arguments.get("ground", "national_law"),
        "vetted_by": "Oberlandesgericht Synthetic",
        "vetting": arguments.get("vetting", "The court looked at the case and refused it."),
    }
    if "judicial" in arguments:
        command["judicial"] = arguments["judicial"]
    play.act("bureau", "alert.flag", command, arguments | {"purpose": "police"})


def unflag(play: Play, arguments: Arguments) -> None:
    alert = play.alert(arguments)
    play.act("bureau", "alert.unflag", {"party": "FRA", "id": alert["id"]}, arguments | {"purpose": "police"})


def vet(play: Play, arguments: Arguments) -> None:
    command = {
        "party": "FRA",
        "id": play.alert(arguments)["id"],
        "vetted_by": "Generalstaatsanwaltschaft Synthetic",
        "found": arguments.get("found", "Nothing stands against it."),
    }
    play.act("bureau", "alert.vet", command, arguments | {"purpose": "police"})


def vettings(play: Play, arguments: Arguments) -> None:
    state = arguments.get("state", "waiting")
    page = play.act("bureau", "alert.vettings", {"state": state, "limit": 200}, {"purpose": "police"})
    here = play.alert(arguments)["id"] in {one["id"] for one in page["vettings"]}
    assert here is (arguments["listed"] == "yes")


def show(play: Play, arguments: Arguments) -> None:
    """Show an alert to somebody; `links` is how many are seen."""
    alert = play.alert(arguments)
    who = arguments.get("by", "foreign-officer")
    answer = play.act(who, "alert.show", {"id": alert["id"], "party": alert["owner"]["party"]}, arguments)
    if answer is None:
        return
    if "links" in arguments:
        assert len(answer["data"].get("links", [])) == int(arguments["links"])
    for name in arguments.get("without", []):
        assert not answer["data"].get(name), f"{name} is shown"
        assert not answer.get(name), f"{name} is shown"
    if "marks" in arguments:
        assert answer["data"].get("warnings", []) == arguments["marks"], answer["data"].get("warnings")
    for name in arguments.get("with", []):
        assert answer["data"].get(name), f"{name} is not shown"


def hide_links(play: Play, arguments: Arguments) -> None:
    command = {"party": "FRA", "id": play.alert(arguments)["id"]}
    play.act("bureau", "alert.hide-links", command, arguments)


def show_victim(play: Play, arguments: Arguments) -> None:
    alert = play.alert(arguments)
    need = arguments.get("need", "The person at the counter says that it is not them.")
    command = {"party": alert["owner"]["party"], "id": alert["id"], "need": need}
    answer = play.act("foreign-officer", "alert.show-victim", command, arguments)
    if answer is not None:
        assert answer["victim"]["surnames"] == play.person(7)["surnames"]


def held(play: Play, arguments: Arguments) -> None:
    page = play.act("bureau", "alert.held", {"state": arguments.get("state", "held"), "limit": 200}, arguments)
    mine = [one for one in page["held"] if one["id"] == play.alert(arguments)["id"]]
    assert [one["suspected"] for one in mine] == listed(arguments["as"]), f"{mine}"


def decide_held(play: Play, arguments: Arguments) -> None:
    command = {
        "party": "FRA",
        "id": play.alert(arguments)["id"],
        "found": arguments["found"],
        "reviewed_by": "Referat Synthetic",
        "reasons": arguments.get("reasons", "The file shows what the case is about."),
    }
    play.act("bureau", "alert.decide-held", command, arguments)


def refuse_from(play: Play, arguments: Arguments) -> None:
    command = {name: arguments[name] for name in ("party", "category") if name in arguments}
    basis = arguments.get("basis", "Synthetic: courts of that State are not independent.")
    play.act("bureau", "alert.refuse-from", {**command, "basis": basis}, arguments)


def accept_from(play: Play, arguments: Arguments) -> None:
    command = {name: arguments[name] for name in ("party", "category") if name in arguments}
    play.act("bureau", "alert.accept-from", command, arguments)


def data_of(play: Play, category: str, arguments: Arguments) -> Json:
    data = play.data(category, arguments)
    for name in arguments.get("pictures", []):
        one = _PICTURES[name]
        content = base64.b64encode(one.content or b"").decode()
        data[name] = [{"kind": one.kind.value, "sha256": one.sha256, "content": content}]
    return data


def listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


COUNTER_VERBS: Final[dict[str, Callable[[Play, Arguments], None]]] = {
    "check": check,
    "confirm": confirm,
    "report": report,
    "flag": flag,
    "unflag": unflag,
    "vet": vet,
    "vettings": vettings,
    "show": show,
    "hide_links": hide_links,
    "show_victim": show_victim,
    "held": held,
    "decide_held": decide_held,
    "refuse_from": refuse_from,
    "accept_from": accept_from,
}
