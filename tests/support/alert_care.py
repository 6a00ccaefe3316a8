"""The acts of protection in stories of alerts: orders, places, victims."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import select

from comity.alerts.store import HIT, hit_of
from comity.core.vocabulary import Purpose
from tests.support.alert_stage import PEOPLE, Json, Play

Arguments = dict[str, Json]
_PROTECTED: Final = {"MIS-P", "MIS-N", "CHI-A", "CHI-T", "VUL"}
_POLICE: Final = {"purpose": "police"}
REQUESTER: Final = 8
"""The number of whoever asks, among the people of a story."""


def order(play: Play, arguments: Arguments) -> None:
    command = {
        "protected": play.person(0),
        "against": play.person(int(arguments.get("against", REQUESTER))),
        "issued_by": "Tribunal Synthetic",
        "reference": "SYN-ORDER-1",
        "until": arguments.get("until", "2027-06-01"),
    }
    answer = play.act("issuer", "protection.record-order", command, arguments | _POLICE)
    if answer is not None:
        play.alerts["order"] = answer


def lift_order(play: Play, arguments: Arguments) -> None:
    play.act("issuer", "protection.lift-order", {"id": play.alerts["order"]["id"]}, arguments | _POLICE)


def ask_place(play: Play, arguments: Arguments) -> None:
    command: Json = {
        "id": play.alert(arguments)["id"],
        "requester": {"who": play.person(REQUESTER), "relation": arguments["relation"]},
    }
    if "consent" in arguments:
        command["consent"] = play.value(arguments["consent"])
    answer = play.act("issuing-bureau", "protection.ask-place", command, arguments | _POLICE)
    if answer is not None:
        assert answer["may_tell"] == arguments["tells"], answer


def victim(play: Play, arguments: Arguments) -> None:
    command = {
        "who": play.person(0),
        "indicators": ["papers_held_by_another", "coached_answers"],
        "referred_to": "Maison Synthetic",
        "age_known": play.value(arguments.get("age_known", "yes")),
    }
    answer = play.act("second-line", "victim.record", command, arguments | {"purpose": "borders"})
    if answer is not None:
        assert answer["reflection_until"] == "2026-12-25"
        assert answer["child"] is play.value(arguments.get("child", "no")) or "child" not in arguments
        play.alerts["victim"] = answer


def victims(play: Play, arguments: Arguments) -> None:
    answer = play.act("second-line", "victim.list", {"limit": 200}, {"purpose": "borders"})
    listed = [one for one in answer["victims"] if one["id"] == play.alerts["victim"]["id"]]
    assert bool(listed) is play.value(arguments["lists"])
    assert play.person(0)["surnames"] not in str(answer)


def listed(play: Play, arguments: Arguments) -> None:
    """Look for the alert in both lists: it stands in its own one and not in the other."""
    alert = play.alert(arguments)["id"]
    for protected in (False, True):
        command: Json = {"protected": protected, "own": True, "limit": 200}
        found: set[str] = set()
        while True:
            page = play.act("issuer", "alert.list", command, {})
            found |= {one["id"] for one in page["alerts"]}
            assert all((one["category"] in _PROTECTED) is protected for one in page["alerts"])
            if page["next"] is None:
                break
            command["after"] = page["next"]
        assert (alert in found) is ((play.story.category in _PROTECTED) is protected)


def figures(play: Play, arguments: Arguments) -> None:
    """The supervisor counts; at least so many acts of a kind were done."""
    answer = play.act("supervisor", "alert.figures", {}, arguments | {"purpose": "supervision"})
    for act, least in arguments.get("acts", {}).items():
        assert answer["acts"][act] >= int(least), answer["acts"]
    assert answer["extended_again"] >= int(arguments.get("extended_again", 0))


def timeline(play: Play, arguments: Arguments) -> None:
    """Count the hits that the executing State keeps of an alert, and look whether one says where."""
    node = play.stage.nodes["DEU"]
    query = select(HIT.c.body).where(HIT.c.alert == play.alert(arguments)["id"])
    with node.house.works().open(PEOPLE["bureau"], Purpose.POLICE) as work:
        hits = [hit_of(row) for row in work.read(query)]
    assert len(hits) == int(arguments["keeps"]), len(hits)
    assert all(bool(hit.place) is play.value(arguments["places"]) for hit in hits)


CARE_VERBS: Final[dict[str, Callable[[Play, Arguments], None]]] = {
    "order": order,
    "lift_order": lift_order,
    "ask_place": ask_place,
    "victim": victim,
    "victims": victims,
    "listed": listed,
    "figures": figures,
    "timeline": timeline,
}
