"""Commands of this machine: what they refuse before anything is made, and how they say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.core.errors import BadInput
from comity.node import commands
from comity.surfaces.cli.arguments import parser_of
from comity.surfaces.cli.manifest import load

FOUNDING = ("--party", "ITA", "--authority", "polizia:border_guard,police")


@pytest.mark.parametrize("flag", ["--http", "--peer"])
@pytest.mark.parametrize("port", ["0", "65536", "-1", "eighty", "\u0661"])
def test_a_port_that_nobody_could_be_told_makes_no_node(tmp_path: Path, flag: str, port: str) -> None:
    with pytest.raises(BadInput, match=f"Argument {flag}: a port is a number from 1 to 65535") as refusal:
        commands.init([*FOUNDING, f"{flag}={port}", str(tmp_path / "node")])

    assert refusal.value.remedy == "See comity node init --help."
    assert not (tmp_path / "node").exists()


def test_a_wrong_option_is_told_as_everywhere_else_and_without_its_value(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        commands.export_identity([str(tmp_path), "--colour=secret"])

    assert (refusal.value.code, refusal.value.message) == ("cli.usage", "Unrecognized arguments: --colour.")


def test_the_help_of_a_command_that_takes_a_bare_file_says_so() -> None:
    told = parser_of(load()["node.trust"]).format_help()

    assert told.startswith("usage: comity node trust FILE | [--field value ...]")


def test_no_value_of_a_choice_is_broken_at_its_hyphen() -> None:
    for entry in load().values():
        told = parser_of(entry).format_help().split()
        choices = {choice for field in entry.fields for choice in field.choices}

        assert choices <= {word.strip(",;") for word in told}, entry.name
