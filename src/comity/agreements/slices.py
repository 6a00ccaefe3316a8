"""An agreement made ready to decide, as records: one slice a clause and category, and how each party is bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from comity.agreements.expr.python import Predicate
from comity.agreements.fields import is_covered, missing_from
from comity.agreements.rulebook import END, Rulebook
from comity.agreements.vocabulary import Onward
from comity.core.decision import Reason, Stage
from comity.core.ids import AgreementId
from comity.core.time import Instant

CHECK_ISSUER: Final = "check_issuer"
"""The receiving subject must itself check that the report concerns a record of its own."""

_MOST_SHAPES: Final = 256
"""Kept of one clause; whoever asks about fields at will must not fill the memory."""

EXCHANGE_STAGES: Final = frozenset({Stage.ENQUEUE, Stage.TRANSMIT, Stage.RECEIPT})


class Demand(NamedTuple):
    """A named condition: the fact that must be asserted true, the code where it is not, and its basis."""

    fact: str
    code: str
    basis: str


class Need(NamedTuple):
    """A written condition: its predicate, the facts it reads, what is said where it fails, and whether that refers."""

    test: Predicate
    facts: frozenset[str]
    reason: Reason
    refers: bool


class Away(NamedTuple):
    """A party that opted out of the clause, from `since` until before `until`."""

    party: str
    since: Instant
    until: Instant
    reason: Reason


class Barred(NamedTuple):
    """A reservation: it bars exchanges with `giver` on the giving side, or `receiver` on the receiving one."""

    giver: str | None
    receiver: str | None
    test: Predicate | None
    reason: Reason


class Allowance(NamedTuple):
    """A quota; `limit` None where it is asserted with the question."""

    limit: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Special:
    """What only some clauses have: kept apart, so that the others cost nothing."""

    since: Instant
    until: Instant
    waits: frozenset[str]
    needs: tuple[Need, ...]
    away: tuple[Away, ...]
    barred: tuple[Barred, ...]
    allowance: Allowance | None
    territory: frozenset[str] | None
    asleep: Reason
    not_in_time: Reason
    over: Reason
    elsewhere: Reason


class Shape(NamedTuple):
    """The fields asked about, by one clause: which may pass, in order, whether all may, which are missing."""

    passing: tuple[str, ...]
    covered: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """One clause for one category. None in `givers`, `receivers`, `purposes` and `roles` means any.

    `in_order` are the allowed fields as a decision lists them, `authorised` is what it says where the clause permits.
    `asks` marks a question: the one who is asked gives. `spared` clauses are never suspended.
    """

    clause: str
    basis: str
    stages: frozenset[Stage]
    givers: frozenset[str] | None
    owner_gives: bool
    receivers: frozenset[str] | None
    owner_receives: bool
    purposes: frozenset[str] | None
    roles: frozenset[str] | None
    allowed: frozenset[str]
    in_order: tuple[str, ...]
    mandatory: frozenset[str]
    demands: tuple[Demand, ...]
    duties: tuple[str, ...]
    authorised: Reason
    asks: bool = False
    spared: bool = False
    special: Special | None = None
    reasons: tuple[Reason, ...] = field(init=False)
    clauses: tuple[str, ...] = field(init=False)
    duties_unaddressed: tuple[str, ...] = field(init=False)
    """The duties where a report goes to the owner of a record and does not say whose it is."""
    shapes: dict[tuple[str, ...], Shape] = field(init=False, default_factory=dict, compare=False, repr=False)
    """What is known of the fields asked about before: records of a category have few shapes."""

    def __post_init__(self) -> None:
        """Make once what every permit by this clause alone says."""
        object.__setattr__(self, "reasons", (self.authorised,))
        object.__setattr__(self, "clauses", (self.clause,))
        object.__setattr__(self, "duties_unaddressed", tuple(sorted({*self.duties, CHECK_ISSUER})))

    def shape(self, fields: tuple[str, ...]) -> Shape:
        """Judge the fields asked about by those that the clause allows and demands."""
        known = self.shapes.get(fields)
        if known is None:
            named = frozenset(fields)
            whole = named <= self.allowed
            open_ = named if whole else {name for name in named if is_covered(name, self.allowed)}
            missing = missing_from(named, self.mandatory)
            known = Shape(tuple(sorted(open_)), covered=whole or len(open_) == len(named), missing=missing)
            if len(self.shapes) < _MOST_SHAPES:
                self.shapes[fields] = known
        return known


@dataclass(frozen=True, slots=True)
class Bound:
    """How a party is bound: since when, not for which categories, by which roles and authorities (None: all)."""

    since: Instant
    excluded: frozenset[str]
    roles: frozenset[str] | None
    authorities: frozenset[str] | None
    basis: str
    until: Instant = END
    authority_roles: dict[str, frozenset[str]] = field(default_factory=dict)
    """Authorities that act in certain roles only."""


class Guest(NamedTuple):
    """Officers of `guest` at `host` under a plan until `until`: their roles, and what they may not do there."""

    host: str
    guest: str
    plan: str
    until: Instant
    roles: frozenset[str]
    directed: bool
    direct_access: bool
    basis: str


class OnwardRule(NamedTuple):
    """Whether and how received data may go on."""

    rule: Onward
    basis: str
    consent: Predicate | None = None
    """That a consent of the form asked for was given; None: that the owner consented at all."""
    safeguards: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """An agreement ready to decide; cache it by `id`, never its decisions."""

    id: AgreementId
    lineage: str
    version: int
    in_force_from: Instant | None
    basis: str
    parties: dict[str, Bound]
    slices: dict[tuple[str, str], tuple[Slice, ...]]
    staged: dict[tuple[Stage, str, str], tuple[Slice, ...]]
    """The same slices by the stage at which they are asked."""
    onward: OnwardRule
    rules: Rulebook
    """Clauses that do other than permit."""
    internal: bool = False
    guests: tuple[Guest, ...] = ()
    terms_survive: bool = False
