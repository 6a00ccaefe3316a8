"""What bureaux and offices do in stories of alerts: letters, deadlines, and asking whether one may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from comity.core.time import parse_instant
from tests.support.alert_stage import Json, Play

Arguments = dict[str, Json]


def ask(play: Play, arguments: Arguments) -> None:
    """Ask the decision point whether one may.

    `says` is the effect, `because` the principal reason, `among` one of the reasons, `due` the last day or instant.
    """
    lineage = arguments.get("under", "schengen-sis")
    listed = play.act("bureau", "agreement.list", {}, {})["agreements"]
    (agreement,) = [each["agreement"] for each in listed if each["lineage"] == lineage]
    stage = play.stage
    command: Json = {
        "agreement": agreement,
        "operation": arguments["operation"],
        "category": arguments.get("category", play.story.category),
        "purpose": arguments["for"],
        "party": arguments.get("party", stage.executing),
        "other": arguments.get("other", stage.issuing),
        "role": arguments["role"],
        "facts": [{"name": name, "value": value} for name, value in arguments.get("facts", {}).items()],
    }
    answer = play.act("bureau", "agreement.ask", command, arguments)
    codes = [each["code"] for each in answer["reasons"]]
    assert answer["effect"] == arguments["says"], f"{answer['effect']}: {answer['reasons']}"
    if "because" in arguments:
        assert codes[0] == arguments["because"], f"{answer['reasons']}"
    assert arguments.get("among", codes[0]) in codes, f"{answer['reasons']}"
    if "due" in arguments:
        dues = answer["dues"]
        assert _when(dues[0].get("day"), dues[0].get("instant"), arguments["due"]), f"{dues}"
    for duty in arguments.get("duties", []):
        assert duty in answer["obligations"], answer["obligations"]


def letter(play: Play, arguments: Arguments) -> None:
    """Send a letter about the alert to its issuer's bureau, or `to` another party."""
    alert = play.alert(arguments)
    command: Json = {
        "form": arguments["form"],
        "recipient": arguments.get("to", alert["owner"]["party"]),
        "subject": "Synthetic subject",
        "text": "Synthetic text.",
        "alert": alert["id"],
        "details": arguments.get("details"),
        "urgent": arguments.get("urgent") == "yes",
    }
    if "evidence_at" in arguments:
        command["evidence_at"] = arguments["evidence_at"]
    sent = play.act("bureau", "letter.send", command, arguments)
    if sent is not None:
        play.alerts[arguments.get("as", "letter")] = sent


def answer_letter(play: Play, arguments: Arguments) -> None:
    """The bureau asked (the issuer's, where no other is named) answers with a word of the form's list."""
    sent = play.alerts[arguments.get("letter", "letter")]
    command = {"party": sent["sender"]["party"], "letter": sent["id"], "version": 1, "said": arguments["said"]}
    play.act("issuing-bureau", "letter.answer", {**command, "text": "So it is."}, arguments)


def letter_stands(play: Play, arguments: Arguments) -> None:
    """Look at a letter on a day: its last day or hour, what is to be done, whether silence has answered it."""
    sent = play.alerts[arguments.get("letter", "letter")]
    command = {"party": sent["sender"]["party"], "letter": sent["id"]}
    view = play.act(arguments.get("by", "bureau"), "letter.show", command, arguments)
    if "due" in arguments:
        assert _when(view["letter"]["due_on"], view["letter"]["due_at"], arguments["due"]), view["letter"]
    if "prompt" in arguments:
        assert view["prompt"] == arguments["prompt"], view["prompt"]
    if "silence_counts" in arguments:
        assert view["silence_counts"] is play.value(arguments["silence_counts"])


def letters_wait(play: Play, arguments: Arguments) -> None:
    """List what the issuer's bureau has to answer: the letters of this story stand in the order named."""
    mine = {play.alerts[name]["id"]: name for name in arguments["order"]}
    command: Json = {"limit": 200}
    order: list[str] = []
    while True:
        page = play.act("issuing-bureau", "letter.list", command, arguments)
        order += [mine[one["letter"]["id"]] for one in page["letters"] if one["letter"]["id"] in mine]
        if page["cursor"] is None:
            break
        command["cursor"] = page["cursor"]
    assert order == arguments["order"], f"{order}"


def begin_duty(play: Play, arguments: Arguments) -> None:
    """Begin a deadline that a rule of law sets."""
    command = {"rule": arguments["rule"], "case_kind": "letter", "case": "synthetic-case", "began": arguments["at"]}
    play.act("bureau", "deadline.start", command, arguments)
    play.alerts["duty"] = {"id": command["case"]}


def duty_stands(play: Play, arguments: Arguments) -> None:
    """Look at a deadline of a letter or duty in the register on a day: its last day or hour, and how it stands."""
    case = play.alerts[arguments.get("case", "letter")]["id"]
    page = play.act(arguments.get("by", "bureau"), "deadline.list", {"case": case}, arguments)
    rule = arguments.get("rule", "")
    (found,) = [one for one in page["deadlines"] if one["deadline"]["rule"].startswith(rule)]
    assert _when(found["deadline"]["due_on"], found["deadline"]["due_at"], arguments["due"]), found
    assert found["standing"] == arguments["stands"], found


def no_duty(play: Play, arguments: Arguments) -> None:
    """The register holds nothing about the alert."""
    page = play.act("bureau", "deadline.list", {"case": play.alert(arguments)["id"]}, arguments)
    assert page["deadlines"] == []


def _when(day: str | None, instant: int | None, said: str) -> bool:
    return instant == parse_instant(said) if "T" in said else day == said


def unit_hits(play: Play, arguments: Arguments) -> None:
    """List the hits on the issuing unit's alerts: what the unit is asked of the one of this story."""
    page = play.act(arguments.get("by", "issuer"), "bureau.unit-hits", {"limit": 200}, arguments)
    mine = [one for one in page["hits"] if one["alert"]["id"] == play.alert(arguments)["id"]]
    asked = [f"{one['prompt']} {one['ended'] or '-'} {one['last_day'] or '-'}" for one in mine]
    assert asked == arguments["asks"], f"{asked}"


def check_abroad(play: Play, arguments: Arguments) -> None:
    """Check a passport whose issuer is asked abroad, and look at what the advice makes of the answer."""
    command: Json = {
        "direction": "entry",
        "crossing_point": "synthetic-1",
        "lane": "third-country",
        "identity": {"surnames": "Synthetic-Alpha", "nationality": "AUS"},
        "document": {"country": arguments["country"], "number": arguments["number"]},
    }
    advice = play.act("guard", "crossing.check", command, arguments)
    asked = [each["state"] for each in advice["abroad"]]
    if asked == ["check-first"]:
        # Nothing travels before somebody asked about fear; the answer to that is the guard's.
        abroad: Json = {"check": advice["check"], "party": arguments["country"], "fear_expressed": "no"}
        answered = play.act("guard", "crossing.ask-abroad", abroad, arguments)
        asked = [each["state"] for each in answered["asked"]]
        advice = play.act("guard", "crossing.show", {"check": advice["check"]}, arguments)["advice"]
    assert asked == ["silent"], f"{asked}"
    assert advice["outcome"] == arguments["outcome"], advice["outcome"]
    assert arguments["because"] in {each["code"] for each in advice["reasons"]}, f"{advice['reasons']}"


def probe(play: Play, arguments: Arguments) -> None:
    """Have the issuer compare prints under no name: it says what it says, and attests that they are gone."""
    command = {
        "party": play.stage.issuing,
        "category": "reference.fingerprint",
        "template": "c3ludGhldGlj",
        "justification": "synthetic: unknown visitor",
    }
    answer = play.act("guard", "crossing.send-probe", command, arguments)
    assert (answer["said"], answer["reason"]) == (arguments["says"], None), f"{answer}"
    assert answer["destroyed"], "not destroyed"
    assert answer["receipt"], "no receipt"


OFFICE_VERBS: Final[dict[str, Callable[[Play, Arguments], None]]] = {
    "ask": ask,
    "check_abroad": check_abroad,
    "unit_hits": unit_hits,
    "probe": probe,
    "letter": letter,
    "answer_letter": answer_letter,
    "letter_stands": letter_stands,
    "letters_wait": letters_wait,
    "begin_duty": begin_duty,
    "no_duty": no_duty,
    "duty_stands": duty_stands,
}
