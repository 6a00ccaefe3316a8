"""Which clock runs on a form, how work is ordered, and what a draft and a released form say."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.vocabulary import HIT_REPORT_FIELDS
from comity.alerts.records import HitRecord
from comity.bureau.forms import FORMS, HIT_FORM, form_of
from comity.bureau.records import Case, CaseState, Send
from comity.bureau.rules import due, is_at_once, open_case, rank, release, report_fields
from comity.core.errors import BadInput, Conflict
from comity.core.ids import Owner, RecordId
from comity.core.time import HOUR_US, Instant, parse_instant

AT = parse_instant("2026-03-28T20:00:00Z")
CASE = RecordId("01hzzzzzzzzzzzzzzzzzzzzzzz")


def hit(category: str = "REF") -> HitRecord:
    return HitRecord(
        id="01hzzzzzzzzzzzzzzzzzzzzzzx",
        alert="01hzzzzzzzzzzzzzzzzzzzzzzy",
        alert_owner=Owner(party="DEU", authority="bundespolizei"),
        alert_version=2,
        category=category,
        found_by=Owner(party="FRA", authority="police-aux-frontieres"),
        found_at=AT,
        place="frcqf-1",
        action_taken="entry-refused",
        circumstances="synthetic circumstances",
        check="01hzzzzzzzzzzzzzzzzzzzzzzw",
    )


def draft(category: str = "REF") -> Case:
    return open_case(CASE, hit(category), AT)


def test_an_arrest_hit_is_reported_at_once_and_no_number_of_hours_stands_for_that() -> None:
    case = draft("ARR")

    assert case.urgent
    assert case.due is None


def test_any_other_hit_is_reported_within_twelve_elapsed_hours_also_in_the_summer_time_night() -> None:
    case = draft("REF")

    assert not case.urgent
    assert case.due == parse_instant("2026-03-29T08:00:00Z")


def test_terrorism_makes_any_category_immediate() -> None:
    assert is_at_once("REF", terrorism=True)
    assert due(HIT_FORM, "REF", AT, terrorism=True) is None


@given(first=st.integers(0, 2**50), second=st.integers(0, 2**50))
def test_at_once_stands_before_every_deadline_and_deadlines_stand_in_order(first: int, second: int) -> None:
    at_once, one, other = (
        rank(urgent=True, due_at=None),
        rank(urgent=False, due_at=Instant(first + 1)),
        rank(urgent=False, due_at=Instant(second + 1)),
    )

    assert at_once < one
    assert (one < other) == (first < second)
    assert one < rank(urgent=False, due_at=None)


def test_a_draft_is_addressed_to_the_owner_of_the_alert_and_names_the_version_seen() -> None:
    case = draft()

    assert case.recipient == Owner(party="DEU", authority="bundespolizei")
    assert case.report.alert.version == 2
    assert case.state is CaseState.DRAFT


def test_a_report_holds_only_fields_that_agreements_know() -> None:
    full = release(
        draft(),
        Send(case=CASE, version=1, direction="entry", identity="as alert", documents="none", remarks="none"),
        AT,
        "user-2",
    )

    assert set(report_fields(full.report)) == set(HIT_REPORT_FIELDS)


def test_what_the_bureau_leaves_out_stays_as_drafted() -> None:
    sent = release(draft(), Send(case=CASE, version=1, remarks="call us"), Instant(AT + HOUR_US), "user-2")

    assert sent.report.circumstances == "synthetic circumstances"
    assert sent.report.remarks == "call us"
    assert (sent.state, sent.version, sent.sent, sent.sent_by) == (CaseState.SENT, 2, AT + HOUR_US, "user-2")


def test_a_draft_is_released_once() -> None:
    sent = release(draft(), Send(case=CASE, version=1), AT, "user-2")

    with pytest.raises(Conflict):
        release(sent, Send(case=CASE, version=2), AT, "user-3")


def test_a_draft_that_moved_on_is_not_released() -> None:
    moved = msgspec.structs.replace(draft(), version=2)

    with pytest.raises(Conflict):
        release(moved, Send(case=CASE, version=1), AT, "user-2")


@pytest.mark.parametrize(
    "command", [Send(case=CASE, version=1, direction="sideways"), Send(case=CASE, version=1, remarks="\x00")]
)
def test_text_that_cannot_stand_in_a_form_is_refused(command: Send) -> None:
    with pytest.raises(BadInput):
        release(draft(), command, AT, "user-2")


def test_abolished_letters_are_not_in_the_table_and_every_letter_stands_once() -> None:
    letters = [form.letter for form in FORMS]

    assert not {"B", "C", "D"} & set(letters)
    assert len(set(letters)) == len(letters)
    assert form_of(HIT_FORM).use == "hit report"
    assert all(form.source and form.confidence in {"verified", "from-memory"} for form in FORMS)
