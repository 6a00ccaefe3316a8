"""The agreement document: a treaty as frozen data, schema `comity-agreement/1`.

Every value that carries law is a `Sourced`: value, source, confidence. A value without a source does not load. The
canonical bytes of the whole document are hashed to its `AgreementId`; a change is a new document whose `parent` is the
hash of the one before.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

import msgspec

from comity.agreements.vocabulary import (
    Category,
    Condition,
    Confidence,
    Correction,
    Extension,
    Form,
    Mode,
    Onward,
    Operation,
    Profile,
    Scope,
    StatementSignature,
    Suspension,
    Termination,
)
from comity.core.time import CivilDate
from comity.core.vocabulary import Purpose, Role

T = TypeVar("T")

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Kebab = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=96)]
PartyCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
PeriodText = Annotated[str, msgspec.Meta(pattern=r"^P[1-9][0-9]{0,2}[YMD]\Z")]
"""An ISO 8601 period of whole years, months or days, such as `P5Y`."""
Day = Annotated[CivilDate, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Words = Annotated[tuple[T, ...], msgspec.Meta(min_length=1, max_length=300)]


class Sourced(msgspec.Struct, Generic[T], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One statement of law: what it says, where it stands, how sure we are that it stands there."""

    value: T
    source: Text
    confidence: Confidence


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A party, bound from `bound_from` (00:00 UTC), by its authorities that hold one of `roles`.

    `roles` None binds every authority. `authorities` narrows further to named ones. `excluded_categories` are those the
    party takes no part in: it may neither give nor receive nor search them.
    """

    code: PartyCode
    bound_from: Sourced[Day]
    roles: Sourced[Words[Role]] | None = None
    authorities: Sourced[Words[Kebab]] | None = None
    excluded_categories: Sourced[Words[Category]] | None = None


class FieldList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The only fields that may be held on records of `category`: the mandatory ones and the groups of allowed ones."""

    id: Kebab
    category: Category
    allowed: tuple[Sourced[Words[Text]], ...]
    mandatory: Sourced[Words[Text]] | None = None


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One permission. What no clause permits is forbidden.

    `givers` and `receivers` are `any_party`, `owner`, or a list of parties. `roles` None asks for no role.
    `fields` names field lists; a category without one passes no field. `conditions` must all be met.
    """

    id: Kebab
    article: Sourced[Text]
    operations: Sourced[Words[Operation]]
    categories: Sourced[Words[Category]]
    purposes: Sourced[Words[Purpose]]
    mode: Sourced[Mode]
    givers: Sourced[Scope | Words[PartyCode]]
    receivers: Sourced[Scope | Words[PartyCode]]
    roles: Sourced[Words[Role]] | None = None
    fields: tuple[Kebab, ...] = ()
    conditions: Sourced[Words[Condition]] | None = None
    human_confirmation: Sourced[bool] | None = None
    four_eyes: Sourced[bool] | None = None
    statement_signature: Sourced[StatementSignature] | None = None


class LongDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another review period where the decision behind the record runs longer than `longer_than`."""

    longer_than: Sourced[PeriodText]
    period: Sourced[PeriodText]


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """How long records of `category` live: review period from entry, notice before it, what an extension takes."""

    category: Category
    period: Sourced[PeriodText]
    notice: Sourced[PeriodText]
    extension: Sourced[Extension]
    supplementary_information: Sourced[PeriodText]
    long_decision: LongDecision | None = None


class PeerNode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A node bound by a peering agreement, by its keys: signing key (hex) and TLS certificate fingerprint."""

    node: Text
    party: PartyCode
    profile: Profile
    suite: Text
    public_key: Hash
    tls_fingerprint: Hash


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One immutable version of an agreement. `id` is the lineage, the same for all versions.

    `in_force_from` None means: from the last signature on.
    """

    schema: Literal["comity-agreement/1"]
    id: Kebab
    version: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    title: Sourced[Text]
    form: Sourced[Form]
    legal_basis: Annotated[tuple[Sourced[Text], ...], msgspec.Meta(min_length=1)]
    parties: Annotated[tuple[Party, ...], msgspec.Meta(min_length=2, max_length=300)]
    clauses: Annotated[tuple[Clause, ...], msgspec.Meta(min_length=1, max_length=1000)]
    log_retention: Sourced[PeriodText]
    onward_transfer: Sourced[Onward]
    correction: Sourced[Correction]
    suspension: Sourced[Suspension]
    termination: Sourced[Termination]
    parent: Hash | None = None
    in_force_from: Sourced[Day] | None = None
    field_lists: tuple[FieldList, ...] = ()
    retention: tuple[Retention, ...] = ()
    nodes: tuple[PeerNode, ...] = ()

    def party(self, code: str) -> Party | None:
        """Return the party of that code, or None."""
        return next((party for party in self.parties if party.code == code), None)
