"""Every row of the law's tables, put as a question: access, participation, minimum data, flags, periods, limits.

The tables are read as a lawyer would read them, apart from the rules, and the answers must agree row by row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.agreements.clocks import Clock, Term, due_of, last_instant, party_work_week
from comity.agreements.scenarios import Row, Verdict, judge
from comity.agreements.scenarios.read import written
from comity.agreements.scenarios.words import words
from comity.core.codec import JsonValue
from comity.core.time import Instant, add_period, format_instant, parse_date, parse_instant

CATEGORIES = (
    "RET",
    "REF",
    "REFX",
    "ARR",
    "MIS-P",
    "MIS-N",
    "CHI-A",
    "CHI-T",
    "VUL",
    "JUD",
    "DIS",
    "INQ",
    "SPE",
    "INF",
    "OBJ",
    "UNK",
)
COLUMNS = {
    "RET": ["RET"],
    "REF": ["REF"],
    "ARR": ["ARR"],
    "MIS": ["MIS-P", "MIS-N"],
    "CHI_VUL": ["CHI-A", "CHI-T", "VUL"],
    "JUD": ["JUD"],
    "CHECK": ["DIS", "INQ", "SPE"],
    "INF": ["INF"],
    "UNK": ["UNK"],
}
FIELDS = {
    "surnames": "surnames",
    "date of birth": "date_of_birth",
    "reason for the alert": "reason",
    "authority which created the alert": "authority",
    "reference to the decision giving rise to the alert": "decision_reference",
    "action to be taken on a hit": "action",
    "type of offence": "type_of_offence",
    "categorisation of the type of case": "case_type",
    "dactyloscopic data": "dactyloscopic_data",
    "entry ban accompanies the return decision": "entry_ban_flag",
    "last day for voluntary departure": "voluntary_departure_until",
    "ground category": "ground_category",
}


def ask(operation: str, category: str, facts: dict[str, JsonValue] | None = None, **parts: str) -> Verdict:
    return judge(
        Row(
            id="T",
            agreement=parts.get("agreement", "schengen-sis"),
            at=parse_instant(parts.get("at", "2026-03-01T10:00:00Z")),
            party=words().party(parts.get("party", "FR")) or "",
            role=parts.get("role", "police"),
            operation=operation,
            purpose=parts.get("purpose", ""),
            category=category,
            facts=facts or {},
        )
    )


def rows_of(comity_data: Path, name: str) -> Iterator[dict[str, str]]:
    with (comity_data / "data" / "law" / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def named(cell: str) -> tuple[set[str], set[str], set[str]]:
    """Read a cell of the access table: categories open whole, for objects alone, and open points of objects."""
    whole: set[str] = set()
    things: set[str] = set()
    points: set[str] = set()
    for part in cell.replace("OBJ: ", "OBJ:").split(";"):
        text = part.strip()
        category = re.match(r"[A-Z]+(-[A-Z])?", text)
        if text.startswith("OBJ:"):
            points.add(text[4:])
        elif len(text) == 1:
            points.add(text)
        elif "(objects)" in text and category:
            things.add(category[0])
        elif category and category[0] in CATEGORIES and "(documents)" not in text and "national law" not in text:
            whole.add(category[0])
    return whole, things, points


SPECIAL = {"asylum_authority", "api_screening_service", "europol", "frontex_team", "carrier", "insurer"}
SPECIAL |= {"third_country", "data_protection_supervisor", "intelligence_service"}


def test_each_role_sees_the_categories_of_its_row_and_no_others(comity_data: Path) -> None:
    checked = 0
    for row in rows_of(comity_data, "authority_access.csv"):
        if row["role"] in SPECIAL:
            continue
        whole, things, points = named(row["categories"])
        for category in CATEGORIES:
            if category == "OBJ" and points:
                continue
            verdict = ask("query", category, role=row["role"])
            assert (verdict.outcome == "allow") is (category in whole), (row["role"], category, verdict)
            thing = ask("query", category, {"subject": "object"}, role=row["role"])
            assert (thing.outcome == "allow") is (category in whole | things), (row["role"], category, thing)
            checked += 1
        for point in "abcdefghijklmnopqr" if points else "":
            verdict = ask("query", "OBJ", {"object_point": point}, role=row["role"])
            assert (verdict.outcome == "allow") is (point in points), (row["role"], point, verdict)
            checked += 1
    assert checked > 200


@pytest.mark.parametrize("role", ["carrier", "insurer"])
def test_carriers_and_insurers_see_nothing(role: str) -> None:
    for category in CATEGORIES:
        assert ask("query", category, role=role).outcome == "deny"


def test_each_state_is_bound_for_what_its_row_says(comity_data: Path) -> None:
    sides = {
        "police_alerts_2018_1862": ["ARR", "MIS-N", "DIS", "OBJ", "INF"],
        "refusal_alerts_2018_1861": ["REF", "REFX"],
        "return_alerts_2018_1860": ["RET"],
    }
    seen = 0
    for row in rows_of(comity_data, "sis_participation.csv"):
        for column, categories in sides.items():
            for category in categories:
                verdict = ask("query", category, party=row["state"])
                assert (verdict.outcome == "allow") is (row[column] == "yes"), (row["state"], category, verdict)
                if row[column] != "yes":
                    expected = "NOT_BOUND" if row["status"] != "third country" else "NOT_PARTY"
                    assert verdict.reason_code == expected, (row["state"], category)
                seen += 1
    assert seen > 300


def test_a_mandatory_field_that_is_missing_refuses_the_entry_and_a_complete_set_does_not(comity_data: Path) -> None:
    rows = list(rows_of(comity_data, "fields_by_category.csv"))
    for column, categories in COLUMNS.items():
        mandatory = {
            name
            for row in rows
            for text, name in FIELDS.items()
            if row["field"].startswith(text) and row[column] == "M"
        }
        facts: dict[str, JsonValue] = {"voluntary_departure_granted": True}
        for category in categories:
            whole: list[JsonValue] = [*sorted(mandatory)]
            complete = ask("enter", category, {**facts, "fields": whole}, role="sirene")
            assert complete.reason_code != "MIN_DATA_MISSING", (category, complete)
            for name in mandatory:
                less: list[JsonValue] = [*sorted(mandatory - {name})]
                verdict = ask("enter", category, {**facts, "fields": less}, role="sirene")
                assert verdict.reason_code == "MIN_DATA_MISSING", (category, name, verdict)


def test_a_field_that_a_category_may_not_hold_is_refused(comity_data: Path) -> None:
    rows = list(rows_of(comity_data, "fields_by_category.csv"))
    for row in rows:
        name = next((name for text, name in FIELDS.items() if row["field"].startswith(text)), None)
        for column, categories in COLUMNS.items():
            if name is None or row[column] != "-":
                continue
            for category in categories:
                verdict = ask("enter", category, {"fields": [name]}, role="sirene")
                assert verdict.outcome == "deny", (category, name)
                assert "OUT_OF_SCOPE" in verdict.reasons, (category, name, verdict.reasons)


def test_each_category_is_flaggable_as_its_row_says(comity_data: Path) -> None:
    for row in rows_of(comity_data, "alert_categories.csv"):
        verdict = ask("request_flag", row["code"], {"judicial_refusal": True}, role="sirene")
        expected = "flag" if row["flag_allowed"].startswith("yes") else "deny"
        assert verdict.outcome == expected, (row["code"], verdict)


def test_each_object_point_may_carry_the_alerts_of_its_row_and_has_its_review_period(comity_data: Path) -> None:
    for row in rows_of(comity_data, "object_types.csv"):
        facts: dict[str, JsonValue] = {"object_point": row["point"]}
        for category, column in (("OBJ", "seizure_or_evidence_alert_art38"), ("DIS", "check_alert_art36")):
            verdict = ask("enter", category, facts)
            assert (verdict.outcome == "allow") is (row[column] == "yes"), (row["point"], category, verdict)
        for category, column in (("OBJ", "review_seizure"), ("DIS", "review_check")):
            if row[column]:
                start = "2024-02-29"
                verdict = ask("review", category, {**facts, "entered": start}, at="2024-03-01T00:00:00Z")
                assert verdict.due == add_period(parse_date(start), row[column]), (row["point"], category)


PERIODS: dict[str, tuple[str, dict[str, JsonValue]]] = {
    "RET": ("RET", {}),
    "REF (decision valid up to 3 years)": ("REF", {"decision_valid_years": 3}),
    "REF (decision valid longer than 3 years)": ("REF", {"decision_valid_years": 4}),
    "ARR": ("ARR", {}),
    "MIS-P and MIS-N": ("MIS-N", {}),
    "CHI-A, CHI-T, VUL": ("VUL", {}),
    "JUD": ("JUD", {}),
    "UNK": ("UNK", {}),
    "DIS, INQ, SPE (persons)": ("SPE", {}),
    "INF": ("INF", {}),
    "OBJ": ("OBJ", {}),
    "OBJ: containers": ("OBJ", {"object_point": "g"}),
    "OBJ: items of information technology": ("OBJ", {"object_point": "o"}),
}


def test_each_alert_is_kept_for_the_period_of_its_row_and_not_a_day_longer(comity_data: Path) -> None:
    seen = 0
    for row in rows_of(comity_data, "retention.csv"):
        if row["system"] != "SIS" or row["record"] not in PERIODS:
            continue
        category, facts = PERIODS[row["record"]]
        for start in ("2024-02-29", "2023-08-31", "2025-01-01"):
            due = add_period(parse_date(start), row["period"])
            stated: dict[str, JsonValue] = {**facts, "entered": start}
            kept = ask("review", category, stated, role="sirene", at=f"{due}T23:59:59Z")
            gone = ask("review", category, stated, role="sirene", at=f"{add_period(due, 'P1D')}T00:00:00Z")
            assert (kept.outcome, kept.reason_code, kept.due) == ("keep", "WITHIN_REVIEW_PERIOD", due), row
            assert (gone.outcome, gone.reason_code, gone.due) == ("delete", "REVIEW_EXPIRED", due), row
        seen += 1
    assert seen == len(PERIODS)


LIMITS: dict[str, tuple[str, str, dict[str, JsonValue], str, str, str]] = {
    "D01": ("reply", "JUD", {}, "received", "allow", "overdue"),
    "D03": ("grant_permit", "REF", {"issuer": "GR"}, "consulted", "consult_first", "allow"),
    "D04": ("enter", "REF", {"permit_state": "IT"}, "consulted", "consult_first", "allow"),
    "D05": ("consult", "REF", {"permit_state": "IT"}, "consulted", "allow", "overdue"),
    "D06": ("grant_permit", "RET", {"issuer": "GR"}, "consulted", "consult_first", "allow"),
    "D07": ("report_error", "MIS-N", {"issuer": "IT"}, "evidence_at", "notify", "overdue"),
    "D08": ("resolve_error", "MIS-N", {"issuer": "IT", "resolved": False}, "evidence_at", "allow", "dispute"),
    "D09": ("review", "REF", {}, "purpose_achieved_notice", "keep", "delete"),
    "D11": ("hide_alert", "ARR", {}, "hidden_at", "allow_conditions", "overdue"),
    "D12": ("decide_measures", "CHI-A", {"age": 9}, "found_at", "allow", "overdue"),
    "D13": ("answer_access", "ARR", {"issuer": "FR"}, "request_at", "allow", "overdue"),
    "D15": ("answer_access", "EES", {}, "request_at", "allow", "overdue"),
    "D16": ("answer_access", "MID", {}, "request_at", "allow", "overdue"),
    "D17": ("answer_access", "ETIAS", {}, "request_at", "allow", "overdue"),
    "D18": ("notify_breach", "", {}, "known_since", "notify", "overdue"),
    "D20": (
        "request_authorisation",
        "",
        {"purpose": "post_remote_identification", "at": "2028-03-01T10:00:00Z"},
        "used_at",
        "allow",
        "delete",
    ),
    "D22": ("send_draft_report", "", {}, "evaluation_ended", "allow", "overdue"),
    "D23": ("comment_draft", "", {}, "draft_received", "allow", "overdue"),
    "D24": ("submit_action_plan", "", {}, "recommendations_adopted", "allow", "overdue"),
    "D25": ("follow_up_report", "", {}, "plan_assessed", "allow", "overdue"),
    "D26": ("ccf_admissibility", "", {}, "request_at", "allow", "overdue"),
    "D27": ("ccf_access", "", {}, "admissible_at", "allow", "overdue"),
    "D28": ("ccf_correction", "", {}, "admissible_at", "allow", "overdue"),
    "D29": ("report_event", "", {}, "known_since", "notify", "overdue"),
    "D30": (
        "continue_observation",
        "",
        {"agreement": "bilateral-police-cooperation", "party": "AT"},
        "crossed",
        "",
        "",
    ),
    "D33": ("send_closing_message", "", {"agreement": "us-canada-entry-exit", "party": "CA"}, "take_off", "", ""),
    "D35": ("screen_person", "", {"at": "2026-07-01T10:00:00Z"}, "presented_at", "allow", "overdue"),
    "D36": (
        "return_claimant",
        "",
        {"agreement": "us-canada-entry-exit", "party": "CA", "at_port_of_entry": False},
        "crossed_at",
        "allow_conditions",
        "deny",
    ),
    "D37": ("send_core_data", "", {}, "match_confirmed_at", "allow", "overdue"),
    "D38": ("audit_nsis", "", {}, "last_audit", "allow", "overdue"),
    "D39": (
        "exchange",
        "",
        {"agreement": "bilateral-police-cooperation", "party": "AT"},
        "denunciation_received",
        "",
        "",
    ),
}
_OWN_PARTS = ("agreement", "party", "purpose", "at")


def test_each_limit_of_the_table_runs_for_as_long_as_its_row_says(comity_data: Path) -> None:
    rows = {row["id"]: row for row in rows_of(comity_data, "deadlines.csv")}
    for name, (operation, category, given, fact, running, passed) in LIMITS.items():
        found = re.match(r"P[0-9YMWDTHS]+", rows[name]["limit"])
        assert found, name
        parts = {key: str(value) for key, value in given.items() if key in _OWN_PARTS}
        start = parts.pop("at", "2026-03-02T10:00:00Z")
        facts: dict[str, JsonValue] = {key: value for key, value in given.items() if key not in _OWN_PARTS}
        facts[fact] = start
        due = due_of(term_of(rows[name]["clock"], found[0]), parse_instant(start), party_work_week("FRA"))
        assert due is not None
        last = last_instant(due)
        for outcome, at in ((running, last), (passed, Instant(last + 1))):
            verdict = ask(operation, category, facts, at=format_instant(at), **parts)
            assert verdict.due == (due if isinstance(due, str) else written(due)), (name, verdict)
            assert not outcome or verdict.outcome == outcome, (name, verdict)


def term_of(clock: str, limit: str) -> Term:
    if "T" in limit:
        return Term(clock=Clock.HOURS, limit=limit)
    return Term(clock=Clock.WORKING if clock.startswith("working") else Clock.CALENDAR, limit=limit)


def test_duties_at_once_have_no_time_in_them() -> None:
    verdict = ask("reply", "ARR", {"received": "2026-03-01T09:59:59Z"}, role="sirene")

    assert (verdict.outcome, verdict.reason_code, verdict.due) == ("prioritise", "URGENT_FIRST", "")
