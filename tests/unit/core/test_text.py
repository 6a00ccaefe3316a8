from __future__ import annotations

import pytest

from comity.core.errors import BadInput
from comity.core.text import clean_line, clean_text, nfc


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Zu\u0308rich ", "Zürich"),
        ("A\u030a", "Å"),
        ("\u212b", "Å"),
        (
            "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
            "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
        ),  # with the joiner Persian needs
        ("\u200f\u05e9\u05dc\u05d5\u05dd", "\u200f\u05e9\u05dc\u05d5\u05dd"),  # with a mark of direction
        ("O'Neill-O\u2019Brien", "O'Neill-O\u2019Brien"),
        ("\U00020000", "\U00020000"),
    ],
)
def test_names_of_any_script_come_out_in_normal_form(text: str, cleaned: str) -> None:
    assert clean_line(text) == cleaned


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\x00b", "text.control-character"),
        ("a\x1bb", "text.control-character"),
        ("a\rb", "text.control-character"),
        ("a\x7fb", "text.control-character"),
        ("a\x85b", "text.control-character"),
        ("a\u202eb", "text.forced-direction"),
        ("a\u2066b", "text.forced-direction"),
        ("a\ufdd0b", "text.noncharacter"),
        ("a\U0010ffffb", "text.noncharacter"),
        ("a\ufffeb", "text.noncharacter"),
        ("a\ud800b", "text.lone-surrogate"),
        ("a\nb", "text.line-break"),
        ("a\tb", "text.line-break"),
        ("a\u2028b", "text.line-break"),
        ("", "text.empty"),
        (" \u00a0 ", "text.empty"),
        ("x" * 11, "text.too-long"),
        ("x" * 41, "text.too-long"),
    ],
)
def test_what_a_screen_cannot_show_safely_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        clean_line(text, "$.name", 10)

    assert (caught.value.code, caught.value.problems[0].field) == (code, "$.name")


def test_length_counts_characters_after_normalising() -> None:
    assert clean_line("u\u0308" * 10, "$.name", 10) == "ü" * 10


def test_several_lines_keep_their_breaks_and_tabs() -> None:
    assert clean_text("one\r\n\ttwo\nthree\n") == "one\n\ttwo\nthree"
    with pytest.raises(BadInput) as caught:
        clean_text("one\rtwo")
    assert caught.value.code == "text.control-character"


def test_emptiness_is_allowed_where_it_is_asked_for() -> None:
    assert clean_line("  ", may_be_empty=True) == ""
    assert clean_text("", may_be_empty=True) == ""


def test_nfc_changes_nothing_else() -> None:
    assert nfc(" A\u030a\x00") == " Å\x00"
