"""The agreement document: a treaty as frozen data, schema `comity-agreement/1`.

Every value that carries law is a `Sourced`: value, source, confidence. A value without a source does not load. The
canonical bytes of the whole document are hashed to its `AgreementId`; a change is a new document whose `parent` is the
hash of the one before.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from comity.agreements.provisions import (
    Activation,
    Annex,
    Confirmation,
    CorrectionTerms,
    DisputeStep,
    EntryTerms,
    GuestOfficers,
    LogTerms,
    NamedAuthority,
    OnwardTerms,
    OptOut,
    Protection,
    Quota,
    Record,
    Requirement,
    Reservation,
    SearchInput,
    SuspensionTerms,
    TerminationTerms,
    Use,
)
from comity.agreements.sourced import (
    Day,
    ExpressionText,
    Hash,
    Kebab,
    PartyCode,
    PeriodText,
    SideName,
    Sourced,
    Text,
    Word,
    Words,
)
from comity.agreements.tables import ObligationId
from comity.agreements.terms import Answer, DueRule, Effect
from comity.agreements.vocabulary import (
    Correction,
    Extension,
    Form,
    Mode,
    Onward,
    Profile,
    Scope,
    SignatureSuite,
    StatementSignature,
    Suspension,
    Termination,
)


class Party(Record, frozen=True, kw_only=True):
    """A party, bound from `bound_from` (00:00 UTC), by its authorities that hold one of `roles`.

    `roles` None binds every authority. `authorities` narrows further to named ones, `named_authorities` says in which
    roles each of them acts. `excluded_categories` are those the party takes no part in: it may neither give nor
    receive nor search them. `accession` is the day it joined an agreement that stood before; `territories` where the
    agreement applies for it (everywhere, if left out); `bound_until` its last day.
    """

    code: PartyCode
    bound_from: Sourced[Day]
    roles: Sourced[Words[Word]] | None = None
    authorities: Sourced[Words[Kebab]] | None = None
    excluded_categories: Sourced[Words[Word]] | None = None
    accession: Sourced[Day] | None = None
    bound_until: Sourced[Day] | None = None
    territories: Sourced[Words[Text]] | None = None
    named_authorities: tuple[NamedAuthority, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    contact_points: Sourced[Words[Text]] | None = None


class FieldList(Record, frozen=True, kw_only=True):
    """The only fields that may be held on records of `category`: the mandatory ones and the groups of allowed ones."""

    id: Kebab
    category: Word
    allowed: tuple[Sourced[Words[Text]], ...]
    mandatory: Sourced[Words[Text]] | None = None


class Clause(Record, frozen=True, kw_only=True):
    """One clause: a permission, unless `effect` says otherwise. What no clause permits is forbidden.

    `degraded_checks`: checks under it may go on while the checking node's ledger cannot be written.
    `givers` and `receivers` are `any_party`, `owner`, or a list of parties (inside one party: of its authorities).
    `roles` None asks for no role.
    `fields` names field lists; a category without one passes no field. `conditions` name yes-or-no facts that must all
    be asserted true; `condition` (written `if`) and `requires` are expressions, the first answering with `code` (or
    CONDITION_UNMET) where it fails, the others each with its own.

    A clause of another effect fires where its parties, scope and `if` hold: `deny` forbids whatever permits, `refer`
    sends the matter to a person, `duty`, `deadline` and `retention` answer with `answer` (written `outcome`), `due`
    and `obligations`. `from` and `to` are its first and last day.
    """

    id: Kebab
    article: Sourced[Text]
    operations: Sourced[Words[Word]]
    categories: Sourced[Words[Word]]
    purposes: Sourced[Words[Word]]
    mode: Sourced[Mode]
    givers: Sourced[Scope | Words[SideName]]
    receivers: Sourced[Scope | Words[SideName]]
    roles: Sourced[Words[Word]] | None = None
    fields: tuple[Kebab, ...] = ()
    conditions: Sourced[Words[Word]] | None = None
    human_confirmation: Sourced[bool] | None = None
    four_eyes: Sourced[bool] | None = None
    statement_signature: Sourced[StatementSignature] | None = None
    degraded_checks: Sourced[bool] | None = None
    effect: Sourced[Effect] | None = None
    condition: Sourced[ExpressionText] | None = msgspec.field(default=None, name="if")
    requires: tuple[Requirement, ...] = ()
    code: Sourced[Word] | None = None
    answer: Sourced[Answer] | None = msgspec.field(default=None, name="outcome")
    first_day: Sourced[Day] | None = msgspec.field(default=None, name="from")
    last_day: Sourced[Day] | None = msgspec.field(default=None, name="to")
    activation: Activation | None = None
    quota: Quota | None = None
    opt_outs: tuple[OptOut, ...] = ()
    flags: Sourced[Confirmation] | None = None
    due: Sourced[DueRule] | None = None
    obligations: Sourced[Words[ObligationId]] | None = None
    use: Use | None = None
    territory: Sourced[Words[Text]] | None = None
    waives: Sourced[Words[Word]] | None = None
    """Rules that the text says do not apply under this clause; none of the floor may stand here."""


class LongDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another review period where the decision behind the record runs longer than `longer_than`."""

    longer_than: Sourced[PeriodText]
    period: Sourced[PeriodText]


class Retention(Record, frozen=True, kw_only=True):
    """How long records of `category` live: review period from entry, notice before it, what an extension takes."""

    category: Word
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


class Agreement(Record, frozen=True, kw_only=True):
    """One immutable version of an agreement. `id` is the lineage, the same for all versions.

    `in_force_from` None means: from the last signature on.
    """

    schema: Literal["comity-agreement/1"]
    id: Kebab
    version: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    title: Sourced[Text]
    form: Sourced[Form]
    legal_basis: Annotated[tuple[Sourced[Text], ...], msgspec.Meta(min_length=1)]
    parties: Annotated[tuple[Party, ...], msgspec.Meta(min_length=1, max_length=300)]
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
    annex: Annex | None = None
    internal_to: Sourced[PartyCode] | None = None
    """A party whose own authorities this agreement is between; `parties` is then that party alone.

    It opens nothing: it narrows what law opens between the authorities that the party names.
    """
    onward: OnwardTerms | None = None
    correction_terms: CorrectionTerms | None = None
    suspension_terms: SuspensionTerms | None = None
    termination_terms: TerminationTerms | None = None
    search_input: SearchInput | None = None
    log: LogTerms | None = None
    disputes: tuple[DisputeStep, ...] = ()
    protection: Protection | None = None
    guests: tuple[GuestOfficers, ...] = ()
    entry: EntryTerms | None = None
    main_purpose: Sourced[Word] | None = None
    """What the agreement is for: how a question that names no purpose is read."""
    signature_suite: Sourced[SignatureSuite] | None = None
    """By which suite its parties sign it: where it states pairs, a signature without both halves does not count."""

    @property
    def signatories(self) -> tuple[str, ...]:
        """Who signs and gives notice: the parties, or the authorities inside one, in the document's order."""
        if self.internal_to is None:
            return tuple(party.code for party in self.parties)
        named = self.parties[0].authorities
        return named.value if named is not None else ()

    def party(self, code: str) -> Party | None:
        """Return the party of that code, or None."""
        return next((party for party in self.parties if party.code == code), None)
