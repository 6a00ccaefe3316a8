"""A flag: Germany does not arrest on a French warrant, and France learns of it; nothing of why is told beyond that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.agreements.law.compile import house_rulebook
from comity.alerts.commands import AlertState, DeleteAlert, EnterAlert, ShowAlert
from comity.alerts.flag_records import FlagAlert, FlagPage, FlagState, LiftFlag, ListFlags
from comity.alerts.flag_words import FlagGround, JudicialGround
from comity.alerts.records import AlertShown, DeletionReason
from comity.bureau.commands import Inbox, ListInbox
from comity.bureau.records import MessageKind
from comity.core.codec import decode_as, encode
from comity.core.errors import Conflict, NotFound, Refused
from comity.core.time import SECOND_US
from comity.core.vocabulary import Function, Role
from comity.crossings.records import Action, Advice, Check, Confirm, Direction, Identity, Lane
from tests.scenario.test_alert_crosses_the_border import ANSWERED, Node, agree, deliver, open_node
from tests.support.alerts import arrest
from tests.support.categories import MINIMUM, grounds_for
from tests.support.house import actor

ISSUER = actor("FRA", "court", Function.ALERT_OFFICER, role=Role.JUDICIAL_AUTHORITY)
ISSUING_BUREAU = actor("FRA", "sirene-france", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-2")
GERMAN_BUREAU = actor("DEU", "sirene-deutschland", Function.BUREAU_OFFICER, role=Role.SIRENE_BUREAU, name="synthetic-3")
GUARD = actor("DEU", "bundespolizei", Function.FIRST_LINE, role=Role.BORDER_GUARD, name="synthetic-4")
STORED = [("stored", ())]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    with open_node(tmp_path / "fra", "FRA", 1) as france, open_node(tmp_path / "deu", "DEU", 2) as germany:
        agree(france, germany)
        france.law = germany.law = house_rulebook()
        yield france, germany


def enter(nodes: tuple[Node, Node], category: str = "ARR") -> AlertState:
    france, germany = nodes
    data = arrest() if category == "ARR" else MINIMUM[category]
    command = EnterAlert(category=category, data=data, grounds=grounds_for(category))
    entered = france.run("alert.enter", command, ISSUER, "police")
    assert deliver(france, germany) == STORED
    return decode_as(entered, AlertState)


def flag_of(alert: AlertState, **more: object) -> FlagAlert:
    made = FlagAlert(
        party="FRA",
        id=alert.id,
        ground=FlagGround.NATIONAL_LAW,
        judicial=JudicialGround.JUDICIAL_REFUSAL if alert.category == "ARR" else None,
        vetted_by="Oberlandesgericht Synthetic",
        vetting="The court refused the surrender for good.",
    )
    return msgspec.structs.replace(made, **more)


def flag(germany: Node, command: FlagAlert) -> FlagState:
    return decode_as(germany.run("alert.flag", command, GERMAN_BUREAU, "police"), FlagState)


def check(germany: Node, alert: AlertState) -> Advice:
    person = (arrest() if alert.category == "ARR" else MINIMUM[alert.category]).person
    assert person is not None
    question = Check(
        direction=Direction.ENTRY,
        crossing_point="demuc-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames=person.surnames, forenames=person.forenames, birth_date=person.birth_date),
        justification="synthetic: no document",
        case="synthetic-1",
    )
    return decode_as(germany.run("crossing.check", question, GUARD, "borders"), Advice)


def test_a_flagged_arrest_becomes_locating_and_its_owner_is_told(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    alert = enter(nodes)
    before = check(germany, alert)

    state = flag(germany, flag_of(alert))
    told = deliver(germany, france)
    advice = check(germany, alert)

    (match,) = advice.matches
    assert (before.matches[0].action.code, match.action.code) == ("arr.arrest", "flag.locate")
    assert "FLAGGED" in {reason.code for reason in advice.reasons}
    assert {"f-form", "locate-and-report"} <= set(state.instead)
    shown = decode_as(france.run("alert.show", ShowAlert(id=alert.id), ISSUER, "police"), AlertShown)
    assert told == STORED
    assert [(each.party, each.ground, each.judicial) for each in shown.flags] == [
        ("DEU", FlagGround.NATIONAL_LAW, JudicialGround.JUDICIAL_REFUSAL)
    ]
    (note,) = decode_as(france.run("bureau.inbox", ListInbox(), ISSUING_BUREAU, "police"), Inbox).messages
    assert (note.kind, note.report.action_taken) == (MessageKind.FLAG, "judicial_refusal")
    assert note.due == note.received + 24 * 3600 * SECOND_US
    assert b"Oberlandesgericht" not in encode([shown, note])


def test_nobody_is_arrested_on_a_flag_set_after_the_check(nodes: tuple[Node, Node]) -> None:
    _, germany = nodes
    alert = enter(nodes)
    advice = check(germany, alert)
    flag(germany, flag_of(alert))
    said = Confirm(
        check=advice.check,
        alert=alert.id,
        version=1,
        place="demuc-1",
        action_taken=Action.ARRESTED,
        safeguards=ANSWERED,
    )

    with pytest.raises(Refused) as refused:
        germany.run("crossing.confirm", said, GUARD, "borders")
    located = msgspec.structs.replace(said, action_taken=Action.LOCATED)
    germany.run("crossing.confirm", located, GUARD, "borders")

    assert refused.value.code == "crossing.action-not-given"


@pytest.mark.parametrize(
    ("category", "more", "reason"),
    [
        ("ARR", {"judicial": None}, "FLAG_NEEDS_JUDICIAL"),
        ("ARR", {"vetting": "no"}, "ASSESSMENT_NOT_RECORDED"),
        ("JUD", {}, "NOT_FLAGGABLE"),
    ],
)
def test_a_flag_without_its_conditions_is_refused_and_nothing_is_told(
    nodes: tuple[Node, Node], category: str, more: dict[str, object], reason: str
) -> None:
    france, germany = nodes
    alert = enter(nodes, category)

    with pytest.raises(Refused) as refused:
        flag(germany, flag_of(alert, **more))

    assert reason in refused.value.reasons
    assert deliver(germany, france) == []
    assert check(germany, alert).matches[0].action.code != "flag.locate"


def test_a_lifted_flag_lets_the_arrest_be_made_again_and_an_alert_takes_its_flags_along(
    nodes: tuple[Node, Node],
) -> None:
    france, germany = nodes
    alert = enter(nodes)
    flag(germany, flag_of(alert))
    with pytest.raises(Conflict):
        flag(germany, flag_of(alert))
    deliver(germany, france)

    germany.run("alert.unflag", LiftFlag(party="FRA", id=alert.id), GERMAN_BUREAU, "police")
    assert deliver(germany, france) == STORED
    assert check(germany, alert).matches[0].action.code == "arr.arrest"
    assert flags(france, ISSUING_BUREAU) == flags(germany, GERMAN_BUREAU) == ()
    assert decode_as(france.run("bureau.inbox", ListInbox(), ISSUING_BUREAU, "police"), Inbox).messages == ()

    flag(germany, flag_of(alert, judicial=JudicialGround.REFUSAL_OBVIOUS))
    deliver(germany, france)
    assert [len(flags(france, ISSUING_BUREAU)), len(flags(germany, GERMAN_BUREAU))] == [1, 1]
    delete = DeleteAlert(id=alert.id, version=1, reason=DeletionReason.DECISION_REVOKED)
    france.run("alert.delete", delete, ISSUER, "police")
    deliver(france, germany)

    assert flags(france, ISSUING_BUREAU) == flags(germany, GERMAN_BUREAU) == ()
    with pytest.raises(NotFound):
        germany.run("alert.unflag", LiftFlag(party="FRA", id=alert.id), GERMAN_BUREAU, "police")


def test_a_flag_on_an_own_alert_is_refused(nodes: tuple[Node, Node]) -> None:
    france, _ = nodes
    alert = enter(nodes)

    with pytest.raises(Refused) as refused:
        france.run("alert.flag", flag_of(alert), ISSUING_BUREAU, "police")

    assert refused.value.code == "alert.flag-own"


def flags(node: Node, who: object) -> tuple[FlagState, ...]:
    assert hasattr(who, "owner")
    return decode_as(node.run("alert.flags", ListFlags(), who, "police"), FlagPage).flags  # type: ignore[arg-type]  # an actor
