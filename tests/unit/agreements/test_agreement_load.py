"""From YAML to records: every word known, every value sourced, one hash."""

from __future__ import annotations

import pytest

from comity.agreements.load import agreement_id, canonical_bytes, parse_agreement, read_agreement, require_verified
from comity.agreements.ready import instrument_names, instrument_text, load_instrument, narrow_parties
from comity.agreements.rules import unverified_leaves
from comity.agreements.vocabulary import Profile
from comity.core.codec import is_canonical
from comity.core.errors import BadInput, NotFound, Refused


def changed(old: str, new: str) -> bytes:
    text = instrument_text("schengen-sis").decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def test_the_ready_agreement_loads_and_survives_its_canonical_form() -> None:
    agreement = load_instrument("schengen-sis")

    assert is_canonical(canonical_bytes(agreement))
    assert parse_agreement(canonical_bytes(agreement)) == agreement
    assert {party.code for party in agreement.parties} >= {"DEU", "FRA", "POL", "ITA", "IRL", "CHE", "NOR"}


def test_the_hash_ignores_how_the_yaml_is_laid_out() -> None:
    laid_out = read_agreement(
        b"# a comment\n" + instrument_text("schengen-sis").replace(b"confidence: ", b"confidence:   ")
    )

    assert agreement_id(laid_out) == agreement_id(load_instrument("schengen-sis"))


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("form: {value: union-law, source: ", "form: {value: union-law, sauce: ", "codec.", "$.form"),
        ("form: {value: union-law", "form: {value: handshake", "codec.unknown-value", "$.form.value"),
        (
            "mode: {value: replicate, source: 'Reg",
            "mode: {value: replicate} #",
            "codec.missing-field",
            "$.clauses[0].mode",
        ),
        (
            "operations: {value: [enter]",
            "operations: {value: [peek]",
            "agreement.unknown-word",
            "$.clauses[0].operations",
        ),
        ("categories: {value: [ARR]", "categories: {value: [XYZ]", "agreement.unknown-word", "$.clauses[0].categories"),
        ("purposes: {value: [police]", "purposes: {value: [fun]", "agreement.unknown-word", "$.clauses[0].purposes"),
        (
            "roles: {value: [judicial_authority",
            "roles: {value: [wizard",
            "agreement.unknown-word",
            "$.clauses[0].roles",
        ),
        (
            "receivers: {value: any_party",
            "receivers: {value: [USA]",
            "agreement.unknown-party",
            "$.clauses[0].receivers",
        ),
        ("- code: DEU", "- code: ZZZ", "agreement.unknown-party-code", "$.parties["),
        ("- code: DEU", "- code: FRA", "agreement.duplicate", "$.parties["),
        ("'2023-03-07'", "'2023-02-30'", "agreement.no-such-day", "$.in_force_from.value"),
        ("value: [person.surnames,", "value: [person.blood_group,", "agreement.unknown-field", "$.field_lists[0]"),
        ("fields: [arr]", "fields: [nothing]", "agreement.unknown-field-list", "$.clauses[0].fields[0]"),
        ("fields: [arr]", "fields: [ref]", "agreement.category", "$.clauses[0].fields[0]"),
        (
            "- category: ARR\n  period: {value: P5Y",
            "- category: PEERING\n  period: {value: P5Y",
            "agreement.no-retention",
            "$.clauses[0].categories",
        ),
        ("version: 2", "version: 1", "agreement.parent", "$.parent"),
        ("version: 2", "version: " + "9" * 6000, "codec.number-out-of-range", "$.version"),
        ("version: 2", "version: -1", "codec.out-of-bounds", "$.version"),
        ("schema: comity-agreement/1", "schema: comity-agreement/9", "codec.unknown-value", "$.schema"),
        ("id: schengen-sis", "id: schengen-sis\nextra: 1", "codec.unknown-field", "$"),
    ],
)
def test_a_wrong_document_is_refused_with_path_and_remedy(old: str, new: str, code: str, place: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_agreement(changed(old, new))

    assert caught.value.code.startswith(code)
    assert caught.value.problems[0].field.startswith(place)
    assert "line " in caught.value.problems[0].field
    assert caught.value.remedy


def test_a_production_node_refuses_values_nobody_verified_and_lists_them() -> None:
    agreement = load_instrument("schengen-sis")

    with pytest.raises(Refused) as caught:
        require_verified(agreement, profile=Profile.PRODUCTION)

    assert caught.value.code == "agreement.unverified"
    assert tuple(problem.field for problem in caught.value.problems) == unverified_leaves(agreement)


def test_unverified_values_pass_when_accepted_or_in_an_exercise() -> None:
    agreement = load_instrument("schengen-sis")

    accepted = require_verified(agreement, profile=Profile.PRODUCTION, accept_unverified=True)

    assert accepted == require_verified(agreement, profile=Profile.EXERCISE) != ()


def test_an_unknown_instrument_is_refused_with_the_known_names() -> None:
    with pytest.raises(NotFound) as caught:
        load_instrument("../../etc/passwd")

    assert all(name in caught.value.remedy for name in instrument_names())


def test_narrowing_makes_the_next_version_of_the_wider_one() -> None:
    wide = load_instrument("schengen-sis")

    narrow = narrow_parties(wide, ("FRA", "DEU", "IRL"))

    assert {party.code for party in narrow.parties} == {"DEU", "FRA", "IRL"}
    assert (narrow.id, narrow.version, narrow.parent) == (wide.id, wide.version + 1, agreement_id(wide))
    assert parse_agreement(canonical_bytes(narrow)) == narrow


@pytest.mark.parametrize("parties", [("DEU",), ("DEU", "USA"), ()])
def test_narrowing_to_strangers_or_to_one_is_refused(parties: tuple[str, ...]) -> None:
    with pytest.raises(BadInput) as caught:
        narrow_parties(load_instrument("schengen-sis"), parties)

    assert caught.value.code == "agreement.narrow"
