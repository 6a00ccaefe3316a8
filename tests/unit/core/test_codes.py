from __future__ import annotations

from itertools import pairwise

import pytest

from comity.core.codes import (
    CODES,
    NationalityCode,
    PartyKind,
    name_of,
    parse_nationality,
    parse_party,
    party_from_alpha2,
    party_of_nationality,
)
from comity.core.errors import BadInput


def test_the_table_holds_all_of_iso_3166_1_once() -> None:
    states = [entry for entry in CODES.values() if entry.alpha2]

    assert len(states) == 249
    assert len({entry.alpha2 for entry in states}) == 249
    assert len({entry.name for entry in CODES.values()}) == len(CODES) == 249 + 26
    assert all(len(entry.code) == 3 and entry.code.isupper() and entry.code.isascii() for entry in CODES.values())
    assert all(one < other for one, other in pairwise(entry.code for entry in states))


def test_the_codes_of_doc_9303_that_iso_lacks_are_there() -> None:
    extra = {entry.code for entry in CODES.values() if not entry.alpha2}

    assert extra == {
        *("GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "EUE", "UNA", "UNK", "UNO", "UTO"),
        *("XBA", "XCC", "XCE", "XCO", "XDC", "XEC", "XES", "XIM", "XMP", "XOM", "XPO"),
        *("XXA", "XXB", "XXC", "XXX"),
    }


@pytest.mark.parametrize("code", ["DEU", "FRA", "CHE", "EUE", "XPO", "RKS", "UNO"])
def test_states_and_organisations_are_parties(code: str) -> None:
    assert parse_party(code) == code


@pytest.mark.parametrize("text", ["D", "DE", "deu", "GBN", "XXA", "UTO", "UNK", "ZZZ", "", "DEU "])
def test_other_texts_are_no_parties(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_party(text, field="$.party")

    assert (caught.value.code, caught.value.problems[0].field) == ("codes.unknown-party", "$.party")


def test_two_letters_become_three_at_the_door() -> None:
    assert party_from_alpha2("FR") == "FRA"
    assert party_from_alpha2("NO") == "NOR"
    for text in ("fr", "FRA", "ZZ", "EU", ""):
        with pytest.raises(BadInput) as caught:
            party_from_alpha2(text)
        assert caught.value.code == "codes.unknown-alpha2"


@pytest.mark.parametrize(
    ("nationality", "party"),
    [("FRA", "FRA"), ("GBN", "GBR"), ("XXA", None), ("XXX", None), ("UNK", None), ("EUE", "EUE"), ("RKS", "RKS")],
)
def test_each_nationality_names_the_party_that_answers_for_it(nationality: str, party: str | None) -> None:
    assert party_of_nationality(parse_nationality(nationality)) == party


def test_specimens_are_read_only_where_they_are_expected() -> None:
    with pytest.raises(BadInput) as caught:
        parse_nationality("UTO")

    assert caught.value.code == "codes.specimen"
    assert parse_nationality("UTO", specimens=True) == "UTO"
    assert party_of_nationality(NationalityCode("UTO")) is None


def test_an_unknown_nationality_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        parse_nationality("ZZZ")

    assert caught.value.code == "codes.unknown-nationality"


def test_codes_have_english_names_and_unknown_ones_name_themselves() -> None:
    assert name_of("CIV") == "Côte d'Ivoire"
    assert name_of("XPO") == "INTERPOL"
    assert CODES["XPO"].kind is PartyKind.ORGANISATION
    assert name_of("ZZZ") == "ZZZ"
