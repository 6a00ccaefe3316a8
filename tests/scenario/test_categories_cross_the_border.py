"""Alerts of every category between France, Germany and Ireland, which takes part in police alerts only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from comity.agreements.load import canonical_bytes
from comity.agreements.ready import load_instrument, narrow_parties
from comity.alerts.categories import CATEGORIES
from comity.alerts.commands import AlertPage, AlertState, EnterAlert, ListAlerts
from comity.core.codec import decode_as
from comity.core.vocabulary import Function, Purpose, Role
from comity.crossings.records import Advice, Check, Direction, Document, Lane
from comity.diplomacy.records import Propose, Sign
from comity.exchange import store as exchange_store
from comity.exchange import streams
from comity.exchange.delivery import sent_items
from comity.screening.store import ENTRY
from tests.scenario.test_alert_crosses_the_border import Node, _peering, befriend, deliver, open_node
from tests.support.alerts import grounds
from tests.support.categories import MINIMUM, STOLEN_PASSPORT, VEHICLE, grounds_for, thing
from tests.support.house import actor

WITHHELD = {"RET", "REF", "REFX"}
ISSUER = actor("FRA", "police-aux-frontieres", Function.ALERT_OFFICER, role=Role.POLICE)
GUARD = actor("IRL", "garda", Function.FIRST_LINE, role=Role.BORDER_GUARD)


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Node, Node, Node]]:
    with (
        open_node(tmp_path / "fra", "FRA", 1) as france,
        open_node(tmp_path / "deu", "DEU", 2) as germany,
        open_node(tmp_path / "irl", "IRL", 3) as ireland,
    ):
        members = (france, germany, ireland)
        for one, other in ((france, germany), (france, ireland), (germany, ireland)):
            befriend(one, other)
        document = canonical_bytes(narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA", "IRL"))).decode()
        view = msgspec.json.decode(
            france.run("agreement.propose", Propose(document=document), _peering(france), "peering")
        )
        exchange_all(members)
        for member in members:
            member.run("agreement.sign", Sign(agreement=view["agreement"]), _peering(member), "peering")
            exchange_all(members)
        yield members


def exchange_all(members: tuple[Node, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Carry what is due between all members; return receiver, status and reasons."""
    return [
        (to.party, status, reasons)
        for by in members
        for to in members
        if by is not to
        for status, reasons in deliver(by, to)
    ]


def enter(france: Node, category: str, number: int) -> AlertState:
    data = MINIMUM[category]
    if data.person is not None:
        who = msgspec.structs.replace(data.person, surnames=f"{data.person.surnames} {number}")
        data = msgspec.structs.replace(data, person=who)
    command = EnterAlert(category=category, data=data, grounds=grounds_for(category))
    purpose = CATEGORIES[category].purpose.value
    return decode_as(france.run("alert.enter", command, ISSUER, purpose), AlertState)


def held(node: Node) -> set[str]:
    """The categories of the entries in a node's index and store, whoever may see them."""
    with node.house.work(_peering(node), Purpose.PEERING) as work:
        return {row.category for row in work.read(select(ENTRY.c.category))}


def listed(node: Node, purpose: str, role: Role) -> set[str]:
    reader = actor(node.party, "reader", Function.ALERT_OFFICER, role=role, name=f"synthetic-{role}")
    pages = (node.run("alert.list", ListAlerts(protected=one), reader, purpose) for one in (False, True))
    return {line.category for page in pages for line in decode_as(page, AlertPage).alerts}


def test_return_and_refusal_alerts_never_leave_for_ireland_and_all_others_do(nodes: tuple[Node, Node, Node]) -> None:
    france, germany, ireland = nodes
    for number, category in enumerate(CATEGORIES):
        enter(france, category, number)

    outcomes = exchange_all(nodes)

    assert {(status, reasons) for _, status, reasons in outcomes} == {("stored", ())}
    assert sum(to == "DEU" for to, _, _ in outcomes) == len(CATEGORIES)
    assert sum(to == "IRL" for to, _, _ in outcomes) == len(CATEGORIES) - len(WITHHELD)
    # Marks are searched for by nothing that is asked at a counter.
    assert held(germany) == set(CATEGORIES) - {"UNK"}
    assert held(ireland) == set(CATEGORIES) - WITHHELD - {"UNK"}
    with france.house.work(_peering(france), Purpose.PEERING) as work:
        to = exchange_store.get_peer(work, ireland.services.identity.node)
        bodies = b"".join(
            item.body or b""
            for at in streams.positions(work, to.node, exchange_store.OUT)
            for item in sent_items(work, to.node, at.stream, (1, 1000))
        )
    assert b'"category":"ARR"' in bodies
    assert not [one for one in WITHHELD if f'"category":"{one}"'.encode() in bodies]
    assert listed(ireland, "police", Role.POLICE) == set(CATEGORIES) - WITHHELD
    assert listed(ireland, "borders", Role.BORDER_GUARD) == set(CATEGORIES) - WITHHELD
    assert listed(germany, "borders", Role.BORDER_GUARD) == set(CATEGORIES)
    assert listed(germany, "borders", Role.CUSTOMS_GOODS) == {"OBJ"}


def test_an_irish_guard_finds_a_stolen_passport_that_france_seeks(nodes: tuple[Node, Node, Node]) -> None:
    france, _, ireland = nodes
    number = msgspec.structs.replace(STOLEN_PASSPORT.identifiers[0], country="XXA")
    for one in (msgspec.structs.replace(STOLEN_PASSPORT, identifiers=(number,)), VEHICLE):
        command = EnterAlert(category="OBJ", data=thing(one), grounds=grounds_for("OBJ"))
        france.run("alert.enter", command, ISSUER, "police")
    exchange_all(nodes)
    question = Check(
        direction=Direction.ENTRY,
        crossing_point="iedub-1",
        lane=Lane.THIRD_COUNTRY,
        document=Document(number="SYN900001", country="XXA"),
    )

    advice = decode_as(ireland.run("crossing.check", question, GUARD, "borders"), Advice)

    (match,) = advice.matches
    assert (match.category, match.action.code) == ("OBJ", "object.seize")
    assert ("object", "exact") in {(one.field, one.grade) for one in match.evidence}


def test_what_ireland_enters_at_home_in_such_a_category_goes_to_nobody(nodes: tuple[Node, Node, Node]) -> None:
    _, germany, ireland = nodes
    issuer = actor("IRL", "garda", Function.ALERT_OFFICER, role=Role.POLICE)
    command = EnterAlert(category="REF", data=MINIMUM["REF"], grounds=grounds())
    ireland.run("alert.enter", command, issuer, "borders")

    assert exchange_all(nodes) == []
    assert "REF" not in held(germany)
