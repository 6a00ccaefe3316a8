"""Agreements in plain language: nothing of a clause is left out, in either language; amendments show by example."""

from __future__ import annotations

import re

import msgspec
import pytest

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import decide
from comity.agreements.explain.agreement import explain, lines_of_text
from comity.agreements.explain.difference import compare, lines_of_difference
from comity.agreements.explain.examples import examples_of
from comity.agreements.explain.tongue import LANGUAGES, Language, key_of, tongue
from comity.agreements.explain.words import words_of
from comity.agreements.life.rules import BEGINNING, always
from comity.agreements.life.standing import standings_of
from comity.agreements.load import agreement_id, read_agreement
from comity.agreements.ready import instrument_names, instrument_text, load_instrument
from comity.agreements.records import Agreement
from comity.agreements.registry import Registry
from comity.core.decision import Outcome
from comity.core.errors import BadInput
from comity.core.time import parse_instant
from tests.support.inside import inside
from tests.support.treaties import sourced, treaty

TREATY = "che-usa-serious-crime"
AT = parse_instant("2026-03-01T10:00:00Z")


def text_of(name: str, language: str = "en", party: str | None = None) -> str:
    return "\n".join(lines_of_text(explain(load_instrument(name), language, party)))


def amended(old: str, new: str, name: str = TREATY) -> Agreement:
    """The next version of a ready agreement, with one text of it changed."""
    text = instrument_text(name).decode()
    assert old in text
    parent = agreement_id(load_instrument(name))
    return read_agreement(text.replace(old, new).replace("version: 1\n", f"version: 2\nparent: {parent}\n", 1).encode())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", instrument_names())
def test_every_clause_of_every_ready_agreement_is_told_in_both_languages(name: str, language: str) -> None:
    agreement = load_instrument(name)

    found = explain(agreement, language)

    told = {line.clause for party in found.parties for section in party.sections for line in section.lines}
    assert told >= {clause.id for clause in agreement.clauses}


@pytest.mark.parametrize("name", instrument_names())
def test_every_word_of_the_ready_agreements_has_its_french(name: str) -> None:
    french = tongue("fr")

    lacking = [(kind, word) for kind, words in words_of(load_instrument(name)).items() for word in words]

    assert [(kind, word) for kind, word in lacking if not french.has(kind, word)] == []


def test_both_languages_have_the_same_sentences() -> None:
    english, french = (tongue(language).words.phrases for language in ("en", "fr"))

    assert set(english) == set(french)


def test_the_sentence_tells_who_may_what_for_what_and_only_if() -> None:
    text = text_of(TREATY, party="CHE")

    assert "It serves: investigating serious crime." in text
    assert "By: officer of a national contact point, specially authorised for automated searches." in text
    assert "Only if: it is about an individual case." in text
    assert "is more than 36" in text
    assert "Sleeps until this notification is received: USA.art29.2." in text
    assert "A party can end it with 6 months notice, counted from the receipt." in text
    assert "After its end its terms go on for everything received under it." in text
    assert "United States" not in text.partition("== Switzerland")[2]


def test_what_goes_for_one_party_only_is_told_to_that_party() -> None:
    text = text_of("us-canada-entry-exit", party="USA")

    assert "75 years" in text
    assert "Ireland" in text_of("schengen-sis", party="IRL")
    assert "refusal of entry and stay" in text_of("schengen-sis", party="IRL").partition("Not for:")[2][:200]


def test_what_goes_on_without_the_ledger_is_told_where_a_clause_states_it() -> None:
    told = "Border checks under it go on while the ledger"

    assert told in text_of("full-trust-documents")
    assert told not in text_of("schengen-sis")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        explain(load_instrument(TREATY), "tlh")

    assert refusal.value.code == "explain.unknown-language"


def test_keys_of_words_do_not_clash() -> None:
    words = {
        (kind, word)
        for name in instrument_names()
        for kind, each in words_of(load_instrument(name)).items()
        for word in each
    }

    assert len({(kind, key_of(word)) for kind, word in words}) == len(words)


# difference


def test_the_same_text_twice_differs_in_nothing() -> None:
    found = compare(load_instrument(TREATY), load_instrument(TREATY))

    assert found.examples == ()
    assert found.asked > 200
    assert list(lines_of_difference(found, tongue("en"))) == ["The two versions answer every example alike."]


def test_a_version_that_changes_no_law_changes_no_answer() -> None:
    relabelled = amended("value: 'Agreement between Switzerland", "value: 'The agreement between Switzerland")

    assert compare(load_instrument(TREATY), relabelled).examples == ()


@pytest.mark.parametrize(
    ("old", "new", "category"),
    [
        ("offence_max_penalty_months > 36", "offence_max_penalty_months >= 36", "reference.fingerprint"),
        ("person.birth_place, circumstances]", "person.birth_place, circumstances, person.address]", "person.core"),
        ("value: prior_consent", "value: 'prior_consent or urgent'", "received"),
        ("if: {value: would_harm_subject", "if: {value: 'not would_harm_subject'", "received"),
        ("limit: P2Y", "limit: P5Y", "transfer_log"),
        ("value: documented_prior", "value: any", "received"),
        ("[contact_point_officer]", "[contact_point_officer, first_line_officer]", "reference.fingerprint"),
    ],
)
def test_each_change_of_substance_shows_in_an_example(old: str, new: str, category: str) -> None:
    found = compare(load_instrument(TREATY), amended(old, new))

    assert category in {example.question.category for example in found.examples}
    assert all(example.before != example.after for example in found.examples)


def test_an_example_is_told_with_both_answers_and_articles() -> None:
    found = compare(
        load_instrument(TREATY), amended("offence_max_penalty_months > 36", "offence_max_penalty_months > 24")
    )

    text = "\n".join(lines_of_difference(found, tongue("fr")))

    assert "la peine privative de liberté maximale, en mois : 36" in text
    assert "avant : non, pas permis" in text
    assert "après : oui, permis" in text
    assert "SR 0.360.336.2 Art 1(6), 2(2)" in text


def test_no_more_examples_are_told_than_asked_for() -> None:
    found = compare(load_instrument(TREATY), load_instrument("shiprider"), most=3)

    assert len(found.examples) == 3
    assert found.left_out > 0


@pytest.mark.parametrize("name", [name for name in instrument_names() if name != "schengen-sis"])
def test_the_first_example_of_most_permissions_is_permitted(name: str) -> None:
    """Examples would be idle if they all were denials."""
    agreement = load_instrument(name)
    book = Registry.of(standings_of(compile_agreement(agreement), always(BEGINNING)))
    permitted = [
        clause.id
        for clause in agreement.clauses
        if any(
            decide(question, AT, AT, book).outcome is Outcome.PERMIT
            and clause.id in decide(question, AT, AT, book).clauses
            for question in examples_of(agreement, clause, AT)
        )
    ]
    permits = [clause for clause in agreement.clauses if clause.effect is None and clause.activation is None]

    assert len(permitted) >= 0.8 * len(permits)


def test_an_explanation_is_one_json_document() -> None:
    found = explain(load_instrument("malacca-joint-patrol"), "fr")

    assert msgspec.json.decode(msgspec.json.encode(found))["language"] == "fr"


def told(agreement: Agreement, language: str, party: str | None = None) -> str:
    return "\n".join(lines_of_text(explain(agreement, language, party)))


@pytest.mark.parametrize(
    ("language", "opening", "clause"),
    [
        ("en", "between authorities of France: police and customs. It opens nothing", "things-for-customs"),
        ("fr", "des autorités de France : police et customs. Il n'ouvre rien", "things-for-customs"),
    ],
)
def test_what_authorities_of_one_party_agreed_is_told_as_theirs(language: str, opening: str, clause: str) -> None:
    found = explain(inside(), language)

    assert opening in told(inside(), language)
    assert clause in {line.clause for party in found.parties for section in party.sections for line in section.lines}


def test_protection_guests_and_correction_are_told_to_each_side_with_their_articles() -> None:
    provisions = f"""protection:
  level: {sourced("appropriate_safeguards")}
  loss_stops: {sourced("[tell]")}
guests:
- id: joint
  host: USA
  guest: CHE
  plan: {sourced("river-2026")}
  until: {sourced("2026-12-31")}
  roles: {sourced("[police]")}
  under_host_direction: {sourced("true")}
correction_terms:
  sender_demand_binds: {sourced("true")}
  notice: {sourced("at-once")}
clauses:
"""
    agreement = treaty(("clauses:\n", provisions))

    swiss, american = told(agreement, "en", "CHE"), told(agreement, "en", "USA")

    assert "Your officers (police) act at United States" in swiss.replace("of America", "")
    assert "Officers of Switzerland (police) act with you under the plan river-2026, until 2026-12-31" in american
    for each in (swiss, american):
        assert "(appropriate safeguards); if a party loses it, this stops towards that party: tell. [Art 99]" in each
        assert "If the sender demands correction" in each
        assert "tells the other party at once" in each
    assert "Vos agents" in told(agreement, "fr", "CHE")


@pytest.mark.parametrize("name", instrument_names())
@pytest.mark.parametrize("language", ["en", "fr"])
def test_values_of_facts_are_told_in_words(name: str, language: Language) -> None:
    told = "\n".join(lines_of_text(explain(load_instrument(name), language)))

    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", told)
