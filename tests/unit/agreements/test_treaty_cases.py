"""Cases of encoded treaties, read from their texts: every article that decides something, both ways round."""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec
import pytest

from comity.agreements.cases.file import read_cases
from comity.agreements.cases.records import Case, CaseAnswer
from comity.agreements.cases.score import answer_cases
from comity.agreements.law.compile import house_rulebook
from comity.agreements.load import read_agreement
from comity.agreements.ready import instrument_text, load_instrument
from comity.agreements.records import Agreement
from comity.core.errors import BadInput

TREATY = "che-usa-serious-crime"
AGREEMENT = load_instrument(TREATY)
DATA = Path(__file__).resolve().parents[2] / "data"
OWN = read_cases((DATA / "che-usa-cases.jsonl").read_bytes())
OTHERS = {
    "anonymous-prints": "anonymous-prints-cases.jsonl",
    "blind-document-lookup": "blind-lookup-cases.jsonl",
    "full-trust-documents": "full-trust-cases.jsonl",
    "bilateral-police-cooperation": "che-aut-lie-cases.jsonl",
    "che-deu-police": "che-deu-cases.jsonl",
    "che-europol": "che-europol-cases.jsonl",
    "che-fra-police-customs": "che-fra-cases.jsonl",
    "che-gbr-police": "che-gbr-cases.jsonl",
}


@functools.cache
def treaty_named(treaty: str) -> Agreement:
    return load_instrument(treaty)


def answered(*cases: Case) -> tuple[CaseAnswer, ...]:
    return answer_cases(cases, AGREEMENT, house_rulebook())


@pytest.mark.parametrize("case", OWN, ids=lambda case: f"{case.id}-{case.article}")
def test_a_case_from_the_text_is_answered_as_the_text_says(case: Case) -> None:
    (given,) = answered(case)

    assert given.right, given
    assert given.unread == ()


@pytest.mark.parametrize(
    ("treaty", "case"),
    [(treaty, case) for treaty, name in OTHERS.items() for case in read_cases((DATA / name).read_bytes())],
    ids=lambda value: value if isinstance(value, str) else f"{value.id}-{value.article}",
)
def test_a_case_of_another_treaty_is_answered_as_its_text_says(treaty: str, case: Case) -> None:
    (given,) = answer_cases((case,), treaty_named(treaty), house_rulebook())

    assert given.right, given
    assert given.unread == ()


def test_the_reference_cases_are_answered_as_expected(comity_data: Path) -> None:
    file = comity_data / "data" / "exchange" / "treaties" / "0.360.336.2.cases.jsonl"

    given = answered(*read_cases(file.read_bytes()))

    assert [each.id for each in given if not each.right] == []
    assert len(given) == 35


def test_answers_hang_on_no_id_and_no_order() -> None:
    renamed = tuple(
        Case(id=f"x{number}", request=case.request, expect=case.expect) for number, case in enumerate(reversed(OWN))
    )

    assert all(each.right for each in answered(*renamed))


def test_a_third_partys_name_in_a_request_is_no_party() -> None:
    case = next(each for each in OWN if each.expect == "permit")

    (given,) = answered(Case(id="third", request={**case.request, "to": "MEX"}))

    assert (given.outcome, given.reason_code) == ("deny", "NOT_PARTY")


def test_what_says_nothing_in_any_vocabulary_is_told() -> None:
    case = OWN[0]

    (given,) = answered(Case(id="odd", request={**case.request, "moon_phase": "full"}))

    assert given.unread == ("moon_phase",)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "cases.malformed"),
        (b"[]", "cases.malformed"),
        (b'{"id": "a"}', "cases.malformed"),
        (b'{"id": "a", "request": {}}\n{"id": "a", "request": {}}', "cases.duplicate"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(line: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_cases(line)

    assert refusal.value.code == code
    assert refusal.value.problems[0].field.startswith("line ")


@pytest.mark.parametrize(("missing", "code"), [("op", "cases.no-operation"), ("at", "cases.no-instant")])
def test_a_case_without_its_envelope_is_refused(missing: str, code: str) -> None:
    request = {key: value for key, value in OWN[0].request.items() if key != missing}

    with pytest.raises(BadInput) as refusal:
        answered(Case(id="a", request=request))

    assert refusal.value.code == code


def test_every_answer_names_its_article() -> None:
    assert all(each.basis for each in answered(*OWN))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("offence_max_penalty_months > 36", "offence_max_penalty_months >= 36"),
        ("offence_max_penalty_months > 36", "offence_max_penalty_months > 37"),
        ("if: {value: individual_case", "if: {value: 'not individual_case'"),
        ("limit: P2Y", "limit: P3Y"),
        ("value: P6M", "value: P5M"),
        ("[USA.art29.2]", "[CHE.art29.2]"),
        ("if: {value: prior_consent", "if: {value: 'not prior_consent'"),
        ("effect: {value: deny", "effect: {value: duty"),
        ("value: documented_prior", "value: any"),
        ("value: terms_survive", "value: delete"),
    ],
)
def test_a_mutant_of_the_treaty_does_not_pass_its_cases(old: str, new: str) -> None:
    text = instrument_text(TREATY).decode()
    assert old in text

    mutant = read_agreement(text.replace(old, new).encode())

    assert not all(each.right for each in answer_cases(OWN, mutant, house_rulebook()))


def test_an_answer_is_one_json_document() -> None:
    (given,) = answered(OWN[0])

    assert msgspec.json.decode(msgspec.json.encode(given))["outcome"] == "permit"
