"""The activation gate: what an agreement must pass before it may govern anything.

Closed vocabulary and sources, no contradiction, the floor, the annex within its parent, no permit outside the
agreement (what was compiled permits exactly what the document says), all signatures. The last but one takes provers
(extra `prove`); without them the gate says that it could not prove, and a production node refuses to activate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum, unique
from typing import Final

import msgspec

from comity.agreements.compile import compile_agreement
from comity.agreements.floor_check import floor_problems
from comity.agreements.load import agreement_id
from comity.agreements.prove import smt
from comity.agreements.prove.annexes import annex_proof
from comity.agreements.prove.equality import dead_permissions, equality_proof
from comity.agreements.records import Agreement
from comity.agreements.rules import problems_of
from comity.agreements.signing import Verified, missing_signatures
from comity.agreements.vocabulary import Form, Profile
from comity.core.errors import FieldProblem, Refused
from comity.core.said import say

_PARENT: Final = "agreement.wrong-parent"


@unique
class Finding(StrEnum):
    """What a check of the gate came to."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_PROVED = "not-proved"


class GateCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One check by name, what it came to, and what stands against it, with its places in the document."""

    name: str
    finding: Finding
    problems: tuple[FieldProblem, ...] = ()


class GateReport(msgspec.Struct, frozen=True, kw_only=True):
    """All checks of one version."""

    checks: tuple[GateCheck, ...]

    @property
    def failed(self) -> tuple[GateCheck, ...]:
        """Checks that found something against activation."""
        return tuple(check for check in self.checks if check.finding is Finding.FAILED)

    @property
    def proved(self) -> bool:
        """Whether every check passed."""
        return all(check.finding is Finding.PASSED for check in self.checks)


def check_gate(
    agreement: Agreement,
    *,
    parent: Agreement | None = None,
    signatures: Iterable[Verified] | None = None,
    prove: bool = True,
) -> GateReport:
    """Check a version before it is signed (`signatures` None) or activated.

    `parent` is the document that an annex narrows, if it is known here. Without `prove` nothing is proved, and the
    report says so: proofs of a large agreement take seconds.
    """
    checks = [
        _found("vocabulary", problems_of(agreement)),
        _found("floor", tuple(floor_problems(agreement))),
        _annex(agreement, parent, prove=prove),
        _proof("contradictions", lambda: dead_permissions(agreement), prove=prove),
        _proof("no-permit-outside", lambda: equality_proof(agreement, compile_agreement(agreement)), prove=prove),
    ]
    if signatures is not None:
        checks.append(_found("signatures", _unsigned(agreement, signatures)))
    return GateReport(checks=tuple(checks))


def require_gate(report: GateReport, profile: Profile) -> GateReport:
    """Return the report, or refuse.

    Raises `Refused`: `agreement.gate` with every problem where a check failed, on any node; `agreement.not-proved`
    where something could not be proved and the node is one of production.
    """
    if report.failed:
        problems = tuple(problem for check in report.failed for problem in check.problems)
        error = Refused(
            "agreement.gate",
            say(
                "The agreement may not be activated: %(names)s.", names=", ".join(check.name for check in report.failed)
            ),
            remedy="Change the named places in a new version, and propose that.",
        )
        error.problems = problems
        raise error
    if not report.proved and profile is Profile.PRODUCTION:
        raise Refused(
            "agreement.not-proved",
            "It could not be proved that nothing is permitted outside the agreement.",
            remedy="Install the extra `prove` on this node (z3-solver and cedarpy), then sign again.",
        )
    return report


def _found(name: str, problems: tuple[FieldProblem, ...]) -> GateCheck:
    return GateCheck(name=name, finding=Finding.FAILED if problems else Finding.PASSED, problems=problems)


def _proof(name: str, proof: Callable[[], tuple[FieldProblem, ...] | None], *, prove: bool) -> GateCheck:
    problems = proof() if prove and smt.available() else None
    if problems is None:
        return GateCheck(name=name, finding=Finding.NOT_PROVED)
    return _found(name, problems)


def _annex(agreement: Agreement, parent: Agreement | None, *, prove: bool) -> GateCheck:
    name = "annex-within-parent"
    if agreement.annex is None:
        return GateCheck(name=name, finding=Finding.PASSED)
    if parent is None or agreement_id(parent) != agreement.annex.of or parent.id != agreement.annex.lineage:
        message = "The annex names another parent than the one known here."
        problem = FieldProblem(field="$.annex.of", code=_PARENT, message=message)
        return GateCheck(name=name, finding=Finding.FAILED, problems=(problem,))
    return _proof(name, lambda: annex_proof(agreement, parent), prove=prove)


def _unsigned(agreement: Agreement, signatures: Iterable[Verified]) -> tuple[FieldProblem, ...]:
    missing = missing_signatures(agreement, signatures)
    return tuple(
        FieldProblem(field=f"$.parties {code}", code="agreement.unsigned", message="This party has not signed it.")
        for code in missing
        if agreement.form.value is not Form.PEERING
    )
