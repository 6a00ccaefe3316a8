"""What ships beside the code and what the pages assume, against the real catalogue of a node."""

from __future__ import annotations

import pytest

from comity.surfaces.cli.manifest import entries_of, load
from comity.surfaces.web.labels import LABELS
from tests.support import page_room
from tools.manifest import catalogue

REAL = catalogue()


def test_the_shipped_manifest_is_that_of_the_catalogue() -> None:
    assert load() == entries_of(REAL, LABELS), "run: python -m tools.manifest"


@pytest.mark.parametrize("name", list(page_room.CATALOGUE))
def test_the_pages_ask_for_operations_that_exist_as_they_believe(name: str) -> None:
    assumed, real = page_room.CATALOGUE[name], REAL[name]

    assert (assumed.command, assumed.result, assumed.kind) == (real.command, real.result, real.kind)


def test_no_secret_can_stand_on_a_command_line() -> None:
    words = ("password", "passphrase")
    fields = [field for entry in load().values() for field in entry.fields]

    assert all(field.secret for field in fields if any(word in field.path for word in words))
    assert {"current", "new"} <= {field.path for field in load()["account.set-password"].fields if field.secret}
