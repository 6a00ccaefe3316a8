"""A synthetic agreement between three authorities of one party, and ways to ask about it."""

from __future__ import annotations

import functools

from comity.agreements.load import read_agreement
from comity.agreements.records import Agreement
from comity.core.decision import Question, Stage
from comity.core.ids import Owner
from comity.core.vocabulary import Purpose, Role

_SURE = "source: 'Memorandum', confidence: synthetic"
CLAUSE = """
- id: {id}
  article: {{value: 'No 2', SURE}}
  operations: {{value: [{operations}], SURE}}
  categories: {{value: [{categories}], SURE}}
  purposes: {{value: [{purposes}], SURE}}
  mode: {{value: {mode}, SURE}}
  givers: {{value: {givers}, SURE}}
  receivers: {{value: {receivers}, SURE}}
  fields: [{fields}]
"""
INSIDE = """
schema: comity-agreement/1
id: police-customs
version: 1
title: {value: 'Police and customs', SURE}
form: {value: memorandum, SURE}
legal_basis:
- {value: 'Memorandum of the authorities', SURE}
log_retention: {value: P2Y, SURE}
onward_transfer: {value: forbidden, SURE}
correction: {value: owner_only, SURE}
suspension: {value: from_receipt, SURE}
termination: {value: delete, SURE}
termination_terms:
  notice: {value: P1M, SURE}
  counted_from: {value: receipt, SURE}
internal_to: {value: FRA, SURE}
parties:
- code: FRA
  bound_from: {value: '2024-01-01', SURE}
  authorities: {value: [police, customs], SURE}
field_lists:
- id: things
  category: OBJ
  allowed:
  - {value: [objects, action], SURE}
- id: wanted
  category: ARR
  allowed:
  - {value: [person.surnames, warnings], SURE}
clauses:
"""


def clause(**changes: str) -> str:
    """Write a clause by which customs may see what the police hold on things, with some members otherwise."""
    usual = {
        "id": "things-for-customs",
        "operations": "search",
        "categories": "OBJ",
        "purposes": "borders, police",
        "mode": "local",
        "givers": "[police]",
        "receivers": "[customs]",
        "fields": "things",
    }
    return CLAUSE.format(**{**usual, **changes}).replace("SURE", _SURE)


@functools.cache
def inside(*changes: tuple[str, str], clauses: tuple[str, ...] = ()) -> Agreement:
    """Read the agreement with texts replaced, and with these clauses instead of the usual one."""
    text = INSIDE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read_agreement((text.replace("SURE", _SURE) + "".join(clauses or (clause(),))).encode())


def looks(category: str = "OBJ", *, by: str = "customs", of: str = "police", **more: object) -> Question:
    """Ask whether an authority of FRA may look at a record that another one of it answers for."""
    return Question(
        stage=Stage.USE,
        operation="search",
        category=category,
        purpose=str(more.get("purpose", Purpose.BORDERS)),
        actor=Owner(party="FRA", authority=by),
        role=str(more.get("role", Role.CUSTOMS_PERSONS)),
        owner=Owner(party="FRA", authority=of),
        agreement=more.get("agreement"),  # type: ignore[arg-type]  # as given
    )
