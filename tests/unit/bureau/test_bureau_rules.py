"""Which clock runs on a form, how work is ordered, and what a draft and a released form say."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.vocabulary import HIT_REPORT_FIELDS
from comity.alerts.records import HitDetails, HitRecord, Observed
from comity.bureau.clocks import due, is_at_once, rank
from comity.bureau.commands import File, Send
from comity.bureau.content import report_fields
from comity.bureau.forms import FORMS, HIT_FORM, form_of
from comity.bureau.records import Act, Case, CaseState, Event, FilingReason
from comity.bureau.rules import corrected, file_case, open_case, release, reopen_case, reply, withdraw
from comity.core.errors import BadInput, Conflict, Refused
from comity.core.ids import Owner, RecordId
from comity.core.time import Instant, parse_instant

AT = parse_instant("2026-03-28T20:00:00Z")
CASE = RecordId("01hzzzzzzzzzzzzzzzzzzzzzzz")


BUREAU = Owner(party="FRA", authority="sirene-france")
EVERYTHING = HitDetails(
    identity="SYNTHETIC, Test",
    documents="passport UTO T0000001",
    direction="entry",
    lane="third-country",
    reason="reason",
    observed=Observed(
        route="route",
        companions="companions",
        children=2,
        document_user="user",
        object_used="used",
        objects_carried="carried",
        consent=True,
    ),
)


def event(act: Act) -> Event:
    return Event(at=AT, user="user-2", act=act)


def hit(category: str = "REF", details: HitDetails | None = None) -> HitRecord:
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
        details=details,
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
    full = corrected(
        draft("DIS"),
        Send(
            case=CASE,
            version=1,
            direction="entry",
            lane="third-country",
            conveyance="ferry",
            identity="as alert",
            documents="none",
            remarks="none",
            check_reason="synthetic",
            route="Testville",
            companions="two adults",
            children=1,
            document_user="synthetic",
            object_used="car",
            objects_carried="none",
        ),
        1,
    )

    assert set(report_fields(full)) == set(HIT_REPORT_FIELDS) - {"consent"}


def test_what_the_bureau_leaves_out_stays_as_drafted_and_what_it_clears_goes() -> None:
    told = corrected(draft(), Send(case=CASE, version=1, remarks="call us", clear=("identity",)), 1)

    assert told.circumstances == "synthetic circumstances"
    assert told.remarks == "call us"
    assert told.identity is None


def test_of_a_missing_adult_only_the_place_travels_and_whether_more_may_be_told() -> None:
    told = open_case(CASE, hit("MIS-N", details=EVERYTHING), AT).report

    assert {name for name in report_fields(told) if not name.startswith("alert.")} == {
        "case",
        "found_at",
        "place",
        "action_taken",
        "consent",
    }
    with pytest.raises(BadInput):
        corrected(draft("MIS-N"), Send(case=CASE, version=1, identity="SYNTHETIC"), 1)


@pytest.mark.parametrize("category", ["REF", "ARR", "OBJ", "RET", "CHI-A"])
def test_what_only_checks_collect_is_not_told_for_other_alerts(category: str) -> None:
    told = set(report_fields(open_case(CASE, hit(category, details=EVERYTHING), AT).report))

    assert not told & {"route", "companions", "children", "document_user", "object_used", "objects_carried"}
    assert {"identity", "documents", "direction", "lane"} <= told


@pytest.mark.parametrize("category", ["DIS", "INQ", "SPE", "INF"])
def test_a_check_brings_back_the_closed_list_and_of_children_their_number_only(category: str) -> None:
    told = open_case(CASE, hit(category, details=EVERYTHING), AT).report

    assert (told.route, told.companions, told.children, told.check_reason) == ("route", "companions", 2, "reason")
    assert told.consent is None


def test_a_draft_is_released_once() -> None:
    sent = release(draft(), draft().report, event(Act.SENT), BUREAU)

    assert (sent.state, sent.version, sent.sent, sent.sent_by) == (CaseState.SENT, 2, AT, "user-2")
    with pytest.raises(Conflict):
        corrected(sent, Send(case=CASE, version=2), 2)


def test_a_draft_that_moved_on_is_not_released() -> None:
    moved = msgspec.structs.replace(draft(), version=2)

    with pytest.raises(Conflict):
        corrected(moved, Send(case=CASE, version=1), 1)


@pytest.mark.parametrize(
    "command", [Send(case=CASE, version=1, direction="sideways"), Send(case=CASE, version=1, remarks="\x00")]
)
def test_text_that_cannot_stand_in_a_form_is_refused(command: Send) -> None:
    with pytest.raises(BadInput):
        corrected(draft(), command, 1)


def test_a_draft_is_never_filed_and_a_filed_case_goes_back_to_where_it_stood() -> None:
    sent = release(draft(), draft().report, event(Act.SENT), BUREAU)
    filing = File(item=CASE, version=2, reason=FilingReason.DEALT_WITH)

    filed = file_case(sent, filing, event(Act.FILED))
    again = reopen_case(filed, 3, event(Act.REOPENED))

    assert (filed.state, filed.filing) == (CaseState.FILED, FilingReason.DEALT_WITH)
    assert (again.state, again.filing) == (CaseState.SENT, None)
    with pytest.raises(Refused):
        file_case(draft(), msgspec.structs.replace(filing, version=1), event(Act.FILED))


def test_only_a_case_that_was_asked_about_takes_a_reply() -> None:
    with pytest.raises(Conflict):
        reply(draft(), 1, event(Act.REPLIED))


def test_what_was_no_hit_keeps_nothing_about_the_person() -> None:
    gone = withdraw(open_case(CASE, hit(details=EVERYTHING), AT), 1, event(Act.WITHDRAWN))

    assert (gone.report.identity, gone.report.documents, gone.report.circumstances) == (None, None, None)
    assert gone.state is CaseState.WITHDRAWN


def test_abolished_letters_are_not_in_the_table_and_every_letter_stands_once() -> None:
    letters = [form.letter for form in FORMS]

    assert not {"B", "C", "D"} & set(letters)
    assert len(set(letters)) == len(letters)
    assert form_of(HIT_FORM).use == "hit report"
    assert all(form.source and form.confidence in {"verified", "from-memory"} for form in FORMS)
