"""`comity agreement check` from files alone: what it prints, and when it refuses."""

from __future__ import annotations

import io
import json
from pathlib import Path

import msgspec
import pytest

from comity.agreements.load import agreement_id, canonical_bytes
from comity.agreements.provisions import Annex
from comity.surfaces.cli.agreement_check import check
from comity.surfaces.cli.exit_codes import DONE, REFUSED
from comity.surfaces.cli.main import Shell
from tests.support.treaties import TREATY, further, sourced, treaty


def run(*argv: str) -> tuple[int, str]:
    out = io.StringIO()
    shell = Shell(environment={}, out=out, err=io.StringIO(), stdin=io.StringIO(), ask_secret=lambda _: "")
    code = check(list(argv), shell)
    return code, out.getvalue()


def test_a_sound_agreement_passes_and_is_proved(tmp_path: Path) -> None:
    (tmp_path / "treaty.yaml").write_text(TREATY)

    code, text = run(str(tmp_path / "treaty.yaml"), "--json")

    assert code == DONE
    assert json.loads(text)["proved"] is True


def test_an_agreement_below_the_floor_is_refused_with_its_place(tmp_path: Path) -> None:
    more = further(f"waives: {sourced('[non_refoulement]')}", operations="[readmit]")
    (tmp_path / "treaty.yaml").write_text(TREATY + more)

    code, text = run(str(tmp_path / "treaty.yaml"))

    assert code == REFUSED
    assert "failed      floor" in text
    assert "$.clauses[2].waives.value" in text


@pytest.mark.parametrize(("purposes", "expected"), [("[police]", DONE), ("[police, borders]", REFUSED)])
def test_an_annex_is_held_against_its_parent(tmp_path: Path, purposes: str, expected: int) -> None:
    old = "purposes: {value: [police], source: 'Art 12'"
    parent, wider = treaty(), treaty((old, f"purposes: {{value: {purposes}, source: 'Art 12'"))
    annex = msgspec.structs.replace(wider, id="annex", annex=Annex(of=agreement_id(parent), lineage=parent.id))
    (tmp_path / "parent.yaml").write_text(TREATY)
    (tmp_path / "annex.json").write_bytes(canonical_bytes(annex))

    code, _ = run(str(tmp_path / "annex.json"), "--parent", str(tmp_path / "parent.yaml"))

    assert code == expected
