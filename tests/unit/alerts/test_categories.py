"""Every category: what lets it in, what keeps it out, how long it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts import METADATA, OPERATIONS, rules
from comity.alerts.attached import DnaReference, MisusedIdentity, Victim
from comity.alerts.categories import CATEGORIES, FREE_MOVEMENT, Subject
from comity.alerts.commands import AlertPage, AlertState, EnterAlert, ListAlerts, ShowAlert
from comity.alerts.compatibility import excluded_by
from comity.alerts.failure import Failure
from comity.alerts.field_table import FIELD_RULES, IF_GRANTED, Need
from comity.alerts.records import AlertData, AlertShown, CaseType, GroundCategory, Grounds
from comity.core import codec
from comity.core.errors import Conflict, Refused
from comity.core.time import CivilDate
from comity.core.vocabulary import Function
from comity.runtime.run import Runtime
from tests.support.alerts import PASSPORT
from tests.support.categories import (
    ADULT,
    CHILD,
    FACE,
    MARK,
    MINIMUM,
    PAGE,
    PERIODS,
    VEHICLE,
    grounds_for,
    on,
    thing,
)
from tests.support.house import House, actor, call, open_house

OFFICER = actor("FRA", "court", Function.ALERT_OFFICER)
REPLACE = msgspec.structs.replace
FILLED: dict[str, object] = {
    "objects": (VEHICLE,),
    "dactyloscopic_data": (MARK,),
    "reason": "synthetic",
    "warnings": ("armed",),
    "offence": "synthetic",
    "register_number": "SYN-R-1",
    "documents": (PASSPORT,),
    "ground_category": GroundCategory.ENTRY_BAN,
    "free_movement": True,
    "decision_valid_until": CivilDate("2030-01-01"),
    "case_type": CaseType.RUNAWAY,
    "listing": "synthetic",
    "departure_by": CivilDate("2027-01-01"),
    "suspended": True,
    "entry_ban": True,
    "offence_codes": ("ROBBERY",),
    "photographs": (FACE,),
    "document_copies": (PAGE,),
    "dna_profile": DnaReference(reference="SYN-DNA-1", sha256="ef" * 32),
    "misused_identity": MisusedIdentity(
        victim=Victim(surnames="Synthetic-Victim", birth_date="1970-01-01"),
        consented=CivilDate("2026-11-01"),
        consent_reference="SYN-CONSENT-1",
    ),
}


# The record itself cannot be without these, or law does not always ask for them.
_ALWAYS_THERE = {"authority", "action", *IF_GRANTED}
_MARKS_OF_A_PERSON = {"person.surnames", "person.birth_date"}


def cells(wanted: Need, *but: str) -> list[tuple[str, str]]:
    """Every category and field of one need, those of a person by its marks only."""
    return [
        (code, rule.field)
        for code, one in CATEGORIES.items()
        for rule in FIELD_RULES
        if rule.needs[one.group] is wanted
        and rule.field not in but
        and (not rule.field.startswith("person.") or rule.field in _MARKS_OF_A_PERSON)
    ]


def without(data: AlertData, field: str) -> AlertData:
    if field in _MARKS_OF_A_PERSON:
        return REPLACE(data, person=None)
    return REPLACE(data, **{field: () if field in {"objects", "dactyloscopic_data"} else None})


def with_field(data: AlertData, field: str) -> AlertData:
    if field in _MARKS_OF_A_PERSON:
        return REPLACE(data, person=ADULT)
    return REPLACE(data, **{field: FILLED[field]})


def codes(failures: tuple[Failure, ...]) -> set[tuple[str, str]]:
    return {(failure.code, failure.field) for failure in failures}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, METADATA) as opened:
        yield opened


@pytest.fixture
def runtime(house: House) -> Iterator[Runtime]:
    opened = house.runtime(OPERATIONS)
    yield opened
    opened.close()


def enter(runtime: Runtime, category: str, data: AlertData | None = None, given: Grounds | None = None) -> AlertState:
    command = EnterAlert(category=category, data=data or MINIMUM[category], grounds=given or grounds_for(category))
    body = runtime.run(call("alert.enter", command, purpose="police"), OFFICER).body
    return codec.decode_as(body, AlertState)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_is_entered_with_its_minimum_and_stands_for_its_period(
    runtime: Runtime, house: House, category: str
) -> None:
    state = enter(runtime, category)

    shown = runtime.run(call("alert.show", ShowAlert(id=state.id), purpose="police"), OFFICER).body
    assert codec.decode_as(shown, AlertShown).data == MINIMUM[category]
    assert (state.review_date, state.delete_by) == (PERIODS[category], PERIODS[category])
    (publication,) = house.published
    assert (publication.category, publication.purpose) == (category, CATEGORIES[category].purpose)
    assert publication.schema == (1 if category in {"ARR", "REF"} else 2)


@pytest.mark.parametrize(("category", "field"), cells(Need.MANDATORY, *_ALWAYS_THERE))
def test_each_field_of_the_minimum_is_missed(category: str, field: str) -> None:
    data = without(MINIMUM[category], field)

    assert ("MIN_DATA_MISSING", f"$.data.{field}") in codes(rules.check_data(CATEGORIES[category], data))


@pytest.mark.parametrize(("category", "field"), cells(Need.FORBIDDEN, "identity_category"))
def test_each_field_that_law_does_not_give_the_category_is_refused(category: str, field: str) -> None:
    data = with_field(MINIMUM[category], field)

    assert ("OUT_OF_SCOPE", f"$.data.{field}") in codes(rules.check_data(CATEGORIES[category], data))


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_condition_is_asked_for(category: str) -> None:
    for condition in CATEGORIES[category].conditions:
        given = grounds_for(category, condition)

        failures = rules.check_grounds(CATEGORIES[category], given, MINIMUM[category])

        assert codes(failures) == {("CONDITION_UNMET", f"$.grounds.{condition}")}
    assert not rules.check_grounds(CATEGORIES[category], grounds_for(category), MINIMUM[category])


@pytest.mark.parametrize("category", CATEGORIES)
def test_no_category_takes_the_action_of_another(category: str) -> None:
    others = {one.actions for code, one in CATEGORIES.items() if not one.actions & CATEGORIES[category].actions}

    for actions in others:
        data = REPLACE(MINIMUM[category], action=min(actions))

        assert ("OUT_OF_SCOPE", "$.data.action") in codes(rules.check_data(CATEGORIES[category], data))


@pytest.mark.parametrize("category", ["RET", "REF", "REFX", "INF"])
def test_a_national_of_a_bound_state_is_not_entered(runtime: Runtime, category: str) -> None:
    who = REPLACE(ADULT, nationalities=("UTO", "CHE"))

    with pytest.raises(Refused) as caught:
        enter(runtime, category, REPLACE(MINIMUM[category], person=who))

    assert caught.value.reasons == ("OUT_OF_SCOPE",)
    assert not rules.check_nationalities(CATEGORIES["ARR"], REPLACE(MINIMUM["ARR"], person=who), FREE_MOVEMENT)


@pytest.mark.parametrize(
    ("category", "birth_date", "taken"),
    [
        ("CHI-A", "2008-11-26", True),  # eighteen tomorrow
        ("CHI-A", "2008-11-25", False),
        ("CHI-T", "2008", True),  # may still be seventeen
        ("CHI-T", "2007", False),
        ("VUL", "2008-11-25", True),
        ("VUL", "2008-11-26", False),
        ("VUL", "2008", False),  # not known to be an adult
        ("VUL", "2007", True),
        ("MIS-P", "2015", True),
    ],
)
def test_whoever_may_be_a_child_is_a_child(category: str, birth_date: str, taken: bool) -> None:
    data = REPLACE(MINIMUM[category], person=REPLACE(CHILD, birth_date=birth_date))

    failures = rules.check_entry_day(CATEGORIES[category], data, CivilDate("2026-11-25"))

    assert bool(failures) is not taken


@pytest.mark.parametrize(
    ("end", "review"),
    [(None, "2027-11-25"), ("2027-03-01", "2027-03-01"), ("2029-01-01", "2029-01-01"), ("2040-01-01", "2031-11-25")],
)
def test_a_travel_ban_ends_with_its_listing(end: str | None, review: str) -> None:
    data = REPLACE(MINIMUM["REFX"], decision_valid_until=end)

    assert rules.review_date(CATEGORIES["REFX"], CivilDate("2026-11-25"), data) == review


def test_a_listing_that_has_ended_bans_nobody() -> None:
    data = REPLACE(MINIMUM["REFX"], decision_valid_until=CivilDate("2026-11-24"))

    failures = rules.check_entry_day(CATEGORIES["REFX"], data, CivilDate("2026-11-25"))

    assert codes(failures) == {("CONDITION_UNMET", "$.data.decision_valid_until")}


@pytest.mark.parametrize(
    ("first", "second"), [("DIS", "SPE"), ("DIS", "ARR"), ("JUD", "INQ"), ("MIS-N", "SPE"), ("INF", "REF")]
)
def test_alerts_that_do_not_go_together_are_refused_either_way(runtime: Runtime, first: str, second: str) -> None:
    enter(runtime, first)

    with pytest.raises(Conflict) as caught:
        enter(runtime, second)

    assert (caught.value.code, caught.value.reasons) == ("alert.incompatible", ("INCOMPATIBLE_ALERT",))
    assert first in excluded_by(second)
    assert second in excluded_by(first)


@pytest.mark.parametrize("others", [("ARR", "REF", "MIS-P", "JUD")])
def test_alerts_that_go_together_stand_side_by_side(runtime: Runtime, others: tuple[str, ...]) -> None:
    assert len({enter(runtime, category).id for category in others}) == len(others)


def test_a_state_has_one_alert_of_a_category_on_a_thing(runtime: Runtime) -> None:
    enter(runtime, "OBJ")
    other = REPLACE(VEHICLE, identifiers=(REPLACE(VEHICLE.identifiers[0], value="syn 123"),))

    with pytest.raises(Conflict) as caught:
        enter(runtime, "OBJ", thing(other))

    assert caught.value.code == "alert.one-per-state"


def test_a_check_is_on_a_person_or_on_a_thing(runtime: Runtime) -> None:
    state = enter(runtime, "DIS", thing(VEHICLE, "DIS"))

    assert state.review_date == PERIODS["DIS"]
    both = REPLACE(MINIMUM["SPE"], objects=(VEHICLE,))
    assert codes(rules.check_data(CATEGORIES["SPE"], both)) == {("OUT_OF_SCOPE", "$.data.objects[0].type")}


def test_a_list_names_persons_things_and_neither(runtime: Runtime) -> None:
    for category in ("OBJ", "UNK", "JUD"):
        enter(runtime, category)

    page = codec.decode_as(runtime.run(call("alert.list", ListAlerts(), purpose="police"), OFFICER).body, AlertPage)

    seen = {line.category: (line.surnames, line.object_type, line.identifier) for line in page.alerts}
    assert seen == {
        "OBJ": (None, "motor_vehicle", "SYN123"),
        "UNK": (None, None, None),
        "JUD": ("Synthetic-Adult", None, None),
    }


def test_only_a_child_at_risk_or_a_missing_person_has_a_type_of_case() -> None:
    data = on(ADULT, MINIMUM["JUD"].action, case_type=CaseType.RUNAWAY)

    assert codes(rules.check_data(CATEGORIES["JUD"], data)) == {("OUT_OF_SCOPE", "$.data.case_type")}


def test_every_category_says_what_it_is_about() -> None:
    about = {code: {one.value for one in row.subjects} for code, row in CATEGORIES.items()}

    assert about["OBJ"] == {Subject.OBJECT}
    assert about["UNK"] == {Subject.MARKS}
    assert about["DIS"] == {Subject.PERSON, Subject.OBJECT}
