"""`agreement explain`, `diff` and `decide --cases` at the command line, without a node."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest

from comity.core.errors import BadInput
from comity.surfaces.cli import agreement_decide, agreement_files
from comity.surfaces.cli.main import Shell

CASES = Path(__file__).resolve().parents[2] / "data" / "che-usa-cases.jsonl"


def shell() -> tuple[Shell, io.StringIO]:
    out = io.StringIO()
    return Shell(environment={}, out=out, err=io.StringIO(), stdin=io.StringIO(), ask_secret=lambda _: ""), out


@pytest.mark.parametrize("named", [["--agreement", "che-usa"], ["--agreement", "0.360.336.2"], []])
def test_cases_are_scored_under_the_agreement_named_or_meant(named: list[str]) -> None:
    given, out = shell()

    code = agreement_decide.run(["--cases", str(CASES), *named, "--json"], shell=given)

    document = msgspec.json.decode(out.getvalue())
    assert code == 0
    assert document["agreement"] == "che-usa-serious-crime"
    assert document["right"] == document["scored"] == len(document["results"])
    assert {"id", "outcome", "effect", "reason_code", "due", "obligations", "basis"} <= set(document["results"][0])


def test_an_answer_that_is_not_expected_is_told_and_ends_with_one(tmp_path: Path) -> None:
    given, out = shell()
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_bytes(CASES.read_bytes().splitlines()[0].replace(b'"expect": "permit"', b'"expect": "deny"'))

    code = agreement_decide.run(["--cases", str(wrong)], shell=given)

    assert code == 1
    assert "EXPECTED deny" in out.getvalue()
    assert "0 of 1 as expected" in out.getvalue()


def test_cases_between_parties_of_no_agreement_ask_which_is_meant(tmp_path: Path) -> None:
    given, _ = shell()
    strange = tmp_path / "strange.jsonl"
    strange.write_text('{"id": "a", "request": {"frm": "BRA", "to": "KEN"}}')

    with pytest.raises(BadInput) as refusal:
        agreement_decide.run(["--cases", str(strange)], shell=given)

    assert refusal.value.code == "cases.which-agreement"


def test_an_agreement_is_explained_for_one_party_in_french() -> None:
    given, out = shell()

    agreement_files.explain_agreement(["shiprider", "--language", "fr", "--party", "CAN"], given)

    assert "== Canada (CAN)" in out.getvalue()
    assert "(USA)\n" not in out.getvalue().partition("== Canada")[2]
    assert "Ce que vous pouvez faire sur le terrain" in out.getvalue()


def test_a_party_of_another_agreement_is_refused() -> None:
    given, _ = shell()

    with pytest.raises(BadInput) as refusal:
        agreement_files.explain_agreement(["shiprider", "--party", "MEX"], given)

    assert refusal.value.code == "explain.no-such-party"


@pytest.mark.parametrize(
    ("file", "sides", "meant"),
    [
        ("0.360.136.1.cases.jsonl", ("FRA", "CHE"), "che-deu-police"),
        ("sr-0.360.163.1.jsonl", ("CHE", "LIE"), "bilateral-police-cooperation"),
        ("cases.jsonl", ("de", "CH"), "che-deu-police"),
        ("0.360.136.11.jsonl", ("CHE", "GBR"), "che-gbr-police"),
    ],
)
def test_cases_are_about_the_text_their_file_is_named_after_or_the_narrowest_between_their_parties(
    tmp_path: Path, file: str, sides: tuple[str, str], meant: str
) -> None:
    case = {"id": "a", "request": {"frm": sides[0], "to": sides[1], "at": "2024-01-15", "op": "request"}}
    (tmp_path / file).write_bytes(msgspec.json.encode(case))

    assert agreement_files.agreement_between(str(tmp_path / file)).id == meant


@pytest.mark.parametrize("name", ["che-deu", "CHE-DEU", "0.360.136.1", "che-deu-police"])
def test_a_ready_agreement_is_found_by_id_beginning_or_number(name: str) -> None:
    assert agreement_files.agreement_of(name).id == "che-deu-police"


def test_a_file_that_is_not_there_is_told_with_what_there_is() -> None:
    with pytest.raises(BadInput) as refusal:
        agreement_files.agreement_of("no-such-agreement")

    assert refusal.value.code == "agreement.no-such-file"
    assert "apec-rms" in refusal.value.remedy


def test_two_versions_are_compared_from_files(tmp_path: Path) -> None:
    given, out = shell()

    agreement_files.diff(["apec-rms", "apec-rms", "--json"], given)

    assert msgspec.json.decode(out.getvalue())["examples"] == []
