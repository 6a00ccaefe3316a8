"""What a check hands to the report: everything it knows, nothing of what was asked to protect the person."""

from __future__ import annotations

import msgspec
import pytest

from comity.alerts.records import HitDetails, HitRecord, Observed
from comity.core.errors import BadInput
from comity.crossings.records import Asked, Direction, Document, Identity, Lane, Safeguards
from comity.crossings.reporting import hit_details

QUESTION = Asked(
    direction=Direction.ENTRY,
    crossing_point="frcqf-1",
    lane=Lane.THIRD_COUNTRY,
    identity=Identity(surnames="SYNTHETIC", forenames="Test", birth_date="1980-02-03", nationality="UTO"),
    document=Document(country="UTO", number="T0000001"),
)


def test_the_officer_types_nothing_that_the_check_knows() -> None:
    told = hit_details(QUESTION, Observed(route="Testville to Exampleton "))

    assert told == HitDetails(
        identity="SYNTHETIC, Test; 1980-02-03; UTO",
        documents="passport UTO T0000001",
        direction="entry",
        lane="third-country",
        observed=Observed(route="Testville to Exampleton"),
    )


def test_a_line_break_in_what_was_observed_is_named_with_its_field() -> None:
    with pytest.raises(BadInput) as refusal:
        hit_details(QUESTION, Observed(companions="one\ntwo"))

    assert [problem.field for problem in refusal.value.problems] == ["$.observed.companions"]


def test_no_field_of_a_hit_can_hold_an_answer_to_a_safeguard_question() -> None:
    questions = {field.name for field in msgspec.structs.fields(Safeguards)}

    held = {field.name for record in (HitRecord, HitDetails, Observed) for field in msgspec.structs.fields(record)}

    assert not questions & held
