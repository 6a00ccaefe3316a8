"""What the decision point says on the categories beyond arrest and refusal: one act permitted, one not, a clause."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.decide import decide
from comity.agreements.records import Clause
from comity.agreements.tables import tables
from comity.agreements.vocabulary import CATEGORY_PURPOSE, Category, Mode
from comity.core.decision import Decision, Fact, Question, Stage
from comity.core.vocabulary import Purpose, Role
from tests.support.agreements import (
    AT,
    FRANCE,
    FRENCH_BUREAU,
    GERMANY,
    REPORT_FIELDS,
    arrest_statement,
    border_search,
    schengen,
    schengen_registry,
)

REPLACE = msgspec.structs.replace
FURTHER = [each for each in Category if each not in {Category.ARR, Category.REF, Category.PEERING}]
CLAUSES = [each for each in schengen().clauses if not {Category.ARR, Category.REF} & set(each.categories.value)]
CASES = [(clause, category) for clause in CLAUSES for category in clause.categories.value]


def ask(question: Question) -> Decision:
    return decide(question, AT, AT, schengen_registry())


def fields_of(category: Category) -> tuple[str, ...]:
    """The mandatory fields of a category's records."""
    (fields,) = (each for each in schengen().field_lists if each.id == category.lower())
    return tuple(fields.mandatory.value) if fields.mandatory else ()


def question_of(clause: Clause, category: Category) -> Question:
    """Return an act that the clause covers."""
    operation = clause.operations.value[0]
    purpose = clause.purposes.value[0]
    if clause.mode.value is Mode.LOCAL:
        role = clause.roles.value[0] if clause.roles else Role.BORDER_GUARD
        return border_search(category, role=role, purpose=purpose)
    if operation == "hit_report":
        return arrest_statement(
            operation=operation,
            category=category,
            purpose=purpose,
            actor=FRENCH_BUREAU,
            role=Role.SIRENE_BUREAU,
            owner=FRENCH_BUREAU,
            sender="FRA",
            receiver="DEU",
            fields=REPORT_FIELDS,
            facts=(Fact(name="issuer", value="DEU"), Fact(name="identity_confirmed", value=True)),
        )
    if operation in {"bureau_answer", "send_form"}:
        return arrest_statement(
            operation=operation,
            category=category,
            purpose=purpose,
            actor=GERMANY,
            role=Role.SIRENE_BUREAU,
            owner=GERMANY,
            sender="DEU",
            receiver="FRA",
            fields=("report", "text") if operation == "bureau_answer" else ("form", "text", "details.why"),
        )
    fields = () if operation == "delete" else fields_of(category)
    return arrest_statement(operation=operation, category=category, purpose=purpose, fields=fields)


def spoilt(clause: Clause, question: Question) -> tuple[Question, str]:
    """Return nearly the same act, which the clause does not cover, and the reason against it."""
    if clause.mode.value is Mode.LOCAL:
        return REPLACE(question, role=Role.NODE_OPERATOR), "ROLE_NOT_AUTHORISED"
    if question.operation == "hit_report":
        return REPLACE(question, receiver="POL"), "ISSUER_ONLY"
    if question.operation in {"bureau_answer", "send_form"}:
        return REPLACE(question, role=Role.BORDER_GUARD), "ROLE_NOT_AUTHORISED"
    return REPLACE(question, owner=FRANCE), "ISSUER_ONLY"


@pytest.mark.parametrize(("clause", "category"), CASES, ids=lambda each: getattr(each, "id", str(each)))
def test_a_clause_permits_one_act_and_not_its_neighbour(clause: Clause, category: Category) -> None:
    question = question_of(clause, category)
    other, code = spoilt(clause, question)

    decision = ask(question)

    assert decision.permitted
    assert decision.clauses == (clause.id,)
    assert code in ask(other).codes


@pytest.mark.parametrize("category", FURTHER, ids=str)
def test_every_category_can_be_entered_kept_deleted_searched_reported_and_answered(category: Category) -> None:
    covered = {
        operation
        for clause in schengen().clauses
        if category in clause.categories.value
        for operation in clause.operations.value
    }

    flagged = {"tell_flag"} if category in tables().lists["flaggable_alerts"] else set()
    told = {"hit_report", "bureau_answer", "send_form", "reply"}
    assert covered == {"enter", "change", "extend", "delete", "search"} | told | flagged
    assert category in {kept.category for kept in schengen().retention}


@pytest.mark.parametrize("category", ["RET", "REF", "REFX"])
@pytest.mark.parametrize("stage", [Stage.ENQUEUE, Stage.TRANSMIT, Stage.RECEIPT])
def test_ireland_neither_receives_nor_searches_return_and_refusal(category: str, stage: Stage) -> None:
    statement = arrest_statement(
        stage,
        category=category,
        purpose=CATEGORY_PURPOSE[Category(category)],
        fields=fields_of(Category(category)),
        receiver="IRL",
    )

    assert "NOT_BOUND" in ask(statement).codes
    assert ask(REPLACE(statement, receiver="FRA")).permitted


@pytest.mark.parametrize("category", ["ARR", "OBJ"])
def test_ireland_takes_part_in_police_alerts(category: str) -> None:
    statement = arrest_statement(category=category, fields=fields_of(Category(category)), receiver="IRL")

    assert ask(statement).permitted


def test_a_goods_post_sees_things_and_no_persons() -> None:
    open_to_goods = [
        each.value
        for each in (*FURTHER, Category.ARR, Category.REF)
        if ask(border_search(each.value, role=Role.CUSTOMS_GOODS)).permitted
    ]

    assert open_to_goods == ["OBJ"]


def test_a_border_guard_sees_every_category_at_the_border() -> None:
    assert all(ask(border_search(each.value, purpose=Purpose.BORDERS)).permitted for each in FURTHER)
