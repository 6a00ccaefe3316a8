"""The protection that exchange rests on: what its loss stops, towards whom, from when, and what takes it up again."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.provisions import Protection
from comity.agreements.records import Agreement
from comity.agreements.sourced import Confidence, Sourced
from comity.core.errors import BadInput, Refused
from comity.core.time import HOUR_US
from comity.diplomacy.notices import LoseProtection, RestoreProtection, Resume, Suspend
from comity.diplomacy.records import AgreementState
from tests.support.diplomacy import Node, carry, show
from tests.unit.diplomacy.test_changes import passes
from tests.unit.diplomacy.test_notices import bind, gives, suspensible, turns


def resting_on_protection(*clauses: str) -> Agreement:
    """The test treaty, resting on safeguards whose loss stops these clauses (none named: all)."""

    def leaf(value: object) -> Sourced[object]:
        return Sourced(value=value, source="test", confidence=Confidence.SYNTHETIC)

    protection = Protection(
        level=leaf("appropriate_safeguards"),  # type: ignore[arg-type]  # one of its levels
        loss_stops=leaf(clauses) if clauses else None,  # type: ignore[arg-type]  # clauses
    )
    return msgspec.structs.replace(suspensible(), protection=protection)


def told(nodes: dict[str, Node], by: str) -> None:
    """Carry what a party says to all others, and their receipts back."""
    for sender in (by, *(party for party in nodes if party != by)):
        carry(nodes[sender], *(node for party, node in nodes.items() if party != sender))


def test_a_loss_stops_what_rests_on_it_towards_that_party_from_the_moment_it_is_stated(nodes: dict[str, Node]) -> None:
    france, germany = nodes["FRA"], nodes["DEU"]
    name = bind(nodes, resting_on_protection("enter-arr"))
    stated = france.house.clock.now()

    gives(france, "lose-protection", LoseProtection(agreement=name, of="DEU"))
    at_once = passes(france, "FRA", "DEU").codes
    germany.house.clock.move(HOUR_US)
    told(nodes, "FRA")

    assert set(at_once) == {"SUSPENDED"}
    assert all(("suspend", stated, "FRA", "DEU", ("enter-arr",)) in turns(node, name) for node in nodes.values())
    assert set(passes(germany, "DEU", "FRA").codes) == {"SUSPENDED"}
    assert passes(france, "FRA", "ITA").permitted
    assert show(germany, name).state is AgreementState.IN_FORCE


def test_the_whole_stops_where_no_clauses_are_named_but_not_for_a_child_at_risk(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    name = bind(nodes, resting_on_protection())

    gives(france, "lose-protection", LoseProtection(agreement=name, of="DEU"))

    assert set(passes(france, "FRA", "DEU").codes) == {"SUSPENDED"}
    assert "SUSPENDED" not in passes(france, "FRA", "DEU", "CHI-A").codes


def test_its_return_takes_up_what_it_stopped_and_no_suspension_beside_it(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    name = bind(nodes, resting_on_protection("enter-arr"))
    gives(france, "lose-protection", LoseProtection(agreement=name, of="DEU"))
    gives(france, "suspend", Suspend(agreement=name, clauses=("enter-arr",)))
    told(nodes, "FRA")
    for node in nodes.values():
        node.house.clock.move(HOUR_US)

    gives(france, "resume", Resume(agreement=name))
    told(nodes, "FRA")
    resumed = passes(france, "FRA", "DEU").codes, passes(france, "FRA", "ITA").permitted
    gives(france, "restore-protection", RestoreProtection(agreement=name, of="DEU"))

    assert resumed == (("SUSPENDED",), True)
    assert passes(france, "FRA", "DEU").permitted


def test_neither_ends_the_other(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    name = bind(nodes, resting_on_protection("enter-arr"))
    gives(france, "lose-protection", LoseProtection(agreement=name, of="DEU"))
    with pytest.raises(Refused) as resumption:
        gives(france, "resume", Resume(agreement=name))
    gives(france, "suspend", Suspend(agreement=name))
    told(nodes, "FRA")
    with pytest.raises(Refused) as restoration:
        gives(france, "restore-protection", RestoreProtection(agreement=name, of="ITA"))

    assert resumption.value.code == "agreement.not-suspended"
    assert restoration.value.code == "agreement.protection-not-lost"


def test_what_cannot_be_stated(nodes: dict[str, Node]) -> None:
    france = nodes["FRA"]
    name = bind(nodes, resting_on_protection("enter-arr"))
    gives(france, "lose-protection", LoseProtection(agreement=name, of="DEU"))

    with pytest.raises(Refused) as again:
        gives(france, "lose-protection", LoseProtection(agreement=name, of="DEU"))
    with pytest.raises(BadInput) as own:
        gives(france, "lose-protection", LoseProtection(agreement=name, of="FRA"))

    assert (again.value.code, own.value.code) == ("agreement.protection-lost-already", "agreement.not-a-party")


def test_an_agreement_without_such_terms_knows_no_loss_of_protection(nodes: dict[str, Node]) -> None:
    name = bind(nodes, suspensible())

    with pytest.raises(Refused) as refusal:
        gives(nodes["FRA"], "lose-protection", LoseProtection(agreement=name, of="DEU"))

    assert refusal.value.code == "agreement.no-protection-terms"
