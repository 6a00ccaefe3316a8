"""The door: text in NFC without outer white space inside, and what that changed as it came."""

from __future__ import annotations

from typing import Annotated
from unicodedata import normalize

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core import codec
from comity.core.door import Original, Verbatim, in_form, read_command
from comity.core.errors import BadInput
from comity.core.text import clean_text


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    text: str = ""
    count: int = 0
    names: tuple[str, ...] = ()
    inner: tuple[Inner, ...] = ()
    document: Annotated[str, Verbatim] = ""
    password: Annotated[str, msgspec.Meta(extra_json_schema={"format": "password"})] | None = None


def enter(**given_fields: object) -> tuple[Command, tuple[Original, ...]]:
    return read_command(msgspec.json.encode(given_fields), Command)


def test_text_in_form_passes_and_leaves_no_original() -> None:
    assert enter(text="Müller, Жанна 山田", names=["a b"], count=3) == (
        Command(text="Müller, Жанна 山田", names=("a b",), count=3),
        (),
    )


def test_text_that_is_not_nfc_is_and_stands_as_it_came_beside_its_place() -> None:
    command, originals = enter(text="plain", inner=[{"name": "x"}, {"name": "Mu\u0308ller"}])

    assert command.inner[1].name == "M\u00fcller"
    assert originals == (Original(path="$.inner[1].name", utf8="Mu\u0308ller".encode()),)


def test_outer_white_space_goes_and_is_kept() -> None:
    command, originals = enter(text="\u3000a b\u00a0", names=(" x", "y\r\nz"))

    assert (command.text, command.names) == ("a b", ("x", "y\nz"))
    assert [original.text for original in originals] == ["\u3000a b\u00a0", " x", "y\r\nz"]


def test_documents_pass_untouched_and_of_passwords_nothing_is_kept() -> None:
    command, originals = enter(document=" Mu\u0308ller\r\n", password=" Mu\u0308ller ")

    assert (command.document, command.password) == (" Mu\u0308ller\r\n", " M\u00fcller ")
    assert originals == ()


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        ("\x00", "text.control-character"),
        ("\x1b", "text.control-character"),
        ("\x7f", "text.control-character"),
        ("\x9f", "text.control-character"),
        ("\u202e", "text.forced-direction"),
        ("\u2066", "text.forced-direction"),
        ("\ufdd0", "text.noncharacter"),
        ("\U0010ffff", "text.noncharacter"),
    ],
)
@pytest.mark.parametrize("around", [("a", "b"), ("\u00e9", "\u00e9")])
def test_what_screens_cannot_show_is_refused_with_its_place(sign: str, code: str, around: tuple[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        enter(names=["fine", sign.join(around)])

    assert refused.value.code == code
    assert [problem.field for problem in refused.value.problems] == ["$.names[1]"]


def test_marks_of_arabic_hebrew_and_indic_names_stay() -> None:
    for name in ("\u0645\u200c\u062d", "\u05d0\u200f", "\u0915\u094d\u200d\u0937"):
        assert enter(text=name) == (Command(text=name), ())


def test_an_escaped_sign_is_the_sign() -> None:
    command, originals = read_command(b'{"text":"Mu\\u0308ller"}', Command)

    assert command.text == "M\u00fcller"
    assert [original.text for original in originals] == ["Mu\u0308ller"]


def tidied(text: str) -> str | None:
    """The long way to what the door does; None where it refuses."""
    try:
        return in_form(text)
    except BadInput:
        return None


@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_the_quick_look_misses_nothing(text: str) -> None:
    expected = tidied(text)
    if expected is None:
        with pytest.raises(BadInput):
            enter(text=text)
        return

    command, originals = enter(text=text)

    assert command.text == expected == clean_text(normalize("NFC", text), may_be_empty=True)
    assert [original.text for original in originals] == ([] if expected == text else [text])
    assert codec.encode(command)


@given(st.text(st.sampled_from("ae\u0308\u0301\u0327 \u1161\u1100\u11a8\u212b\u09c7\u09be\u00e9q"), max_size=8))
def test_nor_where_signs_compose(text: str) -> None:
    command, _ = enter(text=text)

    assert command.text == in_form(text)
