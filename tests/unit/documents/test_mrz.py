"""Zones as scanners type them, read part by part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.core import codec
from comity.core.errors import BadInput
from comity.core.personal import REDACTED, personal_paths, redact
from comity.core.time import CivilDate
from comity.documents.formats.mrz import read_zone
from comity.documents.records import Part, Sex, Zone, ZoneFormat
from tests.support.zones import SPECIMENS, TODAY, exchanged, text_of

TD3 = SPECIMENS[ZoneFormat.TD3]
LONG = ("I<BELD23145890<7349<<<<<<<<<<<", "7408122F3012316BEL<<<<<<<<<<<4", "ERIKSSON<<ANNA<<<<<<<<<<<<<<<<")


def accepted(text: str) -> tuple[bool, ZoneFormat | None]:
    try:
        zone = read_zone(text, TODAY)
    except BadInput:
        return False, None
    return zone.valid, zone.format


def test_all_reference_cases_are_judged_as_their_oracle_says(comity_data: Path) -> None:
    told = json.loads((comity_data / "data/documents/mrz/mrz_cases.json").read_text("utf-8"))["cases"]

    wrong = [case["case"] for case in told if accepted("\r\n".join(case["mrz"]))[0] != case["valid"]]
    formats = [case["case"] for case in told if accepted("\n".join(case["mrz"]))[1] not in {case["format"], None}]

    assert len(told) == 30
    assert (wrong, formats) == ([], [])


def test_the_synthetic_passport_pages_are_valid(comity_data: Path) -> None:
    told = json.loads((comity_data / "data/documents/mrz-images/truth.json").read_text("utf-8"))

    assert len(told) == 40
    assert all(accepted("\n".join(lines)) == (True, ZoneFormat.TD3) for lines in told.values())


@pytest.mark.parametrize("name", list(ZoneFormat))
def test_each_specimen_is_read_in_its_own_format(name: ZoneFormat) -> None:
    zone = read_zone(text_of(SPECIMENS[name]), TODAY)

    assert (zone.format, zone.valid, zone.specimen) == (name, True, True)
    assert (zone.names.primary, zone.names.secondary, zone.sex) == ("ERIKSSON", "ANNA MARIA", Sex.FEMALE)
    assert zone.composite_ok is (None if name in {ZoneFormat.MRV_A, ZoneFormat.MRV_B} else True)


def test_a_passport_is_read_whole() -> None:
    zone = read_zone(text_of(TD3), TODAY)

    assert (zone.document_code, zone.number, zone.optional_data) == ("P", "L898902C3", ("ZE184226B",))
    assert (zone.birth_date, zone.expiry_date) == ("1974-08-12", "2012-04-15")
    assert (zone.issuer.printed, zone.issuer.code, zone.issuer.party) == ("UTO", "UTO", None)
    assert [(check.part, check.line, check.column, check.ok) for check in zone.checks] == [
        (Part.NUMBER, 2, 10, True),
        (Part.BIRTH_DATE, 2, 20, True),
        (Part.EXPIRY_DATE, 2, 28, True),
        (Part.OPTIONAL_DATA, 2, 43, True),
        (Part.COMPOSITE, 2, 44, True),
    ]


def test_germany_is_d_in_the_zone_and_deu_in_the_house() -> None:
    zone = read_zone(
        "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<04", TODAY
    )

    assert (zone.issuer.printed, zone.issuer.code, zone.issuer.party) == ("D", "DEU", "DEU")
    assert zone.nationality == zone.issuer


@pytest.mark.parametrize(
    ("printed", "code", "party"),
    [("UNO", "UNO", "UNO"), ("GBN", "GBN", "GBR"), ("XXA", "XXA", None), ("RKS", "RKS", "RKS"), ("ANT", None, None)],
)
def test_codes_of_icao_name_the_party_that_answers(printed: str, code: str | None, party: str | None) -> None:
    lines = exchanged(exchanged(exchanged(TD3, 1, 3, printed[0]), 1, 4, printed[1]), 1, 5, printed[2])

    zone = read_zone(text_of(lines), TODAY)

    assert (zone.valid, zone.issuer.code, zone.issuer.party) == (True, code, party)


def test_a_long_number_goes_on_in_the_optional_data() -> None:
    zone = read_zone(text_of(LONG), TODAY)

    assert (zone.number, zone.optional_data, zone.valid) == ("D23145890734", ("", ""), True)
    assert (zone.checks[0].line, zone.checks[0].column) == (1, 19)


def test_a_filler_for_a_check_digit_without_a_longer_number_fails() -> None:
    lines = exchanged(SPECIMENS[ZoneFormat.TD2], 2, 10, "<")

    assert Part.NUMBER in [check.part for check in read_zone(text_of(lines), TODAY).checks if not check.ok]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "", "\r\n\r\n", "  \t\r\n"])
@pytest.mark.parametrize("name", list(ZoneFormat))
def test_what_a_keyboard_wedge_sends_at_line_ends_does_not_matter(name: ZoneFormat, end: str) -> None:
    typed = end.join(SPECIMENS[name]) + end

    assert accepted(typed) == (True, name)


def test_lines_that_are_only_partly_apart_are_put_right() -> None:
    first, second, third = SPECIMENS[ZoneFormat.TD1]

    assert accepted(f"{first}{second}\r{third}") == (True, ZoneFormat.TD1)


def test_the_century_of_birth_is_the_latest_that_is_not_in_the_future() -> None:
    zone = text_of(TD3)

    assert read_zone(zone, CivilDate("2074-08-11")).birth_date == "1974-08-12"
    assert read_zone(zone, CivilDate("2074-08-12")).birth_date == "2074-08-12"


def test_the_century_of_expiry_lies_in_a_window_around_the_reference_date() -> None:
    zone = text_of(TD3)

    assert read_zone(zone, CivilDate("2062-01-01")).expiry_date == "2012-04-15"
    assert read_zone(zone, CivilDate("2063-01-01")).expiry_date == "2112-04-15"


def birth(printed: str) -> Zone:
    lines = (TD3[0], TD3[1][:13] + printed + TD3[1][19:])
    return read_zone(text_of(lines), TODAY)


@pytest.mark.parametrize(
    ("printed", "born"),
    [("7408<<", "1974-08"), ("74<<<<", "1974"), ("<<<<<<", None), ("<<0812", None), ("74<<12", "1974")],
)
def test_a_date_of_birth_is_read_as_far_as_it_is_known(printed: str, born: str | None) -> None:
    zone = birth(printed)

    assert (zone.birth_date, zone.birth_date_printed, zone.flaws) == (born, printed, ())


@pytest.mark.parametrize("printed", ["740231", "741301", "740001", "740100", "7<0812", "74081<", "990229", "74O812"])
def test_an_impossible_date_of_birth_is_a_flaw(printed: str) -> None:
    zone = birth(printed)

    assert (zone.birth_date, zone.valid) == (None, False)
    assert "mrz.birth-date-impossible" in [flaw.code for flaw in zone.flaws]


@pytest.mark.parametrize(
    ("line", "start", "text", "code"),
    [
        (2, 22, "120230", "mrz.expiry-date-impossible"),
        (2, 22, "<<<<<<", "mrz.expiry-date-impossible"),
        (2, 14, "200101", "mrz.expiry-before-birth"),
        (2, 1, "<<<<<<<<<", "mrz.number-missing"),
        (2, 21, "X", "mrz.sex"),
        (2, 11, "ZZZ", "mrz.unknown-code"),
        (1, 3, "IAO", "mrz.unknown-code"),
        (1, 1, "X", "mrz.document-code"),
        (1, 2, "V", "mrz.document-code"),
        (1, 6, "<", "mrz.name-separators"),
        (1, 20, "<<<A", "mrz.name-separators"),
        (1, 6, "<" * 39, "mrz.name-missing"),
        (1, 10, "5", "mrz.digit-among-letters"),
        (2, 28, "S", "mrz.letter-among-digits"),
    ],
)
def test_what_doc_9303_does_not_allow_is_a_flaw_with_its_place(line: int, start: int, text: str, code: str) -> None:
    lines = TD3
    for column, character in enumerate(text, start=start):
        lines = exchanged(lines, line, column, character)

    zone = read_zone(text_of(lines), TODAY)

    assert not zone.valid
    assert code in [flaw.code for flaw in zone.flaws if flaw.line == line]


def test_expiry_is_not_judged() -> None:
    assert read_zone(text_of(TD3), CivilDate("2050-01-01")).valid


def test_everything_about_the_person_is_marked() -> None:
    zone = read_zone(text_of(TD3), TODAY)

    shown = json.dumps(redact(zone), default=str)

    assert {"$.number", "$.names.primary", "$.birth_date", "$.nationality", "$.optional_data"} <= set(
        personal_paths(Zone)
    )
    assert REDACTED in shown
    assert not any(value in shown for value in ("ERIKSSON", "ANNA", "L898902C3", "740812", "ZE184226B"))


def test_a_zone_is_a_record_like_any_other() -> None:
    zone = read_zone(text_of(LONG), TODAY)

    assert codec.decode_as(codec.encode(zone), Zone) == zone
