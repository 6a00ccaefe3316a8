from __future__ import annotations

import pytest

from comity.core.time import CivilDate
from comity.screening.normalise import normal_name, normal_number, token_key
from comity.screening.records import (
    BirthDateRelation,
    DocumentRelation,
    Probe,
    Subject,
    SubjectDocument,
    SubjectName,
)
from comity.screening.rules import compare, is_candidate, keys_of

TODAY = CivilDate("2026-11-25")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Öztürk", "ozturk"),
        ("OZTURK<<ANNA<MARIA<<<", "ozturk anna maria"),
        ("O'Neill", "oneill"),
        ("O\u2019Neill", "oneill"),
        ("Jean-Luc", "jean luc"),
        ("STRASSE Straße", "strasse strasse"),
        ("Łódź Ørsted", "lodz orsted"),
        ("ﬁlip", "filip"),
        ("Ћирић", "ћирић"),
        ("  ", ""),
    ],
)
def test_names_lose_what_documents_write_differently(text: str, normal: str) -> None:
    assert normal_name(text) == normal


@pytest.mark.parametrize(("text", "key"), [("mueller", "muller"), ("muller", "muller"), ("goethe", "gothe")])
def test_written_out_umlauts_share_a_key(text: str, key: str) -> None:
    assert token_key(text) == key


def test_numbers_lose_fillers_and_case() -> None:
    assert normal_number(" syn-12 345<< ") == "SYN12345"


def subject(surname: str = "Synthetic Muster", date: str | None = "1980-02-03", **more: object) -> Subject:
    names = (SubjectName(surname=surname, forenames="Anna"),)
    return Subject(category="ARR", names=names, birth_dates=(date,) if date else (), **more)  # type: ignore[arg-type]  # test data


def probe(surname: str = "Synthetic Muster", date: str | None = "1980-02-03", number: str | None = None) -> Probe:
    documents = (SubjectDocument(country="UTO", number=number),) if number else ()
    names = (SubjectName(surname=surname, forenames="Anna"),) if surname else ()
    return Probe(on=TODAY, names=names, birth_date=date, documents=documents)


@pytest.mark.parametrize(
    ("asked", "held", "relation"),
    [
        ("1980-02-03", "1980-02-03", BirthDateRelation.EXACT),
        ("1980-02-03", "1980-03-02", BirthDateRelation.SWAP),
        ("1980-02-03", "1980-02", BirthDateRelation.PARTIAL),
        ("1980", "1980-02-03", BirthDateRelation.PARTIAL),
        ("1980", "1980", BirthDateRelation.PARTIAL),
        ("1980-02-03", "1981", BirthDateRelation.NONE),
        ("1980-02-13", "1980-13-02", BirthDateRelation.NONE),
        (None, "1980", BirthDateRelation.UNKNOWN),
        ("1980-02-03", None, BirthDateRelation.UNKNOWN),
    ],
)
def test_dates_of_birth_stand_in_one_relation(asked: str | None, held: str | None, relation: BirthDateRelation) -> None:
    assert compare(probe(date=asked), subject(date=held)).birth_date is relation


@pytest.mark.parametrize(
    ("asked", "held", "shown"),
    [
        (probe("Muster Synthetic"), subject(), True),
        (probe("Synthetic Mustre"), subject(), True),
        (probe("Synthetic Muster", "1980-03-02"), subject(), True),
        (probe("Synthetic Muster", "1955-01-01"), subject(), True),
        (probe("Synthetik Mustre", "1955-01-01"), subject(), False),
        (probe("Quite Different"), subject(), False),
        (
            probe("Quite Different", None, "SYN1"),
            subject(documents=(SubjectDocument(country="UTO", number="SYN-1"),)),
            True,
        ),
        (
            probe("Quite Different", "1955-01-01", "SYN1"),
            subject(documents=(SubjectDocument(country="XKX", number="SYN-1"),)),
            False,
        ),
        (probe(number="SYN1"), subject(documents=(SubjectDocument(country="XKX", number="SYN-1"),)), True),
    ],
)
def test_evidence_decides_who_is_shown(asked: Probe, held: Subject, shown: bool) -> None:
    assert is_candidate(compare(asked, held)) is shown


def test_a_low_quality_alias_alone_is_not_enough() -> None:
    alias = SubjectName(surname="Synthetic Muster", forenames="Anna", low_quality=True)
    held = Subject(category="ARR", names=(SubjectName(surname="Other"), alias), birth_dates=("1980-02-03",))

    assert is_candidate(compare(probe(), held))
    assert not is_candidate(compare(probe(date=None), held))


def test_a_document_relation_names_its_country() -> None:
    held = subject(documents=(SubjectDocument(country="XKX", number="1"), SubjectDocument(country="UTO", number="2")))

    assert compare(probe(number="1"), held).document is DocumentRelation.NUMBER
    assert compare(probe(number="2"), held).document is DocumentRelation.EXACT
    assert compare(probe(number="3"), held).document is DocumentRelation.NONE


def test_an_ordinary_subject_has_few_keys() -> None:
    keys = keys_of(subject(documents=(SubjectDocument(country="UTO", number="SYN-1"),)))

    assert len(keys) + 1 <= 12
    assert {"doc:*:SYN1", "dob:1980-02-03", "yn:1980:must", "tok:muster"} <= set(keys)
