"""Writing zones: the specimens come out as ICAO prints them, and what does not fit is refused."""

from __future__ import annotations

import msgspec
import pytest

from comity.core.errors import BadInput
from comity.core.time import CivilDate, PartialDate
from comity.documents.formats.compose import compose_zone
from comity.documents.records import Sex, ZoneFields, ZoneFormat
from tests.support.zones import PASSPORT, SPECIMENS, text_of

ERIKSSON = ZoneFields(
    format=ZoneFormat.TD3,
    document_code="P",
    issuer="UTO",
    number="L898902C3",
    nationality="UTO",
    primary="Eriksson",
    secondary="Anna Maria",
    birth_date=PartialDate("1974-08-12"),
    sex=Sex.FEMALE,
    expiry_date=CivilDate("2012-04-15"),
    optional_data=("ZE184226B",),
)


def changed(**fields: object) -> ZoneFields:
    return msgspec.structs.replace(ERIKSSON, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        ERIKSSON,
        changed(format=ZoneFormat.TD2, document_code="I", number="D23145890", optional_data=()),
        changed(format=ZoneFormat.TD1, document_code="I", number="D23145890", optional_data=()),
    ],
)
def test_the_specimens_of_the_standard_are_written_as_printed(fields: ZoneFields) -> None:
    assert compose_zone(fields) == text_of(SPECIMENS[fields.format])


def test_germany_is_written_as_d() -> None:
    first, second = compose_zone(PASSPORT).split("\n")

    assert first.startswith("P<D<<SYNTHETIC<MUELLER<<TEST<ANNA<")
    assert second[10:13] == "D<<"


def test_a_long_number_goes_on_in_the_optional_data() -> None:
    fields = changed(
        format=ZoneFormat.TD1, document_code="I", issuer="BEL", number="D23145890734", optional_data=("X1", "Y2")
    )

    assert compose_zone(fields).split("\n")[0] == "I<BELD23145890<7349<X1<<<<<<<<"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        (changed(document_code="I"), "mrz.document-code", "$.document_code"),
        (changed(document_code="P1"), "mrz.document-code", "$.document_code"),
        (changed(document_code=""), "mrz.document-code", "$.document_code"),
        (changed(number="L898902C34"), "mrz.too-long", "$.number"),
        (changed(number=""), "mrz.number-missing", "$.number"),
        (changed(number="l1"), "mrz.illegal-character", "$.number"),
        (changed(number="A\n"), "mrz.illegal-character", "$.number"),
        (changed(optional_data=("A" * 15,)), "mrz.too-long", "$.optional_data[0]"),
        (changed(optional_data=("A", "B")), "mrz.too-long", "$.optional_data"),
        (changed(issuer="ZZZ"), "codes.unknown-nationality", "$.issuer"),
        (changed(primary=""), "mrz.name-missing", "$.primary"),
        (changed(birth_date=PartialDate("1974-02-31")), "time.not-a-partial-date", "$.birth_date"),
        (changed(expiry_date=CivilDate("2012-4-15")), "time.not-a-date", "$.expiry_date"),
        (
            changed(format=ZoneFormat.TD2, document_code="I", number="D2314589A 7", optional_data=()),
            "mrz.illegal-character",
            "$.number",
        ),
        (
            changed(format=ZoneFormat.TD2, document_code="I", number="D" * 15, optional_data=()),
            "mrz.too-long",
            "$.number",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(fields: ZoneFields, code: str, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        compose_zone(fields)

    assert (caught.value.code, caught.value.problems[0].field) == (code, field)


def test_codes_that_documents_still_show_can_be_written() -> None:
    assert compose_zone(changed(issuer="ANT")).startswith("P<ANT")
