"""The file of a mapped index: damage, foreign files and other versions are told, never read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from comity.core.errors import BadInput
from comity.screening.index.mapped.layout import PAGE, DamagedIndex, Writer, check_arrays, open_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    writer = Writer(tmp_path / "some.cix", "boxes")
    writer.add("small", np.arange(10, dtype=np.uint32))
    writer.reserve("large", np.uint8, (3 * PAGE, 2))[:] = 7
    writer.add("none", np.zeros(0, np.int64))
    writer.finish({"entries": 10})
    return tmp_path / "some.cix"


def test_what_was_written_is_read(path: Path) -> None:
    opened = open_file(path, "boxes")

    check_arrays(opened)
    assert opened.arrays["small"].tolist() == list(range(10))
    assert opened.arrays["large"].shape == (3 * PAGE, 2)
    assert opened.arrays["large"].min() == 7
    assert len(opened.arrays["none"]) == 0
    assert opened.directory.facts == {"entries": 10}
    assert not opened.arrays["small"].flags.writeable


def refused(path: Path) -> str:
    with pytest.raises(DamagedIndex) as caught:
        check_arrays(open_file(path, "boxes"))
    return caught.value.code


def test_every_byte_that_changes_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    opened = open_file(path, "boxes")
    # The rest of a page behind an array holds nothing.
    spans = [(0, 44), (len(whole) - 100, len(whole))]
    spans += [(section.offset, section.offset + section.size) for section in opened.directory.sections]
    for low, high in spans:
        for at in {low, (low + high) // 2, high - 1} if high > low else ():
            path.write_bytes(whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :])
            assert refused(path).startswith("screening.index-")


@pytest.mark.parametrize("length", [0, 10, 44, PAGE, 2 * PAGE])
def test_a_file_that_was_cut_short_is_refused(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])

    assert refused(path) in {"screening.index-damaged", "screening.index-foreign"}


def test_a_foreign_file_and_an_index_of_another_purpose_are_refused(path: Path) -> None:
    with pytest.raises(DamagedIndex) as caught:
        open_file(path, "persons")
    assert caught.value.code == "screening.index-foreign"

    path.write_bytes(b"SQLite format 3\0" + bytes(PAGE))
    assert refused(path) == "screening.index-foreign"


def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        open_file(tmp_path / "nothing", "boxes")
    assert caught.value.code == "screening.index-unreadable"


def test_an_abandoned_file_leaves_what_stood(path: Path) -> None:
    before = path.read_bytes()
    writer = Writer(path, "boxes")
    writer.add("small", np.zeros(1, np.uint32))

    writer.abandon()

    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]
