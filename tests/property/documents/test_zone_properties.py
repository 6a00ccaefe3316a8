"""Zones for any fields: written and read again; and what the check digits can and cannot notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.core.codes import CODES
from comity.core.errors import BadInput
from comity.core.time import CivilDate, PartialDate
from comity.documents.formats.check_digit import ALPHABET, VALUES, check_digit
from comity.documents.formats.compose import compose_zone
from comity.documents.formats.layout import LAYOUTS, checks_of
from comity.documents.formats.mrz import read_zone
from comity.documents.formats.names import same_name
from comity.documents.formats.transliteration import transliterate
from comity.documents.records import Sex, ZoneFields, ZoneFormat
from tests.support.zones import SPECIMENS, TODAY, exchanged, text_of

PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
LONG = ("I<BELD23145890<7349<<<<<<<<<<<", "7408122F3012316BEL<<<<<<<<<<<4", "ERIKSSON<<ANNA<<<<<<<<<<<<<<<<")
CODE = {ZoneFormat.TD3: "P", ZoneFormat.MRV_A: "V", ZoneFormat.MRV_B: "V"}
LETTER = st.characters(
    min_codepoint=0x41, max_codepoint=0x17E, categories=("Lu", "Ll"), exclude_characters="\u0138\u00b5"
)
NAME = st.lists(st.text(LETTER, min_size=1, max_size=12), min_size=1, max_size=4).map(" ".join)
BORN = st.dates(dt.date(1926, 11, 26), dt.date(2026, 11, 25)).map(dt.date.isoformat)
EXPIRY = st.dates(dt.date(2026, 11, 26), dt.date(2075, 12, 31)).map(dt.date.isoformat)


@st.composite
def zone_fields(draw: st.DrawFn) -> ZoneFields:
    name = draw(st.sampled_from(list(ZoneFormat)))
    longest = {ZoneFormat.TD1: 22, ZoneFormat.TD2: 14}.get(name, 9)
    number = draw(st.text(PLAIN, min_size=1, max_size=longest))
    optional = "" if len(number) > 9 else draw(st.text(PLAIN, max_size=7))
    born = draw(st.none() | BORN)
    return ZoneFields(
        format=name,
        document_code=CODE.get(name, "I"),
        issuer=draw(st.sampled_from(sorted(CODES))),
        number=number,
        nationality=draw(st.sampled_from(sorted(CODES))),
        primary=draw(NAME),
        secondary=draw(st.just("") | NAME),
        birth_date=None if born is None else PartialDate(born[: draw(st.sampled_from((4, 7, 10)))]),
        sex=draw(st.sampled_from(list(Sex))),
        expiry_date=CivilDate(draw(EXPIRY)),
        optional_data=(optional, draw(st.text(PLAIN, max_size=11))) if name is ZoneFormat.TD1 else (optional,),
    )


@given(zone_fields())
def test_what_is_written_is_read_again(fields: ZoneFields) -> None:
    zone = read_zone(compose_zone(fields), TODAY)

    assert zone.valid
    assert (zone.format, zone.document_code, zone.number) == (fields.format, fields.document_code, fields.number)
    assert (zone.issuer.code, zone.nationality.code) == (fields.issuer, fields.nationality)
    assert (zone.birth_date, zone.expiry_date, zone.sex) == (fields.birth_date, fields.expiry_date, fields.sex)
    assert zone.optional_data == fields.optional_data
    assert zone.misreadings == ()


@given(zone_fields())
def test_a_name_as_in_the_document_is_the_one_in_its_zone(fields: ZoneFields) -> None:
    names = read_zone(compose_zone(fields), TODAY).names

    assert same_name(fields.primary, names.primary, may_be_cut=names.primary_may_be_cut)
    assert not fields.secondary or same_name(fields.secondary, names.secondary, may_be_cut=names.secondary_may_be_cut)
    if not names.secondary_may_be_cut:
        assert names.primary == transliterate(fields.primary).replace("<", " ")


@given(zone_fields(), st.sampled_from(("", "\r", "\n", "\r\n", "  \r\n")))
def test_line_ends_change_nothing(fields: ZoneFields, end: str) -> None:
    written = compose_zone(fields)

    assert read_zone(written.replace("\n", end) + end, TODAY) == read_zone(written, TODAY)


def refusal_of(text: str) -> BadInput | None:
    try:
        read_zone(text, TODAY)
    except BadInput as refusal:
        return refusal
    return None


@given(st.text(max_size=420) | st.text(ALPHABET + " \r\n", min_size=60, max_size=100))
def test_any_text_is_read_or_refused_in_order(text: str) -> None:
    refusal = refusal_of(text)

    assert refusal is None or (refusal.code.startswith("mrz.") and refusal.problems)


@given(st.sampled_from(list(ZoneFormat)), st.data())
def test_any_characters_of_the_alphabet_are_read_without_failing(name: ZoneFormat, data: st.DataObject) -> None:
    size = LAYOUTS[name].count * LAYOUTS[name].width
    text = data.draw(st.text(ALPHABET, min_size=size, max_size=size))

    zone = read_zone(text, TODAY)

    assert zone.valid <= (not zone.flaws)
    assert zone.birth_date is None or zone.birth_date <= TODAY


@given(st.text(ALPHABET, max_size=40), st.integers(0, 39), st.sampled_from(ALPHABET))
def test_one_changed_character_is_noticed_unless_both_count_alike_modulo_ten(
    text: str, at: int, character: str
) -> None:
    assume(at < len(text))

    changed = text[:at] + character + text[at + 1 :]

    assert (check_digit(changed) == check_digit(text)) == ((VALUES[text[at]] - VALUES[character]) % 10 == 0)


def substitutions(name: ZoneFormat, lines: tuple[str, ...]) -> Iterator[tuple[str, str, bool]]:
    """Yield each exchange of one character that a check digit covers: what stood there, what stands, is it noticed."""
    covered = {
        place
        for check in checks_of(LAYOUTS[name], lines)
        for span in (*check.over, check.at)
        for place in span.places()
    }
    for line, column in sorted(covered):
        before = lines[line][column]
        for after in ALPHABET.replace(before, ""):
            changed = exchanged(lines, line + 1, column + 1, after)
            yield before, after, not read_zone(text_of(changed), TODAY).valid


# What is missed are letters and digits of number and optional data that count alike: 0 A K U <, 1 B L V, ... 9 J T.
@pytest.mark.parametrize(
    ("name", "lines", "tried", "unnoticed"),
    [
        (ZoneFormat.TD3, SPECIMENS[ZoneFormat.TD3], 1440, 69),
        (ZoneFormat.TD2, SPECIMENS[ZoneFormat.TD2], 1152, 54),
        (ZoneFormat.TD1, SPECIMENS[ZoneFormat.TD1], 1836, 130),
        (ZoneFormat.MRV_A, SPECIMENS[ZoneFormat.MRV_A], 864, 23),
        (ZoneFormat.MRV_B, SPECIMENS[ZoneFormat.MRV_B], 864, 23),
        (ZoneFormat.TD1, LONG, 1836, 118),
    ],
)
def test_each_exchange_of_one_character_is_noticed_or_beyond_the_scheme(
    name: ZoneFormat, lines: tuple[str, ...], tried: int, unnoticed: int
) -> None:
    outcomes = list(substitutions(name, lines))

    missed = [(before, after) for before, after, noticed in outcomes if not noticed]

    assert all((VALUES[before] - VALUES[after]) % 10 == 0 for before, after in missed)
    assert (len(outcomes), len(missed)) == (tried, unnoticed)
