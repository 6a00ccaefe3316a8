"""Languages: nothing untranslated, the right plural, the right choice."""

from __future__ import annotations

from enum import StrEnum

import pytest

from comity.agreements.sourced import Confidence
from comity.agreements.vocabulary import Category, Condition, Mode, Operation
from comity.bureau.lists.records import ListingClass
from comity.bureau.records import Act as BureauAct
from comity.bureau.records import CaseState, FilingReason, MessageKind, MessageState
from comity.core.vocabulary import Function, Purpose, Role
from comity.crossings.board_records import RowState
from comity.crossings.listings import LISTING_MEASURES
from comity.crossings.referral_records import (
    Origin,
    ReferralOutcome,
    ReferralReason,
    ReferralState,
    RefusalGround,
    Urgency,
)
from comity.screening.listed import Listed
from comity.surfaces.cli.manifest import load
from comity.surfaces.web.act_labels import ACT_LABELS
from comity.surfaces.web.labels import LABELS
from comity.surfaces.web.words import LANGUAGES, choose_language, load_words
from tools import messages


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_message_has_words_in_each_language(language: str) -> None:
    assert messages.lacking(language) == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_translation_keeps_the_places_for_values(language: str) -> None:
    for name, translated in load_words(language).messages.items():
        forms = (translated,) if isinstance(translated, str) else translated
        assert all(form.count("%(num)d") == name.count("%(num)d") for form in forms)


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
