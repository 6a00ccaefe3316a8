"""What an agreement states for the whole decides as a clause does."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.compile import compile_agreement
from comity.agreements.decide import answer, decide
from comity.agreements.explain.agreement import explain, lines_of_text
from comity.agreements.explain.difference import compare
from comity.agreements.gate import check_gate
from comity.agreements.records import Agreement
from comity.agreements.registry import Registry, Standing
from comity.agreements.stated import clauses_of
from comity.core.decision import Decision, Fact, Outcome, Question, Stage
from comity.core.errors import BadInput
from comity.core.ids import Owner
from comity.core.time import Instant, parse_instant
from tests.support.treaties import further, treaty

AT = parse_instant("2026-03-02T10:00:00Z")
BEFORE = "parties:\n- code: CHE\n"


def with_terms(text: str, more: str = "") -> Agreement:
    return treaty((BEFORE, f"{text}{BEFORE}"), more=more)


INPUT = """search_input:
  delete: {value: at-once, source: 'Art 15(4)', confidence: synthetic}
  unless_needed_for: {value: [record_keeping], source: 'Art 15(4)', confidence: synthetic}
"""
INPUT_FOR_A_WEEK = "search_input:\n  delete: {value: P7D, source: 'Art 15(4)', confidence: synthetic}\n"
LOG = """log:
  content: {value: [reason, time], source: 'Art 17(1)', confidence: synthetic}
  use: {value: [log_control], source: 'Art 17(3)', confidence: synthetic}
  deleted_at_once_after: {value: true, source: 'Art 17(3)', confidence: synthetic}
"""
RECIPIENTS = (
    "  safeguards: {value: true, source: 'Art 15', confidence: synthetic}\n",
    (
        "  safeguards: {value: true, source: 'Art 15', confidence: synthetic}\n"
        "  recipients: {value: [EUE, XPO, judicial_authority], source: 'Art 15(2)', confidence: synthetic}\n"
    ),
)


def ladder(*steps: str) -> str:
    return "disputes:\n" + "".join(
        f"- body: {{value: 'body {number}', source: 'Art 24({number})', confidence: synthetic}}\n{step}"
        for number, step in enumerate(steps, 1)
    )


BOTH = "  opened_by: {value: both_parties, source: 'Art 24', confidence: synthetic}\n"
TWO_MONTHS = "  limit: {value: P2M, source: 'Art 24', confidence: synthetic}\n"
PAUSE = "  exchanges: {value: pause, source: 'Art 24', confidence: synthetic}\n"
MARKED = "  exchanges: {value: disputed_record_marked, source: 'Art 24', confidence: synthetic}\n"


def ask(
    agreement: Agreement,
    operation: str,
    category: str,
    purpose: str = "police",
    stage: Stage = Stage.ACT,
    **facts: str | int | bool | tuple[str, ...],
) -> Decision:
    question = Question(
        stage=stage,
        operation=operation,
        category=category,
        purpose=purpose,
        actor=Owner(party="CHE", authority="police"),
        owner=None if stage is Stage.ACT else Owner(party="USA", authority="police"),
        receiver="USA" if stage is Stage.ACT and operation == "notify" else None,
        facts=tuple(Fact(name=name, value=value) for name, value in facts.items()),
    )
    compiled = compile_agreement(agreement)
    question = msgspec.structs.replace(question, agreement=compiled.id)
    return answer(question, AT, AT, Registry.of([Standing(compiled, Instant(0))]))


def test_what_was_searched_with_goes_once_it_is_answered_unless_it_is_still_needed() -> None:
    stated = with_terms(INPUT)
    act = ("retain", "search_input", "police", Stage.USE)

    kept, over = ask(stated, *act, comparison_answered=False), ask(stated, *act, comparison_answered=True)

    assert kept.permitted
    assert (over.outcome, over.effect, over.codes[0]) == (Outcome.DENY, "obligation", "RETENTION_OVER")
    assert "delete-at-once" in over.obligations
    assert over.reasons[0].basis == "Art 15(4)"
    assert ask(stated, *act, comparison_answered=True, needed_for=("record_keeping",)).permitted
    assert ask(stated, "use", "search_input", "matching", Stage.USE).permitted
    assert ask(stated, "use", "search_input", "visa_decision", Stage.USE).codes == ("PURPOSE_FORBIDDEN",)
    assert ask(treaty(), *act, comparison_answered=False).outcome is Outcome.DENY


def test_what_was_searched_with_may_be_kept_for_a_stated_period() -> None:
    act = ("retain", "search_input", "police", Stage.USE)
    stated = with_terms(INPUT_FOR_A_WEEK)

    in_time = ask(stated, *act, recorded_on="2026-02-23")
    over = ask(stated, *act, recorded_on="2026-02-22")

    assert "RETENTION_OVER" not in in_time.codes
    assert (over.codes[0], over.dues[0].day) == ("RETENTION_OVER", "2026-03-01")
    assert "delete-at-once" in over.obligations


def test_the_log_is_used_for_control_alone_and_goes_when_its_period_is_over() -> None:
    stated = with_terms(LOG)

    assert ask(stated, "use", "transfer_log", "log_control", Stage.USE).permitted
    assert ask(stated, "use", "transfer_log", "police", Stage.USE).codes == ("PURPOSE_FORBIDDEN",)
    assert "RETENTION_OVER" not in ask(stated, "retain", "transfer_log", recorded_on="2024-03-02").codes
    over = ask(stated, "retain", "transfer_log", recorded_on="2024-03-01")
    assert (over.codes[0], over.dues[0].day) == ("RETENTION_OVER", "2026-03-01")
    assert "delete-log-at-once" in over.obligations
    written = ask(stated, "record_transfer", "received")
    assert (written.outcome, written.effect) == (Outcome.DUTY, "obligation")
    assert "document-transfer" in written.obligations


@pytest.mark.parametrize(("recipient", "permitted"), [("EUE", True), ("XPO", True), ("GBR", False), (None, False)])
def test_what_goes_on_goes_to_the_stated_recipients_alone(recipient: str | None, *, permitted: bool) -> None:
    facts: dict[str, str | bool] = {"consent_form": "documented_prior", "safeguards": True}
    if recipient is not None:
        facts["recipient"] = recipient

    decision = ask(treaty(RECIPIENTS), "onward", "received", "police", Stage.ONWARD, **facts)

    assert decision.permitted is permitted
    assert permitted or decision.codes == ("THIRD_COUNTRY_BAR",)
    assert permitted or decision.reasons[0].basis == "Art 15(2)"
    assert ask(treaty(), "onward", "received", "police", Stage.ONWARD, **facts).permitted


@pytest.mark.parametrize(("role", "permitted"), [("judicial_authority", True), ("police", False)])
def test_a_recipient_is_known_by_its_role_as_well(role: str, *, permitted: bool) -> None:
    decision = ask(
        treaty(RECIPIENTS),
        "onward",
        "received",
        stage=Stage.ONWARD,
        recipient="GBR",
        recipient_role=role,
        consent_form="documented_prior",
        safeguards=True,
    )

    assert decision.permitted is permitted


def test_stated_recipients_narrow_a_clause_that_lets_data_go_on_too() -> None:
    clause = further(operations="[onward]", categories="[received]", mode="local")

    stated = treaty(RECIPIENTS, more=clause)

    assert ask(stated, "onward", "received", "police", Stage.ONWARD, recipient="EUE").permitted
    assert ask(stated, "onward", "received", "police", Stage.ONWARD, recipient="GBR").codes == ("THIRD_COUNTRY_BAR",)


def test_each_rung_of_a_dispute_says_who_opens_it_by_when_and_what_becomes_of_exchanges() -> None:
    stated = with_terms(ladder(MARKED, BOTH + TWO_MONTHS + PAUSE))

    first = ask(stated, "raise_dispute", "received", dispute_raised=True)
    alone = ask(stated, "raise_dispute", "received", dispute_raised=True, dispute_step=2)
    together = ask(
        stated,
        "raise_dispute",
        "received",
        dispute_raised=True,
        dispute_step=2,
        opened_by_both=True,
        dispute_opened="2026-02-01",
    )

    assert (first.effect, first.reasons[0].basis) == ("dispute", "Art 24(1)")
    assert {"bring-before-dispute-body", "exchanges-go-on"} <= set(first.obligations)
    assert (alone.outcome, alone.codes[0]) == (Outcome.DENY, "CONDITION_UNMET")
    assert (together.effect, together.dues[0].day) == ("dispute", "2026-04-01")
    assert "exchanges-pause" in together.obligations
    assert (
        ask(stated, "raise_dispute", "received").effect == "none" or not ask(stated, "raise_dispute", "received").dues
    )


def test_exchanges_pause_or_go_on_marked_while_a_dispute_is_open() -> None:
    stated = with_terms(ladder(MARKED, PAUSE))

    free = ask(stated, "notify", "OBJ")
    marked = ask(stated, "notify", "OBJ", dispute_open=True, record_disputed=True)
    paused = ask(stated, "notify", "OBJ", dispute_open=True, dispute_step=2)

    assert free.permitted
    assert "mark-disputed-record" not in free.obligations
    assert marked.permitted
    assert "mark-disputed-record" in marked.obligations
    assert (paused.outcome, paused.codes) == (Outcome.DENY, ("SUSPENDED",))
    child = further(operations="[notify]", categories="[CHI-A]")
    assert ask(with_terms(ladder(PAUSE), child), "notify", "CHI-A", dispute_open=True).permitted


def test_a_clause_of_its_own_takes_the_place_of_what_is_stated() -> None:
    clause = further(operations="[use]", categories="[transfer_log]", purposes="[police]", mode="local")

    stated = with_terms(LOG, clause)

    assert ask(stated, "use", "transfer_log", "police", Stage.USE).permitted
    assert "stated-log-used" not in {each.id for each in clauses_of(stated)}
    assert "stated-log-kept" in {each.id for each in clauses_of(stated)}


@pytest.mark.parametrize("more", [INPUT, INPUT_FOR_A_WEEK, LOG, ladder(MARKED, BOTH + PAUSE)])
def test_what_is_stated_is_proved_compared_and_explained(more: str) -> None:
    stated, plain = with_terms(more), treaty()

    report = check_gate(stated, prove=True)
    differences = compare(plain, stated, most=40)
    told = "\n".join(lines_of_text(explain(stated, "en", None)))
    in_french = "\n".join(lines_of_text(explain(stated, "fr", None)))

    assert not report.failed
    assert report.proved
    assert differences.examples
    assert len(told) > len("\n".join(lines_of_text(explain(plain, "en", None))))
    assert len(in_french) > len("\n".join(lines_of_text(explain(plain, "fr", None))))


def test_named_recipients_are_proved_and_compared() -> None:
    report = check_gate(treaty(RECIPIENTS), prove=True)

    assert report.proved
    assert compare(treaty(), treaty(RECIPIENTS), most=40).examples
    assert "EUE" in "\n".join(lines_of_text(explain(treaty(RECIPIENTS), "en", None)))


def test_no_clause_takes_a_name_of_what_is_stated() -> None:
    with pytest.raises(BadInput) as refused:
        treaty(("- id: tell\n", "- id: stated-log-used\n"))

    assert "agreement.kept-name" in {each.code for each in refused.value.problems}


def test_decide_and_answer_agree_on_what_is_stated() -> None:
    stated = with_terms(LOG)
    registry = Registry.of([Standing(compile_agreement(stated), Instant(0))])
    question = Question(
        stage=Stage.USE,
        operation="use",
        category="transfer_log",
        purpose="log_control",
        actor=Owner(party="CHE", authority="police"),
        owner=Owner(party="USA", authority="police"),
    )

    assert decide(question, AT, AT, registry).clauses == ("stated-log-used",)
