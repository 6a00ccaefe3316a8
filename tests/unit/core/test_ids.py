from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.errors import BadInput
from comity.core.ids import make_record_id, parse_authority, parse_record_id, parse_request_id

MOMENTS = st.integers(0, 2**48 - 1)
CHANCE = st.binary(min_size=10, max_size=10)


@given(MOMENTS, CHANCE)
def test_a_made_id_is_accepted_as_it_is(moment: int, chance: bytes) -> None:
    made = make_record_id(moment, chance)

    assert parse_record_id(made) == made


@given(MOMENTS, MOMENTS, CHANCE, CHANCE)
def test_ids_sort_by_the_moment_of_making(one: int, two: int, chance: bytes, other: bytes) -> None:
    if one != two:
        assert (make_record_id(one, chance) < make_record_id(two, other)) == (one < two)


@pytest.mark.parametrize(
    "text", ["", "0" * 25, "0" * 27, "8" + "0" * 25, "0" * 25 + "i", "0" * 25 + "U", "0" * 25 + "\n"]
)
def test_a_malformed_record_id_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_record_id(text, field="$.alert")

    assert (refused.value.code, refused.value.problems[0].field) == ("id.malformed", "$.alert")


@pytest.mark.parametrize("text", ["", "short", "x" * 65, "with space", "with/slash", "abcdefgh\n", "ümläute1"])
def test_a_malformed_request_id_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_request_id(text)

    assert refused.value.code == "request-id.malformed"


def test_request_ids_and_authorities_in_form_are_kept() -> None:
    assert parse_request_id("b7.Z_9-xy") == "b7.Z_9-xy"
    assert parse_authority("police-aux-frontieres") == "police-aux-frontieres"


@pytest.mark.parametrize(
    "text", ["", "Police", "-police", "police-", "police--nord", "1police", "p" * 49, "police nord"]
)
def test_a_malformed_authority_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_authority(text)

    assert refused.value.code == "authority.malformed"
