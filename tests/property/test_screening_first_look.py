from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comity.core.time import CivilDate
from comity.screening.records import DocumentRelation, Probe, Subject, SubjectName
from comity.screening.rules import compare, compared_names, is_candidate, may_agree_by_name

SPELLINGS = ("Muller", "Müller", "Mueller", "O'Neil", "al-Hadi", "Ana", "Anna", "Łukasz")
WORDS = st.lists(st.sampled_from(SPELLINGS), max_size=3)
NAMES = st.builds(
    SubjectName,
    surname=st.one_of(WORDS.map(" ".join), st.text(max_size=12)),
    forenames=WORDS.map(" ".join),
    low_quality=st.booleans(),
)
DATES = st.sampled_from(("1970-01-02", "1981-12-11"))


@given(
    asked=st.lists(NAMES, max_size=2).map(tuple),
    held=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    birth_date=st.none() | DATES,
)
def test_the_first_look_turns_down_nobody_whom_the_whole_comparison_would_accept(
    asked: tuple[SubjectName, ...], held: tuple[SubjectName, ...], birth_date: str | None
) -> None:
    probe = Probe(on=CivilDate("2026-01-01"), names=asked, birth_date=birth_date)
    stranger = Subject(category="ARR", names=held, birth_dates=("1999-09-09",) if birth_date else ())

    evidence = compare(probe, stranger)

    assert evidence.document is DocumentRelation.NONE
    if is_candidate(evidence):
        assert may_agree_by_name(compared_names(asked), held)
