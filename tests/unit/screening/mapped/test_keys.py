"""Exact keys: each number finds its entries and no others."""

from __future__ import annotations

import random
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.errors import BadInput
from comity.screening.index.mapped.build_keys import build_keys, key_lines
from comity.screening.index.mapped.keys import KeyIndex, NumberOf, pack

TEXTS = st.text(string.ascii_uppercase + string.digits + "ÄЖ", min_size=1, max_size=20)
NUMBERS = st.builds(NumberOf, kind=st.integers(0, 255), text=TEXTS, number=st.integers(0, 2**32 - 1))


@settings(max_examples=50, deadline=None)
@given(numbers=st.lists(NUMBERS, max_size=60), asked=st.tuples(st.integers(0, 255), TEXTS))
def test_a_number_finds_exactly_its_entries(numbers: list[NumberOf], asked: tuple[int, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keys.cix"
        assert build_keys(key_lines(numbers), path) == len(numbers)
        index = KeyIndex.open(path)
        index.check()
        for kind, text in {(each.kind, each.text) for each in numbers} | {asked}:
            wanted = sorted(each.number for each in numbers if (each.kind, each.text) == (kind, text))
            assert sorted(index.find(pack(kind, text))) == wanted


def test_many_numbers_find_theirs(tmp_path: Path) -> None:
    chance = random.Random(5)
    numbers = [
        NumberOf(
            kind=chance.randrange(3), text="".join(chance.choices(string.digits, k=chance.randrange(4, 7))), number=at
        )
        for at in range(20_000)
    ]
    build_keys(key_lines(numbers), tmp_path / "keys.cix")
    index = KeyIndex.open(tmp_path / "keys.cix")

    for each in chance.sample(numbers, 500):
        assert each.number in index.find(pack(each.kind, each.text))
    assert index.find(pack(9, numbers[0].text)) == ()


def test_leading_zeros_length_and_kind_tell_numbers_apart() -> None:
    keys = {pack(kind, text) for kind in (0, 1, 255) for text in ("7", "07", "0", "00", "Z" * 10, "Z" * 11, "A_B")}

    assert len(keys) == 21


@pytest.mark.parametrize("line", [b"1\tAB12\n", b"300\tAB12\t1\n", b"x\tAB12\t1\n", b"1\tAB12\t-1\n", b"1\tA\tB\t1\n"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        build_keys([b"1\tGOOD\t1\n", line], tmp_path / "keys.cix")

    assert caught.value.code == "screening.bad-key"
    assert caught.value.problems[0].field == "row 2"
    assert list(tmp_path.iterdir()) == []
