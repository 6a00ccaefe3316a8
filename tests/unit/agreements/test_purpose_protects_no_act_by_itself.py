"""Whoever says that it is to protect a child, or to save life, is bound by the law of what they do all the same."""

from __future__ import annotations

import pytest

from comity.agreements.floor import cannot_be_stopped
from comity.agreements.scenarios import Row, judge
from comity.core.codec import JsonValue
from comity.core.time import parse_instant

AT = parse_instant("2026-03-01T10:00:00Z")


@pytest.mark.parametrize("purpose", ["child_protection", "search_and_rescue"])
@pytest.mark.parametrize(
    ("party", "role", "operation", "category", "facts", "code"),
    [
        ("IRL", "police", "search", "REF", {}, "NOT_BOUND"),
        ("FRA", "carrier", "search", "ARR", {}, "ROLE_NOT_AUTHORISED"),
        ("FIN", "police", "change", "ARR", {"issuer": "IT"}, "ISSUER_ONLY"),
        ("FIN", "border_guard", "refuse_entry", "REF", {"decision_by": "system"}, "NO_SOLE_AUTOMATION"),
        ("FIN", "police", "execute", "DIS", {"officer_told_person_about_alert": True}, "ALERT_DISCLOSED"),
        ("DEU", "police", "enter", "ARR", {"warrant_present": False}, "CONDITION_UNMET"),
    ],
)
def test_a_purpose_switches_no_rule_of_law_off(
    purpose: str, party: str, role: str, operation: str, category: str, facts: dict[str, JsonValue], code: str
) -> None:
    row = Row(
        id="1",
        agreement="schengen-sis",
        at=AT,
        party=party,
        role=role,
        operation=operation,
        purpose=purpose,
        category=category,
        facts=facts,
    )

    verdict = judge(row)

    assert (verdict.outcome, verdict.reason_code) == ("deny", code)


def test_rescue_and_help_to_a_child_stay_beyond_every_rule() -> None:
    assert cannot_be_stopped("rescue", "police", "operation")
    assert cannot_be_stopped("protect_child", "police", "CHI-A")
    assert cannot_be_stopped("notify", "search_and_rescue", "operation")
    assert not cannot_be_stopped("refuse_entry", "child_protection", "operation")
    assert not cannot_be_stopped("remove", "child_protection", "operation")
