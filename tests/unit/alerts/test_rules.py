from __future__ import annotations

import msgspec
import pytest

from comity.alerts import rules
from comity.alerts.categories import CATEGORIES, FREE_MOVEMENT, Category
from comity.alerts.failure import Failure
from comity.alerts.records import Action, AlertData, AlertRecord, GroundCategory, Grounds
from comity.alerts.subjects import subject_keys
from comity.core.errors import NotPermitted, Refused
from comity.core.ids import Owner
from comity.core.time import CivilDate, parse_instant
from tests.support.alerts import PASSPORT, arrest, grounds, person, refusal

ARR, REF = CATEGORIES["ARR"], CATEGORIES["REF"]
OWNER = Owner(party="FRA", authority="court")


def codes(failures: tuple[Failure, ...]) -> set[tuple[str, str]]:
    return {(failure.code, failure.field) for failure in failures}


def changed(data: AlertData, **fields: object) -> AlertData:
    return msgspec.structs.replace(data, **fields)


@pytest.mark.parametrize(
    ("category", "data", "expected"),
    [
        ("ARR", arrest(), set()),
        ("REF", refusal(), set()),
        ("ARR", changed(arrest(), offence=None), {("MIN_DATA_MISSING", "$.data.offence")}),
        ("REF", changed(refusal(), ground_category=None), {("MIN_DATA_MISSING", "$.data.ground_category")}),
        ("REF", changed(refusal(), decision_reference=None), {("MIN_DATA_MISSING", "$.data.decision_reference")}),
        ("ARR", changed(arrest(), free_movement=True), {("OUT_OF_SCOPE", "$.data.free_movement")}),
        ("ARR", changed(arrest(), action=Action.REFUSE_ENTRY), {("OUT_OF_SCOPE", "$.data.action")}),
        (
            "REF",
            changed(refusal(), ground_category=GroundCategory.RESTRICTIVE_MEASURE),
            {("OUT_OF_SCOPE", "$.data.ground_category")},
        ),
        ("ARR", arrest(person(birth_date="1980-02-31")), {("MIN_DATA_MISSING", "$.data.person.birth_date")}),
        ("ARR", arrest(person(birth_date="1980")), set()),
        ("ARR", arrest(person(birth_date="1980-02")), set()),
    ],
)
def test_each_category_has_its_minimum_and_its_limit(
    category: str, data: AlertData, expected: set[tuple[str, str]]
) -> None:
    assert codes(rules.check_data(CATEGORIES[category], data)) == expected


def test_all_failures_are_told_at_once_and_the_first_leads() -> None:
    data = changed(arrest(), offence=None, free_movement=True)

    with pytest.raises(Refused) as caught:
        rules.refuse(rules.check_data(ARR, data))

    assert caught.value.code == "alert.min-data-missing"
    assert caught.value.reasons == ("MIN_DATA_MISSING", "OUT_OF_SCOPE")


def test_no_text_of_a_failure_holds_a_value() -> None:
    data = changed(refusal(person(birth_date="1980-02-31", nationalities=("DEU",))), ground_category=None)

    failures = rules.check_data(REF, data) + rules.check_nationalities(REF, data, FREE_MOVEMENT)

    assert not [f for f in failures if "1980" in str(f.text) + f.field or "DEU" in str(f.text) + f.field]


@pytest.mark.parametrize(
    ("category", "nationalities", "refused"),
    [
        (REF, ("UTO",), False),
        (REF, (), False),
        (REF, ("IRL",), True),
        (REF, ("UTO", "DEU"), True),
        (ARR, ("DEU",), False),
    ],
)
def test_only_third_country_nationals_are_refused_entry(
    category: Category, nationalities: tuple[str, ...], refused: bool
) -> None:
    data = refusal(person(nationalities=nationalities))

    assert bool(rules.check_nationalities(category, data, FREE_MOVEMENT)) is refused


@pytest.mark.parametrize(
    ("data", "given", "expected"),
    [
        (arrest(), grounds(), set()),
        (arrest(), grounds(warrant_present=False), {("CONDITION_UNMET", "$.grounds.warrant_present")}),
        (changed(arrest(), decision_reference=None), grounds(), {("CONDITION_UNMET", "$.data.decision_reference")}),
        (
            arrest(),
            msgspec.structs.replace(grounds(), proportionality="yes"),
            {("ASSESSMENT_NOT_RECORDED", "$.grounds.proportionality")},
        ),
    ],
)
def test_an_arrest_alert_needs_warrant_reference_and_reasoning(
    data: AlertData, given: Grounds, expected: set[tuple[str, str]]
) -> None:
    assert codes(rules.check_grounds(ARR, given, data)) == expected


@pytest.mark.parametrize(
    ("category", "entered", "valid_until", "review", "notice"),
    [
        ("ARR", "2026-11-25", None, "2031-11-25", "2031-07-25"),
        ("REF", "2023-05-01", "2033-05-01", "2028-05-01", "2028-01-01"),  # scenario P21
        ("REF", "2023-05-01", "2026-05-01", "2026-05-01", "2026-01-01"),  # scenario P22
        ("REF", "2023-05-01", "2026-05-02", "2028-05-01", "2028-01-01"),
        ("REF", "2023-05-01", None, "2026-05-01", "2026-01-01"),
        ("REF", "2024-02-29", None, "2027-02-28", "2026-10-28"),
        ("ARR", "2025-06-30", None, "2030-06-30", "2030-02-28"),
        ("REF", "2022-01-31", None, "2025-01-31", "2024-09-30"),
    ],
)
def test_review_and_notice_dates(
    category: str, entered: str, valid_until: str | None, review: str, notice: str
) -> None:
    found = rules.review_date(CATEGORIES[category], CivilDate(entered), refusal(valid_until=valid_until))

    assert found == review
    assert rules.notice_date(found) == notice


def held(review: str = "2031-11-25") -> AlertRecord:
    return AlertRecord(
        id="0" * 26,
        owner=OWNER,
        category="ARR",
        version=1,
        data=arrest(),
        entered=CivilDate("2026-11-25"),
        review_date=CivilDate(review),
        delete_by=CivilDate(review),
        grounds=grounds(),
    )


@pytest.mark.parametrize(
    ("until", "at", "expected"),
    [
        ("2033-01-01", "2031-08-01T00:00:00Z", []),
        ("2036-08-01", "2031-08-01T00:00:00Z", []),
        ("2036-08-02", "2031-08-01T00:00:00Z", ["MAX_RETENTION_REACHED"]),
        ("2031-11-25", "2031-08-01T00:00:00Z", ["CONDITION_UNMET"]),
        ("2033-02-30", "2031-08-01T00:00:00Z", ["CONDITION_UNMET"]),
        ("2033-01-01", "2031-11-26T00:00:00Z", ["REVIEW_EXPIRED"]),
    ],
)
def test_an_extension_is_later_than_now_and_not_longer_than_a_period(until: str, at: str, expected: list[str]) -> None:
    failures = rules.check_extension(ARR, held(), CivilDate(until), parse_instant(at))

    assert [failure.code for failure in failures] == expected


@pytest.mark.parametrize(
    ("delete_by", "expected"),
    [
        ("2031-11-25", []),
        ("2031-11-26", ["MAX_RETENTION_REACHED"]),
        ("2026-11-24", ["REVIEW_EXPIRED"]),
        (None, ["MAX_RETENTION_REACHED"]),
    ],
)
def test_a_copy_is_kept_no_longer_than_law_allows(delete_by: str | None, expected: list[str]) -> None:
    now = parse_instant("2026-11-25T10:00:00Z")

    failures = rules.check_received_clock(ARR, arrest(), None if delete_by is None else CivilDate(delete_by), now, now)

    assert [failure.code for failure in failures] == expected


def test_another_authority_of_the_same_party_does_not_own_the_alert() -> None:
    rules.check_owner(OWNER, OWNER)

    with pytest.raises(NotPermitted) as caught:
        rules.check_owner(Owner(party="FRA", authority="police"), OWNER)

    assert caught.value.code == "alert.issuer-only"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (arrest(), arrest(), True),
        (arrest(person("ÖZTÜRK")), arrest(person("Ozturk")), True),
        (arrest(person("Öztürk")), arrest(person("Öztürk", "1980-02-04")), False),
        (arrest(person(birth_date="1980")), arrest(person(birth_date="1980")), False),
        (arrest(person("A", "1980"), PASSPORT), arrest(person("B", "1990"), PASSPORT), True),
    ],
)
def test_the_same_person_is_known_again(one: AlertData, other: AlertData, same: bool) -> None:
    assert bool(set(subject_keys(one)) & set(subject_keys(other))) is same
