"""The border post of this room's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.border_post import Post, open_post


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_post(tmp_path) as opened:
        yield opened
