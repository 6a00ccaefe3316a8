"""What may be asked at the border, what is advised, and what a person must answer before an adverse decision."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.decision import Reason
from comity.core.errors import Refused
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.time import CivilDate, Instant, parse_instant
from comity.core.vocabulary import Role
from comity.crossings.asking import Cleared
from comity.crossings.finding_records import Candidate, Evidence, Findings, Freshness, SourceAge
from comity.crossings.lanes import LANE_DUTIES
from comity.crossings.measures import MEASURES, measure_for
from comity.crossings.records import (
    Action,
    Answer,
    Asked,
    Direction,
    Document,
    Identity,
    Lane,
    Measure,
    Outcome,
    Safeguards,
)
from comity.crossings.rules import LIFETIME_US, advise, freshness_of, measure_here, require_action

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
) -> Asked:
    return Asked(
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


POST_OF = {
    Role.BORDER_GUARD: ("ref.refuse-entry", Action.ENTRY_REFUSED),
    Role.POLICE: ("role.call-border-guards", Action.REFERRED),
    Role.CUSTOMS_PERSONS: ("role.call-border-guards", Action.REFERRED),
}


@pytest.mark.parametrize("role", POST_OF)
def test_the_advice_speaks_to_the_role_and_offers_what_that_role_may_do(role: Role) -> None:
    here = msgspec.structs.replace(question(), role=role)
    advice = advise(here, Findings(candidates=(candidate("REF"),), sources=LIVE), ID, AT)

    measure = measure_here(here, "REF", Lane.THIRD_COUNTRY)

    assert (advice.sentence.code, measure.actions[0]) == POST_OF[role]


def test_customs_call_those_who_may_arrest() -> None:
    here = msgspec.structs.replace(question(), role=Role.CUSTOMS_PERSONS)

    measure = measure_here(here, "ARR", Lane.THIRD_COUNTRY)

    assert (measure.sentence.code, Action.ARRESTED in measure.actions) == ("role.call-police", False)


@pytest.mark.parametrize("fear", Answer)
def test_fear_forbids_no_arrest_but_the_other_questions_are_asked(fear: Answer) -> None:
    arrest = measure_for("ARR", Direction.ENTRY, Lane.THIRD_COUNTRY)
    asked = msgspec.structs.replace(ANSWERED, fear_expressed=fear)

    assert refusal_of(arrest, Action.ARRESTED, asked) is None
    unasked = msgspec.structs.replace(asked, interpreter=Answer.UNKNOWN)
    assert refusal_of(arrest, Action.ARRESTED, unasked) == "rights.safeguards-unanswered"
    assert refusal_of(arrest, Action.LOCATED, Safeguards()) is None


def test_what_was_cleared_before_stands_last_and_leads_nobody_to_the_second_line() -> None:
    known = Cleared(on=CivilDate("2026-11-01"), reason="synthetic")
    cleared = msgspec.structs.replace(candidate("ARR", 1), cleared=known)
    referred = msgspec.structs.replace(candidate("DIS", 2), cleared=known)

    both = advise(question(), Findings(candidates=(cleared, candidate("REF", 3)), sources=LIVE), ID, AT)
    alone = advise(question(), Findings(candidates=(referred,), sources=LIVE), ID, AT)

    assert [match.category for match in both.matches] == ["REF", "ARR"]
    assert both.sentence.code == "ref.refuse-entry"
    assert (alone.outcome, alone.must_not_show) == (Outcome.POSSIBLE, True)


# what the lane asks for


@pytest.mark.parametrize("lane", Lane)
def test_each_lane_says_what_its_check_covers_with_source(lane: Lane) -> None:
    advice = advise(question(lane=lane), Findings(candidates=(), sources=LIVE), ID, AT)

    assert advice.lane_duties[0].code == "lane.document"
    assert all(duty.source.startswith("Reg (EU) 2016/399 Art") for duty in advice.lane_duties)


def test_purpose_means_and_stay_are_asked_of_third_country_nationals_on_entry_alone() -> None:
    thorough = {"lane.purpose", "lane.means", "lane.stay"}
    asked = {place: {duty.code for duty in duties} for place, duties in LANE_DUTIES.items()}

    assert [place for place, codes in asked.items() if thorough <= codes] == [(Lane.THIRD_COUNTRY, Direction.ENTRY)]
    assert "lane.no-more" in asked[Lane.FREE_MOVEMENT, Direction.ENTRY]


@pytest.mark.parametrize(
    ("lane", "nationality", "said"),
    [
        (Lane.THIRD_COUNTRY, "DEU", ["lane.free-movement-national"]),
        (Lane.THIRD_COUNTRY, "XXA", []),
        (Lane.FREE_MOVEMENT, "CHE", []),
        (Lane.FREE_MOVEMENT, "USA", ["lane.third-country-national"]),
        (Lane.FREE_MOVEMENT, None, []),
        (Lane.TRANSIT, "DEU", []),
    ],
)
def test_a_nationality_of_another_lane_is_said_and_changes_no_outcome(
    lane: Lane, nationality: str | None, said: list[str]
) -> None:
    here = question(lane=lane, identity=Identity(nationality=nationality))

    advice = advise(here, Findings(candidates=(), sources=LIVE), ID, AT)

    assert [note.code for note in advice.notes] == said
    assert advice.outcome is Outcome.NO_HIT
