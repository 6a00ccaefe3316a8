"""The acts that stories of alerts are made of: one function for each word that a file may use."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from comity.alerts import store
from comity.alerts.categories import CATEGORIES
from comity.alerts.expiry import expire
from comity.alerts.records import AlertRecord
from comity.core.codec import encode
from comity.core.time import CivilDate
from comity.core.vocabulary import Purpose
from tests.support.alert_care import CARE_VERBS, REQUESTER
from tests.support.alert_counter import COUNTER_VERBS, data_of, listed
from tests.support.alert_office import OFFICE_VERBS
from tests.support.alert_stage import Json, Play
from tests.support.categories import grounds_for

Arguments = dict[str, Json]
_TEXT = "Synthetic: the case is still open and serious enough."


def enter(play: Play, arguments: Arguments) -> None:
    category = arguments.get("category", play.story.category)
    command = {
        "category": category,
        "data": data_of(play, category, arguments),
        "grounds": _grounds(play, category, arguments),
    }
    play.keep(arguments, play.act("issuer", "alert.enter", command, arguments | _purpose(category)))


def change(play: Play, arguments: Arguments) -> None:
    category = arguments.get("category", play.story.category)
    more = {name: play.value(arguments[name]) for name in ("character", "clearance") if name in arguments}
    command = play.versioned(arguments, data=data_of(play, category, arguments), **more)
    play.keep(arguments, play.act("issuer", "alert.change", command, arguments | _purpose(category)))


def extend(play: Play, arguments: Arguments) -> None:
    more = {name: arguments[name] for name in ("agreed_by",) if name in arguments}
    text = arguments.get("assessment", _TEXT)
    command = play.versioned(arguments, until=arguments["until"], assessment=text, **more)
    play.keep(arguments, play.act("issuer", "alert.extend", command, arguments))


def delete(play: Play, arguments: Arguments) -> None:
    command = play.versioned(arguments, reason=arguments.get("reason", "withdrawn"))
    play.keep(arguments, play.act("issuer", "alert.delete", command, arguments))


def achieved(play: Play, arguments: Arguments) -> None:
    command = play.versioned(arguments, what=arguments["what"])
    play.keep(arguments, play.act("issuing-bureau", "alert.tell-achieved", command, arguments))


def keep(play: Play, arguments: Arguments) -> None:
    command = play.versioned(arguments, reason=arguments.get("reason", _TEXT))
    play.keep(arguments, play.act("issuer", "alert.keep", command, arguments))


def carry(play: Play, arguments: Arguments) -> None:
    """Carry what is due; everything is stored, or something is refused for the reason named."""
    told = play.stage.carry()
    wanted = arguments.get("refused")
    # An older version that a newer one overtook on the way is withheld: that is no refusal of the alert.
    reasons = {reason for _, each in told for reason in each} - {"exchange.withheld"}
    assert (wanted in reasons) if wanted else not reasons, f"{told}"


def copy(play: Play, arguments: Arguments) -> None:
    """Look at what is held: by default the copy in Germany. `is`: there or gone; `has`: what fields say."""
    record = _held(play, arguments)
    if arguments.get("is") == "gone":
        assert record is None
        return
    assert record is not None, "no such copy"
    for said in listed(arguments.get("has", [])):
        path, _, value = str(said).partition(" is ")
        found: object = record
        for name in path.split("."):
            found = found[int(name)] if name.isdigit() else getattr(found, name)  # type: ignore[index]  # a path of a file
        assert _says(found) == value, f"{path} is {_says(found)}"


def dates(play: Play, arguments: Arguments) -> None:
    """Compare the clocks of the own alert, as its last act told them."""
    state = play.alert(arguments)
    for name, day in arguments.items():
        if name != "alert":
            assert state[name] == day, f"{name} is {state[name]}"


def pass_day(play: Play, arguments: Arguments) -> None:
    """Let a day come: what is past its last day goes by itself, at both nodes."""
    day = CivilDate(arguments["day"])
    for node in play.stage.nodes.values():
        if arguments.get("at", node.party) != node.party:
            continue
        who = play.stage.people["issuing-bureau" if node.party == play.stage.issuing else "bureau"]
        while node.acts.act("alert.expire", who, Purpose.POLICE, lambda work: expire(work, day)):
            pass


def look(play: Play, arguments: Arguments) -> None:
    """Look for existing alerts before entry; `finds` is relation and form of each, in order of party."""
    category = arguments.get("category", play.story.category)
    command = {"category": category, "data": data_of(play, category, arguments)}
    answer = play.act("issuer", "alert.look-first", command, arguments | _purpose(category))
    if answer is not None:
        found = [f"{one['relation']} {one['form'] or '-'}" for one in answer["existing"]]
        assert found == arguments["finds"], f"{found}"


def link(play: Play, arguments: Arguments) -> None:
    other = play.alerts[arguments["to"]]
    target = {"to_party": other["owner"]["party"], "to_id": other["id"]}
    command = play.versioned(arguments, **target, need=arguments.get("need", "One gang, one investigation."))
    play.keep(arguments, play.act("issuer", "alert.link", command, arguments))


def unlink(play: Play, arguments: Arguments) -> None:
    other = play.alerts[arguments["to"]]
    command = play.versioned(arguments, to_party=other["owner"]["party"], to_id=other["id"])
    play.keep(arguments, play.act("issuer", "alert.unlink", command, arguments))


def hide(play: Play, arguments: Arguments) -> None:
    command = play.versioned(
        arguments,
        operation="synthetic operation",
        authorised_by="Procureur Synthetic",
        states_told=arguments.get("states", ["DEU"]),
        no_other_way=play.value(arguments.get("no_other_way", "yes")),
    )
    play.keep(arguments, play.act("issuer", "alert.hide", command, arguments | {"purpose": "police"}))


def reveal(play: Play, arguments: Arguments) -> None:
    play.keep(
        arguments, play.act("issuer", "alert.reveal", play.versioned(arguments), arguments | {"purpose": "police"})
    )


def add_victim(play: Play, arguments: Arguments) -> None:
    victim = {**play.person(7), **play.value(arguments.get("victim", {}))}
    consent = {"consented": "2026-11-20", "consent_reference": "SYN-CONSENT-1"}
    more = {} if arguments.get("consent") == "no" else consent
    command = play.versioned(arguments, victim=victim, **more)
    play.keep(arguments, play.act("issuer", "alert.add-victim", command, arguments))


def remove_victim(play: Play, arguments: Arguments) -> None:
    command = play.versioned(arguments, reason=arguments.get("reason", "asked_by_victim"))
    play.keep(arguments, play.act("issuer", "alert.remove-victim", command, arguments))


def wait(play: Play, arguments: Arguments) -> None:
    category = arguments.get("category", play.story.category)
    command = {
        "category": category,
        "data": data_of(play, category, arguments),
        "grounds": _grounds(play, category, arguments),
    }
    answer = play.act("issuer", "alert.wait", command, arguments | _purpose(category))
    if answer is not None:
        play.alerts[arguments.get("as", "waiting")] = answer


def enter_waiting(play: Play, arguments: Arguments) -> None:
    waiting = play.alerts[arguments.get("waiting", "waiting")]
    purpose = _purpose(arguments.get("category", play.story.category))
    play.keep(arguments, play.act("issuer", "alert.enter-waiting", {"id": waiting["id"]}, arguments | purpose))


def history(play: Play, arguments: Arguments) -> None:
    answer = play.act("issuer", "alert.history", {"id": play.alert(arguments)["id"]}, arguments)
    if answer is not None:
        assert [one["act"] for one in answer["acts"]] == arguments["acts"], f"{answer['acts']}"


def sweep(play: Play, arguments: Arguments) -> None:
    """Count what retention would take away on a day: a dry run."""
    command = {"as_of": arguments["as_of"], "dry_run": True}
    answer = play.act("issuing-bureau", "alert.sweep", command, arguments | {"purpose": "police"})
    of = [line for line in answer["lines"] if line["own"] and line["category"] == play.story.category]
    for name in ("past", "warned"):
        if name in arguments:
            assert (sum(line[name] for line in of) > 0) is (arguments[name] == "yes"), f"{of}"


VERBS: Final[dict[str, Callable[[Play, Arguments], None]]] = {
    **COUNTER_VERBS,
    **CARE_VERBS,
    **OFFICE_VERBS,
    "enter": enter,
    "change": change,
    "extend": extend,
    "delete": delete,
    "tell_achieved": achieved,
    "keep": keep,
    "carry": carry,
    "copy": copy,
    "dates": dates,
    "pass": pass_day,
    "look": look,
    "link": link,
    "unlink": unlink,
    "hide": hide,
    "reveal": reveal,
    "add_victim": add_victim,
    "remove_victim": remove_victim,
    "wait": wait,
    "enter_waiting": enter_waiting,
    "history": history,
    "sweep": sweep,
}


def _grounds(play: Play, category: str, arguments: Arguments) -> Json:
    grounds = json.loads(encode(grounds_for(category, *arguments.get("grounds_without", []))))
    if "requester" in arguments:
        grounds["requester"] = {"who": play.person(REQUESTER), "relation": arguments["requester"]}
    return {**grounds, **play.value(arguments.get("grounds", {}))}


def _purpose(category: str) -> Arguments:
    return {"purpose": CATEGORIES[category].purpose.value}


def _held(play: Play, arguments: Arguments) -> AlertRecord | None:
    alert = play.alert(arguments)
    party = arguments.get("at", play.stage.executing)
    node = play.stage.nodes[party]
    who = play.stage.people["bureau" if party == play.stage.executing else "issuing-bureau"]
    with node.house.works().open(who, Purpose.POLICE) as work:
        return store.find_alert(work, alert["owner"]["party"], alert["id"])


def _says(value: object) -> str:
    return getattr(value, "value", None) or str(value)
