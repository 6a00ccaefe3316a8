"""Three synthetic parties."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.diplomacy import PARTIES, Node, make_node


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[dict[str, Node]]:
    with contextlib.ExitStack() as stack:
        yield {party: make_node(tmp_path / party, party, stack) for party in PARTIES}
