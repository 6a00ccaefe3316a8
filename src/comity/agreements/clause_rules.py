"""What clauses, parties and provisions must satisfy: words of the closed lists, sound conditions, names that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.agreements.clocks.records import Clock
from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.records import Kind
from comity.agreements.provisions import Reservation
from comity.agreements.records import Agreement, Clause, Party
from comity.agreements.sourced import Sourced
from comity.agreements.stated import STATED
from comity.agreements.tables import Tables
from comity.agreements.terms import DueRule, Effect
from comity.agreements.vocabulary import Mode, Scope
from comity.core.codes import CODES
from comity.core.errors import BadInput, FieldProblem

PEERING = "PEERING"


def problem(field: str, code: str, message: str) -> FieldProblem:
    """Make one thing wrong with an agreement document."""
    return FieldProblem(field=field, code=f"agreement.{code}", message=message)


def clause_problems(path: str, clause: Clause, agreement: Agreement, known: Tables) -> Iterator[FieldProblem]:
    """Give everything that is wrong with a clause, in the order of its members."""
    if clause.id.startswith(STATED):
        yield problem(f"{path}.id", "kept-name", "Names that begin so are those of what is stated for the whole.")
    yield from _scope_problems(path, clause, known)
    yield from _side_problems(path, clause, agreement)
    yield from _field_list_problems(path, clause, agreement)
    if clause.conditions is not None:
        for index, fact in enumerate(clause.conditions.value):
            row = known.facts.get(fact)
            if row is None or row.type is not Kind.BOOL:
                yield problem(f"{path}.conditions.value[{index}]", "unknown-word", "This is no yes-or-no fact.")
    yield from _expression_problems(path, clause, known)
    yield from _code_problems(path, clause, known)
    yield from _effect_problems(path, clause, known)
    codes = {party.code for party in agreement.parties}
    for index, opted in enumerate(clause.opt_outs):
        if opted.party not in codes:
            yield problem(f"{path}.opt_outs[{index}].party", "unknown-party", "Only a party can opt out.")
    if clause.first_day and clause.last_day and clause.last_day.value < clause.first_day.value:
        yield problem(f"{path}.to.value", "days", "The clause ends before it begins.")
    kept = {retention.category for retention in agreement.retention} | {PEERING}
    if clause.mode.value is Mode.REPLICATE and not kept.issuperset(clause.categories.value):
        yield problem(f"{path}.categories.value", "no-retention", "Copies are held of a category without retention.")


def party_problems(path: str, party: Party, agreement: Agreement, known: Tables) -> Iterator[FieldProblem]:
    """Give everything that is wrong with what a party states of itself."""
    yield from unknown_words(f"{path}.roles", party.roles, known.roles)
    yield from unknown_words(f"{path}.excluded_categories", party.excluded_categories, known.categories)
    for index, authority in enumerate(party.named_authorities):
        yield from unknown_words(f"{path}.named_authorities[{index}].roles", authority.roles, known.roles)
    clauses = {clause.id for clause in agreement.clauses}
    for index, reservation in enumerate(party.reservations):
        yield from _reservation_problems(f"{path}.reservations[{index}]", reservation, clauses, known)


def provision_problems(agreement: Agreement, known: Tables) -> Iterator[FieldProblem]:
    """Give what is wrong with the provisions for the whole agreement: clauses and parties that do not exist."""
    clauses = {clause.id for clause in agreement.clauses}
    named = {
        "$.suspension_terms.spared": agreement.suspension_terms.spared if agreement.suspension_terms else None,
        "$.protection.loss_stops": agreement.protection.loss_stops if agreement.protection else None,
    }
    for path, leaf in named.items():
        if leaf is not None and not clauses.issuperset(leaf.value):
            yield problem(f"{path}.value", "unknown-clause", "There is no clause of that id.")
    codes = {party.code for party in agreement.parties}
    for index, guests in enumerate(agreement.guests):
        if guests.host not in codes or guests.guest not in codes or guests.host == guests.guest:
            yield problem(
                f"$.guests[{index}].host", "unknown-party", "Host and guest are two parties of the agreement."
            )
        yield from unknown_words(f"$.guests[{index}].roles", guests.roles, known.roles)
    if agreement.onward is not None and agreement.onward.recipients is not None:
        for index, word in enumerate(agreement.onward.recipients.value):
            if word not in known.roles and word not in CODES:
                text = "This is neither a party's code nor a role of the closed list."
                yield problem(f"$.onward.recipients.value[{index}]", "unknown-word", text)
    for index, kept in enumerate(agreement.retention):
        if kept.category not in known.categories:
            yield problem(f"$.retention[{index}].category", "unknown-word", "There is no such category.")
    yield from _purpose_problems(agreement, known)


def _purpose_problems(agreement: Agreement, known: Tables) -> Iterator[FieldProblem]:
    main = agreement.main_purpose
    if main is not None and main.value not in known.purposes:
        yield problem("$.main_purpose.value", "unknown-word", "This word is not in the closed list of its kind.")
    if agreement.search_input is not None:
        needed = agreement.search_input.unless_needed_for
        yield from unknown_words("$.search_input.unless_needed_for", needed, known.purposes)
    if agreement.log is not None:
        yield from unknown_words("$.log.use", agreement.log.use, known.purposes)


def unknown_words(
    path: str, leaf: Sourced[tuple[str, ...]] | None, table: Mapping[str, object]
) -> Iterator[FieldProblem]:
    """Give the words of a leaf that its closed list does not hold."""
    for index, word in enumerate(leaf.value if leaf is not None else ()):
        if word not in table:
            yield problem(f"{path}.value[{index}]", "unknown-word", "This word is not in the closed list of its kind.")


def _scope_problems(path: str, clause: Clause, known: Tables) -> Iterator[FieldProblem]:
    yield from unknown_words(f"{path}.operations", clause.operations, known.operations)
    yield from unknown_words(f"{path}.categories", clause.categories, known.categories)
    yield from unknown_words(f"{path}.purposes", clause.purposes, known.purposes)
    yield from unknown_words(f"{path}.roles", clause.roles, known.roles)
    if clause.use is not None:
        yield from unknown_words(f"{path}.use.purposes", clause.use.purposes, known.purposes)


def _side_problems(path: str, clause: Clause, agreement: Agreement) -> Iterator[FieldProblem]:
    codes = set(agreement.signatories)
    for side, leaf in (("givers", clause.givers), ("receivers", clause.receivers)):
        named = leaf.value
        if not isinstance(named, Scope) and not codes.issuperset(named):
            yield problem(
                f"{path}.{side}.value",
                "unknown-party",
                "Only those whose agreement it is stand here.",
            )


def _field_list_problems(path: str, clause: Clause, agreement: Agreement) -> Iterator[FieldProblem]:
    lists = {fields.id: fields.category for fields in agreement.field_lists}
    categories = [lists.get(name) for name in clause.fields]
    for index, category in enumerate(categories):
        if category is None:
            yield problem(f"{path}.fields[{index}]", "unknown-field-list", "There is no field list of that id.")
        elif category not in clause.categories.value:
            yield problem(f"{path}.fields[{index}]", "category", "The field list is for another category.")
        elif category in categories[:index]:
            yield problem(f"{path}.fields[{index}]", "duplicate", "One field list a category.")


def _expression_problems(path: str, clause: Clause, known: Tables) -> Iterator[FieldProblem]:
    yield from condition_problems(f"{path}.if.value", clause.condition, known)
    for index, required in enumerate(clause.requires):
        yield from condition_problems(f"{path}.requires[{index}].if.value", required.condition, known)


def condition_problems(path: str, leaf: Sourced[str] | None, known: Tables) -> Iterator[FieldProblem]:
    """Give what is wrong with a condition: its form, its names, its kinds."""
    if leaf is None:
        return
    try:
        parse_condition(leaf.value, known.names, field=path)
    except BadInput as error:
        yield from error.problems


def _code_problems(path: str, clause: Clause, known: Tables) -> Iterator[FieldProblem]:
    codes = [(f"{path}.code", clause.code)]
    codes += [(f"{path}.requires[{index}].code", each.code) for index, each in enumerate(clause.requires)]
    for place, leaf in codes:
        if leaf is not None and leaf.value not in known.reasons:
            yield problem(f"{place}.value", "unknown-code", "This reason code is in no table.")
    if clause.obligations is not None:
        for index, obligation in enumerate(clause.obligations.value):
            if obligation not in known.obligations:
                field = f"{path}.obligations.value[{index}]"
                yield problem(field, "unknown-obligation", "This obligation is in no table.")


def _effect_problems(path: str, clause: Clause, known: Tables) -> Iterator[FieldProblem]:
    effect = clause.effect.value if clause.effect is not None else Effect.PERMIT
    if effect is Effect.DENY and clause.code is None:
        yield problem(f"{path}.code", "no-code", "A clause that forbids says with which reason code.")
    if effect is not Effect.PERMIT and (clause.requires or clause.conditions is not None):
        yield problem(
            f"{path}.requires", "effect", "Only a clause that permits has further conditions; write them in if."
        )
    if clause.due is not None:
        yield from due_problems(f"{path}.due.value", clause.due.value, known)


def due_problems(path: str, due: DueRule, known: Tables) -> Iterator[FieldProblem]:
    """Give what is wrong with a time limit: a start or a limit that no fact can give, a clock without its limit."""
    start = known.facts.get(due.start)
    if due.start != "at" and (start is None or start.type not in {Kind.DATE, Kind.INSTANT}):
        yield problem(f"{path}.from", "unknown-fact", "A time limit starts from a fact that is a date or an instant.")
    if (due.limit is None) != (due.clock is Clock.AT_ONCE):
        yield problem(f"{path}.limit", "limit", "Every clock has a limit but `at-once`, which has none.")
    if due.not_counted is not None and (due.clock is not Clock.HOURS or due.before):
        yield problem(f"{path}.not_counted", "limit", "Only a clock of hours that runs forward leaves out the night.")
    if due.limit is not None and not due.limit.startswith("P"):
        fact = known.facts.get(due.limit)
        if fact is None or fact.type is not Kind.TEXT:
            yield problem(f"{path}.limit", "unknown-fact", "A limit is a period, or a fact that holds one as text.")


def _reservation_problems(
    path: str, reservation: Reservation, clauses: set[str], known: Tables
) -> Iterator[FieldProblem]:
    if reservation.clauses is not None and not clauses.issuperset(reservation.clauses.value):
        yield problem(f"{path}.clauses.value", "unknown-clause", "There is no clause of that id.")
    yield from unknown_words(f"{path}.categories", reservation.categories, known.categories)
    yield from unknown_words(f"{path}.operations", reservation.operations, known.operations)
    yield from condition_problems(f"{path}.if.value", reservation.condition, known)
