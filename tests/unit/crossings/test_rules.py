"""What may be asked at the border, what is advised, and what a person must answer before an adverse decision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.decision import Reason
from comity.core.errors import BadInput, Refused
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.time import Instant, parse_instant
from comity.crossings.measures import MEASURES, measure_for
from comity.crossings.records import (
    Action,
    Answer,
    Candidate,
    Check,
    Direction,
    Document,
    Evidence,
    Findings,
    Freshness,
    Identity,
    Lane,
    Measure,
    Outcome,
    Safeguards,
    SourceAge,
)
from comity.crossings.rules import LIFETIME_US, advise, clean_check, freshness_of, require_action

AT = parse_instant("2026-11-25T10:00:00Z")
ID = RecordId("01hzzzzzzzzzzzzzzzzzzzzzzz")
LIVE = (SourceAge(party="FRA", freshness=Freshness.LIVE),)
SILENT = SourceAge(party="ITA", freshness=Freshness.NOTHING)
COPY = SourceAge(party="DEU", freshness=Freshness.COPY, age_s=90)
ANSWERED = Safeguards(
    fear_expressed=Answer.NO, child_or_age_unknown=Answer.NO, vulnerable=Answer.NO, interpreter=Answer.NO
)


def question(
    direction: Direction = Direction.ENTRY, lane: Lane = Lane.THIRD_COUNTRY, identity: Identity | None = None
) -> Check:
    return Check(
        direction=direction,
        crossing_point="frcqf-1",
        lane=lane,
        identity=identity or Identity(),
        document=Document(number="TEST0001", country="UTO"),
    )


def candidate(category: str, number: int = 1, similarity: int = 900, grade: str = "exact") -> Candidate:
    return Candidate(
        alert=RecordRef(kind="alert", id=f"01hzzzzzzzzzzzzzzzzzzzzz{number:02d}", version=1),
        owner=Owner(party="DEU", authority="bundespolizei"),
        category=category,
        strength=similarity,
        evidence=(Evidence(field="document.number", grade=grade),),
    )


# what may be asked


def test_a_check_needs_a_document_or_a_surname() -> None:
    bare = Check(
        direction=Direction.ENTRY, crossing_point="frcqf-1", lane=Lane.THIRD_COUNTRY, identity=Identity(forenames="A")
    )

    with pytest.raises(BadInput) as refusal:
        clean_check(bare, AT)

    assert refusal.value.code == "crossing.nothing-to-search"


@pytest.mark.parametrize("justification", ["", "  \n "])
def test_a_search_without_a_document_needs_a_justification(justification: str) -> None:
    by_name = Check(
        direction=Direction.EXIT,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames="Probe"),
        justification=justification,
    )

    with pytest.raises(BadInput) as refusal:
        clean_check(by_name, AT)

    assert refusal.value.code == "crossing.justification-needed"


def test_a_justified_search_by_name_is_cleaned_and_goes_on() -> None:
    by_name = Check(
        direction=Direction.EXIT,
        crossing_point=" frcqf-1 ",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames=" Me\u0301ndez ", birth_date="1980-02"),
        justification="document lost, case T-1",
    )

    clean = clean_check(by_name, AT)

    assert clean.crossing_point == "frcqf-1"
    assert clean.identity.surnames == "M\u00e9ndez"


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        (Identity(surnames="Probe", birth_date="1980-13"), "time.not-a-partial-date"),
        (Identity(surnames="Probe", birth_date="2027"), "crossing.birth-date-future"),
        (Identity(surnames="Probe", nationality="D"), "codes.unknown-nationality"),
        (Identity(surnames="Probe", gender="x"), "crossing.gender"),
        (Identity(surnames="Pro\x00be"), "text.control-character"),
    ],
)
def test_malformed_identity_is_refused_with_its_field_and_never_its_value(identity: Identity, code: str) -> None:
    asked = Check(
        direction=Direction.ENTRY,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=identity,
        document=Document(number="TEST0001"),
    )

    with pytest.raises(BadInput) as refusal:
        clean_check(asked, AT)

    assert refusal.value.code == code
    assert refusal.value.problems[0].field.startswith("$.identity.")
    assert "Pro" not in str(refusal.value)


def test_direction_has_no_default() -> None:
    assert Check.__struct_defaults__ == (Identity(), None, "", None)


# what is advised


def test_nothing_found_in_live_data_is_a_no_hit() -> None:
    advice = advise(question(), Findings(candidates=(), sources=LIVE), ID, AT)

    assert advice.outcome is Outcome.NO_HIT
    assert advice.obligations == ()
    assert advice.expires == Instant(AT + LIFETIME_US)


@pytest.mark.parametrize("sources", [(), (SILENT,), (*LIVE, SILENT), (*LIVE, COPY, SILENT)])
def test_a_missing_source_never_reads_no_hit(sources: tuple[SourceAge, ...]) -> None:
    advice = advise(question(), Findings(candidates=(), sources=sources), ID, AT)

    assert advice.outcome is Outcome.UNKNOWN
    assert advice.freshness is Freshness.NOTHING
    assert "UNKNOWN_NOT_VALID" in [reason.code for reason in advice.reasons]


@given(st.lists(st.sampled_from(list(Freshness)), max_size=6))
def test_the_weakest_source_decides_how_fresh_the_answer_is(held: list[Freshness]) -> None:
    sources = tuple(SourceAge(party="FRA", freshness=one) for one in held)

    found = freshness_of(sources)

    assert (found is Freshness.NOTHING) == (not held or Freshness.NOTHING in held)
    assert (found is Freshness.LIVE) == (bool(held) and set(held) == {Freshness.LIVE})


def test_a_match_is_advised_and_never_decided() -> None:
    advice = advise(question(), Findings(candidates=(candidate("REF"),), sources=LIVE), ID, AT)

    assert advice.outcome is Outcome.POSSIBLE
    assert advice.sentence.code == "ref.refuse-entry"
    assert {"NO_SOLE_AUTOMATION", "CONFIRM_HIT_FIRST"} <= {reason.code for reason in advice.reasons}
    assert advice.obligations[:2] == ("confirm-identity", "answer-safeguards")


@pytest.mark.parametrize(
    ("direction", "lane", "code", "outcome"),
    [
        (Direction.ENTRY, Lane.THIRD_COUNTRY, "ref.refuse-entry", Outcome.POSSIBLE),
        (Direction.ENTRY, Lane.FREE_MOVEMENT, "ref.consult-free-movement", Outcome.REFER),
        (Direction.ENTRY, Lane.TRANSIT, "ref.transit", Outcome.REFER),
        (Direction.EXIT, Lane.THIRD_COUNTRY, "ref.exit", Outcome.POSSIBLE),
        (Direction.INLAND, Lane.THIRD_COUNTRY, "ref.inland", Outcome.REFER),
    ],
)
def test_a_refusal_alert_means_another_thing_in_each_direction_and_lane(
    direction: Direction, lane: Lane, code: str, outcome: Outcome
) -> None:
    advice = advise(question(direction, lane), Findings(candidates=(candidate("REF"),), sources=LIVE), ID, AT)

    assert (advice.sentence.code, advice.outcome) == (code, outcome)


def test_arrest_stands_before_refusal_however_similar_the_other_is() -> None:
    advice = advise(
        question(), Findings(candidates=(candidate("REF", 1, 1000), candidate("ARR", 2, 700)), sources=LIVE), ID, AT
    )

    assert [match.category for match in advice.matches] == ["ARR", "REF"]
    assert advice.sentence.code == "arr.arrest"


def test_a_category_without_a_rule_goes_to_the_second_line_and_is_not_shown() -> None:
    advice = advise(question(), Findings(candidates=(candidate("XYZ"),), sources=LIVE), ID, AT)

    assert advice.outcome is Outcome.REFER
    assert advice.must_not_show
    assert advice.matches[0].must_not_show


def test_what_the_decision_point_refers_is_referred_with_its_reasons() -> None:
    reason = Reason(code="ISSUER_FIRST", text="Ask the issuer.", basis="test")
    asked = candidate("ARR")
    referred = Candidate(
        alert=asked.alert,
        owner=asked.owner,
        category=asked.category,
        strength=asked.strength,
        evidence=asked.evidence,
        warnings=("armed",),
        referred=(reason,),
    )

    advice = advise(question(), Findings(candidates=(referred,), sources=LIVE), ID, AT)

    assert advice.outcome is Outcome.REFER
    assert advice.reasons[0] == reason
    assert advice.warnings == ("armed",)


def test_the_field_that_separates_candidates_is_named() -> None:
    alike, other = candidate("ARR", 1), candidate("ARR", 2, grade="similar")

    advice = advise(question(), Findings(candidates=(alike, other), sources=LIVE), ID, AT)

    assert [match.separates for match in advice.matches] == [("document.number",), ("document.number",)]


def test_what_all_candidates_share_separates_nothing() -> None:
    advice = advise(question(), Findings(candidates=(candidate("ARR", 1), candidate("ARR", 2)), sources=LIVE), ID, AT)

    assert [match.separates for match in advice.matches] == [(), ()]


@given(st.permutations([candidate("REF", 1, 800), candidate("ARR", 2, 800), candidate("REF", 3, 800)]))
def test_the_order_of_candidates_never_changes_the_advice(found: list[Candidate]) -> None:
    advice = advise(question(), Findings(candidates=tuple(found), sources=LIVE), ID, AT)

    assert [match.alert.id[-2:] for match in advice.matches] == ["02", "01", "03"]


def test_every_measure_is_sourced_and_can_be_referred() -> None:
    for measure in MEASURES:
        assert measure.source
        assert measure.confidence in {"verified", "from-memory", "synthetic"}
        assert Action.REFERRED in measure.actions


# what needs which safeguard

REFUSAL = measure_for("REF", Direction.ENTRY, Lane.THIRD_COUNTRY)


def refusal_of(measure: Measure, action: Action, answers: Safeguards) -> str | None:
    """Return the code that stands against an action, None where it is open."""
    try:
        require_action(measure, action, answers)
    except Refused as refused:
        return refused.code
    return None


def test_a_refusal_with_all_questions_answered_no_is_open() -> None:
    assert refusal_of(REFUSAL, Action.ENTRY_REFUSED, ANSWERED) is None


@pytest.mark.parametrize("fear", [Answer.YES, Answer.UNKNOWN])
def test_fear_or_no_answer_blocks_a_refusal(fear: Answer) -> None:
    asked = Safeguards(fear_expressed=fear, child_or_age_unknown=Answer.NO, vulnerable=Answer.NO, interpreter=Answer.NO)

    with pytest.raises(Refused) as refusal:
        require_action(REFUSAL, Action.ENTRY_REFUSED, asked)

    assert refusal.value.code == "rights.fear-expressed"


@pytest.mark.parametrize("open_question", ["child_or_age_unknown", "vulnerable", "interpreter"])
def test_any_open_question_blocks_a_refusal(open_question: str) -> None:
    answers = {"child_or_age_unknown": Answer.NO, "vulnerable": Answer.YES, "interpreter": Answer.YES}
    answers[open_question] = Answer.UNKNOWN

    with pytest.raises(Refused) as refusal:
        require_action(REFUSAL, Action.ENTRY_REFUSED, Safeguards(fear_expressed=Answer.NO, **answers))

    assert refusal.value.code == "rights.safeguards-unanswered"


def test_referring_is_open_whatever_was_answered() -> None:
    measures = (*MEASURES, measure_for("DIS", Direction.ENTRY, Lane.TRANSIT))

    assert {refusal_of(measure, Action.REFERRED, Safeguards()) for measure in measures} == {None}


@pytest.mark.parametrize(
    ("direction", "lane"),
    [
        (Direction.EXIT, Lane.THIRD_COUNTRY),
        (Direction.INLAND, Lane.THIRD_COUNTRY),
        (Direction.ENTRY, Lane.FREE_MOVEMENT),
        (Direction.ENTRY, Lane.TRANSIT),
    ],
)
def test_nobody_is_refused_on_the_way_out_inland_or_in_another_lane(direction: Direction, lane: Lane) -> None:
    with pytest.raises(Refused) as refusal:
        require_action(measure_for("REF", direction, lane), Action.ENTRY_REFUSED, ANSWERED)

    assert refusal.value.code == "crossing.action-not-given"
