"""What an agreement document must satisfy beyond its shape: words that fit each other, and sources that were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from comity.agreements.clause_rules import clause_problems, party_problems, provision_problems
from comity.agreements.contradictions import contradictions
from comity.agreements.records import Agreement, FieldList
from comity.agreements.sourced import Confidence, Sourced
from comity.agreements.tables import tables
from comity.agreements.vocabulary import FIELDS, Mode
from comity.core.codes import parse_party
from comity.core.errors import BadInput, FieldProblem
from comity.core.time import parse_date


def problems_of(agreement: Agreement) -> tuple[FieldProblem, ...]:
    """Return everything that is wrong with the document, in document order; empty when it is sound."""
    found = [
        *_lineage_problems(agreement),
        *_code_problems(agreement),
        *_duplicates("$.parties", [party.code for party in agreement.parties]),
        *_duplicates("$.clauses", [clause.id for clause in agreement.clauses]),
        *_duplicates("$.field_lists", [fields.id for fields in agreement.field_lists]),
        *_duplicates("$.retention", [retention.category for retention in agreement.retention]),
    ]
    found += [problem for party in _date_leaves(agreement) for problem in _day_problems(*party)]
    for index, fields in enumerate(agreement.field_lists):
        if fields.category not in tables().categories:
            found.append(_problem(f"$.field_lists[{index}].category", "unknown-word", "There is no such category."))
        found += _field_problems(f"$.field_lists[{index}]", fields)
    for index, clause in enumerate(agreement.clauses):
        found += clause_problems(f"$.clauses[{index}]", clause, agreement, tables())
    for index, party in enumerate(agreement.parties):
        found += party_problems(f"$.parties[{index}]", party, agreement, tables())
    found += provision_problems(agreement, tables())
    found += _ending_problems(agreement)
    found += contradictions(agreement)
    return tuple(found)


def unverified_leaves(agreement: Agreement) -> tuple[str, ...]:
    """Return the paths of all values whose source was not read (confidence other than `verified`)."""
    return tuple(path for path, leaf in leaves(agreement) if leaf.confidence is not Confidence.VERIFIED)


def leaves(value: object, path: str = "$") -> Iterator[tuple[str, Sourced[object]]]:
    """Walk a document and give every sourced value with its path."""
    if isinstance(value, Sourced):
        yield path, value
    elif isinstance(value, msgspec.Struct):
        for name, written in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            yield from leaves(getattr(value, name), f"{path}.{written}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")


_TWO: Final = 2
_AT_HOME: Final = frozenset({"search"})


def _problem(field: str, code: str, message: str) -> FieldProblem:
    return FieldProblem(field=field, code=f"agreement.{code}", message=message)


def _lineage_problems(agreement: Agreement) -> Iterator[FieldProblem]:
    internal = agreement.internal_to
    if (len(agreement.parties) == 1) != (internal is not None):
        yield _problem("$.parties", "parties", "An agreement is between parties, or internal to the one that it names.")
    elif internal is not None and internal.value != agreement.parties[0].code:
        yield _problem("$.internal_to.value", "parties", "It is internal to a party that it does not name.")
    elif internal is not None:
        yield from _internal_problems(agreement)
    if (agreement.version == 1) != (agreement.parent is None):
        yield _problem("$.parent", "parent", "Version 1 has no parent; every later version names its parent's hash.")


def _internal_problems(agreement: Agreement) -> Iterator[FieldProblem]:
    """Inside one party an agreement is between two authorities or more, about the use of records at home."""
    party = agreement.parties[0]
    if len(set(agreement.signatories)) < _TWO:
        message = "An agreement inside a party names the authorities that it is between, two at least."
        yield _problem("$.parties[0].authorities", "authorities", message)
    for index, clause in enumerate(agreement.clauses):
        if clause.mode.value is not Mode.LOCAL:
            message = "Inside a party records are used where they are: the mode is local."
            yield _problem(f"$.clauses[{index}].mode.value", "mode", message)
        if not _AT_HOME.issuperset(clause.operations.value):
            message = "At home law opens searches; an agreement inside a party narrows just these."
            yield _problem(f"$.clauses[{index}].operations.value", "operation", message)
        if clause.opt_outs:
            yield _problem(f"$.clauses[{index}].opt_outs", "internal", "Inside a party nobody opts out of a clause.")
    between_parties = (
        ("parties[0].reservations", party.reservations),
        ("guests", agreement.guests),
        ("protection", agreement.protection),
    )
    for place, stated in between_parties:
        if stated:
            yield _problem(f"$.{place}", "internal", "This stands in agreements between parties only.")


def _ending_problems(agreement: Agreement) -> Iterator[FieldProblem]:
    """Nobody leaves an agreement before it is in force."""
    stated = agreement.in_force_from
    for index, party in enumerate(agreement.parties):
        begins = max(party.bound_from.value, stated.value if stated is not None else party.bound_from.value)
        if party.bound_until is not None and party.bound_until.value < begins:
            message = "A party leaves before the agreement is in force for it."
            yield _problem(f"$.parties[{index}].bound_until.value", "ends-before-force", message)


def _code_problems(agreement: Agreement) -> Iterator[FieldProblem]:
    for index, party in enumerate(agreement.parties):
        try:
            parse_party(party.code)
        except BadInput:
            yield _problem(f"$.parties[{index}].code", "unknown-party-code", "This code names no party.")


def _duplicates(path: str, names: Sequence[str]) -> Iterator[FieldProblem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield _problem(f"{path}[{index}]", "duplicate", "The same name stands here twice.")


_DAY_LEAVES: Final = frozenset(
    {"in_force_from", "bound_from", "bound_until", "accession", "since", "until", "from", "to"}
)


def _date_leaves(agreement: Agreement) -> Iterator[tuple[str, str]]:
    for path, leaf in leaves(agreement):
        if path.rpartition(".")[2] in _DAY_LEAVES and isinstance(leaf.value, str):
            yield f"{path}.value", leaf.value


def _day_problems(path: str, day: str) -> Iterator[FieldProblem]:
    try:
        parse_date(day)
    except BadInput:
        yield _problem(path, "no-such-day", "There is no such day in the calendar.")


def _field_problems(path: str, fields: FieldList) -> Iterator[FieldProblem]:
    groups = [(f"{path}.allowed[{index}].value", group.value) for index, group in enumerate(fields.allowed)]
    if fields.mandatory is not None:
        groups.append((f"{path}.mandatory.value", fields.mandatory.value))
    seen: set[str] = set()
    for place, names in groups:
        for index, name in enumerate(names):
            if name not in FIELDS:
                yield _problem(f"{place}[{index}]", "unknown-field", "This is not one of the known data fields.")
            if name in seen:
                yield _problem(f"{place}[{index}]", "duplicate", "The field stands twice in one list.")
            seen.add(name)
