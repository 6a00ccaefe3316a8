"""The kernel: sources of permission, what stands against them, and how it is joined; each with its neighbour."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import answer, decide, judge
from comity.agreements.law.compile import compile_law
from comity.agreements.law.load import read_law
from comity.agreements.law.records import Rule
from comity.agreements.records import Agreement
from comity.agreements.registry import Arrival, Pause, Registry, Standing
from comity.agreements.rulebook import Rulebook
from comity.core.decision import Decision, Fact, Outcome, Question, Stage
from comity.core.ids import Owner
from comity.core.time import HOUR_US, Instant, parse_instant
from tests.support.treaties import further, sourced, treaty

AT = parse_instant("2026-03-01T10:00:00Z")
START = Instant(0)
SWISS = Owner(party="CHE", authority="fedpol")
QUERY = Question(
    stage=Stage.ACT,
    operation="query",
    category="OBJ",
    purpose="police",
    actor=SWISS,
    role="police",
    receiver="USA",
)
TELL = msgspec.structs.replace(QUERY, operation="notify")
HEAD = """
schema: comity-law/1
instrument: Synthetic law
binds: product
applies: {from: 2020-01-01}
regime: none
confidence: synthetic
rules:
"""


def rules(*written: str) -> tuple[Rule, ...]:
    """Read rules of one line each; every one gets scenarios that only have to be there."""
    rows = []
    for number, text in enumerate(written):
        says = {"deny": "deny", "permit": "allow", "refer": "refer_human", "duty": "notify"}
        effect = next(word for word in (*says, "deadline", "retention") if f"effect: {word}" in text)
        own = says.get(effect, "allow" if effect == "deadline" else "keep")
        scenarios = f"scenarios: [{{says: {own}}}, {{says: none}}]"
        rows.append(f"- {{id: rule-{number}, article: '1', source: 'Synthetic law Art {number}', {text}, {scenarios}}}")
    return read_law((HEAD + "\n".join(rows) + "\n").encode())


def law(*written: str) -> Rulebook:
    return compile_law(rules(*written))


def registry(agreement: Agreement, *, pauses: tuple[Pause, ...] = (), arrivals: tuple[Arrival, ...] = ()) -> Registry:
    return Registry.of([Standing(compile_agreement(agreement), START, pauses=pauses, arrivals=arrivals)])


def ask(
    question: Question, agreement: Agreement | None = None, book: Rulebook | None = None, at: Instant = AT
) -> Decision:
    return decide(question, at, at, registry(agreement or treaty()), book or Rulebook())


def given_facts(question: Question, **facts: str | int | bool) -> Question:
    asserted = tuple(Fact(name=name, value=value) for name, value in facts.items())
    return msgspec.structs.replace(question, facts=asserted)


def test_a_clause_permits_and_its_condition_denies() -> None:
    assert ask(QUERY).permitted
    assert ask(given_facts(QUERY, quota_used=99)).permitted
    assert ask(given_facts(QUERY, quota_used=100)).codes == ("CONDITION_UNMET",)


@pytest.mark.parametrize(
    ("member", "question", "code"),
    [
        (
            f"requires: [{{if: {sourced('warrant_present')}, code: {sourced('CONSENT_REQUIRED')}}}]",
            TELL,
            "CONSENT_REQUIRED",
        ),
        (f"activation: {{arrangements: {sourced('[dna]')}}}", TELL, "NOT_ACTIVATED"),
        (f"opt_outs: [{{party: USA, since: {sourced('2026-01-01')}}}]", TELL, "OPTED_OUT"),
        (f"quota: {{per: {sourced('P1D')}, limit: {sourced('3')}}}", given_facts(TELL, quota_used=3), "QUOTA_EXCEEDED"),
        (f"territory: {sourced('[CHE]')}", given_facts(TELL, territory="USA"), "OUT_OF_SCOPE"),
        (f"from: {sourced('2026-03-02')}", TELL, "NOT_IN_FORCE"),
        (f"to: {sourced('2026-02-28')}", TELL, "ENDED"),
    ],
)
def test_what_a_clause_has_of_its_own_stands_against_it(member: str, question: Question, code: str) -> None:
    agreement = treaty(("id: tell\n", f"id: tell\n  {member}\n"))

    decision = ask(question, agreement)

    assert (decision.outcome, decision.codes) == (Outcome.DENY, (code,))


@pytest.mark.parametrize("day", ["2026-02-28T23:59:59.999999Z", "2026-03-02T00:00:00Z"])
def test_a_clause_holds_on_its_first_and_last_day_and_not_beside_them(day: str) -> None:
    only = f"id: tell\n  from: {sourced('2026-03-01')}\n  to: {sourced('2026-03-01')}\n"
    agreement = treaty(("id: tell\n", only))

    assert ask(TELL, agreement).permitted
    assert not ask(TELL, agreement, at=parse_instant(day)).permitted


def test_a_requirement_that_refers_sends_to_a_person_unless_something_else_denies() -> None:
    needs = f"requires: [{{if: {sourced('urgent')}, code: {sourced('REFERRED')}, refer: {sourced('true')}}}]"
    agreement = treaty(("id: tell\n", f"id: tell\n  {needs}\n"))

    assert ask(TELL, agreement).outcome is Outcome.REFER
    assert ask(given_facts(TELL, urgent=True), agreement).permitted
    wrong = ask(msgspec.structs.replace(TELL, purpose="borders"), agreement)
    assert wrong.outcome is Outcome.DENY
    assert set(wrong.codes) == {"PURPOSE_FORBIDDEN", "REFERRED"}


def test_a_reservation_bars_the_giver_and_mirrored_the_receiver_too() -> None:
    reserved = "- id: no-telling\n    side: {side}\n    mirrored: {mirrored}\n    clauses: {clauses}\n"
    for mirrored, back in (("false", True), ("true", False)):
        text = reserved.format(side=sourced("giver"), mirrored=sourced(mirrored), clauses=sourced("[tell]"))
        agreement = treaty(("- code: USA\n", f"- code: USA\n  reservations:\n  {text}"))
        american = msgspec.structs.replace(TELL, actor=Owner(party="USA", authority="fbi"), receiver="CHE")

        assert ask(american, agreement).codes == ("RESERVATION",)
        assert ask(TELL, agreement).permitted is back
        assert ask(QUERY, agreement).permitted


def test_who_is_asked_gives_so_a_reservation_on_giving_bars_being_asked() -> None:
    text = f"- id: r\n    side: {sourced('giver')}\n    mirrored: {sourced('false')}\n    clauses: {sourced('[ask]')}\n"
    agreement = treaty(("- code: USA\n", f"- code: USA\n  reservations:\n  {text}"))

    assert ask(QUERY, agreement).codes == ("RESERVATION",)


def test_a_sleeping_clause_wakes_when_all_it_waits_for_has_arrived_as_known_then() -> None:
    waits = f"activation: {{notifications: {sourced('[n]')}, arrangements: {sourced('[a]')}}}"
    agreement = treaty(("id: tell\n", f"id: tell\n  {waits}\n"))
    one, other = Arrival("n", AT, AT), Arrival("a", Instant(AT + HOUR_US), Instant(AT + 2 * HOUR_US))
    found = registry(agreement, arrivals=(one, other))

    def permitted(at: int, known_at: int) -> bool:
        return decide(TELL, Instant(AT + at * HOUR_US), Instant(AT + known_at * HOUR_US), found).permitted

    assert not permitted(0, 9)
    assert permitted(1, 2)
    assert not permitted(1, 1)


def test_suspension_is_graded_bitemporal_and_never_stops_rescue() -> None:
    more = further(operations="[rescue]")
    agreement = treaty(more=more)
    whole = Pause(AT, Instant(AT + HOUR_US), None, Instant(AT + HOUR_US))
    graded = Pause(AT, None, frozenset({"tell"}))

    assert decide(TELL, AT, Instant(AT + HOUR_US), registry(agreement, pauses=(whole,))).codes == ("SUSPENDED",)
    assert decide(TELL, AT, AT, registry(agreement, pauses=(whole,))).permitted
    late = Instant(AT + HOUR_US)
    assert decide(TELL, late, late, registry(agreement, pauses=(whole,))).permitted
    assert decide(QUERY, AT, AT, registry(agreement, pauses=(graded,))).permitted
    rescue = msgspec.structs.replace(TELL, operation="rescue")
    assert decide(rescue, AT, Instant(AT + HOUR_US), registry(agreement, pauses=(whole,))).permitted


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"consent_form": "oral", "safeguards": True}, "CONSENT_REQUIRED"),
        ({"consent_form": "documented_prior"}, "CONDITION_UNMET"),
        ({"consent_form": "documented_prior", "safeguards": True}, None),
        ({"safeguards": True}, "CONSENT_REQUIRED"),
    ],
)
def test_handing_on_takes_consent_of_the_form_and_safeguards(
    facts: dict[str, str | int | bool], code: str | None
) -> None:
    onward = msgspec.structs.replace(QUERY, stage=Stage.ONWARD, operation="onward", receiver="USA")

    decision = ask(given_facts(onward, **facts))

    assert decision.codes[0] == (code or "BOUND_AND_AUTHORISED")
    assert decision.permitted is (code is None)


def test_received_data_serve_the_listed_purposes_and_others_by_consent() -> None:
    use = f"use: {{purposes: {sourced('[police]')}, other_by_consent: {sourced('documented_prior')}}}"
    agreement = treaty(("id: tell\n", f"id: tell\n  {use}\n"))
    used = msgspec.structs.replace(TELL, operation="use")
    other = msgspec.structs.replace(used, purpose="borders")

    assert ask(used, agreement).permitted
    assert set(ask(other, agreement).codes) == {"PURPOSE_FORBIDDEN", "CONSENT_REQUIRED"}
    assert ask(given_facts(other, prior_consent=True), agreement).permitted
    assert not ask(given_facts(other, consent_form="oral"), agreement).permitted


def test_terms_survive_the_end_of_an_agreement_for_what_was_received_only() -> None:
    ended = Standing(compile_agreement(treaty()), START, AT, ended=True)
    found = Registry.of([ended])
    onward = msgspec.structs.replace(QUERY, stage=Stage.ONWARD, operation="onward")

    assert decide(onward, AT, AT, found).codes[0] == "CONSENT_REQUIRED"
    assert decide(QUERY, AT, AT, found).codes == ("NOT_PARTY",)


def test_guests_act_under_direction_in_their_roles_until_the_plan_ends() -> None:
    guests = (
        "guests:\n- id: joint\n  host: USA\n  guest: CHE\n"
        f"  plan: {sourced('plan')}\n  until: {sourced('2026-12-31')}\n  roles: {sourced('[police]')}\n"
        f"  under_host_direction: {sourced('true')}\nclauses:\n"
    )
    agreement = treaty(("clauses:\n", guests))
    there = given_facts(QUERY, host="USA", directed_by_host_officer=True)

    assert ask(there, agreement).permitted
    assert ask(given_facts(QUERY, host="USA"), agreement).codes == ("HOST_DIRECTION",)
    assert ask(there, agreement, at=parse_instant("2027-01-01T00:00:00Z")).codes == ("NOT_BOUND",)


def test_law_permits_what_no_clause_speaks_of_and_never_for_a_party_that_is_not_bound() -> None:
    book = law("effect: permit, code: BOUND_AND_AUTHORISED, operations: [respond]")
    respond = msgspec.structs.replace(QUERY, operation="respond")

    assert ask(respond).codes == ("OUT_OF_SCOPE",)
    allowed = ask(respond, book=book)
    assert allowed.permitted
    assert allowed.rules[0].startswith("rule-0@")
    early = treaty(("bound_from: {value: '2024-01-01'", "bound_from: {value: '2027-01-01'"))
    assert ask(respond, early, book).codes[0] == "NOT_BOUND"


def test_law_never_permits_an_exchange() -> None:
    book = law("effect: permit, code: BOUND_AND_AUTHORISED, operations: [respond]")
    sent = msgspec.structs.replace(QUERY, operation="respond", stage=Stage.ENQUEUE, sender="CHE", owner=SWISS)

    assert not ask(sent, book=book).permitted


def test_a_rule_forbids_what_a_clause_permits_and_all_reasons_are_told() -> None:
    book = law(
        "effect: deny, code: ROLE_NOT_AUTHORISED, operations: [notify]",
        "effect: deny, code: PURPOSE_FORBIDDEN, operations: [notify]",
        "effect: permit, code: BOUND_AND_AUTHORISED, operations: [notify]",
    )

    assert ask(TELL, book=book).codes == ("ROLE_NOT_AUTHORISED", "PURPOSE_FORBIDDEN")


def test_nothing_but_the_floor_stops_a_rescue() -> None:
    agreement = treaty(more=further(operations="[rescue]"))
    rescue = msgspec.structs.replace(TELL, operation="rescue")

    assert ask(rescue, agreement, law("effect: deny, code: OUT_OF_SCOPE, operations: any")).permitted


@pytest.mark.parametrize(
    ("operation", "facts", "code"),
    [
        ("readmit", {"refoulement_risk": True}, "FLOOR_NON_REFOULEMENT"),
        ("surrender", {"torture_risk": True}, "FLOOR_TORTURE"),
        ("surrender", {"death_penalty_risk": True}, "FLOOR_DEATH_PENALTY"),
        ("remove", {"child": True}, "FLOOR_CHILD"),
        ("turn_back", {"distress": True}, "FLOOR_RESCUE"),
    ],
)
def test_the_floor_stands_under_every_agreement_and_law(
    operation: str, facts: dict[str, str | int | bool], code: str
) -> None:
    agreement = treaty(more=further(operations=f"[{operation}]"))
    book = law(f"effect: permit, code: BOUND_AND_AUTHORISED, operations: [{operation}]")
    act = msgspec.structs.replace(TELL, operation=operation)

    assert ask(act, agreement, book).permitted
    assert ask(given_facts(act, **facts), agreement, book).codes == (code,)


def test_a_rule_that_refers_sends_a_permitted_act_to_a_person() -> None:
    book = law("effect: refer, code: REFERRED, operations: [notify]")

    decision = ask(TELL, book=book)

    assert (decision.outcome, decision.effect, decision.clauses) == (Outcome.REFER, "refer_human", ())


def test_duties_and_due_times_go_with_an_answer_the_strictest_giving_the_word() -> None:
    book = law(
        "effect: duty, code: ERROR_NOTICE_DUE, operations: [notify], obligations: [log], "
        "due: {clock: hours, from: at, limit: PT12H}"
    )

    decision = ask(TELL, book=book)

    assert decision.permitted
    assert (decision.effect, decision.codes) == ("notify", ("ERROR_NOTICE_DUE", "BOUND_AND_AUTHORISED"))
    assert decision.due is not None
    assert decision.due.instant == AT + 12 * HOUR_US


def test_a_duty_alone_permits_nothing_and_is_judged() -> None:
    book = law("effect: duty, code: ERROR_NOTICE_DUE, operations: [respond]")
    respond = msgspec.structs.replace(QUERY, operation="respond")
    found = registry(treaty())

    assert decide(respond, AT, AT, found, book).outcome is Outcome.DENY
    judged = judge(respond, AT, AT, found, book)
    assert (judged.outcome, judged.effect, judged.permitted) == (Outcome.DUTY, "notify", False)
    assert answer(respond, AT, AT, found, book) == judged
    assert judge(TELL, AT, AT, found, book).effect == "none"


def test_a_question_about_a_past_day_is_answered_by_the_law_of_that_day() -> None:
    book = law("effect: deny, code: PURPOSE_FORBIDDEN, operations: [notify], applies: {from: 2026-03-01}")

    assert ask(TELL, book=book).outcome is Outcome.DENY
    assert ask(TELL, book=book, at=parse_instant("2026-02-28T23:59:59Z")).permitted


def test_the_more_special_rule_displaces() -> None:
    book = law(
        "effect: deny, code: PURPOSE_FORBIDDEN, operations: [notify]",
        "effect: permit, code: CONSENT_REQUIRED, outcome: allow, operations: [notify], displaces: [rule-0]",
    )

    assert ask(TELL, book=book).permitted


RULES = (
    "effect: deny, code: PURPOSE_FORBIDDEN, operations: any, if: urgent",
    "effect: deny, code: CONSENT_REQUIRED, operations: any, if: child",
    "effect: refer, code: REFERRED, operations: any, if: torture_risk",
    "effect: permit, code: BOUND_AND_AUTHORISED, operations: any",
    "effect: duty, code: ERROR_NOTICE_DUE, operations: any, due: {clock: calendar, from: at, limit: P1M}",
    "effect: deadline, code: WITHIN_DEADLINE, operations: any, due: {clock: hours, from: at, limit: PT1H}",
)


@given(
    st.permutations(rules(*RULES)),
    st.fixed_dictionaries({}, optional={name: st.booleans() for name in ("urgent", "child", "torture_risk")}),
    st.sampled_from([QUERY, TELL, msgspec.structs.replace(QUERY, operation="respond")]),
)
def test_the_order_of_rules_never_changes_the_answer(
    shuffled: list[Rule], facts: dict[str, str | int | bool], question: Question
) -> None:
    question, found = given_facts(question, **facts), registry(treaty())

    one = decide(question, AT, AT, found, compile_law(rules(*RULES)))

    assert decide(question, AT, AT, found, Rulebook(compile_law(shuffled).rules[::-1])) == one


def test_duties_on_what_was_received_go_on_while_an_agreement_is_suspended() -> None:
    duty = further(f"effect: {sourced('duty')}", f"obligations: {sourced('[log]')}", operations="[retain]")
    found = registry(treaty(more=duty), pauses=(Pause(START),))

    assert judge(msgspec.structs.replace(TELL, operation="retain"), AT, AT, found).effect == "notify"
    assert decide(TELL, AT, AT, found).codes == ("SUSPENDED",)
