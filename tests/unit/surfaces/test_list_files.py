"""Files that `comity list import` is given: refused by the argument before anything is sent, whatever is in them."""

from __future__ import annotations

import gzip
import io
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from comity.core.errors import BadInput
from comity.surfaces.cli import list_import
from comity.surfaces.cli.main import Shell
from comity.surfaces.cli.transport import Transport

PACKED = gzip.compress(b"SYNTHETIC " * 5000)


def bring(*files: Path, form: str = "un-sc") -> None:
    out, err, stdin = io.StringIO(), io.StringIO(), io.StringIO()
    shell = Shell(out=out, err=err, stdin=stdin, ask_secret=str, environment={"COMITY_NODE": "unused"})
    list_import.run([*map(str, files), "--format", form], open_node=never, shell=shell)


def never(_directory: Path) -> AbstractContextManager[Transport]:
    raise AssertionError


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip at all",
        PACKED[:40],
        PACKED[:-4],
        PACKED[:30] + bytes(byte ^ 0xFF for byte in PACKED[30:50]) + PACKED[50:],
        PACKED[:10] + b"\xff" * 60,
    ],
    ids=["plain", "cut-off", "no-trailer", "damaged", "no-deflate"],
)
def test_a_packed_file_that_is_cut_off_or_damaged_is_refused_by_the_argument(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "list.xml.gz"
    file.write_bytes(content)

    with pytest.raises(BadInput) as refused:
        bring(file)

    assert (refused.value.code, refused.value.problems[0].field) == ("cli.file-unreadable", "FILE")


def test_a_packed_file_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.xml.gz"
    with gzip.open(file, "wb", compresslevel=1) as stream:
        for _ in range(65):
            stream.write(bytes(1 << 20))

    with pytest.raises(BadInput) as refused:
        bring(file)

    assert refused.value.code == "cli.file-too-large"


def test_a_file_that_is_not_there_or_a_list_that_lacks_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as absent:
        bring(tmp_path / "absent.xml")
    with pytest.raises(BadInput) as too_few:
        bring(tmp_path / "sdn.csv", form="ofac-sdn")

    assert (absent.value.code, too_few.value.code) == ("cli.file-unreadable", "list.files")
