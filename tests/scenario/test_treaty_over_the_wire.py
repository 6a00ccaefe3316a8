"""The life of a treaty between two whole nodes: agreed, suspended, taken up again, ended; and its data meanwhile."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest

from comity.agreements.load import canonical_bytes
from comity.agreements.provisions import Counted, TerminationTerms
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.records import Agreement
from comity.agreements.sourced import Confidence, Sourced
from comity.agreements.vocabulary import Suspension, Termination
from comity.alerts.commands import EnterAlert
from comity.alerts.records import ALERT_KIND
from comity.core.codec import decode_as
from comity.core.ports import Work
from comity.core.time import DAY_US
from comity.core.vocabulary import Function, Purpose, Role
from comity.diplomacy.asking_records import Exchanges, ShowExchanges
from comity.diplomacy.disposal import ended_here, part
from comity.diplomacy.disposal_records import Aftermath, ShowAftermath
from comity.diplomacy.notices import Resume, Suspend, Terminate
from comity.diplomacy.records import AgreementView, Propose, Sign
from comity.exchange import store as exchange_store
from comity.exchange.again import take_up
from tests.scenario.test_alert_crosses_the_border import Node, befriend, deliver, open_node
from tests.support.alerts import grounds, person, refusal
from tests.support.house import actor

STORED = ("stored", ())


def terms() -> Agreement:
    """The ready agreement of two parties, which either may suspend and leave, and whose data then go."""

    def leaf(value: object) -> Sourced[object]:
        return Sourced(value=value, source="test", confidence=Confidence.SYNTHETIC)

    return msgspec.structs.replace(
        narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA")),
        suspension=leaf(Suspension.FROM_RECEIPT),
        termination=leaf(Termination.DELETE),
        termination_terms=TerminationTerms(
            notice=leaf("P1M"),  # type: ignore[arg-type]  # a period
            counted_from=leaf(Counted.RECEIPT),  # type: ignore[arg-type]  # a moment
        ),
    )


def act(node: Node, name: str, command: msgspec.Struct, kind: type[msgspec.Struct] = AgreementView) -> msgspec.Struct:
    who = actor(node.party, "ministry", Function.TREATY_OFFICER, Function.ADMINISTRATOR, role=Role.NODE_OPERATOR)
    return decode_as(node.run(f"agreement.{name}", command, who, "peering"), kind)


def agreed(france: Node, germany: Node) -> str:
    befriend(france, germany)
    document = canonical_bytes(terms()).decode()
    view = act(france, "propose", Propose(document=document))
    assert isinstance(view, AgreementView)
    deliver(france, germany)
    act(france, "sign", Sign(agreement=view.agreement))
    deliver(france, germany)
    act(germany, "sign", Sign(agreement=view.agreement))
    deliver(germany, france)
    return view.agreement


def enter(node: Node, name: str) -> None:
    issuer = actor(node.party, "bundespolizei", Function.ALERT_OFFICER, role=Role.BORDER_GUARD)
    data = refusal(person(name, nationalities=("UTO",)))
    node.run("alert.enter", EnterAlert(category="REF", data=data, grounds=grounds()), issuer, "borders")


def held(node: Node) -> int:
    """Return how many alerts of others a node holds."""
    with node.house.works().open(actor(node.party), Purpose.PEERING) as work:
        return len(node.receivers[ALERT_KIND].snapshot(work))


def housekeeping(node: Node, other: Node) -> int:
    """Do what a node does by itself: take up what was put off, part with what has to go; return how many records."""
    with node.house.works().open(actor(node.party), Purpose.PEERING) as work:
        peer = exchange_store.get_peer(work, other.services.identity.node)

    def parting(work: Work) -> int:
        over = ended_here(work, node.services)
        return sum(part(work, peer, each, node.services, node.receivers) for each in over)

    done = 0
    for one in (partial(take_up, peer=peer, sending=node.sending), parting):
        while (count := node.acts.act("test", actor(node.party), Purpose.PEERING, one)) != 0:
            done += count
    return done


def settled(france: Node, germany: Node) -> None:
    """Carry both ways until neither has anything to say."""
    while deliver(france, germany) or deliver(germany, france):
        pass


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    with contextlib.ExitStack() as stack:
        yield tuple(stack.enter_context(open_node(tmp_path / party.lower(), party, seed)) for party, seed in SEEDS)  # type: ignore[misc]  # two of them


SEEDS = (("FRA", 1), ("DEU", 2))


def test_alerts_made_under_suspension_arrive_when_it_is_over(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    name = agreed(france, germany)
    enter(germany, "Synthetic-Alpha")
    settled(france, germany)
    act(france, "suspend", Suspend(agreement=name))
    settled(france, germany)

    enter(germany, "Synthetic-Beta")
    sent = deliver(germany, france)
    waiting = act(germany, "exchanges", ShowExchanges(agreement=name), Exchanges)
    asked = housekeeping(germany, france)
    during = held(france)
    act(france, "resume", Resume(agreement=name))
    settled(france, germany)
    taken_up = housekeeping(germany, france)
    arrived = deliver(germany, france)

    assert isinstance(waiting, Exchanges)
    assert [each.put_off for each in waiting.exchanges] == [1]
    assert (sent, asked, during) == ([], 0, 1)
    assert (taken_up, arrived, held(france)) == (1, [STORED], 2)


def test_after_its_end_each_side_parts_with_the_others_alerts_and_both_can_show_it(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    name = agreed(france, germany)
    for alert in ("Synthetic-Alpha", "Synthetic-Beta"):
        enter(germany, alert)
    settled(france, germany)
    act(germany, "terminate", Terminate(agreement=name))
    settled(france, germany)

    early = housekeeping(france, germany), held(france)
    for node in nodes:
        node.house.clock.move(40 * DAY_US)
    late = housekeeping(france, germany)
    settled(france, germany)
    mine, theirs = (act(node, "aftermath", ShowAftermath(agreement=name), Aftermath) for node in nodes)

    assert isinstance(mine, Aftermath)
    assert isinstance(theirs, Aftermath)
    assert (early, late, held(france)) == ((0, 2), 2, 0)
    assert [(each.held, [(page.records, page.differing) for page in each.pages]) for each in mine.partners] == [
        (0, [(2, 0)])
    ]
    assert [(each.out, each.taken_back) for each in theirs.partners] == [(0, 2)]
    assert mine.ended_since == theirs.ended_since is not None


def test_what_waited_when_it_ended_holds_no_stream(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    name = agreed(france, germany)
    enter(germany, "Synthetic-Alpha")
    act(germany, "terminate", Terminate(agreement=name))
    settled(france, germany)
    enter(germany, "Synthetic-Beta")
    for node in nodes:
        node.house.clock.move(40 * DAY_US)

    said = deliver(germany, france)

    assert said == [("refused", ("exchange.withheld",))]
    assert held(france) == 1
