"""Our tables of categories, fields, things and periods against the tables of law that they were written from."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from comity.agreements.ready import load_instrument
from comity.agreements.retention import retention_of
from comity.alerts.categories import CATEGORIES, Subject
from comity.alerts.field_table import FIELD_RULES, Group, Need
from comity.alerts.object_types import CHECK_PERIOD, OBJECT_TYPES

LETTERS = {"M": Need.MANDATORY, "A": Need.ALLOWED, "C": Need.IF_AVAILABLE, "-": Need.FORBIDDEN}
COLUMNS = ("RET", "REF", "ARR", "MIS", "CHI_VUL", "JUD", "CHECK", "INF", "UNK")
SAME_FIELD = {"j2": "j1", "j3": "j1", "j4": "j1", "j5": "j1", "j6": "j1", "t": "s", "u": "s", "v": "s"}


def rows(data: Path, name: str) -> list[dict[str, str]]:
    with (data / "data/law" / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_cell_of_the_field_table_is_that_of_law(comity_data: Path) -> None:
    ours = {rule.point: rule for rule in reversed(FIELD_RULES) if rule.point}
    told = rows(comity_data, "fields_by_category.csv")

    for row in told:
        rule = ours[SAME_FIELD.get(row["point"], row["point"])]
        assert {group: rule.needs[Group(group)] for group in COLUMNS} == {
            group: LETTERS[row[group]] for group in COLUMNS
        }, row["field"]
        assert rule.confidence == row["confidence"]
    assert set(ours) == {SAME_FIELD.get(row["point"], row["point"]) for row in told}


def test_every_category_of_law_stands_in_our_table_with_its_period(comity_data: Path) -> None:
    told = {row["code"]: row for row in rows(comity_data, "alert_categories.csv")}

    assert set(told) == set(CATEGORIES)
    for code, row in told.items():
        ours = CATEGORIES[code]
        assert ours.confidence == row["confidence"]
        assert ours.third_country_only is row["subject"].endswith("third-country national")
        assert (Subject.OBJECT in ours.subjects) is ("object" in row["subject"])
        if code != "REFX":
            assert row["review_period"].split()[0] == ours.period


def test_every_type_of_thing_stands_in_our_table(comity_data: Path) -> None:
    told = {row["point"]: row for row in rows(comity_data, "object_types.csv")}

    assert {rule.point for rule in OBJECT_TYPES.values()} == set(told)
    for rule in OBJECT_TYPES.values():
        row = told[rule.point]
        assert (rule.seizure, rule.check) == (
            row["seizure_or_evidence_alert_art38"] == "yes",
            row["check_alert_art36"] == "yes",
        )
        assert row["review_seizure"] in {rule.period, ""}
        assert row["review_check"] in {CHECK_PERIOD, ""}
        assert rule.needs_status is bool(row["document_status_values"])


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_ready_agreement_keeps_each_category_as_long_as_the_table_says(category: str) -> None:
    kept = retention_of(load_instrument("schengen-sis"), category)

    assert kept.period.value == CATEGORIES[category].period
    assert (kept.long_decision.period.value if kept.long_decision else None) == CATEGORIES[category].long_period


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_ready_agreement_allows_what_the_table_allows_and_nothing_it_forbids(category: str) -> None:
    (fields,) = (one for one in load_instrument("schengen-sis").field_lists if one.id == category.lower())
    mandatory = set(fields.mandatory.value) if fields.mandatory else set()
    allowed = mandatory | {name for group in fields.allowed for name in group.value}
    needs = {rule.field: rule.needs[CATEGORIES[category].group] for rule in FIELD_RULES}

    forbidden = {name for name, need in needs.items() if need is Need.FORBIDDEN}

    assert set(needs) - forbidden <= allowed
    assert not forbidden & allowed
    assert {name for name in mandatory if needs[name] is not Need.MANDATORY} == set()
