"""A scanned zone in the place of typed fields: what is taken from it, what contradicts it, what sends it back."""

from __future__ import annotations

import msgspec
import pytest

from comity.core.errors import BadInput
from comity.core.time import CivilDate, PartialDate
from comity.crossings.records import Check, Direction, Document, Identity, Lane
from comity.crossings.zone import with_zone
from comity.documents.formats.compose import compose_zone
from comity.documents.records import Sex, ZoneFields, ZoneFormat
from tests.support.zones import PASSPORT, SPECIMENS, TODAY, exchanged, text_of

ZONE = compose_zone(PASSPORT)


def asked(zone: str | None = ZONE, identity: Identity | None = None, document: Document | None = None) -> Check:
    check = Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=identity or Identity(),
        document=document,
        zone=zone,
    )
    return with_zone(check, TODAY)


def zone_of(**fields: object) -> str:
    changed: ZoneFields = msgspec.structs.replace(PASSPORT, **fields)
    return compose_zone(changed)


def refusal(zone: str, identity: Identity | None = None, document: Document | None = None) -> BadInput:
    with pytest.raises(BadInput) as caught:
        asked(zone, identity, document)
    return caught.value


def misread(line: int, column: int, character: str) -> BadInput:
    first, second = ZONE.split("\n")
    return refusal(text_of(exchanged((first, second), line, column, character)))


def test_identity_and_document_come_from_the_zone_which_is_not_kept() -> None:
    question = asked()

    assert question.zone is None
    assert question.identity == Identity(
        surnames="SYNTHETIC MUELLER",
        forenames="TEST ANNA",
        birth_date="1980-02-03",
        nationality="DEU",
        gender="female",
    )
    assert question.document == Document(category="passport", country="DEU", number="SYN123456")


def test_a_check_without_a_zone_stays_as_it_is() -> None:
    typed = Identity(surnames="Synthetic")

    assert asked(None, typed).identity == typed


def test_what_was_typed_and_agrees_is_kept_where_it_says_more() -> None:
    zone = zone_of(birth_date=PartialDate("1980-02"), sex=Sex.UNSPECIFIED)
    typed = Identity(surnames="Synthetic-Müller", birth_date="1980-02-03", nationality="DEU", gender="other")

    question = asked(zone, typed, Document(number="syn 123-456", category="travel_document"))

    assert (question.identity.surnames, question.identity.forenames) == ("Synthetic-Müller", "TEST ANNA")
    assert (question.identity.birth_date, question.identity.gender) == ("1980-02-03", "other")
    assert question.document == Document(category="travel_document", country="DEU", number="SYN123456")


def test_a_typed_century_prevails_over_the_likely_one() -> None:
    zone = zone_of(birth_date=PartialDate("1925-03-04"))

    assert asked(zone).identity.birth_date == "2025-03-04"
    assert asked(zone, Identity(birth_date="1925")).identity.birth_date == "1925-03-04"


@pytest.mark.parametrize(
    ("identity", "document", "field"),
    [
        (Identity(surnames="Synthetic-Miller"), None, "$.identity.surnames"),
        (Identity(forenames="Test"), None, "$.identity.forenames"),
        (Identity(birth_date="1980-03-02"), None, "$.identity.birth_date"),
        (Identity(nationality="FRA"), None, "$.identity.nationality"),
        (Identity(gender="male"), None, "$.identity.gender"),
        (None, Document(number="SYN123457"), "$.document.number"),
        (None, Document(number="SYN123456", country="FRA"), "$.document.country"),
        (None, Document(number="SYN123456", category="visa"), "$.document.category"),
    ],
)
def test_each_typed_field_that_says_something_else_is_named(
    identity: Identity | None, document: Document | None, field: str
) -> None:
    error = refusal(ZONE, identity, document)

    assert (error.code, [problem.field for problem in error.problems]) == ("crossing.zone-conflict", [field])
    assert "SYN123" not in str(error)


def test_all_conflicts_are_told_at_once() -> None:
    error = refusal(ZONE, Identity(surnames="Other", gender="male"), Document(number="1"))

    assert len(error.problems) == 3


def test_a_cut_name_contradicts_no_longer_one() -> None:
    zone = zone_of(primary="Nilavadhanananda", secondary="Chayapa Dejthamrong Krasuang")

    question = asked(zone, Identity(forenames="Chayapa Dejthamrong Krasuang"))

    assert question.identity.forenames == "Chayapa Dejthamrong Krasuang"


def test_a_failing_check_digit_sends_the_zone_back_with_the_likely_misreading() -> None:
    error = misread(2, 14, "B")

    assert error.code == "crossing.zone-unreadable"
    assert [(problem.field, problem.code) for problem in error.problems] == [
        ("$.zone line 2 column 20", "mrz.check-digit"),
        ("$.zone line 2 column 44", "mrz.check-digit"),
        ("$.zone line 2 column 14", "mrz.letter-among-digits"),
        ("$.zone line 2 column 14", "mrz.birth-date-impossible"),
        ("$.zone line 2 column 14", "mrz.misreading"),
    ]
    assert error.problems[-1].message == "Perhaps a misreading of 8/B: with the other one the check digit holds."
    assert "SYNTHETIC" not in str(error)


def test_a_misread_name_is_told_though_no_digit_covers_it() -> None:
    error = misread(1, 7, "1")

    assert error.problems[-1].message == "Perhaps a misreading of 1/I; no check digit covers it."


def test_a_replacement_that_would_not_help_is_told_so() -> None:
    assert misread(2, 14, "S").problems[-1].message.endswith("the check digit still fails.")


def test_a_text_that_is_no_zone_is_refused_at_its_field() -> None:
    error = refusal("SYN123456")

    assert (error.code, error.problems[0].field) == ("mrz.line-length", "$.zone line 1")


def test_a_specimen_is_nobodys_document() -> None:
    error = refusal(text_of(SPECIMENS[ZoneFormat.TD3]))

    assert (error.code, error.problems[0].field) == ("codes.specimen", "$.zone")


@pytest.mark.parametrize(
    ("zone", "category"),
    [
        (zone_of(format=ZoneFormat.TD1, document_code="I"), "identity_card"),
        (zone_of(format=ZoneFormat.TD2, document_code="I"), "identity_card"),
        (zone_of(format=ZoneFormat.MRV_A, document_code="V"), "visa"),
        (zone_of(format=ZoneFormat.MRV_B, document_code="V"), "visa"),
    ],
)
def test_the_size_tells_the_kind_of_document(zone: str, category: str) -> None:
    question = asked(zone)

    assert question.document == Document(category=category, country="DEU", number="SYN123456")


def test_a_withdrawn_nationality_is_not_searched_by() -> None:
    assert asked(zone_of(nationality="ANT", expiry_date=CivilDate("2027-01-01"))).identity.nationality is None
