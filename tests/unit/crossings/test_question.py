"""What may be asked at the border: a question with a place, a document or a reason, and nothing malformed."""

from __future__ import annotations

import msgspec
import pytest

from comity.core.errors import BadInput, Refused
from comity.core.time import Instant, parse_instant
from comity.crossings.asking import PointKind, Thing, ThingKind
from comity.crossings.desk.records import SHIFT_US, Desk
from comity.crossings.question import clean_question, needs_desk
from comity.crossings.records import Asked, Check, Direction, Document, Identity, Lane
from comity.crossings.scan import Scan

AT = parse_instant("2026-11-25T10:00:00Z")
DESK = Desk(
    crossing_point="test-ferry",
    name="Test ferry port",
    kind=PointKind.SEA,
    lane=Lane.FREE_MOVEMENT,
    direction=Direction.EXIT,
    conveyance="MV Synthetic",
    opened=AT,
    expires=Instant(AT + SHIFT_US),
)
DOCUMENT = Document(number="TEST0001")


def clean(check: Check, desk: Desk | None = None) -> Asked:
    return clean_question(Scan(check, ()), desk, AT)


def test_what_is_left_out_about_the_place_is_that_of_the_desk() -> None:
    asked = clean(Check(document=DOCUMENT), DESK)

    assert (asked.crossing_point, asked.kind, asked.lane, asked.direction, asked.conveyance) == (
        "test-ferry",
        PointKind.SEA,
        Lane.FREE_MOVEMENT,
        Direction.EXIT,
        "MV Synthetic",
    )


def test_what_is_named_wins_over_the_desk() -> None:
    asked = clean(Check(document=DOCUMENT, direction=Direction.ENTRY, conveyance="MV Other"), DESK)

    assert (asked.crossing_point, asked.direction, asked.conveyance) == ("test-ferry", Direction.ENTRY, "MV Other")


def test_a_desk_says_nothing_of_another_crossing_point() -> None:
    asked = clean(Check(document=DOCUMENT, crossing_point="elsewhere"), DESK)

    assert (asked.crossing_point, asked.kind, asked.conveyance) == ("elsewhere", None, None)


@pytest.mark.parametrize("missing", ["direction", "lane", "crossing_point"])
def test_without_a_desk_the_whole_place_must_be_named(missing: str) -> None:
    whole = Check(direction=Direction.ENTRY, crossing_point="frcqf-1", lane=Lane.TRANSIT, document=DOCUMENT)
    check = msgspec.structs.replace(whole, **{missing: None})

    with pytest.raises(Refused) as refusal:
        clean(check)

    assert (needs_desk(whole), needs_desk(check)) == (False, True)
    assert refusal.value.code == "crossing.no-desk"
    assert "Open a desk" in refusal.value.remedy


def test_a_thing_alone_is_enough_and_needs_no_case() -> None:
    asked = clean(Check(things=(Thing(kind=ThingKind.PLATE, number=" AB 123 CD "),)), DESK)

    assert asked.things == (Thing(kind=ThingKind.PLATE, number="AB 123 CD"),)


def test_a_search_by_name_needs_a_case_beside_the_reason() -> None:
    with pytest.raises(BadInput) as refusal:
        clean(Check(identity=Identity(surnames="Probe"), justification="document lost"), DESK)

    assert (refusal.value.code, refusal.value.problems[0].field) == ("crossing.case-needed", "$.case")


def test_a_check_needs_a_document_or_a_surname() -> None:
    bare = Check(
        direction=Direction.ENTRY, crossing_point="frcqf-1", lane=Lane.THIRD_COUNTRY, identity=Identity(forenames="A")
    )

    with pytest.raises(BadInput) as refusal:
        clean(bare)

    assert refusal.value.code == "crossing.nothing-to-search"


@pytest.mark.parametrize("justification", ["", "  \n "])
def test_a_search_without_a_document_needs_a_justification(justification: str) -> None:
    by_name = Check(
        direction=Direction.EXIT,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames="Probe"),
        justification=justification,
    )

    with pytest.raises(BadInput) as refusal:
        clean(by_name)

    assert refusal.value.code == "crossing.justification-needed"


def test_a_justified_search_by_name_is_cleaned_and_goes_on() -> None:
    by_name = Check(
        direction=Direction.EXIT,
        crossing_point=" frcqf-1 ",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames=" Me\u0301ndez ", birth_date="1980-02"),
        justification="document lost",
        case=" T-1 ",
    )

    asked = clean(by_name)

    assert asked.crossing_point == "frcqf-1"
    assert asked.identity.surnames == "M\u00e9ndez"


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        (Identity(surnames="Probe", birth_date="1980-13"), "time.not-a-partial-date"),
        (Identity(surnames="Probe", birth_date="2027"), "crossing.birth-date-future"),
        (Identity(surnames="Probe", nationality="D"), "codes.unknown-nationality"),
        (Identity(surnames="Probe", gender="x"), "crossing.gender"),
        (Identity(surnames="Pro\x00be"), "text.control-character"),
    ],
)
def test_malformed_identity_is_refused_with_its_field_and_never_its_value(identity: Identity, code: str) -> None:
    asked = Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=identity,
        document=Document(number="TEST0001"),
    )

    with pytest.raises(BadInput) as refusal:
        clean(asked)

    assert refusal.value.code == code
    assert refusal.value.problems[0].field.startswith("$.identity.")
    assert "Pro" not in str(refusal.value)
