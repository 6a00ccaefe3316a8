"""Names taken apart: the same words whether typed, read from a chip or from the zone; hostile text does no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.errors import BadInput
from comity.screening.names import NameFlag, Part, name_of, parse_name, require_words, tokens_of


def forms(text: str) -> list[tuple[str, ...]]:
    return [token.forms for token in parse_name(text).tokens]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Владимир Путин", ("vladimir", "putin")),
        ("MUELLER<<HANS<PETER<<<<<<<", ("mueller", "hans", "peter")),
        ("Müller, Hans-Peter", ("muller", "hans", "peter")),
        ("García Márquez, Gabriel", ("garcia", "marquez", "gabriel")),
        ("习近平", ("xi", "jinping")),
        ("김정은", ("kim", "jeongeun")),
        ("محمد علي", ("mhmd", "ly")),
        ("O'Brien", ("obrien",)),
        ("Sheikh Rashid", ("rashid",)),
        ("de la Cruz", ("de", "cruz")),
    ],
)
def test_words_come_in_plain_letters_whatever_the_script(text: str, words: tuple[str, ...]) -> None:
    assert tokens_of(text) == words


def test_an_umlaut_has_the_form_of_the_chip_and_that_of_the_zone() -> None:
    assert forms("Müller") == [("muller", "mueller")]


def test_han_characters_are_read_in_mandarin_and_in_korean() -> None:
    assert forms("金正恩") == [("jin", "kim"), ("zhengen", "jeongun")]


def test_han_characters_of_a_japanese_name_have_their_japanese_reading() -> None:
    assert "yamatataro" in forms("山田太郎")[0]


@pytest.mark.parametrize("text", ["Abd al-Rahman", "Abdul Rahman", "Abdulrahman", "Abdel Rahman", "عبد الرحمن"])
def test_servant_names_are_one_word_however_they_are_written(text: str) -> None:
    assert len(parse_name(text).tokens) == 1
    assert parse_name(text).tokens[0].units[0].startswith("9")


def test_parts_are_told_where_words_tell_them() -> None:
    name = parse_name("Sergei Valerievich Aksenov")
    arabic = parse_name("Abu Abbas Khalid bin Hassan")

    assert [token.part for token in name.tokens] == [Part.PLAIN, Part.PATRONYMIC, Part.PLAIN]
    assert [token.part for token in arabic.tokens] == [Part.PLAIN, Part.KUNYA, Part.PLAIN, Part.PARTICLE, Part.NASAB]


def test_surname_and_forenames_of_their_own_fields_keep_their_part() -> None:
    assert [token.part for token in name_of("Kim", "Jong Un").tokens] == [Part.SURNAME, Part.GIVEN, Part.GIVEN]


def test_small_words_at_the_ends_may_be_the_name() -> None:
    assert tokens_of("Ben Affleck") == ("ben", "affleck")
    assert tokens_of("Nguyen Van An") == ("nguyen", "an")
    assert tokens_of("Usama bin Ladin") == ("usama", "ladin")


def test_a_name_that_fills_the_zone_may_go_on() -> None:
    zone = "PAPADOPOULOSCONSTANTINOU<<ALEXANDROS<KO"

    assert len(zone) == 39
    assert NameFlag.CUT_OFF in parse_name(zone).flags
    assert NameFlag.CUT_OFF not in parse_name("ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<").flags


# --- hostile input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "FNU LNU", "XXX", "-", "N/A", "no given name", "\u202e\u200f", "\x00\x01"])
def test_a_name_without_words_is_never_taken_for_one(text: str) -> None:
    name = parse_name(text)

    assert name.tokens == ()
    with pytest.raises(BadInput) as refused:
        require_words(name)
    assert refused.value.code == "name.no-words"


def test_fillers_beside_a_name_go_and_are_told() -> None:
    name = parse_name("FNU Karimov")

    assert [token.forms[0] for token in name.tokens] == ["karimov"]
    assert NameFlag.FILLER in name.flags


def test_ten_thousand_characters_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        parse_name("a" * 10_000, field="$.identity.surnames")

    assert refused.value.code == "name.too-long"
    assert refused.value.problems[0].field == "$.identity.surnames"
    assert "aaa" not in str(refused.value)


def test_direction_and_control_characters_are_left_out_and_told() -> None:
    name = parse_name("Iva\u202enov\x07 Petr")

    assert [token.forms[0] for token in name.tokens] == ["ivanov", "petr"]
    assert {NameFlag.DIRECTION_CONTROL, NameFlag.CONTROL_CHARACTER} <= set(name.flags)


def test_letters_that_only_look_alike_are_read_as_what_they_look_like() -> None:
    cyrillic_a = "P\u0430ul"

    name = parse_name(cyrillic_a)

    assert name.tokens[0].forms[0] == "paul"
    assert NameFlag.LOOK_ALIKE in name.flags


def test_a_script_that_nothing_reads_is_compared_as_it_is() -> None:
    name = parse_name("\u1794\u17c9\u17bb\u179b")

    assert len(name.tokens) == 1
    assert NameFlag.UNREAD_SCRIPT in name.flags


@given(st.text(max_size=200))
def test_any_text_gives_a_name_or_a_typed_error(text: str) -> None:
    name = parse_name(text)

    assert all(token.forms and token.units for token in name.tokens)
    assert len(name.tokens) <= 24


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_case_and_compatibility_forms_change_nothing_of_ascii_names(text: str) -> None:
    ascii_only = "".join(character for character in text if character.isascii() and character.isprintable())

    assert tokens_of(ascii_only) == tokens_of(ascii_only.upper())
