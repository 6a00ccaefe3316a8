"""The closed table of roles against the table of law it was written from."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from comity.agreements.roles import ROLE_ACCESS
from comity.agreements.vocabulary import Category
from comity.core.vocabulary import Role

HOUSE_ROLES = {Role.SIRENE_BUREAU, Role.NODE_OPERATOR}


def test_every_role_has_its_row_and_only_operators_touch_peering() -> None:
    assert set(Role) <= set(ROLE_ACCESS)
    assert {role for role, access in ROLE_ACCESS.items() if Category.PEERING in access.categories} == {
        Role.NODE_OPERATOR
    }


def test_supervisors_and_operators_see_no_alerts() -> None:
    alerts = frozenset(Category) - {Category.PEERING}

    for role in (Role.DATA_PROTECTION_SUPERVISOR, Role.NODE_OPERATOR):
        assert not ROLE_ACCESS[role].categories & alerts


@pytest.mark.parametrize("role", sorted(set(Role) - HOUSE_ROLES))
def test_no_role_sees_more_than_the_table_of_law_opens(role: Role, comity_data: Path) -> None:
    with (comity_data / "data/law/authority_access.csv").open(newline="", encoding="utf-8") as file:
        opened = {row["role"]: set(row["categories"].split(";")) for row in csv.DictReader(file)}

    assert {str(category) for category in ROLE_ACCESS[role].categories} <= opened[role.value]
