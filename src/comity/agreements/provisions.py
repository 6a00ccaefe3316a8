"""The provisions of an agreement beyond its clauses: reservations, activation, quota, onward transfer, how it ends.

Each value of law is `Sourced`. A provision that is left out says nothing; what then holds is told at each.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Literal

import msgspec

from comity.agreements.sourced import (
    Day,
    ExpressionText,
    Hash,
    Kebab,
    PartyCode,
    PeriodText,
    Sourced,
    Text,
    Word,
    Words,
)
from comity.agreements.tables import ObligationId
from comity.agreements.terms import Answer

LimitText = Annotated[str, msgspec.Meta(pattern=r"^(at-once|as-soon-as-possible|P[1-9][0-9]{0,2}[YMD])\Z")]
"""A period, or one of the two limits that are no number."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A frozen part of an agreement document."""


@unique
class Side(StrEnum):
    """Which side of an exchange a reservation or opt-out concerns."""

    GIVER = "giver"
    RECEIVER = "receiver"
    BOTH = "both"


@unique
class Counted(StrEnum):
    """Whether a notice counts from its receipt or from its sending."""

    RECEIPT = "receipt"
    SENDING = "sending"


@unique
class ConsentForm(StrEnum):
    """The form that consent must have; each is stricter than the one before."""

    ANY = "any"
    WRITTEN = "written"
    DOCUMENTED_PRIOR = "documented_prior"


@unique
class Confirmation(StrEnum):
    """Who may bring about a flag, by which a party does not take the action that a record asks for."""

    EXECUTING_PARTY = "executing_party"
    JUDICIAL_ONLY = "judicial_only"
    NONE = "none"


class Reservation(Record, frozen=True, kw_only=True):
    """What a party reserved: on `side` of exchanges under `clauses` (all, if left out) it is not bound.

    `categories` and `operations` narrow it. `mirrored` holds it against the reserving party too: what it need not
    give, others need not give it (Vienna Convention on the Law of Treaties Art 21(1)(b)).
    """

    id: Kebab
    side: Sourced[Side]
    mirrored: Sourced[bool]
    clauses: Sourced[Words[Kebab]] | None = None
    categories: Sourced[Words[Word]] | None = None
    operations: Sourced[Words[Word]] | None = None
    condition: Sourced[ExpressionText] | None = msgspec.field(default=None, name="if")


class NamedAuthority(Record, frozen=True, kw_only=True):
    """An authority of a party that acts under the agreement, with the legal roles it acts in."""

    id: Kebab
    name: Sourced[Text]
    roles: Sourced[Words[Word]]


class Requirement(Record, frozen=True, kw_only=True):
    """A condition of a clause with a reason code of its own; where it does not hold, the clause does not permit.

    `refer` sends it to a person instead: it is neither permitted nor denied.
    """

    condition: Sourced[ExpressionText] = msgspec.field(name="if")
    code: Sourced[Word]
    refer: Sourced[bool] | None = None


class Activation(Record, frozen=True, kw_only=True):
    """What a clause sleeps until: all the notifications and arrangements named have arrived."""

    notifications: Sourced[Words[Text]] | None = None
    arrangements: Sourced[Words[Text]] | None = None


class Quota(Record, frozen=True, kw_only=True):
    """How many acts a party may do in each period; `limit` left out means: as asserted in the fact `quota`.

    `per` left out means the period that an implementing arrangement sets.
    """

    per: Sourced[PeriodText] | None = None
    limit: Sourced[Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]] | None = None


class OptOut(Record, frozen=True, kw_only=True):
    """A party that takes no part in a clause from `since` (00:00 UTC) to the end of `until`."""

    party: PartyCode
    since: Sourced[Day]
    until: Sourced[Day] | None = None


class Use(Record, frozen=True, kw_only=True):
    """What received data may be used for.

    Purposes beyond the list need the sender's consent in `other_by_consent` form, or are barred if that is left out.
    `conditions_bind`: what the sender made a condition binds the receiver. `general_restriction_barred`: a general
    restriction on the receiver's law may not be made one.
    """

    purposes: Sourced[Words[Word]]
    other_by_consent: Sourced[ConsentForm] | None = None
    conditions_bind: Sourced[bool] | None = None
    general_restriction_barred: Sourced[bool] | None = None


class OnwardTerms(Record, frozen=True, kw_only=True):
    """What handing on takes where the owner's consent allows it: its form, and safeguards at the recipient.

    `recipients` are the only ones who may get anything: parties and bodies by code, or legal roles.
    """

    form: Sourced[ConsentForm]
    safeguards: Sourced[bool]
    recipients: Sourced[Words[Word]] | None = None


class CorrectionTerms(Record, frozen=True, kw_only=True):
    """Correction, blocking and recall: whether the sender's demand binds, and when data are blocked, not deleted."""

    sender_demand_binds: Sourced[bool]
    block_where_deletion_harms: Sourced[bool] | None = None
    recall: Sourced[bool] | None = None
    notice: Sourced[LimitText] | None = None


class SuspensionTerms(Record, frozen=True, kw_only=True):
    """How a party suspends: counted from what, whole or clause by clause. Rescue and child protection never stop."""

    counted_from: Sourced[Counted]
    graded: Sourced[bool]
    grounds: Sourced[Text] | None = None
    spared: Sourced[Words[Kebab]] | None = None
    """Clauses that the agreement itself exempts from suspension."""
    after: Sourced[PeriodText] | None = None
    """How long after that it takes effect; at once, if left out."""


class TerminationTerms(Record, frozen=True, kw_only=True):
    """How a party leaves: the notice period and what it counts from."""

    notice: Sourced[PeriodText]
    counted_from: Sourced[Counted]
    whole: Sourced[bool] | None = None
    """Whether the agreement ends for all (of two parties), or only for the party that leaves."""
    ends: Sourced[Literal["after_notice", "end_of_calendar_year"]] | None = None
    """Whether it ends when the notice has run (also if left out), or with the calendar year in which it has."""


class EntryTerms(Record, frozen=True, kw_only=True):
    """How the agreement enters into force by notification of all parties (by the last signature, if left out).

    Counted from the sending or the receipt of the last notification, `after` a period, on the day that `starts` says.
    """

    counted_from: Sourced[Counted]
    starts: Sourced[Literal["that_day", "next_day", "first_of_next_month", "first_of_second_month"]]
    after: Sourced[PeriodText] | None = None


class DisputeStep(Record, frozen=True, kw_only=True):
    """One rung of the dispute ladder; exchanges go on unless `exchanges` says otherwise."""

    body: Sourced[Text]
    opened_by: Sourced[Literal["any_party", "both_parties"]] | None = None
    limit: Sourced[PeriodText] | None = None
    exchanges: Sourced[Literal["go_on", "disputed_record_marked", "pause"]] | None = None


class Protection(Record, frozen=True, kw_only=True):
    """The protection level that exchange rests on, and the clauses that stop when it is lost (all, if left out)."""

    level: Sourced[Literal["adequate", "appropriate_safeguards", "full_trust", "none_visible"]]
    loss_stops: Sourced[Words[Kebab]] | None = None


class Annex(Record, frozen=True, kw_only=True):
    """This document is an annex: it may only narrow the version whose hash it names."""

    of: Hash
    lineage: Kebab


class GuestOfficers(Record, frozen=True, kw_only=True):
    """Officers bound to a host and a plan, until an end date; under the host's direction unless it says otherwise."""

    id: Kebab
    host: PartyCode
    guest: PartyCode
    plan: Sourced[Text]
    until: Sourced[Day]
    roles: Sourced[Words[Word]]
    under_host_direction: Sourced[bool]
    direct_access: Sourced[bool] | None = None


class SearchInput(Record, frozen=True, kw_only=True):
    """What happens to what was searched with: gone at once after the answer, or after a period."""

    delete: Sourced[LimitText]
    unless_needed_for: Sourced[Words[Word]] | None = None


class LogTerms(Record, frozen=True, kw_only=True):
    """What the log of exchanges holds, what it may be used for, and what happens when its period ends."""

    content: Sourced[Words[Text]] | None = None
    use: Sourced[Words[Word]] | None = None
    deleted_at_once_after: Sourced[bool] | None = None


class Duty(Record, frozen=True, kw_only=True):
    """What a clause of duty obliges to, and the word of its answer."""

    obligations: Sourced[Words[ObligationId]]
    answer: Sourced[Answer] | None = None
