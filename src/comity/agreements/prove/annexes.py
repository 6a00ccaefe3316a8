"""Proof that an annex only narrows: whatever it permits, its parent permits as well."""

from __future__ import annotations

from comity.agreements.clause_rules import problem
from comity.agreements.prove.formula import permits
from comity.agreements.prove.smt import Space
from comity.agreements.prove.views import acts_of, view_document
from comity.agreements.records import Agreement
from comity.core.errors import FieldProblem


def annex_proof(annex: Agreement, parent: Agreement) -> tuple[FieldProblem, ...] | None:
    """Prove for each act of the annex that its parent permits all of it, and the fields that it lets pass.

    Returns the acts at which the annex is wider; None if the prover gives up.
    """
    space = Space()
    found: list[FieldProblem] = []
    for act in acts_of(annex):
        narrow, wide = view_document(annex, *act), view_document(parent, *act)
        within = space.implies(permits(narrow), permits(wide))
        if within is None:
            return None
        passing = frozenset[str]().union(*(each.allowed for each in narrow.clauses))
        let_pass = frozenset[str]().union(*(each.allowed for each in wide.clauses))
        if not within or not passing <= let_pass:
            place = " ".join((act[0].value, *act[1:]))
            found.append(problem(f"$.clauses {place}", "annex-wider", "The annex permits more than its parent does."))
    return tuple(found)
