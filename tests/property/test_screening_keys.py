from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from comity.core.time import CivilDate
from comity.screening.normalise import name_tokens, normal_name, normal_number, token_key
from comity.screening.records import Probe, Subject, SubjectDocument, SubjectName
from comity.screening.rules import compare, is_candidate, keys_of, name_keys, strong_keys

TODAY = CivilDate("2026-11-25")
names = st.builds(SubjectName, surname=st.text(max_size=30), forenames=st.text(max_size=30))
dates = st.dates().map(lambda day: day.isoformat())
documents = st.builds(SubjectDocument, country=st.sampled_from(["", "UTO", "XKX"]), number=st.text(max_size=12))


@given(st.text())
@example("İı")
@example("ﬁſẞ\u0345\u1e9b\u0323")
@example("O\u2019Neill-O'Neil<<ANNA")
def test_normalising_a_name_twice_changes_nothing(text: str) -> None:
    once = normal_name(text)

    assert normal_name(once) == once
    assert name_tokens(" ".join(name_tokens(text))) == name_tokens(text)


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_plain_letters_take_a_short_way_to_the_same_name(text: str) -> None:
    assert normal_name(text) == normal_name(text + "\u02bc")


@given(st.text())
def test_a_token_key_is_its_own_key(text: str) -> None:
    assert token_key(token_key(text)) == token_key(text)


@given(st.text())
@example("ß1ŉ")
def test_normalising_a_number_twice_changes_nothing(text: str) -> None:
    assert normal_number(normal_number(text)) == normal_number(text)


@given(names, dates, documents)
def test_who_is_in_the_index_finds_themselves(name: SubjectName, date: str, document: SubjectDocument) -> None:
    subject = Subject(category="ARR", names=(name,), birth_dates=(date,), documents=(document,))
    probe = Probe(on=TODAY, names=(name,), birth_date=date, documents=(document,))

    assert set(strong_keys(probe)) & set(keys_of(subject))
    assert set(name_keys(probe)) <= set(keys_of(subject))
    if normal_name(name.surname) or (normal_number(document.number) and document.country):
        assert is_candidate(compare(probe, subject))


@given(names, dates, names, dates)
def test_likeness_is_the_same_both_ways(one: SubjectName, first: str, other: SubjectName, second: str) -> None:
    there = compare(
        Probe(on=TODAY, names=(one,), birth_date=first), Subject(category="A", names=(other,), birth_dates=(second,))
    )
    back = compare(
        Probe(on=TODAY, names=(other,), birth_date=second), Subject(category="A", names=(one,), birth_dates=(first,))
    )

    assert (there.name_similarity, there.birth_date) == (back.name_similarity, back.birth_date)
