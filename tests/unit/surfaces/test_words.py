"""Languages: nothing untranslated, the right plural, the right choice."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from comity.agreements.sourced import Confidence
from comity.agreements.vocabulary import Category, Condition, Mode, Operation
from comity.bureau.lists.records import ListingClass
from comity.bureau.records import Act as BureauAct
from comity.bureau.records import CaseState, FilingReason, MessageKind, MessageState
from comity.core.errors import BadInput
from comity.core.said import Said, say
from comity.core.time import CivilDate
from comity.core.vocabulary import Function, Purpose, Role
from comity.crossings.board_records import RowState
from comity.crossings.listings import LISTING_MEASURES
from comity.crossings.records import Check, Direction, Lane
from comity.crossings.referral_records import (
    Origin,
    ReferralOutcome,
    ReferralReason,
    ReferralState,
    RefusalGround,
    Urgency,
)
from comity.crossings.zone import with_zone
from comity.documents import compose_zone
from comity.screening.listed import Listed
from comity.surfaces.cli.manifest import load
from comity.surfaces.web.act_labels import ACT_LABELS
from comity.surfaces.web.labels import LABELS
from comity.surfaces.web.show import Show
from comity.surfaces.web.words import LANGUAGES, choose_language, load_words
from tests.support.zones import PASSPORT, exchanged
from tools import messages

_PLACE = re.compile(r"%\(\w+\)[a-z]")


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_message_has_words_in_each_language(language: str) -> None:
    assert messages.lacking(language) == []


def test_no_sentence_is_put_together_with_its_values_where_a_page_can_show_it() -> None:
    assert messages.put_together() == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_message_has_words_that_nothing_says_any_more(language: str) -> None:
    wanted = {message.id if isinstance(message.id, str) else message.id[0] for message in messages.wanted()}

    assert set(load_words(language).messages) - wanted == set()


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_translation_keeps_the_places_for_values(language: str) -> None:
    for name, translated in load_words(language).messages.items():
        forms = (translated,) if isinstance(translated, str) else translated
        assert all(sorted(_PLACE.findall(form)) == sorted(_PLACE.findall(name)) for form in forms), name


@pytest.mark.parametrize(
    ("codes", "group"),
    [
        (Category, ""),
        (Condition, ""),
        (Confidence, ""),
        (Mode, ""),
        (Operation, "act"),
        (Function, ""),
        (Purpose, ""),
        (Role, "role"),
        (Listed, ""),
        (ListingClass, ""),
        (MessageKind, ""),
        (ReferralReason, "sent-for"),
        (Origin, "origin"),
        (Urgency, "urgency"),
        (ReferralState, "referral"),
        (ReferralOutcome, "outcome"),
        (RefusalGround, "ground"),
        (RowState, "row"),
        (MessageState, ""),
        (CaseState, ""),
        (FilingReason, ""),
        (BureauAct, "did"),
    ],
)
def test_every_code_has_words(codes: type[StrEnum], group: str) -> None:
    lacking = [code for code in codes if f"{group}.{code}" not in LABELS and code.value not in LABELS]

    assert lacking == []


def test_every_duty_of_a_listing_has_words() -> None:
    assert {duty for measure in LISTING_MEASURES for duty in measure.obligations} <= set(LABELS)


def test_sentences_and_reasons_of_listings_are_found_for_translation() -> None:
    found = set(messages.sentences())

    for measure in LISTING_MEASURES:
        assert {measure.sentence.text, *(reason.text for reason in measure.reasons)} <= found


def test_every_operation_has_words() -> None:
    assert set(load()) <= set(ACT_LABELS)


def test_french_counts_zero_as_one() -> None:
    words = load_words("fr")

    counted = [words.ngettext("%(num)d minute", "%(num)d minutes", count) for count in (0, 1, 2)]

    assert counted == ["%(num)d minute", "%(num)d minute", "%(num)d minutes"]


@pytest.mark.parametrize(
    ("chosen", "header", "language"),
    [
        (None, "", "en"),
        (None, "fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        (None, "en;q=0.8, fr;q=0.9", "fr"),
        (None, "ar, xx;q=bad", "en"),
        ("en", "fr", "en"),
        ("zz", "fr", "fr"),
    ],
)
def test_the_persons_choice_wins_over_the_browsers(chosen: str | None, header: str, language: str) -> None:
    assert choose_language(chosen, header) == language


def test_every_label_is_marked_for_translation() -> None:
    known = {message.id for message in messages.wanted()}

    assert set(LABELS.values()) <= known


@pytest.mark.parametrize(
    ("said", "french"),
    [
        (
            say("The check digit of %(part)s does not hold.", part="number"),
            "Le chiffre de contrôle ne concorde pas : numéro de document.",
        ),
        (
            say("Perhaps a misreading of %(pair)s: with the other one the check digit holds.", pair="0/O"),
            "Peut-être une confusion 0/O : avec l\u2019autre caractère, le chiffre de contrôle concorde.",
        ),
        (
            say("This line has %(has)s characters where %(width)s belong.", has=43, width=44),
            "Cette ligne compte 43 caractères au lieu de 44.",
        ),
        (
            say("Complete or correct the named fields: %(fields)s", fields="$.data.person.surnames, $.data.ground"),
            "Complétez ou corrigez les champs indiqués : Noms, Fondement",
        ),
        (say("The body is larger than %(limit)s bytes.", limit=9), "Le corps dépasse 9 octets."),
        ("A letter stands where only digits may.", "Une lettre se trouve là où seuls des chiffres sont permis."),
        ("Nobody searches for themselves.", "Nul ne se recherche soi-même."),
    ],
)
def test_what_an_officer_is_told_of_errors_is_told_in_french(said: str | Said, french: str) -> None:
    apart = said if isinstance(said, Said) else None

    assert Show(load_words("fr")).told(str(said), apart) == f"<bdi>{french}</bdi>"
    assert 'lang="en"' in Show(load_words("en")).told(str(said), apart)


def test_a_value_that_looks_like_markup_or_like_a_place_is_shown_as_text() -> None:
    said = say("Choose one of: %(names)s.", names="<b>%(names)s 100%")

    assert "&lt;b&gt;%(names)s 100%" in Show(load_words("fr")).told(str(said), said)


def test_every_sentence_of_the_zone_reader_that_names_something_is_told_in_french() -> None:
    misread = exchanged(tuple(compose_zone(PASSPORT).split("\n")), 2, 4, "I")
    problems = refused("\n".join(misread)).problems

    assert any(problem.message.startswith("Perhaps a misreading") for problem in problems)
    assert all('lang="en"' not in Show(load_words("fr")).told(one.message, one.said) for one in problems)


def refused(zone: str) -> BadInput:
    where = {"direction": Direction.ENTRY, "lane": Lane.TRANSIT, "crossing_point": "test"}
    with pytest.raises(BadInput) as caught:
        with_zone(Check(zone=zone, **where), CivilDate("2026-11-25"))  # type: ignore[arg-type]  # test data
    return caught.value


def test_states_are_named_in_the_readers_language_and_others_by_their_own_name() -> None:
    french, english = Show(load_words("fr")), Show(load_words("en"))

    assert [french.party(code) for code in ("DEU", "XPO", "ZZZ")] == [
        "Allemagne (DEU)",
        english.party("XPO"),
        "ZZZ",
    ]
    assert english.party("DEU") == "Germany (DEU)"
